"""Writes down what each edit changed and how much that means, beside the states: made from them, and can be made anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

import psycopg
from psycopg.rows import dict_row

from crawler.article import FIELDS
from ingest import significance
from ingest.locking import tried_again
from sql.load import query

BATCH = 200  # articles whose states are read at a time
_PUBLISHED = tuple(one.name for one in FIELDS if one.published)


def note(connection: psycopg.Connection, ids: Sequence[int], *, anew: bool = False, is_news: bool = True) -> None:
    """Write down the edits of these articles that are not written down; `anew`: all of them, where history was put in order.

    What was written down before is no news to watches, and nothing is unless it `is_news`. Within a transaction.
    """
    if not ids:
        return
    known: set[tuple[int, datetime]] = set()
    if anew:
        known = set(connection.execute(query("forget_edits"), {"ids": list(ids)}).fetchall())
        connection.execute(query("unwatched"), {"how": "on"})
    with connection.cursor(row_factory=dict_row) as cursor:
        states = cursor.execute(query("states_to_compare"), {"ids": list(ids)}).fetchall()
    rows = [
        _row(before, after)
        for _, own in groupby(states, itemgetter("id"))
        for before, after in pairwise(own)
        if after["made_by"] == "edited"
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(query("save_edit"), rows)
    if anew:
        connection.execute(query("unwatched"), {"how": "off"})
        fresh = [row for row in rows if is_news and (row["article"], row["at"]) not in known]
        given = {"ids": [row["article"] for row in fresh], "moments": [row["at"] for row in fresh]}
        if fresh:
            connection.execute(query("edits_watched"), given)


def note_missing(connection: psycopg.Connection) -> int:
    """Write down the edits that nobody wrote down yet, those of older programs; of how many articles. Safe to interrupt."""
    total = 0
    while ids := [int(row[0]) for row in connection.execute(query("edits_missing"), {"most": BATCH})]:
        tried_again(partial(_note_batch, connection, ids))
        total += len(ids)
    return total


def _note_batch(connection: psycopg.Connection, ids: Sequence[int]) -> None:
    with connection.transaction():
        note(connection, ids, anew=True, is_news=False)


def _row(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    edit = significance.judge({name: before[name] for name in _PUBLISHED}, {name: after[name] for name in _PUBLISHED})
    return {
        "article": after["id"], "revision": after["revision"], "at": after["at"], "fields": edit.fields,
        "categories": edit.categories, "score": edit.score, "added": edit.words_added, "removed": edit.words_removed,
        "rules": before["rules"] != after["rules"],
    }  # fmt: skip
