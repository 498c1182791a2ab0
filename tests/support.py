"""Articles, portals and commands for tests."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psutil
import psycopg
import pytest

from crawler.article import Article, encode
from crawler.look.survey import Visit
from tintinh.cli.main import main
from tintinh.demo.page import Page
from tintinh.demo.site import DemoSite

# Longer than anything takes; only a hang meets it.
PATIENCE = 120
START = datetime(2026, 11, 5, 8, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def article(number: int = 1, minute: float = 0, **fields: Any) -> Article:
    """A plain article; `number` tells which, `minute` when it was fetched."""
    made = Article(
        portal="demo", province="binh-thuan", platform="joomla", url=f"http://demo.vn/tin/{number}-bai.html",
        fetched_url=f"http://demo.vn/tin/{number}-bai.html", fetched_at=at(minute), title=f"Bài số {number}",
        identity=f"demo.vn/article/{number}", published_at=START - timedelta(days=number), published_raw="hôm nay",
        published_precision="minute", byline="Hữu Liêm – PV28", authors=("Hữu Liêm",), unit="PV28",
        body="Đoạn một.\n\nĐoạn hai.", body_html="<p>Đoạn một.</p><p>Đoạn hai.</p>", section="Tin an ninh",
        extracted_by={"title": "h2"},
    )  # fmt: skip
    return replace(made, **fields)


def line(**fields: Any) -> bytes:
    """The line of an article with single members set to anything at all."""
    return json.dumps(json.loads(encode(article())) | fields).encode()


class Portal:
    """The demo portal, to be changed while it is served; answers wait for `gate` once `free` of them are out."""

    def __init__(self, site: DemoSite | None = None, *, free: int = 10**9) -> None:
        self.site, self.free, self.asked = site or DemoSite(), free, 0
        self.gate, self.reached = threading.Event(), threading.Event()
        self._counting = threading.Lock()

    def page(self, target: str) -> Page:
        with self._counting:
            self.asked += 1
            waits = self.asked > self.free
        if waits:
            self.reached.set()
            self.gate.wait(PATIENCE)
        return self.site.page(target)


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.05)


def ended(process: psutil.Process) -> bool:
    """Whether a process is no more; it may vanish between two questions."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def until_alone(connection: psycopg.Connection, *others: int) -> None:
    """Wait for all other sessions of the database to end, but for these: locks outlive their clients by a moment."""
    left = (
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' "
        "AND pid <> pg_backend_pid() AND pid <> ALL (%s)"
    )
    until(lambda: not connection.execute(left, [list(others)]).fetchall())


@contextmanager
def held_port() -> Iterator[int]:
    """A port that refuses connections and goes to nobody else meanwhile; a server that is told it may listen on it."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def connections(silent: socket.socket) -> int:
    """How often a server that never answers was asked; those who asked must have ended."""
    silent.setblocking(False)
    count = 0
    with suppress(BlockingIOError):
        while True:
            silent.accept()[0].close()
            count += 1
    assert count
    return count


def environment(home: Path, **changes: str | None) -> dict[str, str]:
    """What a command sees: nothing of the developer's own settings, no database but the embedded one."""
    ours = ("TINTINH_", "PG", "SCRAPY_", "DATABASE_URL", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    fixed = {"TINTINH_HOME": str(home), "COLUMNS": "240", "TERM": "dumb", "PYTHONUTF8": "1"}
    return {name: value for name, value in (kept | fixed | changes).items() if value is not None}


def called(
    *arguments: object, env: Mapping[str, str], cwd: Path, stdin: str | bytes = b""
) -> subprocess.CompletedProcess[str]:
    """Run `tintinh …` to its end in this process, with an environment, a folder and streams of its own."""
    given = io.TextIOWrapper(io.BytesIO(stdin.encode() if isinstance(stdin, str) else stdin), encoding="utf-8")
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    line = ["tintinh", *map(str, arguments)]
    with (
        patch.dict(os.environ, env, clear=True), patch("sys.argv", line), patch("sys.stdin", given), chdir(cwd),
        redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended,
    ):  # fmt: skip
        main()
    told, said = (stream.buffer.getvalue().decode() for stream in (out, err))
    return subprocess.CompletedProcess(line, int(ended.value.code or 0), told, said)


def tintinh(
    *arguments: object, env: Mapping[str, str], cwd: Path, stdin: str | bytes = b"", module: str = "tintinh"
) -> subprocess.CompletedProcess[str]:
    """Run `python -m tintinh …` to its end, for what only a process shows."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True, timeout=PATIENCE, cwd=cwd, env=env, check=False,
    )  # fmt: skip
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@contextmanager
def started(*arguments: object, env: dict[str, str], cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """A command that runs while the test goes on; it and its crawl are ended with the test."""
    with subprocess.Popen(
        [sys.executable, "-m", "tintinh", *map(str, arguments)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, cwd=cwd,
    ) as process:  # fmt: skip
        children: list[psutil.Process] = []
        try:
            yield process
        finally:
            if process.poll() is None:
                children = psutil.Process(process.pid).children(recursive=True)
                process.kill()
            for child in children:
                child.kill()


def visit_of(asked: str, **fields: Any) -> Visit:
    """What came of asking for an address: an HTML page, unless `fields` say otherwise."""
    given = {"role": "home", "asked": asked, "url": asked, "status": 200, "content_type": "text/html", "at": START}
    return Visit(**(given | fields))


def unit_faults(name: str, folder: Path) -> list[str]:
    """What systemd has to say against one of our units in a folder; skips the test where it is not here."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=yes", name], capture_output=True, text=True, timeout=PATIENCE, check=False,
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{folder}:"},
    )  # fmt: skip
    return [line for line in checked.stderr.splitlines() if "tintinh" in line]
