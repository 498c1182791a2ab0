"""From a stored article to the very bytes its portal sent."""

from __future__ import annotations

import base64
import json
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import psycopg
import pytest

from crawler.archive import files, records
from tests.conftest import NewDatabase
from tests.support import PATIENCE, Portal, called, ended, environment, until, until_alone
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite
from tintinh.demo.truth import expected


class Crawled(NamedTuple):
    """A database that holds part of the demo portal, its address, a home with an archive."""

    uri: str
    address: str
    home: Path
    portal: Portal

    def __call__(self, *arguments: object, **env: str) -> subprocess.CompletedProcess[str]:
        wanted = environment(self.home, DATABASE_URL=self.uri, TINTINH_ALLOW_PRIVATE="1", **env)
        return called(*arguments, env=wanted, cwd=self.home)

    def crawl(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        done = self("crawl", "--site", self.address, "--name", "demo", *arguments, **env)
        assert done.returncode == 0, done.stderr
        return done

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.uri) as connection:
            return connection.execute(statement.encode()).fetchall()

    @property
    def root(self) -> Path:
        return self.home / "archive"

    def records(self, where: str = "true") -> list[records.Record]:
        found = self.rows(
            f"SELECT archive_file, archive_offset, archive_length FROM news.fetch WHERE {where} ORDER BY fetched_at, id"
        )
        return [records.read(files.member(self.root, *row)) for row in found]


@pytest.fixture(scope="module")
def crawled(database_of: NewDatabase, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    portal = Portal()
    with serve(site=portal) as address:
        made = Crawled(database_of(template), address, tmp_path_factory.mktemp("crawled"), portal)
        made.crawl("--max-articles", "12")
        made.crawl("--full", "--max-articles", "12")
        yield made


def own_page(crawled: Crawled, article: int) -> bytes:
    ((url,),) = crawled.rows(f"SELECT url FROM news.article WHERE id = {article}")
    return DemoSite().page(url.removeprefix(crawled.address.rstrip("/"))).body


def test_every_response_is_in_the_archive(crawled: Crawled) -> None:
    ((missing,),) = crawled.rows("SELECT count(*) FROM news.fetch WHERE status IS NOT NULL AND archive_file IS NULL")
    assert missing == 0
    whole = crawled.rows("SELECT url, digest FROM news.fetch WHERE archive_type = 'response' ORDER BY fetched_at, id")
    records = crawled.records("archive_type = 'response'")
    told = [(r.headers["WARC-Target-URI"], r.headers["WARC-Payload-Digest"]) for r in records if r.payload]
    assert told == [(url, "sha256:" + base64.b32encode(bytes.fromhex(sha)).decode()) for url, sha in whole if sha]
    files = list(crawled.root.rglob("*.warc.gz"))  # one a day: two at midnight
    assert len(files) in {1, 2}
    checked = subprocess.run(
        [Path(sys.executable).with_name("warcio"), "check", *files], capture_output=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, b"")


def test_every_response_names_the_address_that_answered(crawled: Crawled) -> None:
    assert crawled.rows("SELECT DISTINCT address FROM news.fetch WHERE status IS NOT NULL") == [("127.0.0.1",)]


def test_an_article_leads_to_the_page_it_was_read_from(crawled: Crawled) -> None:
    assert crawled.rows(
        "SELECT count(*), count(page.id) FROM news.article_current AS article LEFT JOIN news.article_address AS address "
        "ON address.article_id = article.id LEFT JOIN news.fetch AS page "
        "ON page.url = address.url AND page.fetched_at = article.changed_at"
    ) == [(12, 12)]


def test_the_second_crawl_left_revisits(crawled: Crawled) -> None:
    revisits = crawled.records("archive_type = 'revisit'")
    assert len(revisits) >= 12
    assert {record.headers["WARC-Profile"].rpartition("/")[2] for record in revisits} <= {
        "identical-payload-digest",
        "server-not-modified",
    }
    for record in revisits:
        url, date = record.headers["WARC-Refers-To-Target-URI"], record.headers["WARC-Refers-To-Date"]
        (found,) = crawled.records(f"url = '{url}' AND fetched_at = '{date}'")
        assert found.type == "response"


def test_source_says_where(crawled: Crawled) -> None:
    done = crawled("show", "3", "--source")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["archive_type"] for row in rows] == ["revisit", "response"]
    path = crawled.root / rows[1]["archive_file"]
    start = rows[1]["archive_offset"]
    record = records.read(path.read_bytes()[start : start + rows[1]["archive_length"]])
    assert record.http_headers["content-encoding"] == "gzip"
    assert record.payload == own_page(crawled, 3)
    assert "archive_file" in crawled("show", "3", "--source", "--format", "table").stdout


