"""`tintinh serve` as a process: its address, its archive, its end."""

from __future__ import annotations

import json
import signal
import socket
import urllib.request
from pathlib import Path

import psycopg

from tests.conftest import Command
from tests.support import PATIENCE, environment, started
from tests.tintinh.crawled import ALLOWED
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite


def test_it_shows_what_was_crawled_and_ends_at_once(
    command: Command, home: Path, database_uri: str, tmp_path: Path
) -> None:
    with serve(site=DemoSite()) as portal:
        assert command("crawl", "--site", portal, "--name", "demo", env=ALLOWED).returncode == 0
    env = environment(home, DATABASE_URL=database_uri)
    with started("serve", "--port", "0", env=env, cwd=tmp_path) as process:
        assert process.stderr is not None
        address = process.stderr.readline().strip().rstrip("/")

        def read(path: str) -> str:
            with urllib.request.urlopen(address + path, timeout=PATIENCE) as answer:
                return str(answer.read().decode())

        number = json.loads(read("/api/v1/articles?limit=1"))["count"]
        with psycopg.connect(database_uri) as connection:
            assert connection.execute("SELECT count(*) FROM news.article").fetchone() == (number,)
            row = connection.execute("SELECT id, title FROM news.article ORDER BY id LIMIT 1").fetchone()
        assert row is not None
        assert row[1] in read(f"/articles/{row[0]}")
        assert 'sandbox=""' in read(f"/articles/{row[0]}/archived"), "the archive holds the page"
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


def test_a_port_that_is_taken_is_said(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = command("serve", "--port", taken.getsockname()[1])
    assert done.returncode == 2
    assert "cannot be listened at" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_gone_is_said_before_anything_listens(command: Command) -> None:
    done = command("serve", "--port", 0, env={"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"})
    assert done.returncode == 3
    assert "cannot be reached" in done.stderr


def test_the_demo_has_something_to_show_on_every_page_and_leaves_nothing(tmp_path: Path) -> None:
    home, room = tmp_path / "home", tmp_path / "room"
    room.mkdir()
    with started("serve", "--demo", "--port", "0", env=environment(home, TMPDIR=str(room)), cwd=tmp_path) as process:
        assert process.stderr is not None
        address = process.stderr.readline().strip().rstrip("/")
        with urllib.request.urlopen(f"{address}/api/v1/changes?limit=100", timeout=PATIENCE) as answer:
            kinds = {row["kind"] for row in json.load(answer)["items"]}
        assert kinds == {"published", "edited", "gone", "copied"}
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
    assert not home.exists()
    assert list(room.iterdir()) == []
