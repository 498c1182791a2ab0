"""Every recorded Joomla page gives what a person wrote down for it."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from crawler.platforms.page import Page
from crawler.platforms.registry import platforms, recognize

HERE = Path(__file__).parent / "joomla"
SPECIMENS = sorted(file.stem for file in HERE.glob("*.json"))
JOOMLA = platforms()["joomla"]


def specimen(case: str) -> tuple[Page, dict[str, Any]]:
    expected: dict[str, Any] = json.loads((HERE / f"{case}.json").read_text())
    return Page(expected["url"], (HERE / f"{case}.html").read_bytes()), expected


def articles() -> list[str]:
    return [case for case in SPECIMENS if json.loads((HERE / f"{case}.json").read_text())["kind"] == "article"]


def lists() -> list[str]:
    return [case for case in SPECIMENS if json.loads((HERE / f"{case}.json").read_text())["kind"] == "list"]


def nfc(text: str | None) -> str | None:
    return unicodedata.normalize("NFC", text) if text else text


def test_there_is_a_specimen_of_every_generation() -> None:
    assert len(articles()) >= 15
    assert len(lists()) >= 5


@pytest.mark.parametrize("case", SPECIMENS)
def test_the_page_is_recognized_and_its_kind_seen(case: str) -> None:
    page, expected = specimen(case)
    platform, evidence = recognize(page)
    if expected["kind"] != "other":
        assert platform is JOOMLA, evidence
    assert JOOMLA.kind(page) == expected["kind"]


@pytest.mark.parametrize("case", articles())
@pytest.mark.parametrize(
    "name", ["title", "published", "byline", "signature", "lead", "body", "section", "images", "attachments"]
)
def test_field(case: str, name: str) -> None:
    page, expected = specimen(case)
    fields = JOOMLA.extract(page)
    if name == "title":
        assert fields.title == nfc(expected["title"])
    elif name == "published":
        given = fields.published_at.isoformat() if fields.published_at else None
        assert (given, fields.published_precision) == (expected["published"], expected["precision"])
    elif name == "byline":
        assert fields.byline == nfc(expected["byline"])
    elif name == "signature":
        assert (list(fields.authors), fields.unit, fields.credit) == (
            [nfc(author) for author in expected["authors"]],
            nfc(expected["unit"]),
            nfc(expected["credit"]),
        )
    elif name == "lead":
        assert fields.lead == nfc(expected["lead"])
    elif name == "body":
        paragraphs = [(nfc(paragraph) or "").replace(" | ", "\t") for paragraph in expected["body"]]
        assert fields.body.split("\n\n") == paragraphs
    elif name == "section":
        assert fields.section == nfc(expected["section"])
    elif name == "images":
        assert [{"url": i.url, "caption": i.caption} for i in fields.images] == [
            {"url": i["url"], "caption": nfc(i["caption"])} for i in expected["images"]
        ]
    else:
        assert [{"url": a.url, "name": a.name} for a in fields.attachments] == expected["attachments"]


@pytest.mark.parametrize("case", articles())
def test_every_filled_field_names_its_rule(case: str) -> None:
    fields = JOOMLA.extract(specimen(case)[0])
    for name in ("title", "published_at", "byline", "authors", "unit", "credit", "lead", "body", "section"):
        assert bool(getattr(fields, name)) == (name in fields.extracted_by), name


@pytest.mark.parametrize("case", lists())
def test_list(case: str) -> None:
    page, expected = specimen(case)
    listing = JOOMLA.listing(page)

    def absolute(links: list[str] | str | None) -> list[str]:
        links = [links] if isinstance(links, str) else links or []
        return [url for url in map(page.absolute, links) if url]

    assert listing.articles == absolute(expected["articles"])
    assert {JOOMLA.list_key(url) for url in listing.pages} >= {
        JOOMLA.list_key(url) for url in absolute(expected["next"])
    }
    sections = {JOOMLA.list_key(url) for url in JOOMLA.sections(page)}
    assert sections >= {JOOMLA.list_key(url) for url in absolute(expected["sections"])}
