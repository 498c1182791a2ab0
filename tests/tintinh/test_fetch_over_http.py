"""An address that somebody with a token wants is fetched by a worker, and nothing that must not be asked."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from ingest import portals
from ingest.portals import StoredPortal
from reader.serve.fetching import LONGEST, MOST
from tests.conftest import Command
from tests.reader.serving import Answer, Web, serving
from tests.support import PATIENCE
from tests.tintinh.crawled import ALLOWED
from tests.tintinh.test_worker import FEW, only, watched
from tintinh.run.asking import Asking


@pytest.fixture
def token(command: Command) -> str:
    return command("tokens", "add", "toa-soan").stdout.strip()


@pytest.fixture
def web(database_uri: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setenv("DATABASE_URL", database_uri)
    with serving(database_uri, fetching=Asking(database_uri)) as served:
        yield served


def post(web: Web, body: Any, token: str | None, path: str = "/api/v1/fetch") -> Answer:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(web.address + path, data=data, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return Answer(answer.status, answer.read().decode(), {k.lower(): v for k, v in answer.headers.items()})
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read().decode(), {k.lower(): v for k, v in error.headers.items()})


def waiting(connection: psycopg.Connection) -> int:
    if connection.execute("SELECT to_regclass('news_queue.procrastinate_jobs')").fetchone() == (None,):
        return 0
    row = connection.execute("SELECT count(*) FROM news_queue.procrastinate_jobs").fetchone()
    assert row is not None
    return int(row[0])


def test_an_address_is_taken_fetched_and_told(
    web: Web, token: str, command: Command, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINTINH_ALLOW_PRIVATE", "1")
    with watched() as site:
        only(connection, {"demo": site.address})
        url = f"{site.address.rstrip('/')}{FEW[0].path}"
        answer = post(web, {"url": url}, token)
        assert answer.status == 202, answer.text
        place = answer.headers["location"]
        assert web.get(place).json["state"] == "waiting"
        twice = post(web, {"url": url}, token)
        assert twice.headers["location"] == place, "one job for one address that waits"
        missing = post(web, {"url": f"{site.address}khong-co.html"}, token).headers["location"]
        command("worker", "--once", env=ALLOWED, apart=True)
    told = web.get(place).json
    assert told["state"] == "done"
    assert web.get(f"/api/v1/articles/{told['article']}").json["title"] == FEW[0].title
    told = web.get(missing).json
    assert told["article"] is None
    assert "404" in told["reason"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/", "http://localhost/x", "http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://0x7f000001/",
        "http://2130706433/", "http://[::ffff:10.0.0.1]/", "http://192.0.0.8/", "file:///etc/passwd", "ftp://congan.example.vn/", "congan.example.vn",
        "http://congan.example.vn:22/", f"http://congan.example.vn/{'a' * 3000}", "", " ", "http://", "javascript:alert(1)", "http://a\x00b.vn/",
    ],
)  # fmt: skip
def test_what_must_not_be_asked_is_refused(web: Web, token: str, connection: psycopg.Connection, url: str) -> None:
    answer = post(web, {"url": url}, token)
    assert answer.status == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert waiting(connection) == 0


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"url": 7}', b'{"url": null}', b"\xff", b"[" * 9000, b'"x"', b"x" * (LONGEST + 1)]
)
def test_a_body_that_says_no_address_is_refused(web: Web, token: str, body: bytes) -> None:
    assert post(web, body, token).status == 400


def test_without_a_token_nothing_is_taken(
    web: Web, token: str, command: Command, connection: psycopg.Connection
) -> None:
    body = {"url": "https://congan.example.vn/tin/1-bai.html"}
    for given in (None, "x", token[:-1], f"{token}x", "' OR true --"):
        answer = post(web, body, given)
        assert answer.status == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert waiting(connection) == 0
    assert web.get("/api/v1/fetch").status == 405
    assert web.get("/api/v1/jobs/1").status == 404
    row = connection.execute("SELECT digest FROM news.token").fetchone()
    assert row is not None
    assert token.encode() not in bytes(row[0]), "the database does not know the token itself"
    assert command("tokens", "add", "toa-soan").returncode == 2, "a name has one token"
    assert post(web, body, token).status == 202
    assert command("tokens", "remove", "toa-soan").returncode == 0
    assert post(web, body, token).status == 401, "from the next request on"


def test_who_asks_too_often_waits(web: Web, token: str, command: Command) -> None:
    def ask(number: int) -> int:
        return post(web, {"url": f"https://congan.example.vn/tin/{number % 3}-bai.html"}, token).status

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(ask, range(MOST + 5)))
    assert (statuses.count(202), statuses.count(429)) == (MOST, 5)
    answer = post(web, {"url": "https://congan.example.vn/tin/1-bai.html"}, token)
    assert 0 < int(answer.headers["retry-after"]) <= 3600
    other = command("tokens", "add", "khac").stdout.strip()
    assert post(web, {"url": "https://congan.example.vn/tin/1-bai.html"}, other).status == 202


def test_a_portal_is_asked_at_its_own_port(web: Web, token: str, connection: psycopg.Connection) -> None:
    home = "http://congan.example.vn:8090/"
    portals.keep(
        connection, StoredPortal(name="cong", origin="added", home=home, hosts=["congan.example.vn:8090"], sections=[])
    )
    assert post(web, {"url": f"{home}tin/1-bai.html"}, token).status == 202
