"""Every field of an article, through everything that the database does with it.

A field that is added to crawler/article.py is tried here without a word; one that a statement forgets fails here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import psycopg
import pytest
from pyarrow import parquet

from crawler.article import FIELDS, Article, Attachment, Image, decode, encode
from crawler.fields import Field, kept, of, of_the_article
from ingest.redaction import redact
from ingest.reextraction import write_reextracted
from ingest.store import Figures, store
from reader import difference
from reader import stored as articles
from reader.filters import Filters
from tests.conftest import Command
from tests.support import START, article, at

HINTS = get_type_hints(Article)
# What the database takes of some fields only.
TAKEN = {"published_precision": ("second", "minute", "hour", "day", "month", "year")}
each_field = pytest.mark.parametrize("field", FIELDS, ids=lambda one: one.name)


def value(field: Field, number: int) -> Any:
    """A value of a field that no other number has."""
    if field.name in TAKEN:
        return TAKEN[field.name][number]
    hint = HINTS[field.name]
    kinds = set(get_args(hint)) - {type(None)} if type(None) in get_args(hint) else {hint}
    (kind,) = kinds
    text = f"Giá trị {field.name} {number}"
    if kind is datetime:
        return START - timedelta(days=100, minutes=number)
    if kind is str:
        return text
    if get_origin(kind) is tuple:
        of_what = get_args(kind)[0]
        if of_what is str:
            return (text, f"{text} b")
        if of_what is Image:
            return (Image(url=f"http://demo.vn/{number}.jpg", caption=text), Image(url=f"http://demo.vn/{number}b.jpg"))
        assert of_what is Attachment, "say here what a value of the new type is"
        return (Attachment(url=f"http://demo.vn/{number}.pdf", name=text),)
    return {"title": text}


def full(number: int, minute: float = 0, article_number: int = 1, **fields: Any) -> Article:
    """An article in which every field has a value of this number."""
    return replace(article(article_number, minute), **{field.name: value(field, number) for field in FIELDS} | fields)


def expected(field: Field, number: int) -> Any:
    """The value as the database gives it back."""
    return field.stored(value(field, number))


def states(connection: psycopg.Connection, field: Field) -> list[Any]:
    """What a field is in every state of all articles, oldest first."""
    rows = connection.execute(f"SELECT {field.name} FROM news.article_state ORDER BY id, revision".encode())
    return [row[0] for row in rows]


def hashes(connection: psycopg.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT content_hash FROM news.article_current ORDER BY id")]


def test_every_attribute_is_a_field_or_of_the_article() -> None:
    names = {field.name for field in FIELDS}
    assert names == set(HINTS) - {
        "portal", "url", "fetched_at", "province", "platform", "identity", "fetched_url"
    }  # fmt: skip
    assert all(field.published or field.mended for field in FIELDS)


def test_a_field_without_a_word_is_published_and_emptied() -> None:
    @dataclass
    class Later:
        plain: tuple[str, ...] = ()
        later: tuple[str, ...] = field(default=(), metadata=kept(since=11))
        name: str = field(default="", metadata=of_the_article())

    plain, later = of(Later)
    assert plain == Field("plain", "text[] NOT NULL", True, False, "'{}'", 1, ())
    assert later == Field("later", "text[] NOT NULL DEFAULT '{}'", True, False, "'{}'", 11, ())


def test_a_type_without_a_column_is_refused() -> None:
    @dataclass
    class Odd:
        numbers: set[int]

    with pytest.raises(TypeError, match="no column holds set"):
        of(Odd)


@each_field
def test_the_hash_counts_what_is_published_and_nothing_else(field: Field) -> None:
    one, other = full(1), full(1, **{field.name: value(field, 2)})
    assert (one.content_hash != other.content_hash) is field.published
    assert decode(encode(one)) == one


def test_hashes_are_those_that_are_stored_already() -> None:
    """Another method would make an edit of every article there is."""
    assert article().content_hash == "5592b1b5101fcb353464c86ee3701589"
    files = {"images": (Image(url="x"),), "attachments": (Attachment(url="y", name="z"),), "published_at": None}
    assert article(**files).content_hash == "47aa2b903d4b4f676e3ed18c41e60d53"


def test_what_people_read_is_decided_here() -> None:
    """Whoever adds a field that does not count in the hash says so twice."""
    unread = {field.name for field in FIELDS if not field.published}
    assert unread == {"published_raw", "body_html", "extracted_by", "rules"}
    assert {field.name for field in FIELDS if field.mended} - unread == {"images"}


@each_field
def test_it_survives_row_and_revision(connection: psycopg.Connection, field: Field) -> None:
    store(connection, [full(1, 0)])
    store(connection, [full(2, 10)])
    assert states(connection, field) == [expected(field, 1), expected(field, 2)]
    (row,) = articles.export(connection, Filters())
    assert row[field.name] == expected(field, 2)


@each_field
def test_it_survives_coming_late(connection: psycopg.Connection, field: Field) -> None:
    """Between two states, before the first, and inside the present one, which is then cut in two."""
    store(connection, [full(1, 10), full(2, 30), full(2, 50)])
    store(connection, [full(3, 20)])
    store(connection, [full(4, 5)])
    store(connection, [full(5, 40)])
    assert states(connection, field) == [expected(field, number) for number in (4, 1, 3, 2, 5, 2)]


@each_field
def test_it_is_known_as_of_every_moment(connection: psycopg.Connection, field: Field) -> None:
    store(connection, [full(1, 0), full(2, 10), full(3, 20)])
    for minute, number in ((0, 1), (9, 1), (10, 2), (15, 2), (20, 3), (99, 3)):
        row = articles.article_as_of(connection, 1, at(minute))
        assert row is not None
        assert row[field.name] == expected(field, number)
    assert articles.article_as_of(connection, 1, at(-1)) is None


@each_field
def test_the_history_says_that_it_changed_if_it_is_published(connection: psycopg.Connection, field: Field) -> None:
    store(connection, [full(1, 0), full(1, 10, **{field.name: value(field, 2)})])
    history = articles.states(connection, 1)
    assert len(history) == 1 + field.published
    if field.published:
        assert difference.changed_fields(*history) == [field.name]


@each_field
def test_it_survives_a_move(connection: psycopg.Connection, field: Field) -> None:
    store(connection, [full(1, 0)])
    connection.execute(
        "INSERT INTO news.absence (article_id, how, url, first_missed_at, last_missed_at) VALUES (1, 'removed', 'x', %s, %s)",
        [at(5), at(5)],
    )
    moved = full(1, 10, url="http://demo.vn/khac/9.html", fetched_url="http://demo.vn/khac/9.html", identity="other")
    assert store(connection, [moved]) == Figures(unchanged=1)
    rows = connection.execute("SELECT id, url FROM news.article").fetchall()
    assert rows == [(1, moved.url)]
    assert states(connection, field) == [expected(field, 1)]


@each_field
def test_newer_rules_put_it_where_it_belongs(connection: psycopg.Connection, field: Field) -> None:
    """A new state where people would read something else, else the same state mended."""
    store(connection, [full(1, 0)])
    (before,) = hashes(connection)
    read = full(1, 60, **{field.name: value(field, 2)})
    if field.mended:
        write_reextracted(connection, [], [(before, read)])
        assert states(connection, field) == [expected(field, 2)]
    else:
        assert write_reextracted(connection, [(before, read)]) == 1
        assert states(connection, field) == [expected(field, 1), expected(field, 2)]
        made = connection.execute("SELECT made_by FROM news.article_state ORDER BY revision").fetchall()
        assert made == [("edited",), ("reextracted",)]
    assert hashes(connection) == [read.content_hash]
    assert connection.execute("SELECT last_seen_at FROM news.article").fetchone() == (at(0),)


@each_field
def test_other_rules_that_meet_the_same_page_mend_it(connection: psycopg.Connection, field: Field) -> None:
    store(connection, [full(1, 0)])
    other = {} if field.published else {field.name: value(field, 2)}
    again = full(1, 10, **{"rules": "newer"} | other)
    assert store(connection, [again]) == Figures(unchanged=1)
    assert states(connection, field) == [expected(field, 1 if field.published else 2)]
    assert connection.execute("SELECT rules, revision FROM news.article").fetchone() == (again.rules, 1)


def test_an_older_page_mends_nothing(connection: psycopg.Connection) -> None:
    """Loaded late, it was read by rules that may be older; and what says no rules is from another program."""
    store(connection, [full(1, 0), full(1, 20)])
    store(connection, [full(1, 10, rules="older", body_html="<p>Cũ</p>")])
    store(connection, [full(1, 30, rules=None, body_html="<p>Không rõ</p>")])
    rows = connection.execute("SELECT rules, body_html FROM news.article_state").fetchall()
    assert rows == [(full(1).rules, full(1).body_html)]


@each_field
def test_redaction_leaves_what_is_said(connection: psycopg.Connection, field: Field) -> None:
    store(connection, [full(1, 0), full(2, 10)])
    store(connection, [full(3, 0, article_number=2)])
    redact(connection, 1, "Quyết định 12", "Lan")
    if field.left is None:
        wanted = [expected(field, 1), expected(field, 2)]
    else:
        (empty,) = connection.execute(f"SELECT {field.left}::{field.type.split(' ')[0]}".encode()).fetchall()
        wanted = [empty[0]] * 2
    assert states(connection, field) == [*wanted, expected(field, 3)]


def test_what_redaction_leaves_is_decided_here() -> None:
    """Whoever adds a field that stays says so twice."""
    stays = {field.name for field in FIELDS if field.left is None}
    assert stays == {"published_at", "published_precision", "section", "rules"}


@pytest.fixture
def filled(connection: psycopg.Connection) -> psycopg.Connection:
    store(connection, [full(1, 0), full(2, 10)])
    return connection


def test_every_export_has_every_field(filled: psycopg.Connection, command: Command, tmp_path: Path) -> None:
    for ending in ("jsonl", "csv", "parquet"):
        done = command("export", "-o", tmp_path / f"all.{ending}")
        assert done.returncode == 0, done.stderr
    columns = list(articles.columns(filled))
    (line,) = map(json.loads, (tmp_path / "all.jsonl").read_text().splitlines())
    (row,) = parquet.read_table(tmp_path / "all.parquet").to_pylist()
    text = (tmp_path / "all.csv").read_text()
    assert list(line) == columns == text.partition("\n")[0].split(",")
    assert list(row) == columns
    assert columns[-1] == "published_on"
    for one in FIELDS:
        wanted = expected(one, 2)
        if isinstance(wanted, datetime):
            assert datetime.fromisoformat(line[one.name]) == row[one.name] == wanted
            continue
        assert line[one.name] == wanted
        assert row[one.name] == (wanted if one.type.startswith("text") else json.dumps(wanted, ensure_ascii=False))
        assert (wanted if one.name in TAKEN else f"{one.name} 2") in text
