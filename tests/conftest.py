"""What tests of several wings need: a PostgreSQL, databases of their own in it, the command."""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import hypothesis
import psycopg
import pytest
from psycopg import sql

from ingest import migrate
from tests.support import called, environment, tintinh
from tintinh.embedded import postgres

# Machines are shared: how long an example takes decides nothing. Neither does luck: the examples are the same in every run.
hypothesis.settings.register_profile("tintinh", deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=5000)
hypothesis.settings.load_profile("tintinh")

Command = Callable[..., subprocess.CompletedProcess[str]]
NewDatabase = Callable[..., str]


@pytest.fixture(scope="session")
def server_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server of DATABASE_URL; else an embedded one that all workers of this run share."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    folder = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        folder = folder.parent
    with postgres.server(folder / "server") as uri:
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # these databases live for seconds
            connection.execute("SELECT pg_reload_conf()")
        yield uri


@pytest.fixture(scope="session")
def database_of(server_uri: str) -> Iterator[NewDatabase]:
    """Makes a database: empty (`template0`), or a copy of another; all are dropped in the end."""
    made: list[str] = []

    def make(template: str = "template0", options: str = "") -> str:
        name = f"tintinh_test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(server_uri, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} " + options).format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        made.append(name)
        return urlunsplit(urlsplit(server_uri)._replace(path=f"/{name}"))

    yield make
    with psycopg.connect(server_uri, autocommit=True) as connection:
        for name in made:
            drop_database(connection, name)


def drop_database(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def template(database_of: NewDatabase) -> str:
    """The name of a database that every migration has been run on."""
    uri = database_of()
    with psycopg.connect(uri, autocommit=True) as connection:
        migrate.upgrade(connection)
    return urlsplit(uri).path[1:]


@pytest.fixture
def database_uri(server_uri: str, database_of: NewDatabase, template: str) -> Iterator[str]:
    """A fresh database with the schema."""
    uri = database_of(template)
    yield uri
    with psycopg.connect(server_uri, autocommit=True) as connection:
        drop_database(connection, urlsplit(uri).path[1:])


@pytest.fixture
def connection(database_uri: str) -> Iterator[psycopg.Connection]:
    """An autocommit connection to the fresh database."""
    with psycopg.connect(database_uri, autocommit=True) as opened:
        yield opened


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A state folder of its own, not made yet."""
    return tmp_path / "home"


@pytest.fixture
def command(home: Path, database_uri: str, tmp_path: Path) -> Command:
    """Runs `tintinh …` on the fresh database, `apart` in a process; None in `env` takes a variable away."""

    def run(
        *arguments: object,
        env: Mapping[str, str | None] | None = None,
        stdin: str | bytes = b"",
        apart: bool = False,
    ) -> subprocess.CompletedProcess[str]:
        wanted = environment(home, **({"DATABASE_URL": database_uri} | dict(env or {})))
        return (tintinh if apart else called)(*arguments, env=wanted, cwd=tmp_path, stdin=stdin)

    return run
