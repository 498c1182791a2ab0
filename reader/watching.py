"""How it goes: the state of every portal, and what the database weighs."""

from __future__ import annotations

import psycopg

from reader.rows import Row, rows_of


def notices(connection: psycopg.Connection) -> Row:
    """How many `notices` wait for whoever is to take them, and `since` when the oldest does."""
    return rows_of(connection, "notices_unsent", {})[0]


def portals(connection: psycopg.Connection) -> list[Row]:
    """The state of every portal that a run has met or a user added, the worst first; rows of news.portal_health."""
    return rows_of(connection, "portal_states")


def database(connection: psycopg.Connection) -> Row:
    """Articles, size in bytes, what thirty days added of both, runs that go on, and the list that is due for longest."""
    (row,) = rows_of(connection, "database_figures")
    return row
