"""A silent edit on a portal is in `changes`, on the page, in the feed and in a webhook within one run, once; a redaction in none of them."""

from __future__ import annotations

import json

import psycopg
import pytest

from tests.conftest import Command
from tests.reader.serving import serving
from tests.tintinh.crawled import ALLOWED
from tests.tintinh.test_polite_crawls import FEW
from tests.tintinh.test_worker import only
from tests.work.hooks import receiving
from tintinh.demo.page import Page
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite


class Edited(DemoSite):
    """A portal that changes a number of an article, once it is told to."""

    def __init__(self, before: str, after: str) -> None:
        super().__init__(FEW)
        self.before, self.after, self.is_edited = before.encode(), after.encode(), False

    def page(self, target: str) -> Page:
        found = super().page(target)
        if not (self.is_edited and target == FEW[0].path):
            return found
        assert self.before in found.body
        return Page(found.body.replace(self.before, self.after), content_type=found.content_type)


@pytest.mark.parametrize("way", ["crawl", "worker"])
def test_a_silent_edit_is_told_once(
    command: Command, connection: psycopg.Connection, database_uri: str, way: str
) -> None:
    title = FEW[0].title
    site = Edited(title, f"{title} 2027")

    def look() -> None:
        if way == "crawl":
            assert command("crawl", "demo", env=ALLOWED).returncode == 0
        else:
            command("enqueue", "demo", env=ALLOWED)
            assert command("worker", "--once", env=ALLOWED, apart=True).returncode == 0

    with serve(site=site) as address, receiving() as hook, serving(database_uri) as web:
        assert command("crawl", "--site", address, "--name", "demo", env=ALLOWED).returncode == 0
        only(connection, {})
        added = command("watch", "add", "theo-doi", f'"{title}"', "--on", "edited", "--notify", hook.url)
        assert added.returncode == 0, added.stderr
        look()
        assert hook.taken == []
        site.is_edited = True
        look()
        look()
        (told,) = hook.bodies
        (event,) = told["events"]
        assert (event["kind"], event["title"]) == ("edited", f"{title} 2027")
        assert "2027" in event["diff"]["title"]
        (change,) = (json.loads(line) for line in command("changes", "--kind", "edited").stdout.splitlines())
        assert change["article_id"] == event["article_id"]
        feed, page = "/feeds/watches/theo-doi.atom", f"/articles/{event['article_id']}/history"
        assert "2027" in web.get(feed).text
        assert "2027" in web.get(page).text
        assert command("redact", event["article_id"], "--reason", "theo yêu cầu", "--by", "tòa").returncode == 0
        for path in (feed, page, "/changes", "/watches/theo-doi", "/search", "/api/v1/watches/theo-doi/hits"):
            assert f"{title} 2027" not in web.get(path).text, path
            assert "{+2027+}" not in web.get(path).text, path
        assert len(hook.taken) == 1
