"""Stores what newer rules read from pages that are known already."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from crawler.article import Article
from ingest.batch import Item, prepare
from ingest.locking import hold, parts_of, tried_again
from ingest.rows import copy_items, mend_articles
from sql.load import query

# An article as newer rules read it, and the hash of the state that it was read against.
Reading = tuple[str, Article]


def write_reextracted(connection: psycopg.Connection, found: Sequence[Reading], mended: Sequence[Reading] = ()) -> int:
    """Store what newer rules read from pages known already.

    `found` become new states; of `mended` the present state takes what may change in it (`Field.mended`). An article
    that changed meanwhile is left alone. `fetched_at` is the moment of re-extraction. How many got a new state.
    """
    parts = {
        part for _, one in (*found, *mended) for part in parts_of(one.portal, one.url, one.fetched_url, one.identity)
    }

    def write() -> int:
        with connection.transaction():
            hold(connection, parts)
            items = [item for before, item in _standing(connection, found) if item.content_hash != before]
            copy_items(connection, items, "reextracted")
            connection.execute(query("save_revisions"))
            connection.execute(query("upsert_articles"))
            connection.execute(b"TRUNCATE incoming")
            mend_articles(connection, [item for _, item in _standing(connection, mended)])
            return len(items)

    return tried_again(write)


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
    _note(connection, "note_rules", ids, rules)


def note_unread(connection: psycopg.Connection, ids: Sequence[int], rules: Sequence[str]) -> None:
    """These rules found no article in what is archived of these; they need not look again."""
    _note(connection, "note_unread", ids, rules)


def _note(connection: psycopg.Connection, name: str, ids: Sequence[int], rules: Sequence[str]) -> None:
    with connection.transaction():
        rows = connection.execute(query("parts_of_articles"), {"ids": list(ids)})
        hold(connection, {part for portal, *addresses in rows for part in parts_of(portal, *addresses)})
        connection.execute(query(name), {"ids": list(ids), "rules": list(rules)})
