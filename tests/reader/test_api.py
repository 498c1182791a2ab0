"""The JSON API and the feeds, over HTTP."""

from __future__ import annotations

import csv
import io
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import feedparser
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from ingest.redaction import redact
from ingest.store import store
from ingest.syndication import compare_due
from reader.serve.asked import PARAMETERS
from reader.serve.openapi import CALLS, document
from tests.reader.serving import Web, serving
from tests.support import PATIENCE, article, at

WORDS = "Tổ tuần tra phát hiện vụ vận chuyển ma túy trong đêm tại xã Hàm Tiến và báo về trực ban"


@pytest.fixture
def web(database_uri: str) -> Iterator[Web]:
    with serving(database_uri) as served:
        yield served


def filled(connection: psycopg.Connection, number: int = 7) -> None:
    store(connection, [
        article(n, published_at=at(n // 2), title=f"Tin số {n}", body=f"{WORDS} lần {n}.", authors=("Hữu Liêm",), unit="PV28")
        for n in range(1, number + 1)
    ])  # fmt: skip


def everything(web: Web, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = web.get("/api/v1/articles", **query).json
        found += page["items"]
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]


def test_articles_have_the_columns_of_the_table_and_a_count(web: Web, connection: psycopg.Connection) -> None:
    filled(connection)
    answer = web.get("/api/v1/articles", q="ma tuy", limit=2)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    told = answer.json
    assert (len(told["items"]), told["count"], told["count_is_exact"]) == (2, 7, True)
    columns = [row[0] for row in connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'news.article'::regclass AND attnum > 0 ORDER BY attnum")]  # fmt: skip
    assert list(told["items"][0]) == columns
    assert told["items"][0]["published_at"].endswith("+07:00"), "in Vietnam time"
    assert list(web.get("/api/v1/articles", fields="id,title").json["items"][0]) == ["id", "title"]
    assert web.get("/api/v1/articles", unit="PV05").json["count"] == 7, "PV28 is PV05 today"
    assert web.get("/api/v1/articles", author="huu liem", since="6/11/2026").json["count"] == 0


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_by_date_meet_each_article_once_whatever_comes_meanwhile(
    web: Web, connection: psycopg.Connection, limit: int
) -> None:
    filled(connection)
    store(
        connection, [article(n, published_at=None, published_precision=None, published_raw=None) for n in (20, 21, 22)]
    )
    first = web.get("/api/v1/articles", sort="date", limit=limit).json
    store(connection, [article(n, published_at=at(600 + n)) for n in range(30, 34)])
    rest = everything(web, sort="date", limit=limit, cursor=first["next"])
    ids = [row["id"] for row in [*first["items"], *rest]]
    assert len(ids) == len(set(ids)) == 10
    assert [row["published_at"] for row in rest[-3:]] == [None, None, None], "those without a date come last"


def test_pages_by_relevance_end(web: Web, connection: psycopg.Connection) -> None:
    filled(connection)
    ids = [row["id"] for row in everything(web, q="tuần tra", limit=3)]
    assert sorted(ids) == list(range(1, 8))


def test_files_for_spreadsheets_and_programs(web: Web, connection: psycopg.Connection) -> None:
    filled(connection, 2)
    store(connection, [article(9, published_at=at(99), title="=HYPERLINK(1)", authors=("A", "B"))])
    answer = web.get("/api/v1/articles.csv", fields="id,title,authors")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert lines[0] == {"id": "3", "title": "'=HYPERLINK(1)", "authors": '["A", "B"]'}
    assert web.get("/api/v1/articles", headers={"Accept": "text/csv"}, fields="id").text.split() == [
        "id",
        "3",
        "2",
        "1",
    ]
    lines_of = web.get("/api/v1/articles.jsonl", limit=2).text.splitlines()
    assert [json.loads(line)["id"] for line in lines_of] == [3, 2]


def test_one_article_its_states_and_its_copies(web: Web, connection: psycopg.Connection) -> None:
    store(connection, [article(1, title="Bắt hai đối tượng")])
    store(connection, [article(1, 10, title="Bắt ba đối tượng")])
    assert web.get("/api/v1/articles/1").json["title"] == "Bắt ba đối tượng"
    assert [row["title"] for row in web.get("/api/v1/articles/1/revisions").json["items"]] == [
        "Bắt hai đối tượng",
        "Bắt ba đối tượng",
    ]
    assert web.get("/api/v1/articles/1/as-of", at=at(5).isoformat()).json["title"] == "Bắt hai đối tượng"
    assert web.get("/api/v1/articles/1/as-of", at="1/1/2020").status == 404
    assert web.get("/api/v1/articles/1/as-of").status == 400
    (event, *_) = web.get("/api/v1/changes", kind="edited").json["items"]
    assert (event["article_id"], event["fields"]) == (1, ["title"])
    assert web.get("/api/v1/articles/1/copies").json == {"items": []}
    for missing in (
        "/api/v1/articles/99",
        "/api/v1/articles/x/revisions",
        "/api/v1/articles/99999999999999999999",
        "/api/v1/nix",
    ):
        answer = web.get(missing)
        assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json"), missing


def test_changes_are_paged_by_what_was_met(web: Web, connection: psycopg.Connection) -> None:
    filled(connection, 5)
    store(connection, [article(n, 10, title=f"Tin đã sửa {n}", body=f"{WORDS} lần {n}.") for n in range(1, 6)])
    first = web.get("/api/v1/changes", limit=4).json
    second = web.get("/api/v1/changes", limit=100, cursor=first["next"]).json
    keys = [(row["at"], row["article_id"], row["kind"], row["number"]) for row in first["items"] + second["items"]]
    assert (len(keys), len(set(keys)), second["next"]) == (10, 10, None)
    assert len(web.get("/api/v1/changes", min_score="1e-80", kind="edited").json["items"]) == 5, (
        "less than a real holds"
    )


def test_the_other_lists(web: Web, connection: psycopg.Connection) -> None:
    filled(connection)
    connection.execute(
        "INSERT INTO news.run (portal, kind, status, finished_at, complete) VALUES ('demo', 'crawl', 'ok', now(), true)"
    )
    assert web.get("/api/v1/portals").json["items"][0]["portal"] == "demo"
    assert web.get("/api/v1/runs", portal="demo").json["items"][0]["status"] == "ok"
    assert web.get("/api/v1/coverage", portal="demo", days=3).json["items"][0]["runs"] == 1
    (unit,) = web.get("/api/v1/units").json["items"]
    assert (unit["unit"], unit["articles"], unit["successors"]) == ("PV28", 7, ["PV05"])
    assert web.get("/api/v1/authors").json["items"][0]["author"] == "Hữu Liêm"
    provinces = web.get("/api/v1/provinces").json["items"]
    assert (len(provinces), len({row["successor"] for row in provinces})) == (63, 34)
    facets = web.get("/api/v1/facets", q="ma túy").json
    assert (facets["count"], facets["facets"]["unit"]) == (7, [{"value": "PV28", "count": 7}])


@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("/api/v1/articles", {"provinc": "lam-dong"}, "provinc"), ("/api/v1/articles", {"province": "nix"}, "province"),
        ("/api/v1/articles", {"limit": "0"}, "limit"), ("/api/v1/articles", {"limit": "1e9"}, "limit"), ("/api/v1/articles", {"sort": "x"}, "sort"),
        ("/api/v1/articles", {"cursor": "bm9wZQ"}, "cursor"), ("/api/v1/articles", {"fields": "password"}, "fields"),
        ("/api/v1/articles", {"q": "a\0b"}, "q"), ("/api/v1/articles", {"q": "x" * 501}, "q"), ("/api/v1/articles", {"since": "31/31/2026"}, "since"),
        ("/api/v1/changes", {"kind": "deleted"}, "kind"), ("/api/v1/changes", {"min_score": "2"}, "min_score"), ("/api/v1/changes", {"cursor": "W10"}, "cursor"),
        ("/feeds/articles.atom", {"unit": "PV2"}, "unit"), ("/api/v1/coverage", {"days": "9999"}, "days"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_a_problem_with_its_name(web: Web, path: str, query: dict[str, str], name: str) -> None:
    answer = web.get(path, **query)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert (answer.json["status"], answer.json["filter"]) == (400, name)


def test_an_address_without_end_is_refused(web: Web) -> None:
    assert web.get("/search", q="x" * 9_000).status == 414


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=some.sampled_from(
        [f"/api/v1{path.replace('{id}', '1').replace('{name}', 'w')}" for path in CALLS]
        + ["/feeds/articles.atom", "/search", "/changes"]
    ),
    query=some.dictionaries(
        some.sampled_from(sorted(PARAMETERS)), some.text(max_size=40) | some.integers().map(str), max_size=3
    ),
)
def test_whatever_is_asked_gets_an_answer(web: Web, path: str, query: dict[str, str]) -> None:
    """No question is an error of the server's."""
    safe = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
    assert web.get(path, **safe).status in {200, 400, 404}


def test_the_description_names_every_parameter_that_is_read(web: Web) -> None:
    assert web.get("/api/v1/openapi.json").json["openapi"] == "3.1.0"
    for path, methods in document()["paths"].items():
        for parameter in methods.get("get", {"parameters": []})["parameters"]:
            if parameter["in"] == "query":
                example = {"enum": "no", "integer": "1", "number": "0.5"}
                schema = parameter["schema"]
                value = schema["enum"][0] if "enum" in schema else example.get(schema["type"], "")
                answer = web.get(path.replace("{id}", "99").replace("{name}", "w"), **{parameter["name"]: value})
                assert answer.status in {200, 404} or parameter["name"] == "at", (path, parameter["name"], answer.text)


def test_an_unchanged_answer_is_not_sent_again(web: Web, connection: psycopg.Connection) -> None:
    filled(connection)
    for path in ("/api/v1/articles", "/api/v1/articles/1", "/feeds/articles.atom", "/articles/1", "/"):
        first = web.get(path)
        again = web.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status, again.text) == (304, ""), path
    store(connection, [article(1, 10, title="Tin khác")])
    assert web.get("/api/v1/articles/1", headers={"If-None-Match": first.headers["etag"]}).status == 200


def test_a_feed_keeps_the_id_of_an_edited_article(web: Web, connection: psycopg.Connection) -> None:
    store(
        connection,
        [
            article(1, title="Bắt hai đối tượng \x0b", published_at=at(0)),
            article(2, published_at=None, published_precision=None),
        ],
    )
    before = feedparser.parse(web.get("/feeds/articles.atom", portal="demo").text)
    assert not before.bozo, before.get("bozo_exception")
    store(connection, [article(1, 10, title="Bắt ba đối tượng", published_at=at(0))])
    after = feedparser.parse(web.get("/feeds/articles.atom", portal="demo").text)
    assert [entry.id for entry in after.entries] == [entry.id for entry in before.entries]
    assert (before.feed.id, before.entries[0].title) == (after.feed.id, "Bắt hai đối tượng")
    assert after.entries[0].title == "Bắt ba đối tượng"
    assert after.entries[0].updated > before.entries[0].updated
    changes = feedparser.parse(web.get("/feeds/changes.atom", kind="edited").text)
    assert not changes.bozo
    assert [entry.title for entry in changes.entries] == ["sửa: Bắt ba đối tượng"]
    assert all(entry.author and entry.link for entry in (*after.entries, *changes.entries)), "what Atom asks for"


def test_what_is_redacted_is_nowhere(web: Web, connection: psycopg.Connection) -> None:
    secret = "Nguyễn Văn Bí Mật"
    store(
        connection,
        [article(1, title=f"Bắt {secret}", body=f"{WORDS}. {secret} khai nhận.", authors=(secret,))],
    )
    store(
        connection,
        [
            article(
                1,
                10,
                title=f"Khởi tố {secret}",
                body=f"{WORDS}. {secret} khai nhận.",
                authors=(secret,),
            )
        ],
    )
    store(connection, [article(2, 10, title="Tin thứ hai", body=f"{WORDS} hôm nay.")])
    compare_due(connection)
    paths = [
        "/", "/search", "/articles/1", "/articles/1/history", "/changes", "/authors", "/units", "/feeds/articles.atom", "/feeds/changes.atom",
        "/api/v1/articles", "/api/v1/articles/1", "/api/v1/articles/1/revisions", "/api/v1/changes", "/api/v1/facets", "/api/v1/authors",
        "/api/v1/articles.csv", "/api/v1/articles.jsonl", "/portals/demo",
    ]  # fmt: skip
    before = {path: web.get(path) for path in paths}
    assert sum("Bí Mật" in answer.text or "B\\u00ed" in answer.text for answer in before.values()) > 12
    redact(connection, 1, "tòa án", "biên tập")
    for path in paths:
        tag = before[path].headers.get("etag", '"none"')
        answer = web.get(path, headers={"If-None-Match": tag})
        assert answer.status == 200 or "Bí Mật" not in before[path].text, f"{path}: a cache would keep it"
        assert "Bí Mật" not in answer.text, path
    assert web.get("/articles/1/archived").status == 404
    assert web.get("/authors/Nguyễn Văn Bí Mật").status == 404


def test_a_database_that_is_gone_is_said(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving("postgresql://postgres@127.0.0.1:1/none?connect_timeout=1") as web:
        health = web.get("/healthz")
        assert (health.status, health.headers["content-type"]) == (503, "application/problem+json")
        assert web.get("/").status == 503


def test_what_a_monitor_reads(web: Web, connection: psycopg.Connection) -> None:
    connection.execute(
        "INSERT INTO news.run (portal, kind, status, error, finished_at) VALUES ('de\"mo', 'crawl', 'failed', 'x', now())"
    )
    assert web.get("/healthz").json == {"status": "ok"}
    told = web.get("/metrics").text
    assert 'tintinh_portal_state{portal="de\\"mo",state="broken"} 1' in told
    assert "\ntintinh_articles 0\n" in told


def test_nothing_can_be_written(web: Web, database_uri: str) -> None:
    from ingest import migrate
    from reader.serve.database import Database

    database = Database(database_uri, lambda opened: migrate.become(opened, "news_reader"))
    database.open()
    try:
        with pytest.raises(psycopg.Error, match="read-only"), database.reading() as connection:
            connection.execute("UPDATE news.run SET status = 'ok'")
    finally:
        database.close()


def test_unknown_portals_are_named_with_near_ones(web: Web, connection: psycopg.Connection) -> None:
    filled(connection)
    for path in (
        "/api/v1/articles",
        "/api/v1/articles.csv",
        "/api/v1/facets",
        "/api/v1/changes",
        "/feeds/articles.atom",
    ):
        answer = web.get(path, portal="dmo")
        assert answer.status == 400, path
        assert "did you mean demo?" in answer.json["detail"]
        assert answer.json["filter"] == "portal"
    assert web.get("/search", portal="dmo").status == 400
    page = web.get("/changes", portal="dmo").text
    assert "Điều kiện “Cổng” không dùng được. Ý bạn là: demo?" in page
    assert 'role="search"' in page, "and how to go on"


def test_small_things_that_clients_rely_on(web: Web, connection: psycopg.Connection) -> None:
    filled(connection)
    assert web.get("/api/v1/articles", since="2026-11-05", until="2026-11-05").json["filter"] == "until"
    assert web.get("/api/v1/articles.csv", cursor="x").status == 400
    assert 'filename="tintinh.csv"' in web.get("/api/v1/articles.csv").headers["content-disposition"]
    assert "Disallow: /search" in web.get("/robots.txt").text
    assert web.get("/favicon.ico").status == 200
    feed = web.get("/feeds/changes.atom", lang="en", kind="edited").text
    assert f'href="{web.address}/changes?lang=en&amp;kind=edited"' in feed
    request = urllib.request.Request(web.address + "/api/v1/articles", method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=PATIENCE)
    with refused.value as error:
        assert (error.code, "GET" in error.headers["Allow"]) == (405, True)


def test_the_list_of_feeds_is_one_that_readers_take_in(web: Web, connection: psycopg.Connection) -> None:
    filled(connection)
    (feed,) = ElementTree.fromstring(web.get("/feeds/portals.opml").text).iter("outline")
    assert feed.get("text") == "demo"
    address = feed.get("xmlUrl") or ""
    assert len(feedparser.parse(web.get(address.removeprefix(web.address)).text).entries) == 7


def test_provinces_are_told_with_those_that_became_part_of_them(web: Web, connection: psycopg.Connection) -> None:
    filled(connection)
    page = web.get("/provinces").text
    assert page.count("<tr>") == 35, "34 and the heading"
    assert re.search(
        r"Lâm Đồng</a></th><td class=\"number\">7</td>\s*<td lang=\"vi\">[^/]*Bình Thuận <span class=\"number\">\(7\)",
        page,
    )


def test_who_signs_as_nobody_in_particular_is_no_author(web: Web, connection: psycopg.Connection) -> None:
    store(
        connection,
        [article(1, authors=("Hữu Liêm", "CTV")), article(2, authors=("P.V",)), article(3, authors=("PV", "T.H"))],
    )
    told = web.get("/api/v1/authors").json["items"]
    assert {row["author"] for row in told} == {"Hữu Liêm", "T.H"}
    assert web.get("/authors/P.V").status == 200, "what they signed can be read all the same"
