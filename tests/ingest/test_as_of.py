"""The database as it stood at a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg
import pytest

from crawler.article import FIELDS
from ingest.reextraction import write_reextracted
from ingest.store import store
from tests.support import article, at

COLUMNS_THAT_CANNOT_BE_KNOWN = {"province_now", "last_seen_at", "gone_at", "redacted_at", "cluster"}


def titles(connection: psycopg.Connection, moment: datetime) -> list[tuple[Any, ...]]:
    return connection.execute(
        "SELECT identity, title, revision, made_by FROM news.article_as_of(%s) ORDER BY identity", [moment]
    ).fetchall()


def test_every_moment_has_its_state(connection: psycopg.Connection) -> None:
    store(connection, [article(1, 0, title="A"), article(1, 10, title="B"), article(2, 15), article(1, 20, title="C")])
    assert titles(connection, at(-1)) == []
    first, second = "demo.vn/article/1", "demo.vn/article/2"
    assert titles(connection, at(0)) == [(first, "A", 1, "edited")]
    assert titles(connection, at(9.99)) == [(first, "A", 1, "edited")]
    assert titles(connection, at(10)) == [(first, "B", 2, "edited")]
    assert titles(connection, at(17)) == [(first, "B", 2, "edited"), (second, "Bài số 2", 1, "edited")]
    assert titles(connection, at(10**6)) == [(first, "C", 3, "edited"), (second, "Bài số 2", 1, "edited")]


def test_newer_rules_do_not_reach_back(connection: psycopg.Connection) -> None:
    store(connection, [article(1, 0, title="A")])
    ((before,),) = connection.execute("SELECT content_hash FROM news.article_current").fetchall()
    write_reextracted(connection, [(before, article(1, 60, title="A mới"))])
    assert [row[1:] for row in titles(connection, at(59))] == [("A", 1, "edited")]
    assert [row[1:] for row in titles(connection, at(60))] == [("A mới", 2, "reextracted")]


@pytest.mark.parametrize("moment", [0, 5, 10, 15, 20, 25])
def test_it_is_what_a_database_of_that_moment_holds(connection: psycopg.Connection, moment: int) -> None:
    """Loading only what had been fetched by then gives the same rows."""
    edits = [article(n % 4, n, title=f"Bản {n // 6}", unit=f"PV{n % 2}") for n in range(26)]
    fields = ", ".join(one.name for one in FIELDS)
    columns = f"portal, province, platform, url, {fields}, content_hash, revision, first_seen_at, changed_at, identity, made_by"
    store(connection, edits)
    then = connection.execute(
        f"SELECT {columns} FROM news.article_as_of(%s) ORDER BY identity".encode(), [at(moment)]
    ).fetchall()
    connection.execute("TRUNCATE news.article_current CASCADE")
    store(connection, [one for one in edits if one.fetched_at <= at(moment)])
    assert then == connection.execute(f"SELECT {columns} FROM news.article ORDER BY identity".encode()).fetchall()


def test_it_has_every_column_of_news_article_that_can_be_known(connection: psycopg.Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM news.article")
        now = {column.name for column in cursor.description or ()}
        cursor.execute("SELECT * FROM news.article_as_of(now())")
        then = {column.name for column in cursor.description or ()}
    assert now - then == COLUMNS_THAT_CANNOT_BE_KNOWN
    assert then - now == {"valid_to"}
