"""Bounds of a run: portals that name more than anybody reads, without a network."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy.http import Response

from crawler.platforms.evidence.menu import MOST_LINKS
from crawler.platforms.registry import platforms
from crawler.spider import dispatcher, feeds, figures, frontier
from crawler.spider.dispatcher import PortalSpider
from crawler.spider.frontier import DEEPEST_SITEMAP
from tests.crawler.spider.test_dispatcher import parse, spider, stat
from tests.crawler.spider.test_lists import HOST, page


def generic(**arguments: Any) -> PortalSpider:
    made = spider(**arguments)
    made.portal.platform = platforms()["generic"]
    return made


def test_an_endless_chain_of_sitemap_indexes_ends() -> None:
    made = generic()
    made.portal.declared_sitemaps = [f"{HOST}/0.xml"]
    asked = sitemaps_of(parse(made, page("<h1>Trang chủ</h1>").replace(url=f"{HOST}/"), "home"))
    number = 0
    while asked:
        number += 1
        index = f"<sitemapindex><sitemap><loc>{HOST}/{number}.xml</loc></sitemap></sitemapindex>"
        (first,) = asked
        asked = sitemaps_of(parse(made, answer_to(first, index), **vars_of(first)))
    assert number == DEEPEST_SITEMAP + 1
    assert made.frontier.reached == [f"sitemaps in sitemaps ({DEEPEST_SITEMAP} deep)"]


def test_sitemaps_that_fan_out_and_many_in_robots_txt_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontier, "MOST_SITEMAPS", 30)
    made = generic()
    made.portal.declared_sitemaps = [f"{HOST}/{number}.xml" for number in range(20)]
    asked = sitemaps_of(parse(made, page("<h1>Trang chủ</h1>").replace(url=f"{HOST}/"), "home"))
    assert len(asked) == 20
    parts = "".join(f"<sitemap><loc>{HOST}/part-{number}.xml</loc></sitemap>" for number in range(20))
    index = f"<sitemapindex>{parts}</sitemapindex>"
    assert len(sitemaps_of(parse(made, answer_to(asked[0], index), **vars_of(asked[0])))) == 10
    assert made.frontier.reached == ["sitemaps (30)"]


def test_what_sitemaps_name_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The listed articles, those of one sitemap, and how many addresses are read at all; the listed have one end each."""
    monkeypatch.setattr(frontier, "MOST_LISTED", 25)
    monkeypatch.setattr(frontier, "MOST_NAMED", 40)
    monkeypatch.setattr(feeds, "MOST_ADDRESSES", 20)
    made = generic()
    for number in range(3):
        named = "".join(f"<url><loc>{HOST}/bat-giu-doi-tuong-so-{number}-{n}.html</loc></url>" for n in range(30))
        response = page("").replace(url=f"{HOST}/{number}.xml", body=f"<urlset>{named}</urlset>".encode())
        assert len(parse(made, response, "sitemap")) == (20, 5, 0)[number]
    assert made.frontier.reached == [
        "addresses of a sitemap (20)",
        "articles listed (25)",
        "addresses of sitemaps (40)",
    ]
    assert stat(made, "listed") == sum(made.frontier.fates.values()) == 25


def test_no_more_requests_than_wanted() -> None:
    """What may not be sent is left out, and the run says which bound that was."""
    made = generic(max_requests=4)
    home = page(
        "".join(f"<h3><a href='/bat-giu-doi-tuong-so-{n}.html'>Bắt giữ đối tượng số {n}</a></h3>" for n in range(9))
    )
    assert len(parse(made, home.replace(url=f"{HOST}/"), "home")) == 4
    assert made.frontier.reached == ["max_requests (4 requests)"]
    assert made.frontier.fates == {"unfinished": 4, "left_out": 5}


def test_articles_wait_until_others_are_answered() -> None:
    """All are asked for in the end, and never more at a time than may be."""
    made = generic()
    made.backlog.most, made.backlog.under_way = 3, 1  # the home page
    home = page(
        "".join(f"<h3><a href='/bat-giu-doi-tuong-so-{n}.html'>Bắt giữ đối tượng số {n}</a></h3>" for n in range(9))
    )
    asked = parse(made, home.replace(url=f"{HOST}/"), "home")
    seen = set()
    while asked:
        assert len(asked) <= 3
        seen.add(asked[0].url)
        asked = asked[1:] + parse(made, page("<h1>Lỗi</h1>", status=404).replace(url=asked[0].url), **vars_of(asked[0]))
    assert len(seen) == 9


def test_a_page_with_more_links_than_are_read_is_told() -> None:
    """Where it has a pager, too, which says nothing of its end."""
    made = generic()
    links = "".join(
        f"<a href='/bat-giu-doi-tuong-so-{n}.html'>Bắt giữ đối tượng số {n}</a>" for n in range(MOST_LINKS + 1)
    )
    parse(
        made, page(f"{links}<p><a href='/tin?page=1'>1</a> <a href='/tin?page=2'>2</a></p>").replace(url=f"{HOST}/tin")
    )
    assert made.frontier.reached == [f"links of a page ({MOST_LINKS})"]


def test_lists_that_name_nothing_end_the_crawl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "HOPELESS", 5)
    monkeypatch.setattr(dispatcher, "stop", lambda *_: None)
    monkeypatch.setattr(dispatcher, "is_stopping", lambda _: False)
    made = generic()
    home = page(
        "".join(f"<h3><a href='/bat-giu-doi-tuong-so-{n}.html'>Bắt giữ đối tượng số {n}</a></h3>" for n in range(9))
    )
    for number, request in enumerate(parse(made, home.replace(url=f"{HOST}/"), "home")):
        assert (stat(made, "error") == 0) == (number <= 5)
        parse(made, page("<h1>Lỗi</h1>", status=404).replace(url=request.url), **vars_of(request))
    assert stat(made, "error").startswith("8 of 8 listed articles came to nothing")


def sitemaps_of(found: list[Any]) -> list[Any]:
    return [one for one in found if one.cb_kwargs["context"].role == "sitemap"]


def answer_to(request: Any, body: str) -> Response:
    return page("").replace(url=request.url, body=body.encode())


def vars_of(request: Any) -> dict[str, Any]:
    """What travels with a request."""
    context = request.cb_kwargs["context"]
    return {"role": context.role, "identity": context.identity, "barren": context.barren}
