"""A crawl steps aside for a single address of its hosts: it stands still, gives them to whoever wants the address, and takes them back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Literal

import psycopg

from crawler.net.pause import PAUSE, RESUME
from ingest import hosts as rows

# Seconds between two looks at whether somebody wants them, and while the crawl stands still.
EVERY, STANDING = 1.0, 0.25
# Seconds for which hosts are left that nobody takes, although somebody wants them: whoever that is hangs. Then it is not heard for a while.
UNUSED, DEAF = 15.0, 60.0


class GivingWay:
    """The parent's part of it, for the hosts and addresses that a run has locked; `crawl` is the stdin of the process that crawls.

    `overtakes`: this run is itself the one that fetches a single address, and steps aside for nobody.
    """

    def __init__(self, names: Sequence[str], crawl: IO[bytes], *, overtakes: bool = False) -> None:
        self.names, self.crawl, self.overtakes = list(names), crawl, overtakes
        self.state: Literal["going", "told", "standing"] = "going"
        self._told = self._heard = 0
        self._looks_at = 0.0
        self._since = 0.0

    def hear(self, times: int) -> None:
        """The crawl stands still since it was told to for this time."""
        self._heard, self._looks_at = times, 0.0

    def look(self, connection: psycopg.Connection) -> None:
        """See whether it is time to step aside, or to go on. Raises psycopg.Error."""
        now = time.monotonic()
        if not self.names or self.overtakes or now < self._looks_at:
            return
        self._looks_at = now + (STANDING if self.state == "standing" else EVERY)
        is_wanted = rows.is_claimed(connection, self.names, [rows.WANTED])
        if self.state == "standing":
            is_unused = is_wanted and now - self._since > UNUSED
            if is_wanted and not is_unused:
                return
            # Another crawl that stepped aside waits for them, too: whoever comes first has them.
            if rows.lock(connection, self.names, overtakes=True) is not None:
                self._since = now  # somebody asks them just now
                return
            rows.unclaim(connection, self.names, rows.LEFT)
            self._go_on()
            self._looks_at = now + DEAF if is_unused else self._looks_at
        elif not is_wanted:
            if self.state == "told":
                self._go_on()
        elif self.state == "going":
            self._stop("told")
        elif self._heard == self._told:
            rows.claim(connection, self.names, rows.LEFT)
            rows.unlock(connection, self.names)
            self.state, self._since = "standing", now

    def take_again(self, connection: psycopg.Connection) -> None:
        """In a new session, hold what the last one held; where another has it by now, the crawl stands still until it is free."""
        if self.overtakes:
            rows.claim(connection, self.names, rows.WANTED)
        if self.state == "standing":
            rows.claim(connection, self.names, rows.LEFT)
        elif rows.lock(connection, self.names, overtakes=True) is not None and not self.overtakes:
            rows.claim(connection, self.names, rows.LEFT)
            self._stop("standing")
            self._since = time.monotonic()

    def end(self, connection: psycopg.Connection) -> None:
        """The crawl has ended: give back what is held."""
        if self.state == "standing":
            rows.unclaim(connection, self.names, rows.LEFT)
        else:
            rows.unlock(connection, self.names)
        self.names = []

    def _stop(self, state: Literal["told", "standing"]) -> None:
        if self.state == "going":
            self._told += 1
            self._tell(PAUSE)
        self.state = state

    def _go_on(self) -> None:
        self.state = "going"
        self._tell(RESUME)

    def _tell(self, word: bytes) -> None:
        with suppress(OSError, ValueError):  # it has ended
            self.crawl.write(word)
            self.crawl.flush()
