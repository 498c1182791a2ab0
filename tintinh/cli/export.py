"""`tintinh export`: whole articles into a file or a pipe."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, closing
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from reader import mirror
from reader import stored as articles
from reader.filters import Filters
from tintinh import config
from tintinh.cli.options import FormatOption, InHistory, check_portal, filtered, usage
from tintinh.cli.output import Format, rows, say, write_csv, write_excel

ENDINGS = ("jsonl", "csv", "parquet")


class Partition(StrEnum):
    """How files are parted."""

    month = "month"


@filtered
def export(
    output: Annotated[Path | None, typer.Option("-o", help="FILE.jsonl, .csv or .parquet; default stdout.")] = None,
    query: Annotated[str, typer.Argument(help="Words; none: everything.")] = "",
    *,
    wanted: Filters,
    limit: Annotated[int | None, typer.Option(min=1, max=2_000_000_000)] = None,
    offset: Annotated[int, typer.Option(min=0, max=2_000_000_000)] = 0,
    in_history: InHistory = False,
    excel: Annotated[
        bool, typer.Option("--excel", help="With -o FILE.csv: as Excel opens it in Vietnam, and no cell is a formula.")
    ] = False,
    partition: Annotated[
        Partition | None,
        typer.Option(help="With -o FOLDER: Parquet files by month of publication, month=2026-11 and so on."),
    ] = None,
    since_change: Annotated[
        str | None,
        typer.Option(
            metavar="CURSOR",
            help="For mirrors: everything that changed since; 0 for all. Ends by telling the next cursor on stderr.",
        ),
    ] = None,
    form: FormatOption = None,
) -> None:
    """Export whole articles, newest first."""
    wanted = replace(wanted, in_history=in_history)
    if since_change is not None and (query or limit or offset or partition or wanted != Filters()):
        raise typer.BadParameter("--since-change takes no filters: what no longer matches would stay in the mirror")
    if partition is not None:
        _by_month(output, replace(wanted, query=query), limit or articles.EVERYTHING, offset)
        return
    ending = output.suffix.lstrip(".").lower() if output else None
    if output and ending not in ENDINGS:
        raise typer.BadParameter(f"-o wants a file that ends in {', '.join('.' + name for name in ENDINGS)}")
    if excel and ending != "csv":
        raise typer.BadParameter("--excel goes with -o FILE.csv")
    wanted = replace(wanted, query=query)
    with config.database("news_reader") as connection, ExitStack() as stack:
        check_portal(connection, wanted.portal)
        columns, cursor = articles.columns(connection, in_history=in_history), None
        if since_change is None:
            given = articles.export(connection, wanted, limit=limit or articles.EVERYTHING, offset=offset)
        else:
            with usage():
                cursor, given = mirror.changed(connection, since_change)
            columns["merged_into"] = "bigint"
        found = stack.enter_context(closing(given))
        if output is None:
            shown = ("id", "published_at", "title", "authors", "unit", "section", "portal")
            if rows(found, shown, form or Format.jsonl) and cursor:  # who has the cursor has the rows
                say(f"next: --since-change {cursor}")
            return
        partial = output.with_name(f".{output.name}.part")
        try:
            if ending == "parquet":
                from tintinh.cli import parquet

                count = parquet.write(found, partial, columns)
            else:
                with partial.open("w", encoding="utf-8", newline="") as file:
                    count = _write(found, file, "excel" if excel else ending or "jsonl")
            partial.replace(output)
        finally:
            partial.unlink(missing_ok=True)
        say(f"{count} articles in {output}")
        if cursor:
            say(f"next: --since-change {cursor}")


def _by_month(output: Path | None, wanted: Filters, limit: int, offset: int) -> None:
    from tintinh.cli import parquet

    if output is None or output.suffix or (output.exists() and (not output.is_dir() or any(output.iterdir()))):
        raise typer.BadParameter("--partition wants -o FOLDER, a new one or an empty one")
    with config.database("news_reader") as connection:
        check_portal(connection, wanted.portal)
        partial = output.with_name(f".{output.name}.part")
        shutil.rmtree(partial, ignore_errors=True)
        try:
            partial.mkdir(parents=True)
            with closing(articles.export(connection, wanted, limit=limit, offset=offset)) as found:
                count = parquet.write_months(found, partial, articles.columns(connection, in_history=wanted.in_history))
            partial.replace(output)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    say(f"{count} articles in {output}")


def _write(found: Any, file: IO[str], ending: str) -> int:
    count = 0

    def counted() -> Any:
        nonlocal count
        for row in found:
            count += 1
            yield row

    if ending == "excel":
        if cut := write_excel(counted(), file):
            say(
                f"{cut} texts are longer than a cell of Excel and were cut; their ends are in .jsonl, .parquet and .csv without --excel"
            )
    elif ending == "csv":
        write_csv(counted(), file)
    else:
        rows(counted(), (), Format.jsonl, file)
    return count
