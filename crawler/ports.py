"""What the crawl needs from outside, as protocols; without them it forgets and only yields items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from crawler.article import Article
from crawler.lines import Missing


@dataclass(frozen=True, slots=True)
class Capture:
    """An earlier response with its payload in the archive; what a revisit refers to."""

    url: str
    fetched_at: datetime
    digest: str
    etag: str | None = None
    last_modified: str | None = None
    file: str = ""


class Due(NamedTuple):
    """A known article that is to be asked again, with what lets a portal answer “not modified”.

    `missed`: it was not there when it was last asked for.
    """

    url: str
    identity: str
    etag: str | None
    last_modified: str | None
    missed: bool = False


class Memory(Protocol):
    """What earlier crawls of this portal left behind."""

    def known(self, identities: Sequence[str]) -> set[str]:
        """Those of the identities that are stored already and not taken down."""

    def due(self, most: int) -> Iterable[Due]:
        """Stored articles to ask again, longest unseen first."""

    def complete(self) -> bool:
        """Whether the last crawl followed every list to its end."""

    def captured(self, url: str) -> Capture | None:
        """The last response to this address whose payload is in the archive."""


class Sink(Protocol):
    """Where a crawl leaves what it found; each call returns once it is on disk.

    `before_write` is called before anything is put on disk: what the lines refer to must be there first.
    """

    before_write: Callable[[], None]

    def article(self, article: Article) -> None: ...

    def fetch(
        self,
        *,
        portal: str,
        url: str,
        fetched_at: datetime,
        status: int | None,
        etag: str | None,
        last_modified: str | None,
        size: int,
        digest: str | None,
        error: str | None,
        archive_file: str | None = None,
        archive_offset: int | None = None,
        archive_length: int | None = None,
        archive_type: str | None = None,
    ) -> None: ...

    def rejection(self, *, portal: str, url: str, reason: str, fetched_at: datetime) -> None: ...

    def absence(
        self,
        *,
        portal: str,
        url: str,
        identity: str,
        missing: Missing,
        fetched_at: datetime,
        confirm_after_hours: float,
    ) -> None: ...

    def close(self) -> None: ...


class Nothing:
    """The memory of plain `scrapy crawl`."""

    def known(self, identities: Sequence[str]) -> set[str]:
        return set()

    def due(self, most: int) -> Iterable[Due]:
        return ()

    def complete(self) -> bool:
        return False

    def captured(self, url: str) -> Capture | None:
        return None
