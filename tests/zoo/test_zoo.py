"""Pages in the manner of themes and home-made templates, read as a careful reader would read them.

A site is a folder: `article.html` with `truth.json`, and `list.html` where the truth has a `list`. A field the truth
leaves out is not demanded: there the page leaves it open what a reader would say.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.platforms.base import Fields, Listing, Platform
from crawler.platforms.page import Page
from crawler.platforms.registry import recognize

HERE = Path(__file__).parent
FETCHED = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SITES = sorted(folder.parent.name for folder in HERE.glob("*/truth.json"))
FIELDS = (
    "title",
    "published_at",
    "published_precision",
    "byline",
    "authors",
    "unit",
    "credit",
    "lead",
    "section",
    "paragraphs",
    "images",
    "captions",
)


@cache
def truth(site: str) -> dict[str, Any]:
    text = unicodedata.normalize("NFC", (HERE / site / "truth.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = json.loads(text)
    return found


@cache
def read(site: str, part: str) -> tuple[Page, Platform]:
    told = truth(site)
    url = told["url"] if part == "article" else told["list"]["url"]
    page = Page(url, (HERE / site / f"{part}.html").read_bytes(), None, fetched_at=FETCHED)
    return page, recognize(page)[0]


@cache
def fields(site: str) -> Fields:
    page, platform = read(site, "article")
    return platform.extract(page)


@cache
def listing(site: str) -> Listing:
    page, platform = read(site, "list")
    return platform.listing(page)


def given(found: Fields, field: str) -> Any:
    if field == "published_at":
        return found.published_at.isoformat() if found.published_at else None
    if field == "published_precision":
        return found.published_precision if found.published_at else None
    if field == "authors":
        return list(found.authors)
    if field == "paragraphs":
        return found.body.split("\n\n")
    if field == "images":
        return [image.url for image in found.images]
    if field == "captions":
        return [image.caption for image in found.images]
    return getattr(found, field)


def wanted(told: dict[str, Any], field: str) -> Any:
    if field == "paragraphs":
        return ([told["lead"]] if told.get("lead") else []) + told["paragraphs"]
    return told[field]


DEMANDS = [(site, field) for site in SITES for field in FIELDS if field in truth(site)["article"]]
LISTS = [site for site in SITES if "list" in truth(site)]


@pytest.mark.parametrize(("site", "field"), DEMANDS, ids=str)
def test_the_article_says(site: str, field: str) -> None:
    assert given(fields(site), field) == wanted(truth(site)["article"], field)


@pytest.mark.parametrize("site", SITES)
def test_the_page_of_the_article_is_one(site: str) -> None:
    page, platform = read(site, "article")
    assert platform.kind(page) == "article"


@pytest.mark.parametrize("site", LISTS)
def test_the_list_is_one(site: str) -> None:
    page, platform = read(site, "list")
    assert platform.kind(page) == "list"


@pytest.mark.parametrize("site", LISTS)
def test_the_list_names_its_articles_in_order(site: str) -> None:
    main = truth(site)["list"]["articles"]
    assert [address for address in listing(site).articles if address in set(main)] == main


@pytest.mark.parametrize("site", LISTS)
def test_the_list_leads_to_its_second_page(site: str) -> None:
    second, pages = truth(site)["list"]["next"], listing(site).pages
    assert second in pages if second else pages == []


@pytest.mark.parametrize("site", LISTS)
def test_the_menu_names_the_sections(site: str) -> None:
    page, platform = read(site, "list")
    assert set(truth(site)["list"]["sections"]) <= set(platform.sections(page))


def test_there_is_variety() -> None:
    assert len(SITES) >= 80
    assert len(LISTS) >= 70
