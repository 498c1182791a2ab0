"""`tintinh db dump` and `restore`: the database as a file; `prune`: what its log of responses need not keep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from ingest import spool
from ingest.dump import dump
from ingest.dump_file import Contents
from ingest.pruning import prune_fetches
from ingest.restore import restore
from ingest.syndication import compare_due
from tintinh import config
from tintinh.cli.output import say
from vietnam.dates import VIETNAM

# Days for which looks at lists are kept: more than a year, so that a portal can be compared with itself.
KEPT_DAYS = 400
# Tables that people ask for, with the words for their rows.
_TOLD = {"article_current": "articles", "article_revision": "earlier states", "run": "runs", "fetch": "fetches"}


def register(group: typer.Typer) -> None:
    """Add these commands to `tintinh db`."""
    group.command("dump")(db_dump)
    group.command("restore")(db_restore)
    group.command("prune")(db_prune)


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


def db_prune(
    days: Annotated[int, typer.Option("--days", min=30, help="Keep what is younger than so many days.")] = KEPT_DAYS,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many rows there are.")] = False,
) -> None:
    """Forget old looks at lists, feeds and pages that were no article; whatever was fetched of articles stays, and so does the page archive."""
    before = datetime.now(UTC) - timedelta(days=days)
    with config.dsn() as uri, config.connect(uri) as connection:
        found = prune_fetches(connection, before, only_count=dry_run)
    say(f"{found} fetches before {before.astimezone(VIETNAM):%d/%m/%Y}{' would go' if dry_run else ' deleted'}")


def _told(contents: Contents) -> str:
    rows = {table.name: table.rows for table in contents.tables}
    return ", ".join(f"{rows.get(name, 0)} {what}" for name, what in _TOLD.items()) + f", schema {contents.schema}"
