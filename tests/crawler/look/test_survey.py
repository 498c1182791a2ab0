"""What a dozen requests tell of a site, without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.look.report import ALONE, CONFIRMED, DISPUTED, MISSING, NoSite, report
from crawler.look.survey import FORBIDDEN, LEFT_OUT, REQUESTS, SECTIONS, Visit, fields_of, listing_of, page_of, survey
from crawler.platforms.base import Card, Fields, Post
from crawler.platforms.generic import Generic
from crawler.platforms.page import Page
from crawler.platforms.registry import recognize
from tests.support import visit_of
from tintinh.demo.site import DemoSite
from tintinh.demo.truth import expected

HOST = "http://demo.vn"
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
DEMO = DemoSite()
Answers = Mapping[str, Any]


class Net:
    """A site that is asked without a network; `changes` are the visits' fields by path (or by `role`)."""

    def __init__(self, answers: Answers | None = None, **changes: Mapping[str, Any]) -> None:
        self.answers, self.changes, self.asked = answers, changes, list[str]()

    async def __call__(self, wanted: str | Post, role: str) -> Visit:
        assert isinstance(wanted, str)
        self.asked.append(wanted)
        target = "/" + wanted.split("/", 3)[3]
        if self.answers is None:
            page = DEMO.page(target)
            found = {"body": page.body, "content_type": page.content_type, "status": int(page.status)}
        else:
            body = self.answers.get(target)
            kind = "text/xml" if body and body.startswith("<?xml") else "text/html; charset=utf-8"
            found = {"body": (body or "<p>404").encode(), "content_type": kind, "status": 404 if body is None else 200}
        return visit_of(wanted, **(found | {"role": role, "at": NOW} | self.changes.get(role, {})))


def report_of(net: Net, start: str = f"{HOST}/") -> dict[str, Any]:
    return report(asyncio.run(survey(start, net)), now=NOW)


def article(number: int, *, head: str = "", date: str = "09:15, 20/11/2026", tail: str = "") -> str:
    text = "".join(
        f"<p>Đoạn {part} của bài số {number}, đủ dài để người đọc thấy đây là một bài báo thật sự.</p>"
        for part in range(6)
    )
    title = f"Bắt giữ nhóm đối tượng trộm cắp tài sản lần {number}"
    return (
        f"<html><head><title>{title} - Công an tỉnh</title>{head}</head><body>{menu()}<h1 class='title'>{title}</h1>"
        f"<span class='date'>{date}</span><div class='detail-content'>{text}{tail}</div></body></html>"
    )


def menu() -> str:
    return "<nav><a href='/tin-tuc'>Tin tức</a><a href='/gioi-thieu'>Giới thiệu</a></nav>"


def links(numbers: range, *, pager: str = "") -> str:
    entries = "".join(
        f"<h3><a href='/tin-tuc/bat-giu-nhom-doi-tuong-trom-cap-{number}.html'>Bắt giữ nhóm đối tượng trộm cắp tài sản lần {number}</a></h3>"
        for number in numbers
    )
    return f"<html><head><title>Công an tỉnh</title></head><body>{menu()}<div>{entries}</div>{pager}</body></html>"


def plain_site(
    pager: str = "<div class='pagination'><a href='/tin-tuc?page=2'>2</a></div>", **how: Any
) -> dict[str, str]:
    """A small news site of no known platform."""
    pages = {
        f"/tin-tuc/bat-giu-nhom-doi-tuong-trom-cap-{number}.html": article(number, **how) for number in range(100, 110)
    }
    return {"/": links(range(100, 105)), "/tin-tuc": links(range(100, 110), pager=pager), "/robots.txt": "", **pages}


def test_the_demo_portal() -> None:
    net = Net()
    found = report_of(net)
    assert len(net.asked) < REQUESTS
    assert len(set(net.asked)) == len(net.asked)
    assert found["platform"]["name"] == "joomla"
    assert found["platform"]["score"] > 0.9
    assert found["platform"]["evidence"]
    assert {HOST + path for path in ("/tin-an-ninh-trat-tu.html", "/an-toan-giao-thong.html")} <= {
        section["url"] for section in found["sections"]
    }
    read = [section for section in found["sections"] if "articles" in section]
    assert len(read) == SECTIONS
    assert all(section["articles"] > 5 for section in read)
    assert [feed["addresses"] for feed in found["feeds"]] == [10]
    assert found["sitemaps"] == []
    truth = {HOST + one.path: one for one in expected()}
    assert len(found["articles"]) == 3
    for sample in found["articles"]:
        one, fields = truth[sample["url"]], sample["fields"]
        assert fields["title"]["value"] == one.title
        assert fields["title"]["confidence"] == CONFIRMED
        assert fields["title"]["rule"].startswith("joomla: ")
        assert fields["published_at"]["value"] == one.published.isoformat()
        assert fields["authors"]["value"] == list(one.authors)
        assert fields["body"]["value"] == one.body
        assert (fields["unit"]["confidence"] == MISSING) is (one.unit is None)
    assert len({sample["fields"]["section"]["value"] for sample in found["articles"]}) > 1, "of different sections"
    assert found["check"] == []


