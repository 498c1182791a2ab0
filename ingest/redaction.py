"""Removes an article's text for a legal request, and keeps it out afterwards."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from crawler.article import Article
from ingest.locking import hold_all
from sql.load import query
from vietnam import urls


def redact(connection: psycopg.Connection, article_id: int, reason: str, by: str) -> bool:
    """Remove the text of an article, of its earlier states and of rejected items of its addresses.

    Who, when and why stays in news.redaction; addresses and dates stay, so that it is known when it is met again.
    False where it was redacted before.
    """
    with connection.transaction():
        hold_all(connection)
        done = connection.execute(query("redact_record"), {"id": article_id, "reason": reason, "by": by})
        if not done.rowcount:
            return False
        for name in ("redact_article", "redact_revisions", "redact_rejects"):
            connection.execute(query(name), {"id": article_id})
    return True


def redacted(connection: psycopg.Connection, articles: Sequence[Article]) -> dict[str, int]:
    """Identities and addresses among these that belong to a redacted article, with its id."""
    rows = connection.execute(
        query("redacted"),
        {
            "identities": [article.identity or urls.identity(article.url) for article in articles],
            "urls": [url for article in articles for url in (article.url, article.fetched_url) if url],
        },
    )
    return {str(key): int(number) for key, number in rows}
