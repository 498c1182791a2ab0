"""What a request asks for: its parameters, read, bounded, and described for who writes a client."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from psycopg import Connection

from reader import filters
from reader import stored as articles
from reader.changes import Place, kinds
from reader.filters import Filters, WrongFilter

# Characters of a parameter; nobody types more.
LONGEST = 500
# Rows of one answer.
MOST_ROWS = 1_000
# Rows that pages by relevance go down to.
DEEPEST = 1_000


class Parameter(NamedTuple):
    """A parameter of addresses: what it means, and its JSON schema."""

    about: str
    schema: dict[str, Any]


_TEXT: dict[str, Any] = {"type": "string", "maxLength": LONGEST}
PARAMETERS: dict[str, Parameter] = {
    "q": Parameter('Words, with or without diacritics; "a phrase", -without, OR', _TEXT),
    "portal": Parameter("Name of a portal", _TEXT),
    "province": Parameter("Slug or name of a province of today or of before 2025-07-01", _TEXT),
    "author": Parameter("A person or pen name, with or without diacritics", _TEXT),
    "unit": Parameter("Code or name of the unit that signed; its successors count, too", _TEXT),
    "section": Parameter("The section as printed", _TEXT),
    "since": Parameter("First day of publication, 2026-11-05 or 5/11/2026, Vietnam time", _TEXT),
    "until": Parameter("The day before which it was published", _TEXT),
    "gone": Parameter("yes: only what was taken down; no: only what was not", {"enum": ["yes", "no"]}),
    "fold": Parameter("yes: one of near-identical copies stands for all", {"enum": ["yes", "no"]}),
    "in_history": Parameter("1: by what articles said before, too; `matched_revision`, its time and `matches_now` tell which state matched",
                            {"enum": ["1", "0", "yes", "no"]}),
    "sort": Parameter("relevance, or date: newest first", {"enum": ["relevance", "date"]}),
    "limit": Parameter("Rows of one answer", {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 20}),
    "cursor": Parameter("`next` of the answer before", _TEXT),
    "fields": Parameter("Columns, divided by commas; all of them otherwise", _TEXT),
    "kind": Parameter("published, edited, gone, back, moved, copied, redacted; several by commas", _TEXT),
    "min_score": Parameter("Of edits those that mean so much", {"type": "number", "minimum": 0, "maximum": 1}),
    "at": Parameter("A moment in Vietnam time, or with an offset", _TEXT),
    "days": Parameter("Days up to today", {"type": "integer", "minimum": 1, "maximum": 400, "default": 90}),
}  # fmt: skip
FILTERS = ("q", "portal", "province", "author", "unit", "section", "since", "until", "gone", "fold")
# Of what is asked of articles, not of what happened to them.
SEARCHED = (*FILTERS, "in_history")


def read_filters(given: Mapping[str, str]) -> Filters:
    """The filters of an address; empty ones ask nothing. Raises WrongFilter.

    >>> read_filters({"q": "ma túy", "unit": "pv28", "province": ""}).units
    ('PV28', 'PV05')
    """
    named = {"query" if name == "q" else name: given[name] for name in SEARCHED if given.get(name, "").strip()}
    for name in {"since", "until"} & named.keys():
        named[name] = _with_plus(named[name])
    for name, text in named.items():
        if len(text) > LONGEST:
            raise WrongFilter(name, f"{name} has more than {LONGEST} characters")
        if "\0" in text:
            raise WrongFilter(name, f"{name} holds a null byte")
    wanted = filters.parse(named)
    if wanted.since and wanted.until and wanted.since >= wanted.until:
        raise WrongFilter("until", "until must be later than since: articles before that day are meant")
    return wanted


def known_portal(connection: Connection, wanted: Filters) -> None:
    """Nothing for filters that name a portal that there is, or none. Raises WrongFilter that names near ones."""
    if wanted.portal is not None:
        filters.portal(wanted.portal, articles.portal_names(connection))


def read_text(given: Mapping[str, str], name: str) -> str | None:
    """A text of an address; None where it is empty. Raises WrongFilter for what the database cannot hold."""
    text = given.get(name, "").strip()
    if len(text) > LONGEST or "\0" in text:
        raise WrongFilter(name, f"{name} is too long, or holds a null byte")
    return text or None


def read_number(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    """A whole number from 1 on. Raises WrongFilter.

    >>> read_number({"limit": "5"}, "limit", 20, 100), read_number({}, "limit", 20, 100)
    (5, 20)
    """
    text = given.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 7 and 1 <= int(text) <= most):
        raise WrongFilter(name, f"{name}={text[:20]!r}: a number from 1 to {most}")
    return int(text)


def read_kinds(given: Mapping[str, str]) -> tuple[str, ...] | None:
    """The kinds of changes asked for; None for all. Raises WrongFilter."""
    return kinds(given.get("kind") or None)


def read_score(given: Mapping[str, str]) -> float | None:
    """The least score of edits. Raises WrongFilter."""
    text = given.get("min_score", "").strip()
    try:
        score = float(text) if text else None
    except ValueError:
        score = -1.0
    if score is not None and not 0 <= score <= 1:
        raise WrongFilter("min_score", f"min_score={text[:20]!r}: a number from 0 to 1")
    return score


def read_moment(text: str) -> datetime:
    """A moment as people write it, or in ISO 8601 with an offset. Raises WrongFilter.

    >>> read_moment("2026-11-05T10:00:00+00:00").isoformat(), read_moment("5/11/2026 14:30").isoformat()
    ('2026-11-05T10:00:00+00:00', '2026-11-05T14:30:59.999999+07:00')
    """
    try:
        exact = datetime.fromisoformat(_with_plus(text))
    except ValueError:
        exact = None
    if exact is not None and exact.tzinfo is not None:
        if not 1900 <= exact.year <= 2100:
            raise WrongFilter("at", f"{text!r} is not of our time")
        return exact
    return filters.moment(text[:LONGEST])


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of articles ended.

    By date the moment of its last row and how many rows of that moment were given; among those without a date, which come last,
    and by relevance a number of rows.
    """

    skip: int = 0
    until: datetime | None = None
    is_undated: bool = False

    def narrowed(self, wanted: Filters) -> Filters:
        """The filters of the next page by date: what is newer than its first moment was given already."""
        if self.until is None:
            return wanted
        end = self.until + timedelta(microseconds=1)
        return replace(wanted, until=end if wanted.until is None else min(end, wanted.until))

    def after(self, moments: Sequence[datetime | None]) -> Cursor:
        """The cursor behind a page by date with articles of these moments; those without one come last, and are counted."""
        last = moments[-1]
        given = sum(moment == last for moment in moments)
        if last is None:
            return Cursor(given + (self.skip if self.is_undated else 0), is_undated=True)
        return Cursor(given + (self.skip if last == self.until else 0), last)

    def text(self) -> str:
        """What stands in the address."""
        return _packed([self.skip, self.until.isoformat() if self.until else None, self.is_undated])

    @classmethod
    def of(cls, text: str) -> Cursor:
        """The cursor of an address. Raises WrongFilter.

        >>> Cursor.of(Cursor(3).text())
        Cursor(skip=3, until=None, is_undated=False)
        """
        try:
            skip, until, is_undated = _unpacked(text)
            moment = datetime.fromisoformat(until) if until is not None else None
            if type(skip) is not int or not 0 <= skip <= 2**31 - 10_000 or (moment and moment.tzinfo is None):
                raise ValueError(text)
        except (ValueError, TypeError) as error:
            raise WrongFilter("cursor", "this cursor is none of ours: take `next` of the answer before") from error
        return cls(skip, moment, is_undated is True)


