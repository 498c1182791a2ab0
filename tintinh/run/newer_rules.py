"""Newer rules read the archive before they read the portal: else what they read otherwise would look like its edits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from crawler.platforms.rules import version
from ingest import spool
from ingest.store import ingest_segment
from sql.load import query
from tintinh import config
from tintinh.cli.output import say

if TYPE_CHECKING:
    from tintinh.run.reextract import Total


class StopAskedError(Exception):
    """The user wants the run to end."""


def read_again(
    connection: psycopg.Connection, uri: str, portal: str, folder: Path, stopped: Callable[[], bool]
) -> str | None:
    """Re-extract a portal's articles if other rules read them last; the caller holds the portal's lock.

    Today's rules, if all that is archived is read by them now; None where that did not come to its end.
    """
    rules = version()
    row = connection.execute(query("read_by_other_rules"), {"portal": portal, "rules": rules}).fetchone()
    if not (row and row[0]):
        return rules
    from tintinh.run import reextract  # platforms and parsers, seldom needed here

    def go_on(_: Total) -> None:
        if stopped():
            raise StopAskedError

    for segment in spool.pending(folder):
        with suppress(FileNotFoundError):  # another run took it
            ingest_segment(connection, segment)
    try:
        total = reextract.run(connection, uri, config.archive_folder(), portal, dry=False, jobs=1, progress=go_on)
    except StopAskedError:
        return None
    except (OSError, BrokenExecutor) as error:
        say(
            f"{portal}: newer rules could not read the archive ({error}): what they read otherwise will look like edits"
        )
        return None
    if total.read:
        say(f"{portal}: newer rules read {total.read} archived articles again, {total.changed} otherwise")
    if total.unread:
        say(
            f"{portal}: of {total.unread} they found no page in the archive that is an article: these may look like edits"
        )
    return rules
