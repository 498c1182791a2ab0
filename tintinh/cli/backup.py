"""`tintinh db dump` and `restore`: the database as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ingest import spool
from ingest.dump import dump
from ingest.dump_file import Contents
from ingest.restore import restore
from ingest.syndication import compare_due
from tintinh import config
from tintinh.cli.output import say

# Tables that people ask for, with the words for their rows.
_TOLD = {"article_current": "articles", "article_revision": "earlier states", "run": "runs", "fetch": "fetches"}


def register(group: typer.Typer) -> None:
    """Add these commands to `tintinh db`."""
    group.command("dump")(db_dump)
    group.command("restore")(db_restore)


def db_dump(
    file: Annotated[Path, typer.Argument(help="Where it is written to; usually NAME.zip.")],
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it is there.")] = False,
) -> None:
    """Write the database into a file, whatever server it is on; crawls may go on meanwhile. Archived pages are not in it."""
    with config.dsn() as uri, config.connect(uri, check=False) as connection:
        contents = dump(connection, file, force=force)
        waiting = len(spool.pending(config.spool_folder(connection)))
    say(f"{file}: {_told(contents)}, {file.stat().st_size / 1e6:.1f} MB")
    if waiting:
        say(f"{waiting} segments wait in the spool and are not in it: `tintinh ingest` loads them")


def db_restore(
    file: Annotated[Path, typer.Argument(help="What `tintinh db dump` wrote.")],
    copy: Annotated[
        bool,
        typer.Option("--copy", help="The first database goes on: give this one a number, and so a spool, of its own."),
    ] = False,
) -> None:
    """Fill an empty database from a dump, on any server; all of it, or nothing is changed. An older schema is upgraded."""
    with config.dsn() as uri, config.connect(uri, check=False) as connection:
        contents = restore(connection, file, copy=copy)
        compare_due(connection)
    say(f"restored {_told(contents)}")


def _told(contents: Contents) -> str:
    rows = {table.name: table.rows for table in contents.tables}
    return ", ".join(f"{rows.get(name, 0)} {what}" for name, what in _TOLD.items()) + f", schema {contents.schema}"
