"""What the card of an entry prints of its article: date, teaser, picture, section."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.platforms.base import Card
from crawler.platforms.evidence import menu
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, own_text
from vietnam.dates import Timestamp
from vietnam.normalize import clean

# Shorter lines of a card are labels, not its teaser.
SHORTEST_TEASER = 40
# Longer lines hold no date of their own.
LONGEST_STAMP = 70
# A zone that is not Vietnam's is often only said, and the digits are the portal's own clock.
_ZONE = re.compile(r"(?:Z|[+-](?!07)\d\d:?\d\d)$")
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-srcset", "srcset", "src")
_CATEGORY = re.compile(
    r"(?:^|[\s_-])(?:cat|cats|category|categories|chuyen-?muc|section|cate|zone-?name|topic)(?:$|[\s_-])", re.IGNORECASE
)


@dataclass(slots=True)
class Entry:
    """An article that a page names."""

    url: str
    title: str
    # The link that bears the headline, and the parts of the card around it.
    anchor: Element
    parts: tuple[Element, ...] = ()
    # In a box beside the list, in a foot.
    beside: bool = False
    anchors: list[Element] = field(default_factory=list)


def card(page: Page, entry: Entry) -> Card:
    """What a list prints of an article; absent where it prints nothing."""
    stamp = stamp_of(page, entry)
    return Card(
        url=entry.url,
        title=entry.title or None,
        published_raw=stamp.raw if stamp is not None else None,
        published_at=stamp.at if stamp is not None else None,
        published_precision=stamp.precision if stamp is not None else None,
        lead=teaser_of(entry),
        image=image_of(page, entry),
        section=section_of(entry),
    )


def stamp_of(page: Page, entry: Entry) -> Timestamp | None:
    """The date that a card prints, day first; the one with a clock where it prints several of one day."""
    found: Timestamp | None = None
    for text in _stamp_texts(entry):
        stamp = page.date_in(text)
        if stamp is None or stamp.precision in {"month", "year"}:
            continue
        if found is None:
            found = stamp
        elif found.precision == "day" != stamp.precision and found.at.date() == stamp.at.date():
            return stamp
    return found


def _stamp_texts(entry: Entry) -> Iterator[str]:
    """Lines of a card that may be its date: what is marked as a time, labels with figures, short elements."""
    for part in entry.parts:
        for element in part.iter_elements("time"):
            yield clean(element.text)
            told = element.attr("datetime") or ""
            if not _ZONE.search(told):
                yield told
        for text in part.stripped_strings:
            if len(text) <= LONGEST_STAMP and any(map(str.isdigit, text)) and text != entry.title:
                yield clean(text)
    for part in entry.parts:
        for element in part.iter_elements(("span", "div", "p", "li", "small", "em", "i", "td")):
            if (
                len(element.children) > 1
                and len(text := clean(element.text)) <= LONGEST_STAMP
                and any(map(str.isdigit, text))
            ):
                yield text


def teaser_of(entry: Entry) -> str | None:
    """The longest text of a card beside its headline."""
    best = ""
    for part in entry.parts:
        for element in (part, *part.iter_elements()):
            if element.tag in {"a", "h1", "h2", "h3", "h4", "h5"} and entry.anchor is not element:
                continue
            text = clean(element.text if element.tag == "p" else own_text(element))
            if len(text) >= SHORTEST_TEASER and len(text) > len(best) and not text.startswith(entry.title[:40] or "\0"):
                best = text
    return best or None


def image_of(page: Page, entry: Entry) -> str | None:
    for element in (*entry.parts, *entry.anchors):
        for image in element.iter_elements("img"):
            for name in _LAZY:
                value = (image.attr(name) or "").strip().split(" ")[0]
                if value and not value.startswith("data:") and (url := page.absolute(value)):
                    return url
    return None


def section_of(entry: Entry) -> str | None:
    """The label of a section that a card bears."""
    for part in entry.parts:
        for element in part.iter_elements(("a", "span", "div", "p", "li")):
            if (
                _CATEGORY.search(element.attr("class") or "") or "category" in (element.attr("rel") or "")
            ) and menu.is_short(text := clean(element.text)):
                return text
    return None


def cards(page: Page, found: Iterator[Entry] | list[Entry]) -> dict[str, Card]:
    """The cards of entries, by address."""
    return {entry.url: card(page, entry) for entry in found}
