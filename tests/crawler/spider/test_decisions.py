"""What answers lead to, decided without a framework and without a network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from crawler.lines import LONGEST_ADDRESS
from crawler.platforms.base import Card, Fields, Listing
from crawler.platforms.page import Page
from crawler.platforms.registry import platforms
from crawler.spider import articles
from crawler.spider.decisions import (
    Answer,
    Ask,
    Context,
    Count,
    Decision,
    End,
    Facts,
    Problem,
    Recall,
    Reject,
    Settle,
    Store,
)  # fmt: skip
from crawler.spider.frontier import Frontier
from crawler.spider.routing import Portal, decide
from ingest import store
from tests.crawler.spider.test_lists import article, headline, page
from tests.support import START

HOST = "http://demo.vn"
LIST = "".join(headline(number) for number in range(1, 4))


def portal(**frontier: Any) -> Portal:
    return Portal(Facts("demo", f"{HOST}/"), Frontier(**frontier), platforms()["generic"], is_named=True)


def answer(path: str, body: bytes, status: int = 200, *, is_page: bool = True) -> Answer:
    url = HOST + path
    return Answer(url, status, body, START, url, url, lambda: Page(url, body) if is_page else None)


def decided(found: Iterable[Decision], stored: set[str] = frozenset(), *, at: Portal | None = None) -> list[Decision]:  # type: ignore[assignment]
    """The decisions, those after asking the memory included; fates are written down as the spider does."""
    decisions: list[Decision] = []
    for decision in found:
        if isinstance(decision, Recall):
            decisions += decided(decision.follow(stored & set(decision.identities)), stored, at=at)
        else:
            decisions.append(decision)
            if at is not None and isinstance(decision, Settle):
                at.frontier.settle(decision.identity, decision.fate)
    return decisions


def of(kind: type[Any], decisions: Iterable[Decision]) -> list[Any]:
    return [decision for decision in decisions if isinstance(decision, kind)]


def test_the_same_answers_lead_to_the_same_decisions() -> None:
    answers = [("/", page(LIST).body, "home"), ("/tin/chuyen-tuan-tra-so-1.html", article(1).body, "article")]
    first, second = (
        [
            decision
            for path, body, role in answers
            for decision in decided(decide(answer(path, body), Context(role), made))
        ]  # type: ignore[arg-type]
        for made in (portal(), portal())
    )
    assert first == second
    assert of(Store, first)


def test_an_article_that_a_menu_leads_to_is_stored_and_not_asked_for_again() -> None:
    made = portal()
    path = "/tin/chuyen-tuan-tra-so-2.html"
    (stored,) = of(Store, decided(decide(answer(path, article(2).body), Context("section"), made), at=made))
    assert stored.article.title == "Chuyện tuần tra số 2"
    asked = of(Ask, decided(decide(answer("/", page(LIST).body), Context("home"), made), at=made))
    assert sorted(ask.url[-6] for ask in asked if ask.context.role == "article") == ["1", "3"]
    assert made.frontier.fates == {"stored": 1, "unfinished": 2}


def test_an_article_asked_for_is_not_read_again_where_a_menu_leads_to_it() -> None:
    made = portal()
    decided(decide(answer("/", page(LIST).body), Context("home"), made), at=made)
    again = decided(decide(answer("/tin/chuyen-tuan-tra-so-2.html", article(2).body), Context("section"), made))
    assert again == [Count("articles_met_again")]


def test_a_page_about_the_portal_is_no_news() -> None:
    class Undated(type(platforms()["generic"])):  # type: ignore[misc]
        def kind(self, page: Page, card: Card | None = None) -> str:
            return "article"

        def extract(self, page: Page, card: Card | None = None) -> Fields:
            return Fields(title="Giới thiệu", identity="demo.vn/gioi-thieu", body="Công an tỉnh.")

    made = portal()
    made.platform = Undated()
    decisions = decided(decide(answer("/gioi-thieu", b"<p>x"), Context("section"), made))
    assert decisions == [Count("static_pages")]
    identity = made.platform.identity(f"{HOST}/gioi-thieu")
    made.frontier.take({identity: f"{HOST}/gioi-thieu"}, set())
    listed = decided(decide(answer("/gioi-thieu", b"<p>x"), Context("article", identity), made), at=made)
    assert len(of(Store, listed)) == 1, "a list that names it makes it news"
    assert {count.name for count in of(Count, listed)} == {
        "without_date", "without_byline", "without_section", "without_lead"
    }  # fmt: skip


FATES = [
    ("stored", article(1).body, 200), ("rejected", page("<h1>x</h1>").body, 200), ("missing", b"", 404), ("failed", b"", 500),
    ("known", b"", 304), ("list", page(LIST).body, 200),
]  # fmt: skip


@pytest.mark.parametrize(("fate", "body", "status"), FATES, ids=[fate for fate, _, _ in FATES])
def test_every_listed_article_has_an_end(fate: str, body: bytes, status: int) -> None:
    made = portal()
    decided(decide(answer("/", page(LIST).body), Context("home"), made), at=made)
    assert made.frontier.fates == {"unfinished": 3}
    identity = platforms()["generic"].identity(f"{HOST}/tin/chuyen-tuan-tra-so-1.html")
    at = answer("/tin/chuyen-tuan-tra-so-1.html", body, status)
    decided(decide(at, Context("article", identity), made), at=made)
    assert +made.frontier.fates == {fate: 1, "unfinished": 2}
    assert made.frontier.fates.total() == len(made.frontier.met)


def test_known_and_left_out_articles_are_counted_as_such() -> None:
    made = portal(max_articles=1)
    identity = platforms()["generic"].identity(f"{HOST}/tin/chuyen-tuan-tra-so-1.html")
    decided(decide(answer("/", page(LIST).body), Context("home"), made), {identity}, at=made)
    assert made.frontier.fates == {"known": 1, "unfinished": 1, "left_out": 1}


def test_two_addresses_of_one_article_are_a_duplicate() -> None:
    class SameIdentity(type(platforms()["generic"])):  # type: ignore[misc]
        def extract(self, page: Page, card: Card | None = None) -> Fields:
            return Fields(title="Một", identity="demo.vn#1", body="Đoạn.", published_at=START)

    made = portal()
    made.platform = SameIdentity()
    made.frontier.take({"a": f"{HOST}/a", "b": f"{HOST}/b"}, set())
    found = [
        decided(decide(answer(f"/tin/chuyen-tuan-tra-so-{n}.html", article(n).body), Context("article", name), made), at=made)
        for n, name in ((1, "a"), (2, "b"))
    ]  # fmt: skip
    assert [len(of(Store, decisions)) for decisions in found] == [1, 0]
    assert +made.frontier.fates == {"stored": 1, "duplicate": 1}


def test_a_page_that_its_script_fills_with_itself_is_rejected() -> None:
    made = portal()
    made.platform = platforms()["dotnetnuke"]
    filled = b"<html><head><script src='/DesktopModules/x.js'></script></head><body><div data-moduleid='1'></div></body></html>"
    context = Context("article", "x", is_elsewhere=True)
    decisions = decided(decide(answer("/tin-tuc/bat-trom-12", filled), context, made))
    assert not of(Ask, decisions)


def test_the_card_of_a_list_travels_to_the_page() -> None:
    url, cards = f"{HOST}/tin/chuyen-tuan-tra-so-7.html", []

    class WithCards(type(platforms()["generic"])):  # type: ignore[misc]
        def listing(self, page: Page) -> Listing:
            return Listing(articles=[url], cards={url: Card(url, "Chuyện", "05/11/2025 08:00", section="Tin")})

        def kind(self, page: Page, card: Card | None = None) -> str:
            return "article" if "-7" in page.url else "list"

        def extract(self, page: Page, card: Card | None = None) -> Fields:
            cards.append(card)
            return Fields(title="Chuyện", identity="x", body="Đoạn.")

    made = portal()
    made.platform = WithCards()
    asked = [
        ask for ask in of(Ask, decided(decide(answer("/", page("").body), Context("home"), made))) if ask.url == url
    ]
    decided(decide(answer("/tin/chuyen-tuan-tra-so-7.html", article(7).body), asked[0].context, made))
    assert cards == [Card(url, "Chuyện", "05/11/2025 08:00", section="Tin")]


FEED = """<?xml version="1.0"?><rss version="2.0"><channel><item><title>Chuyện tuần tra số 5</title>
<link>/tin/chuyen-tuan-tra-so-5.html</link><pubDate>Thu, 1 Oct 2026 01:10:00 GMT</pubDate><category>Tin</category>
<description>&lt;img src="/a.jpg"&gt; Đi qua ba thôn.</description></item></channel></rss>"""


def test_a_feed_served_as_a_page_is_read_and_says_what_it_knows() -> None:
    made = portal()
    decisions = decided(decide(answer("/rss/tin.xml", FEED.encode()), Context("feed"), made))
    (asked,) = of(Ask, decisions)
    url = f"{HOST}/tin/chuyen-tuan-tra-so-5.html"
    assert asked.url == url
    assert asked.context.card == Card(
        url, "Chuyện tuần tra số 5", "Thu, 1 Oct 2026 01:10:00 GMT", datetime.fromisoformat("2026-10-01T01:10:00+00:00"),
        lead="Đi qua ba thôn.", section="Tin", source="feed",
    )  # fmt: skip


def test_a_sitemap_may_name_relative_addresses() -> None:
    made = portal()
    index = b"<sitemapindex><sitemap><loc>tin.xml</loc></sitemap></sitemapindex>"
    (part,) = of(Ask, decided(decide(answer("/so/s.xml", index), Context("sitemap"), made)))
    assert part.url == f"{HOST}/so/tin.xml"
    urlset = b"<urlset><url><loc>/tin/chuyen-tuan-tra-so-5.html</loc></url></urlset>"
    (asked,) = of(Ask, decided(decide(answer("/so/tin.xml", urlset), Context("sitemap"), made)))
    assert asked.url == f"{HOST}/tin/chuyen-tuan-tra-so-5.html"


def test_refusals() -> None:
    made = portal()
    assert decided(decide(answer("/rss", b"", 404), Context("feed"), made)) == [Count("feeds_missing")]
    reason = f"{HOST}/ answers 503"
    assert decided(decide(answer("/", b"", 503), Context("home"), made)) == [
        Problem(reason), Settle(None, "failed"), End(reason)
    ]  # fmt: skip
    asked = decided(decide(answer("/x", b"", 410), Context("asked"), made))
    assert of(Reject, asked) == [Reject(f"{HOST}/x", "the portal answers 410")]


def led(path: str, to: str, body: bytes) -> Answer:
    return Answer(to, 200, body, START, HOST + path, to, lambda: Page(to, body))


@pytest.mark.parametrize("role", ["article", "asked"])
def test_an_article_that_leads_to_another_site_is_not_this_portals(role: Any) -> None:
    made, path = portal(), "/tin/chuyen-tuan-tra-so-1.html"
    decided(decide(answer("/", page(LIST).body), Context("home"), made))
    found = decided(decide(led(path, f"http://other.vn{path}", article(1).body), Context(role, "one"), made))
    assert found == [Reject(HOST + path, "leads to another site: other.vn"), Settle("one", "rejected")]


@pytest.mark.parametrize("role", ["section", "page", "feed", "sitemap"])
def test_a_list_that_leads_to_another_site_is_not_followed(role: Any) -> None:
    made = portal()
    decided(decide(answer("/", page(LIST).body), Context("home"), made))
    found = decided(decide(led("/tin", "http://other.vn/tin", page(LIST).body), Context(role), made))
    assert (of(Ask, found), of(Store, found), of(Problem, found)) == ([], [], [])
    assert Count("led_elsewhere") in found


@pytest.mark.parametrize("host", ["https://demo.vn", "http://www.demo.vn", "http://tin.demo.vn", "http://new.demo.vn"])
def test_a_portals_own_hosts_are_followed(host: str) -> None:
    """Those of its file, with and without www and TLS, and the one that its home page answers from."""
    made, path = portal(), "/tin/chuyen-tuan-tra-so-1.html"
    made.facts = replace(made.facts, hosts=("demo.vn", "tin.demo.vn"))
    decided(decide(led("/", "http://new.demo.vn/", page(LIST).body), Context("home"), made))
    (stored,) = of(Store, decided(decide(led(path, host + path, article(1).body), Context("article"), made)))
    assert stored.article.url == host + path


def test_the_longest_address_is_that_of_the_database() -> None:
    assert LONGEST_ADDRESS == store.LONGEST_ADDRESS


def test_an_article_that_is_no_text_is_rejected() -> None:
    """Its line could not be written, and would take all that wait with it."""
    made = portal()
    assert made.platform is not None
    fields = Fields(title="Chuyện tuần tra \ud800", identity="a.vn#1", body="Đi qua ba thôn.")
    context = Context("article", "a.vn#1")
    made.frontier.take({"a.vn#1": f"{HOST}/1"}, set())
    given = answer("/1", b"")
    decisions = list(articles.store(fields, given, context, made.platform, made.facts, made.frontier))
    assert [one.url for one in of(Reject, decisions)] == [given.url]
    assert of(Settle, decisions) == [Settle("a.vn#1", "rejected")]
