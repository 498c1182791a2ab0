"""`/metrics` and `/healthz` of a worker, answered beside its work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from reader import metrics

# Seconds for which an answer counts: several scrapers do not ask the database several times.
FRESH_SECONDS = 15.0
# Seconds to wait for whoever asks just now.
PATIENCE_SECONDS = 5.0


def app(gathered: Callable[[], dict[str, Any]], own: Callable[[], Mapping[str, int]]) -> Starlette:
    """`/metrics` and `/healthz`.

    `gathered` tells what `status` tells, and `is_reachable`; `own`: how often this worker did what, by how it ended.
    """
    answer = _Answer(gathered, own)
    return Starlette(
        routes=[Route("/metrics", answer.metrics, methods=["GET"]), Route("/healthz", answer.health, methods=["GET"])]
    )


class _Answer:
    """What is answered; the database is asked by one at a time."""

    def __init__(self, gathered: Callable[[], dict[str, Any]], own: Callable[[], Mapping[str, int]]) -> None:
        self._gathered, self._own = gathered, own
        self._lock = threading.Lock()
        self._found: dict[str, Any] = {}
        self._asked_at = float("-inf")

    def found(self) -> dict[str, Any]:
        if self._lock.acquire(timeout=PATIENCE_SECONDS):
            try:
                if time.monotonic() - self._asked_at > FRESH_SECONDS:
                    self._found, self._asked_at = self._gathered(), time.monotonic()
                return self._found | {"worker": dict(self._own())}
            finally:
                self._lock.release()
        # Another question hangs: the database does not answer.
        return {"portals": [], "database": None, "is_reachable": False, "worker": dict(self._own())}

    def metrics(self, _: Request) -> PlainTextResponse:
        """What Prometheus reads; without a database `tintinh_up 0` and what is known without it."""
        return PlainTextResponse(metrics.text(self.found(), time.time()), media_type="text/plain; version=0.0.4")

    def health(self, _: Request) -> PlainTextResponse:
        """200 where the database answers, 503 where it does not."""
        is_well = self.found()["is_reachable"]
        return PlainTextResponse("ok\n" if is_well else "no database\n", 200 if is_well else 503)
