"""A page's tree, whatever its markup is worth, and selectors that say what libxml2 would say."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from cssselect import HTMLTranslator

from crawler.platforms import markup
from crawler.platforms.evidence import section
from crawler.platforms.markup import MarkupPlatform
from crawler.platforms.page import Page, UnreadablePage, is_broken
from crawler.platforms.registry import platforms

PAGES = sorted((Path(__file__).parent).glob("*/*.html"))
NAMES = (
    "titles",
    "bodies",
    "leads",
    "stamps",
    "signatures",
    "section_labels",
    "pictures",
    "files",
    "entries",
    "chrome",
)
SELECTORS = sorted(
    {css for one in platforms().values() if isinstance(one, MarkupPlatform) for name in NAMES for css in getattr(one, name)}
    | set(markup._MENUS) | set(markup._PAGERS) | set(section._CRUMBS)
)  # fmt: skip


@pytest.mark.parametrize("file", PAGES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_the_index_selects_what_xpath_selects(file: Path) -> None:
    page = Page("http://a.vn/", file.read_bytes())
    for css in SELECTORS:
        assert page.select(css) == page.root.xpath(HTMLTranslator().css_to_xpath(css)), css


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
    assert (is_broken(whole), is_broken(broken)) == (False, True)
    page = Page("http://a.vn/", broken.encode())
    assert [element.text_content() for element in page.select("#text p")] == ["Đoạn một."]


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
