"""What a host asks for holds: its pace, its refusals, its robots.txt, in this crawl and in the next."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import Command
from tests.support import PATIENCE, environment, started, until
from tests.tintinh.crawled import ALLOWED
from tintinh.demo.articles import load
from tintinh.demo.page import Page
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite

SECTION = "phong-chong-ma-tuy"
FEW = [article for article in load() if article.section == SECTION]
PATHS = [article.path for article in FEW]
TEXT = "text/plain; charset=utf-8"
# What a portal answers to the n-th request for a path; None: what it always does.
Mood = Callable[[str, int], Page | None]


class Moody(DemoSite):
    """A small portal that writes down when it is asked for what, and how many ask at once."""

    def __init__(self, mood: Mood = lambda path, number: None, seconds: float = 0.0) -> None:
        super().__init__(FEW)
        self.mood, self.seconds = mood, seconds
        self.asked: list[tuple[float, str]] = []

    def page(self, target: str) -> Page:
        self.asked.append((time.monotonic(), target))
        time.sleep(self.seconds)
        return self.mood(target, self.times(target)) or super().page(target)

    def times(self, path: str) -> int:
        return sum(asked == path for _, asked in self.asked)

    def gaps(self) -> list[float]:
        moments = [moment for moment, _ in self.asked]
        return [after - before for before, after in pairwise(moments)]


def refusal(status: HTTPStatus = HTTPStatus.TOO_MANY_REQUESTS, after: str = "") -> Page:
    return Page(b"busy", status=status, retry_after=after)


def row(uri: str, statement: str) -> tuple[Any, ...]:
    with psycopg.connect(uri) as connection:
        found = connection.execute(statement.encode()).fetchone()
    assert found is not None
    return tuple(found)


RUN = "SELECT status, error FROM news.run WHERE kind = 'crawl' ORDER BY id DESC LIMIT 1"


@pytest.fixture
def quick() -> Iterator[list[str]]:
    return ["-s", "TINTINH_BACKOFF_SECONDS=0.3", "-s", "TINTINH_WAIT_SECONDS=3"]


def test_what_a_host_asks_to_wait_is_waited(command: Command, database_uri: str) -> None:
    site = Moody(lambda path, number: refusal(after="2") if path == PATHS[0] and number == 1 else None)
    with serve(site=site) as address:
        done = command("crawl", "--site", address, "--name", "demo", env=ALLOWED)
    assert done.returncode == 0, done.stderr
    assert f"new {len(FEW)}" in done.stderr
    first, again = (moment for moment, path in site.asked if path == PATHS[0])
    assert again - first >= 1.9
    meanwhile = [path for moment, path in site.asked if first < moment < first + 1.9]
    assert len(meanwhile) < len(FEW), "what was under way may still come in, and nothing else"
    assert [path for moment, path in site.asked if first + 1 < moment < first + 1.9] == []
    assert site.times(PATHS[0]) == 2
    failures, refused, blocked = row(
        database_uri, "SELECT failures, refused_at > now() - interval '1 minute', blocked_until < now() FROM news.host"
    )
    assert (failures, refused, blocked) == (1, True, True)


def test_a_host_that_goes_on_refusing_is_left_alone_in_the_next_crawl_too(
    command: Command, database_uri: str, quick: list[str]
) -> None:
    site = Moody(lambda path, number: refusal(HTTPStatus.SERVICE_UNAVAILABLE, "90") if path in PATHS[2:] else None)
    with serve(site=site) as address:
        done = command("crawl", "--site", address, "--name", "demo", *quick, env=ALLOWED)
        assert done.returncode == 1
        status, error = row(database_uri, RUN)
        assert status in {"partial", "failed"}
        assert "127.0.0.1 answers 503 and is left alone until" in error
        asked = len(site.asked)
        again = command("crawl", "--site", address, "--name", "demo", *quick, env=ALLOWED)
        assert again.returncode == 0
        assert "demo: waits: 127.0.0.1 is left alone until" in again.stderr
        assert len(site.asked) == asked


def test_the_refusal_of_a_host_that_the_home_page_leads_to_is_remembered(
    command: Command, database_uri: str, quick: list[str]
) -> None:
    refuses = False
    site = Moody(lambda path, number: refusal(after="3600") if refuses and path != "/robots.txt" else None)

    class Front(DemoSite):
        def page(self, target: str) -> Page:
            return (
                Page(b"", status=HTTPStatus.MOVED_PERMANENTLY, location=f"{address}/")
                if target == "/"
                else super().page(target)
            )

    with serve(site=site) as address, serve(site=Front([])) as front:
        home = front.replace("127.0.0.1", "localhost")
        done = command("crawl", "--site", home, "--name", "demo", *quick, env=ALLOWED)
        assert done.returncode == 0, done.stderr
        refuses = True
        assert command("crawl", "demo", *quick, env=ALLOWED).returncode == 1
        asked = len(site.asked)
        again = command("crawl", "demo", *quick, env=ALLOWED)
        assert "demo: waits: 127.0.0.1 is left alone until" in again.stderr
        assert len(site.asked) == asked


def test_a_robots_txt_that_asks_to_wait_is_waited_for(command: Command, database_uri: str) -> None:
    site = Moody(lambda path, number: refusal(after="3600") if path == "/robots.txt" else None)
    with serve(site=site) as address:
        done = command("crawl", "--site", address, "--name", "demo", env=ALLOWED)
        assert "answers 429: until it gives rules again, that is a no" in done.stderr
        asked = len(site.asked)
        again = command("crawl", "--site", address, "--name", "demo", env=ALLOWED)
        assert "waits: 127.0.0.1 is left alone until" in again.stderr
        assert len(site.asked) == asked


def test_waits_without_a_time_double(command: Command, database_uri: str, quick: list[str]) -> None:
    site = Moody(lambda path, number: refusal() if path == "/" and number <= 3 else None)
    with serve(site=site) as address:
        done = command("crawl", "--site", address, "--name", "demo", *quick, env=ALLOWED)
    assert done.returncode == 0, done.stderr
    moments = [moment for moment, path in site.asked if path == "/"]
    first, second, third = (after - before for before, after in pairwise(moments))
    assert first >= 0.3
    assert second >= 0.6
    assert third >= 1.2


SECTION_PAGE = f"/{SECTION}.html"


def test_one_broken_page_does_not_stop_the_others(command: Command, database_uri: str, quick: list[str]) -> None:
    site = Moody(lambda path, number: refusal(HTTPStatus.SERVICE_UNAVAILABLE) if path == PATHS[0] else None)
    with serve(site=site) as address:
        done = command("crawl", "--site", address, "--name", "demo", *quick, env=ALLOWED)
    assert done.returncode == 1
    status, error = row(database_uri, RUN)
    assert status == "partial"
    assert f"{PATHS[0]} answers 503" in error
    assert row(database_uri, "SELECT count(*) FROM news.article") == (len(FEW) - 1,)


@pytest.mark.parametrize("rule", ["Crawl-delay: 0.7", "Request-rate: 10/7"])
def test_the_pace_of_robots_txt_is_kept(command: Command, database_uri: str, rule: str) -> None:
    robots = Page(f"User-agent: *\nDisallow:\n{rule}\n".encode(), TEXT)
    site = Moody(lambda path, number: robots if path == "/robots.txt" else None)
    with serve(site=site) as address:
        done = command("crawl", "--site", address, "--name", "demo", "--max-articles", "3", env=ALLOWED)
    assert done.returncode == 0, done.stderr
    assert len(site.asked) >= 5
    gaps = site.gaps()[1:]  # they are kept where requests are sent; what is measured here is when they came in
    assert sum(gaps) / len(gaps) >= 0.65, gaps
    assert row(database_uri, "SELECT round(crawl_delay::numeric, 1)::text FROM news.host") == ("0.7",)


@pytest.mark.parametrize(
    ("rules", "status", "error"),
    [
        ("Disallow: /", "failed", "robots.txt forbids {address}"),
        (f"Disallow: /{SECTION}/", "failed", f"robots.txt forbids {len(FEW)} of {len(FEW)} articles"),
        (f"Disallow: {PATHS[0]}", "partial", f"robots.txt forbids 1 of {len(FEW)} articles"),
    ],
    ids=["all", "articles", "one"],
)
def test_what_robots_txt_forbids_is_said_to_be_that(
    command: Command, database_uri: str, rules: str, status: str, error: str
) -> None:
    robots = Page(f"User-agent: *\n{rules}\n".encode(), TEXT)
    with serve(site=Moody(lambda path, number: robots if path == "/robots.txt" else None)) as address:
        done = command("crawl", "--site", address, "--name", "demo", env=ALLOWED)
    assert done.returncode == 1
    told, reason = row(database_uri, RUN)
    assert told == status
    assert reason.startswith(error.format(address=address))


def test_robots_txt_that_fails_is_a_no_for_thirty_days(command: Command, database_uri: str) -> None:
    site = Moody(lambda path, number: refusal(HTTPStatus.SERVICE_UNAVAILABLE) if path == "/robots.txt" else None)
    with serve(site=site) as address:
        assert command("crawl", "--site", address, "--name", "demo", env=ALLOWED).returncode == 1
        assert row(database_uri, RUN) == (
            "failed", f"robots.txt of {address.removeprefix('http://')} answers 503: until it gives rules again, that is a no"
        )  # fmt: skip
        assert {path for _, path in site.asked} == {"/robots.txt"}
        with psycopg.connect(database_uri) as connection:
            connection.execute("UPDATE news.host SET robots_failing_since = now() - interval '31 days'")
        done = command("crawl", "--site", address, "--name", "demo", env=ALLOWED)
        assert done.returncode == 0, done.stderr
    assert row(database_uri, "SELECT count(*) FROM news.article") == (len(FEW),)


CHALLENGE = "<title>Xin chờ</title><p>Đang kiểm tra trình duyệt của bạn</p><script>document.cookie='k=1';location.reload()</script>"


@pytest.mark.parametrize(
    ("mood", "error"),
    [
        (lambda path, number: Page(CHALLENGE.encode()) if path == "/" else None, "asks who is there"),
        (lambda path, number: Page(b"no", status=HTTPStatus.FORBIDDEN) if path not in {"/", "/robots.txt"} else None, "refuses access"),
    ],
    ids=["challenge", "403"],
)  # fmt: skip
def test_a_crawl_that_is_kept_out_ends_as_blocked(command: Command, database_uri: str, mood: Mood, error: str) -> None:
    with serve(site=Moody(mood)) as address:
        done = command("crawl", "--site", address, "--name", "demo", env=ALLOWED)
    assert done.returncode == 1
    status, reason = row(database_uri, RUN)
    assert status == "blocked", reason
    assert error in reason


class Crowd:
    """Counts how many are asked at once, over all portals that it serves."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.lock = threading.Lock()

    def __enter__(self) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.now -= 1


