"""What a page says of an article in several places, and which of them agree with the value that was read.

A source that a rule took its value from is no witness for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from crawler.platforms.base import Card, Fields
from crawler.platforms.evidence.content import bare
from crawler.platforms.page import Page
from vietnam import dates
from vietnam.normalize import clean

MACHINE_TIMES = (
    "meta article:published_time", "meta og:article:published_time", "meta datepublished", "meta pubdate",
    "meta dc.date.issued", "time datetime", "JSON-LD datePublished",
)  # fmt: skip
_SOURCES = {
    "title": ("<title>", "meta og:title", "meta twitter:title", "JSON-LD headline", "h1", "list card title"),
    "published_at": (*MACHINE_TIMES, "list card published_raw"),
    "section": ("meta article:section", "JSON-LD articleSection", "list card section"),
    "authors": ("meta author", "meta article:author", "JSON-LD author"),
    "lead": ("meta og:description", "meta description", "list card lead"),
    "body": ("meta og:description", "meta description", "list card lead"),
    "images": ("meta og:image", "list card image"),
}
# Shorter teasers say nothing of a text (characters).
_TEASER = 30
# Longer testimonies are cut where they are told (characters).
_TOLD = 80


class Testimony(NamedTuple):
    """What one source says of a field, and whether that is the value that was read."""

    source: str
    says: str
    agrees: bool


def of(name: str, fields: Fields, page: Page, card: Card | None = None) -> list[Testimony]:
    """The witnesses of a field's value, without the one that gave it; none where no other source is known or speaks."""
    value, rule = getattr(fields, name), fields.extracted_by.get(name, "").partition(" (against ")[0]
    if not value:
        return []
    return [
        Testimony(source, says[:_TOLD], _agrees(name, value, says))
        for source in _SOURCES.get(name, ())
        if not _is_own(source, rule)
        for says in _told(source, page, card)
    ]


def _is_own(source: str, rule: str) -> bool:
    if source == "<title>":
        return rule.endswith(": title")
    if source == "h1":
        return "h1" in rule or "h2" in rule or "itemprop" in rule
    return source in rule or (source.startswith("time ") and ("datetime" in rule or "attribute" in rule))


def _told(source: str, page: Page, card: Card | None) -> Iterator[str]:
    kind, _, name = source.rpartition(" ")
    if kind == "list card":
        if card is not None and (given := getattr(card, name)):
            yield str(given)
    elif source == "<title>":
        yield from [page.title] if page.title else []
    elif source == "h1":
        yield from [text for element in page.select("h1")[:3] if (text := clean(element.text))]
    elif kind == "meta":
        yield from [page.meta[name]] if page.meta.get(name) else []
    elif kind == "JSON-LD":
        yield from [text for data in page.linked_data if (text := _text(data.get(name)))]
    else:
        yield from [given for element in page.select(f"{kind}[{name}]")[:5] if (given := element.attr(name))]


def _text(value: Any) -> str:
    """A JSON-LD value as a line: of people their names.

    >>> _text([{"@type": "Person", "name": "Hữu Liêm"}, "Thu Hà"]), _text({"@id": "x"}), _text(3)
    ('Hữu Liêm, Thu Hà', '', '')
    """
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value)))
    if isinstance(value, dict):
        return _text(value.get("name"))
    return clean(value) if isinstance(value, str) else ""


def _agrees(name: str, value: Any, says: str) -> bool:
    if name == "published_at":
        stamp = dates.find(says)
        if stamp is None:
            return False
        if stamp.precision == "day":
            return bool(stamp.at.date() == value.astimezone(dates.VIETNAM).date())
        return bool(abs((stamp.at - value).total_seconds()) < 60)
    if name == "authors":
        return all(bare(one) in bare(says) for one in value)
    if name == "images":
        return any(image.url.rpartition("/")[2] in says for image in value)
    if name in {"lead", "body"}:
        teaser = clean(says).rstrip(". …")
        return len(teaser) > _TEASER and teaser.casefold() in clean(value).casefold()
    mine, theirs = bare(value), bare(says)
    return theirs.startswith(mine) or (name == "title" and len(theirs) > _TEASER and mine.startswith(theirs))
