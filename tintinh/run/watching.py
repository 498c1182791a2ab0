"""What follows an ingest: what was stored is held against the watches, and whoever waits for it is told."""

from __future__ import annotations

import os
from collections.abc import Callable

import psycopg

from ingest import migrate
from ingest.errors import IngestError
from tintinh import config
from work import telling, watches


def root() -> str | None:
    """Where people reach `tintinh serve`, TINTINH_SERVE_URL; notices lead there."""
    return os.environ.get("TINTINH_SERVE_URL") or None


def after_ingest(connection: psycopg.Connection, tell: Callable[[str], None]) -> None:
    """Hold what was stored against the watches and tell; a failure is one line, and the next ingest catches up."""
    try:
        watches.react(connection)
        for line in telling.tell(connection, root()):
            tell(line)
    except psycopg.Error as error:
        tell(f"watches are looked at after the next ingest: {' '.join(str(error).split())}")


def after_run(uri: str, tell: Callable[[str], None]) -> None:
    """The same, on a connection of its own with a writer's rights."""
    try:
        with config.connect(uri) as connection:
            migrate.become(connection, "news_writer")
            after_ingest(connection, tell)
    except (psycopg.Error, IngestError) as error:
        tell(f"watches are looked at after the next ingest: {' '.join(str(error).split())}")
