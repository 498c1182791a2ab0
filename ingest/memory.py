"""What the database remembers of a portal, for the crawl."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import psycopg

from sql.load import query

logger = logging.getLogger(__name__)


class Due(NamedTuple):
    url: str
    identity: str
    etag: str | None
    last_modified: str | None


class DatabaseMemory:
    """Forgets rather than fails: without the database, articles are fetched once more, which harms nothing."""

    def __init__(self, *, dsn: str, portal: str, **_: object) -> None:
        self.dsn, self.portal = dsn, portal
        self._connection: psycopg.Connection | None = None

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

    def _rows(self, name: str, parameters: dict[str, object]) -> list[tuple[object, ...]]:
        try:
            if self._connection is None or self._connection.closed:
                self._connection = psycopg.connect(self.dsn, autocommit=True, connect_timeout=5)
            return self._connection.execute(query(name), parameters).fetchall()
        except psycopg.OperationalError as error:
            logger.warning("the database does not answer, going on without memory: %s", str(error).strip())
            return []
