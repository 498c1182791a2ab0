"""A ledger to look at: the bundled portal after an edit, a takedown and a copy, in a home that is thrown away afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from ingest.syndication import compare_due
from tintinh import config
from tintinh.cli.crawl import run_all
from tintinh.demo.articles import load
from tintinh.demo.page import Page
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite
from tintinh.demo.tour import upgrade
from tintinh.run.known_portals import added, site_job
from work import watches

# What the portal changes without a word: a paragraph of an article, as its page has it before and after.
EDITED = ("gồm 64 chiếc và 1 lô", "gồm 46 chiếc và 2 lô")
# Articles that another portal copies.
COPIED = 8
# So that a second look at a missing article is enough.
SETTINGS = {"TINTINH_ALLOW_PRIVATE": "1", "TINTINH_CONFIRM_HOURS": "0"}
# What is watched from the beginning, so that there is something to see.
WATCH = watches.Watch(name="xe-gian", filters={"query": "xe"}, kinds=("published", "edited", "gone", "copied"))


class ChangingSite(DemoSite):
    """The bundled portal; once `has_changed`, one article is edited and one is gone."""

    has_changed = False

    def page(self, target: str) -> Page:
        """The answer to a request."""
        if self.has_changed and target == self.articles[-1].path:
            return Page(b"", status=HTTPStatus.GONE)
        page = super().page(target)
        if not self.has_changed:
            return page
        before, after = (text.encode() for text in EDITED)
        return Page(page.body.replace(before, after), page.content_type, page.status)


@contextmanager
def shelf() -> Iterator[str]:
    """The address of a database of its own with the demo's articles and their history; both are gone afterwards.

    Raises DatabaseUnreachable, and OSError where there is no room for it.
    """
    os.environ.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="tintinh-") as home:
        os.environ["TINTINH_HOME"] = home
        with config.dsn() as uri:
            upgrade(uri)
            with config.connect(uri) as connection:
                watches.add(connection, WATCH)
            site = ChangingSite()
            with serve(site=site) as address, serve(site=DemoSite(load()[:COPIED])) as other:
                _crawl(uri, address, "demo", "binh-thuan")
                _crawl(uri, other, "demo-copies", "lam-dong")
                site.has_changed = True
                for _ in range(2):
                    _crawl(uri, address, "demo", "binh-thuan")
            with config.connect(uri) as connection:
                compare_due(connection)
                watches.react(connection)
            yield uri


def _crawl(uri: str, address: str, name: str, province: str) -> None:
    portal = added(f"{address}/", {}, name=name, platform=None, province=province)
    run_all(uri, [site_job(portal, {}, SETTINGS)], 1, quiet=True)
