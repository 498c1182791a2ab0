"""robots.txt in a real crawl over HTTP: asked for once, obeyed, and whatever else it is, no obstacle."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest

from crawler.net.robots import QUICK, REDIRECTS
from tests.support import environment, tintinh
from tintinh.demo.articles import load
from tintinh.demo.page import Page
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite

RETRIES = QUICK["max_retry_times"]
CLOSED = "thong-bao-truy-na"
FEW = [article for article in load() if article.section in {CLOSED, "phong-chong-ma-tuy"}]
TEXT = "text/plain; charset=utf-8"
FORBIDS = f"User-agent: *\nDisallow: /{CLOSED}"


class Answers(DemoSite):
    """A small portal that counts what it is asked for; HERE in its robots.txt is its address."""

    def __init__(self, robots: Page) -> None:
        super().__init__(FEW)
        self.robots, self.asked, self.address = robots, Counter[str](), ""

    def page(self, target: str) -> Page:
        self.asked[target] += 1
        if target == "/robots.txt":
            return replace(self.robots, body=self.robots.body.replace(b"HERE", self.address.encode()))
        if target == "/moved.txt":
            return Page(FORBIDS.encode(), TEXT)
        return super().page(target)


def crawl(site: Answers, folder: Path, *arguments: str) -> tuple[set[str], subprocess.CompletedProcess[str]]:
    """What plain Scrapy finds: the paths of the articles."""
    with serve(site=site) as site.address:
        done = tintinh(
            "crawl", "site", "-a", f"start={site.address}/", "-a", "name=demo", "-O", folder / "out.jsonl", *arguments,
            env=environment(folder / "home", SCRAPY_SETTINGS_MODULE="crawler.net.settings", TINTINH_ALLOW_PRIVATE="1"),
            cwd=folder, module="scrapy",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    lines = (folder / "out.jsonl").read_text().splitlines()
    return {json.loads(line)["url"].removeprefix(site.address) for line in lines}, done


@pytest.mark.parametrize(
    ("robots", "requests"),
    [
        (Page(b"<h1>Loi</h1>", status=HTTPStatus.NOT_FOUND), 1),
        (Page(b"<html><body>Trang chu</body></html>"), 1),
        (Page(bytes(range(256)) * 400, "application/octet-stream"), 1),
        (Page(b"# hello\n" * 2_300_000, TEXT), 1),
        (Page(b"", TEXT, HTTPStatus.FOUND, "/"), 1),
        (Page(b"", TEXT, HTTPStatus.FOUND, "/robots.txt"), 1 + REDIRECTS),
    ],
    ids=["404", "html", "binary", "too long", "home", "circle"],
)
def test_what_holds_no_rules_is_no_obstacle(robots: Page, requests: int, tmp_path: Path) -> None:
    site = Answers(robots)
    found, done = crawl(site, tmp_path)
    assert found == {article.path for article in FEW}, done.stderr
    assert site.asked["/robots.txt"] == requests


def test_errors_of_the_server_are_a_no(tmp_path: Path) -> None:
    site = Answers(Page(b"<h1>Loi</h1>", status=HTTPStatus.INTERNAL_SERVER_ERROR))
    found, done = crawl(site, tmp_path)
    assert found == set()
    assert set(site.asked) == {"/robots.txt"}
    assert site.asked["/robots.txt"] == 1 + RETRIES
    assert "answers 500: until it gives rules again, that is a no" in done.stderr


@pytest.mark.parametrize(
    "robots", [Page(FORBIDS.encode(), TEXT), Page(b"", TEXT, HTTPStatus.FOUND, "/moved.txt")], ids=["200", "redirected"]
)
def test_what_it_forbids_is_not_asked_for(robots: Page, tmp_path: Path) -> None:
    site = Answers(robots)
    found, _ = crawl(site, tmp_path)
    assert found == {article.path for article in FEW if article.section != CLOSED}
    assert [path for path in site.asked if path.startswith(f"/{CLOSED}")] == []
    assert site.asked["/robots.txt"] == 1


@pytest.mark.parametrize("obey", [True, False])
def test_its_sitemaps_are_read_with_or_without_its_rules(obey: bool, tmp_path: Path) -> None:
    site = Answers(Page(f"{FORBIDS}\nSitemap: HERE/sitemap.xml".encode(), TEXT))
    found, _ = crawl(site, tmp_path, "-s", f"ROBOTSTXT_OBEY={obey}")
    assert found == {article.path for article in FEW if article.section != CLOSED or not obey}
    assert (site.asked["/robots.txt"], site.asked["/sitemap.xml"]) == (1, 1)
