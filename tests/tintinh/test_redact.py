"""Text removed for a legal request is nowhere to be read, and does not come back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pyarrow import parquet

from crawler.article import encode
from ingest.redaction import redact
from ingest.spool import seal
from ingest.store import Figures, ingest_lines, store
from tests.conftest import NewDatabase
from tests.support import Portal, article, at
from tests.tintinh.test_source import Crawled
from tintinh.demo.server import serve

SECRET = "Nguyễn Văn Kín"
TABLES = ("article_current", "article_revision", "reject", "fetch", "run", "sighting", "redaction")


def everywhere(connection: psycopg.Connection) -> str:
    """All text of the database."""
    parts = []
    for table in TABLES:
        rows = connection.execute(f"SELECT to_jsonb(t) FROM news.{table} AS t".encode()).fetchall()
        parts += [json.dumps(row[0], ensure_ascii=False) for row in rows]
    items = connection.execute("SELECT item FROM news.reject").fetchall()
    return "\n".join([*parts, *(item.decode(errors="replace") for (item,) in items)])


def number(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT id FROM news.article WHERE identity LIKE '%/1'").fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def told(connection: psycopg.Connection) -> psycopg.Connection:
    """An article that names somebody, in two states and two rejected items; another that does not."""
    store(connection, [article(1, 0, body=f"{SECRET} bị bắt."), article(1, 5, title=f"Bắt {SECRET}", byline=SECRET)])
    store(connection, [article(2, 0)])
    ingest_lines(
        connection,
        [
            seal(encode(article(1, 6, lead=SECRET))).replace(b"2026", b"2027", 1),
            encode(article(1, 7, unit=f"{SECRET}\0")),
        ],
    )
    assert everywhere(connection).count(SECRET) >= 4
    return connection


def test_nothing_of_the_text_is_left(told: psycopg.Connection) -> None:
    before = told.execute("SELECT count(*) FROM news.search('kín')").fetchone()
    assert before == (1,)
    assert redact(told, number(told), "Quyết định 12/2026", "Lan") is True
    assert SECRET not in everywhere(told)
    assert told.execute("SELECT count(*) FROM news.search('kín')").fetchone() == (0,)
    for moment in (at(1), at(9)):
        rows = told.execute(
            "SELECT title, body FROM news.article_as_of(%s) WHERE id = %s", [moment, number(told)]
        ).fetchall()
        assert rows == [("[redacted]", "")]
    left = told.execute("SELECT reason, redacted_by, redacted_at IS NOT NULL FROM news.redaction").fetchall()
    assert left == [("Quyết định 12/2026", "Lan", True)]
    other = told.execute("SELECT title, body, redacted_at FROM news.article WHERE identity LIKE '%/2'").fetchone()
    assert other == ("Bài số 2", article(2).body, None)
    assert redact(told, number(told), "lần nữa", "Minh") is False


@pytest.mark.parametrize(
    "again",
    [
        {}, {"title": f"Sửa {SECRET}"}, {"url": "http://demo.vn/khac/1-bai.html"}, {"identity": "demo.vn/article/other"},
        {"identity": "other", "url": "http://demo.vn/x.html"}, {"fetched_at": at(2), "title": f"Muộn {SECRET}"},
    ],
    ids=["same", "edited", "other address", "other identity", "asked by its address", "late"],
)  # fmt: skip
def test_it_does_not_come_back(told: psycopg.Connection, again: dict[str, Any]) -> None:
    redact(told, number(told), "x", "x")
    count = told.execute("SELECT count(*) FROM news.article_current").fetchone()
    rejects = told.execute("SELECT count(*) FROM news.reject").fetchone()
    given = {"body": f"{SECRET} bị bắt.", "fetched_at": at(60)} | again
    assert store(told, [article(1, **given)]) == Figures(unchanged=1)
    assert SECRET not in everywhere(told)
    assert told.execute("SELECT count(*) FROM news.article_current").fetchone() == count
    assert told.execute("SELECT count(*) FROM news.reject").fetchone() == rejects
    assert store(told, [article(2, 60, title="Sửa")]) == Figures(changed=1), "others go on"


def test_it_is_still_seen(told: psycopg.Connection) -> None:
    redact(told, number(told), "x", "x")
    store(told, [article(1, 90)])
    seen = told.execute("SELECT last_seen_at, revision FROM news.article WHERE identity LIKE '%/1'").fetchone()
    assert seen == (at(90), 2)


@pytest.fixture(scope="module")
def crawled(database_of: NewDatabase, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    portal = Portal()
    with serve(site=portal) as address:
        made = Crawled(database_of(template), address, tmp_path_factory.mktemp("crawled"), portal)
        made.crawl("--max-articles", "6")
        yield made


def test_the_command(crawled: Crawled, tmp_path: Path) -> None:
    title = json.loads(crawled("show", "2").stdout)["title"]
    done = crawled("redact", "2", "--reason", "Quyết định 12", "--by", "Lan")
    assert done.returncode == 0
    assert "article 2 is redacted" in done.stderr
    assert "its bytes lie on in demo/demo-" in done.stderr
    shown = crawled("show", "2", "--format", "table").stdout
    assert shown.startswith("[redacted]\n")
    assert "by Lan: Quyết định 12" in shown
    assert json.loads(crawled("show", "2").stdout)["redacted_at"]
    for arguments in (("--source",), ("--source", "--raw"), ("--warc", tmp_path / "x.warc.gz")):
        done = crawled("show", "2", *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert "article 2 is redacted" in done.stderr
    assert not (tmp_path / "x.warc.gz").exists()
    exported = crawled("export").stdout
    assert title not in exported
    assert '"title": "[redacted]"' in exported
    assert title not in crawled("show", "2", "--revisions").stdout
    assert crawled("export", "-o", tmp_path / "all.parquet").returncode == 0
    told = {row["id"]: row for row in parquet.read_table(tmp_path / "all.parquet").to_pylist()}
    assert told[2]["redacted_at"] is not None
    assert told[3]["redacted_at"] is None
    crawled.crawl("--full", "--max-articles", "6")
    assert "read 5, changed 0" in crawled("reextract").stderr
    assert json.loads(crawled("show", "2").stdout)["title"] == "[redacted]"
    assert "was redacted before" in crawled("redact", "2", "--reason", "x").stderr


@pytest.mark.parametrize(
    ("arguments", "code"), [(("2",), 2), (("2", "--reason", " "), 2), (("99999", "--reason", "x"), 1)]
)
def test_wrong_usage(crawled: Crawled, arguments: tuple[str, ...], code: int) -> None:
    assert crawled("redact", *arguments).returncode == code
