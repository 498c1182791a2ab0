"""The views for analysts: units in every spelling, people, days of Vietnam, who changed a state, takedowns, delays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import psycopg

from ingest.store import store
from tests.support import article, at


def test_a_unit_is_one_in_every_spelling(connection: psycopg.Connection) -> None:
    names = ("Công an huyện Hoà An", "CÔNG AN HUYỆN HÒA AN", "CÔNG AN HUYỆN HÒA AN", "PV28")
    store(connection, [article(number, unit=name) for number, name in enumerate(names, 1)])
    rows = connection.execute(
        "SELECT code, name, spellings, successors, articles FROM news.unit WHERE articles > 0"
    ).fetchall()
    assert sorted(rows, key=lambda row: row[4]) == [
        ("PV28", "Phòng Xây dựng phong trào toàn dân bảo vệ an ninh Tổ quốc", ["PV28"], ["PV05"], 1),
        (None, "Công an huyện Hoà An", ["CÔNG AN HUYỆN HÒA AN", "Công an huyện Hoà An"], [], 3),
    ]
    assert connection.execute("SELECT province_now FROM news.unit WHERE code = 'PC14'").fetchall() == [(None,)]


def test_nobody_in_particular_is_no_author(connection: psycopg.Connection) -> None:
    store(connection, [article(1, authors=("Lê Thị Ba", "CTV")), article(2, authors=("P.V", "Lê Thị Ba"))])
    assert connection.execute("SELECT name, articles FROM news.author").fetchall() == [("Lê Thị Ba", 2)]


def test_a_day_is_one_of_vietnam(connection: psycopg.Connection) -> None:
    store(
        connection,
        [
            article(1, published_at=datetime(2026, 10, 31, 18, tzinfo=UTC)),
            article(2, published_at=None, published_raw=None, published_precision=None),
        ],
    )
    assert connection.execute("SELECT published_on FROM news.article ORDER BY id").fetchall() == [
        (date(2026, 11, 1),),
        (None,),
    ]
    assert connection.execute("SELECT published_on, articles, edited, gone FROM news.day").fetchall() == [
        (date(2026, 11, 1), 1, 0, 0)
    ]
    assert connection.execute(
        "SELECT published_on, delay = first_seen_at - published_at FROM news.delay"
    ).fetchall() == [(date(2026, 11, 1), True)]


def test_a_state_says_what_differs_and_who_changed_it(connection: psycopg.Connection) -> None:
    store(connection, [article(1), article(1, 20, title="Hai")])
    connection.execute("UPDATE news.article_current SET made_by = 'reextracted', section = 'Khác'")
    connection.execute("DELETE FROM news.edit")
    rows = connection.execute("SELECT revision, changed_by, fields FROM news.state ORDER BY revision").fetchall()
    assert rows == [(1, "first", []), (2, "rules", ["section", "title"])]
    store(connection, [replace(article(1, 40, title="Ba"), section="Khác")])
    last = connection.execute("SELECT changed_by, fields, since FROM news.state WHERE revision = 3").fetchall()
    assert last == [("portal", ["title"], at(40))]


def test_a_takedown_says_how_long_the_article_lived(connection: psycopg.Connection) -> None:
    store(connection, [article(1), article(2)])
    connection.execute(
        "INSERT INTO news.absence (article_id, how, url, first_missed_at, last_missed_at, confirmed_at) "
        "SELECT id, 'removed', url, published_at + interval '3 days', published_at + interval '4 days', CASE WHEN id = 1 THEN published_at + interval '4 days' END "
        "FROM news.article_current"
    )
    rows = connection.execute(
        "SELECT article_id, how, extract(day FROM lived)::int, returned_at FROM news.takedown"
    ).fetchall()
    assert rows == [(1, "removed", 3, None)]
