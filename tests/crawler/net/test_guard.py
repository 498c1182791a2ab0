"""The crawler stays on the public net."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import scrapy
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request, Response
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from crawler.net.addresses import is_public
from crawler.net.guard import Guard, PrivateAddress, PublicResolver, UntestedHandler
from crawler.net.settings import DOWNLOAD_HANDLERS_BASE
from tests.conftest import Command
from tests.crawler.net.hostile import listening
from tests.support import environment, tintinh

ROOT = Path(__file__).parents[3]
PRIVATE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "localhost", "LOCALHOST", "x.localhost", "printer.local", "db.internal", "[::1]", "[::]", "[fe80::1]",
    "[fd00::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]",
    # what is no unicast, or is kept for protocols
    "192.0.0.8", "192.0.0.170", "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.7", "203.0.113.9",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "0.1.2.3", "100.127.255.254", "172.20.10.1",
    "[fec0::1]", "[ff02::1]", "[2001::1]", "[2001:db8::1]", "[2001:20::1]", "[3fff::1]", "[5f00::1]", "[100::1]", "[fc00::1]",
    "[febf::1]", "[::2]", "[4000::1]",
    # an IPv4 address inside
    "[::7f00:1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::1]", "[64:ff9b:1::8.8.8.8]",
    "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2001:0:7f00:1::]", "[::ffff:0:127.0.0.1]", "[2400:1::5efe:7f00:1]",
    "[::ffff:192.0.0.8]", "[fe80::1%25eth0]", "[::ffff:169.254.169.254]",
    # as C libraries and browsers read them
    "127.1", "127.0.1", "0", "0x7f.1", "0x7f000001", "0X7F.0.0.0x1", "0177.0.0.1", "0177.1", "017700000001", "2130706433",
    "0xa9fea9fe", "2852039166", "10.1", "0300.0250.1", "127.0.0.1.", "127.1.", "localhost.", "127%2e0%2e0%2e1", "%31%32%37.0.0.1",
    "１２７.０.０.１", "127。0。0。1", "１27｡1", "①②⑦.⓪.⓪.①", "ｌocalhost", "loc\u00adalhost", "127.0.0\u00ad.1",
    "a.localhost.", "x.localdomain", "router.lan", "nas.home", "mail.corp", "wiki.intranet", "box.home.arpa",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "congan.binhthuan.gov.vn", "localhost.vn", "mylocal", "[2001:4860:4860::8888]", "local.example.vn",
    "[2606:4700::1]", "[64:ff9b::8.8.8.8]", "[::ffff:8.8.8.8]", "134744072", "192.0.1.1", "100.128.0.1", "172.32.0.1", "1.2.3.4.5"]  # fmt: skip


def guard(**settings: Any) -> Guard:
    return Guard.from_crawler(get_crawler(settings_dict={"DOWNLOAD_HANDLERS_BASE": DOWNLOAD_HANDLERS_BASE, **settings}))


def resolver() -> PublicResolver:
    from twisted.internet import reactor

    return PublicResolver.from_crawler(get_crawler(), reactor)


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
        resolver().check(address)


@pytest.mark.parametrize(
    "url", ["http://8.8.8.8:22/", "https://congan.example.vn:8443/", "http://congan.example.vn:6379/"]
)
def test_ports_that_no_portal_has_are_not_asked(url: str) -> None:
    with pytest.raises(PrivateAddress, match="is not asked at port"):
        guard().process_request(Request(url))


def test_the_ports_of_the_portals_own_addresses_are_asked() -> None:
    class Own(scrapy.Spider):
        name = "own"
        addresses = ("http://congan.example.vn:8080/", "tin.example.vn:8443", "congan.example.vn")

    made = guard()
    made.open(Own())
    try:
        made.process_request(Request("http://congan.example.vn:8080/tin"))
        made.process_request(Request("https://tin.example.vn:8443/"))
        with pytest.raises(PrivateAddress, match="is not asked at port 81"):
            made.process_request(Request("http://congan.example.vn:81/"))
    finally:
        made.close()


@pytest.mark.parametrize(
    ("scheme", "handler"),
    [
        ("http", "scrapy.core.downloader.handlers._httpx.HttpxDownloadHandler"),
        ("https", "scrapy.core.downloader.handlers.http2.H2DownloadHandler"),
        ("http", "nowhere.Handler"),
        ("file", "scrapy.core.downloader.handlers.file.FileDownloadHandler"),
        ("ftp", "scrapy.core.downloader.handlers.ftp.FTPDownloadHandler"),
    ],
)
def test_what_was_never_tried_downloads_nothing(scheme: str, handler: str) -> None:
    with pytest.raises(UntestedHandler, match=f"for {scheme}: "):
        guard(DOWNLOAD_HANDLERS={scheme: handler}).process_request(Request("http://8.8.8.8/"))


def test_a_crawl_with_an_untested_handler_does_not_start(command: Command) -> None:
    handlers = '{"http": "scrapy.core.downloader.handlers._httpx.HttpxDownloadHandler"}'
    with listening() as (listener, port):
        arguments = ("--site", f"http://127.0.0.1:{port}/", "--name", "demo", "-s", f"DOWNLOAD_HANDLERS={handlers}")
        done = command("crawl", *arguments, env={"TINTINH_ALLOW_PRIVATE": "1"})
    assert done.returncode == 1
    assert (
        "demo: failed: DOWNLOAD_HANDLERS names scrapy.core.downloader.handlers._httpx.HttpxDownloadHandler"
        in done.stderr
    )
    assert "Traceback" not in done.stderr
    assert listener.connections == 0


@pytest.mark.parametrize("words", [("fetch",), ("probe",), ("crawl", "--site")])
def test_every_command_is_guarded(command: Command, words: tuple[str, ...]) -> None:
    with listening() as (listener, port):
        done = command(*words, f"http://127.1:{port}/tin/bai-1.html", env={"TINTINH_ALLOW_PRIVATE": ""})
    assert done.returncode == 1
    assert "127.1 is a private address: set TINTINH_ALLOW_PRIVATE=1" in done.stderr
    assert "Traceback" not in done.stderr
    assert listener.connections == 0


def test_a_spider_without_the_guard_does_not_start(tmp_path: Path) -> None:
    """As it would in a project of somebody's that has settings of its own."""
    mine = "from crawler.spider.dispatcher import PortalSpider\nclass Mine(PortalSpider):\n    name = 'mine'\n"
    (tmp_path / "mine.py").write_text(mine)
    with listening() as (listener, port):
        done = tintinh(
            "runspider", "mine.py", "-a", f"start=http://127.0.0.1:{port}/",
            env=environment(tmp_path, PYTHONPATH=str(ROOT)), cwd=tmp_path, module="scrapy",
        )  # fmt: skip
    assert "nothing guards this crawl: it wants the settings of crawler.net.settings" in done.stderr
    assert listener.connections == 0


