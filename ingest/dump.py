"""A database into a file: every row of the schema as it stands at one moment, for any server that tintinh runs on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psycopg
from psycopg import sql

from ingest import migrate
from ingest.dump_file import CONTENTS, FORMAT, Contents, Table, member, writing
from ingest.errors import DatabaseUnsuitable
from sql.load import query


def dump(connection: psycopg.Connection, file: Path, *, force: bool = False) -> Contents:
    """Write the database to `file`; what was written. Others may write the database meanwhile: one snapshot is read.

    Memory does not grow with the database. Raises DumpFailed, DatabaseUnsuitable.
    """
    if migrate.version(connection) == 0:
        raise DatabaseUnsuitable("there is nothing to dump: the database has no schema, see `tintinh db init`")
    names = [sql.Identifier("news", table) for table in _tables(connection)]
    with writing(file, force=force) as archive, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # Before the first question, which takes the snapshot: no migration may change a table until its rows are read.
        connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(sql.SQL(", ").join(names)))
        connection.execute(query("lift_bounds"))
        tables = []
        for table, columns in _tables(connection).items():
            with archive.open(member(table), "w", force_zip64=True) as rows, connection.cursor() as cursor:
                statement = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(
                    sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier("news", table)
                )
                with cursor.copy(statement) as copy:
                    for block in copy:
                        rows.write(block)
                tables.append(Table(table, tuple(columns), cursor.rowcount))
        contents = Contents(
            format=FORMAT,
            schema=migrate.version(connection),
            server=connection.info.server_version,
            made_at=datetime.now(UTC),
            tables=tuple(tables),
            # After the rows: numbers are given out of turn with snapshots, none may be given twice.
            sequences=dict(connection.execute(query("dump_sequences")).fetchall()),
        )
        archive.writestr(CONTENTS, msgspec.json.format(msgspec.json.encode(contents)))
    return contents


def _tables(connection: psycopg.Connection) -> dict[str, list[str]]:
    """The tables of the schema with their columns, those that are generated left out."""
    return dict(connection.execute(query("dump_tables")).fetchall())
