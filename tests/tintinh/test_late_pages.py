"""Pages that are loaded after newer rules have read older ones: the history stays true."""

from __future__ import annotations

from typing import Any

import psycopg

from crawler.article import Article
from ingest.reextraction import write_reextracted
from ingest.store import Figures, store
from tests.support import article, at
from tests.tintinh.test_reextract import STATES


def history(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    return [row[1:] for row in connection.execute(STATES).fetchall()]


def reextracted(connection: psycopg.Connection, one: Article, minute: float, title: str) -> int:
    (row,) = connection.execute("SELECT content_hash FROM news.article_current").fetchall()
    return write_reextracted(connection, [(row[0], article(1, minute, title=title))])


def test_a_page_that_is_loaded_late_counts_after_the_reextraction(connection: psycopg.Connection) -> None:
    store(connection, [article(1, 0, title="A"), article(1, 10, title="A")])
    assert reextracted(connection, article(1), 60, "A mới") == 1
    assert store(connection, [article(1, 30, title="B")]) == Figures(changed=1)
    assert history(connection) == [
        (1, at(0), at(60), "A", "edited"),
        (2, at(60), at(60), "A mới", "reextracted"),
        (3, at(60), None, "B", "edited"),
    ]
    assert store(connection, [article(1, 40, title="B"), article(1, 90, title="B")]) == Figures(unchanged=2)
    assert len(history(connection)) == 3


def test_the_same_reading_loaded_late_makes_no_state(connection: psycopg.Connection) -> None:
    store(connection, [article(1, 0, title="A")])
    reextracted(connection, article(1), 60, "A mới")
    before = history(connection)
    assert store(connection, [article(1, 30, title="A mới")]) == Figures(unchanged=1)
    assert history(connection) == before


def test_an_article_that_changed_meanwhile_is_left_alone(connection: psycopg.Connection) -> None:
    store(connection, [article(1, 0, title="A")])
    ((before,),) = connection.execute("SELECT content_hash FROM news.article_current").fetchall()
    store(connection, [article(1, 5, title="B")])
    assert write_reextracted(connection, [(before, article(1, 60, title="A mới"))]) == 0
    assert [row[3] for row in history(connection)] == ["A", "B"]


def test_last_seen_is_when_the_portal_was_asked(connection: psycopg.Connection) -> None:
    store(connection, [article(1, 0, title="A"), article(1, 7, title="A")])
    reextracted(connection, article(1), 600, "A mới")
    rows = connection.execute("SELECT first_seen_at, last_seen_at, changed_at FROM news.article").fetchall()
    assert rows == [(at(0), at(7), at(600))]
