"""Portals that answer what no portal should: the crawl ends, keeps what there is, and says what was lost."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest

from crawler.platforms.page import DEEPEST, LONGEST_PAGE
from tests.conftest import Command
from tests.support import PATIENCE, environment
from tests.tintinh.crawled import ALLOWED, TOTAL, rows, stored
from tintinh.demo.page import Page
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite

GOOD = 6


def article(number: int, head: str = "", body: str = "") -> str:
    text = f"Tổ tuần tra {number} đi qua ba thôn trong đêm mưa, gõ kẻng báo yên rồi quay về trước lúc trời sáng."
    return (
        f"<html><head><title>Chuyện tuần tra đêm số {number}</title>{head}</head><body><h1>Chuyện tuần tra đêm số {number}</h1>"
        f"<span>05/11/2025 08:00</span><div><p>{text}</p><p>{text}</p></div>{body}</body></html>"
    )


def listing(numbers: range, menu: str = "") -> str:
    entries = "".join(
        f"<h3><a href='/tin/chuyen-tuan-tra-dem-so-{n}.html'>Chuyện tuần tra đêm số {n}</a></h3>" for n in numbers
    )
    return f"<html><head><title>Tin</title></head><body><ul class='menu'>{menu}</ul>{entries}</body></html>"


class Hostile:
    """A portal of a few good articles, whose last ones, or one section, are what `pages` says."""

    def __init__(self, menu: str = "", **pages: Page | Callable[[], Page]) -> None:
        self.menu, self.pages = menu, pages

    def page(self, target: str) -> Page:
        name = target.rpartition("/")[2].removesuffix(".html").rpartition("-")[2]
        if target == "/robots.txt":
            return Page(b"User-agent: *\nDisallow:\n", "text/plain")
        if (given := self.pages.get(f"_{name}")) is not None:
            return given if isinstance(given, Page) else given()
        if target.startswith("/tin/"):
            return Page(article(int(name)).encode())
        if target == "/":
            return Page(listing(range(GOOD + sum(key[1:].isdigit() for key in self.pages)), self.menu).encode())
        return Page(b"", status=HTTPStatus.NOT_FOUND)


def linked_data(value: object) -> Page:
    return Page(article(GOOD, head=f'<script type="application/ld+json">{json.dumps(value)}</script>').encode())


# Odd, but pages all the same: nothing is lost.
READ = {
    "a type that is an object": linked_data({"@type": {}}),
    "lists in lists": linked_data([[]]),
    "deep lists": Page(
        article(GOOD, head='<script type="application/ld+json">' + "[" * 100_000 + "</script>").encode()
    ),
    "shouted type": Page(article(GOOD).encode(), "TEXT/HTML; CHARSET=UTF-8"),
    "UTF-16 that is said to be UTF-8": Page(article(GOOD).encode("utf-16")),
    "a charset with a null byte": Page(article(GOOD).encode(), "text/html; charset=a\0b"),
    "a name of bars": Page(article(GOOD).replace("<title>", "<title>" + "|" * 60_000).encode()),
}
# No pages that anybody could read: lost, and told.
LOST = {
    "nested": (Page(article(GOOD, body="<div>" * (DEEPEST + 1)).encode()), "nested more than 400 deep"),
    "long": (Page(article(GOOD, body="x" * LONGEST_PAGE).encode()), "characters, more than"),
    "tags": (Page(article(GOOD, body="<p>" * 200_000).encode()), "tags, more than"),
    "a bomb": (Page(article(GOOD, body="x" * 17_000_000).encode()), "exceeded DOWNLOAD_MAXSIZE"),
    "a circle": (
        Page(b"", status=HTTPStatus.FOUND, location=f"/tin/chuyen-tuan-tra-dem-so-{GOOD}.html"),
        "max redirections",
    ),
}


@pytest.mark.parametrize("kind", READ)
def test_odd_pages_are_read(kind: str, command: Command, database_uri: str) -> None:
    with serve(site=Hostile(**{f"_{GOOD}": READ[kind]})) as address:
        done = command("crawl", "--site", address, "--name", "demo", env=ALLOWED)
    assert done.returncode == 0, done.stderr
    assert len(stored(database_uri)) == GOOD + 1


@pytest.mark.parametrize("kind", LOST)
def test_pages_that_cannot_be_read_are_told(kind: str, command: Command, database_uri: str) -> None:
    page, reason = LOST[kind]
    with serve(site=Hostile(**{f"_{GOOD}": page})) as address:
        done = command("crawl", "--site", address, "--name", "demo", env=ALLOWED)
    assert done.returncode == 1
    ((status, error, figures),) = rows(database_uri, "SELECT status, error, accounts FROM news.run")
    assert (status, sum(figures["listed_as"].values())) == ("partial", GOOD + 1)
    assert "forbidden_by_robots" not in figures
    assert reason in error
    assert len(stored(database_uri)) == GOOD, "the others are stored"


def test_a_section_that_cannot_be_read_is_told(command: Command, database_uri: str) -> None:
    """Its list may have named articles that nothing else does."""
    site = Hostile(
        "<li><a href='/muc/an-ninh'>An ninh</a></li><li><a href='/muc/giao-thong'>Giao thông</a></li>",
        _ninh=Page(listing(range(GOOD)).replace("</body>", "x" * LONGEST_PAGE).encode()),
        _thong=Page(listing(range(GOOD)).encode(), "text/html; charset=a\0b"),
    )
    with serve(site=site) as address:
        command("crawl", "--site", address, "--name", "demo", env=ALLOWED)
    ((status, error),) = rows(database_uri, "SELECT status, error FROM news.run")
    assert status == "partial"
    assert "/muc/an-ninh: could not be read: the page has" in error


def test_a_section_of_many_cards_under_empty_links_is_read(command: Command, database_uri: str) -> None:
    card = "<div class='card'><p>Chuyện tuần tra đêm thứ {0} ở bản xa</p><a href='/tin/chuyen-tuan-tra-dem-so-{0}.html'></a></div>"
    cards = "".join(map(card.format, range(3_000)))
    site = Hostile(
        "".join(f"<li><a href='/muc/{name}'>{name}</a></li>" for name in ("an-ninh", "phong-trao", "phap-luat")),
        _ninh=Page(f"<html><head><title>Tin</title></head><body><h1>An ninh</h1>{cards}</body></html>".encode()),
    )
    with serve(site=site) as address:
        command("crawl", "--site", address, "--name", "demo", "--max-requests", 12, env=ALLOWED)
    ((error, figures),) = rows(database_uri, "SELECT error, accounts FROM news.run")
    assert "could not be read" not in error
    assert sum(figures["listed_as"].values()) == 3_000


def test_the_bound_of_requests_is_named(command: Command, database_uri: str) -> None:
    with serve(site=Hostile()) as address:
        done = command("crawl", "--site", address, "--name", "demo", "--max-requests", 4, env=ALLOWED)
    assert done.returncode == 1
    ((status, complete, error, figures),) = rows(database_uri, "SELECT status, complete, error, accounts FROM news.run")
    assert (status, complete, error) == ("partial", False, "bounds reached: max_requests (4 requests)")
    assert sum(figures["listed_as"].values()) == GOOD
    assert len(stored(database_uri)) == 2, "robots.txt and the home page count, too"


def test_a_page_that_keeps_the_reader_busy_ends_in_a_real_crawl(tmp_path: Path) -> None:
    """The signal that interrupts reading goes well with the loop and the signals of Scrapy."""
    program = (
        "import sys\nfrom crawler.net import reading\nfrom crawler.spider import routing\nfrom scrapy.cmdline import execute\n"
        "before = routing.decide\n"
        "def decide(answer, *rest):\n"
        f"    while answer.url.endswith('-{GOOD}.html'):\n        pass\n"
        "    yield from before(answer, *rest)\n"
        "routing.decide, reading.SECONDS = decide, 2.0\nexecute(['scrapy', *sys.argv[1:]])\n"
    )
    with serve(site=Hostile(**{f"_{GOOD}": Page(article(GOOD).encode())})) as address:
        done = subprocess.run(
            [sys.executable, "-c", program, "crawl", "site", "-a", f"start={address}/", "-a", "name=demo", "-O", "out.jsonl"],
            env=environment(tmp_path / "home", SCRAPY_SETTINGS_MODULE="crawler.net.settings", TINTINH_ALLOW_PRIVATE="1"),
            cwd=tmp_path, timeout=PATIENCE, capture_output=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert f"-{GOOD}.html: could not be read: reading took more than 2 s of processor time" in done.stderr.decode()
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == GOOD


class Shaky(DemoSite):
    """The demo portal, of whose requests one in ten fails and one in twenty is cut off, but none three times in a row."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.failed, self._lock = Counter[str](), 0, threading.Lock()

    def page(self, target: str) -> Page:
        with self._lock:
            self.asked[target] += 1
            chance = hashlib.sha256(f"{self.asked[target]} {target}".encode()).digest()[0] / 256
            is_shaky = self.asked[target] <= 2 and chance < 0.15
            self.failed += is_shaky
        if is_shaky and chance < 0.05:
            raise ConnectionResetError
        return Page(b"", status=HTTPStatus.INTERNAL_SERVER_ERROR) if is_shaky else super().page(target)


def test_a_shaky_portal_gives_the_rows_of_a_quiet_one(command: Command, database_uri: str) -> None:
    shaky, addresses = Shaky(), {}
    for name, site in {"quiet": DemoSite(), "shaky": shaky}.items():
        with serve(site=site) as addresses[name]:
            done = command("crawl", "--site", addresses[name], "--name", name, env=ALLOWED)
        assert done.returncode == 0, done.stderr
    assert shaky.failed > 10
    quiet, other = (published(database_uri, name, address) for name, address in addresses.items())
    assert len(quiet) == TOTAL
    assert other == quiet


def published(uri: str, portal: str, address: str) -> list[str]:
    """What the articles of a portal say, wherever they were served."""
    fields = ("url", "title", "published_at", "authors", "unit", "section", "body", "images", "attachments")
    told = [[row[name] for name in fields] for row in stored(uri) if row["portal"] == portal]
    return sorted(json.dumps(one, default=str, ensure_ascii=False).replace(address, "") for one in told)
