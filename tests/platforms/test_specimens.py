"""Every recorded page gives what a person wrote down for it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.platforms.base import Platform, Post
from crawler.platforms.page import Page
from crawler.platforms.registry import platforms, recognize
from tests.specimens import FIELDS, both

FETCHED = datetime(2026, 11, 23, 5, tzinfo=UTC)
HERE = Path(__file__).parent
Case = tuple[str, str]
# A platform is a folder of specimens: `<case>.html` (or `.json.body`), and beside it the values a person wrote down.
SPECIMENS: list[Case] = sorted((file.parent.name, file.stem) for file in HERE.glob("*/*.json"))


def expected_of(case: Case) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / case[0] / f"{case[1]}.json").read_text())
    return found


def specimen(case: Case) -> tuple[Page, dict[str, Any], Platform]:
    expected = expected_of(case)
    page = Page(expected["url"], (HERE / case[0] / f"{case[1]}.html").read_bytes(), fetched_at=FETCHED)
    return page, expected, platforms()[case[0]]


def of_kind(kind: str) -> list[Case]:
    return [case for case in SPECIMENS if expected_of(case)["kind"] == kind]


def name_of(case: object) -> str:
    return "/".join(case) if isinstance(case, tuple) else str(case)


@pytest.mark.parametrize("name", sorted(platforms()))
def test_every_platform_has_specimens(name: str) -> None:
    kinds = Counter(expected_of(case)["kind"] for case in SPECIMENS if case[0] == name)
    assert kinds["article"] >= 3
    assert kinds["list"] >= 1
    assert kinds["other"] >= 1


@pytest.mark.parametrize("case", SPECIMENS, ids=name_of)
def test_the_page_is_recognized_and_its_kind_seen(case: Case) -> None:
    page, expected, platform = specimen(case)
    recognized, evidence = recognize(page)
    if expected["kind"] != "other":
        assert recognized is platform, evidence
    assert platform.kind(page) == expected["kind"]


@pytest.mark.parametrize("case", of_kind("article"), ids=name_of)
@pytest.mark.parametrize("name", FIELDS)
def test_field(case: Case, name: str) -> None:
    page, expected, platform = specimen(case)
    given, written = both(platform.extract(page), expected, name)
    assert given == written


@pytest.mark.parametrize("case", of_kind("article"), ids=name_of)
def test_every_filled_field_names_its_rule(case: Case) -> None:
    page, _, platform = specimen(case)
    fields = platform.extract(page)
    for name in ("title", "published_at", "byline", "authors", "unit", "credit", "lead", "body", "section"):
        assert bool(getattr(fields, name)) == (name in fields.extracted_by), name


@pytest.mark.parametrize("case", of_kind("article"), ids=name_of)
def test_evidence_that_disagrees_is_told(case: Case) -> None:
    page, expected, platform = specimen(case)
    assert platform.extract(page).disputed == set(expected.get("disputed", ()))


@pytest.mark.parametrize("case", of_kind("list"), ids=name_of)
def test_list(case: Case) -> None:
    page, expected, platform = specimen(case)
    listing = platform.listing(page)

    def absolute(links: list[str] | str | None) -> list[str]:
        links = [links] if isinstance(links, str) else links or []
        return [url for url in map(page.absolute, links) if url]

    def key(link: str | Post) -> str:
        return link.key if isinstance(link, Post) else platform.list_key(link)

    assert listing.articles == absolute(expected["articles"])
    assert {key(url) for url in listing.pages} >= {platform.list_key(url) for url in absolute(expected["next"])}
    sections = {platform.list_key(url) for url in platform.sections(page)}
    assert sections >= {platform.list_key(url) for url in absolute(expected["sections"])}


@pytest.mark.parametrize("case", [case for case in SPECIMENS if expected_of(case).get("same_as")], ids=name_of)
def test_addresses_of_one_article(case: Case) -> None:
    """`same_as` holds other addresses of the article, `not_articles` addresses that look like one."""
    expected, platform = expected_of(case), platforms()[case[0]]
    for address in expected["same_as"]:
        assert platform.identity(address) == platform.identity(expected["url"]), address
    for address in expected.get("not_articles", ()):
        assert not platform.could_be_article(address), address


@pytest.mark.parametrize(
    ("query", "kept"), [("", ""), ("?CateID=99", ""), ("?CateID=99&ItemID=12", "?CateID=99&ItemID=12")]
)
def test_a_published_page_is_kept_under_its_path(query: str, kept: str) -> None:
    _, expected, platform = specimen(("sharepoint", "publishing-page"))
    page = Page(
        expected["url"] + query, (HERE / "sharepoint" / "publishing-page.html").read_bytes(), fetched_at=FETCHED
    )
    assert (platform.extract(page).url or page.url) == expected["url"] + kept
