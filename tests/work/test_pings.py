"""Whoever watches over crawls hears when they begin and how they ended; a watcher that is deaf stops none."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.conftest import Command
from tests.support import held_port
from tests.tintinh.crawled import ALLOWED
from tests.tintinh.test_polite_crawls import FEW
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite


@pytest.fixture
def heard() -> Iterator[tuple[str, list[str]]]:
    """A switch's address, and what was asked of it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/abc", asked
        server.shutdown()


def test_a_crawl_is_heard_when_it_begins_and_when_it_ended(command: Command, heard: tuple[str, list[str]]) -> None:
    address, asked = heard
    with serve(site=DemoSite(FEW[:2])) as site:
        done = command("crawl", "--site", site, "--name", "demo", "--ping", address, env=ALLOWED)
        assert done.returncode == 0, done.stderr
    assert asked == ["/abc/start", "/abc"]
    asked.clear()
    with held_port() as port:
        done = command(
            "crawl", "--site", f"http://127.0.0.1:{port}/", "--name", "khong", env=ALLOWED | {"TINTINH_PING": address}
        )
    assert done.returncode == 1
    assert asked == ["/abc/start", "/abc/fail"]


def test_a_switch_that_is_deaf_is_said_and_stops_nothing(command: Command) -> None:
    with held_port() as port, serve(site=DemoSite(FEW[:2])) as site:
        done = command(
            "crawl", "--site", site, "--name", "demo", "--ping", f"http://127.0.0.1:{port}/geheim", env=ALLOWED
        )
    assert done.returncode == 0
    assert "the ping of start was not heard" in done.stderr
    assert "geheim" not in done.stderr, "it may hold a password"
    assert command("crawl", "demo", "--ping", "mailto:a@b.vn").returncode == 2
