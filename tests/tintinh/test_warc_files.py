"""WARC files that others made give the rows that a crawl of the same portal gives."""

from __future__ import annotations

import gzip
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.conftest import Command, NewDatabase
from tests.support import Portal
from tests.tintinh.test_source import Crawled
from tintinh.demo.server import serve

# What a crawl and a file of its pages must agree on.
ROWS = """
    SELECT portal, platform, url, title, published_at, published_raw, published_precision, byline, authors, unit, credit, lead,
           body, body_html, section, images, attachments, content_hash, extracted_by, rules
    FROM news.article ORDER BY url"""
MOMENT = "2026-03-0{}T08:00:00Z"


@pytest.fixture(scope="module")
def crawled(database_of: NewDatabase, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    portal = Portal()
    with serve(site=portal) as address:
        made = Crawled(database_of(template), address, tmp_path_factory.mktemp("crawled"), portal)
        made.crawl()
        yield made


def answer(url: str) -> tuple[int, list[tuple[str, str]], bytes]:
    """What a server sends, in the very bytes of its encoding."""
    parts = urlsplit(url)
    asked = http.client.HTTPConnection(parts.netloc)
    asked.request("GET", url.partition(parts.netloc)[2], headers={"Accept-Encoding": "gzip"})
    got = asked.getresponse()
    status, headers, body = got.status, got.getheaders(), got.read()
    asked.close()
    return status, headers, body


def record(
    url: str, http: str, headers: list[tuple[str, str]], body: bytes, *, day: int, kind: str = "response"
) -> bytes:
    """A record as wget writes it."""
    block = "\r\n".join([http, *(f"{name}: {value}" for name, value in headers), "", ""]).encode() + body
    head = [
        "WARC/1.0", f"WARC-Type: {kind}", f"WARC-Target-URI: <{url}>", f"WARC-Date: {MOMENT.format(day)}",
        f"Content-Type: application/http;msgtype={kind}", f"Content-Length: {len(block)}", "", "",
    ]  # fmt: skip
    return "\r\n".join(head).encode() + block + b"\r\n\r\n"


def warc(file: Path, urls: list[str], *, day: int = 1, chunked: bool = False) -> Path:
    """A file as wget writes it: a request beside each response, bodies in the very bytes that came."""
    info = b"software: a test\r\n"
    parts = [b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (len(info), info)]
    for url in urls:
        status, headers, body = answer(url)
        if chunked:
            headers = [one for one in headers if one[0] != "Content-Length"] + [("Transfer-Encoding", "chunked")]
            body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:90], body[90:]) if part)
            body += b"0\r\n\r\n"
        parts.append(record(url, "GET / HTTP/1.1", [], b"", day=day, kind="request"))
        parts.append(record(url, f"HTTP/1.1 {status} OK", headers, body, day=day))
    file.write_bytes(b"".join(map(gzip.compress, parts)))
    return file


def addresses(crawled: Crawled) -> list[str]:
    return [url for (url,) in crawled.rows("SELECT DISTINCT url FROM news.fetch WHERE status IS NOT NULL ORDER BY url")]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_gives_the_rows_of_a_crawl_with_its_own_dates(
    crawled: Crawled, command: Command, connection: psycopg.Connection, tmp_path: Path, chunked: bool
) -> None:
    file = warc(tmp_path / "a.warc.gz", addresses(crawled), chunked=chunked)
    done = command("ingest", "--name", "demo", file)
    assert done.returncode == 0, done.stderr
    assert connection.execute(ROWS.encode()).fetchall() == crawled.rows(ROWS)
    moments = connection.execute("SELECT DISTINCT first_seen_at, changed_at, last_seen_at FROM news.article").fetchall()
    assert [[moment.isoformat()[:10] for moment in row] for row in moments] == [["2026-03-01"] * 3]
    assert connection.execute("SELECT name, origin FROM news.portal").fetchall() == [("demo", "added")]
    again = command("ingest", file)  # now the host tells whose it is
    assert (again.returncode, "new 0, changed 0" in again.stderr) == (0, True)
    assert connection.execute(ROWS.encode()).fetchall() == crawled.rows(ROWS)


