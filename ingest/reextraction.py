"""Stores what newer rules read from pages that are known already."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from crawler.article import Article
from ingest.store import copy_items, prepare
from sql.load import command, query


def write_reextracted(connection: psycopg.Connection, found: Sequence[tuple[str, Article]]) -> int:
    """Store what newer rules read from pages known already, each with the hash of the state it was read against.

    An article that changed meanwhile is left alone. `fetched_at` is the moment of re-extraction. How many changed.
    """
    connection.execute(command("create_incoming"))
    with connection.transaction():
        connection.execute(query("lock_ingest"))
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
