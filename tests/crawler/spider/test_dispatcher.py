"""How a portal is crawled, page by page, without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy.http import HtmlResponse, Request, Response
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from crawler.article import Article
from crawler.net import reading
from crawler.net.guard import Guard
from crawler.net.recorder import Recorder
from crawler.net.remembering import Recollection
from crawler.platforms.page import DEEPEST, LONGEST_PAGE, MOST_TAGS
from crawler.platforms.registry import platforms
from crawler.portals.site import Site, name_of
from crawler.ports import NoMemory
from crawler.spider import dispatcher, routing
from crawler.spider.decisions import Ask, Context, Role
from crawler.spider.dispatcher import PortalSpider
from tintinh.demo.site import DemoSite
from tintinh.demo.truth import expected

HOST = "http://demo.vn"
DEMO = DemoSite()
SECTION = "/tin-an-ninh-trat-tu.html"


class Remembers(NoMemory):
    """A memory that knows some identities."""

    def __init__(self, known: set[str], complete: bool) -> None:
        self._known, self._complete = known, complete

    def known(self, identities: Any) -> set[str]:
        return self._known & set(identities)

    def complete(self) -> bool:
        return self._complete


def spider(known: set[str] = frozenset(), complete: bool = False, **arguments: Any) -> PortalSpider:  # type: ignore[assignment]
    crawler = get_crawler(Site)
    made = crawler._create_spider(start=f"{HOST}/", name="demo", **arguments)
    crawler.get_downloader_middleware = lambda _: None  # type: ignore[method-assign, assignment]
    made.memory = Recollection(Remembers(known, complete))
    made.frontier.complete_before = complete
    made.portal.platform = platforms()["joomla"]
    return made


def parse(made: PortalSpider, response: Response, role: Role = "section", **context: Any) -> list[Any]:
    """What the spider makes of an answer to a request of that role."""
    return asyncio.run(made.parse(response, Context(role, **context)))


def answer(path: str, **changes: Any) -> HtmlResponse:
    page = DEMO.page(path)
    fields = {"status": int(page.status), "body": page.body, "headers": {"Content-Type": page.content_type}} | changes
    return HtmlResponse(HOST + path, request=Request(HOST + path), **fields)


def roles(found: list[Any]) -> dict[str, list[str]]:
    by_role: dict[str, list[str]] = {}
    for request in found:
        by_role.setdefault(request.cb_kwargs["context"].role, []).append(request.url)
    return by_role


def stat(made: PortalSpider, name: str) -> Any:
    return made.crawler.stats.get_value(f"tintinh/{name}", 0)


def test_a_list_gives_its_articles_its_pages_and_the_sections() -> None:
    made = spider()
    found = roles(parse(made, answer(SECTION), "section"))
    on_page = {HOST + one.path for one in expected() if one.section == "Tin an ninh trật tự"}
    assert len(on_page & set(found["article"])) >= 10
    assert set(found["article"]) <= {HOST + one.path for one in expected()}, "boxes beside the list name articles, too"
    assert any("start=10" in url for url in found["page"])
    assert len(found["section"]) >= 5
    assert stat(made, "listed") == len(found["article"])
    assert parse(made, answer(SECTION), "section") == [], "the same list again gives nothing new"


def test_known_articles_are_not_asked_for() -> None:
    first = next(one for one in expected() if one.section == "Tin an ninh trật tự")
    identity = platforms()["joomla"].identity(HOST + first.path)
    found = roles(parse(spider({identity}), answer(SECTION), "section"))
    assert HOST + first.path not in found["article"]
    again = roles(parse(spider({identity}, full=True), answer(SECTION), "section"))
    assert HOST + first.path in again["article"]


@pytest.mark.parametrize(
    ("complete", "full", "follows"), [(True, False, False), (False, False, True), (True, True, True)]
)
def test_pagers_are_left_alone_once_all_is_known(complete: bool, full: bool, follows: bool) -> None:
    joomla = platforms()["joomla"]
    known = {joomla.identity(HOST + one.path) for one in expected()}
    found = roles(parse(spider(known, complete, full=full), answer(SECTION), "section"))
    assert bool(found.get("page")) is follows


def test_limits() -> None:
    found = roles(parse(spider(max_articles=3), answer(SECTION), "section"))
    assert len(found["article"]) == 3
    made = spider(max_pages=2)
    found = roles(parse(made, answer(SECTION), "section"))
    assert sum(len(found.get(role, [])) for role in ("page", "section")) == 1
    assert stat(made, "lists_left_out") > 0


def test_an_article_page_gives_the_article() -> None:
    truth = expected()[0]
    (one,) = parse(spider(province="binh-thuan"), answer(truth.path), "article")
    assert isinstance(one, Article)
    assert (one.title, one.published_at, one.section) == (truth.title, truth.published, truth.section)
    assert (one.portal, one.province, one.platform) == ("demo", "binh-thuan", "joomla")
    assert one.url == one.fetched_url == HOST + truth.path
    assert one.fetched_at.tzinfo is not None
    assert abs(datetime.now(UTC) - one.fetched_at).days == 0


def test_what_a_list_names_of_another_site_is_not_asked_for() -> None:
    made = spider()
    parse(made, answer("/"), "home")
    assert made.ask(Ask("http://other.vn/tin/1.html", Context("article", "one"))) == []
    assert (stat(made, "led_elsewhere"), stat(made, "not_articles")) == (1, 1)
    assert made.ask(Ask("http://other.vn/tin", Context("section"))) == []
    assert (stat(made, "led_elsewhere"), stat(made, "not_articles")) == (2, 1)
    assert len(made.ask(Ask(f"{HOST}/tin/1.html", Context("article", "two")))) == 1


def test_since_leaves_older_articles_out_but_not_those_asked_for() -> None:
    truth = expected()[-1]
    made = spider(since="2020-01-01T00:00:00+07:00")
    assert parse(made, answer(truth.path), "article") == []
    assert stat(made, "before_since") == 1
    assert len(parse(made, answer(truth.path), "asked")) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_missing_article_is_counted_and_no_failure(status: int) -> None:
    made = spider()
    assert parse(made, answer(expected()[0].path, status=status), "article") == []
    assert (stat(made, "missing"), stat(made, "failed_requests")) == (1, 0)


def test_not_modified() -> None:
    made = spider()
    assert parse(made, answer(expected()[0].path, status=304, body=b""), "recheck") == []
    assert stat(made, "not_modified") == 1


@pytest.mark.parametrize("role", ["section", "page", "article"])
def test_errors_of_the_portal_are_told(role: str) -> None:
    made = spider()
    assert parse(made, answer(SECTION, status=503), role) == []
    assert stat(made, "failed_requests") == 1
    assert stat(made, "problem") == f"{HOST}{SECTION} answers 503"
    assert stat(made, "error") == 0


def test_a_home_page_that_fails_fails_the_crawl(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[str] = []
    monkeypatch.setattr("crawler.spider.dispatcher.stop", lambda _, reason: stopped.append(reason))
    made = spider()
    assert parse(made, answer("/", status=500), "home") == []
    assert stat(made, "error") == f"{HOST}/ answers 500"
    assert stopped == ["portal_failed"]


@pytest.mark.parametrize(
    "response",
    [
        Response(HOST + "/x.pdf", body=b"%PDF", headers={"Content-Type": "application/pdf"}),
        HtmlResponse(HOST + "/x", body=b'{"a":1}', headers={"Content-Type": "application/json"}),
        HtmlResponse(HOST + "/x", body=b"", headers={"Content-Type": "text/html"}),
        HtmlResponse(HOST + "/x", body=b"\x00\x01\x02" * 50, headers={"Content-Type": "text/html"}),
        HtmlResponse(HOST + "/x", body=b"<html>" + b"<div>" * 50_000, headers={"Content-Type": "text/html"}),
        HtmlResponse(HOST + "/x", body=b"<p>x", headers={"Content-Type": "text/html; charset=none"}),
    ],
    ids=["pdf", "json", "empty", "bytes", "deep", "charset"],
)
@pytest.mark.parametrize("role", ["article", "section"])
def test_what_is_no_page_gives_nothing(response: Response, role: str) -> None:
    made = spider()
    assert parse(made, response, role) == []
    if role == "article":
        assert stat(made, "not_articles") == 1


def test_a_list_is_no_article() -> None:
    made = spider()
    assert parse(made, answer(SECTION), "asked") == []
    assert stat(made, "not_articles") == 1


def test_a_site_needs_an_address_and_gets_a_name() -> None:
    with pytest.raises(ValueError, match="not an http"):
        Site(start="congan.example.vn")
    assert Site(start="http://www.congan.example.vn:8080/x").name == name_of("http://congan.example.vn:8080/")


def test_without_a_sink_nothing_is_written() -> None:
    assert Recorder.from_crawler(get_crawler(Site)).journal is None


@pytest.mark.parametrize(
    ("asked", "slots"),
    [
        ({}, {"127.0.0.1", "localhost", "::1", "[::1]"}),
        ({"DOWNLOAD_DELAY": "2"}, set()),
        ({"CONCURRENT_REQUESTS_PER_DOMAIN": "1"}, set()),
        ({"DOWNLOAD_DELAY": "2", "DOWNLOAD_SLOTS": '{"localhost": {"delay": 1}}'}, {"localhost"}),
    ],
)
def test_a_pace_that_is_asked_for_holds_on_loopback(asked: dict[str, str], slots: set[str]) -> None:
    settings = Settings()
    settings.setmodule("crawler.net.settings", priority="project")
    settings.setdict(asked, priority="cmdline")
    PortalSpider.update_settings(settings)
    assert set(settings.getdict("DOWNLOAD_SLOTS")) == slots


@pytest.mark.parametrize(("role", "rejected"), [("article", 1), ("section", 0), ("feed", 0)])
def test_whatever_reading_raises_is_told(monkeypatch: pytest.MonkeyPatch, role: Role, rejected: int) -> None:
    """An exception of the reader loses no address unseen, and the run is not whole."""
    made = spider()

    def fail(*_: Any) -> Any:
        raise TypeError("unhashable type: 'dict'")

    monkeypatch.setattr(routing, "decide", fail)
    path = next(path for path in DEMO.paths() if path.startswith("/an-toan-giao-thong/"))
    made.frontier.take({"a": f"{HOST}{path}"}, set())
    assert parse(made, answer(path), role, identity="a") == []
    stats = made.crawler.stats
    assert stats.get_value("tintinh/failed_requests") == 1
    assert stats.get_value("tintinh/problem") == f"{HOST}{path}: could not be read: TypeError: unhashable type: 'dict'"
    assert stats.get_value("tintinh/not_articles", 0) == rejected
    assert made.frontier.fates == ({"rejected": 1, "unfinished": 0} if rejected else {"unfinished": 1})


@pytest.mark.parametrize(("role", "rejected"), [("article", 1), ("section", 0)])
def test_a_page_that_keeps_the_reader_busy_is_told(monkeypatch: pytest.MonkeyPatch, role: Role, rejected: int) -> None:
    made = spider()

    def read_for_ever(*_: Any) -> Iterator[Any]:
        while True:
            if not reading:
                yield

    monkeypatch.setattr(reading, "SECONDS", 0.2)
    monkeypatch.setattr(routing, "decide", read_for_ever)
    assert parse(made, answer(SECTION), role, identity="a") == []
    assert (
        stat(made, "problem") == f"{HOST}{SECTION}: could not be read: reading took more than 0.2 s of processor time"
    )
    assert (stat(made, "failed_requests"), stat(made, "not_articles")) == (1, rejected)


@pytest.mark.parametrize("role", ["article", "section", "home"])
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<p>" + "x" * LONGEST_PAGE, "characters, more than"),
        ("<div>" * (DEEPEST + 1) + "x", "nested more than"),
        ("<br>" * (MOST_TAGS + 1), "tags, more than"),
    ],
)
def test_a_page_that_is_too_much_is_told(monkeypatch: pytest.MonkeyPatch, role: Role, body: str, reason: str) -> None:
    """Whatever it was to be: a list that is not read is no list without articles."""
    monkeypatch.setattr(dispatcher, "stop", lambda *_: None)
    made = spider()
    assert parse(made, answer(SECTION, body=body.encode()), role) == []
    assert reason in stat(made, "problem")
    assert stat(made, "not_articles") == (role == "article")
    assert (reason in (stat(made, "error") or "")) == (role == "home")


def test_a_crawl_that_cannot_begin_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "stop", lambda *_: None)

    class Broken(Remembers):
        def complete(self) -> bool:
            raise ValueError("rubbish")

    made = spider()
    monkeypatch.setattr(dispatcher, "untested", lambda _: None)
    monkeypatch.setattr(made.crawler, "get_downloader_middleware", lambda _: Guard(made.crawler.settings))
    made.memory = Recollection(Broken(set(), False))
    monkeypatch.setattr(made, "is_there", lambda _: asyncio.sleep(0, True))

    async def begin() -> list[Any]:
        return [request async for request in made.start()]

    assert asyncio.run(begin()) == []
    assert stat(made, "error") == "the crawl could not begin: Value: rubbish"
