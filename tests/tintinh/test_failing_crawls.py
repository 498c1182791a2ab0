"""Crawls that fail, are interrupted, killed, or meet another one: what stays, what is said, which exit code."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from crawler.net.robots import ANSWER_SECONDS
from tests.conftest import Command
from tests.support import (
    PATIENCE,
    Portal,
    connections,
    ended,
    environment,
    held_port,
    started,
    tintinh,
    until,
    until_alone,
)
from tests.tintinh.test_command import ALLOWED, TOTAL, one_line, rows, stored
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite

# Robots, home and lists come first; after so many answers some articles are out and most are not.
HALFWAY = 45
# A portal that holds its answers back is waited for as long as the test takes, however slow the machine.
WAITING = ("-s", f"DOWNLOAD_TIMEOUT={PATIENCE}")


def children_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children()


# Portals that fail


def failed_crawl(command: Command, uri: str, address: str, **env: str) -> str:
    """The line told about a crawl that failed as it should."""
    done = command("crawl", "--site", address, "--name", "demo", env=ALLOWED | env)
    assert (done.returncode, done.stdout) == (1, "")
    ((status, error),) = rows(uri, "SELECT status, error FROM news.run WHERE finished_at IS NOT NULL")
    assert status == "failed"
    line = one_line("\n".join(line for line in done.stderr.splitlines() if error in line))
    assert line.startswith("demo: failed: ")
    assert "Traceback" not in done.stderr
    return str(error)


def test_a_portal_with_a_closed_port(command: Command, database_uri: str) -> None:
    with held_port() as port:
        error = failed_crawl(command, database_uri, f"http://127.0.0.1:{port}/")
    assert f"127.0.0.1:{port} does not answer: " in error


@pytest.mark.slow
def test_a_portal_that_accepts_and_never_answers(command: Command, database_uri: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = failed_crawl(command, database_uri, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        assert connections(silent) * ANSWER_SECONDS < 60, "well under a minute, on a slow machine too"
    assert "does not answer: " in error


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "localhost.", "127.1", "2130706433", "0x7f.1"])
def test_a_private_address_is_refused_unless_allowed(command: Command, database_uri: str, host: str) -> None:
    """By its spelling or, where that hides it, by what it resolves to."""
    portal = Portal()
    with serve(site=portal) as address:
        error = failed_crawl(command, database_uri, address.replace("127.0.0.1", host), TINTINH_ALLOW_PRIVATE="")
    assert portal.asked == 0
    assert rows(database_uri, "SELECT FROM news.fetch WHERE status IS NOT NULL") == []
    assert "private address" in error or (
        not host.startswith(("127.0.0.1", "localhost")) and "CannotResolveHost" in error
    )


def test_a_site_without_articles(command: Command, database_uri: str) -> None:
    class Plain:
        def page(self, target: str) -> Any:
            return replace(DemoSite([]).page("/robots.txt"), body=b"<html><p>Hello", content_type="text/html")

    with serve(site=Plain()) as address:
        assert "no article found (0 lists, 1 other pages, read as generic)" in failed_crawl(
            command, database_uri, address
        )


# Interruptions


def test_ctrl_c_keeps_what_was_crawled(database_uri: str, home: Path, tmp_path: Path) -> None:
    portal = Portal(free=HALFWAY)
    env = environment(home, DATABASE_URL=database_uri, **ALLOWED)
    with (
        serve(site=portal) as address,
        started("crawl", "--site", address, "--name", "demo", *WAITING, env=env, cwd=tmp_path) as process,
    ):
        assert portal.reached.wait(PATIENCE)
        process.send_signal(signal.SIGINT)
        assert process.stderr
        assert process.stderr.readline().startswith("SIGINT: ")
        (log,) = (home / "logs").iterdir()
        until(lambda: b"SIGINT" in log.read_bytes())  # else it may be through before it is told
        portal.gate.set()
        _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, told
    assert "demo: interrupted" in told
    ((status, fetched, new),) = rows(database_uri, "SELECT status, fetched, new FROM news.run")
    assert status == "interrupted"
    assert 0 < fetched < TOTAL
    assert fetched == new == len(stored(database_uri))
    assert list((home / "spool").rglob("*.*")) == []


def test_ctrl_c_is_heard_before_the_crawl_has_begun(database_uri: str, home: Path, tmp_path: Path) -> None:
    portal = Portal(free=0)
    env = environment(home, DATABASE_URL=database_uri, **ALLOWED)
    with (
        serve(site=portal) as address,
        started("crawl", "--site", address, "--name", "demo", *WAITING, env=env, cwd=tmp_path) as process,
    ):
        until(
            lambda: "tintinh.run.crawl_process" in [part for child in children_of(process) for part in child.cmdline()]
        )
        (child,) = children_of(process)
        child.suspend()
        process.send_signal(signal.SIGINT)
        assert process.stderr
        assert process.stderr.readline().startswith("SIGINT: ")
        child.resume()
        (log,) = (home / "logs").iterdir()
        until(lambda: b"SIGINT" in log.read_bytes())
        portal.gate.set()
        _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, told
    assert "demo: interrupted" in told
    assert rows(database_uri, "SELECT status, fetched FROM news.run") == [("interrupted", 0)]
    assert portal.asked < TOTAL


def test_a_killed_crawl_is_made_good_by_the_next(database_uri: str, home: Path, tmp_path: Path) -> None:
    portal = Portal(free=HALFWAY)
    env = environment(home, DATABASE_URL=database_uri, **ALLOWED)
    arguments = ("crawl", "--site")
    with serve(site=portal) as address:
        with started(*arguments, address, "--name", "demo", *WAITING, env=env, cwd=tmp_path) as process:
            assert portal.reached.wait(PATIENCE)
            children = children_of(process)
            assert len(children) == 1
            process.kill()
            process.wait()
            (log,) = (home / "logs").iterdir()
            until(lambda: b"parent_gone" in log.read_bytes())  # else it may be through before it looks
            portal.gate.set()
            until(lambda: all(map(ended, children)))
        with psycopg.connect(database_uri, autocommit=True) as connection:
            until_alone(connection)
        assert rows(database_uri, "SELECT status FROM news.run") == [("running",)]
        assert stored(database_uri) == []
        (segment,) = (home / "spool").rglob("*.*")
        waiting = sum(1 for line in segment.read_bytes().splitlines() if "title" in json.loads(line))
        assert 0 < waiting < TOTAL
        done = tintinh(*arguments, address, "--name", "demo", env=env, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    runs = rows(database_uri, "SELECT status, started_at, finished_at FROM news.run ORDER BY id")
    assert [run[0] for run in runs] == ["interrupted", "ok"]
    assert runs[0][2] is not None
    found = stored(database_uri)
    assert len(found) == TOTAL
    assert sum(1 for row in found if row["first_seen_at"] < runs[1][1]) == waiting
    assert {row["revision"] for row in found} == {1}


def test_two_crawls_of_one_portal_at_once(command: Command, database_uri: str, home: Path, tmp_path: Path) -> None:
    portal = Portal(free=HALFWAY)
    env = environment(home, DATABASE_URL=database_uri, **ALLOWED)
    with (
        serve(site=portal) as address,
        started("crawl", "--site", address, "--name", "demo", *WAITING, env=env, cwd=tmp_path) as process,
    ):
        assert portal.reached.wait(PATIENCE)
        second = command("crawl", "--site", address, "--name", "demo", env=ALLOWED)
        assert second.returncode == 4
        assert "another run of demo is going on" in second.stderr
        portal.gate.set()
        _, told = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, told
    assert rows(database_uri, "SELECT status, new FROM news.run") == [("ok", TOTAL)]
