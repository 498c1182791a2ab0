"""Serves the demo portal on loopback.

python -m tintinh.demo.server --port 8055
"""

from __future__ import annotations

import argparse
import gzip
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from tintinh.demo.page import Page
from tintinh.demo.site import DemoSite


class Site(Protocol):
    """What can be served."""

    def page(self, target: str) -> Page:
        """The answer to a request for a path with its query, HTTP errors included."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Apache"
    sys_version = ""
    site: Site

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        page = self.site.page(self.path)
        known = [tag.strip().removeprefix("W/") for tag in self.headers.get("If-None-Match", "").split(",")]
        if page.status == HTTPStatus.OK and (page.etag in known or "*" in known):
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.send_header("ETag", page.etag)
            self.end_headers()
            return
        body = page.body
        self.send_response(page.status)
        self.send_header("Content-Type", page.content_type)
        self.send_header("ETag", page.etag)
        self.send_header("Vary", "Accept-Encoding")
        if page.location:
            self.send_header("Location", page.location)
        if page.retry_after:
            self.send_header("Retry-After", page.retry_after)
        if "gzip" in self.headers.get("Accept-Encoding", "") and not page.content_type.startswith("image/"):
            body = gzip.compress(body, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- named by http.server
        """Say nothing: the portal is a stage, the crawl is the play."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up in the middle is no news; anything else is."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def serve(host: str = "127.0.0.1", port: int = 0, *, site: Site | None = None) -> Iterator[str]:
    """Serve the portal in a thread; gives its address, such as `http://127.0.0.1:8055`."""
    handler = type("Handler", (_Handler,), {"site": site or DemoSite()})
    server = _Server((host, port), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the portal until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tintinh.demo.server", description=main.__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free port (the default)")
    options = parser.parse_args(arguments)
    with serve(options.host, options.port) as address:
        sys.stdout.write(f"{address}/\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
