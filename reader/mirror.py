"""What mirrors ask: every article that changed since the last time, and where to go on."""

from __future__ import annotations

import re
from collections.abc import Generator

import psycopg
from psycopg.rows import dict_row

from reader.filters import WrongFilter
from reader.rows import Row, rows_of
from sql.load import query

_CURSOR = re.compile(r"(\d{1,20}\.\d{1,10})\.(\d{1,18})")
# Where a mirror begins.
START = "0"


def since(text: str, place: str) -> int:
    """The transaction from which on a cursor of this database asks; 0 for everything. Raises WrongFilter.

    >>> since("0", "77.5"), since("77.5.1234", "77.5")
    (0, 1234)
    >>> since("77.6.1234", "77.5")
    Traceback (most recent call last):
    reader.filters.WrongFilter: the cursor '77.6.1234' is of another database: begin anew with 0
    """
    if text.strip() == START:
        return 0
    match = _CURSOR.fullmatch(text.strip())
    if match is None:
        raise WrongFilter("since_change", f"{text!r} is no cursor: 0 to begin, then what the last export told")
    if match[1] != place:
        raise WrongFilter("since_change", f"the cursor {text!r} is of another database: begin anew with 0")
    return int(match[2])


def changed(connection: psycopg.Connection, cursor: str) -> tuple[str, Generator[Row, None, None]]:
    """The next cursor, and what was written since this one. Raises WrongFilter for what is no cursor of this database.

    Rows of `news.article` as they are now, and with `merged_into` and no other field but `id` articles that turned out to be another one
    under a new address. The next cursor is the oldest transaction that was open before the rows were read: what it writes comes next
    time, and what was written meanwhile may come twice.
    """
    (row,) = rows_of(connection, "change_cursor")
    begin = since(cursor, row["place"])
    if begin > row["transaction"]:
        raise WrongFilter(
            "since_change", f"the cursor {cursor!r} is of a later state of this database: begin anew with 0"
        )
    return f"{row['place']}.{row['transaction']}", _rows(connection, begin)


def _rows(connection: psycopg.Connection, begin: int) -> Generator[Row, None, None]:
    with connection.transaction(), connection.cursor(name="changed", row_factory=dict_row) as cursor:
        cursor.itersize = 1000
        cursor.execute(query("export_changed"), {"cursor": begin})
        yield from cursor
