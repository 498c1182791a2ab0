"""`tintinh status`: everything on one screen, and an exit code for whoever watches."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from reader import metrics
from tintinh.cli.options import FormatOption
from tintinh.cli.output import Format, chosen_format, local, plain, printable, rows
from tintinh.run.state import gathered, size

# States after which somebody should look.
BAD = frozenset({"broken", "blocked"})
FAILED, NO_DATABASE = 1, 3  # exit codes, as in main.py
COLUMNS = ("portal", "state", "cause", "failing_since", "last_run_at", "detail")


def status(
    form: FormatOption = None,
    textfile: Annotated[
        Path | None,
        typer.Option(help="Write the figures for Prometheus into this file, too (node exporter's textfile collector)."),
    ] = None,
) -> None:
    """State of portals, queue, disk and database on one screen. Exit code 1: something is broken, 3: no database."""
    found = gathered()
    code = 0 if found.pop("is_reachable") else NO_DATABASE
    bad = found["states"]["broken"] + found["states"]["blocked"]
    if textfile is not None:
        part = textfile.with_name(f"{textfile.name}.{os.getpid()}.part")  # no .prom: nobody reads a half
        part.write_text(metrics.text(found, time.time()), encoding="utf-8")
        part.replace(textfile)
    chosen = chosen_format(form)
    if chosen is Format.table:
        for line in _lines(found):
            typer.echo(printable(line))
    elif chosen is Format.csv:
        rows(found["portals"], COLUMNS, chosen)
    else:
        found["portals"] = [plain(row) for row in found["portals"]]
        found["database"] = plain(found["database"]) if found["database"] else None
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2 if chosen is Format.json else None))
    raise typer.Exit(code or (FAILED if bad or found["problems"] else 0))


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The screen, a line a thing.

    >>> disk = {"home": "/h", "free": 5e9, "archive": 2e6, "spool": 0, "postgres": 0, "logs": 0}
    >>> bad = {"portal": "hue", "state": "broken", "cause": "dns", "detail": "no such host", "failing_since": None}
    >>> states = {"fine": 3, "broken": 1, "never": 0}
    >>> print(*_lines({"states": states, "portals": [bad], "disk": disk, "database": None, "problems": []}), sep="\\n")
    portals   3 fine, 1 broken
              broken   hue  dns: no such host
    database  none yet: the first crawl makes one
    disk      5.0 GB free; archive 2.0 MB, spool 0.0 MB, database 0.0 MB, logs 0.0 MB in /h
    """
    states = [f"{number} {name}" for name, number in found["states"].items() if number]
    yield f"portals   {', '.join(states) or 'none'}"
    for row in found["portals"]:
        if row["state"] not in {"fine", "never"}:
            since = f" since {local(row['failing_since'])}" if row["failing_since"] else ""
            told = f"{row['cause']}: {' '.join(str(row['detail'] or '').split())[:160]}"
            yield f"          {row['state']:<8} {row['portal']}{since}  {told}"
    database = found["database"]
    if database and (queue := found.get("queue")):
        due = database["oldest_due"]
        oldest = f"since {local(due)}: {database['oldest_due_portal']}" if due else "nothing"
        yield f"due       {oldest}"
        yield (
            f"queue     {queue['segments']} segments wait in the spool ({size(queue['bytes'])}), "
            f"{database['runs_going_on']} runs go on"
            + (f", {queue['notices']} notices were not taken yet" if queue.get("notices") else "")
        )
        if "workers" in queue:
            yield (
                f"workers   {queue['workers']} alive; {queue['jobs_waiting']} jobs wait, {queue['jobs_going_on']} go on, "
                f"{queue['jobs_failed']} failed in a day"
            )
        yield (
            f"database  PostgreSQL {database['server']}, schema {database['schema']}, {database['articles']} articles, {size(database['bytes'])}; "
            f"in 30 days {database['articles_new']} articles, about {size(database['bytes_new'] or 0)}"
        )
    elif database:
        yield f"database  PostgreSQL {database['server']}, schema {database['schema'] or 'none'}"
    elif not found["problems"]:
        yield "database  none yet: the first crawl makes one"
    disk = found["disk"]
    used = ", ".join(
        f"{what} {size(disk[name])}"
        for name, what in {"archive": "archive", "spool": "spool", "postgres": "database", "logs": "logs"}.items()
    )
    yield f"disk      {size(disk['free'])} free; {used} in {disk['home']}"
    yield from (f"problem   {problem}" for problem in found["problems"])
