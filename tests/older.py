"""Databases as they were: an older schema, and articles in it that no statement of today stored."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import sql

from crawler.article import FIELDS, Article
from ingest import migrate
from ingest.batch import prepare
from ingest.rows import stored
from sql.load import migrations


def make(connection: psycopg.Connection, version: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give an empty database the schema of a version."""
    with monkeypatch.context() as older:
        older.setattr(migrate, "migrations", lambda: [one for one in migrations() if one.version <= version])
        older.setattr(migrate, "make_roles", lambda _: None)  # rights are said for the tables of today
        migrate.upgrade(connection)


def insert(connection: psycopg.Connection, article: Article) -> None:
    """Store an article in whichever of its columns the schema has."""
    item = prepare(article)
    values: dict[str, Any] = {
        "portal": article.portal, "province": article.province, "platform": article.platform, "identity": item.identity,
        "url": article.url, "content_hash": item.content_hash, "first_seen_at": article.fetched_at,
        "changed_at": article.fetched_at, **{one.name: stored(one, getattr(article, one.name)) for one in FIELDS},
    }  # fmt: skip
    rows = connection.execute("SELECT attname FROM pg_attribute WHERE attrelid = 'news.article_current'::regclass")
    names = [name for (name,) in rows if name in values]
    statement = sql.SQL("INSERT INTO news.article_current ({}) VALUES ({})").format(
        sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(", ").join(map(sql.Placeholder, names))
    )
    connection.execute(statement, {name: values[name] for name in names})
