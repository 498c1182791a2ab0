"""What the database remembers of a portal, for the crawl."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from crawler.lines import LONGEST_ADDRESS
from crawler.ports import Capture, Due, MemoryGone
from sql.load import query

# Seconds to connect, at most.
CONNECT_SECONDS = 5
# Milliseconds that a question about single articles may take, while a page waits for its answer.
STATEMENT_MS = 5_000
# Milliseconds that the questions at a crawl's start may take: they go over all articles of a portal.
START_MS = 100_000
# Milliseconds after which a server that is not there any more counts as gone.
TCP_MS = 8_000


class DatabaseMemory:
    """Answers within a bounded time or raises MemoryGone; connects again at the next question."""

    def __init__(self, *, dsn: str, portal: str, run: int | None = None, **_: object) -> None:
        self.dsn, self.portal, self.run = dsn, portal, run
        self._connection: psycopg.Connection | None = None

    def known(self, identities: Sequence[str]) -> set[str]:
        """Those of the identities that are stored and not taken down. Raises MemoryGone, as all questions do."""
        rows = self._rows("memory_known", {"identities": list(identities)}) if identities else []
        return {str(row[0]) for row in rows}

    def due(self, most: int, *, resting: bool = False) -> list[Due]:
        """Stored articles to ask again: longest unseen first, or where the others may rest, those that are due by their worth."""
        parameters = {"portal": self.portal, "most": most, "resting": resting, "now": datetime.now(UTC)}
        return [Due(*row) for row in self._rows_at_start("memory_due", parameters)]  # type: ignore[arg-type]

    def resting(self) -> set[str]:
        """The keys of lists, feeds and sitemaps that are not due yet."""
        rows = self._rows_at_start("memory_resting", {"portal": self.portal, "now": datetime.now(UTC)})
        return {str(row[0]) for row in rows}

    def complete(self) -> bool:
        """Whether the last crawl followed every list to its end."""
        return any(row[0] for row in self._rows_at_start("memory_complete", {"portal": self.portal}))

    def learned(self) -> Mapping[str, Any] | None:
        """What the last crawl that read articles learned of the portal's layout; None before that."""
        rows = self._rows_at_start("memory_learned", {"portal": self.portal})
        told = rows[0][0] if rows else None
        return told if isinstance(told, dict) else None

    def met_before(self) -> bool:
        """Whether there was another run of this portal."""
        return any(row[0] for row in self._rows("memory_met_before", {"portal": self.portal, "run": self.run}))

    def captured(self, url: str) -> Capture | None:
        """The last response to this address whose payload is in the archive."""
        if len(url.encode()) > LONGEST_ADDRESS:
            return None
        for moment, digest, *rest in self._rows("memory_captured", {"portal": self.portal, "url": url}):
            spelled = "sha256:" + base64.b32encode(bytes.fromhex(str(digest))).decode()
            return Capture(url, moment, spelled, *rest)  # type: ignore[arg-type]
        return None

    def close(self) -> None:
        """Give back the connection."""
        if self._connection is not None:
            self._connection.close()

    def _rows(self, name: str, parameters: dict[str, object]) -> list[tuple[object, ...]]:
        try:
            if self._connection is None or self._connection.closed:
                self._connection = self._connect(STATEMENT_MS)
            return self._connection.execute(query(name), parameters).fetchall()
        except psycopg.Error as error:
            raise MemoryGone(" ".join(str(error).split())) from error

    def _rows_at_start(self, name: str, parameters: dict[str, object]) -> list[tuple[object, ...]]:
        """Rows of a question that may take its time, over a connection of its own."""
        try:
            with self._connect(START_MS) as connection:
                return connection.execute(query(name), parameters).fetchall()
        except psycopg.Error as error:
            raise MemoryGone(" ".join(str(error).split())) from error

    def _connect(self, milliseconds: int) -> psycopg.Connection:
        options = f"{conninfo_to_dict(self.dsn).get('options') or ''} -c statement_timeout={milliseconds}"
        return psycopg.connect(
            self.dsn, autocommit=True, connect_timeout=CONNECT_SECONDS, tcp_user_timeout=TCP_MS, options=options
        )
