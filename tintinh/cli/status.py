"""`tintinh status`: everything on one screen, and an exit code for whoever watches."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from ingest import migrate
from ingest.errors import DatabaseUnreachable
from reader import metrics, watching
from tintinh import config
from tintinh.cli.options import FormatOption
from tintinh.cli.output import Format, chosen_format, local, plain, printable, rows
from work import queue as work_queue

STATES = ("fine", "quiet", "thin", "broken", "blocked", "never")
# States after which somebody should look.
BAD = frozenset({"broken", "blocked"})
# Bytes free on the disk below which it counts as full: a night's crawl of all portals with its pages.
LEAST_FREE = 1_000_000_000
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
    found: dict[str, Any] = {"disk": _disk(config.home()), "database": None, "portals": [], "problems": []}
    code = 0
    if config.given_server() or config.has_database():
        try:
            _ask(found)
        except DatabaseUnreachable as error:
            found["problems"].append(str(error))
            code = NO_DATABASE
    if found["disk"]["free"] < LEAST_FREE:
        found["problems"].append(f"the disk is nearly full: {_size(found['disk']['free'])} free")
    found["states"] = {name: Counter(row["state"] for row in found["portals"])[name] for name in STATES}
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


def _ask(found: dict[str, Any]) -> None:
    """Add what the database knows. Raises DatabaseUnreachable."""
    with config.dsn() as uri, config.connect(uri, check=False) as connection:
        server, present = connection.info.server_version, migrate.version(connection)
        found["database"] = {"server": f"{server // 10000}.{server % 10000}", "schema": present}
        if present == 0:
            return
        if present != migrate.target_version():
            wanted = migrate.target_version()
            remedy = "run `tintinh db upgrade`" if present < wanted else "upgrade tintinh"
            found["problems"].append(f"the database has schema {present}, this program needs {wanted}: {remedy}")
            return
        spool = config.spool_folder(connection)
        jobs = work_queue.counts(connection)
        migrate.become(connection, "news_reader")
        found["database"] |= watching.database(connection)
        found["portals"] = watching.portals(connection)
        unsent = watching.notices(connection)
    segments = [path for path in _files(spool) if path.suffix in {".jsonl", ".open"}]
    found["queue"] = {
        "segments": len(segments),
        "bytes": sum(_bytes(path) for path in segments),
        **jobs,
        "notices": unsent["notices"],
    }
    known = {row["portal"] for row in found["portals"]}
    found["portals"] += [{"portal": name, "state": "never"} for name in _of_files() if name not in known]


def _of_files() -> list[str]:
    from tintinh.run.portal_files import portals  # slow to load

    return sorted(portals())


def _disk(home: Path) -> dict[str, Any]:
    """Bytes: free where the home folder is or will be, used by what lies in it."""
    there = next(path for path in (home, *home.parents) if path.exists())
    used = {name: sum(map(_bytes, _files(home / name))) for name in ("archive", "spool", "postgres", "logs")}
    return {"home": str(home), "free": shutil.disk_usage(there).free, **used}


def _files(folder: Path) -> Iterator[Path]:
    for where, _, names in os.walk(folder):
        yield from (Path(where, name) for name in names)


def _bytes(path: Path) -> int:
    try:
        return path.stat(follow_symlinks=False).st_size
    except OSError:
        return 0  # ended or renamed a moment ago


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The screen, a line a thing.

    >>> disk = {"home": "/h", "free": 5e9, "archive": 2e6, "spool": 0, "postgres": 0, "logs": 0}
    >>> bad = {"portal": "hue", "state": "broken", "cause": "dns", "detail": "no such host", "failing_since": None}
    >>> states = dict.fromkeys(STATES, 0) | {"fine": 3, "broken": 1}
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
            f"queue     {queue['segments']} segments wait in the spool ({_size(queue['bytes'])}), "
            f"{database['runs_going_on']} runs go on"
            + (f", {queue['notices']} notices were not taken yet" if queue.get("notices") else "")
        )
        if "workers" in queue:
            yield (
                f"workers   {queue['workers']} alive; {queue['jobs_waiting']} jobs wait, {queue['jobs_going_on']} go on, "
                f"{queue['jobs_failed']} failed in a day"
            )
        yield (
            f"database  PostgreSQL {database['server']}, schema {database['schema']}, {database['articles']} articles, {_size(database['bytes'])}; "
            f"in 30 days {database['articles_new']} articles, about {_size(database['bytes_new'] or 0)}"
        )
    elif database:
        yield f"database  PostgreSQL {database['server']}, schema {database['schema'] or 'none'}"
    elif not found["problems"]:
        yield "database  none yet: the first crawl makes one"
    disk = found["disk"]
    used = ", ".join(
        f"{what} {_size(disk[name])}"
        for name, what in {"archive": "archive", "spool": "spool", "postgres": "database", "logs": "logs"}.items()
    )
    yield f"disk      {_size(disk['free'])} free; {used} in {disk['home']}"
    yield from (f"problem   {problem}" for problem in found["problems"])


def _size(number: float) -> str:
    """Bytes as people read them.

    >>> _size(1_500_000), _size(2_500_000_000)
    ('1.5 MB', '2.5 GB')
    """
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.1f} MB"