def test_portals_of_one_network_address_are_crawled_one_after_the_other(command: Command, database_uri: str) -> None:
    crowd = Crowd()

    class Crowded(Moody):
        def page(self, target: str) -> Page:
            with crowd:
                return super().page(target)

    with serve(site=Crowded(seconds=0.02)) as one, serve(site=Crowded(seconds=0.02)) as other:
        for name, address in (("one", one), ("other", other)):
            made = command("crawl", "--site", address, "--name", name, "--max-articles", "1", env=ALLOWED)
            assert made.returncode == 0, made.stderr
        crowd.most = 0
        done = command("crawl", "one", "other", "-j", "2", "-s", "DOWNLOAD_DELAY=0.01", env=ALLOWED)
        assert done.returncode == 0, done.stderr
        assert "waits for another run that asks the same server (127.0.0.1)" in done.stderr
    assert crowd.most == 1


def test_a_crawl_that_waits_ends_when_it_is_told_to(home: Path, database_uri: str, tmp_path: Path) -> None:
    site = Moody(lambda path, number: refusal(after="100") if path == SECTION_PAGE else None)
    env = environment(home, DATABASE_URL=database_uri, **ALLOWED)
    with (
        serve(site=site) as address,
        started("crawl", "--site", address, "--name", "demo", env=env, cwd=tmp_path) as process,
    ):
        until(lambda: site.times(SECTION_PAGE))
        time.sleep(0.5)
        begin = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 130
        assert time.monotonic() - begin < 15
    assert row(database_uri, RUN)[0] == "interrupted"
    assert row(database_uri, "SELECT blocked_until > now() + interval '1 minute' FROM news.host") == (True,)


def test_without_a_contact_a_run_says_so_once(command: Command) -> None:
    said = command("crawl", "--site", "http://nowhere.invalid/", env=ALLOWED).stderr
    assert said.count("TINTINH_CONTACT is not set") == 1
    named = command("crawl", "--site", "http://nowhere.invalid/", env=ALLOWED | {"TINTINH_CONTACT": "a@b.vn"}).stderr
    assert "TINTINH_CONTACT" not in named