def test_an_article_leads_to_its_site() -> None:
    truth = expected()[5]
    found = report_of(Net(), HOST + truth.path)
    assert found["url"] == HOST + truth.path
    assert found["home"] == f"{HOST}/"
    assert found["articles"][0]["url"] == HOST + truth.path
    assert len(found["articles"]) == 3


def test_a_section_is_as_good_a_start_as_the_home_page() -> None:
    found = report_of(Net(), f"{HOST}/an-toan-giao-thong.html")
    assert found["home"] == f"{HOST}/an-toan-giao-thong.html"
    assert len(found["articles"]) == 3


def test_a_site_of_no_known_platform() -> None:
    found = report_of(Net(plain_site()))
    assert found["platform"]["name"] == "generic"
    assert [sample["fields"]["published_at"]["value"] for sample in found["articles"]] == [
        "2026-11-20T09:15:00+07:00"
    ] * 3
    assert "no platform was recognized: fields are found by general rules" in found["check"]
    assert "no byline in 3 articles" in found["check"]
    assert not any("next page" in line for line in found["check"])


@pytest.mark.parametrize(
    ("site", "line"),
    [
        ({"pager": "<a href='#' onclick='more()'>Xem thêm</a>"}, "no next page was found in any section read"),
        ({"date": "20/11/2026"}, "the date is known only to the day in 3 articles"),
        ({"date": "09:15, 20/12/2026"}, "a date lies in the future"),
        ({"head": "<meta property='article:published_time' content='2026-11-20T09:15:00Z'>"}, "the time zone looks unset"),
        ({"head": "<meta property='article:published_time' content='2026-11-19T20:00:00+07:00'>"}, "published_at is disputed in 3 of 3"),
    ],
    ids=["pager", "day", "future", "zone", "disputed"],
)  # fmt: skip
def test_what_a_person_should_check(site: dict[str, str], line: str) -> None:
    assert line not in "\n".join(report_of(Net(plain_site()))["check"]), "a sound site has none of this"
    assert line in "\n".join(report_of(Net(plain_site(**site)))["check"])


def test_disputed_and_confirmed_values() -> None:
    machine = "<meta property='article:published_time' content='2026-11-{}T09:15:00+07:00'>"
    for day, confidence in (("20", CONFIRMED), ("18", DISPUTED)):
        found = report_of(Net(plain_site(head=machine.format(day))))
        assert {sample["fields"]["published_at"]["confidence"] for sample in found["articles"]} == {confidence}


def test_a_source_does_not_confirm_itself() -> None:
    head = "<meta property='article:published_time' content='2026-11-20T09:15:00+07:00'>"
    linked = '<script type=\'application/ld+json\'>{"@type": "Article", "datePublished": "2026-11-20T09:15:00+07:00"}</script>'
    for told, confidence in ((head, ALONE), (head + linked, CONFIRMED)):
        found = report_of(Net(plain_site(date="", head=told)))
        assert {sample["fields"]["published_at"]["confidence"] for sample in found["articles"]} == {confidence}


@pytest.mark.parametrize(
    ("role", "changes", "line"),
    [
        ("home", {"url": "https://moi.gov.vn/"}, "demo.vn redirects to another host: moi.gov.vn"),
        ("section", {"error": FORBIDDEN, "status": None}, f"robots.txt forbids {HOST}/tin-"),
        ("section", {"status": 500}, "answers 500"),
        ("section", {"error": LEFT_OUT}, "the site answers so slowly that part of it was left out"),
        ("article", {"status": 404}, "is listed as an article: answers 404"),
        ("home", {"certificate_ends": NOW + timedelta(days=3)}, "the certificate ends on 2026-11-26"),
        ("feed", {"body": b"<p>no"}, "neither a feed nor a sitemap"),
    ],
    ids=["host", "robots", "500", "slow", "404", "certificate", "feed"],
)
def test_answers_that_need_a_person(role: str, changes: dict[str, Any], line: str) -> None:
    assert line in "\n".join(report_of(Net(**{role: changes}))["check"])


def test_a_slow_portal() -> None:
    slow = {role: {"seconds": 4.5} for role in ("robots", "home", "section", "feed", "sitemap", "article")}
    assert "the portal answers slowly: 4.5 s a page" in report_of(Net(**slow))["check"]


def test_sitemaps_that_robots_declares() -> None:
    listed = "<url><loc>http://demo.vn/tin-tuc/a-1.html</loc></url>" * 2
    site = plain_site() | {
        "/robots.txt": f"Sitemap: {HOST}/s.xml\nSitemap: {HOST}/t.xml",
        "/s.xml": f"<?xml version='1.0'?><urlset>{listed}</urlset>",
    }
    net = Net(site, robots={"content_type": "text/plain"})
    assert report_of(net)["sitemaps"] == [{"url": f"{HOST}/s.xml", "addresses": 1}, {"url": f"{HOST}/t.xml"}]
    assert f"{HOST}/sitemap.xml" not in net.asked


