"""Workers do what waits in the database: once, on any machine, whatever becomes of one of them."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingest import portals
from ingest.portals import StoredPortal
from tests.conftest import Command
from tests.support import PATIENCE, environment, started, until
from tests.tintinh.test_command import ALLOWED
from tintinh.demo.articles import load
from tintinh.demo.site import DemoSite
from tintinh.run.portal_files import of_file
from tintinh.run.portal_files import portals as files

FEW = [article for article in load() if article.section == "phong-chong-ma-tuy"]


class Watched(ThreadingHTTPServer):
    """A small portal that writes down when which worker began to ask, and when it was answered."""

    daemon_threads = True

    def __init__(self, seconds: float) -> None:
        self.seconds, self.asked = seconds, list[tuple[str, float, float, str]]()
        site = DemoSite(FEW)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                began = time.monotonic()
                assert isinstance(self.server, Watched)
                time.sleep(self.server.seconds)
                page = site.page(self.path)
                self.send_response(page.status)
                self.send_header("Content-Type", page.content_type)
                self.send_header("Content-Length", str(len(page.body)))
                self.end_headers()
                self.wfile.write(page.body)
                self.server.asked.append((self.headers["User-Agent"], began, time.monotonic(), self.path))

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- named by http.server
                """Say nothing."""

            do_HEAD = do_GET

        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_address[1]}/"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def turns(self) -> list[str]:
        """Who asked, in order, each worker named once a turn: one that comes back is named again."""
        found: list[str] = []
        for who, *_ in sorted(self.asked, key=lambda asked: asked[1]):
            if found[-1:] != [who]:
                found.append(who)
        return found

    def most_at_once(self) -> int:
        """How many workers asked at one time, at most."""
        return max(
            len({who for who, began, ended, _ in self.asked if began <= moment < ended})
            for _, moment, _, _ in self.asked
        )


@contextmanager
def watched(seconds: float = 0.0) -> Iterator[Watched]:
    server = Watched(seconds)
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def only(connection: psycopg.Connection, addresses: dict[str, str]) -> None:
    """These portals are crawled, and none that has a file: nobody is to ask real ones."""
    for name in files():
        row = of_file(name)
        assert row is not None
        portals.keep(connection, row)
        portals.end(connection, name)
    for name, address in addresses.items():
        host = address.split("/")[2]
        portals.keep(connection, StoredPortal(name=name, origin="added", home=address, hosts=[host], sections=[]))


def rows(connection: psycopg.Connection, statement: str) -> list[tuple[Any, ...]]:
    return connection.execute(statement.encode()).fetchall()


def jobs(connection: psycopg.Connection) -> dict[str, str]:
    found = rows(
        connection,
        "SELECT coalesce(args ->> 'portal', args ->> 'url'), status::text FROM news_queue.procrastinate_jobs ORDER BY id",
    )
    return {str(what): str(state) for what, state in found}


def test_a_worker_does_what_is_due_once_and_nothing_that_is_not(
    command: Command, connection: psycopg.Connection
) -> None:
    with watched() as one, watched() as two:
        only(connection, {"mot": one.address, "hai": two.address})
        queued = command("enqueue", "--due", "--format", "json", env=ALLOWED)
        assert {row["what"] for row in json.loads(queued.stdout)} == {"mot", "hai"}
        assert json.loads(command("enqueue", "--due", "--format", "json", env=ALLOWED).stdout) == [], (
            "they wait already"
        )
        done = command("worker", "--once", "-j", 2, env=ALLOWED, apart=True)
        assert done.returncode == 0, done.stderr
        assert sorted(line for line in done.stderr.splitlines() if "new" in line) == [
            f"{name}: ok, {len(FEW)} new, 0 changed, 0 gone" for name in ("hai", "mot")
        ]
        asked = len(one.asked), len(two.asked)
        again = command("worker", "--once", env=ALLOWED, apart=True)
        assert (again.returncode, len(one.asked), len(two.asked)) == (0, *asked), again.stderr
    assert jobs(connection) == {"mot": "succeeded", "hai": "succeeded"}
    due = rows(connection, "SELECT portal, due_at > now() + interval '55 minutes' FROM news.portal_due ORDER BY 1")
    assert due == [("hai", True), ("mot", True)]


def test_a_portal_that_is_named_goes_before_those_that_are_due_and_an_address_before_all(
    command: Command, connection: psycopg.Connection
) -> None:
    with watched() as one, watched() as two:
        only(connection, {"mot": one.address, "hai": two.address})
        command("enqueue", "--due", env=ALLOWED)
        url = f"{one.address.rstrip('/')}{FEW[0].path}"
        assert command("enqueue", "hai", url, env=ALLOWED).returncode == 0
        done = command("worker", "--once", "-j", 1, env=ALLOWED, apart=True)
        assert done.returncode == 0, done.stderr
    runs = rows(connection, "SELECT kind, portal FROM news.run ORDER BY id")
    assert runs.index(("crawl", "mot")) > 0
    assert ("fetch", "mot") in runs[:2]
    assert rows(connection, "SELECT count(*) FROM news.article") == [(2 * len(FEW),)]


@pytest.mark.slow
def test_eight_portals_three_workers_one_killed_one_frozen(
    command: Command, connection: psycopg.Connection, database_uri: str, tmp_path: Path
) -> None:
    def worker(number: int) -> dict[str, str]:
        changes = {"DATABASE_URL": database_uri, "TINTINH_USER_AGENT": f"worker {number}", **ALLOWED}
        return environment(tmp_path / f"machine {number}", **changes)

    with ExitStack() as stack:
        sites = {f"p{number}": stack.enter_context(watched(0.25)) for number in range(8)}
        only(connection, {name: site.address for name, site in sites.items()})
        assert command("enqueue", "--due", env=ALLOWED).returncode == 0
        workers = [
            stack.enter_context(started("worker", "-j", 1, env=worker(number), cwd=tmp_path)) for number in range(3)
        ]
        until(lambda: len({who for site in sites.values() for who, *_ in site.asked}) == 3)
        until(lambda: len(rows(connection, "SELECT FROM news.run WHERE status = 'running'")) == 3)
        workers[0].send_signal(signal.SIGKILL)
        workers[1].send_signal(signal.SIGSTOP)
        # An address that somebody wants now is answered meanwhile.
        asked_at = time.monotonic()
        url = f"{sites['p7'].address.rstrip('/')}{FEW[0].path}"
        command("enqueue", url, env=ALLOWED)
        until(lambda: jobs(connection).get(url) == "succeeded")
        assert time.monotonic() - asked_at < 10
        until(lambda: set(jobs(connection).values()) == {"succeeded"})
        before = len(sites["p7"].asked)
        workers[1].send_signal(signal.SIGCONT)
        time.sleep(3)
        assert workers[1].poll() is None, "a worker that slept begins anew"
        assert len(sites["p7"].asked) == before
        for one in workers[1:]:
            one.send_signal(signal.SIGTERM)
            assert one.wait(PATIENCE) == 0
    for name, site in sites.items():
        turns, spared = site.turns(), name != "p7"  # the address that was wanted at once is asked beside a crawl
        assert not spared or site.most_at_once() == 1, (name, turns)
        assert not spared or len(turns) == len(set(turns)), "who lost a portal never asks it again"
    finished = rows(connection, "SELECT portal FROM news.run WHERE kind = 'crawl' AND status = 'ok' ORDER BY 1")
    assert finished == [(f"p{number}",) for number in range(8)], "each once"
    others = rows(connection, "SELECT status, error FROM news.run WHERE kind = 'crawl' AND status <> 'ok' ORDER BY 1")
    assert [status for status, _ in others] == ["interrupted"] * 2, others
    assert rows(connection, "SELECT count(*), count(DISTINCT url) FROM news.article") == [(8 * len(FEW),) * 2]
