"""Items as rows: one way of making them from the table of fields, for the articles' own table and for the temporary one."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from crawler.article import ENCODER, FIELDS
from crawler.fields import Field
from ingest.batch import Item
from sql.load import command, query


def row(item: Item, made_by: str = "edited") -> tuple[object, ...]:
    """An item in the order of the columns of `copy_incoming`; those of `copy_articles` end in the same moment once more."""
    article, identity, content_hash = item
    fields = [stored(one, getattr(article, one.name)) for one in FIELDS]
    return (
        article.portal, article.province, article.platform, identity, article.url, *fields, content_hash, made_by,
        article.fetched_at,
    )  # fmt: skip


def stored(field: Field, value: object) -> object:
    """A field's value as its column takes it."""
    return ENCODER.encode(value).decode() if field.type.startswith("jsonb") else field.stored(value)


def insert_new(connection: psycopg.Connection, items: Sequence[Item]) -> dict[str, int]:
    """Put items that nobody knows straight into the table; their ids by identity.

    No copy on the way, no conflict to look for.
    """
    with connection.cursor() as cursor, cursor.copy(command("copy_articles")) as copy:
        for item in items:
            copy.write_row((*row(item), item.article.fetched_at))
    rows = connection.execute(query("ids_of"), {"identities": [item.identity for item in items]})
    return {str(identity): int(number) for identity, number in rows}


def copy_items(connection: psycopg.Connection, items: Sequence[Item], made_by: str = "edited") -> None:
    """Put items into the temporary table that the statements work from; it is made where it is missing."""
    connection.execute(command("create_incoming"))
    with connection.cursor() as cursor, cursor.copy(command("copy_incoming")) as copy:
        for item in items:
            copy.write_row(row(item, made_by))


def mend_articles(connection: psycopg.Connection, items: Sequence[Item]) -> None:
    """Put what other rules read into the present states of articles, where that is no new state; see Field.mended."""
    copy_items(connection, items)
    connection.execute(query("mend_articles"))
    connection.execute(b"TRUNCATE incoming")
