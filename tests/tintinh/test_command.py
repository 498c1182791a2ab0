"""The command as people use it: exit codes, what is printed where; as a process where only that shows it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
import typer

from tests.conftest import Command, NewDatabase
from tests.support import called, environment, held_port, tintinh
from tests.tintinh.crawled import ALLOWED, NOWHERE, TOTAL, Crawled, objects, one_line, rows, stored
from tintinh.cli.main import app
from tintinh.demo import tour
from tintinh.demo.articles import load
from tintinh.demo.site import DemoSite
from tintinh.demo.truth import expected
from tintinh.embedded import postgres

# Crawling


def test_a_crawl_stores_every_article_as_the_portal_printed_it(crawled: Crawled) -> None:
    found = stored(crawled.uri)
    assert len(found) == TOTAL
    assert tour.differences(found, crawled.address) == []
    assert {(row["portal"], row["province"], row["platform"], row["revision"]) for row in found} == {
        ("demo", "binh-thuan", "joomla", 1)
    }
    assert rows(
        crawled.uri, "SELECT portal, kind, status, listed, fetched, new, changed, rejected, error FROM news.run"
    ) == [("demo", "crawl", "ok", TOTAL, TOTAL, TOTAL, 0, 0, None)]
    ((finished, requests, received),) = rows(crawled.uri, "SELECT finished_at, requests, bytes FROM news.run")
    assert finished is not None
    assert (requests,) == rows(crawled.uri, "SELECT count(*) FROM news.fetch")[0]
    assert (received,) == rows(crawled.uri, "SELECT sum(bytes) FROM news.fetch")[0]
    assert rows(crawled.uri, "SELECT * FROM news.reject") == []
    assert list((crawled.home / "spool").rglob("*.*")) == []


def test_a_second_crawl_writes_no_article_row(copy: Crawled) -> None:
    state = "SELECT id, ctid::text, xmin::text, content_hash FROM news.article_current ORDER BY id"
    before = rows(copy.uri, state)
    done = copy("crawl", "--site", copy.address, "--name", "demo")
    assert (done.returncode, done.stdout) == (0, "")
    assert one_line(done.stderr).startswith("demo: ok, ")
    assert f"new 0, changed 0, unchanged {TOTAL}, rejected 0" in done.stderr
    assert rows(copy.uri, state) == before
    assert rows(copy.uri, "SELECT * FROM news.article_revision") == []
    ((fetched,),) = rows(copy.uri, "SELECT count(*) FROM news.fetch WHERE status = 304")
    assert fetched >= TOTAL
    done = copy("crawl", "--site", copy.address, "--name", "demo", "--full", "--format", "json")
    assert done.returncode == 0
    assert [(run["status"], run["new"], run["changed"]) for run in json.loads(done.stdout)] == [("ok", 0, 0)]
    assert rows(copy.uri, state) == before


def test_an_edit_on_the_portal_becomes_a_revision(copy: Crawled) -> None:
    first, *others = load()
    edited = replace(first, content=(*first.content, "Đoạn thêm vào sau."))
    fresh = replace(others[0], id=99_999, title="Tin vừa đăng")
    copy.portal.site = DemoSite([edited, fresh, *others])
    done = copy("crawl", "--site", copy.address, "--name", "demo")
    assert "new 1, changed 1," in one_line(done.stderr)
    url = copy.address + first.path
    assert rows(copy.uri, "SELECT url, revision FROM news.article WHERE revision > 1") == [(url, 2)]
    told = copy("show", url, "--revisions", "--format", "table")
    assert told.returncode == 0
    assert "revision 1" in told.stdout
    assert "revision 2" in told.stdout
    assert "Đoạn thêm vào sau." in told.stdout
    states = objects(copy("show", url, "--revisions").stdout)
    assert [state["revision"] for state in states] == [1, 2]
    assert states[0]["valid_to"] == states[1]["valid_from"]
    assert states[1]["valid_to"] is None
    assert "Đoạn thêm vào sau." in states[1]["body"].split("\n\n")
    assert "Đoạn thêm vào sau." not in states[0]["body"]
    assert copy("search", "tin vừa đăng", "--format", "jsonl").stdout.count("\n") >= 1


def test_limits(command: Command, crawled: Crawled, database_uri: str) -> None:
    done = command("crawl", "--site", crawled.address, "--max-articles", 5, env=ALLOWED)
    assert done.returncode == 0
    assert len(stored(database_uri)) == 5
    done = command("crawl", "--site", crawled.address, "--since", "2023-01-01", env=ALLOWED)
    assert done.returncode == 0
    wanted = {truth.path for truth in expected() if truth.published.year >= 2023}
    assert {urlsplit(row["url"]).path for row in stored(database_uri)} >= wanted


def test_plain_scrapy_and_ingest(command: Command, crawled: Crawled, database_uri: str, tmp_path: Path) -> None:
    done = tintinh(
        "crawl", "site", "-a", f"start={crawled.address}/", "-a", "name=demo", "-O", "x.jsonl",
        env=environment(tmp_path / "home", SCRAPY_SETTINGS_MODULE="crawler.net.settings", **ALLOWED),
        cwd=tmp_path, module="scrapy",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    exported = (tmp_path / "x.jsonl").read_bytes()
    assert len(exported.splitlines()) == TOTAL
    done = command("ingest", "x.jsonl")
    assert (done.returncode, one_line(done.stderr)) == (0, f"new {TOTAL}, changed 0, unchanged 0, rejected 0")
    assert tour.differences(stored(database_uri), crawled.address) == []
    done = command("ingest", "-", stdin=exported, apart=True)
    assert (done.returncode, one_line(done.stderr)) == (0, f"new 0, changed 0, unchanged {TOTAL}, rejected 0")
    done = command("ingest", "-", "missing.jsonl", stdin=b"{bad\n" + exported)
    assert done.returncode == 1
    assert "missing.jsonl: No such file" in done.stderr
    assert f"new 0, changed 0, unchanged {TOTAL}, rejected 1" in done.stderr
    runs = rows(database_uri, "SELECT kind, status, new, unchanged, rejected FROM news.run ORDER BY id")
    assert runs == [("ingest", "ok", TOTAL, 0, 0), ("ingest", "ok", 0, TOTAL, 0), ("ingest", "partial", 0, TOTAL, 1)]


# Usage and the database


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("crawl",),
        ("crawl", "binhthuan", "--all"),
        ("crawl", "binhthuan", "--platform", "joomla"),
        ("crawl", "--site", "ftp://x/"),
        ("crawl", "--site", "htp:/congan.vn"),
        ("crawl", "--site", "http://127.0.0.1:1/", "--platform", "none"),
        ("crawl", "binhthuan", "-s", "NOVALUE"),
        ("crawl", "binhthuan", "--max-pages", "0"),
        ("crawl", "binhthuan", "--since", "gestern"),
        ("fetch",),
        ("fetch", "no-address"),
        ("search",),
        ("search", "x", "--sort", "size"),
        ("search", "x", "--limit", "0"),
        ("search", "x", "--since", "32/13/2020"),
        ("search", "x", "--format", "xml"),
        ("search", "x", "--province", "lam-dogn"),
        ("search", "x", "--unit", "PV2"),
        ("show", "1", "--at", "2020"),
        ("export", "--province", "Hà Tây"),
        ("export", "--province", ""),
        ("portals", "--province", "nowhere"),
        ("crawl", "--site", "http://127.0.0.1:1/", "--province", "lam-dogn"),
        ("export", "-o", "x.xls"),
        ("runs", "--limit", "many"),
    ],
    ids=" ".join,
)
def test_wrong_usage(command: Command, arguments: tuple[str, ...]) -> None:
    done = command(*arguments, env={"DATABASE_URL": NOWHERE})
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "x"), ("show", "1"), ("export",), ("runs",), ("portals",), ("ingest", "-"), ("db", "status"),
        ("db", "upgrade"), ("crawl", "--site", "http://127.0.0.1:1/"), ("fetch", "http://127.0.0.1:1/1"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_database_that_cannot_be_reached(command: Command, arguments: tuple[str, ...]) -> None:
    done = command(*arguments, env={"DATABASE_URL": NOWHERE} | ALLOWED)
    assert (done.returncode, done.stdout) == (3, "")
    assert one_line(done.stderr).startswith("tintinh: the database cannot be reached: ")


@pytest.mark.parametrize("uri", ["nonsense", "mysql://root@localhost/x", "postgresql://[::/"])
def test_a_database_url_that_is_none(command: Command, uri: str) -> None:
    done = command("runs", env={"DATABASE_URL": uri})
    assert (done.returncode, done.stdout) == (3, "")
    assert one_line(done.stderr).startswith("tintinh: ")


def test_a_home_that_cannot_be_written(command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = command("runs", env={"DATABASE_URL": None, "TINTINH_HOME": str(tmp_path / "file")})
    assert (done.returncode, done.stdout) == (3, "")
    assert "cannot be written" in one_line(done.stderr)


def test_a_newer_database_is_refused(command: Command, connection: psycopg.Connection) -> None:
    connection.execute("INSERT INTO news.migration (version, name) VALUES (99, 'later')")
    for arguments in (("runs",), ("db", "upgrade"), ("ingest", "-")):
        done = command(*arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert "schema 99" in one_line(done.stderr)
    assert "99 of " in command("db", "status").stdout


def test_the_first_command_makes_the_schema(command: Command, database_of: NewDatabase) -> None:
    uri = database_of()
    assert "schema   0 of " in command("db", "status", env={"DATABASE_URL": uri}).stdout
    assert command("runs", env={"DATABASE_URL": uri}).returncode == 0
    done = command("db", "upgrade", env={"DATABASE_URL": uri})
    assert (done.returncode, done.stderr.partition(":")[2].strip()) == (0, "nothing to do")


def test_the_embedded_database_needs_no_setting(command: Command, home: Path) -> None:
    done = command(
        "db", "psql", "--", "-XAtc", "SELECT version FROM news.migration", env={"DATABASE_URL": None}, apart=True
    )
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "1"), done.stderr
    assert (home / "postgres").is_dir()
    assert command("db", "psql", "--", "-c", "SELECT 1/0", env={"DATABASE_URL": None}, apart=True).returncode == 1


# Whoever is to hold the server for others comes late.
LATE = """
import sys, time
if "tintinh.embedded.holder" in sys.orig_argv:
    time.sleep(2)