def place_text(place: Place) -> str:
    """A place in the changes as it stands in an address."""
    return _packed([place.at.isoformat(), place.article_id, place.kind, place.number])


def read_place(text: str | None) -> Place | None:
    """The place in the changes that an address names. Raises WrongFilter."""
    if not text:
        return None
    try:
        at, article, kind, number = _unpacked(text)
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not all(type(n) is int and 0 <= n < 2**62 for n in (article, number)):
            raise ValueError(text)
        if type(kind) is not str or "\0" in kind:
            raise ValueError(text)
    except (ValueError, TypeError) as error:
        raise WrongFilter("cursor", "this cursor is none of ours: take `next` of the answer before") from error
    return Place(moment, article, kind, number)


def read_hit(text: str) -> int:
    """The number of the hit behind which a page begins. Raises WrongFilter.

    >>> read_hit("12")
    12
    """
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise WrongFilter("cursor", "this cursor is none of ours: take `next` of the answer before")
    return int(text)


def known_only(given: Iterable[str], allowed: Iterable[str]) -> None:
    """Raise WrongFilter for a parameter that nobody reads: a mistyped filter must not answer with everything."""
    for name in given:
        if name not in allowed and name != "lang":
            raise WrongFilter(name[:50], f"unknown parameter {name[:50]!r}: there are {', '.join(sorted(allowed))}")


def _with_plus(text: str) -> str:
    """A moment in ISO 8601 whose plus an address has turned into a blank.

    >>> _with_plus("2026-11-05T10:00:00 07:00"), _with_plus("5/11/2026 14:30")
    ('2026-11-05T10:00:00+07:00', '5/11/2026 14:30')
    """
    return text.strip().replace(" ", "+") if "T" in text else text.strip()


def _packed(value: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _unpacked(text: str) -> list[Any]:
    if len(text) > LONGEST:
        raise ValueError(text[:20])
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, UnicodeError, RecursionError) as error:
        raise ValueError(text) from error
    if not isinstance(found, list):
        raise TypeError(text)
    return found
