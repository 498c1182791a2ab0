"""Who may do what; `db init` makes the roles, or says why it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import errors, sql

from ingest import migrate
from ingest.errors import RolesMissing
from ingest.reextraction import write_reextracted
from ingest.store import store
from tests.conftest import Command, NewDatabase
from tests.support import article
from tintinh import config

REFUSED = errors.InsufficientPrivilege


@pytest.fixture
def filled(connection: psycopg.Connection) -> psycopg.Connection:
    store(connection, [article(1, 0), article(1, 5, title="Sửa")])
    return connection


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO news.run (portal, kind) VALUES ('x', 'crawl')",
        "UPDATE news.article_current SET title = 'x'",
        "DELETE FROM news.article_revision",
        "TRUNCATE news.fetch",
        "CREATE TABLE news.mine ()",
        "CREATE TEMP TABLE mine AS SELECT 1; INSERT INTO news.migration (version, name) VALUES (99, 'x')",
    ],
)
def test_the_reader_only_reads(filled: psycopg.Connection, statement: str) -> None:
    assert migrate.become(filled, "news_reader")
    for table in ("article", "article_revision", "fetch", "run", "reject", "article_as_of(now())", "search('bài')"):
        filled.execute(f"SELECT count(*) FROM news.{table}".encode())
    with pytest.raises(REFUSED):
        filled.execute(statement.encode())
    assert filled.execute("SHOW statement_timeout").fetchone() == ("1min",)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM news.article_current",
        "DELETE FROM news.article_revision",
        "TRUNCATE news.article_revision",
        "UPDATE news.article_revision SET title = 'x'",
        "UPDATE news.article_revision SET body = 'x'",
        "UPDATE news.fetch SET digest = 'x'",
        "DELETE FROM news.reject",
        "ALTER TABLE news.article_current ADD x int",
        "DROP VIEW news.article",
        "CREATE TABLE news.mine ()",
        "UPDATE news.migration SET name = 'x'",
    ],
)
def test_the_writer_neither_deletes_nor_rewrites_history(filled: psycopg.Connection, statement: str) -> None:
    assert migrate.become(filled, "news_writer")
    with pytest.raises(REFUSED):
        filled.execute(statement.encode())


def test_the_writer_can_do_all_that_ingest_does(connection: psycopg.Connection) -> None:
    assert migrate.become(connection, "news_writer")
    edits = [article(n % 3, (n * 7) % 40, title=f"Bản {n % 4}") for n in range(40)]
    for one in edits:  # late ones among them: states are put in order
        store(connection, [one])
    assert store(connection, [article(9, title="x" * 5000, url="http://[/")]).rejected == 1
    ((before,),) = connection.execute(
        "SELECT content_hash FROM news.article_current WHERE identity LIKE '%/1'"
    ).fetchall()
    assert write_reextracted(connection, [(before, article(1, 900, title="Mới"))]) == 1


def test_the_commands_give_up_their_rights(
    command: Command, database_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_uri)
    for role in ("news_reader", "news_writer"):
        with config.database(role) as connection:  # type: ignore[arg-type]
            assert connection.execute("SELECT current_user").fetchone() == (role,)
    assert command("runs").returncode == 0


@pytest.fixture
def plain(server_uri: str, database_of: NewDatabase) -> Iterator[tuple[str, str]]:
    """A database that belongs to a login that may not make roles, and its name."""
    uri = database_of()
    name = urlsplit(uri).path[1:]
    user = f"{name}_owner"
    with psycopg.connect(server_uri, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(user)))
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(name), sql.Identifier(user)))
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    parts = urlsplit(uri)
    yield urlunsplit(parts._replace(netloc=f"{user}@{parts.netloc.rpartition('@')[2]}")), user
    with psycopg.connect(uri, autocommit=True) as connection, suppress(psycopg.Error):
        connection.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(sql.Identifier(user)))
    with psycopg.connect(server_uri, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO CURRENT_USER").format(sql.Identifier(name)))
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(user)))


def test_init_without_the_right_to_make_roles_says_what_to_do(command: Command, plain: tuple[str, str]) -> None:
    uri, user = plain
    done = command("db", "init", env={"DATABASE_URL": uri})
    assert done.returncode == 1
    assert f"{user} may not make them" in done.stderr
    assert f"GRANT news_reader, news_writer TO {user};" in done.stderr
    assert command("runs", env={"DATABASE_URL": uri}).returncode == 0, "it works all the same, as its owner"
    with psycopg.connect(uri, autocommit=True) as connection, pytest.raises(RolesMissing):
        migrate.make_roles(connection)


def test_init_once_an_administrator_has_helped(command: Command, plain: tuple[str, str], server_uri: str) -> None:
    uri, user = plain
    with psycopg.connect(server_uri, autocommit=True) as connection:
        connection.execute(sql.SQL("GRANT news_reader, news_writer TO {}").format(sql.Identifier(user)))
    done = command("db", "init", env={"DATABASE_URL": uri})
    assert done.returncode == 0, done.stderr
    with psycopg.connect(uri, autocommit=True) as connection:
        assert migrate.become(connection, "news_reader")
        with pytest.raises(REFUSED):
            connection.execute("DELETE FROM news.run")
