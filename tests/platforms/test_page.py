"""A page's tree, whatever its markup is worth."""

from __future__ import annotations

from datetime import datetime

import pytest

from crawler.platforms.evidence import dating
from crawler.platforms.page import Page, UnreadablePage


def test_selectors_below_an_element() -> None:
    page = Page(
        "http://a.vn/", b"<div id='a'><p class='x y'>1</p></div><div id='b'><p class='y'>2</p><p class='xy'>3</p></div>"
    )
    (scope,) = page.select("#b")
    assert [element.text for element in page.select(".y", scope)] == ["2"]
    assert [element.text for element in page.select("p.y, .xy")] == ["1", "2", "3"]
    assert page.select("#b p.x") == []


def test_an_element_left_open_does_not_swallow_the_page() -> None:
    whole = "<h1>Một tựa đề</h1><div id='side'><div><a href='/x'>Tin khác</a></div></div><div id='text'><p>Đoạn một.</p></div>"
    broken = whole.replace("<a href='/x'>Tin khác</a></div>", "<a href='/x'>Tin khác</a>")
    page = Page("http://a.vn/", broken.encode())
    assert [element.text for element in page.select("#text p")] == ["Đoạn một."]


@pytest.mark.parametrize("rubbish", [b"", b"  \n", b"<!-- -->", b"<?xml version='1.0'?>"])
def test_a_page_without_markup_is_told(rubbish: bytes) -> None:
    with pytest.raises(UnreadablePage):
        Page("http://a.vn/", rubbish)


def test_what_machines_are_told() -> None:
    page = Page(
        "http://www.a.vn/x?utm_source=z",
        b"""<meta property='OG:Title' content=' Mot  tua '><meta name=author content=admin><meta property='og:title' content='hai'>
        <script type='application/ld+json'>{"@graph": [{"@type": "Organization"}, {"@type": "NewsArticle", "headline": "Mot"}]}</script>
        <script type='application/ld+json'>{rubbish</script><script type='application/ld+json'>[[[{"a": 1}]]]</script>""",
        fetched_at=datetime(2026, 11, 23),
    )
    assert page.meta == {"og:title": "Mot tua", "author": "admin"}
    assert [data.get("@type") for data in page.linked_data if "@type" in data] == ["Organization", "NewsArticle"]
    assert page.address == "http://www.a.vn/x"


def test_a_date_in_a_shape_of_its_own_is_read_where_the_platform_prints_its_dates() -> None:
    """The last resort, dateparser, is asked for a label that is named as a date only, and `extracted_by` says so."""
    text = "".join(
        f"<p>Đoạn {number} của bài, đủ dài để ai cũng thấy rằng đây là một bài báo.</p>" for number in range(5)
    )
    markup = f"<h1>Bắt nhóm trộm xe máy liên tỉnh trong đêm</h1><div class='d'>11/Aug/2017</div><div>{text}</div>"
    page = Page("http://a.vn/tin/1.html", f"<title>Bắt nhóm trộm xe máy liên tỉnh trong đêm</title>{markup}".encode())
    heading, bodies = page.select("h1")[0], page.select("div")[1:]
    assert dating.published(page, heading, bodies) is None
    found = dating.published(page, heading, bodies, (".d",))
    assert found is not None
    assert (found.stamp.at.date().isoformat(), found.rule) == ("2017-08-11", "printed, unlabelled, by dateparser")


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("/viewtopic.php?f=3&amp;t=129", "http://a.vn/viewtopic.php?f=3&t=129"),
        ("/viewtopic.php", "http://a.vn/viewtopic.php?f=3&t=129&p=361"),
        ("/viewtopic.php?f=3&amp;t=130", "http://a.vn/viewtopic.php?f=3&t=129&p=361"),
        ("http://b.vn/viewtopic.php?f=3", "http://a.vn/viewtopic.php?f=3&t=129&p=361"),
    ],
)
def test_a_page_may_say_which_parts_of_its_query_say_nothing(told: str, address: str) -> None:
    markup = f"<head><link rel=canonical href='{told}'></head><body><p>Một đoạn.</p></body>"
    assert Page("http://a.vn/viewtopic.php?f=3&t=129&p=361", markup.encode()).told_address == address
