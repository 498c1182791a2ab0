"""What is known of everything: portals, what waits, disk and database. For `status`, its textfile and the metrics of workers."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from ingest import migrate
from ingest.errors import DatabaseUnreachable
from reader import watching
from tintinh import config
from work import queue

STATES = ("fine", "quiet", "thin", "broken", "blocked", "never")
# Bytes free on the disk below which it counts as full: a night's crawl of all portals with its pages.
LEAST_FREE = 1_000_000_000


def gathered() -> dict[str, Any]:
    """`portals` (rows), `states` (how many of each), `disk`, `database`, `queue` where there is one, and `problems` in words.

    `is_reachable` is False where a database was looked for and did not answer.
    """
    found: dict[str, Any] = {
        "disk": _disk(config.home()), "database": None, "portals": [], "problems": [], "is_reachable": True,
    }  # fmt: skip
    if config.given_server() or config.has_database():
        try:
            _ask(found)
        except (DatabaseUnreachable, psycopg.Error) as error:
            found["problems"].append(" ".join(str(error).split()) or type(error).__name__)
            found["is_reachable"] = False
    if found["disk"]["free"] < LEAST_FREE:
        found["problems"].append(f"the disk is nearly full: {size(found['disk']['free'])} free")
    found["states"] = {name: Counter(row["state"] for row in found["portals"])[name] for name in STATES}
    return found


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
        jobs = queue.counts(connection)
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


def size(number: float) -> str:
    """Bytes as people read them.

    >>> size(1_500_000), size(2_500_000_000)
    ('1.5 MB', '2.5 GB')
    """
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.1f} MB"