def test_a_site_without_news() -> None:
    found = report_of(Net({"/": "<html><body><h1>Xin chào</h1><p>Trang cá nhân.</p></body></html>"}))
    assert found["articles"] == []
    assert "no article could be read: is this a news site?" in found["check"]
    assert "no sections were found in the menu" in found["check"]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"robots": {"error": "demo.vn does not answer: Timeout"}}, "demo.vn does not answer: Timeout"),
        ({"home": {"error": FORBIDDEN}}, "robots.txt of demo.vn forbids http://demo.vn/"),
        ({"home": {"error": "demo.vn does not answer: Timeout"}}, "demo.vn does not answer: Timeout"),
        ({"home": {"status": 404}}, "http://demo.vn/ answers 404"),
        ({"home": {"content_type": "application/pdf", "body": b"%PDF-1.4"}}, "is not a page of text (application/pdf, 8 bytes)"),
        ({"home": {"body": b""}}, "is not a page of text (text/html, 0 bytes)"),
        ({"home": {"body": b"\x00\x01\x02\xff" * 200}}, "is not a page of text (text/html, 800 bytes)"),
        ({"home": {"body": b"just words"}}, "is not a page of text"),
    ],
    ids=["silent", "forbidden", "broken", "404", "pdf", "empty", "bytes", "words"],
)  # fmt: skip
def test_no_site_at_all(changes: dict[str, Any], line: str) -> None:
    net = Net(**changes)
    with pytest.raises(NoSite) as raised:
        report_of(net)
    assert line in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(net.asked) <= 2


def test_lists_tell_how_they_go_on_and_where_they_end() -> None:
    pages = plain_site(
        pager="<div class='p'><b>1</b><a href='/tin-tuc?page=2'>2</a><a href='/tin-tuc?page=3'>3</a></div>"
    )
    pages["/tin-tuc?page=2"] = links(
        range(106, 116), pager="<div class='p'><a href='/tin-tuc'>1</a><b>2</b><a href='/tin-tuc?page=3'>3</a></div>"
    )
    (section,) = [one for one in report_of(Net(pages))["sections"] if one.get("articles")]
    assert (section["end"], section["end_reason"]) == ("more", "page 1 of 3")
    assert section["pages"] == [f"{HOST}/tin-tuc?page=2", f"{HOST}/tin-tuc?page=3"]
    assert section["second_page"] | {"url": ""} == {
        "url": "",
        "articles": 10,
        "new": 6,
        "end": "more",
        "end_reason": "page 2 of 3",
    }
    found = report_of(Net(pages | {"/tin-tuc?page=2": pages["/tin-tuc"]}))
    assert f"{HOST}/tin-tuc?page=2 shows nothing that the first page does not" in found["check"]


def test_what_would_be_lost() -> None:
    more = report_of(Net(plain_site(pager="<a href='#' onclick='more()'>Xem thêm</a>")))
    assert {
        "url": f"{HOST}/tin-tuc",
        "reason": "the list goes on where no crawl can follow: “Xem thêm” has no address",
    } in more["lost"]
    assert report_of(Net(plain_site()))["lost"] == []
    gone = report_of(Net(article={"status": 404}))["lost"]
    assert {one["reason"] for one in gone} == {"answers 404"}


def test_witnesses_for_and_against() -> None:
    head = (
        "<meta property='og:title' content='Bắt giữ nhóm đối tượng trộm cắp tài sản lần 100'>"
        "<meta property='article:published_time' content='2026-11-18T09:15:00+07:00'><meta name='author' content='admin'>"
    )
    found = report_of(Net(plain_site(head=head, tail="<p style='text-align:right'><b>Hữu Liêm – PV28</b></p>")))
    (fields,) = [one["fields"] for one in found["articles"] if one["url"].endswith("-100.html")]
    assert fields["title"]["for"] == ["<title>", "meta og:title", "list card title"]
    assert fields["published_at"]["against"] == ["meta article:published_time: 2026-11-18T09:15:00+07:00"]
    assert (fields["authors"]["value"], fields["authors"]["against"]) == (["Hữu Liêm"], ["meta author: admin"])


class Endless(Generic):
    """Reads for ever."""

    def kind(self, page: Page, card: Card | None = None) -> str:
        while True:
            pass


def test_a_page_that_keeps_the_reader_busy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """`probe` ends, and reads the other pages."""
    monkeypatch.setattr("crawler.look.survey.SECONDS", 0.2)
    visit = visit_of(f"{HOST}/tin/1.html", body=article(1).encode(), content_type="text/html", status=200, at=NOW)
    assert fields_of(visit, Endless()) == "not read: that takes more than 0.2 s"
    assert listing_of(visit, Endless()) is None
    assert isinstance(fields_of(visit, recognize(page)[0]) if (page := page_of(visit)) else None, Fields)
