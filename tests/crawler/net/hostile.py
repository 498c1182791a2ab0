"""Hostile addresses, the listener that none of them may reach, and a crawl that asks for all of them.

A crawl of its own process: `python -m tests.crawler.net.hostile` takes a job as JSON on stdin and prints what came of every
address. The portal is served on loopback, at the one address and port that the process exempts; everything else there is private.
"""

from __future__ import annotations

import json
import os
import socket
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from typing import Any
from urllib.parse import parse_qs, urlsplit

# Spellings of this machine; `{port}` is the listener's.
SPELT = (
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "0", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0x7f.0.0.1",
    "0177.0.0.1", "0177.1", "017700000001", "127.0.0.1.", "127.1.", "localhost", "localhost.", "LOCALHOST", "a.localhost",
    "127%2e0%2e0%2e1", "%31%32%37.0.0.1", "１２７.０.０.１", "127。0。0。1", "①②⑦.0.0.1", "ｌocalhost", "127.0.0.1%00", "localhost%2e",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]", "[::127.0.0.1]",
    "[::7f00:1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fec0::1]", "[fd00::1]",
    "user@127.0.0.1", "congan.vn:80@127.0.0.1", "169.254.169.254", "10.0.0.1", "192.0.0.8", "192.0.0.192", "100.64.0.1",
)  # fmt: skip
# Names, and what a resolver says at every question, one after the other.
NAMES = {
    "loopback.example.vn": ["127.0.0.1"], "other-loopback.example.vn": ["127.9.9.9"], "anything.example.vn": ["0.0.0.0"],
    "metadata.example.vn": ["169.254.169.254"], "private.example.vn": ["10.0.0.1"], "shared.example.vn": ["100.64.0.1"],
    "ipv6.example.vn": ["::1"], "mapped.example.vn": ["::ffff:127.0.0.1"], "nat64.example.vn": ["64:ff9b::7f00:1"],
    "protocol.example.vn": ["192.0.0.8"], "closing.example.vn.": ["127.0.0.1"], "unique-local.example.vn": ["fd00::1"],
}  # fmt: skip
# A name that leads to the portal at one question and to the listener at the next.
REBINDS = "rebinds.example.vn"
REBOUND = {REBINDS: ["127.0.0.1", "127.0.0.2"]}
TIMES = 6  # questions for it


class Listener:
    """What no crawl may reach: listens for both families at one port, and counts who comes, and for what."""

    def __init__(self) -> None:
        self.connections, self.paths = 0, list[str]()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def setup(self) -> None:
                listener.connections += 1
                super().setup()

            def do_GET(self) -> None:
                listener.paths.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Content-Length", "20")
                self.end_headers()
                self.wfile.write(b"<html><p>Noi bo</p>\n")

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                return

        self.handler = Handler


class _Both(socketserver.ThreadingMixIn, socketserver.TCPServer):
    address_family = socket.AF_INET6
    daemon_threads = True
    request_queue_size = 64

    def server_bind(self) -> None:
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()


@contextmanager
def running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def listening(other_port: int | None = None) -> Iterator[tuple[Listener, int]]:
    """A listener at a port of all addresses of the machine, and at `other_port` of 127.0.0.2; with its port."""
    listener = Listener()
    with _Both(("::", 0), listener.handler) as server, running(server):
        if other_port is None:
            yield listener, server.server_address[1]
            return
        with ThreadingHTTPServer(("127.0.0.2", other_port), listener.handler) as second, running(second):
            yield listener, server.server_address[1]


