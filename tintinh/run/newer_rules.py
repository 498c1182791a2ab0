"""Newer rules read the archive before they read the portal: else what they read otherwise would look like its edits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psycopg

from crawler.article import Article, InvalidArticle, decode
from crawler.lines import kind_of
from ingest import spool
from tintinh import config
from tintinh.run import due
from vietnam import urls

if TYPE_CHECKING:
    from tintinh.run.reextract import Total

# Seconds of reading before a crawl begins. A night has 60 portals, a few at a time: five minutes each leave it a night,
# and two cores read some 40,000 pages in them. What is left is read when the crawl meets it, and before the next crawl.
REREAD_SECONDS = 300.0


class StopAskedError(Exception):
    """The user wants the run to end."""


@dataclass(slots=True)
class Reread:
    """What newer rules did before a crawl and in it. `left`: articles that they have yet to read."""

    read: int = 0
    changed: int = 0
    mended: int = 0
    left: int = 0

    def __iadd__(self, other: Reread) -> Reread:
        self.read += other.read
        self.changed += other.changed
        self.mended += other.mended
        self.left += other.left
        return self

    def figures(self) -> dict[str, int]:
        """Its figures as `news.run.accounts` names them; none where there was nothing to do."""
        figures = {
            "reread": self.read,
            "reread_changed": self.changed,
            "reread_mended": self.mended,
            "reread_left": self.left,
        }
        return figures if any(figures.values()) else {}


def read_again(
    connection: psycopg.Connection,
    uri: str,
    portal: str,
    stopped: Callable[[], bool],
    say: Callable[[str], None],
    seconds: float = REREAD_SECONDS,
) -> Reread:
    """Re-extract those of a portal's articles that other rules read last; the caller holds the portal's lock.

    `say` is told in a line what came of it.

    After so many seconds the crawl begins all the same; then `read_met` must come before each segment.
    """
    waiting = due.left(connection, due.parameters(connection, portal))
    if not waiting:
        return Reread()
    from tintinh.run import reextract  # parsers, seldom needed here

    def go_on(_: Total) -> None:
        if stopped():
            raise StopAskedError

    jobs = min(reextract.cores(), -(-waiting // reextract.CHUNK))
    try:
        total = reextract.run(
            connection, uri, config.archive_folder(), portal, dry=False, jobs=jobs, progress=go_on, only_due=True,
            seconds=seconds,
        )  # fmt: skip
    except StopAskedError:
        return Reread()
    except (OSError, BrokenExecutor) as error:
        say(
            f"{portal}: newer rules could not read the archive ({error}): what they read otherwise will look like edits"
        )
        return Reread()
    if total.read:
        say(f"{portal}: newer rules read {total.read} archived articles again, {total.changed} otherwise")
    if total.unread:
        say(
            f"{portal}: of {total.unread} they found no page in the archive that is an article: these may look like edits"
        )
    if total.left:
        say(
            f"{portal}: {total.left} are left after {seconds:g} seconds: they are read when the crawl meets them, or before the next"
        )
    return Reread(total.read, total.changed, total.mended, total.left)


def read_met(connection: psycopg.Connection, portal: str, segment: Path, moment: datetime) -> Reread:
    """Re-extract the articles of a segment that other rules read last, before it is loaded: as of `moment`, before it.

    Raises FileNotFoundError where another run took the segment.
    """
    from tintinh.run import reextract

    with segment.open("rb") as stream:
        articles = [article for line in spool.lines(stream) if (article := _article(line)) is not None]
    identities = [one.identity or urls.identity(one.url) for one in articles]
    today = due.parameters(connection, portal)
    ids = due.met(connection, today, identities, [one.url for one in articles])
    if not ids:
        return Reread()
    result = reextract.read_here(connection, config.archive_folder(), ids, moment)
    return Reread(result.read, len(result.changed), len(result.mended), -len(ids))


def _article(line: bytes) -> Article | None:
    """The article of a line; None for lines of other kinds and for those that ingest will reject."""
    try:
        content = spool.unseal(line)
        return decode(content) if kind_of(content) == "article" else None
    except (InvalidArticle, ValueError, msgspec.DecodeError, RecursionError):
        return None
