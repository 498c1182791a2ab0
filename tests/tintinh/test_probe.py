"""`tintinh probe` as people use it: over HTTP, without a database."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from crawler.look.spider import ANSWER_SECONDS
from tests.support import PATIENCE, Portal, called, connections, environment, held_port
from tests.tls import tls_server
from tintinh.demo.page import Page
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite
from tintinh.demo.truth import expected


class Odd:
    """A site that answers everything, or one address, in its own way."""

    def __init__(self, answer: Page, only: str | None = None) -> None:
        self.answer, self.only, self.site = answer, only, DemoSite()

    def page(self, target: str) -> Page:
        if target == "/robots.txt" and self.only != target:
            return self.site.page("/khong-co")
        return self.answer if self.only in {None, target} else self.site.page(target)


def answer(body: bytes, kind: str = "text/html", status: HTTPStatus = HTTPStatus.OK) -> Page:
    return replace(DemoSite([]).page("/robots.txt"), body=body, content_type=kind, status=status)


@pytest.fixture(scope="module")
def portal() -> Iterator[tuple[str, Portal]]:
    site = Portal()
    with serve(site=site) as address:
        yield address, site


def probe(tmp_path: Path, *arguments: object, **env: str) -> subprocess.CompletedProcess[str]:
    allowed = {"TINTINH_ALLOW_PRIVATE": "1", "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    return called("probe", *arguments, env=environment(tmp_path / "home", **(allowed | env)), cwd=tmp_path)


def test_json_into_a_pipe(tmp_path: Path, portal: tuple[str, Portal]) -> None:
    address, site = portal
    before = site.asked
    done = probe(tmp_path, address)
    assert (done.returncode, done.stderr) == (0, "")
    assert site.asked - before <= 12
    told: dict[str, Any] = json.loads(done.stdout)
    assert (told["home"], told["platform"]["name"]) == (f"{address}/", "joomla")
    titles = {one.title for one in expected()}
    assert len(told["articles"]) == 3
    assert {article["fields"]["title"]["value"] for article in told["articles"]} <= titles
    assert list(tmp_path.rglob("postgres")) == []


def test_a_table_for_people(tmp_path: Path, portal: tuple[str, Portal]) -> None:
    done = probe(tmp_path, portal[0], "--format", "table")
    assert (done.returncode, done.stderr) == (0, "")
    for part in (
        "joomla 1.00",
        "Sections (7)",
        " articles (date ",
        "no next page",
        "joomla: .item-page h2",
        "confirmed",
        "To check",
        "•",
    ):
        assert part in done.stdout


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("tintinh: ")
    return line


@pytest.mark.parametrize("url", ["a b", "ftp://a.vn/", "http://", "", "http://[::/"])
def test_what_is_no_address(tmp_path: Path, url: str) -> None:
    done = probe(tmp_path, "--", url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not an http(s) address" in done.stderr


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (answer(b"<p>no", status=HTTPStatus.NOT_FOUND), "/ answers 404"),
        (answer(b"%PDF-1.4", "application/pdf"), "/ is not a page of text (application/pdf, 8 bytes)"),
        (answer(bytes(range(256)) * 9), "/ is not a page of text (text/html, 2304 bytes)"),
        (answer(b""), "/ is not a page of text (text/html, 0 bytes)"),
    ],
    ids=["404", "pdf", "rubbish", "empty"],
)
def test_a_home_page_that_is_none(tmp_path: Path, given: Page, line: str) -> None:
    with serve(site=Odd(given)) as address:
        assert one_line(probe(tmp_path, address)) == f"tintinh: {address}{line}"


def test_a_page_that_is_no_news_site(tmp_path: Path) -> None:
    with serve(site=Odd(answer(b"<html><body><h1>Hello</h1><p>Nothing here."))) as address:
        done = probe(tmp_path, address)
    assert (done.returncode, done.stderr) == (1, f"tintinh: {address}/: no article could be read\n")
    assert "no article could be read: is this a news site?" in json.loads(done.stdout)["check"]


def test_robots_that_forbid_everything(tmp_path: Path) -> None:
    closed = Odd(answer(b"User-agent: *\nDisallow: /", "text/plain"), "/robots.txt")
    with serve(site=closed) as address:
        host = address.removeprefix("http://")
        assert one_line(probe(tmp_path, address)) == f"tintinh: robots.txt of {host} forbids {address}/"


def test_robots_that_forbid_a_section(tmp_path: Path) -> None:
    closed = Odd(answer(b"User-agent: *\nDisallow: /thong-bao-truy-na", "text/plain"), "/robots.txt")
    with serve(site=closed) as address:
        told = json.loads(probe(tmp_path, address).stdout)
    assert told["robots"]["forbids"][0] == f"{address}/thong-bao-truy-na.html"
    assert f"robots.txt forbids {address}/thong-bao-truy-na.html" in told["check"]


def test_a_closed_port(tmp_path: Path) -> None:
    with held_port() as port:
        assert f"127.0.0.1:{port} does not answer: " in one_line(probe(tmp_path, f"http://127.0.0.1:{port}/"))


@pytest.mark.slow
def test_a_portal_that_never_answers(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        line = one_line(probe(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}/"))
        assert connections(silent) * ANSWER_SECONDS < 60, "well under a minute, on a slow machine too"
    assert "does not answer: " in line


def test_a_private_address_is_refused(tmp_path: Path, portal: tuple[str, Portal]) -> None:
    before = portal[1].asked
    assert "is a private address" in one_line(probe(tmp_path, portal[0], TINTINH_ALLOW_PRIVATE=""))
    assert portal[1].asked == before


def test_certificates(tmp_path: Path) -> None:
    """A chain that cannot be verified is one line; one that can, is told when it ends soon."""
    with tls_server(tmp_path, DemoSite(), days=5) as (address, authority):
        line = one_line(probe(tmp_path, address))
        assert line.endswith("TLS is broken, its certificate chain cannot be verified")
        told = json.loads(probe(tmp_path, address, SSL_CERT_FILE=str(authority)).stdout)
    assert any(line.startswith("the certificate ends on ") for line in told["check"])


def test_files_of_the_folder_it_is_called_in_are_not_run(tmp_path: Path) -> None:
    """`python -m` would look for modules there first: a folder with a `queue.py` must break nothing."""
    for name in ("queue", "scrapy", "crawler", "psycopg"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported from the working folder')\n")
    script = Path(sys.executable).with_name("tintinh")
    with serve() as address:
        done = subprocess.run(
            [script, "probe", address], cwd=tmp_path, env=environment(tmp_path, TINTINH_ALLOW_PRIVATE="1"),
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["platform"]["name"] == "joomla"
