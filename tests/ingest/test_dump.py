"""A database into a file and out of it again: on another server, of another age, from a file that is not whole."""

from __future__ import annotations

import fcntl
import random
import resource
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingest import dump as dumping
from ingest import migrate
from ingest.dump import dump
from ingest.errors import DatabaseBusy, DatabaseInUse, DatabaseTooNew, DatabaseUnsuitable, DumpFailed, DumpUnusable
from ingest.restore import restore
from ingest.store import ingest_lines, store
from ingest.syndication import compare_due
from reader import stored as articles
from reader.filters import Filters
from sql.load import query
from tests import older
from tests.conftest import NewDatabase
from tests.support import article, at, line
from tintinh.embedded import postgres

QUERIES = ("an ninh", '"Đoạn một"', "nguoi dan", "Phú Quý -PV28", "")


@contextmanager
def connected(uri: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(uri, autocommit=True) as connection:
        yield connection


def rows(connection: psycopg.Connection) -> dict[str, list[Any]]:
    """Every row of every table as text. Left out: when migrations were applied; what a server makes itself, in which 🙂 is a word or is not."""
    tables = connection.execute(query("dump_tables")).fetchall()
    connection.execute("SET timezone = 'UTC'")
    return {
        table: connection.execute(
            f"SELECT ROW({', '.join(names)})::text FROM news.{table} ORDER BY 1".encode()
        ).fetchall()
        for table, names in tables
        if table != "migration"
    }


def read(connection: psycopg.Connection) -> list[Any]:
    """What people get: searches, articles with their history, and runs."""
    found: list[Any] = [
        articles.search(connection, Filters(query=text, in_history=past)) for past in (True, False) for text in QUERIES
    ]
    ids = [row["id"] for row in found[-1]]
    return [*found, [articles.states(connection, id_) for id_ in ids], articles.runs(connection, None, 20)]


def fill(connection: psycopg.Connection) -> None:
    """Articles with edits, copies, signs that COPY must escape; rejects, a run with figures, numbers that were given up."""
    row = connection.execute(query("start_run"), {"portal": "demo", "kind": "crawl", "rules": None}).fetchone()
    assert row is not None
    text = "Người dân\tPhú Quý\\n \\. Đoạn một.\n\n\\N Đoạn\r hai 🙂 " + "an ninh trật tự. "
    told = [" ".join(f"{word}x{number % 5}" for word in range(80)) for number in range(40)]
    store(connection, [article(number, body=text + told[number]) for number in range(1, 40)], row[0])
    store(
        connection,
        [article(number, 60, title="Sửa", body=text + told[number] + " sửa") for number in range(1, 9)],
        row[0],
    )
    store(connection, [article(40)])
    ingest_lines(connection, iter([line(title=7), b"\xff\x00 no article"]), row[0])
    compare_due(connection)
    connection.execute("DELETE FROM news.article_current WHERE id = (SELECT max(id) FROM news.article_current)")
    connection.execute("INSERT INTO news.host (host, delay, run_id) VALUES ('a.vn', 0.1, %s)", row[:1])


@pytest.fixture
def filled(connection: psycopg.Connection) -> psycopg.Connection:
    fill(connection)
    return connection


@pytest.fixture
def file(filled: psycopg.Connection, tmp_path: Path) -> Path:
    """A dump of it."""
    dump(filled, tmp_path / "all.zip")
    return tmp_path / "all.zip"


def is_untouched(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'news'").fetchone()
    return row == (0,)


def test_from_the_server_to_the_embedded_one_and_back(
    filled: psycopg.Connection, database_of: NewDatabase, tmp_path: Path
) -> None:
    """`make test-server` does the same between Debian's PostgreSQL and the bundled one."""
    before, people = rows(filled), read(filled)
    assert len(before["article_revision"]) == 8
    assert len(before["reject"]) == 2
    assert before["likeness"]
    with postgres.server(tmp_path / "home") as uri, connected(uri) as embedded:
        there = dump(filled, tmp_path / "there.zip")
        assert there.server == filled.info.server_version
        restore(embedded, tmp_path / "there.zip")
        assert rows(embedded) == before
        assert read(embedded) == people
        dump(embedded, tmp_path / "back.zip")
    with connected(database_of()) as back:
        restore(back, tmp_path / "back.zip")
        assert rows(back) == before
        assert read(back) == people


def test_what_is_restored_is_the_schema_of_this_program_and_goes_on(
    filled: psycopg.Connection, file: Path, database_of: NewDatabase
) -> None:
    catalog = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'news' UNION ALL SELECT conrelid::regclass || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'news'::regnamespace ORDER BY 1"
    given = filled.execute("SELECT last_value FROM news.article_current_id_seq").fetchone()
    assert given is not None
    with connected(database_of()) as other:
        restore(other, file)
        assert other.execute(catalog).fetchall() == filled.execute(catalog).fetchall()
        due = len(rows(other)["fingerprint_due"])
        store(other, [article(50)])
        new = other.execute("SELECT id FROM news.article_current WHERE title = 'Bài số 50'").fetchone()
        assert new == (given[0] + 1,)  # the number that was given up is not given again
        assert len(rows(other)["fingerprint_due"]) == due + 1


def test_what_is_written_meanwhile_is_not_in_it(
    filled: psycopg.Connection, database_uri: str, database_of: NewDatabase, tmp_path: Path, monkeypatch: Any
) -> None:
    before, name_of = rows(filled), dumping.member

    def written_meanwhile(table: str) -> str:
        if table == "article_address":  # after the first tables, before the articles
            with connected(database_uri) as writer:
                store(writer, [article(60), article(1, 90, title="Sửa nữa")])
        return name_of(table)

    monkeypatch.setattr(dumping, "member", written_meanwhile)
    dump(filled, tmp_path / "all.zip")
    with connected(database_of()) as other:
        restore(other, tmp_path / "all.zip")
        assert rows(other) == before
    assert rows(filled) != before


def test_an_older_dump_is_upgraded(database_of: NewDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with connected(database_of()) as old, connected(database_of()) as new, connected(database_of()) as fresh:
        older.make(old, 8, monkeypatch)
        older.insert(old, article(1))
        contents = dump(old, tmp_path / "old.zip")
        assert contents.schema == 8
        migrate.upgrade(fresh)  # a schema of today that holds nothing gives way
        for target in (new, fresh):
            restore(target, tmp_path / "old.zip")
            assert migrate.version(target) == migrate.target_version()
            assert articles.search(target, Filters(query="bài số 1"))[0]["title"] == "Bài số 1"


def test_a_newer_dump_is_refused(file: Path, database_of: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "target_version", lambda: 7)
    with connected(database_of()) as other:
        with pytest.raises(DatabaseTooNew, match=r"is of schema \d+, this program knows 7"):
            restore(other, file)
        assert is_untouched(other)


def test_a_database_that_holds_something_is_left_alone(filled: psycopg.Connection, file: Path) -> None:
    before = rows(filled)
    with pytest.raises(DatabaseInUse, match=r"not empty \(it has rows in .*article_current"):
        restore(filled, file)
    assert rows(filled) == before


def test_an_empty_schema_keeps_what_others_made_of_it(file: Path, database_of: NewDatabase, template: str) -> None:
    with connected(database_of(template)) as other:
        other.execute("CREATE VIEW public.titles AS SELECT title FROM news.article")
        restore(other, file)
        assert other.execute("SELECT count(*) FROM public.titles").fetchone() == (39,)


def test_a_foreign_schema_is_left_alone(file: Path, database_of: NewDatabase) -> None:
    with connected(database_of()) as other:
        other.execute("CREATE SCHEMA news")
        other.execute("CREATE TABLE news.mine ()")
        with pytest.raises(DatabaseUnsuitable, match="not tintinh's"):
            restore(other, file)
        assert other.execute("SELECT count(*) FROM news.mine").fetchone() == (0,)


def test_a_database_in_use_is_left_alone(
    file: Path, database_of: NewDatabase, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = database_of(template)
    monkeypatch.setattr(migrate, "LOCK_WAIT", "100ms")
    with connected(uri) as other, connected(uri) as holder, holder.transaction():
        holder.execute("LOCK TABLE news.run IN ACCESS SHARE MODE")
        with pytest.raises(DatabaseBusy, match="is in use"):
            restore(other, file)


def test_a_copy_gets_a_number_of_its_own(filled: psycopg.Connection, file: Path, database_of: NewDatabase) -> None:
    number = filled.execute(query("database_id")).fetchone()
    for copy in (False, True):
        with connected(database_of()) as other:
            restore(other, file, copy=copy)
            assert (other.execute(query("database_id")).fetchone() == number) is not copy


def damaged(data: bytes) -> Iterator[bytes]:
    """The file cut at, and flipped in, places that are the same in every run."""
    chance = random.Random(11)
    yield from (data[:length] for length in (0, 1, 22, len(data) // 2, len(data) - 1))
    for _ in range(40):
        place = chance.randrange(len(data))
        yield data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]
    tail = len(data) - 1500  # the list of members, where a flip changes what is read at all
    for _ in range(40):
        place = chance.randrange(tail, len(data))
        yield data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]


def error_of(connection: psycopg.Connection, file: Path) -> str | None:
    """What a restore says against the file; None where it restored."""
    try:
        restore(connection, file)
    except DumpUnusable as error:
        return str(error)
    return None


def test_a_damaged_file_is_told_in_one_line_and_changes_nothing(
    filled: psycopg.Connection, file: Path, database_of: NewDatabase, template: str, tmp_path: Path
) -> None:
    """A flip may hit what nothing depends on, a date of a member: then all rows are there."""
    before, told, bad = rows(filled), set(), tmp_path / "bad.zip"
    uri = database_of(template)
    with connected(uri) as other:
        empty = rows(other)
    for data in damaged(file.read_bytes()):
        bad.write_bytes(data)
        with connected(uri) as other:
            error = error_of(other, bad)
            if error is None:
                assert rows(other) == before
                uri = database_of(template)  # its number is the template's, too
            else:
                told.add(error)
                assert rows(other) == empty
    assert len(told) > 5
    assert not [error for error in told if len(error.splitlines()) != 1]


def zipped(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_another_programs_file_is_told(database_of: NewDatabase, tmp_path: Path, file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        whole = {name: archive.read(name) for name in archive.namelist()}
    contents = whole["tintinh.json"]
    given: dict[str, tuple[Callable[[Path], object], str]] = {
        "text": (lambda path: path.write_text("--\n-- PostgreSQL database dump\n"), "is no dump of tintinh"),
        "archive": (lambda path: zipped(path, {"a.txt": b"a"}), "is no dump of tintinh"),
        "json": (lambda path: zipped(path, {"tintinh.json": b"[]"}), "is no dump of tintinh"),
        "newer": (lambda path: zipped(path, {"tintinh.json": b'{"format": 99}'}), "newer tintinh"),
        "folder": (lambda path: path.mkdir(), "cannot be read: Is a directory"),
        "nothing": (lambda path: None, "cannot be read: No such file"),
        "lacking": (lambda path: zipped(path, {"tintinh.json": contents}), "lacks its tables absence"),
        "column": (
            lambda path: zipped(path, whole | {"tintinh.json": contents.replace(b'"byline"', b'"weather"')}),
            "has no article_current with weather",
        ),
        "shorter": (lambda path: zipped(path, whole | {"host.copy": b""}), "host has 0 rows of 1"),
        "values": (lambda path: zipped(path, whole | {"run.copy": b"a\tb\n"}), "nothing was restored"),
    }
    with connected(database_of()) as other:
        for name, (make, reason) in given.items():
            make(tmp_path / name)
            with pytest.raises(DumpUnusable, match=reason) as told:
                restore(other, tmp_path / name)
            assert len(str(told.value).splitlines()) == 1
            assert is_untouched(other), name


def test_no_file_is_replaced_unless_that_is_wanted(filled: psycopg.Connection, tmp_path: Path) -> None:
    mine = tmp_path / "mine.zip"
    mine.write_text("mine")
    with pytest.raises(DumpFailed, match="--force replaces it"):
        dump(filled, mine)
    assert mine.read_text() == "mine"
    dump(filled, mine, force=True)
    assert zipfile.is_zipfile(mine)
    assert mine.stat().st_mode & 0o777 == 0o600
    for place, reason in ((tmp_path, "is a folder"), (tmp_path / "no" / "a.zip", "No such file")):
        with pytest.raises(DumpFailed, match=reason):
            dump(filled, place)


def test_a_full_disk_is_told_and_leaves_nothing(filled: psycopg.Connection, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(DumpFailed, match=r"all\.zip cannot be written: File too large"):
            dump(filled, tmp_path / "all.zip")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []
    assert dump(filled, tmp_path / "all.zip").tables


def test_what_a_killed_dump_left_is_replaced_and_what_another_writes_is_not(
    filled: psycopg.Connection, tmp_path: Path
) -> None:
    part = tmp_path / "all.zip.part"
    part.write_bytes(b"left" * 1_000_000)
    with part.open("rb") as another:
        fcntl.flock(another, fcntl.LOCK_EX)
        with pytest.raises(DumpFailed, match=r"all\.zip\.part is being written by another process"):
            dump(filled, tmp_path / "all.zip")
    dump(filled, tmp_path / "all.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["all.zip"]
    assert zipfile.ZipFile(tmp_path / "all.zip").testzip() is None


def test_a_database_without_a_schema_is_told(database_of: NewDatabase, tmp_path: Path) -> None:
    with connected(database_of()) as empty, pytest.raises(DatabaseUnsuitable, match="nothing to dump"):
        dump(empty, tmp_path / "all.zip")
    assert list(tmp_path.iterdir()) == []


def test_moments_and_numbers_are_kept_to_the_last_figure(
    filled: psycopg.Connection, database_of: NewDatabase, tmp_path: Path
) -> None:
    """Whatever the session's own habits of printing are."""
    filled.execute("SET datestyle = 'German'; SET timezone = 'Asia/Ho_Chi_Minh'; SET extra_float_digits = 0")
    filled.execute("SET intervalstyle = 'sql_standard'")
    filled.execute(
        "INSERT INTO news.list (portal, key, kind, every, read_at, next_due) VALUES "
        "('demo', 'a', 'section', '1 day -02:03:04.000005', %s, 'infinity')",
        [at(0.000001)],
    )
    dump(filled, tmp_path / "all.zip")
    shown = "SELECT every = '1 day -02:03:04.000005', extract(epoch FROM read_at), next_due = 'infinity' FROM news.list"
    with connected(database_of()) as other:
        restore(other, tmp_path / "all.zip")
        assert other.execute(shown).fetchall() == filled.execute(shown).fetchall()
        likeness = "SELECT sum(likeness::float8) = %s::float8 FROM news.likeness"
        filled.execute("SET extra_float_digits = 3")
        whole = filled.execute("SELECT sum(likeness::float8)::text FROM news.likeness").fetchone()
        assert other.execute(likeness, whole).fetchone() == (True,)
