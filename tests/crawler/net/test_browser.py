"""Lists whose pager works by script alone, in a real browser; and what is said where there is none."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from scrapy.utils.test import get_crawler

from crawler.net import browser
from crawler.portals.site import Site
from crawler.spider.dispatcher import PortalSpider
from tests.conftest import Command
from tests.script_site import PAGES, SECTIONS, ScriptSite, everything, served
from tests.support import environment, tintinh

ALLOWED = {"TINTINH_ALLOW_PRIVATE": "1"}
CHROMIUM = next(filter(None, map(shutil.which, browser.NAMES)), None)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on the path and none could be installed (tests/chromium.sh)"
)


class Scripted(PortalSpider):
    name = "scripted"
    browser = True


@pytest.fixture
def site() -> Iterator[tuple[ScriptSite, str]]:
    scripts = ScriptSite()
    with served(scripts) as address:
        yield scripts, f"{address}/"


def crawl(address: str, folder: Path, *arguments: str) -> tuple[set[str], subprocess.CompletedProcess[str]]:
    """The paths of the articles that plain Scrapy finds."""
    done = tintinh(
        "crawl", "site", "-a", f"start={address}", "-a", "name=scripted", "-O", "out.jsonl", *arguments,
        env=environment(folder / "home", SCRAPY_SETTINGS_MODULE="crawler.net.settings", **ALLOWED), cwd=folder, module="scrapy",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = (folder / "out.jsonl").read_text().splitlines()
    return {urlsplit(json.loads(line)["url"]).path for line in lines}, done


@pytest.mark.slow
@needs_chromium
def test_every_article_behind_the_pagers_is_found(site: tuple[ScriptSite, str], tmp_path: Path) -> None:
    scripts, address = site
    without, _ = crawl(address, tmp_path)
    assert without < everything(), "without a browser most are out of reach"
    before = len(scripts.asked)
    found, done = crawl(address, tmp_path, "-s", "TINTINH_BROWSER=1")
    assert found == everything(), done.stderr
    asked = Counter(urlsplit(path).path for path, _ in scripts.asked[before:])
    assert all(asked[path] == 1 for path in everything()), "articles are fetched once"
    assert asked["/tin-truy-na"] == PAGES
    assert asked["/anh.png"] == 0, "no pictures"
    assert len({agent for _, agent in scripts.asked}) == 1, "the browser names itself as the crawl does"
    assert " ERROR: " not in done.stderr


@pytest.mark.slow
@needs_chromium
def test_a_portal_that_takes_its_time_loses_nothing(site: tuple[ScriptSite, str], tmp_path: Path) -> None:
    """A list that is still empty because its answer is under way is no empty list."""
    scripts, address = site
    scripts.slow = 1.5
    found, done = crawl(address, tmp_path, "-s", "TINTINH_BROWSER=1")
    assert found == everything(), done.stderr


@pytest.mark.slow
@needs_chromium
def test_limits_bound_the_pressing(site: tuple[ScriptSite, str], tmp_path: Path) -> None:
    scripts, address = site
    crawl(address, tmp_path, "-s", "TINTINH_BROWSER=1", "-a", "max_pages=5")
    lists = [path for path, _ in scripts.asked if urlsplit(path).path in SECTIONS]
    assert len(lists) + sum(path.startswith("/api") for path, _ in scripts.asked) <= 3 + 5


@pytest.mark.slow
@needs_chromium
def test_an_incremental_run_does_not_press(site: tuple[ScriptSite, str], command: Command) -> None:
    scripts, address = site
    for new, presses in ((len(everything()), 2 * PAGES), (0, 1)):
        before = len(scripts.asked)
        done = command("crawl", "--site", address, "--name", "scripted", "-s", "TINTINH_BROWSER=1", env=ALLOWED)
        assert done.returncode == 0, done.stderr
        assert f"new {new}," in done.stderr
        assert sum(path.startswith("/api") for path, _ in scripts.asked[before:]) == presses


@pytest.mark.slow
@needs_chromium
def test_what_the_browser_asks_for_counts_among_the_requests(
    site: tuple[ScriptSite, str], command: Command, database_uri: str
) -> None:
    scripts, address = site
    done = command("crawl", "--site", address, "--name", "scripted", "-s", "TINTINH_BROWSER=1", env=ALLOWED)
    assert done.returncode == 0, done.stderr
    with psycopg.connect(database_uri) as connection:
        assert connection.execute("SELECT requests FROM news.run").fetchall() == [(len(scripts.asked),)]
        answered = "SELECT DISTINCT address FROM news.fetch WHERE status IS NOT NULL"
        assert connection.execute(answered).fetchall() == [("127.0.0.1",)], "that of the site, not of the proxy between"


def test_without_the_extra_one_line_says_what_to_install(
    site: tuple[ScriptSite, str], command: Command, tmp_path: Path
) -> None:
    shadow = tmp_path / "shadow" / "scrapy_playwright"
    shadow.mkdir(parents=True)
    (shadow / "__init__.py").write_text("raise ImportError('not installed')\n")
    done = command(
        "crawl", "--site", site[1], "--name", "scripted", "-s", "TINTINH_BROWSER=1",
        env=ALLOWED | {"PYTHONPATH": str(shadow.parent)}, apart=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "scripted: failed: this portal's lists need a browser: pip install 'tintinh[browser]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_chromium_one_line_says_what_to_install(site: tuple[ScriptSite, str], command: Command) -> None:
    arguments = ("-s", "TINTINH_BROWSER=1", "-s", "TINTINH_CHROMIUM=/nowhere/chromium")
    done = command("crawl", "--site", site[1], "--name", "scripted", *arguments, env=ALLOWED)
    assert done.returncode == 1
    assert "scripted: failed: this portal's lists need a browser: install Debian's package chromium" in done.stderr


@needs_chromium
@pytest.mark.parametrize("name", ["PLAYWRIGHT_CDP_URL", "PLAYWRIGHT_CONNECT_URL", "TINTINH_PROXY"])
def test_no_setting_leads_past_the_proxy(site: tuple[ScriptSite, str], command: Command, name: str) -> None:
    arguments = ("-s", "TINTINH_BROWSER=1", "-s", f"{name}=http://127.0.0.1:1")
    done = command("crawl", "--site", site[1], "--name", "scripted", *arguments, env=ALLOWED)
    assert done.returncode == 1
    assert f"{name}" in done.stderr
    assert "Traceback" not in done.stderr
    assert site[0].asked == []


def test_only_portals_that_ask_for_it_get_a_browser(tmp_path: Path) -> None:
    stand_in = tmp_path / "chromium"
    stand_in.write_text("#!/bin/sh\n")
    stand_in.chmod(0o755)
    given = {"TINTINH_CHROMIUM": str(stand_in), "TINTINH_ALLOW_PRIVATE": ""}
    plain = get_crawler(Site, given).settings
    assert not plain.getbool("TINTINH_BROWSER")
    assert not any("browser" in str(handler) for handler in plain.getdict("DOWNLOAD_HANDLERS").values())
    settings = get_crawler(Scripted, given).settings
    assert settings.getbool("TINTINH_BROWSER")
    handlers = settings.getdict("DOWNLOAD_HANDLERS")
    assert all("browser_handler" in handlers[scheme] for scheme in ("http", "https"))
