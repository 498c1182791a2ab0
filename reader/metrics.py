"""Figures as Prometheus reads them, of `tintinh status` and of `/metrics`. Pure text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# Name without `tintinh_`, what it is.
FIGURES = {
    "up": "1 where the database could be asked",
    "status_timestamp_seconds": "When this was written",
    "portal_state": "1 for the state that a portal is in",
    "portal_last_ok_timestamp_seconds": "When the last crawl began that was not marred",
    "portal_newest_article_timestamp_seconds": "Date of a portal's newest article",
    "spool_segments": "Segments that wait for the database",
    "jobs": "Jobs of workers, by state: waiting, going on, failed in a day",
    "workers": "Workers that are alive",
    "worker_jobs_total": "Jobs that this worker did, by how they ended: done, later, failed",
    "articles": "Articles stored",
    "database_bytes": "Size of the database",
    "disk_free_bytes": "Bytes free where the state folder is",
    "archive_bytes": "Size of the page archive",
}


def text(found: Mapping[str, Any], now: float) -> str:
    r"""`found` is what `status` gathers, `queue` and `disk` where they are known; `now` in seconds since 1970.

    >>> from datetime import UTC, datetime
    >>> row = {"portal": "hue", "state": "broken", "last_ok_at": datetime(2026, 11, 5, tzinfo=UTC), "newest_at": None}
    >>> found = {"portals": [row], "database": None, "disk": {"free": 5, "archive": 7}}
    >>> print(*[line for line in text(found, 9).splitlines() if "# " not in line], sep="\n")
    tintinh_up 0
    tintinh_status_timestamp_seconds 9
    tintinh_portal_state{portal="hue",state="broken"} 1
    tintinh_portal_last_ok_timestamp_seconds{portal="hue"} 1793836800
    tintinh_disk_free_bytes 5
    tintinh_archive_bytes 7
    """
    lines: dict[str, list[str]] = {name: [] for name in FIGURES}
    for name, labels, value in _samples(found, now):
        given = ",".join(f'{key}="{_label(label)}"' for key, label in labels.items())
        lines[name].append(f"tintinh_{name}{{{given}}} {value}" if given else f"tintinh_{name} {value}")
    blocks = [
        [
            f"# HELP tintinh_{name} {FIGURES[name]}",
            f"# TYPE tintinh_{name} {'counter' if name.endswith('_total') else 'gauge'}",
            *samples,
        ]
        for name, samples in lines.items()
        if samples
    ]
    return "".join(f"{line}\n" for block in blocks for line in block)


def _samples(found: Mapping[str, Any], now: float) -> Iterator[tuple[str, dict[str, str], int]]:
    database = found["database"] or {}
    yield "up", {}, int(bool(database))
    yield "status_timestamp_seconds", {}, int(now)
    for row in found["portals"]:
        portal = {"portal": row["portal"]}
        yield "portal_state", {**portal, "state": row["state"]}, 1
        if row.get("last_ok_at"):
            yield "portal_last_ok_timestamp_seconds", portal, int(row["last_ok_at"].timestamp())
        if row.get("newest_at"):
            yield "portal_newest_article_timestamp_seconds", portal, int(row["newest_at"].timestamp())
    for state in ("waiting", "going_on", "failed"):
        if f"jobs_{state}" in found.get("queue", {}):
            yield "jobs", {"state": state}, found["queue"][f"jobs_{state}"]
    if "workers" in found.get("queue", {}):
        yield "workers", {}, found["queue"]["workers"]
    for ended, number in found.get("worker", {}).items():
        yield "worker_jobs_total", {"ended": ended}, number
    if "queue" in found:
        yield "spool_segments", {}, found["queue"]["segments"]
    if "articles" in database:
        yield "articles", {}, database["articles"]
        yield "database_bytes", {}, database["bytes"]
    if "disk" in found:
        yield "disk_free_bytes", {}, found["disk"]["free"]
        yield "archive_bytes", {}, found["disk"]["archive"]


def _label(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
