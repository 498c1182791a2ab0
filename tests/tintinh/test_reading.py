"""The command reads well: words without quotes, any spelling of an address, no word broken, the hit marked, a pager, psql that only reads."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psycopg
import pytest
from pyarrow import parquet

from ingest.store import store
from tests.conftest import Command
from tests.support import PATIENCE, article, environment
from tests.tintinh.crawled import objects

BODY = (
    "Sáng nay lực lượng chức năng đã thu giữ số tang vật có trị giá hơn hai trăm triệu đồng của nhóm mua bán trái phép chất ma túy.\n\n"
    * 3
)
# Runs `tintinh …`: how many columns and lines the terminal has; gives what is on it at the end.
Terminal = Callable[..., str]


@pytest.fixture
def terminal(home: Path, database_uri: str, tmp_path: Path) -> Terminal:
    def run(*arguments: object, columns: int = 72, lines: int = 500, env: Mapping[str, str] | None = None) -> str:
        own, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        wanted = environment(home, DATABASE_URL=database_uri, COLUMNS=None, TERM="xterm", **dict(env or {}))
        with subprocess.Popen(
            [sys.executable, "-m", "tintinh", *map(str, arguments)], stdin=theirs, stdout=theirs, stderr=theirs, env=wanted, cwd=tmp_path
        ) as process:  # fmt: skip
            os.close(theirs)
            told = b"".join(_read(own))
            assert process.wait(PATIENCE) == 0, told.decode()
        os.close(own)
        return told.decode().replace("\r\n", "\n")

    return run


def _read(descriptor: int) -> Iterator[bytes]:
    while True:
        try:
            data = os.read(descriptor, 65536)
        except OSError:  # the other end is closed
            return
        if not data:
            return
        yield data


@pytest.fixture
def filled(connection: psycopg.Connection) -> None:
    long = "Công an huyện Hàm Thuận Bắc bắt giữ nhóm đối tượng mua bán trái phép chất ma túy tại xã Thuận Hòa"
    store(connection, [article(number, body=BODY, title=f"{long} {number}") for number in range(1, 41)])


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def broken(text: str, original: str) -> list[str]:
    """Words on the screen that the original has not."""
    known = set(original.split())
    return [word for word in plain(text).split() if word.isalpha() and word.lower() == word and word not in known]


@pytest.mark.usefixtures("filled")
def test_a_search_shows_the_piece_that_was_hit_and_how_many_there_are(terminal: Terminal) -> None:
    shown = terminal("search", "ma", "tuy", "--limit", 3)
    assert "40 articles match" in plain(shown)
    assert re.search(r"\x1b\[1;4mma\x1b\[0m \x1b\[1;4mtúy\x1b\[0m", shown), "in their own spelling"
    assert "trị giá hơn hai trăm triệu đồng" in " ".join(plain(shown).split())
    assert max(map(len, plain(shown).splitlines())) <= 72
    assert (
        broken(
            "\n".join(line for line in shown.splitlines() if "·" not in line),
            f"{BODY} bắt giữ nhóm đối tượng mua bán tại xã huyện articles match an túy",
        )
        == []
    )


@pytest.mark.usefixtures("filled")
def test_an_article_is_broken_between_words(terminal: Terminal) -> None:
    shown = plain(terminal("show", 1))
    body = shown[shown.index("Sáng nay") :]
    assert max(map(len, body.splitlines())) <= 72
    assert broken(body, BODY) == []


def test_a_table_that_is_too_wide_is_stacked(terminal: Terminal, command: Command) -> None:
    error = "khongcotenmien.example.vn does not answer: no such name khongcotenmien.example.vn"
    command("crawl", "--site", "http://khongcotenmien.example.vn/", "--name", "congantinhbinhthuan")
    wide, narrow = (plain(terminal("runs", columns=columns)) for columns in (200, 60))
    assert re.search(r"^id +portal +started_at", wide)
    assert re.search(r"^portal +congantinhbinhthuan *$", narrow, re.MULTILINE)
    assert "khongcotenmien.example.vn" in narrow, error


@pytest.mark.usefixtures("filled")
def test_what_is_longer_than_the_screen_goes_through_the_pager(terminal: Terminal, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    pager = {"PAGER": f"tee {seen}"}
    terminal("search", "ma túy", lines=20, env=pager)
    assert "ma" in seen.read_text()
    assert seen.read_text().count("Thuận Hòa") == 20
    seen.unlink()
    terminal("search", "ma túy", "--limit", 1, lines=20, env=pager)
    assert not seen.exists(), "it fits"
    assert "Thuận Hòa" in plain(terminal("--no-pager", "search", "ma túy", lines=20, env=pager))
    assert not seen.exists()
    terminal("search", "ma túy", lines=20, env={"PAGER": "head -c 10"})  # who has read enough


@pytest.mark.usefixtures("filled")
def test_into_a_pipe_nothing_changes(command: Command) -> None:
    assert command("search", "ma túy", "--limit", 2).stdout == command("search", "ma", "túy", "--limit", 2).stdout
    assert command("search", "ma túy", "--limit", 2).stdout.startswith('{"id": ')


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
    assert command(*asked, "SHOW statement_timeout", apart=True, env=OURS).stdout == "1min\n"
    patient = OURS | {"PGOPTIONS": "-c statement_timeout=0"}
    assert command(*asked, "SHOW statement_timeout", apart=True, env=patient).stdout == "0\n"
    writing = "INSERT INTO news.portal (name, origin, home, hosts) VALUES ('a', 'added', 'http://a.vn', '{}')"
    assert command(*asked, writing, apart=True, env=OURS).returncode == 1
    assert connection.execute("SELECT count(*) FROM news.portal").fetchone() == (0,)
    assert command("db", "psql", "--owner", *asked[2:], writing, apart=True, env=OURS).returncode == 0
    assert connection.execute("SELECT count(*) FROM news.portal").fetchone() == (1,)


def test_a_search_in_earlier_states_says_which_one(
    terminal: Terminal, command: Command, connection: psycopg.Connection, tmp_path: Path
) -> None:
    store(
        connection,
        [
            article(1, body="Bắt nhóm mua bán ma túy."),
            article(2, body="Vụ ma túy khác."),
            article(3, body="Vụ ma túy ba."),
        ],
    )
    store(connection, [article(1, 10, body="Bắt nhóm buôn lậu."), article(3, 10, body="Vụ ma túy ba, nói thêm.")])
    shown = plain(terminal("search", "ma", "tuy", "--in-history", columns=160))
    assert [line.split("  ")[1] for line in shown.splitlines() if line[:1].isdigit() and "articles" not in line] == [
        "Bài số 1",
        "Bài số 2",
        "Bài số 3",
    ]
    assert "only in revision 1, until 2026-11-05 15:10" in shown
    assert "also in revision 1, until" in shown
    assert ("Bắt nhóm mua bán ma túy." in shown, "3 articles match" in shown) == (True, True)
    one, two, three = objects(command("search", "ma túy", "--in-history").stdout)
    assert (one["matched_revision"], one["matches_now"], one["snippet"]) == (1, False, "Bắt nhóm mua bán ma túy.")
    assert (two["matched_revision"], two["matches_now"], three["matches_now"]) == (None, True, True)
    stacked = command("search", "mua", "--in-history", "--format", "csv").stdout.splitlines()
    assert stacked[0].endswith("matched_revision,matched_from,matched_to,matches_now,snippet")
    for ending in ("jsonl", "csv", "parquet"):
        done = command("export", "-o", tmp_path / f"all.{ending}", "ma túy", "--in-history")
        assert (done.returncode, "3 articles" in done.stderr) == (0, True), done.stderr
    read = parquet.read_table(tmp_path / "all.parquet").to_pylist()
    assert [(row["matched_revision"], row["matches_now"]) for row in read] == [(1, False), (None, True), (1, True)]
    assert [line["matched_revision"] for line in objects((tmp_path / "all.jsonl").read_text())] == [1, None, 1]
    assert "matched" not in command("export", "ma túy").stdout
    refused = command("export", "--since-change", "0", "--in-history")
    assert (refused.returncode, "takes no filters" in refused.stderr) == (2, True)
    assert command("watch", "add", "x", "ma túy", "--in-history").returncode == 2
