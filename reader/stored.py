"""Rows for people: search, one article, its history, exports, runs."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import datetime

import psycopg
from psycopg.rows import dict_row

from reader.filters import Filters
from reader.rows import Row, rows_of
from reader.states import MATCHED, told
from sql.load import query
from vietnam import urls

# A limit that limits nothing: with an offset added it is still an int of PostgreSQL's.
EVERYTHING = 2**31 - 10_000
COUNTED = 10_000  # matches that are counted one by one; of more it is only said that there are more


def search(
    connection: psycopg.Connection, wanted: Filters, *, sort: str = "relevance", limit: int = 20, offset: int = 0
) -> list[Row]:
    """Articles that match, without their bodies, by `relevance` or newest `date` first; each tells how many `copies` it has.

    Found in earlier states (`in_history`), each tells the newest earlier state that matches (`matched_revision`, `matched_from`, `matched_to`;
    None where only the present one does), whether the present one does (`matches_now`) and a `snippet` of it, else of that state.
    """
    window = {"sort": sort, "limit": limit, "offset": offset}
    return [told(row, wanted) for row in rows_of(connection, "search_articles", wanted.parameters() | window)]


def search_ids(connection: psycopg.Connection, wanted: Filters, limit: int) -> list[int]:
    """The ids of the newest articles that match."""
    return [row["id"] for row in rows_of(connection, "search_ids", wanted.parameters() | {"limit": limit})]


def count(connection: psycopg.Connection, wanted: Filters) -> int:
    """How many articles match: exactly up to COUNTED, of more COUNTED + 1."""
    (row,) = rows_of(connection, "count_found", wanted.parameters() | {"most": COUNTED})
    return int(row["number"])


def export(
    connection: psycopg.Connection, wanted: Filters, *, limit: int = EVERYTHING, offset: int = 0
) -> Generator[Row, None, None]:
    """Whole articles that match, newest first, a thousand at a time from the server."""
    with connection.transaction(), connection.cursor(name="export", row_factory=dict_row) as cursor:
        cursor.itersize = 1000
        cursor.execute(query("export_articles"), wanted.parameters() | {"limit": limit, "offset": offset})
        for row in cursor:
            yield told(row, wanted)


def columns(connection: psycopg.Connection, *, in_history: bool = False) -> dict[str, str]:
    """The columns of news.article in their order, with their types as PostgreSQL writes them; `in_history` with those of a hit."""
    found = {row["name"]: row["type"] for row in rows_of(connection, "article_columns", {})}
    return found | (MATCHED if in_history else {})


def article(connection: psycopg.Connection, key: str) -> Row | None:
    """One article by id or by any address it was met under, whatever scheme, `www.` or campaign it is asked with."""
    if key.isascii() and key.isdigit() and len(key) < 19:
        rows = rows_of(connection, "article_by_id", {"id": int(key)})
        return rows[0] if rows else None
    for url in dict.fromkeys([key, *urls.spellings(key)]):
        if rows := rows_of(connection, "article_by_url", {"url": url}):
            return rows[0]
    return None


def states(connection: psycopg.Connection, article_id: int) -> list[Row]:
    """Every state of an article, oldest first; `valid_to` of the present one is None."""
    return rows_of(connection, "article_states", {"id": article_id})


def absences(connection: psycopg.Connection, article_id: int) -> list[Row]:
    """When an article was missing, oldest first; `returned_at` is None while it is."""
    return rows_of(connection, "absences", {"id": article_id})


def copies(connection: psycopg.Connection, article_id: int) -> list[Row]:
    """An article and those near-identical to it, the first one first; nothing where it stands alone.

    `likeness`: the share of word triples it has in common with the first, None where that was not measured.
    """
    return rows_of(connection, "copies", {"id": article_id})


def article_as_of(connection: psycopg.Connection, article_id: int, moment: datetime) -> Row | None:
    """One article as it stood in the database at a moment."""
    rows = rows_of(connection, "articles_as_of", {"id": article_id, "moment": moment})
    return rows[0] if rows else None


def redaction(connection: psycopg.Connection, article_id: int) -> Row | None:
    """Who removed the text of an article, when and why; None where nobody did."""
    rows = rows_of(connection, "redaction_of", {"id": article_id})
    return rows[0] if rows else None


def captures(connection: psycopg.Connection, article_id: int, until: datetime | None = None) -> list[Row]:
    """Where the pages of an article lie in the archive, newest first; `until` is inclusive."""
    return rows_of(connection, "article_captures", {"id": article_id, "until": until})


def capture_of(connection: psycopg.Connection, url: str, moment: datetime) -> Row | None:
    """Where the payload lies that was fetched from an address at a moment."""
    rows = rows_of(connection, "capture_of", {"url": url, "moment": moment})
    return rows[0] if rows else None


def runs(connection: psycopg.Connection, portal: str | None = None, limit: int = 20) -> list[Row]:
    """The most recent runs, newest first."""
    return rows_of(connection, "recent_runs", {"portal": portal, "limit": limit})


def run(connection: psycopg.Connection, run_id: int) -> Row:
    """One run with its figures."""
    return rows_of(connection, "run_by_id", {"run": run_id})[0]


def portals(connection: psycopg.Connection, names: Sequence[str]) -> list[Row]:
    """How every portal is doing: those named and those met."""
    return rows_of(connection, "portal_health", {"portals": list(names)})


def schedule(connection: psycopg.Connection, portal: str) -> list[Row]:
    """What of a portal is asked again: `what`, its `number`, how many are `due`, `next_due`, the `shortest` and `longest` rest."""
    return rows_of(connection, "portal_schedule", {"portal": portal})


def hosts(connection: psycopg.Connection, names: Sequence[str]) -> list[Row]:
    """How hosts are to be asked: pace in seconds, refusals, until when they are left alone."""
    return rows_of(connection, "hosts_of", {"hosts": list(names)})


def portal_names(connection: psycopg.Connection) -> set[str]:
    """The portals that articles, runs or settings are of."""
    return {row["portal"] for row in rows_of(connection, "portal_names", {})}


def reject_reason(connection: psycopg.Connection, url: str) -> str | None:
    """Why the last attempt to store this address failed, if one did."""
    rows = rows_of(connection, "reject_reason", {"url": url})
    return str(rows[0]["reason"]) if rows else None
