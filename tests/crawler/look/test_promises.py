"""What live pages break of a portal file's promises, without a network."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.look.promises import Finding, findings, visit
from crawler.look.survey import FORBIDDEN, Visit
from crawler.platforms import rules
from crawler.platforms.base import Post
from crawler.spider.dispatcher import PortalSpider
from crawler.spider.wrapper import Wrapper
from tests.support import visit_of
from tintinh.demo.site import DemoSite

HOST = "http://demo.vn"
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
DEMO = DemoSite()
SECTION = f"{HOST}/an-toan-giao-thong.html"


class Demo(PortalSpider):
    name = "demo"
    home = f"{HOST}/"
    hosts = ("demo.vn", "cu.demo.vn")
    province = "binh-thuan"
    platform_name: str | None = "joomla"
    sections = (SECTION, f"{HOST}/phong-chong-ma-tuy.html")


def off(
    portal: type[PortalSpider] = Demo, *, before: Wrapper | None = None, **changes: dict[str, Any]
) -> list[Finding]:
    """The findings, where the answers to a role are changed."""

    async def fetch(wanted: str | Post, role: str) -> Visit:
        assert isinstance(wanted, str)
        parts = urlsplit(wanted)
        page = DEMO.page(parts.path + (f"?{parts.query}" if parts.query else ""))
        found = {"body": page.body, "content_type": page.content_type, "status": int(page.status)}
        return visit_of(wanted, **(found | {"role": role, "at": NOW} | changes.get(role, {})))

    return findings(portal, asyncio.run(visit(portal, fetch)), now=NOW, before=before)


def test_a_portal_that_is_as_its_file_says() -> None:
    assert off() == []
    assert off(type("Bare", (Demo,), {"platform_name": None, "sections": ()})) == []


SILENT = "demo.vn does not answer: Timeout"
LIST = {"body": DEMO.page("/an-toan-giao-thong.html").body}


@pytest.mark.parametrize(
    ("changes", "check", "finding"),
    [
        ({"robots": {"error": SILENT}}, "home", SILENT),
        ({"home": {"error": SILENT}}, "home", SILENT),
        ({"home": {"error": FORBIDDEN}}, "home", "robots.txt forbids http://demo.vn/"),
        ({"robots": {"error": "demo.vn: TLS is broken"}}, "certificate", "demo.vn: TLS is broken"),
        ({"home": {"certificate_ends": NOW + timedelta(days=2)}}, "certificate", "it ends on 2026-11-25"),
        ({"home": {"status": 503}}, "home", "http://demo.vn/ answers 503"),
        ({"host": {"url": "http://other.vn/"}}, "hosts", "http://cu.demo.vn/ leads to other.vn, which the file does not name"),
        ({"section": {"status": 404}}, "section", f"{SECTION}: answers 404"),
        ({"section": {"body": b"<html><body><p>Trang"}}, "section", f"{SECTION} lists no articles"),
        ({"article": {"status": 500}}, "article", "answers 500"),
        ({"article": LIST}, "article", "not an article page (list)"),
    ],
    ids=["robots", "silent", "forbidden", "tls", "ends", "503", "hosts", "404", "empty", "500", "list"],
)  # fmt: skip
def test_a_broken_promise(changes: dict[str, Any], check: str, finding: str) -> None:
    assert any(one.check == check and finding in one.finding for one in off(**changes)), off(**changes)


def test_a_host_that_the_file_does_not_name() -> None:
    (one,) = off(type("Moved", (Demo,), {"hosts": ("old.vn",), "sections": ()}), host={"url": "http://demo.vn/"})[:1]
    assert (one.check, one.finding) == ("hosts", "http://demo.vn/ leads to demo.vn, which the file does not name")


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        ("nukeviet", "the file says nukeviet, the home page is of joomla (meta generator"),
        ("nowhere", "the file names nowhere, which this version does not know"),
    ],
)
def test_another_platform(name: str, finding: str) -> None:
    found = off(type("Other", (Demo,), {"platform_name": name}))
    assert any(one.check == "platform" and one.finding.startswith(finding) for one in found), found
    plain = {"body": b"<html><body><nav><a href='/tin-tuc'>Tin</a></nav><p>Trang"}
    assert any("no known platform" in one.finding for one in off(home=plain))


def test_an_article_without_a_date() -> None:
    page = DEMO.page(next(path for path in DEMO.paths() if path.startswith("/an-toan-giao-thong/")))
    undated = page.body.decode()
    for word in ("Thứ", "Chủ nhật", "Tháng"):
        undated = undated.replace(word, "x")
    (one,) = off(article={"body": undated.encode()})
    assert one.check == "article"


def test_what_crawls_have_learned_is_compared_with_the_sample() -> None:
    as_ever = Wrapper(60, Counter(byline=58, section=60), {"title": Counter()}, rules=rules.of("joomla"))
    assert off(before=as_ever) == []
    with_credits = Wrapper(60, Counter(byline=58, attachments=60, credit=60), rules=rules.of("joomla"))
    found = [one for one in off(before=with_credits) if one.check == "layout"]
    assert len(found) == 1
    assert found[0].finding.startswith("credit in ")
    assert found[0].finding.endswith(" of 5 articles, in 100 % before")
    assert off(before=Wrapper(3, Counter(credit=3), rules=rules.of("joomla"))) == [], "three articles say nothing"
