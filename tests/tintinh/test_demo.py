"""`tintinh demo` over a database that an older tintinh made."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from ingest import migrate
from sql.load import migrations
from tests.conftest import Command, NewDatabase
from tintinh.demo import tour
from tintinh.embedded import postgres

NEWEST = migrate.target_version()


def make_older(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The schema as it was one version ago."""
    with monkeypatch.context() as older, psycopg.connect(uri, autocommit=True) as connection:
        older.setattr(migrate, "migrations", lambda: migrations()[:-1])
        older.setattr(migrate, "make_roles", lambda _: None)  # rights are said for the tables of today
        migrate.upgrade(connection)
        assert migrate.version(connection) == NEWEST - 1


@pytest.mark.slow
def test_the_homes_own_database_is_upgraded(command: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres.server(home) as uri:
        make_older(uri, monkeypatch)
    done = command("demo", "--port", "0", env={"DATABASE_URL": None})
    assert done.returncode == 0, done.stdout + done.stderr
    told = f"the embedded database had schema {NEWEST - 1}: upgraded to {NEWEST}"
    assert [line for line in done.stderr.splitlines() if "schema" in line] == [told]
    with postgres.server(home) as uri, psycopg.connect(uri) as connection:
        assert migrate.version(connection) == NEWEST


def test_a_new_database_and_one_of_today_need_no_word(
    database_of: NewDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    uri = database_of()
    for _ in range(2):
        tour.upgrade(uri)
    assert capsys.readouterr() == ("", "")
    with psycopg.connect(uri) as connection:
        assert migrate.version(connection) == NEWEST


def test_a_server_that_was_named_is_not(
    command: Command, database_of: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = database_of()
    make_older(uri, monkeypatch)
    done = command("demo", "--port", "0", env={"DATABASE_URL": uri})
    assert (done.returncode, done.stderr.splitlines()) == (
        1, [f"tintinh: the database has schema {NEWEST - 1}, this program needs {NEWEST}: run `tintinh db upgrade`"],
    )  # fmt: skip
    with psycopg.connect(uri) as connection:
        assert migrate.version(connection) == NEWEST - 1
