"""What the log of responses need not keep: old looks at lists, feeds and pages that were no article."""

from __future__ import annotations

from datetime import datetime

import psycopg

from sql.load import query

# Rows that are looked through in one transaction: a moment, and little for whoever writes meanwhile to wait for.
AT_A_TIME = 50_000


def prune_fetches(connection: psycopg.Connection, before: datetime, *, only_count: bool = False) -> int:
    """Delete, or `only_count`, what `news.fetch` has from before a moment of addresses that are no article's; how many rows.

    Each range of numbers in a transaction of its own, so that it may end anywhere and begin again. What was fetched of an article stays:
    it proves what was said when. Archived pages are not touched. Wants a connection in autocommit.
    """
    first, last = connection.execute(query("range_of_fetches")).fetchone() or (None, None)
    found = 0
    for start in range(first or 0, (last or -1) + 1, AT_A_TIME):
        span = {"first": start, "last": start + AT_A_TIME - 1, "before": before}
        if only_count:
            row = connection.execute(query("prunable_fetches"), span).fetchone()
            found += int(row[0]) if row else 0
        else:
            found += connection.execute(query("prune_fetches"), span).rowcount
    return found
