"""A dump into an empty database, in one transaction: it is as it was, or nothing has happened."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from ingest import migrate
from ingest.dump_file import BLOCK, DAMAGE, Contents, Table, member, reading
from ingest.errors import DatabaseBusy, DatabaseInUse, DatabaseTooNew, DumpUnusable
from sql.load import command, query

# Tables that a schema without any article has rows in, made by its migrations. Those of the first are the schema's own.
_OWN = "migration"
_GIVEN = frozenset({_OWN, "database", "province", "unit_code"})


class Damaged(Exception):
    """The dump does not hold what it says."""


def restore(connection: psycopg.Connection, file: Path, *, copy: bool = False) -> Contents:
    """Make the database what it was when `file` was dumped, then bring its schema to this program's; what was restored.

    As a `copy` it gets a number of its own, so that no spool of the first database lands in it.
    Raises DumpUnusable, DatabaseTooNew (the dump is newer than this program), DatabaseInUse; and what `migrate.upgrade` does.
    """
    with reading(file) as (archive, contents):
        if contents.schema > migrate.target_version():
            raise DatabaseTooNew(
                f"{file} is of schema {contents.schema}, this program knows {migrate.target_version()}: upgrade tintinh"
            )
        try:
            with connection.transaction():
                connection.execute(query("limit_lock_waits"), {"wait": migrate.LOCK_WAIT})
                _make_room(connection, contents.schema)
                connection.execute(query("lift_bounds"))
                _fill(connection, archive, contents)
                if copy:
                    connection.execute(query("new_database_id"))
        except psycopg.errors.LockNotAvailable as error:
            raise DatabaseBusy("the database is in use: end what goes on in it, then restore") from error
        except (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.UndefinedTable, Damaged) as error:
            reason = error.diag.message_primary if isinstance(error, psycopg.Error) else error
            raise DumpUnusable(f"{file} is damaged, nothing was restored: {' '.join(str(reason).split())}") from error
    migrate.upgrade(connection)
    connection.execute(command("analyze"))
    return contents


def _make_room(connection: psycopg.Connection, version: int) -> None:
    """Leave an empty schema of this version. DatabaseInUse where the database holds anything."""
    present = migrate.version(connection)
    if present:
        held = [name for name in _tables(connection) if name not in _GIVEN and _has_rows(connection, name)]
        if held:
            raise DatabaseInUse(
                f"the database is not empty (it has rows in {', '.join(held)}): restore into another, "
                "by DATABASE_URL or TINTINH_HOME"
            )
    if present != version:
        if present:
            connection.execute("DROP SCHEMA news CASCADE")
        migrate.upgrade(connection, finish=False, to=version)
    names = [sql.Identifier("news", name) for name in _tables(connection) if name != _OWN]
    connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(names)))


def _fill(connection: psycopg.Connection, archive: zipfile.ZipFile, contents: Contents) -> None:
    """Load all rows without indexes, foreign keys and triggers, then make those again: a row is looked at once."""
    known = _tables(connection)
    aside = connection.execute(query("set_aside")).fetchall()
    for take_away, _, _ in reversed(aside):
        connection.execute(take_away.encode())
    for table in contents.tables:
        if strange := set(table.columns) - set(known.get(table.name, ())):
            raise Damaged(f"schema {contents.schema} has no {table.name} with {', '.join(sorted(strange))}")
        if table.name != _OWN:
            _load(connection, archive, table)
    for _, make, _ in aside:
        connection.execute(make.encode())
    for name, value in contents.sequences.items():
        connection.execute(query("set_sequence"), {"name": name, "value": value})


def _load(connection: psycopg.Connection, archive: zipfile.ZipFile, table: Table) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier("news", table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for block in _blocks(archive, table.name):
                copy.write(block)
        if cursor.rowcount != table.rows:
            raise Damaged(f"{table.name} has {cursor.rowcount} rows of {table.rows}")


def _blocks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """What the dump holds of a table. Raises Damaged; what fails while a block is loaded is no damage."""
    try:
        with archive.open(member(name)) as rows:
            while block := rows.read(BLOCK):
                yield block
    except DAMAGE as error:
        raise Damaged(str(error)) from error


def _tables(connection: psycopg.Connection) -> dict[str, list[str]]:
    return dict(connection.execute(query("dump_tables")).fetchall())


def _has_rows(connection: psycopg.Connection, table: str) -> bool:
    row = connection.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier("news", table))).fetchone()
    return bool(row and row[0])
