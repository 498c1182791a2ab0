"""`tintinh status`: one screen and its exit code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from ingest import migrate
from tests.conftest import Command, NewDatabase
from tests.sql.test_watching import portal, run
from tests.support import held_port
from tests.tintinh.crawled import ALLOWED
from tintinh import config
from tintinh.run.portal_files import portals


def told(command: Command, **env: str | None) -> tuple[int, dict[str, Any]]:
    done = command("status", "--format", "json", env=env)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def test_all_is_well(connection: psycopg.Connection, command: Command) -> None:
    run(connection)
    code, found = told(command)
    assert (code, found["problems"]) == (0, [])
    assert found["states"] == {"fine": 1, "quiet": 0, "thin": 0, "broken": 0, "blocked": 0, "never": len(portals())}
    assert found["database"]["schema"] == migrate.target_version()
    assert found["database"]["bytes"] > 1_000_000
    assert found["queue"] == {"segments": 0, "bytes": 0, "notices": 0}
    screen = command("status", "--format", "table")
    assert screen.returncode == 0
    assert len(screen.stdout.splitlines()) == 5
    assert screen.stdout.startswith(f"portals   1 fine, {len(portals())} never\n")


@pytest.mark.parametrize(
    ("status", "state", "code"), [("failed", "broken", 1), ("blocked", "blocked", 1), ("partial", "thin", 0)]
)
def test_what_is_wrong_is_named(
    connection: psycopg.Connection, command: Command, status: str, state: str, code: int
) -> None:
    run(connection, status=status, error="http://demo.vn/ answers 404\x1b[2J\nand more")
    done = command("status", "--format", "table")
    assert done.returncode == code
    (line,) = [line for line in done.stdout.splitlines() if "demo" in line]
    assert line.split()[0] == state
    assert "http://demo.vn/ answers 404?[2J and more" in line
    assert told(command)[1]["portals"][0]["state"] == state


def test_a_real_crawl_that_finds_nobody_is_broken(connection: psycopg.Connection, command: Command) -> None:
    portal(connection)
    with held_port() as port:
        connection.execute(
            "UPDATE news.portal SET home = %s, hosts = ARRAY[%s]", [f"http://127.0.0.1:{port}/", f"127.0.0.1:{port}"]
        )
        assert command("crawl", "demo", env=ALLOWED).returncode == 1
    code, found = told(command)
    assert (code, found["portals"][0]["state"], found["portals"][0]["cause"]) == (1, "broken", "refused")


def test_what_waits_and_what_is_due(
    connection: psycopg.Connection, command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as ours:
        ours.setenv("TINTINH_HOME", str(home))
        spool = config.spool_folder(connection)
    spool.mkdir(parents=True)
    (spool / "demo-1-01.jsonl").write_bytes(b"x" * 1000)
    (home / "archive" / "demo").mkdir(parents=True)
    (home / "archive" / "demo" / "a.warc.gz").write_bytes(b"x" * 5000)
    connection.execute(
        "INSERT INTO news.list (portal, key, kind, every, read_at, next_due) VALUES "
        "('late', 'a', 'section', '1 day', now(), now() - interval '3 days'), ('later', 'a', 'section', '1 day', now(), now() + interval '3 days')"
    )
    _, found = told(command)
    assert found["queue"] == {"segments": 1, "bytes": 1000, "notices": 0}
    assert (found["disk"]["archive"], found["disk"]["spool"]) == (5000, 1000)
    assert found["database"]["oldest_due_portal"] == "late"


def test_a_database_that_is_down(command: Command, home: Path, tmp_path: Path) -> None:
    """What can be told without it is."""
    (home / "archive").mkdir(parents=True)
    (home / "archive" / "a.warc.gz").write_bytes(b"x" * 5000)
    code, found = told(command, DATABASE_URL=f"postgresql:///none?host={tmp_path}")
    assert (code, found["database"], found["disk"]["archive"]) == (3, None, 5000)
    assert found["problems"][0].startswith("the database cannot be reached: ")
    screen = command("status", "--format", "table", env={"DATABASE_URL": f"postgresql:///none?host={tmp_path}"})
    assert screen.returncode == 3
    assert "problem   the database cannot be reached" in screen.stdout
    assert "none yet" not in screen.stdout


def test_a_home_that_is_new_is_left_as_it_is(command: Command, home: Path) -> None:
    code, found = told(command, DATABASE_URL=None)
    assert (code, found["database"], found["problems"]) == (0, None, [])
    assert not home.exists()


def test_an_older_schema_is_told(command: Command, database_of: NewDatabase) -> None:
    uri = database_of()
    assert told(command, DATABASE_URL=uri)[0] == 0  # without a schema: not used yet
    with psycopg.connect(uri, autocommit=True) as older:
        migrate.upgrade(older, finish=False, to=8)
    code, found = told(command, DATABASE_URL=uri)
    assert (code, len(found["problems"])) == (1, 1)
    assert "run `tintinh db upgrade`" in found["problems"][0]


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_disk_that_is_nearly_full(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """No disk can be had that is really full."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 5, 5))
    code, found = told(command)
    assert (code, found["problems"]) == (1, ["the disk is nearly full: 0.0 MB free"])
