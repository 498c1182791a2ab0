"""The demo portal, crawled once a module; a copy of it for tests that change something."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NewDatabase
from tests.support import Portal
from tests.tintinh.crawled import Crawled
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite


@pytest.fixture(scope="module")
def crawled(database_of: NewDatabase, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """The demo portal crawled once, for tests that only read; it stays served."""
    portal = Portal()
    with serve(site=portal) as address:
        made = Crawled(database_of(template), address, tmp_path_factory.mktemp("crawled"), portal)
        done = made("crawl", "--site", address, "--name", "demo", "--province", "binh-thuan")
        assert done.returncode == 0, done.stderr
        yield made


@pytest.fixture
def copy(crawled: Crawled, database_of: NewDatabase, tmp_path: Path) -> Iterator[Crawled]:
    """A copy of it to be written to."""
    yield crawled._replace(uri=database_of(crawled.template), home=tmp_path)
    crawled.portal.site = DemoSite()
