"""Workers do what waits in the database: once, on any machine, whatever becomes of one of them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
import pytest
from procrastinate.schema import SchemaManager

from ingest import migrate, portals
from ingest.errors import DatabaseTooNew
from ingest.portals import StoredPortal
from tests.conftest import Command, NewDatabase
from tests.support import PATIENCE, environment, held_port, started, until
from tests.tintinh.crawled import ALLOWED
from tintinh.demo.articles import load
from tintinh.demo.site import DemoSite
from tintinh.run.portal_files import of_file
from tintinh.run.portal_files import portals as files
from work import queue

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

            def log_message(self, *_: object) -> None:
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
        url = f"{sites['p7'].address.rstrip('/')}{FEW[0].path}"
        command("enqueue", url, env=ALLOWED)
        wanted_at = time.monotonic()
        until(lambda: jobs(connection).get(url) == "succeeded")
        assert time.monotonic() - wanted_at < 60, "not at the end of all crawls"
        assert set(jobs(connection).values()) & {"todo", "doing"}, "it overtook what waited before"
        until(lambda: set(jobs(connection).values()) == {"succeeded"})
        before = len(sites["p7"].asked)
        workers[1].send_signal(signal.SIGCONT)
        time.sleep(3)
        assert workers[1].poll() is None, "a worker that slept begins anew"
        assert len(sites["p7"].asked) == before
        for one in workers[1:]:
            one.send_signal(signal.SIGTERM)
        assert workers[1].wait(PATIENCE) in {0, -signal.SIGTERM}, "it may have begun anew a moment ago"
        assert workers[2].wait(PATIENCE) == 0
    for name, site in sites.items():
        turns = site.turns()
        assert site.most_at_once() == 1, (name, turns)
        assert name == "p7" or len(turns) == len(set(turns)), "who lost a portal never asks it again"
    finished = rows(connection, "SELECT portal FROM news.run WHERE kind = 'crawl' AND status = 'ok' ORDER BY 1")
    assert finished == [(f"p{number}",) for number in range(8)], "each once"
    others = rows(connection, "SELECT status, error FROM news.run WHERE kind = 'crawl' AND status <> 'ok' ORDER BY 1")
    assert [status for status, _ in others] == ["interrupted"] * 2, others
    assert rows(connection, "SELECT count(*), count(DISTINCT url) FROM news.article") == [(8 * len(FEW),) * 2]


@pytest.mark.slow
def test_a_crawl_stands_still_while_an_address_of_its_portal_is_fetched(
    command: Command, connection: psycopg.Connection, database_uri: str, tmp_path: Path
) -> None:
    def worker(number: int) -> dict[str, str]:
        changes = {"DATABASE_URL": database_uri, "TINTINH_USER_AGENT": f"worker {number}", **ALLOWED}
        return environment(tmp_path / f"machine {number}", **changes)

    with watched(0.25) as site, ExitStack() as stack:
        only(connection, {"mot": site.address})
        slowly = ("crawl", "mot", "-s", "DOWNLOAD_DELAY=1")
        crawling = stack.enter_context(started(*slowly, env=worker(0), cwd=tmp_path))
        until(lambda: len(site.asked) > 2)
        urls = [f"{site.address.rstrip('/')}{article.path}" for article in FEW[:2]]
        command("enqueue", urls[0], env=ALLOWED)
        # One that a worker fetches, one from a command that somebody types.
        fetching = stack.enter_context(started("worker", "--once", env=worker(1), cwd=tmp_path))
        typed = command("fetch", urls[1], env={**worker(2)}, apart=True)
        assert typed.returncode == 0, typed.stderr
        assert fetching.wait(PATIENCE) == 0
        assert rows(connection, "SELECT status FROM news.run WHERE kind = 'crawl'") == [("running",)]
        assert crawling.wait(PATIENCE) == 0
    assert jobs(connection) == {urls[0]: "succeeded"}
    assert site.most_at_once() == 1, site.turns()
    assert len(site.turns()) > 2, "the crawl went on after it stood still"
    assert rows(connection, "SELECT kind, status FROM news.run ORDER BY 1") == [("crawl", "ok"), *[("fetch", "ok")] * 2]
    assert rows(connection, "SELECT count(*) FROM news.article") == [(len(FEW),)]


def test_a_worker_that_is_told_to_end_puts_its_crawl_back(
    command: Command, connection: psycopg.Connection, database_uri: str, tmp_path: Path
) -> None:
    env = environment(tmp_path / "home", DATABASE_URL=database_uri, **ALLOWED)
    with watched(0.25) as site:
        only(connection, {"mot": site.address})
        command("enqueue", "mot", env=ALLOWED)
        with started("worker", env=env, cwd=tmp_path) as process:
            until(lambda: len(site.asked) > 8)
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
            assert process.stderr is not None
            assert "Traceback" not in process.stderr.read()
        assert jobs(connection) == {"mot": "todo"}
        site.seconds = 0.0
        done = command("worker", "--once", env=ALLOWED, apart=True)
        assert done.returncode == 0, done.stderr
    assert jobs(connection) == {"mot": "succeeded"}
    statuses = rows(connection, "SELECT status FROM news.run ORDER BY id")
    assert statuses == [("interrupted",), ("ok",)]
    assert rows(connection, "SELECT count(*) FROM news.article") == [(len(FEW),)]


def test_what_cannot_be_crawled_is_told_and_the_worker_goes_on(
    command: Command, connection: psycopg.Connection
) -> None:
    with held_port() as port, watched() as site:
        only(connection, {"dong": f"http://127.0.0.1:{port}/", "mot": site.address})
        assert command("enqueue", "dong", "mot", env=ALLOWED).returncode == 0
        done = command("worker", "--once", "-j", 1, env=ALLOWED, apart=True)
    assert done.returncode == 1, "something failed"
    said = sorted(done.stderr.splitlines())
    assert said[0].startswith("dong: failed, 0 new, 0 changed, 0 gone: ")
    assert said[1] == f"mot: ok, {len(FEW)} new, 0 changed, 0 gone"
    assert jobs(connection) == {"dong": "failed", "mot": "succeeded"}
    (due,) = rows(
        connection, "SELECT due_at - now() > interval '50 minutes', why FROM news.portal_due WHERE portal = 'dong'"
    )
    assert due == (True, "1 failed in a row")


def test_unknown_portals_and_addresses_that_are_none_are_refused(command: Command) -> None:
    for given in (["khongco"], ["ftp://a.vn/x"], [], ["hue", "--due"]):
        done = command("enqueue", *given)
        assert done.returncode == 2, given
        assert "Traceback" not in done.stderr


def test_the_queue_is_made_once_by_whoever_comes_first(database_uri: str, connection: psycopg.Connection) -> None:
    def install(_: int) -> None:
        with psycopg.connect(database_uri, autocommit=True) as own:
            queue.install(own)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(install, range(4)))
    assert queue.installed(connection) == version("procrastinate")
    connection.execute("COMMENT ON SCHEMA news_queue IS 'procrastinate 99.0.0'")
    with pytest.raises(DatabaseTooNew):
        queue.install(connection)


def test_the_queue_of_an_older_library_is_brought_up_to_date(
    connection: psycopg.Connection, database_of: NewDatabase, template: str
) -> None:
    functions = (
        "SELECT proname::text, prosrc FROM pg_proc WHERE pronamespace = 'news_queue'::regnamespace ORDER BY 1, 2"
    )
    with psycopg.connect(database_of(template), autocommit=True) as fresh:
        queue.install(fresh)
        wanted = rows(fresh, functions)
    connection.execute("CREATE SCHEMA news_queue")
    for file in sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql")):
        if file.name < "03.03":
            with connection.transaction():  # one may need what another has committed
                connection.execute("SET LOCAL search_path = news_queue")
                connection.execute(file.read_bytes(), prepare=False)
    connection.execute("COMMENT ON SCHEMA news_queue IS 'procrastinate 3.2.2'")
    assert rows(connection, functions) != wanted
    queue.install(connection)
    assert rows(connection, functions) == wanted
    assert queue.installed(connection) == version("procrastinate")


def test_who_only_may_write_news_does_not_make_the_queue(connection: psycopg.Connection) -> None:
    migrate.become(connection, "news_writer")
    with pytest.raises(queue.NotInstalled, match="tintinh db upgrade"):
        queue.install(connection)


@pytest.mark.slow
def test_a_night_in_a_bare_container(connection: psycopg.Connection, database_uri: str) -> None:
    """No HOME, no name where root can show that, nothing but the database's address and a folder: one line a portal."""
    with tempfile.TemporaryDirectory(prefix="tintinh-test-", dir="/tmp") as folder, watched() as site:
        only(connection, {"mot": site.address})
        env = {
            "DATABASE_URL": database_uri, "TINTINH_HOME": f"{folder}/state", "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **ALLOWED,
        }  # fmt: skip
        nobody = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", "--"]
        reach = [sys.executable, "-c", "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']).close()"]
        tried = (
            subprocess.run([*nobody, *reach], env=env, capture_output=True, check=False) if os.geteuid() == 0 else None
        )
        may = tried is not None and tried.returncode == 0
        if may:
            os.chown(folder, 54321, 54321)
        done = subprocess.run(
            [*(nobody if may else []), sys.executable, "-P", "-m", "tintinh", "worker", "--once"],
            env=env, cwd="/", capture_output=True, text=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if "TINTINH_CONTACT" not in line]
    assert (done.returncode, said) == (0, [f"mot: ok, {len(FEW)} new, 0 changed, 0 gone"])