"""


def test_the_address_of_the_embedded_database_works_once_it_is_printed(
    command: Command, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(LATE)
    done = command("db", "dsn", env={"DATABASE_URL": None, "PYTHONPATH": str(tmp_path)}, apart=True)
    try:
        assert done.returncode == 0, done.stderr
        assert rows(done.stdout.strip(), "SELECT 1") == [(1,)]
    finally:
        for process in psutil.process_iter(["cmdline"]):
            if (process.info["cmdline"] or [])[-2:] == ["tintinh.embedded.holder", str(home)]:
                process.kill()
                process.wait()
        postgres.stop(home / "postgres")


def test_a_dotenv_file_is_read_and_the_environment_wins(command: Command, tmp_path: Path, database_uri: str) -> None:
    (tmp_path / ".env").write_text(f"DATABASE_URL={NOWHERE}\n")
    assert command("runs").returncode == 0
    assert command("runs", env={"DATABASE_URL": None}).returncode == 3


# Single articles


def test_fetch_of_an_article(command: Command, crawled: Crawled, database_uri: str) -> None:
    truth = expected()[3]
    done = command("fetch", crawled.address + truth.path, env=ALLOWED)
    assert done.returncode == 0, done.stderr
    (row,) = objects(done.stdout)
    assert (row["title"], row["body"], row["authors"]) == (truth.title, truth.body, list(truth.authors))
    assert rows(database_uri, "SELECT kind, status, new FROM news.run") == [("fetch", "ok", 1)]
    again = command("fetch", crawled.address + truth.path, "--format", "table", env=ALLOWED)
    assert again.returncode == 0
    assert len(stored(database_uri)) == 1


@pytest.mark.parametrize(
    ("path", "reason"), [("/khong-co.html", "404"), ("/phong-chong-ma-tuy.html", "not an article page (list)")]
)
def test_fetch_of_what_is_no_article(
    command: Command, crawled: Crawled, database_uri: str, path: str, reason: str
) -> None:
    good = crawled.address + expected()[0].path
    done = command("fetch", crawled.address + path, good, env=ALLOWED)
    assert done.returncode == 1
    assert [row["url"] for row in objects(done.stdout)] == [good]
    assert f"{crawled.address}{path}: not stored, " in done.stderr
    assert reason in done.stderr
    assert [row["url"] for row in stored(database_uri)] == [good]


def commands(within: object, *path: str) -> Iterator[tuple[str, ...]]:
    """The words of every command and group."""
    yield path
    for name, inner in getattr(within, "commands", {}).items():
        yield from commands(inner, *path, name)


@pytest.mark.parametrize("words", tuple(commands(typer.main.get_command(app))), ids=" ".join)
def test_help(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = called(*words, "--help", env=environment(tmp_path, DATABASE_URL=NOWHERE), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Usage: {' '.join(('tintinh', *words))} " in done.stdout


@pytest.mark.parametrize(("arguments", "code"), [(("--version",), 0), (("runs", "--limit", "x"), 2), (("runs",), 3)])
def test_the_installed_script_ends_with_the_code_of_the_command(
    tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    script = Path(sys.executable).with_name("tintinh")
    env = environment(tmp_path, DATABASE_URL=NOWHERE)
    done = subprocess.run([script, *arguments], env=env, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == code
    assert bool(done.stdout) is (code == 0)


@pytest.mark.slow
def test_demo(command: Command, home: Path) -> None:
    with held_port() as port:  # a second tour must meet the same addresses
        for figures in (f"{TOTAL} new, 0 changed", f"0 new, 0 changed, {TOTAL} unchanged"):
            done = command("demo", "--port", port)
            assert done.returncode == 0, done.stdout + done.stderr
            assert f"Every field of all {TOTAL} articles" in done.stdout
            assert figures in done.stdout
    done = command("demo", "--port", "0")  # a third, somewhere else, where the portal of the others is gone
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{TOTAL} new, 0 changed" in done.stdout
