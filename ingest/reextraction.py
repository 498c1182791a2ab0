"""Stores what newer rules read from pages that are known already."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from crawler.article import Article
from ingest.batch import prepare
from ingest.locking import hold, parts_of
from ingest.store import copy_items
from sql.load import query


def write_reextracted(connection: psycopg.Connection, found: Sequence[tuple[str, Article]]) -> int:
    """Store what newer rules read from pages known already, each with the hash of the state it was read against.

    An article that changed meanwhile is left alone. `fetched_at` is the moment of re-extraction. How many changed.
    """
    parts = {part for _, one in found for part in parts_of(one.portal, one.url, one.fetched_url, one.identity)}
    with connection.transaction():
        hold(connection, parts)
        rows = connection.execute(query("current_hashes"), {"identities": [article.identity for _, article in found]})
        present = {identity: (content_hash, changed_at) for identity, content_hash, changed_at in rows}
        items = [
            prepare(article)
            for before, article in found
            if article.identity in present
            and present[article.identity][0] == before != article.content_hash
            and present[article.identity][1] <= article.fetched_at
        ]
        copy_items(connection, items, "reextracted")
        connection.execute(query("save_revisions"))
        connection.execute(query("upsert_articles"))
        connection.execute(b"TRUNCATE incoming")
    return len(items)