def test_a_worker_outlives_the_sessions_that_its_database_ends(
    command: Command, connection: psycopg.Connection, database_uri: str, tmp_path: Path
) -> None:
    env = environment(tmp_path / "home", DATABASE_URL=database_uri, **ALLOWED)
    with watched() as site:
        only(connection, {"mot": site.address})
        command("enqueue", "mot", env=ALLOWED)
        with started("worker", env=env, cwd=tmp_path) as process:
            until(lambda: jobs(connection) == {"mot": "succeeded"})
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            assert len(rows(connection, cut)) >= 2
            time.sleep(1)
            url = f"{site.address.rstrip('/')}{FEW[0].path}"
            command("enqueue", url, env=ALLOWED)
            until(lambda: jobs(connection).get(url) == "succeeded")
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
            assert process.stderr is not None
            assert "Traceback" not in process.stderr.read()


def test_a_host_that_wants_to_be_left_alone_is_not_tried_again_and_again(
    command: Command, connection: psycopg.Connection
) -> None:
    with watched() as site:
        only(connection, {"mot": site.address})
        connection.execute(
            "INSERT INTO news.host (host, blocked_until) VALUES ('127.0.0.1', now() + interval '6 hours')"
        )
        url = f"{site.address.rstrip('/')}{FEW[0].path}"
        command("enqueue", "mot", url, env=ALLOWED)
        done = command("worker", "--once", env=ALLOWED, apart=True)
    assert site.asked == []
    assert done.stderr.count("mot: later, 127.0.0.1 is left alone until") == 1
    assert done.returncode == 1, "who wanted the address now is told"
    assert jobs(connection)[url] == "failed"
    waits = (
        "SELECT scheduled_at - now() > interval '14 minutes' FROM news_queue.procrastinate_jobs WHERE status = 'todo'"
    )
    assert rows(connection, waits) == [(True,)]


