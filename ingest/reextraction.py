"""Stores what newer rules read from pages that are known already."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from crawler.article import Article
from ingest.store import Item, copy_items, mend_articles, prepare
from sql.load import command, query

# An article as newer rules read it, and the hash of the state that it was read against.
Reading = tuple[str, Article]


def write_reextracted(connection: psycopg.Connection, found: Sequence[Reading], mended: Sequence[Reading] = ()) -> int:
    """Store what newer rules read from pages known already.

    `found` become new states; of `mended` the present state takes what may change in it (`Field.mended`). An article
    that changed meanwhile is left alone. `fetched_at` is the moment of re-extraction. How many got a new state.
    """
    connection.execute(command("create_incoming"))
    with connection.transaction():
        connection.execute(query("lock_ingest"))
        items = [item for before, item in _standing(connection, found) if item.content_hash != before]
        copy_items(connection, items, "reextracted")
        connection.execute(query("save_revisions"))
        connection.execute(query("upsert_articles"))
        connection.execute(b"TRUNCATE incoming")
        mend_articles(connection, [item for _, item in _standing(connection, mended)])
    return len(items)


def _standing(connection: psycopg.Connection, readings: Sequence[Reading]) -> list[tuple[str, Item]]:
    """Those whose article is still in the state that it was read against."""
    rows = connection.execute(query("current_hashes"), {"identities": [article.identity for _, article in readings]})
    present = {identity: (content_hash, changed_at) for identity, content_hash, changed_at in rows}
    return [
        (before, prepare(article))
        for before, article in readings
        if article.identity in present
        and present[article.identity][0] == before
        and present[article.identity][1] <= article.fetched_at
    ]


def note_rules(connection: psycopg.Connection, ids: Sequence[int], rules: Sequence[str]) -> None:
    """These rules read articles as they are stored: nothing of them changes but that."""
    connection.execute(query("note_rules"), {"ids": list(ids), "rules": list(rules)})


def note_unread(connection: psycopg.Connection, ids: Sequence[int], rules: Sequence[str]) -> None:
    """These rules found no article in what is archived of these; they need not look again."""
    connection.execute(query("note_unread"), {"ids": list(ids), "rules": list(rules)})
