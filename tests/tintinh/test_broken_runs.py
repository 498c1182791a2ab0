"""Runs whose process died, and runs that the database broke off."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from ingest import spool
from sql.load import query
from tests.conftest import Command
from tests.support import line, until_alone

REFUSE = """
CREATE FUNCTION news.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE 'no space left on device' USING errcode = 'disk_full'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON news.article_current FOR EACH ROW EXECUTE FUNCTION news.refuse();
"""


def begin(connection: psycopg.Connection, kind: str) -> int:
    row = connection.execute(query("start_run"), {"portal": "demo", "kind": kind, "rules": None}).fetchone()
    assert row is not None
    return int(row[0])


def test_who_goes_on_is_left_alone_and_who_died_is_marked(
    command: Command, connection: psycopg.Connection, database_uri: str
) -> None:
    with (
        psycopg.connect(database_uri, autocommit=True) as alive,
        psycopg.connect(database_uri, autocommit=True) as dead,
        psycopg.connect(database_uri, autocommit=True) as came_back,
    ):
        runs = {begin(alive, "crawl"): "running", begin(dead, "fetch"): "interrupted"}
        other = begin(dead, "ingest")
        dead.close()
        until_alone(connection, alive.info.backend_pid, came_back.info.backend_pid)
        assert came_back.execute(query("hold_run"), {"run": other}).fetchone() == (True,)
        runs[other] = "running"
        done = command("ingest")
        assert done.returncode == 0, done.stderr
        found = connection.execute("SELECT id, status, finished_at IS NULL FROM news.run WHERE portal = 'demo'")
        assert {row[0]: row[1] for row in found} == runs
    until_alone(connection)
    assert command("ingest").returncode == 0
    left = connection.execute("SELECT DISTINCT status FROM news.run WHERE portal = 'demo'").fetchall()
    assert left == [("interrupted",)]


def test_an_ingest_that_the_database_breaks_off_says_so_in_its_row(
    command: Command, connection: psycopg.Connection, tmp_path: Path
) -> None:
    file = tmp_path / "one.jsonl"
    file.write_bytes(spool.seal(line()) + b"\n")
    connection.execute(REFUSE)
    done = command("ingest", file)
    assert (done.returncode, done.stdout) == (3, "")
    (told,) = done.stderr.splitlines()
    assert told.startswith("tintinh: the database failed: no space left on device ")
    assert connection.execute("SELECT status, error LIKE 'DiskFull: no space%' FROM news.run").fetchall() == [
        ("failed", True)
    ]
    connection.execute("DROP TRIGGER refuse ON news.article_current")
    assert command("ingest", file).returncode == 0
    assert connection.execute("SELECT count(*) FROM news.article").fetchone() == (1,)


@pytest.mark.parametrize("name", ["TINTINH_PATIENCE", "TINTINH_REREAD_SECONDS"])
def test_patience_is_a_number_of_seconds(command: Command, name: str) -> None:
    done = command("crawl", "binhthuan", "-s", f"{name}=long")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{name} wants a number of seconds, not 'long'" in done.stderr
