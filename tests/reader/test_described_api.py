"""Whatever is asked of the API as it describes itself, its answers are those that it describes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from schemathesis import checks

from ingest.redaction import redact
from ingest.store import store
from ingest.syndication import compare_due
from reader.serve.openapi import CALLS
from tests.reader.serving import Web, serving
from tests.support import article, at
from work import watches
from work.watches import Watch

TEXT = "Tổ tuần tra phát hiện vụ vận chuyển ma túy trong đêm tại xã Hàm Tiến và báo về trực ban"
LONGER = (
    "Khi bị kiểm tra, hai người trên xe bỏ chạy về phía bãi dừa rồi lao xuống mương nước, để lại một túi vải đựng ba gói bột trắng và chiếc điện "
    "thoại còn đổ chuông. Dân phòng thắp đuốc đi dọc bờ kênh cho tới khi trời sáng, gọi loa nhắc bà con khóa cửa, và tìm được cả hai dưới gầm cầu khỉ."
)
# What must hold of every answer; whether a filter of words means anything, no schema can tell.
HELD = [
    checks.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance, checks.response_headers_conformance,
    checks.response_schema_conformance,
]  # fmt: skip


@pytest.fixture
def web(database_uri: str, connection: psycopg.Connection) -> Iterator[Web]:
    """A server over an article that was edited, one that is redacted, a copy, one without a date, a watch with its hit."""
    connection.execute(
        "INSERT INTO news.run (portal, kind, status, finished_at, complete) VALUES ('demo', 'crawl', 'ok', now(), true)"
    )
    told = {"unit": "PV28", "authors": ("Hữu Liêm",)}
    watch = Watch(name="ma-tuy", filters={"query": "ma túy"}, kinds=watches.kinds("new,edited"), addresses=[])
    assert watches.add(connection, watch)
    texts = {1: f"{TEXT} và công an.", 2: f"{TEXT}. {LONGER}", 3: f"{TEXT}."}
    store(
        connection, [article(n, published_at=at(n), title=f"Tin {n}", body=text, **told) for n, text in texts.items()]
    )
    store(
        connection,
        [article(5, portal="hue", published_at=at(9), title="Tin 2", body=texts[2], **told)],
    )
    store(connection, [article(4, published_at=None, published_precision=None, published_raw=None)])
    store(connection, [article(1, 60, published_at=at(1), title="Tin 1", body=f"{texts[1]} Thu 46 gam.", **told)])
    watches.react(connection)
    redact(connection, 3, reason="theo yêu cầu", by="tòa soạn")
    compare_due(connection)
    with serving(database_uri) as served:
        yield served


@pytest.mark.parametrize(
    "path", [f"/api/v1{path}" for path in CALLS] + ["/api/v1/articles.csv", "/api/v1/articles.jsonl"]
)
def test_every_answer_is_as_described(web: Web, path: str) -> None:
    described = schemathesis.openapi.from_url(f"{web.address}/api/v1/openapi.json")

    @settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=described[path]["GET"].as_strategy(), known=some.sampled_from([None, 1, 2, 3, 4]))
    def ask(case: Any, known: int | None) -> None:
        if "id" in (case.path_parameters or {}) and known:
            case.path_parameters["id"] = known
        if "name" in (case.path_parameters or {}) and known:
            case.path_parameters["name"] = "ma-tuy"
        case.call_and_validate(checks=HELD)

    ask()


def test_no_row_has_what_is_not_described(web: Web) -> None:
    described = web.get("/api/v1/openapi.json").json["components"]["schemas"]
    for path, kind in [
        ("articles", "Article"), ("articles?in_history=1&q=gam", "Article"), ("articles/1/revisions", "Revision"), ("articles/2/copies", "Copy"),
        ("changes", "Change"), ("portals", "Portal"), ("runs", "Run"), ("coverage", "Coverage"), ("units", "Unit"), ("authors", "Author"),
        ("provinces", "Province"), ("watches", "Watch"), ("watches/ma-tuy/hits", "Hit"),
    ]:  # fmt: skip
        rows = web.get(f"/api/v1/{path}").json["items"]
        assert rows, path
        extra = {name for row in rows for name in row} - described[kind]["properties"].keys()
        assert not extra, (path, extra)
    assert described["Article"]["properties"]["published_at"]["format"] == "date-time"
    assert described["Article"]["properties"]["authors"]["items"] == {"type": "string"}
    assert described["Article"]["properties"]["matched_revision"]["type"] == ["integer", "null"]
    assert described["Article"]["properties"]["byline"]["description"], "what the database says of a column"
