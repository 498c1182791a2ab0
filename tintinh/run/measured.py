"""`/metrics` and `/healthz` of a worker, answered beside its work."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from reader import metrics
from tintinh.run.state import gathered

# Seconds for which an answer counts: several scrapers do not ask the database several times.
FRESH_SECONDS = 5.0


@contextmanager
def measured(listening: socket.socket, own: Callable[[], Mapping[str, int]]) -> Iterator[None]:
    """Answer at a socket that listens, as long as this is open. `own`: how often this worker did what, by how it ended."""
    answer = _Answer(own)
    app = Starlette(
        routes=[Route("/metrics", answer.metrics, methods=["GET"]), Route("/healthz", answer.health, methods=["GET"])]
    )
    settings = uvicorn.Config(
        app, log_level="critical", access_log=False, lifespan="off", server_header=False, limit_concurrency=20,
        timeout_keep_alive=15, timeout_graceful_shutdown=1, h11_max_incomplete_event_size=16_000,
    )  # fmt: skip
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, args=([listening],), name="metrics", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=3)
        listening.close()


class _Answer:
    """What is answered; the database is asked by one at a time."""

    def __init__(self, own: Callable[[], Mapping[str, int]]) -> None:
        self._own = own
        self._lock = threading.Lock()
        self._found: dict[str, Any] = {}
        self._asked_at = float("-inf")

    def found(self) -> dict[str, Any]:
        with self._lock:
            if time.monotonic() - self._asked_at > FRESH_SECONDS:
                self._found, self._asked_at = gathered(), time.monotonic()
            return self._found | {"worker": dict(self._own())}

    def metrics(self, _: Request) -> PlainTextResponse:
        """What Prometheus reads; without a database `tintinh_up 0` and what is known without it."""
        return PlainTextResponse(metrics.text(self.found(), time.time()), media_type="text/plain; version=0.0.4")

    def health(self, _: Request) -> PlainTextResponse:
        """200 where the database answers, 503 where it does not."""
        is_well = self.found()["is_reachable"]
        return PlainTextResponse("ok\n" if is_well else "no database\n", 200 if is_well else 503)