def test_raw_prints_the_very_bytes(crawled: Crawled) -> None:
    env = environment(crawled.home, DATABASE_URL=crawled.uri)
    done = subprocess.run(
        [sys.executable, "-m", "tintinh", "show", "3", "--source", "--raw"], capture_output=True, env=env, check=True
    )
    assert done.stdout == own_page(crawled, 3)


def test_a_day_before_the_archive(crawled: Crawled) -> None:
    done = crawled("show", "3", "--source", "--at", "1/1/2020")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no page in the archive of 2020-01-01 23:59 or earlier" in done.stderr


def test_a_warc_of_one_page(crawled: Crawled, tmp_path: Path) -> None:
    out = tmp_path / "one.warc.gz"
    assert crawled("show", "3", "--warc", out).returncode == 0
    program = Path(sys.executable).with_name("warcio")
    assert subprocess.run([program, "check", out], check=False).returncode == 0
    told = subprocess.run([program, "index", "-f", "warc-type", out], capture_output=True, text=True, check=True)
    types = [json.loads(line)["warc-type"] for line in told.stdout.splitlines()]
    assert types == ["warcinfo", "response", "request", "revisit", "request"]
    response = zlib.decompressobj(31)
    response.decompress(out.read_bytes())
    assert records.read(response.unused_data).payload == own_page(crawled, 3)


@pytest.mark.parametrize("arguments", [("--raw",), ("--at", "never"), ("--source", "--at", "never")])
def test_wrong_usage(crawled: Crawled, arguments: tuple[str, ...]) -> None:
    assert crawled("show", "3", *arguments).returncode == 2


def test_bytes_that_were_lost_are_told_in_one_line(crawled: Crawled, tmp_path: Path) -> None:
    moved = crawled._replace(home=tmp_path)
    done = moved("show", "3", "--source", "--raw")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "cannot be read: No such file" in done.stderr


@pytest.fixture
def fresh(crawled: Crawled, database_uri: str, tmp_path: Path) -> Crawled:
    return crawled._replace(uri=database_uri, home=tmp_path)


def test_the_archive_can_be_turned_off(fresh: Crawled) -> None:
    fresh.crawl("--max-articles", "2", TINTINH_ARCHIVE="0")
    assert not fresh.root.exists()
    assert fresh.rows("SELECT DISTINCT archive_file, archive_type FROM news.fetch") == [(None, None)]
    # turned on again, it gets whole pages, although the portal could say that nothing changed
    fresh.crawl("--full", "--max-articles", "2")
    assert fresh.rows(
        "SELECT DISTINCT status, archive_type FROM news.fetch WHERE archive_type IS NOT NULL AND status < 400"
    ) == [(200, "response")]


def test_an_archive_that_cannot_be_written_loses_nothing_else(fresh: Crawled) -> None:
    fresh.root.write_text("a file is in the way")
    done = fresh("crawl", "--site", fresh.address, "--name", "demo", "--max-articles", "5")
    assert done.returncode == 1
    assert "the page archive cannot be written: Not a directory" in done.stderr
    ((fetches,),) = fresh.rows("SELECT count(*) FROM news.fetch WHERE archive_file IS NULL")
    assert fetches > 0


def test_after_kill_9_what_is_stored_is_archived(database_uri: str, tmp_path: Path) -> None:
    portal = Portal(free=45)  # robots, home and lists come first; some articles are out, most are not
    with serve(site=portal) as address:
        one = Crawled(database_uri, address, tmp_path, portal)
        env = environment(tmp_path, DATABASE_URL=database_uri, TINTINH_ALLOW_PRIVATE="1")
        command = [sys.executable, "-m", "tintinh", "crawl", "--site", address, "--name", "demo"]
        command += ["-s", f"DOWNLOAD_TIMEOUT={PATIENCE}"]
        with subprocess.Popen(command, env=env, cwd=tmp_path, start_new_session=True, stderr=subprocess.DEVNULL) as run:
            assert portal.reached.wait(PATIENCE)
            children = psutil.Process(run.pid).children(recursive=True)
            run.kill()  # first: it must not go on without its child
            for process in children:
                process.send_signal(signal.SIGKILL)
        until(lambda: all(map(ended, children)))
        with psycopg.connect(database_uri, autocommit=True) as connection:
            until_alone(connection)
        portal.gate.set()
        assert list(one.root.rglob("*.open"))
        one.crawl()
    ((articles, archived),) = one.rows(
        "SELECT count(*), count(page.id) FROM news.article_current AS article JOIN news.article_address AS address "
        "ON address.article_id = article.id JOIN news.fetch AS page ON page.url = address.url "
        "AND page.fetched_at = article.changed_at AND page.archive_file IS NOT NULL"
    )
    assert articles == archived == len(expected())
    assert all(record.type for record in one.records())
    assert not list(one.root.rglob("*.open"))
