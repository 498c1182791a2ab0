"""The lease of a run that a worker holds: renewed in the database, and then told to the crawl, which stops where it hears nothing."""

from __future__ import annotations

import subprocess
import threading
from contextlib import suppress

import psycopg

from crawler.net.lease import RENEWAL
from ingest import migrate
from ingest.errors import DatabaseUnreachable
from sql.load import query
from tintinh import config

# Seconds after which a run that is not renewed may be taken over.
LEASE_SECONDS = 30.0
# Seconds without a renewal after which the crawl asks nothing any more: well before another may begin.
SILENCE_SECONDS = 20.0
# Seconds between two renewals.
EVERY = 4.0


class Lease(threading.Thread):
    """Holds one run until `let_go`, in a session of its own: the run's may be busy loading. `is_lost` once another took it over.

    A database that is away renews nothing; where that lasts, the crawl ends by itself.
    """

    def __init__(self, uri: str, run: int) -> None:
        super().__init__(name=f"lease of run {run}", daemon=True)
        self.uri, self.number = uri, run
        self.is_lost = False
        self._crawl: subprocess.Popen[bytes] | None = None
        self._ended = threading.Event()

    def hold_for(self, crawl: subprocess.Popen[bytes]) -> None:
        """Begin, for a crawl that listens on its stdin."""
        self._crawl = crawl
        self.start()

    def let_go(self) -> None:
        """End; the run is written down, or somebody else's."""
        self._ended.set()
        if self.is_alive():
            self.join(timeout=EVERY)

    def run(self) -> None:
        """Renew the lease every few seconds."""
        connection: psycopg.Connection | None = None
        while not (self.is_lost or self._ended.is_set()):
            try:
                if connection is None:
                    connection = config.connect(self.uri)
                    migrate.become(connection, "news_writer")
                self._renew(connection)
            except (psycopg.Error, DatabaseUnreachable):
                if connection is not None:
                    connection.close()
                connection = None
            self._ended.wait(EVERY)
        if connection is not None:
            connection.close()

    def _renew(self, connection: psycopg.Connection) -> None:
        crawl = self._crawl
        assert crawl is not None
        assert crawl.stdin is not None
        parameters = {"run": self.number, "seconds": LEASE_SECONDS}
        if connection.execute(query("renew_lease"), parameters).fetchone() is None:
            self.is_lost = True
            if crawl.poll() is None:
                crawl.kill()
            return
        with suppress(OSError, ValueError):  # it has ended
            crawl.stdin.write(RENEWAL)
            crawl.stdin.flush()
