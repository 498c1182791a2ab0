"""Watches over HTTP: pages, feed and API; nothing of what was redacted, and never where a watch tells."""

from __future__ import annotations

from collections.abc import Iterator

import feedparser
import psycopg
import pytest

from ingest.redaction import redact
from ingest.store import store
from tests.reader.serving import Web, serving
from tests.support import article
from work import watches
from work.watches import Watch

SECRET = "https://hooks.vn/very-secret"
PLACES = (
    "/watches", "/watches?lang=en", "/watches/xe-may", "/feeds/watches/xe-may.atom", "/api/v1/watches", "/api/v1/watches/xe-may/hits",
)  # fmt: skip


@pytest.fixture
def web(database_uri: str, connection: psycopg.Connection) -> Iterator[Web]:
    """A watch that met an article and its edit."""
    filters = {"query": "xe máy", "province": "Lâm Đồng"}
    watch = Watch(name="xe-may", filters=filters, kinds=watches.kinds("new,edited"), addresses=[SECRET])
    assert watches.add(connection, watch)
    store(connection, [article(1, title="Bắt 64 xe máy"), article(2, title="Tin khác")])
    store(connection, [article(1, 5, title="Bắt 46 xe máy")])
    watches.react(connection)
    with serving(database_uri) as served:
        yield served


def test_what_a_watch_met_is_shown(web: Web) -> None:
    listed = web.get("/watches").text
    assert "xe-may" in listed
    assert "Từ khóa: xe máy; Tỉnh: Lâm Đồng" in listed
    assert "Words: xe máy" in web.get("/watches?lang=en").text
    assert web.get("/watches/xe-may").text.count('<li class="event') == 2
    (told,) = web.get("/api/v1/watches").json["items"]
    assert (told["name"], told["kinds"], told["hits"]) == ("xe-may", ["published", "edited"], 2)
    first = web.get("/api/v1/watches/xe-may/hits", limit=1).json
    second = web.get("/api/v1/watches/xe-may/hits", limit=1, cursor=first["next"]).json
    assert [first["items"][0]["kind"], second["items"][0]["kind"]] == ["edited", "published"]
    assert first["items"][0]["difference"] == {"title": "Bắt [-64-] {+46+} xe máy"}


def test_the_feed_is_valid_and_its_ids_stay(web: Web, connection: psycopg.Connection) -> None:
    before = feedparser.parse(web.get("/feeds/watches/xe-may.atom").text)
    assert not before.bozo, before.get("bozo_exception")
    assert [entry.title for entry in before.entries] == ["sửa: Bắt 46 xe máy", "đăng: Bắt 46 xe máy"]
    assert "[-64-] {+46+}" in before.entries[0].summary
    store(connection, [article(1, 9, title="Bắt 47 xe máy")])
    watches.react(connection)
    after = feedparser.parse(web.get("/feeds/watches/xe-may.atom").text)
    assert [entry.id for entry in after.entries[1:]] == [entry.id for entry in before.entries]
    assert len({entry.id for entry in after.entries}) == 3


def test_what_is_redacted_is_nowhere_and_neither_is_where_it_tells(web: Web, connection: psycopg.Connection) -> None:
    redact(connection, 1, "tòa án", "ai đó")
    for path in PLACES:
        answer = web.get(path)
        assert answer.status == 200, path
        for trace in ("64 xe", "46 xe", "[-64", ">64<"):
            assert trace not in answer.text, path
        assert "very-secret" not in answer.text, path
        for _, secret in watches.addresses(connection, "xe-may"):
            assert secret not in answer.text
    assert web.get("/api/v1/watches/xe-may/hits").json["items"] == []


def test_a_watch_that_there_is_not(web: Web) -> None:
    for path in ("/watches/nix", "/feeds/watches/nix.atom", "/api/v1/watches/nix/hits"):
        assert web.get(path).status == 404
    assert web.get("/watches/xe-may?cursor=x").status == 400