def test_one_worker_is_told_as_one(
    command: Command, connection: psycopg.Connection, database_uri: str, tmp_path: Path
) -> None:
    only(connection, {})
    env = environment(tmp_path / "home", DATABASE_URL=database_uri, **ALLOWED)
    with started("worker", env=env, cwd=tmp_path):
        until(lambda: queue.installed(connection) and queue.counts(connection)["workers"])
        until(lambda: rows(connection, "SELECT count(*) FROM news_queue.procrastinate_workers") == [(2,)])
        assert json.loads(command("status", "--format", "json").stdout)["queue"]["workers"] == 1


def test_a_worker_answers_prometheus(
    command: Command, connection: psycopg.Connection, database_uri: str, tmp_path: Path
) -> None:
    env = environment(tmp_path / "home", DATABASE_URL=database_uri, **ALLOWED)
    with watched() as site:
        only(connection, {"mot": site.address})
        command("enqueue", "mot", env=ALLOWED)
        with started("worker", "--metrics", "0", env=env, cwd=tmp_path) as process:
            assert process.stderr is not None
            address = process.stderr.readline().strip()
            wanted = {
                "# TYPE tintinh_worker_jobs_total counter", 'tintinh_worker_jobs_total{ended="done"} 1',
                "tintinh_up 1", "tintinh_workers 1", f"tintinh_articles {len(FEW)}",
            }  # fmt: skip
            until(lambda: wanted <= set(text_at(address).splitlines()))
            assert text_at(address.replace("/metrics", "/healthz")) == "ok\n"
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0


def test_a_port_that_is_taken_is_said_before_anything_is_done(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command("worker", "--metrics", str(port), env=ALLOWED)
    assert done.returncode == 2
    assert f"127.0.0.1:{port} cannot be listened at" in " ".join(done.stderr.split())
    assert command("worker", "--metrics", "no port", env=ALLOWED).returncode == 2


def text_at(address: str) -> str:
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        return str(answer.read().decode())
