"""Lines of the spool, read and sorted out before the database is asked anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec

from crawler.article import FIELDS, Article, InvalidArticle, decode
from crawler.lines import ABSENCE, FETCH, LONGEST_ADDRESS, REJECTION, Absence, Fetch, kind_of
from ingest import spool
from ingest.locking import parts_of
from vietnam import dates, urls

# Where one character would make the whole item unstorable; in lists PostgreSQL says so itself.
_TEXTS = ("url", "identity", *(one.name for one in FIELDS if one.type.startswith("text") and "[]" not in one.type))

Record = TypeVar("Record", Fetch, Absence)


class Item(NamedTuple):
    """An article with what is computed once: its identity and hash."""

    article: Article
    identity: str
    content_hash: str


class Reject(NamedTuple):
    """A line that is not stored, with why; portal and address where they are known."""

    line: bytes
    reason: str
    portal: str | None = None
    url: str | None = None


@dataclass(slots=True)
class Batch:
    """What some lines hold, by kind. Fetches and absences come with their line, should the database refuse them."""

    items: list[Item] = field(default_factory=list)
    fetches: list[tuple[bytes, Fetch]] = field(default_factory=list)
    absences: list[tuple[bytes, Absence]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    def parts(self) -> set[str]:
        """What others must not write meanwhile (see ingest.locking)."""
        found = {part for parts in self._parts() for part in parts}
        # Two files with the same rubbish in another order would wait for each other.
        return found | {"rejects"} if self.rejects else found

    def _parts(self) -> Iterator[set[str]]:
        for article, identity, _ in self.items:
            yield parts_of(article.portal, article.url, article.fetched_url, identity)
        for _, fetch in self.fetches:
            yield parts_of(fetch.portal, fetch.url)
        for _, absence in self.absences:
            yield parts_of(absence.portal, absence.url, absence.identity)


def sort_out(lines: Sequence[bytes]) -> Batch:
    """Read lines; what cannot be read, or not be stored, is among the rejects."""
    batch = Batch()
    for line in lines:
        try:
            content = spool.unseal(line)
            kind = kind_of(content)
            if kind == "fetch":
                batch.fetches.append((line, _checked(FETCH.decode(content))))
            elif kind == "absence":
                batch.absences.append((line, _checked(ABSENCE.decode(content))))
            elif kind == "rejection":
                rejection = REJECTION.decode(content)
                batch.rejects.append(Reject(content, rejection.reason, rejection.portal, rejection.url))
            else:
                batch.items.append(prepare(decode(content)))
        except (InvalidArticle, ValueError, msgspec.DecodeError, UnicodeError, RecursionError) as error:
            batch.rejects.append(Reject(line, str(error)))
    return batch


def prepare(article: Article) -> Item:
    """Check what PostgreSQL could not hold, and what readers could not take; InvalidArticle says what."""
    for name in ("fetched_at", "published_at"):
        if not is_of_our_time(moment := getattr(article, name)):
            raise InvalidArticle(f"`{name}` lies in the year {moment.year}")
    for name in _TEXTS:
        if "\x00" in (getattr(article, name) or ""):
            raise InvalidArticle(f"`{name}` holds a NUL character")
    if max(len(article.url.encode()), len(article.identity.encode())) > LONGEST_ADDRESS:
        raise InvalidArticle(f"the address is longer than {LONGEST_ADDRESS} bytes")
    if not urlsplit(article.url).hostname:
        raise InvalidArticle("`url` names no host")
    return Item(article, article.identity or urls.identity(article.url), article.content_hash)


def _checked(record: Record) -> Record:
    if record.fetched_at.tzinfo is None:
        raise ValueError("`fetched_at` has no time zone")
    if not is_of_our_time(record.fetched_at):
        raise ValueError(f"`fetched_at` lies in the year {record.fetched_at.year}")
    return record


def is_of_our_time(moment: datetime | None) -> bool:
    """Whether a moment is one that a page may print; None is.

    >>> is_of_our_time(datetime(2026, 11, 5)), is_of_our_time(datetime(1, 1, 1)), is_of_our_time(datetime(9999, 12, 31))
    (True, False, False)
    """
    return moment is None or dates.EARLIEST_YEAR <= moment.year <= dates.LATEST_YEAR
