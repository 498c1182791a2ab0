"""Watches for people: what they ask, what they reacted to. Never where they tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg

from reader import changes
from reader.rows import Row, rows_of

MOST = 10_000
# As they stand in addresses of the web; the others are called the same.
_NAMES = {"query": "q"}


def watches(connection: psycopg.Connection, name: str | None = None) -> list[Row]:
    """All watches by name, or the one of this name; with `hits`, `last_hit_at`, and `filters` as they were typed."""
    return rows_of(connection, "watches", {"name": name, "limit": MOST})


def hits(connection: psycopg.Connection, watch: int, *, before: int | None = None, limit: int = 20) -> list[Row]:
    """What a watch reacted to, the last found first, each as in `changes` with its `difference`; after the hit `before`.

    What was redacted since is not among them.
    """
    found = rows_of(connection, "watch_hits", {"watch": watch, "before": before, "limit": limit})
    changes.add_differences(connection, found)
    return found


def of_notice(connection: psycopg.Connection, numbers: list[int]) -> list[Row]:
    """The hits of these numbers as of now, in their order, each with its `difference`; what was redacted since is left out."""
    found = rows_of(connection, "watched_by_id", {"hits": numbers})
    changes.add_differences(connection, found)
    return found


def parameters(filters: Mapping[str, Any]) -> dict[str, str]:
    """The filters of a watch as parameters of `/search`.

    >>> parameters({"query": "ma túy", "gone": "True", "portal": "hue"})
    {'q': 'ma túy', 'gone': 'yes', 'portal': 'hue'}
    """
    return {
        _NAMES.get(name, name): {"true": "yes", "false": "no"}.get(str(value).lower(), str(value))
        if name in {"gone", "fold"}
        else str(value)
        for name, value in filters.items()
    }
