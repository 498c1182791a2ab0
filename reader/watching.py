"""How it goes: the state of every portal, and what the database weighs."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import dict_row

from sql.load import query

Row = dict[str, Any]


def portals(connection: psycopg.Connection) -> list[Row]:
    """The state of every portal that a run has met or a user added, the worst first; rows of news.portal_health."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query("portal_states")).fetchall()


def database(connection: psycopg.Connection) -> Row:
    """Articles, size in bytes, what thirty days added of both, runs that go on, and the list that is due for longest."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(query("database_figures")).fetchone()
    assert row is not None
    return row