def test_the_archive_of_a_crawl_gives_its_rows(
    crawled: Crawled, command: Command, connection: psycopg.Connection
) -> None:
    done = command("ingest", "--name", "demo", *crawled.root.rglob("*.warc.gz"))
    assert done.returncode == 0, done.stderr
    assert connection.execute(ROWS.encode()).fetchall() == crawled.rows(ROWS)


def test_an_older_file_puts_its_states_before_those_that_are_there(
    crawled: Crawled, command: Command, connection: psycopg.Connection, tmp_path: Path
) -> None:
    urls = addresses(crawled)
    assert command("ingest", "--name", "demo", warc(tmp_path / "new.warc.gz", urls, day=9)).returncode == 0
    ((url, title),) = crawled.rows("SELECT url, title FROM news.article ORDER BY id LIMIT 1")
    earlier = f"{title[:-4].strip()} xưa"
    page = gzip.decompress(answer(url)[2]).replace(title.encode(), earlier.encode())
    plain = tmp_path / "old.warc"
    kind = [("Content-Type", "text/html; charset=utf-8")]
    plain.write_bytes(record(url, "HTTP/1.1 200 OK", kind, page, day=2))
    done = command("ingest", plain)
    assert done.returncode == 0, done.stderr
    states = connection.execute(
        "SELECT r.valid_from, r.title FROM news.article_revision r JOIN news.article a ON a.id = article_id WHERE a.url = %s", [url]
    ).fetchall()  # fmt: skip
    assert [(moment.isoformat()[:10], text) for moment, text in states] == [("2026-03-02", earlier)]
    ((present, first),) = connection.execute(
        "SELECT title, first_seen_at FROM news.article WHERE url = %s", [url]
    ).fetchall()
    assert (present, first.isoformat()[:10]) == (title, "2026-03-02")


@pytest.mark.parametrize("harm", ["cut", "rubbish"])
def test_of_a_damaged_file_what_was_read_is_stored(
    crawled: Crawled, command: Command, connection: psycopg.Connection, tmp_path: Path, harm: str
) -> None:
    whole = warc(tmp_path / "a.warc.gz", addresses(crawled))
    data = whole.read_bytes()
    half = len(data) * 2 // 3
    whole.write_bytes(data[:half] if harm == "cut" else data[:half] + bytes(5000))
    done = command("ingest", "--name", "demo", whole)
    ((number,),) = connection.execute("SELECT count(*) FROM news.article").fetchall()
    assert done.returncode == 1
    (told,) = [line for line in done.stderr.splitlines() if line.startswith(f"{whole}: ")]
    assert "the file is" in told
    assert 0 < number < len(crawled.rows(ROWS))


def test_what_is_no_page_is_left_out_and_counted(
    command: Command, connection: psycopg.Connection, tmp_path: Path
) -> None:
    file = tmp_path / "odd.warc"
    answers = [
        ("http://a.example.vn/robots.txt", "HTTP/1.1 200 OK", "text/plain", b"User-agent: *"),
        ("http://a.example.vn/x.jpg", "HTTP/1.1 200 OK", "image/jpeg", b"\xff\xd8"),
        ("http://a.example.vn/gone", "HTTP/1.1 404 Not Found", "text/html", b"<p>404</p>"),
        ("http://a.example.vn/none", "no HTTP at all", "text/html", b""),
        ("http://a.example.vn/bomb", "HTTP/1.1 200 OK", "text/html", gzip.compress(bytes(17 * 1024 * 1024))),
        ("dns:a.example.vn", "HTTP/1.1 200 OK", "text/html", b"<p>x</p>"),
    ]
    packed = [("Content-Encoding", "gzip")]
    file.write_bytes(
        b"".join(
            record(url, http, [("Content-Type", kind), *(packed if body[:2] == b"\x1f\x8b" else [])], body, day=1)
            for url, http, kind, body in answers
        )
    )
    done = command("ingest", file)
    assert done.returncode == 0, done.stderr
    for told in (
        "2 no pages of text",
        "1 with another status than 200",
        "1 without an address or a date",
        "2 cut off or too long",
    ):
        assert told in done.stderr
    assert connection.execute("SELECT count(*) FROM news.portal").fetchall() == [(0,)]
    assert json.loads(command("runs").stdout.splitlines()[0])["status"] == "ok"
