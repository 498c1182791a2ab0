"""`tintinh db dump` and `restore` as commands: from one server to another and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from ingest import pruning
from ingest.store import store
from ingest.syndication import compare_due
from tests.conftest import Command
from tests.support import article, tintinh
from tintinh import config

EMBEDDED = {"DATABASE_URL": None}


@pytest.fixture
def stored(connection: psycopg.Connection) -> psycopg.Connection:
    store(connection, [article(1), article(2)])
    store(connection, [article(1, 60, title="Sửa")])
    compare_due(connection)
    return connection


def test_the_way_to_the_embedded_server_and_back(stored: psycopg.Connection, command: Command, tmp_path: Path) -> None:
    done = command("db", "dump", "there.zip")
    assert (done.returncode, done.stdout) == (0, "")
    assert "there.zip: 2 articles, 1 earlier states, 0 runs, 0 fetches, schema " in done.stderr
    done = command("db", "restore", "there.zip", env=EMBEDDED)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("restored 2 articles, 1 earlier states")
    for arguments in (("search", "bài"), ("export",), ("show", "1", "--revisions")):
        assert command(*arguments, env=EMBEDDED).stdout == command(*arguments).stdout != ""
    assert command("db", "dump", "back.zip", env=EMBEDDED).returncode == 0
    done = command("db", "restore", "back.zip")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "tintinh: the database is not empty" in done.stderr


def test_segments_that_wait_are_told(
    stored: psycopg.Connection, command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINTINH_HOME", str(home))
    folder = config.spool_folder(stored)
    folder.mkdir(parents=True)
    (folder / "demo-1-0001.jsonl").write_text("")
    assert (
        "1 segments wait in the spool and are not in it: `tintinh ingest` loads them"
        in command("db", "dump", "a.zip").stderr
    )


def test_failures_are_one_line(stored: psycopg.Connection, command: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.zip").write_text("mine")
    for arguments, reason in {
        ("dump", "mine.zip"): "mine.zip is there already: --force replaces it",
        ("dump", "no/a.zip"): "no/a.zip cannot be written: No such file or directory",
        ("restore", "mine.zip"): "mine.zip is no dump of tintinh, or it was cut off",
        ("restore", "none.zip"): "none.zip cannot be read: No such file or directory",
    }.items():
        done = command("db", *arguments)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", f"tintinh: {reason}\n")


def test_a_database_that_is_not_there_is_told(home: Path, tmp_path: Path) -> None:
    nowhere = {"DATABASE_URL": f"postgresql:///none?host={tmp_path}", "TINTINH_HOME": str(home)}
    done = tintinh("db", "dump", "a.zip", env=nowhere, cwd=tmp_path)
    assert done.returncode == 3
    assert "the database cannot be reached" in done.stderr
    assert not (tmp_path / "a.zip").exists()


def test_old_looks_at_lists_are_forgotten_and_nothing_of_an_article(
    stored: psycopg.Connection, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    [(url,)] = stored.execute("SELECT url FROM news.article_current ORDER BY id LIMIT 1").fetchall()
    for address, day, kind in (
        (url, 450, "response"),
        (url, 449, "revisit"),
        ("/muc", 450, "response"),
        ("/muc", 3, "response"),
    ):
        stored.execute(
            """INSERT INTO news.fetch (portal, url, fetched_at, status, archive_file, archive_offset, archive_length, archive_type)
            VALUES ('demo', %s, now() - make_interval(days => %s), 200, 'a.warc.gz', 1, 1, %s)""",
            (address, day, kind),
        )
    stored.execute(
        "INSERT INTO news.fetch (portal, url, fetched_at, error) VALUES ('demo', '/x', now() - interval '500 days', 'dns')"
    )
    monkeypatch.setattr(pruning, "AT_A_TIME", 2)
    assert pruning.prune_fetches(stored, datetime.now(UTC) - timedelta(days=400), only_count=True) == 2
    for arguments, said in (
        (("--dry-run",), "2 fetches before "),
        ((), "2 fetches before "),
        ((), "0 fetches before "),
    ):
        done = command("db", "prune", *arguments)
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr.startswith(said), done.stderr
    left = stored.execute("SELECT url = %s, archive_type FROM news.fetch ORDER BY id", (url,)).fetchall()
    assert left == [(True, "response"), (True, "revisit"), (False, "response")]
    assert command("db", "prune", "--days", "3").returncode == 2, "nobody forgets last week by a slip"
