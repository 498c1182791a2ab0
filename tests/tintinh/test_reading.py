"""The command reads well: words without quotes, any spelling of an address, no word broken, and psql that only reads."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from ingest.store import store
from tests.conftest import Command
from tests.support import article, environment

# A process of its own is of this very checkout.
OURS = {"PYTHONPATH": str(Path(__file__).parents[2])}


def on_a_terminal(*arguments: str, columns: int, env: dict[str, str]) -> str:
    """What a command prints on a terminal of so many columns."""
    ours, theirs = pty.openpty()
    wanted = env | {"COLUMNS": str(columns), "TERM": "dumb"}
    running = subprocess.Popen(
        [sys.executable, "-m", "tintinh", *arguments], stdout=theirs, stderr=subprocess.DEVNULL, env=wanted
    )
    os.close(theirs)
    found = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the end of a terminal, on Linux
            break
        if not part:
            break
        found += part
    os.close(ours)
    assert running.wait() == 0
    return re.sub(r"\x1b\[\d*m", "", found.decode().replace("\r\n", "\n"))


def test_words_need_no_quotes(command: Command, connection: psycopg.Connection) -> None:
    store(connection, [article(1, title="Vụ ma túy"), article(2, title="Ma trận")])
    for words in (("ma", "túy"), ("ma túy",), ("tuy", "ma")):
        assert command("search", *words).stdout.count("\n") == 1


@pytest.mark.parametrize(
    "asked", ["http://demo.vn/tin/1-bai.html", "https://www.demo.vn/tin/1-bai.html?utm_source=zalo", "demo.vn/tin/1-bai.html", "www.demo.vn/tin/1-bai.html#a"]
)  # fmt: skip
def test_an_address_finds_its_article_however_it_is_written(
    command: Command, connection: psycopg.Connection, asked: str
) -> None:
    store(connection, [article(1), article(2)])
    done = command("show", asked)
    assert (done.returncode, "Bài số 1" in done.stdout) == (0, True), done.stderr
    assert command("show", "demo.vn/tin/3").returncode == 1


@pytest.mark.parametrize("columns", [60, 80, 99, 130])
def test_no_word_is_broken_on_a_terminal(
    connection: psycopg.Connection, database_uri: str, home: Path, columns: int
) -> None:
    body = "tài sản trị giá 20 triệu đồng bị công an thu giữ " * 12
    store(
        connection, [article(1, body=body, title="Bắt " + "đối tượng trộm cắp " * 6, portal="congan-binhthuan-gov-vn")]
    )
    wanted = environment(home, DATABASE_URL=database_uri, **OURS)
    for asked in (("show", "1"), ("search", "trộm"), ("runs",)):
        printed = on_a_terminal(*asked, columns=columns, env=wanted)
        lines = printed.splitlines()
        assert max(map(len, lines), default=0) <= columns, asked
        words = set(printed.split())
        assert words & {"tr", "gi", "á", "tr\u1ed9", "congan-binhthuan-gov-", "vn"} == set(), asked
    assert "congan-binhthuan-gov-vn" in on_a_terminal("search", "trộm", columns=columns, env=wanted).split()


def test_psql_reads_in_vietnams_time_and_writes_only_as_owner(command: Command, connection: psycopg.Connection) -> None:
    asked = ("db", "psql", "--", "-XAtc")
    shown = command(*asked, "SHOW timezone", apart=True, env=OURS)
    assert shown.stderr == ""
    assert shown.stdout == "Asia/Ho_Chi_Minh\n"
    writing = "INSERT INTO news.portal (name, origin, home, hosts) VALUES ('a', 'added', 'http://a.vn', '{}')"
    assert command(*asked, writing, apart=True, env=OURS).returncode == 1
    assert connection.execute("SELECT count(*) FROM news.portal").fetchone() == (0,)
    assert command("db", "psql", "--owner", *asked[2:], writing, apart=True, env=OURS).returncode == 0
    assert connection.execute("SELECT count(*) FROM news.portal").fetchone() == (1,)
