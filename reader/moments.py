"""Moments of the database as Python has them: whatever a row holds, it is read."""

from __future__ import annotations

from datetime import UTC, datetime

from psycopg import DataError
from psycopg.abc import AdaptContext, Buffer
from psycopg.types.datetime import TimestamptzLoader

# A day from what Python can hold at all, so that every time zone can.
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, tzinfo=UTC)


class _Moments(TimestamptzLoader):
    """What lies outside of the years that Python knows is the first or the last moment of them."""

    def load(self, data: Buffer) -> datetime:
        """The moment that PostgreSQL printed."""
        try:
            moment = super().load(data)
        except DataError:
            printed = bytes(data)
            return EARLIEST if printed.endswith(b"BC") or printed.startswith((b"0001", b"-")) else LATEST
        return min(max(moment, EARLIEST), LATEST)


def forgive(context: AdaptContext) -> None:
    """Let a connection read rows that a foreign file left there before such moments were refused."""
    context.adapters.register_loader("timestamptz", _Moments)
