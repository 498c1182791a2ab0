"""`tintinh ingest`: spool segments, feed exports and WARC files of other hands into the database."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, BinaryIO, cast

import psycopg
import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from crawler.archive.foreign import is_warc
from crawler.article import encode
from crawler.platforms.registry import platforms
from crawler.portals.site import is_name
from ingest import portals as rows_of_portals
from ingest.segments import ingest_left
from ingest.store import Figures, ingest_file, ingest_lines
from ingest.syndication import compare_due
from sql.load import query
from tintinh import config
from tintinh.cli.options import province_slug
from tintinh.cli.output import errors, say
from tintinh.run import watching
from tintinh.run.captures import Captures, Site, Wanted

DONE, FAILED = 0, 1
# What of a WARC file is stored in one transaction, and held in memory meanwhile.
BATCH = 200
BATCH_BYTES = 8_000_000


def ingest(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            help="Spool segments, feed exports or WARC files; - for stdin (no WARC); none: what waits in the spool."
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            "--portal",
            help="Of a WARC file: its portal; default: the one of each host, made if there is none.",
        ),
    ] = None,
    platform: Annotated[str | None, typer.Option(help="Of a WARC file: do not look, it is this platform.")] = None,
    province: Annotated[str | None, typer.Option(help="Of a WARC file: the province of a portal that is new.")] = None,
) -> None:
    """Load spool segments, a Scrapy feed export (.jsonl, .jl) or WARC files (.warc, .warc.gz). Safe to repeat."""
    wanted = _wanted(name, platform, province)
    figures, failed, broken = Figures(), False, ""
    with config.database() as connection:
        row = connection.execute(query("start_run"), {"portal": "-", "kind": "ingest", "rules": None}).fetchone()
        run = int(row[0]) if row else None
        error: str | None = None
        try:
            for file in files or []:
                try:
                    if damage := _ingest(connection, file, run, wanted, figures):
                        failed, error = True, f"{file}: {damage}"
                        say(error)
                except OSError as reason:
                    failed, error = True, f"{file}: {reason.strerror}"
                    say(error)
            if not files:
                figures += ingest_left(connection, config.spool_folder(connection))
            compare_due(connection)
        except BaseException as reason:
            broken = "interrupted" if isinstance(reason, KeyboardInterrupt) else "failed"
            error = f"{type(reason).__name__}: {reason}"
            raise
        finally:
            if not connection.closed:
                status = broken or ("ok" if not (failed or figures.rejected) else "partial")
                connection.execute(
                    query("finish_run"),
                    {"run": run, "status": status, "complete": False, "error": error, "listed": 0,
                     "fetched": figures.items, "requests": 0, "bytes": 0, "accounts": None},
                )  # fmt: skip
        watching.after_ingest(connection, say)
    say(f"new {figures.new}, changed {figures.changed}, unchanged {figures.unchanged}, rejected {figures.rejected}")
    if figures.rejected:
        say(f"{figures.rejected} items were rejected: see news.reject")
    raise typer.Exit(FAILED if failed or figures.rejected else DONE)


def _wanted(name: str | None, platform: str | None, province: str | None) -> Wanted:
    if name is not None and not is_name(name):
        raise typer.BadParameter(f"{name!r} is no name of a portal: letters without diacritics, figures, dots, - and _")
    if platform is not None and platform not in platforms():
        raise typer.BadParameter(f"no platform named {platform}; there are: {', '.join(sorted(platforms()))}")
    return Wanted(name=name, platform=platform, province=province_slug(province) if province is not None else None)


def _ingest(connection: psycopg.Connection, file: str, run: int | None, wanted: Wanted, figures: Figures) -> str | None:
    """Load a file, counted in `figures`; where it could not be read to its end, why. Raises OSError."""
    if file == "-":
        figures += ingest_file(connection, sys.stdin.buffer, run)
        return None
    path = Path(file)
    # A pipe is read once, and a look into it would take what it holds.
    if path.is_file() and is_warc(path):
        return _ingest_warc(connection, path, run, wanted, figures)
    with path.open("rb") as stream, _display(path, 1) as show:
        figures += ingest_file(connection, cast("BinaryIO", _Told(stream, show)), run)
    return None


class _Told:
    """A file whose lines are read, and how far."""

    def __init__(self, stream: BinaryIO, show: Callable[[str, int], None]) -> None:
        self.stream, self.show, self.done = stream, show, 0

    def readline(self, most: int = -1) -> bytes:
        line = self.stream.readline(most)
        self.done += len(line)
        self.show("", self.done)
        return line


def _ingest_warc(
    connection: psycopg.Connection, path: Path, run: int | None, wanted: Wanted, figures: Figures
) -> str | None:
    known = rows_of_portals.stored(connection)
    with _display(path, 2) as show:
        size = path.stat().st_size
        captures = Captures(path, known, wanted, lambda what, at: show(what, at + size * (what == "articles")))
        waiting: list[bytes] = []
        fresh: dict[str, Site] = {}
        before = replace(figures)
        for site, article in captures.articles():
            waiting.append(encode(article))
            if site.is_new:
                fresh[site.portal.name] = site
            if len(waiting) >= BATCH or sum(map(len, waiting)) >= BATCH_BYTES:
                _load(connection, waiting, fresh, run, figures)
        _load(connection, waiting, fresh, run, figures)
    skipped = ", ".join(f"{number} {reason}" for reason, number in sorted(captures.skipped.items()))
    say(
        f"{path.name}: {figures.items - before.items} pages of articles" + (f"; left out: {skipped}" if skipped else "")
    )
    return captures.damage


def _load(
    connection: psycopg.Connection, waiting: list[bytes], fresh: dict[str, Site], run: int | None, figures: Figures
) -> None:
    """Store a batch, then the portals that it made known; both lists are empty afterwards."""
    if waiting:
        figures += ingest_lines(connection, waiting, run)
        waiting.clear()
    for site in fresh.values():
        rows_of_portals.keep_found(connection, site.portal)
        site.is_new = False
    fresh.clear()


@contextmanager
def _display(path: Path, times: int) -> Iterator[Callable[[str, int], None]]:
    """A bar on a terminal for a file that is read so many times; nothing in cron."""
    if not (errors.is_terminal and path.is_file()):
        yield lambda _, __: None
        return
    columns = (TextColumn("[bold]{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        task = progress.add_task(path.name.replace("[", r"\["), total=max(1, times * path.stat().st_size))
        yield lambda what, done: progress.update(
            task, completed=done, description=f"{path.name} {what}".replace("[", r"\[")
        )
