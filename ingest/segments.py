"""Segments of the spool into the database: each once, and each counted for the run that wrote it."""

from __future__ import annotations

import fcntl
from contextlib import suppress
from pathlib import Path

import psycopg

from ingest import spool
from ingest.store import Figures, ingest_file
from sql.load import query


def ingest_segment(connection: psycopg.Connection, path: Path, run: int | None = None) -> Figures:
    """Load a segment, count it for `run`, and remove it once all of it is in the database.

    Who wants a segment that another process is loading waits for that. Raises FileNotFoundError where it is loaded already.
    """
    with path.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        path.stat()
        figures = ingest_file(connection, stream, run)
        path.unlink(missing_ok=True)
    return figures


def ingest_left(connection: psycopg.Connection, folder: Path) -> Figures:
    """Load what runs left in the spool that go on no more; runs whose process died are marked first.

    A run that goes on loads its own segments, and only it: else its figures would be those of whoever came first.
    """
    connection.execute(query("interrupt_stale_runs"))
    waiting = [(segment, spool.run_of(segment)) for segment in spool.pending(folder)]
    rows = connection.execute(query("running_runs"), {"runs": [run for _, run in waiting if run is not None]})
    running: dict[int, bool] = dict(rows.fetchall())
    figures = Figures()
    for segment, run in waiting:
        if run is not None and running.get(run):
            continue
        with suppress(FileNotFoundError):  # somebody else loaded it
            figures += ingest_segment(connection, segment, run if run in running else None)
    return figures
