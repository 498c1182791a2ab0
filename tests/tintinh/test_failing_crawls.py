"""Crawls that fail, are interrupted, killed, or meet another one: what stays, what is said, which exit code."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from crawler.article import encode
from crawler.net.robots import ANSWER_SECONDS
from ingest.spool import SpoolWriter
from sql.load import query
from tests.conftest import Command
from tests.support import (
    PATIENCE,
    Portal,
    article,
    called,
    connections,
    ended,
    environment,
    held_port,
    started,
    until,
    until_alone,
)
from tests.tintinh.crawled import ALLOWED, TOTAL, one_line, rows, stored
from tintinh.cli.crawl import run_all
from tintinh.demo.articles import load
from tintinh.demo.page import Page
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite
from tintinh.run.known_portals import added, site_job

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


class Repeats:
    """A portal whose second page of a list is its first."""

    def page(self, target: str) -> Page:
        if target == "/robots.txt":
            return Page(b"User-agent: *\nDisallow:\n", "text/plain")
        if target.startswith("/tin/"):
            text = f"Tổ tuần tra {target[-6]} đi qua ba thôn trong đêm mưa, gõ kẻng báo yên rồi quay về trước lúc trời sáng."
            body = f"<h1>Chuyện tuần tra số {target[-6]}</h1><span>05/11/2025 08:00</span><div><p>{text}</p><p>{text}</p></div>"
        else:
            body = "".join(
                f"<h3><a href='/tin/chuyen-tuan-tra-so-{n}.html'>Chuyện tuần tra số {n}</a></h3>" for n in range(5)
            )
            body += "<div class='pager'><a rel='next' href='/?page=2'>Sau</a></div>"
        return Page(f"<html><head><title>Tin</title></head><body>{body}</body></html>".encode())


def test_a_list_that_was_not_followed_to_its_end_makes_the_run_partial(command: Command, database_uri: str) -> None:
    with serve(site=Repeats()) as address:
        done = command("crawl", "--site", address, "--name", "demo", env=ALLOWED)
    assert done.returncode == 1
    ((status, complete, error, figures),) = rows(database_uri, "SELECT status, complete, error, accounts FROM news.run")
    assert (status, complete) == ("partial", False)
    assert error == f"lists not followed to their end: {address}: its second page is its first"
    assert sum(figures["listed_as"].values()) == 5
    assert {name: number for name, number in figures["listed_as"].items() if number} == {"stored": 5}
    assert len(stored(database_uri)) == 5
    assert error in done.stderr


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


def test_a_second_ctrl_c_ends_a_crawl_whatever_it_waits_for(database_uri: str, home: Path, tmp_path: Path) -> None:
    """Here a crawl that waits for its portal, and an ingest that waits for a table; what was crawled waits in the spool."""
    portal = Portal(free=HALFWAY)
    env = environment(home, DATABASE_URL=database_uri, **ALLOWED)
    with (
        serve(site=portal) as address,
        psycopg.connect(database_uri) as other,
        started("crawl", "--site", address, "--name", "demo", *WAITING, env=env, cwd=tmp_path) as process,
    ):
        assert portal.reached.wait(PATIENCE)
        other.execute("LOCK TABLE news.article_current")
        until(lambda: waiting_for_locks(database_uri) or list((home / "spool").rglob("*.*")))
        process.send_signal(signal.SIGINT)
        assert process.stderr
        assert process.stderr.readline().startswith("SIGINT: finishing")
        process.send_signal(signal.SIGINT)
        assert process.stderr.readline().startswith("SIGINT: ending at once")
        began = time.monotonic()
        process.communicate(timeout=PATIENCE)
        assert time.monotonic() - began < 15, "five seconds, on a slow machine too"
        portal.gate.set()
    assert process.returncode == 130
    assert rows(database_uri, "SELECT status FROM news.run") == [("interrupted",)]


def test_sigterm_ends_a_crawl_that_nobody_listens_to(database_uri: str, home: Path, tmp_path: Path) -> None:
    portal = Portal(free=HALFWAY)
    env = environment(home, DATABASE_URL=database_uri, **ALLOWED)
    with (
        serve(site=portal) as address,
        started("crawl", "--site", address, "--name", "demo", *WAITING, env=env, cwd=tmp_path) as process,
    ):
        assert portal.reached.wait(PATIENCE)
        assert process.stderr
        process.stderr.close()
        process.send_signal(signal.SIGTERM)
        (log,) = (home / "logs").iterdir()
        until(lambda: b"SIGINT" in log.read_bytes())
        portal.gate.set()
        process.wait(PATIENCE)
    assert process.returncode == 130
    assert rows(database_uri, "SELECT status FROM news.run") == [("interrupted",)]


def waiting_for_locks(uri: str) -> bool:
    return bool(rows(uri, "SELECT FROM pg_locks WHERE NOT granted AND locktype = 'relation'"))


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
        done = called(*arguments, address, "--name", "demo", env=env, cwd=tmp_path)
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


def test_two_portals_at_once_count_their_own(database_uri: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINTINH_HOME", str(home))
    monkeypatch.setenv("DATABASE_URL", database_uri)
    monkeypatch.setenv("TINTINH_ALLOW_PRIVATE", "1")
    portals = {name: Portal(DemoSite(load()[:40])) for name in ("mot", "hai")}
    with serve(site=portals["mot"]) as first, serve(site=portals["hai"]) as second:
        sites = {"mot": first, "hai": second}
        jobs = [
            site_job(added(address, {}, name=name, platform="joomla", province=None), {}, {})
            for name, address in sites.items()
        ]
        outcomes, _ = run_all(database_uri, jobs, 2)
    assert {one.portal: (one.status, one.figures.new, one.figures.unchanged) for one in outcomes} == {
        "mot": ("ok", 40, 0), "hai": ("ok", 40, 0),
    }  # fmt: skip
    counted = rows(
        database_uri, "SELECT portal, listed, fetched, new, changed, unchanged FROM news.run ORDER BY portal"
    )
    assert counted == [("hai", 40, 40, 40, 0, 0), ("mot", 40, 40, 40, 0, 0)]


def test_a_crawl_leaves_the_segments_of_runs_that_go_on(command: Command, database_uri: str, home: Path) -> None:
    with psycopg.connect(database_uri, autocommit=True) as other, serve(site=DemoSite(load()[:5])) as address:
        ((database,),) = other.execute(query("database_id")).fetchall()
        ((run, _),) = other.execute(query("start_run"), {"portal": "khac", "kind": "crawl", "rules": None}).fetchall()
        writer = SpoolWriter(home / "spool" / str(database), f"khac-{run}")
        writer.write(encode(article(1, portal="khac")))
        writer.close()
        assert command("crawl", "--site", address, "--name", "demo", env=ALLOWED).returncode == 0
        assert len(list((home / "spool").rglob("khac-*.jsonl"))) == 1
    assert rows(database_uri, "SELECT portal, status, new FROM news.run ORDER BY id") == [
        ("khac", "running", 0), ("demo", "ok", 5),
    ]  # fmt: skip
    with psycopg.connect(database_uri, autocommit=True) as connection:
        until_alone(connection)
    assert command("ingest").returncode == 0
    assert rows(database_uri, "SELECT portal, status, new FROM news.run ORDER BY id") == [
        ("khac", "interrupted", 1), ("demo", "ok", 5), ("-", "ok", 0),
    ]  # fmt: skip
