"""Rows that tell of many articles: whole matches, how many, by what, portals' states, days, units, authors."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import psycopg

from reader import stored as articles
from reader.filters import Filters
from reader.rows import Row, rows_of
from reader.states import told
from reader.stored import COUNTED

# Earlier than any article that is stored.
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)


def matching(
    connection: psycopg.Connection, wanted: Filters, *, sort: str = "relevance", limit: int = 20, offset: int = 0
) -> list[Row]:
    """Whole articles that match, by `relevance` or newest `date` first, with their `rank`; `in_history` with what `stored.search` tells."""
    window = {"sort": sort, "limit": limit, "offset": offset}
    return [told(row, wanted) for row in rows_of(connection, "matching_articles", wanted.parameters() | window)]


def count(connection: psycopg.Connection, wanted: Filters) -> tuple[int, bool]:
    """How many articles match, and whether that is exact: at most COUNTED are counted."""
    number = articles.count(connection, wanted)
    return min(number, COUNTED), number <= COUNTED


def count_dated(connection: psycopg.Connection, wanted: Filters) -> int:
    """How many articles match that have a date."""
    dated = replace(wanted, since=wanted.since or EARLIEST)
    return int(rows_of(connection, "count_found", dated.parameters() | {"most": articles.EVERYTHING})[0]["number"])


def facets(connection: psycopg.Connection, wanted: Filters) -> dict[str, list[tuple[str, int]]]:
    """How many of the newest COUNTED matches fall under which value: by facet, (value, number), the greatest first.

    The facets: `portal`, `province`, `province_now`, `unit`, `section`, `author`, `gone`, `year`, `month`; `total` has one value,
    and one more than COUNTED where there are more.
    """
    found: dict[str, list[tuple[str, int]]] = {"total": [("", 0)]}
    for row in rows_of(connection, "facets", wanted.parameters()):
        if row["facet"] == "total":
            found["total"] = [("", row["number"])]
        else:
            found.setdefault(row["facet"], []).append((row["value"], row["number"]))
    return found


def weeks(connection: psycopg.Connection) -> list[Row]:
    """Articles of the last twelve weeks: `province` of today (None where a portal has none), `week` (its Monday), `number`."""
    return rows_of(connection, "articles_by_week", {})


def provinces(connection: psycopg.Connection) -> list[Row]:
    """What was published under each province's name: `province`, `articles`, `portals`, `last_at`."""
    return rows_of(connection, "articles_by_province", {})


def portal_states(connection: psycopg.Connection, portal: str | None = None) -> list[Row]:
    """How portals are, the worst first: `state`, `cause`, `detail` and what they rest on (view news.portal_health)."""
    return rows_of(connection, "portals_shown", {"portal": portal})


def coverage(connection: psycopg.Connection, portal: str | None, days: int) -> list[Row]:
    """What was looked at and stored on each of the last days, the newest first (view news.coverage)."""
    return rows_of(connection, "coverage", {"portal": portal, "days": days})


def units(connection: psycopg.Connection, unit: str | None = None, *, limit: int = 100, offset: int = 0) -> list[Row]:
    """Units with how many `articles` they signed, and when first and last."""
    return rows_of(connection, "units_signing", {"unit": unit, "limit": limit, "offset": offset})


def authors(
    connection: psycopg.Connection, author: str | None = None, *, limit: int = 100, offset: int = 0
) -> list[Row]:
    """Authors with how many `articles` they signed, and when first and last."""
    return rows_of(connection, "authors_signing", {"author": author, "limit": limit, "offset": offset})