class Portal:
    """Serves pages by path; leads wherever `to` says, by a status (`/302`) or a refresh in the page (`/meta`)."""

    def __init__(self, pages: dict[str, str] | None = None) -> None:
        self.pages, self.asked = pages or {}, list[tuple[str, str]]()
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                portal.asked.append((self.path, self.headers.get("Host", "")))
                parts = urlsplit(self.path)
                to = parse_qs(parts.query).get("to", [""])[0]
                status, text = 200, portal.pages.get(parts.path, "<html><p>Trang</p></html>")
                if parts.path == "/robots.txt":
                    text = "User-agent: *\nDisallow: /cam\n"
                if parts.path == "/meta":
                    text = f"<html><head><meta http-equiv='refresh' content='0; url={to}'></head></html>"
                self.send_response(int(parts.path[1:]) if parts.path[1:].isdigit() else status)
                if parts.path[1:].isdigit():
                    self.send_header("Location", to)
                kind = (
                    "javascript" if parts.path.endswith(".js") else "plain" if parts.path == "/robots.txt" else "html"
                )
                self.send_header("Content-Type", f"text/{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                return

        self.handler = Handler


@contextmanager
def served(portal: Portal) -> Iterator[int]:
    """The port of 127.0.0.1 at which a portal is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), portal.handler) as server, running(server):
        yield server.server_address[1]


def answer_names(names: dict[str, list[str]]) -> None:
    """Resolve these names in this process as said, one answer at every question."""
    answers = {name.rstrip("."): cycle(addresses) for name, addresses in names.items()}
    resolve, resolve_simply = socket.getaddrinfo, socket.gethostbyname

    def led(host: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        return next(answers[key]) if isinstance(name, str) and (key := name.rstrip(".").lower()) in answers else host

    socket.getaddrinfo = lambda host, *given, **named: resolve(led(host), *given, **named)
    socket.gethostbyname = lambda host: resolve_simply(led(host))


def main() -> None:
    """Ask for every address of the job by a crawl with tintinh's settings; print what came of each."""
    job = json.loads(sys.stdin.readline())
    os.environ["SCRAPY_SETTINGS_MODULE"] = "crawler.net.settings"
    import scrapy
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.utils.project import get_project_settings

    from crawler.net import browser, reach

    answer_names(job["names"])
    reach.EXEMPT.update((host, port) for host, port in job["exempt"])
    outcome: dict[str, str] = {}
    meta: dict[str, Any] = {}
    if job["browser"]:
        from crawler.net import browser_handler

        for constant, value in job.get("limits", {}).items():
            setattr(browser_handler, constant, value)
        from scrapy_playwright.page import PageMethod

        meta = {"playwright": True, "playwright_page_methods": [PageMethod("wait_for_timeout", job["wait"] * 1000)]}

    class Asks(scrapy.Spider):
        name = "asks"
        addresses = tuple(job["addresses"])

        @classmethod
        def update_settings(cls, settings: Any) -> None:
            browser.prepare(settings, wanted=job["browser"])

        async def start(self) -> Any:
            for number, url in enumerate(job["urls"]):
                try:
                    request = scrapy.Request(url, self.answered, dont_filter=True, errback=self.failed, meta=meta)
                except ValueError as error:
                    outcome[str(number)] = f"{type(error).__name__}: {error}"
                    continue
                yield request.replace(cb_kwargs={"number": number})

        def answered(self, response: Any, number: int) -> None:
            inside = " from inside" if b"Noi bo" in response.body else ""
            outcome[str(number)] = f"answered {response.status} by {response.ip_address}{inside}"

        def failed(self, failure: Any) -> None:
            number = failure.request.cb_kwargs["number"]
            outcome[str(number)] = f"{type(failure.value).__name__}: {failure.value}"

    settings = get_project_settings()
    settings.setdict(
        {
            "RETRY_TIMES": 0, "DOWNLOAD_DELAY": 0, "ROBOTSTXT_OBEY": False, "DNSCACHE_ENABLED": False, "DOWNLOAD_TIMEOUT": 8,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "LOG_LEVEL": "WARNING", **job["settings"],
        },
        priority="cmdline",
    )  # fmt: skip
    process = AsyncCrawlerProcess(settings)
    process.crawl(Asks)
    process.start()
    sys.stdout.write(json.dumps(outcome))


if __name__ == "__main__":
    main()
