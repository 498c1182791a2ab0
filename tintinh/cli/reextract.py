"""`tintinh reextract`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ingest.segments import ingest_left
from ingest.syndication import compare_due
from reader import difference
from sql.load import query
from tintinh import config
from tintinh.cli.output import Format, chosen_format, printable, rows, say, text
from tintinh.run import reextract

BUSY = 4  # exit code: another run of a portal is going on


def command(
    portal: Annotated[str | None, typer.Option(help="Only this portal.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing, say what would change.")] = False,
    jobs: Annotated[int | None, typer.Option("-j", min=1, max=256, help="Processes; default: one a core.")] = None,
    form: Annotated[
        Format | None, typer.Option("--format", help="Default: a table on a terminal, jsonl into a pipe.")
    ] = None,
) -> None:
    """Run today's rules over the archived pages, without the network."""
    code = 0
    found: list[dict[str, Any]] = []
    with config.dsn() as uri, config.connect(uri) as connection:
        ingest_left(connection, config.spool_folder(connection))  # what was crawled comes first, or it would come late
        portals = connection.execute(query("reextract_portals"), {"portal": portal}).fetchall()
        if portal and not portals:
            raise typer.BadParameter(f"no articles of a portal named {portal}")
        for name, _ in portals:
            with config.connect(uri) as lock:  # the lock ends with its connection
                row = lock.execute(query("lock_portal"), {"portal": name}).fetchone()
                if not (row and row[0]):
                    say(f"{name}: another run of {name} is going on")
                    code = BUSY
                    continue
                total = reextract.run(
                    connection, uri, config.archive_folder(), name, dry=dry_run, jobs=jobs or reextract.cores()
                )
            if not dry_run:
                compare_due(connection)
            _say(name, total, dry_run)
            found += [
                {
                    "portal": name,
                    "field": field,
                    "articles": count,
                    "samples": [_sample(s) for s in total.samples[field]],
                }
                for field, count in sorted(total.fields.items(), key=lambda pair: -pair[1])
            ]
    if dry_run:
        _print(found, form)
    raise typer.Exit(code)


def _say(name: str, total: reextract.Total, dry: bool) -> None:
    verb = "would change" if dry else "changed"
    mended = f", markup, pictures or rules made anew of {total.mended}" if total.mended else ""
    say(
        f"{name}: read {total.read}, {verb} {total.changed}, no article any more {total.unread}, "
        f"without a page {total.without_page}{mended}"
    )


def _sample(sample: dict[str, Any]) -> dict[str, Any]:
    before, after = (text(sample[name]) for name in ("before", "after"))
    return {"id": sample["id"], "before": before, "after": after}


def _print(found: list[dict[str, Any]], form: Format | None) -> None:
    if chosen_format(form) is not Format.table:
        rows(found, ("portal", "field", "articles"), form)
        return
    for one in found:
        typer.secho(f"{one['portal']}  {one['field']}: {one['articles']} articles", bold=True)
        for sample in one["samples"]:
            typer.echo(printable(f"  {sample['id']}: {difference.words(sample['before'], sample['after'])}"))


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("reextract")(command)
