"""The crawler stays on the public net."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy.http import Request
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from crawler.net.guard import Guard, PrivateAddress, PublicResolver, is_public

PRIVATE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "localhost", "LOCALHOST", "x.localhost", "printer.local", "db.internal", "[::1]", "[::]", "[fe80::1]",
    "[fd00::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "congan.binhthuan.gov.vn", "localhost.vn", "mylocal", "[2001:4860:4860::8888]", "local.example.vn"]


def guard(**settings: Any) -> Guard:
    return Guard.from_crawler(get_crawler(settings_dict=settings))


@pytest.mark.parametrize("host", PRIVATE)
def test_private_addresses_are_refused_by_their_spelling(host: str) -> None:
    """Spellings that only a resolver understands are tried in tests/tintinh/test_failing_crawls.py."""
    with pytest.raises(PrivateAddress, match="private address: set TINTINH_ALLOW_PRIVATE=1"):
        guard().process_request(Request(f"http://{host}/tin"))


@pytest.mark.parametrize("host", PUBLIC)
def test_public_addresses_pass(host: str) -> None:
    guard().process_request(Request(f"http://{host}/tin"))


@pytest.mark.parametrize("value", ["1", 1, True])
def test_it_can_be_allowed(value: object) -> None:
    guard(TINTINH_ALLOW_PRIVATE=value).process_request(Request("http://127.0.0.1/tin"))


@pytest.mark.parametrize("value", ["", "0", 0, False, None, "no"])
def test_other_values_do_not_allow_it(value: object) -> None:
    with pytest.raises(PrivateAddress):
        guard(TINTINH_ALLOW_PRIVATE=value).process_request(Request("http://127.0.0.1/tin"))


def test_credentials_and_ports_do_not_hide_the_host() -> None:
    for url in ("http://congan.vn@127.0.0.1/", "http://127.0.0.1:8080/", "http://congan.vn:80@[::1]:80/"):
        with pytest.raises(PrivateAddress):
            guard().process_request(Request(url))


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1", "192.168.0.9"])
def test_names_that_lead_to_private_addresses_are_refused(address: str) -> None:
    with pytest.raises(PrivateAddress, match=address):
        PublicResolver._check(address)


def test_names_that_lead_to_public_addresses_pass() -> None:
    assert PublicResolver._check("8.8.8.8") == "8.8.8.8"


def test_the_settings_of_every_crawl_use_both() -> None:
    settings = Settings()
    settings.setmodule("crawler.net.settings")
    assert "crawler.net.guard.Guard" in settings.getdict("DOWNLOADER_MIDDLEWARES")
    assert settings.get("TWISTED_DNS_RESOLVER") == "crawler.net.guard.PublicResolver"


def test_a_name_is_public_until_it_is_resolved() -> None:
    assert is_public("congan.example.vn")