def test_nothing_but_http_is_downloaded() -> None:
    settings = Settings()
    settings.setmodule("crawler.net.settings")
    assert settings.getwithbase("DOWNLOAD_HANDLERS").keys() == {"http", "https"}


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://198.51.100.1:3128")
    crawler = get_crawler(settings_dict={"DOWNLOAD_HANDLERS_BASE": DOWNLOAD_HANDLERS_BASE})
    request = Request("http://congan.example.vn/")
    Guard.from_crawler(crawler).process_request(request)
    HttpProxyMiddleware.from_crawler(crawler).process_request(request)
    assert request.meta.get("proxy") is None
    request = Request("http://congan.example.vn/", meta={"proxy": "http://198.51.100.1:3128"})
    guard(TINTINH_PROXY="http://10.0.0.1:3128").process_request(request)
    assert request.meta["proxy"] == "http://10.0.0.1:3128", "the one that the settings name, and no other"


def test_an_answer_of_a_private_address_is_dropped() -> None:
    """However it got there: through a handler that asked another resolver, or a name that led elsewhere a moment later."""
    answer = Response("http://congan.example.vn/", ip_address=ip_address("10.0.0.1"))
    with pytest.raises(PrivateAddress, match=r"answered by 10\.0\.0\.1"):
        guard().judge(answer)
    guard(TINTINH_ALLOW_PRIVATE="1").judge(answer)
    guard().judge(answer.replace(ip_address=ip_address("8.8.8.8")))
    guard().judge(answer.replace(ip_address=None))


def test_names_that_lead_to_public_addresses_pass() -> None:
    assert resolver().check("8.8.8.8") == "8.8.8.8"


def test_the_settings_of_every_crawl_use_both() -> None:
    settings = Settings()
    settings.setmodule("crawler.net.settings")
    assert "crawler.net.guard.Guard" in settings.getdict("DOWNLOADER_MIDDLEWARES")
    assert settings.get("TWISTED_DNS_RESOLVER") == "crawler.net.guard.PublicResolver"


def test_a_name_is_public_until_it_is_resolved() -> None:
    assert is_public("congan.example.vn")


def test_a_name_that_leads_to_a_private_address_is_said_to_be_that() -> None:
    with pytest.raises(PrivateAddress):
        resolver().check("10.1.2.3", "intern.example.vn")
    guard = Guard(Settings())
    unresolved = CannotResolveHostError("DNS lookup failed")
    with pytest.raises(PrivateAddress, match=r"intern\.example\.vn leads to the private address 10\.1\.2\.3"):
        guard.process_exception(Request("http://intern.example.vn/tin"), unresolved)
    guard.process_exception(Request("http://nowhere.example.vn/"), unresolved)
    guard.process_exception(Request("http://intern.example.vn/tin"), TimeoutError())
