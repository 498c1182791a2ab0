"""Every portal file holds facts that fit together."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.platforms.registry import platforms
from crawler.spider.dispatcher import PortalSpider
from tintinh.cli import portal_table
from tintinh.run.portal_files import portal_of, portals
from vietnam import provinces

ROOT = Path(__file__).parents[3]
NAMES = sorted(portals())
HOST = re.compile(r"(?:[a-z0-9-]+\.)+vn")


@pytest.fixture(params=NAMES)
def portal(request: pytest.FixtureRequest) -> type[PortalSpider]:
    return portals()[request.param]


def test_every_file_is_a_portal_of_its_name() -> None:
    files = {path.stem for path in (ROOT / "crawler" / "portals").glob("*.py")} - {"__init__", "site"}
    assert files == set(NAMES)


def test_no_host_belongs_to_two_portals() -> None:
    hosts = Counter(host for spider in portals().values() for host in spider.hosts)
    assert {host for host, times in hosts.items() if times > 1} == set()


def test_the_file_says_what_is_needed(portal: type[PortalSpider]) -> None:
    home = urlsplit(portal.home)
    assert home.scheme in {"http", "https"}
    assert home.hostname in portal.hosts
    assert all(HOST.fullmatch(host) for host in portal.hosts)
    assert not any(host.startswith("www.") for host in portal.hosts), "hosts are known without www."
    assert all(urlsplit(url).hostname in portal.hosts for url in portal.sections)
    assert len(set(portal.sections)) == len(portal.sections)
    assert portal.province in provinces.PROVINCES
    assert len(portal.source) > 15
    assert portal_of(f"https://www.{portal.hosts[-1]}/tin/1") == portal.name


def test_the_platform_is_one_that_there_is(portal: type[PortalSpider]) -> None:
    assert portal.platform_name in {None, *platforms()}


def test_recorded_pages_stand_behind_every_claim(tmp_path: Path) -> None:
    """Its own behind a portal that is verified, its platform's behind one of which only the platform is said."""
    tests, known = ROOT / "tests", portals().items()
    own = [tests / "portals" / name for name, portal in known if portal.verified]
    said = [tests / "platforms" / portal.platform_name for _, portal in known if portal.platform_name]
    assert said
    assert [folder for folder in own + said if not recorded(folder)] == []
    assert not recorded(tmp_path)


def recorded(folder: Path) -> bool:
    """Whether a folder holds a page and the values that a person wrote down beside it."""
    return any(page.with_suffix(".json").is_file() for page in folder.glob("*.html"))


def test_the_page_about_portals_is_made_of_the_files() -> None:
    told = (ROOT / "docs" / "portals.md").read_text(encoding="utf-8")
    assert told == portal_table.page(), "make it again: python -m tintinh.cli.portal_table > docs/portals.md"
    assert told.count("\n| [") == len(NAMES)
