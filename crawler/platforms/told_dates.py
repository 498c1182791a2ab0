"""When an article was published, told by what stands beside its page: the card of a list, a feed, its document of an API.

The page itself comes first. What others tell counts where the page tells nothing, or only the day that they tell, too.
Such a date says so in `extracted_by` (`ELSEWHERE`), because the archive, where only the page lies, does not have it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from crawler.platforms.base import Card, Fields
from crawler.platforms.page import Page
from vietnam.dates import VIETNAM
from vietnam.told_dates import ELSEWHERE, is_more_exact

# Precisions that leave the moment within the day open.
_OPEN = frozenset({None, "day", "month", "year"})
_EXACT = frozenset({"second", "minute"})
_DOCUMENT = re.compile(r"/wp/v2/[a-z][\w-]*/\d+/?$")


class ToldDate(NamedTuple):
    """A moment, the text that told it, how precisely, and who told it."""

    at: datetime
    raw: str
    precision: str
    source: str


def is_open(fields: Fields) -> bool:
    """Whether the page of an article leaves open when on its day it was published, or tells no date at all."""
    return fields.published_at is None or fields.published_precision in _OPEN


def of_card(card: Card | None) -> ToldDate | None:
    """The date that a list or a feed prints of an article; None where it prints none."""
    if card is None or card.published_at is None or card.published_precision not in {*_EXACT, "day"}:
        return None
    exact = "minute" if card.published_precision in _EXACT else "day"
    return ToldDate(card.published_at.replace(second=0, microsecond=0), card.published_raw or "", exact, card.source)


def counts(told: ToldDate | None, fields: Fields) -> bool:
    """Whether what is told elsewhere is more exact than the page, and does not speak against it.

    >>> from datetime import datetime
    >>> minute = ToldDate(datetime(2026, 11, 5, 8, 47, tzinfo=VIETNAM), "", "minute", "card of a list")
    >>> day = Fields("Tin", "1", datetime(2026, 11, 5, tzinfo=VIETNAM), published_precision="day")
    >>> counts(minute, day), counts(minute, Fields("Tin", "1"))
    (True, True)
    >>> counts(minute, replace(day, published_at=datetime(2026, 5, 11, tzinfo=VIETNAM))), counts(None, day)
    (False, False)
    """
    return told is not None and is_more_exact(told.at, told.precision, fields.published_at, fields.published_precision)


def put(fields: Fields, told: ToldDate) -> Fields:
    """The fields of a page with a date that was told elsewhere."""
    return replace(
        fields, published_at=told.at, published_raw=told.raw, published_precision=told.precision,
        extracted_by={**fields.extracted_by, "published_at": ELSEWHERE + told.source},
    )  # fmt: skip


def document_of(page: Page) -> str | None:
    """The address of an article's document in WordPress's API, where its page names it.

    >>> document_of(Page("http://a.vn/1", b"<link rel=alternate type=application/json href=/wp-json/wp/v2/posts/7><p>."))
    'http://a.vn/wp-json/wp/v2/posts/7'
    """
    for link in page.select("link[rel~='alternate'][type='application/json']"):
        address = page.absolute(link.attr("href") or "")
        if address and _DOCUMENT.search(address):
            return address
    return None


def of_document(body: bytes) -> ToldDate | None:
    """The date of a document of WordPress's API; None for anything else.

    A site whose zone was never set tells the same clock twice: that on the portal's wall.

    >>> of_document(b'{"date": "2026-09-23T16:23:24", "date_gmt": "2026-09-23T09:23:24"}').at.isoformat()
    '2026-09-23T16:23:00+07:00'
    >>> of_document(b'{"date": "2026-09-23T16:23:24", "date_gmt": "2026-09-23T16:23:24"}').at.isoformat()
    '2026-09-23T16:23:00+07:00'
    >>> of_document(b'[1]'), of_document(b'{"date": 5}'), of_document(b'<html>')
    (None, None, None)
    """
    try:
        told: Any = msgspec.json.decode(body)
        wall = datetime.fromisoformat(told["date"])
        world = datetime.fromisoformat(told["date_gmt"])
    except (msgspec.DecodeError, UnicodeError, KeyError, TypeError, ValueError, RecursionError):
        return None
    if wall.tzinfo is not None or world.tzinfo is not None:
        return None
    at = wall.replace(tzinfo=VIETNAM) if wall == world else world.replace(tzinfo=UTC).astimezone(VIETNAM)
    return ToldDate(at.replace(second=0, microsecond=0), told["date"], "minute", "its document of the API")
