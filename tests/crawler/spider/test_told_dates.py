"""Dates that a page does not print and its lists, or its document of an API, do: the same in whatever order answers come."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest
from scrapy.http import Request, Response, TextResponse
from twisted.python.failure import Failure

from crawler.article import Article
from crawler.platforms.registry import platforms
from crawler.spider.decisions import Ask, Context
from tests.crawler.spider.test_dispatcher import spider, stat
from tests.crawler.spider.test_lists import HOST, crawl, headline, number_of, page

MENU = "<ul><li><a href='/an-ninh'>An ninh trật tự</a></li><li><a href='/giao-thong'>An toàn giao thông</a></li><li><a href='/ma-tuy'>Phòng chống ma túy</a></li></ul>"
TEXT = "Tổ tuần tra số {} đi qua ba thôn trong đêm mưa, gõ kẻng báo yên rồi quay về trước lúc trời sáng hẳn."


def undated(number: int, printed: str = "", head: str = "") -> TextResponse:
    text = TEXT.format(number)
    return page(
        f"{head}{MENU}<h1>Chuyện tuần tra số {number}</h1>{printed}<div class='noidung'><p>{text}</p><p>{text} {text}</p><p>{text} {text} {text}</p></div>"
    )


def listed(numbers: range, date: str = "") -> TextResponse:
    entries = "".join(
        f"<div class='tin'>{headline(number)}{date.format(number)}<p>{TEXT.format(number)}</p></div>"
        for number in numbers
    )
    return page(f"{MENU}<div class='ds'>{entries}</div>")


def portal(path: str) -> Response | None:
    """The home page shows headlines alone, a section the day and the minute; no article prints a date."""
    if path.startswith("/tin/"):
        return undated(number_of(path))
    if path == "/":
        return listed(range(1, 9))
    if path == "/an-ninh":
        return listed(range(1, 7), "<span class='ngay'>0{}/11/2025 08:47</span>")
    return listed(range(9, 12)) if path == "/giao-thong" else listed(range(12, 14)) if path == "/ma-tuy" else None


@pytest.mark.parametrize("seed", range(8))
def test_the_card_of_any_list_tells_the_date_in_whatever_order_lists_are_read(seed: int) -> None:
    made, _, found = crawl(portal, random.Random(seed))
    by_number = {number_of(one.url): one for one in found}
    assert sorted(by_number) == list(range(1, 14)), "those without a date are stored, too"
    for number, one in by_number.items():
        if number < 7:
            assert one.published_at is not None
            assert one.published_at.isoformat() == f"2025-11-0{number}T08:47:00+07:00"
            assert one.published_precision == "minute"
            assert one.extracted_by["published_at"] == "elsewhere: card of a list"
        else:
            assert one.published_at is None
    assert stat(made, "dates_told_elsewhere") == 6
    assert stat(made, "without_date") == 7
    assert made.frontier.fates.items() >= {("stored", 13)}


def test_a_card_of_another_day_says_nothing() -> None:
    def answer(path: str) -> Response | None:
        if path.startswith("/tin/"):
            return undated(number_of(path), "<p>Thứ Bảy, ngày 08/11/2025</p>")
        return listed(range(1, 5), "<span>05/11/2025 08:47</span>") if path == "/" else None

    _, _, found = crawl(answer)
    assert {(str(one.published_at), one.published_precision) for one in found} == {("2025-11-08 00:00:00+07:00", "day")}


LINK = "<link rel='alternate' type='application/json' href='{}/wp-json/wp/v2/posts/{}'>"


def with_documents(path: str, *, documents: bool = True) -> Response | None:
    if path.startswith("/tin/"):
        number = number_of(path)
        return undated(number, f"<span class='posted-on'>0{number}/11/2025</span>", LINK.format(HOST, number))
    if path.startswith("/wp-json/"):
        number = int(path.rpartition("/")[2])
        told = {"date": f"2025-11-0{number}T16:23:24", "date_gmt": f"2025-11-0{number}T09:23:24"}
        return TextResponse(HOST, body=json.dumps(told).encode()) if documents else None
    return listed(range(1, 9)) if path == "/" else None


def test_the_document_of_an_article_tells_the_minute() -> None:
    made, asked, found = crawl(with_documents)
    assert {one.published_at.isoformat() for one in found if one.published_at} == {
        f"2025-11-0{number}T16:23:00+07:00" for number in range(1, 9)
    }
    assert {one.extracted_by["published_at"] for one in found} == {"elsewhere: its document of the API"}
    assert sum(path.startswith("/wp-json/") for path in asked) == 8
    assert +made.frontier.fates == {"stored": 8}


def test_documents_that_say_nothing_are_not_asked_for_for_ever() -> None:
    _, asked, found = crawl(lambda path: with_documents(path, documents=False), random.Random(1))
    assert {one.published_precision for one in found} == {"day"}
    assert len(found) == 8
    assert 3 <= sum(path.startswith("/wp-json/") for path in asked) < 8


def test_an_article_is_stored_though_its_document_never_comes() -> None:
    made = spider()
    made.portal.platform = platforms()["generic"]

    def results(of: Any) -> list[Any]:
        return asyncio.run(of)

    given = with_documents("/tin/chuyen-tuan-tra-so-5.html")
    assert given is not None
    url = f"{HOST}/tin/chuyen-tuan-tra-so-5.html"
    request = made.request(Ask(url, Context("article", "x")))
    (asking,) = results(made.parse(given.replace(url=url, request=request), **request.cb_kwargs))
    assert isinstance(asking, Request)
    failure = Failure(TimeoutError("too slow"))
    failure.request = asking
    (stored,) = results(made.no_answer(failure))
    assert isinstance(stored, Article)
    assert stored.published_precision == "day"
    assert stat(made, "failed_requests") == 0, "the article is whole without it"
