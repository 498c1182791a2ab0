"""A webhook on loopback that keeps what it is sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support import PATIENCE


class Receiver(ThreadingHTTPServer):
    """Answers `status`, once `gate` is open; `reached` is set when something has come."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 204
        self.taken: list[tuple[dict[str, Any], dict[str, str], bytes]] = []
        self.gate, self.reached = threading.Event(), threading.Event()
        self.gate.set()
        self.url = f"http://127.0.0.1:{self.server_port}/hook/very-secret"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [body for body, _, _ in self.taken]

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(event["kind"], event["title"]) for body in self.bodies for event in body["events"]]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.reached.set()
        self.server.gate.wait(PATIENCE)
        if self.server.status < 300:
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.server.taken.append((json.loads(raw), headers, raw))
        try:
            self.send_response(self.server.status)
            self.end_headers()
        except OSError:
            pass  # who sent it was killed

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def receiving() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.gate.set()
            server.shutdown()
            thread.join()
