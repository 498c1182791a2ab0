"""Brings a database to the schema this program was written for."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Literal

import psycopg

from ingest.errors import (
    DatabaseBusy,
    DatabaseOutdated,
    DatabaseTooNew,
    DatabaseUnfinished,
    DatabaseUnsuitable,
    RolesMissing,
)
from sql.load import Migration, afterwards, command, migrations, query

OLDEST_SERVER = 130000  # as libpq writes PostgreSQL 13.0
# How long a migration may wait for a table, which holds up all who come after it, and how often it tries again.
LOCK_WAIT = "5s"
LOCK_TRIES = 12
FOREIGN = "the database has a schema named news that is not tintinh's: give tintinh a database of its own"
LOCK_PAUSE = 1.0  # seconds in which those who queued up get through


def target_version() -> int:
    """The schema version of this program."""
    return migrations()[-1].version


def version(connection: psycopg.Connection) -> int:
    """The schema version of the database; 0 where there is no schema yet. Raises DatabaseUnsuitable where it is another's."""
    row = connection.execute(query("has_schema")).fetchone()
    if row is None or not row[0]:
        return 0
    try:
        row = connection.execute(query("schema_version")).fetchone()
    except (psycopg.errors.UndefinedColumn, psycopg.errors.UndefinedFunction) as error:
        raise DatabaseUnsuitable(FOREIGN) from error
    return int(row[0]) if row and row[0] is not None else 0


def upgrade(connection: psycopg.Connection, *, finish: bool = True, to: int | None = None) -> list[str]:
    """Apply what is missing, each migration in its own transaction; the names applied.

    Two at once are safe: an advisory lock lets the second wait and find nothing to do. Without `finish` the work that may
    come after a release is left for later; the program runs without it. `to` is a version to stop at, for rows of that age.
    Raises DatabaseTooNew, DatabaseUnsuitable, DatabaseBusy, DatabaseUnfinished (all is applied then).
    """
    applied = []
    _check_server(connection)
    connection.execute(query("lock_migrations"))
    try:
        present = version(connection)
        if present > target_version():
            raise DatabaseTooNew(_too_new(present))
        for migration in migrations():
            if present < migration.version <= (to or migration.version):
                _apply(connection, migration)
                applied.append(f"{migration.version:04} {migration.name}")
        if finish:
            _finish(connection, version(connection))
    finally:
        if not connection.closed:
            connection.execute(query("unlock_migrations"))
    if to is None:  # rights are said for the tables of today
        with suppress(RolesMissing):
            make_roles(connection)
    return applied


def _apply(connection: psycopg.Connection, migration: Migration) -> None:
    for left in reversed(range(LOCK_TRIES)):
        try:
            with connection.transaction():
                connection.execute(query("limit_lock_waits"), {"wait": LOCK_WAIT})
                connection.execute(migration.statements, prepare=False)
                connection.execute(query("record_migration"), {"version": migration.version, "name": migration.name})
        except (psycopg.errors.DuplicateSchema, psycopg.errors.DuplicateTable) as error:
            raise DatabaseUnsuitable(FOREIGN) from error
        except psycopg.errors.LockNotAvailable as error:
            if not left:
                raise DatabaseBusy(
                    f"migration {migration.version:04} {migration.name} found its tables in use {LOCK_TRIES} times for {LOCK_WAIT}: "
                    "try again when less is going on, or end what holds them (pg_stat_activity)"
                ) from error
            time.sleep(LOCK_PAUSE)  # lets those go on who queued up behind it
        else:
            return


def _finish(connection: psycopg.Connection, present: int) -> None:
    """Do what migrations left for after the release, statement by statement; nobody waits for it."""
    left = [work for work in afterwards() if work.version <= present]
    if not left:
        return
    unfinished = {row[0] for row in connection.execute(query("unfinished_migrations"))}
    for work in left:
        if work.version not in unfinished:
            continue
        for statement in _statements(work.statements):
            try:
                with connection.transaction():
                    connection.execute(query("limit_lock_waits"), {"wait": LOCK_WAIT})
                    connection.execute(statement, prepare=False)
            except psycopg.IntegrityError as error:
                raise DatabaseUnfinished(
                    f"schema {present} is in use, but old rows do not fit it: {error.diag.message_primary}; "
                    "mend them, then run `tintinh db upgrade` again"
                ) from error
            except psycopg.errors.LockNotAvailable as error:
                raise DatabaseBusy from error
        connection.execute(query("finish_migration"), {"version": work.version})


def _statements(text: bytes) -> list[bytes]:
    """The statements of a file without the comments; none of them holds a `;` or `--` of its own.

    >>> _statements(b"-- why\\nSELECT 1;\\nSELECT 2;\\n")
    [b'SELECT 1', b'SELECT 2']
    """
    lines = [line for line in text.splitlines() if not line.startswith(b"--")]
    return [statement for part in b" ".join(lines).split(b";") if (statement := part.strip())]


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
    """Make an empty database ready. Raises DatabaseOutdated or DatabaseTooNew where its schema is not this program's."""
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
