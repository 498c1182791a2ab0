"""The archive that machines share: what one crawled, another shows and reads again."""

from __future__ import annotations

import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.conftest import Command
from tests.support import PATIENCE, Portal, environment, started, until
from tests.tintinh.crawled import ALLOWED
from tests.tintinh.test_polite_crawls import FEW
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite

ROOT = Path(__file__).parents[2]


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.warc.gz*"))


def shows(command: Command, connection: psycopg.Connection, machine: Path, env: dict[str, str]) -> None:
    """Another machine has the bytes of every article, and reads them again."""
    found = [int(row[0]) for row in connection.execute("SELECT id FROM news.article ORDER BY id")]
    assert len(found) == len(FEW)
    other = {**env, "TINTINH_HOME": str(machine)}
    for number in found[:3]:
        file = machine / f"{number}.warc.gz"
        machine.mkdir(exist_ok=True)
        done = command("show", number, "--source", "--warc", file, env=other)
        assert done.returncode == 0, done.stderr
        assert file.stat().st_size > 500
    done = command("reextract", "--dry-run", "--format", "json", env=other)
    assert done.returncode == 0, done.stderr
    assert "not in the archive" not in done.stderr


def test_a_folder_is_read_by_another_machine(
    command: Command, connection: psycopg.Connection, home: Path, tmp_path: Path
) -> None:
    store = tmp_path / "chung 50%"
    env = {**ALLOWED, "TINTINH_ARCHIVE_URL": str(store)}
    with serve(site=DemoSite(FEW)) as address:
        done = command("crawl", "--site", address, "--name", "demo", env=env)
        assert done.returncode == 0, done.stderr
        assert files(home / "archive") == [], "what lies there is not kept here as well"
        assert len(files(store)) == 1
        shows(command, connection, tmp_path / "other", env)
        again = command("crawl", "demo", env={**env, "TINTINH_HOME": str(tmp_path / "other")})
        assert again.returncode == 0, again.stderr
    assert len(files(store)) == 2, "every run has a file of its own"
    shows(command, connection, tmp_path / "third", env)


def test_a_store_that_is_away_is_told_and_gets_everything_later(
    command: Command, connection: psycopg.Connection, home: Path, tmp_path: Path
) -> None:
    store = tmp_path / "chung"
    store.write_text("no folder")
    env = {**ALLOWED, "TINTINH_ARCHIVE_URL": store.as_uri()}
    with serve(site=DemoSite(FEW)) as address:
        done = command("crawl", "--site", address, "--name", "demo", env=env)
        assert done.returncode == 0, done.stderr
        assert "the archive at" in done.stderr
        assert "Traceback" not in done.stderr
        assert len(files(home / "archive")) == 1
        store.unlink()
        assert command("crawl", "demo", env=env).returncode == 0
    assert (files(home / "archive"), len(files(store))) == ([], 2)
    shows(command, connection, tmp_path / "other", env)


def test_what_a_killed_crawl_left_open_goes_there_with_the_next_run(
    command: Command, home: Path, database_uri: str, tmp_path: Path
) -> None:
    store = tmp_path / "chung"
    changes = {**ALLOWED, "TINTINH_ARCHIVE_URL": str(store)}
    env = environment(home, DATABASE_URL=database_uri, **changes)
    portal = Portal(DemoSite(FEW), free=12)
    with serve(site=portal) as address, serve(site=DemoSite(FEW[:2])) as other:
        with started("crawl", "--site", address, "--name", "demo", env=env, cwd=tmp_path) as process:
            until(portal.reached.is_set)
            until(lambda: files(home / "archive"))
            process.kill()
        portal.gate.set()
        until(lambda: not _writes(home))
        assert command("crawl", "--site", other, "--name", "khac", env=changes).returncode == 0
    assert files(home / "archive") == []
    assert {path.parent.name for path in store.rglob("*.warc.gz")} == {"demo", "khac"}


def _writes(home: Path) -> bool:
    """Whether a crawl still holds a file of the archive."""
    held = subprocess.run(
        ["sh", "-c", "ls -l /proc/[0-9]*/fd 2>/dev/null"], capture_output=True, text=True, check=False
    )
    return f"{home}/archive" in held.stdout


@pytest.fixture
def bucket() -> Iterator[str]:
    """A bucket of an object store that runs here."""
    program = ROOT / ".venv-bench" / "bin" / "moto_server"
    found = shutil.which("moto_server") or (str(program) if program.exists() else None)
    if found is None:
        pytest.skip("moto_server is not here: `make .venv-bench/stamp` installs it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [found, "-H", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as server:
        try:
            until(lambda: _answers(port))
            request = urllib.request.Request(f"http://127.0.0.1:{port}/tin", method="PUT")
            urllib.request.urlopen(request, timeout=PATIENCE).close()
            yield f"s3://a:b@tin/kho?scheme=http&endpoint_override=127.0.0.1:{port}&region=us-east-1"
        finally:
            server.kill()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def test_an_object_store_is_read_by_another_machine(
    command: Command, connection: psycopg.Connection, home: Path, tmp_path: Path, bucket: str
) -> None:
    env = {**ALLOWED, "TINTINH_ARCHIVE_URL": bucket}
    with serve(site=DemoSite(FEW)) as address:
        done = command("crawl", "--site", address, "--name", "demo", env=env)
        assert done.returncode == 0, done.stderr
        assert "the archive at" not in done.stderr
    assert files(home / "archive") == []
    shows(command, connection, tmp_path / "other", env)
