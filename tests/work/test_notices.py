"""Notices: a portal that changes its state is told once, its end once, by a real webhook; nothing is lost while that is away."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
import pytest

from tests.conftest import Command
from tests.sql.test_watching import portal, run
from tests.support import held_port
from tests.tintinh.crawled import ALLOWED
from tintinh.demo.server import serve
from work import channels, notices


class Hook(ThreadingHTTPServer):
    """A webhook that keeps what it is sent and answers `status`."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.status, self.refused = 204, 0
        self.taken: list[dict[str, Any]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/hook/secret"

    def states(self) -> list[tuple[str, str | None, str | None]]:
        return [(sent["state"], sent["cause"], sent["before"]) for sent in self.taken]


class Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.status < 300:
            assert (self.path, self.headers["Content-Type"]) == ("/hook/secret", "application/json")
            self.server.taken.append(body)
        else:
            self.server.refused += 1
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def writer(connection: psycopg.Connection, database_uri: str) -> Iterator[psycopg.Connection]:
    """With the rights that a crawl has."""
    with psycopg.connect(database_uri, autocommit=True) as other:
        other.execute("SET ROLE news_writer")
        yield other


def test_each_state_is_told_once_and_its_end_once(
    connection: psycopg.Connection, writer: psycopg.Connection, hook: Hook
) -> None:
    steps: list[tuple[str, str | None, list[tuple[str, str | None, str | None]]]] = [
        ("ok", None, []),
        ("failed", "demo.vn does not answer: CannotResolveHost: demo.vn", [("broken", "dns", "fine")]),
        ("failed", "demo.vn does not answer: CannotResolveHost: demo.vn", []),
        ("failed", "http://demo.vn/ answers 404", [("broken", "404", "broken")]),
        ("interrupted", "stopped by the user", []),
        ("ok", None, [("fine", None, "broken")]),
        ("ok", None, []),
        ("partial", "lists not followed to their end: x", [("thin", "truncated", "fine")]),
        ("blocked", "demo.vn refuses access (403), 5 times in a row", [("blocked", "blocked", "thin")]),
        ("ok", None, [("fine", None, "blocked")]),
    ]
    for number, (status, error, expected) in enumerate(steps):
        hook.taken.clear()
        run(connection, 20 - number, status, error=error)
        assert notices.tell(writer, hook.url, channels.deliver) is None
        assert notices.tell(writer, hook.url, channels.deliver) is None
        assert hook.states() == expected, number
    assert hook.taken[0]["text"] == "demo is fine again"


def test_what_is_broken_from_the_beginning_is_told(
    connection: psycopg.Connection, writer: psycopg.Connection, hook: Hook
) -> None:
    portal(connection)
    assert notices.tell(writer, hook.url, channels.deliver) is None
    assert hook.taken == []
    run(connection, 1, "failed", error="http://demo.vn/ answers 502")
    assert notices.tell(writer, hook.url, channels.deliver) is None
    assert hook.states() == [("broken", "server", None)]
    assert hook.taken[0]["text"] == "demo is broken (server): http://demo.vn/ answers 502"


@pytest.mark.parametrize("status", [302, 400, 500])
def test_what_the_hook_does_not_take_waits_in_order(
    connection: psycopg.Connection, writer: psycopg.Connection, hook: Hook, status: int
) -> None:
    hook.status = status
    run(connection, 2, "failed", error="http://demo.vn/ answers 502")
    assert notices.tell(writer, hook.url, channels.deliver) == f"1 notices wait for 127.0.0.1: it answers {status}"
    run(connection, 1)
    assert notices.tell(writer, hook.url, channels.deliver) is None  # its time has not come
    assert (hook.refused, hook.taken) == (1, [])
    connection.execute("UPDATE news.notice SET next_try = now()")
    hook.status = 200
    assert notices.tell(writer, hook.url, channels.deliver) is None
    assert hook.states() == [("broken", "server", None), ("fine", None, "broken")]
    kept = connection.execute(
        "SELECT tries, sent_at IS NOT NULL, error, target FROM news.notice ORDER BY id"
    ).fetchall()
    assert kept == [(2, True, None, notices.digest(hook.url)), (1, True, None, notices.digest(hook.url))]


def test_a_hook_that_does_not_answer_holds_nothing_up(
    connection: psycopg.Connection, writer: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "TIMEOUT", 0.2)
    run(connection, 2, "failed", error="http://demo.vn/ answers 502")
    with held_port() as port:
        said = notices.tell(writer, f"http://127.0.0.1:{port}/secret", channels.deliver)
    assert said is not None
    assert "does not answer" in said
    assert "secret" not in said
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        said = notices.tell(writer, f"http://127.0.0.1:{silent.getsockname()[1]}/secret", channels.deliver)
    assert said is not None
    assert said.startswith("1 notices wait for 127.0.0.1: it does not answer")
    assert time.monotonic() - began < 20, "a fifth of a second is what it was given"


def test_two_who_tell_at_once_tell_once(connection: psycopg.Connection, database_uri: str, hook: Hook) -> None:
    for name in "abcdefgh":
        run(connection, 1, "failed", error="http://demo.vn/ answers 502", portal=name)

    def tell(_: int) -> None:
        with psycopg.connect(database_uri, autocommit=True) as other:
            notices.tell(other, hook.url, channels.deliver)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tell, range(4)))
    tell(0)  # what the others left to one who was about to end
    assert sorted(sent["portal"] for sent in hook.taken) == list("abcdefgh")


def test_each_address_is_told(connection: psycopg.Connection, writer: psycopg.Connection, hook: Hook) -> None:
    run(connection, 1, "failed", error="http://demo.vn/ answers 502")
    with held_port() as port:
        notices.tell(writer, f"http://127.0.0.1:{port}/", channels.deliver)
    notices.tell(writer, hook.url, channels.deliver)
    assert len(hook.taken) == 1


def test_a_crawl_tells_what_broke_and_that_it_is_well(
    connection: psycopg.Connection, command: Command, hook: Hook
) -> None:
    portal(connection)
    env = ALLOWED | {"TINTINH_NOTIFY": hook.url}
    address = "UPDATE news.portal SET home = %s, hosts = ARRAY[%s]"
    with held_port() as port:
        connection.execute(address, [f"http://127.0.0.1:{port}/", f"127.0.0.1:{port}"])
        for _ in range(2):
            assert command("crawl", "demo", "--quiet", env=env).returncode == 1
    assert hook.states() == [("broken", "refused", None)]
    with serve() as served:
        connection.execute(address, [served, served.removeprefix("http://").rstrip("/")])
        done = command("crawl", "demo", "--quiet", "--notify", hook.url, env=ALLOWED)
    assert (done.returncode, done.stderr) == (0, "")
    # Its articles are years old: it is there again, and silent.
    assert hook.states() == [("broken", "refused", None), ("quiet", "no_news", "broken")]


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise, on Python 3.11
def test_an_address_that_is_none_is_told_before_anything_is_crawled(command: Command) -> None:
    for given in ("hook", "nosuchway://a@b.vn", "https://"):
        done = command("crawl", "hue", "--notify", given)
        assert (done.returncode, done.stdout) == (2, ""), given
        assert "Invalid value" in done.stderr
