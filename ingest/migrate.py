"""Brings a database to the schema this program was written for."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

import psycopg

from ingest.errors import DatabaseOutdated, DatabaseTooNew, DatabaseUnsuitable, RolesMissing
from sql.load import command, migrations, query

OLDEST_SERVER = 130000


def target_version() -> int:
    """The schema version of this program."""
    return migrations()[-1].version


def version(connection: psycopg.Connection) -> int:
    """The schema version of the database; 0 where there is no schema yet."""
    row = connection.execute(query("has_schema")).fetchone()
    if row is None or not row[0]:
        return 0
    row = connection.execute(query("schema_version")).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def upgrade(connection: psycopg.Connection) -> list[str]:
    """Apply what is missing, each migration in its own transaction; the names applied.

    Two at once are safe: an advisory lock lets the second wait and find nothing to do.
    Raises DatabaseTooNew, DatabaseUnsuitable.
    """
    applied = []
    _check_server(connection)
    connection.execute(query("lock_migrations"))
    try:
        present = version(connection)
        if present > target_version():
            raise DatabaseTooNew(_too_new(present))
        for migration in migrations():
            if migration.version > present:
                with connection.transaction():
                    connection.execute(migration.statements, prepare=False)
                    connection.execute(
                        query("record_migration"), {"version": migration.version, "name": migration.name}
                    )
                applied.append(f"{migration.version:04} {migration.name}")
    finally:
        if not connection.closed:
            connection.execute(query("unlock_migrations"))
    with suppress(RolesMissing):
        make_roles(connection)
    return applied


def make_roles(connection: psycopg.Connection) -> None:
    """Make news_reader and news_writer and give them their rights. Raises RolesMissing where we may not."""
    connection.execute(query("lock_migrations"))  # rights of one object cannot be given by two at once
    try:
        with connection.transaction():
            connection.execute(command("make_roles"), prepare=False)
    except psycopg.errors.InsufficientPrivilege as error:
        user = connection.info.user
        raise RolesMissing(
            f"the roles news_reader and news_writer are not ready, {user} may not make them ({error.diag.message_primary}): "
            f"let an administrator run `CREATE ROLE news_reader; CREATE ROLE news_writer; GRANT news_reader, news_writer "
            f"TO {user};`, then `tintinh db init` again. Until then everything runs as {user}"
        ) from error
    finally:
        if not connection.closed:
            connection.execute(query("unlock_migrations"))


def become(connection: psycopg.Connection, role: Literal["news_reader", "news_writer"]) -> bool:
    """Give up every right that the role does not have, for the rest of this connection; False where it is not ours."""
    row = connection.execute(query("may_become"), {"role": role}).fetchone()
    if row is None or not row[0]:
        return False
    if role == "news_reader":
        connection.execute(command("become_reader"))
        connection.execute(command("limit_statements"))
    else:
        connection.execute(command("become_writer"))
    return True


def ensure(connection: psycopg.Connection) -> None:
    """Make an empty database ready; refuse one that is older or newer than this program."""
    present = version(connection)
    if present == 0:
        upgrade(connection)
    elif present < target_version():
        raise DatabaseOutdated(
            f"the database has schema {present}, this program needs {target_version()}: run `tintinh db upgrade`"
        )
    elif present > target_version():
        raise DatabaseTooNew(_too_new(present))


def _check_server(connection: psycopg.Connection) -> None:
    server, encoding = connection.info.server_version, connection.info.parameter_status("server_encoding")
    if server < OLDEST_SERVER or encoding != "UTF8":
        raise DatabaseUnsuitable(
            f"tintinh needs PostgreSQL 13 or newer and a database in UTF8; this is {server // 10000} in {encoding}"
        )


def _too_new(present: int) -> str:
    return f"the database has schema {present}, this program knows {target_version()}: upgrade tintinh"
