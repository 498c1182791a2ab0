"""What a portal did to its articles between two crawls, all told apart: the demo portal, with everything real."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support import Portal, called, environment
from tintinh.demo.articles import DemoArticle, load
from tintinh.demo.page import Page
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite

ARTICLES = load()
TOTAL = len(ARTICLES)
SECTIONS = list(dict.fromkeys(one.section for one in ARTICLES))
GONE = Page(b"<h1>404</h1>", status=HTTPStatus.NOT_FOUND)
NOTICE = "<html><head><title>Thông báo</title></head><body><p>Bài viết này đã bị gỡ bỏ.</p></body></html>"


@dataclass
class Changed(DemoSite):
    """The demo portal with some answers replaced."""

    given: tuple[DemoArticle, ...] = ARTICLES
    answers: dict[str, Page] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.given)

    def page(self, target: str) -> Page:
        return self.answers.get(target) or super().page(target)


@dataclass
class World:
    portal: Portal
    address: str
    uri: str
    home: Path

    def __call__(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        env = environment(self.home, DATABASE_URL=self.uri, TINTINH_ALLOW_PRIVATE="1")
        return called(*arguments, env=env, cwd=self.home)

    def crawl(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return self(
            "crawl", "--site", self.address, "--name", "demo", "-s", "TINTINH_CONFIRM_HOURS=0", "-s", "RETRY_TIMES=0",
            *arguments,
        )  # fmt: skip

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.uri) as connection:
            return connection.execute(statement.encode()).fetchall()

    def figures(self) -> tuple[Any, ...]:
        return self.rows("SELECT status, new, changed, gone, rejected FROM news.run ORDER BY id DESC LIMIT 1")[0]

    def gone(self) -> set[str]:
        return {url.removeprefix(self.address) for (url,) in self.rows("SELECT url FROM news.article WHERE gone_at IS NOT NULL")}  # fmt: skip


@pytest.fixture
def world(database_uri: str, tmp_path: Path) -> Iterator[World]:
    """The demo portal, crawled once and still served."""
    portal = Portal()
    with serve(site=portal) as address:
        made = World(portal, address, database_uri, tmp_path)
        done = made.crawl()
        assert done.returncode == 0, done.stderr
        yield made


def test_all_told_apart(world: World) -> None:
    first = [next(one for one in ARTICLES if one.section == name) for name in SECTIONS]
    rest = [one for one in ARTICLES if one not in first]
    edited, rest = rest[:20], rest[20:]
    removed, soft, home, other, rest = rest[:5], rest[5:7], rest[7], rest[8], rest[9:]
    quiet, unlisted = rest[0], rest[1]
    away = {one.path: replace(one, id=90_000 + one.id) for one in first[:3]}
    listed = tuple(
        away.get(one.path, replace(one, content=(*one.content, "Đoạn thêm vào sau.")) if one in edited else one)
        for one in ARTICLES
    )
    plain = DemoSite()
    answers = {one.path: GONE for one in removed[:3]}
    answers |= {one.path: replace(GONE, status=HTTPStatus.GONE) for one in removed[3:]}
    answers |= {soft[0].path: Page(NOTICE.encode()), soft[1].path: plain.page(f"/{SECTIONS[0]}.html")}
    answers |= {home.path: Page(b"", status=HTTPStatus.FOUND, location="/")}
    answers |= {other.path: Page(b"", status=HTTPStatus.MOVED_PERMANENTLY, location=quiet.path)}
    answers |= {first[0].path: Page(b"", status=HTTPStatus.MOVED_PERMANENTLY, location=away[first[0].path].path)}
    without = tuple(one for one in listed if one is not unlisted)
    answers |= {unlisted.path: plain.page(unlisted.path)}
    world.portal.site = Changed(without, answers)
    ids = dict(world.rows("SELECT replace(url, '" + world.address + "', ''), id FROM news.article"))

    done = world.crawl()
    assert done.returncode == 0, done.stderr
    assert world.figures() == ("ok", 0, 20, 0, 0)
    assert world.gone() == set(), "seen once"
    found = dict(world.rows("SELECT url, id FROM news.article"))
    assert len(found) == TOTAL
    for before, after in away.items():
        assert found[world.address + after.path] == ids[before], "the same article at its new address"
        shown = world("show", world.address + before)
        assert f'"id": {ids[before]},' in shown.stdout, "found under the old one, too"

    done = world.crawl()
    assert "gone 9," in done.stderr, done.stderr
    assert world.figures() == ("ok", 0, 0, 9, 0)
    down = {one.path for one in (*removed, *soft, home, other)}
    assert world.gone() == down
    how = "SELECT how, count(*) FROM news.absence WHERE confirmed_at IS NOT NULL GROUP BY how ORDER BY how"
    assert world.rows(how) == [("redirect_article", 1), ("redirect_home", 1), ("removed", 5), ("soft_404", 2)]
    kept = world.rows("SELECT count(*) FROM news.article WHERE gone_at IS NOT NULL AND length(body) > 100")
    assert kept == [(9,)], "the last good text stays"
    assert world("search", "", "--gone", "--limit", 100).stdout.count("\n") == 9
    assert world("search", "", "--not-gone", "--limit", 100).stdout.count("\n") == TOTAL - 9
    told = world("show", world.address + home.path, "--format", "table").stdout
    assert "redirect home" in told
    assert world("runs", "--format", "csv").stdout.count(",9,") >= 1

    del answers[home.path], answers[soft[0].path]
    assert world.crawl().returncode == 0
    assert world.gone() == down - {home.path, soft[0].path}
    assert world.rows("SELECT count(*) FROM news.absence WHERE confirmed_at IS NOT NULL AND returned_at IS NOT NULL") == [(2,)]  # fmt: skip


def every(change: Callable[[DemoArticle], Page]) -> Changed:
    return Changed(ARTICLES, {one.path: change(one) for one in ARTICLES})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda one: GONE, f"{TOTAL} of {TOTAL} known articles are missing at once"),
        (lambda one: Page(NOTICE.encode()), f"{TOTAL} of {TOTAL} known articles are missing at once"),
        (lambda one: Page(b"", status=HTTPStatus.FOUND, location="/"), "missing at once"),
        (lambda one: Page(b"", status=HTTPStatus.FORBIDDEN), "refuses access (403)"),
        (lambda one: Page(b"", status=HTTPStatus.SERVICE_UNAVAILABLE), "answers 503"),
        (lambda one: Page("<title>Xác minh</title><p>Nhập captcha để tiếp tục".encode()), "asks who is there"),
    ],
    ids=["404", "soft", "home", "403", "503", "captcha"],
)
def test_a_portal_that_is_not_itself_takes_nothing_down(
    world: World, change: Callable[[DemoArticle], Page], says: str
) -> None:
    world.portal.site = every(change)
    done = world.crawl()
    assert done.returncode == 1
    assert says in done.stderr
    assert world.figures()[0] == ("partial" if "refuses" not in says and "asks" not in says else "blocked")
    assert world.rows("SELECT * FROM news.absence") == []
    world.portal.site = DemoSite()
    assert world.crawl().returncode == 0
    assert world.figures() == ("ok", 0, 0, 0, 0)
