"""Rows of a statement, each a dict by the names of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.rows import dict_row

from sql.load import query

Row = dict[str, Any]


def rows_of(connection: psycopg.Connection, name: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
    """What the statement `name` answers."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query(name), parameters).fetchall()
