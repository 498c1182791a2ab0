"""Puts a state that arrives late where it belongs in an article's history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile

import psycopg

from sql.load import query


def insert_late(
    connection: psycopg.Connection, article: int, moment: datetime, content_hash: str, last_seen_at: datetime
) -> bool:
    """Insert the one row of `incoming` as the article's state at `moment`; False where it is known already.

    A segment may be loaded after a younger one. The history must come out as if they had come in order.
    """
    states = connection.execute(query("current_for_update"), {"id": article}).fetchall()
    before = [state for state in states if state[1] <= moment]
    after = [state for state in states if state[1] > moment]
    if before and before[-1][2] == content_hash:
        return False
    if content_hash in _readings_of_one_page(after):
        return False
    if after and after[0][2] == content_hash:
        _open_earlier(connection, article, after[0][0], moment, is_current=len(after) == 1)
        if before:
            _close(connection, article, before[-1][0], moment)
        return False
    if after:
        revision = int(after[0][0])
        connection.execute(query("shift_revisions"), {"id": article, "revision": revision})
        connection.execute(
            query("insert_late_revision"), {"id": article, "revision": revision, "valid_to": after[0][1]}
        )
        if before:
            _close(connection, article, before[-1][0], moment)
        connection.execute(query("bump_article"), {"id": article, "by": 1, "moment": moment, "changed_at": None})
        return True
    # Between two sightings of the present state: it was this, then the other, then this again.
    revision = int(before[-1][0])
    connection.execute(query("save_revisions"))
    connection.execute(
        query("insert_late_revision"), {"id": article, "revision": revision + 1, "valid_to": last_seen_at}
    )
    connection.execute(query("bump_article"), {"id": article, "by": 2, "moment": moment, "changed_at": last_seen_at})
    return True


def _readings_of_one_page(after: Sequence[tuple[object, ...]]) -> set[object]:
    """Hashes that newer rules gave, and of the edit that was put behind them because it was loaded late."""
    if not after or after[0][3] != "reextracted":
        return set()
    made = list(takewhile(lambda state: state[3] == "reextracted", after))
    return {state[2] for state in after[: len(made) + 1]}


def _close(connection: psycopg.Connection, article: int, revision: int, moment: datetime) -> None:
    connection.execute(query("close_revision"), {"id": article, "revision": revision, "moment": moment})


def _open_earlier(
    connection: psycopg.Connection, article: int, revision: int, moment: datetime, *, is_current: bool
) -> None:
    if is_current:
        connection.execute(query("bump_article"), {"id": article, "by": 0, "moment": moment, "changed_at": moment})
    else:
        connection.execute(query("open_earlier"), {"id": article, "revision": revision, "moment": moment})
        connection.execute(query("bump_article"), {"id": article, "by": 0, "moment": moment, "changed_at": None})
