"""What the crawl needs from outside, as protocols; without them it forgets and only yields items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from crawler.lines import Line


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


class MemoryGone(Exception):
    """What earlier crawls left behind cannot be asked for."""


class Memory(Protocol):
    """What earlier crawls of this portal left behind. Every question may raise MemoryGone; a thread of its own asks them."""

    def known(self, identities: Sequence[str]) -> set[str]:
        """Those of the identities that are stored already and not taken down."""

    def due(self, most: int, *, resting: bool = False) -> Iterable[Due]:
        """Stored articles to ask again, at most so many: longest unseen first, or where the others may rest, those that are due."""

    def resting(self) -> set[str]:
        """The keys of lists, feeds and sitemaps that are not due yet."""

    def complete(self) -> bool:
        """Whether the last crawl followed every list to its end."""

    def met_before(self) -> bool:
        """Whether there was a crawl of this portal before; else nothing of it was captured."""

    def learned(self) -> Mapping[str, Any] | None:
        """What the last crawl that read articles learned of the portal's layout (`Wrapper.plain`); None before that."""

    def captured(self, url: str) -> Capture | None:
        """The last response to this address whose payload is in the archive."""


class Sink(Protocol):
    """Where a crawl leaves what it found."""

    def write(self, lines: Sequence[Line]) -> None:
        """Put lines on disk, in this order; returns once they are there. Raises what went wrong."""

    def close(self) -> None:
        """Finish what was written, so that it can be ingested."""


class NoMemory:
    """The memory of plain `scrapy crawl`: nothing was ever met."""

    def known(self, identities: Sequence[str]) -> set[str]:
        """None of them: every article is new."""
        return set()

    def due(self, most: int, *, resting: bool = False) -> Iterable[Due]:
        """No articles to ask again."""
        return ()

    def resting(self) -> set[str]:
        """No lists: none was read."""
        return set()

    def complete(self) -> bool:
        """False: no crawl went before."""
        return False

    def met_before(self) -> bool:
        """False: nothing can have been captured."""
        return False

    def learned(self) -> Mapping[str, Any] | None:
        """Return None: no layout was learned."""
        return None

    def captured(self, url: str) -> Capture | None:
        """None: there is no archive of an earlier crawl."""
        return None
