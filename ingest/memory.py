"""What the database remembers of a portal, for the crawl."""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import psycopg

from crawler.ports import Capture
from ingest.batch import LONGEST_ADDRESS
from sql.load import query

QUIET_SECONDS = 30
logger = logging.getLogger(__name__)


class Due(NamedTuple):
    url: str
    identity: str
    etag: str | None
    last_modified: str | None
    missed: bool = False


class DatabaseMemory:
    """Forgets rather than fails: without the database, articles are fetched once more, which harms nothing."""

    def __init__(self, *, dsn: str, portal: str, run: int | None = None, **_: object) -> None:
        self.dsn, self.portal, self.run = dsn, portal, run
        self._met_before: bool | None = None
        self._connection: psycopg.Connection | None = None
        self._quiet_until = 0.0

    def known(self, identities: Sequence[str]) -> set[str]:
        return (
            {str(row[0]) for row in self._rows("memory_known", {"identities": list(identities)})}
            if identities
            else set()
        )

    def due(self, most: int) -> Iterable[Due]:
        rows = self._rows("memory_due", {"portal": self.portal, "most": most})
        return [Due(*row) for row in rows]  # type: ignore[arg-type]

    def complete(self) -> bool:
        return any(row[0] for row in self._rows("memory_complete", {"portal": self.portal}))

    def captured(self, url: str) -> Capture | None:
        """None for a while after the database did not answer: asking for every response would hold up the crawl."""
        if time.monotonic() < self._quiet_until or len(url.encode()) > LONGEST_ADDRESS:
            return None
        if self._met_before is None:
            for row in self._rows("memory_met_before", {"portal": self.portal, "run": self.run}):
                self._met_before = bool(row[0])
        if self._met_before is False:
            return None  # a first crawl need not ask for every response
        for moment, digest, *rest in self._rows("memory_captured", {"portal": self.portal, "url": url}):
            spelled = "sha256:" + base64.b32encode(bytes.fromhex(str(digest))).decode()
            return Capture(url, moment, spelled, *rest)  # type: ignore[arg-type]
        return None

    def _rows(self, name: str, parameters: dict[str, object]) -> list[tuple[object, ...]]:
        try:
            if self._connection is None or self._connection.closed:
                self._connection = psycopg.connect(self.dsn, autocommit=True, connect_timeout=5)
            return self._connection.execute(query(name), parameters).fetchall()
        except psycopg.OperationalError as error:
            logger.warning("the database does not answer, going on without memory: %s", str(error).strip())
            self._quiet_until = time.monotonic() + QUIET_SECONDS
            return []
