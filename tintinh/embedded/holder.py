"""Keeps the embedded server up for clients that are not tintinh, as long as they are connected."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from tintinh.embedded import postgres

IDLE_SECONDS = 60  # without a foreign client, after which the server is let go
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND application_name <> 'tintinh'"


def start(home: Path) -> None:
    """Hold the server from a process of its own; it ends a minute after the last foreign client left.

    Returns once that process holds it. Raises EmbeddedFailed where it cannot.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "tintinh.embedded.holder", str(home)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, cwd="/",
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout as told:
        if not told.readline():
            raise postgres.EmbeddedFailed("the process that holds it for other programs ended at once")


def hold(home: Path) -> None:
    """Keep the server up until no client but tintinh's own was connected for IDLE_SECONDS; prints `held` once it is up."""
    with (
        postgres.server(home) as uri,
        psycopg.connect(uri, autocommit=True, application_name="tintinh") as connection,
    ):
        sys.stdout.write("held\n")
        sys.stdout.flush()
        busy_at = time.monotonic()
        while time.monotonic() - busy_at < IDLE_SECONDS:
            row = connection.execute(_OTHERS).fetchone()
            if row and row[0]:
                busy_at = time.monotonic()
            time.sleep(2)


if __name__ == "__main__":
    hold(Path(sys.argv[1]))
