"""The web app on a real socket, and its answers."""

from __future__ import annotations

import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
import uvicorn

from ingest import migrate
from reader.serve import app
from reader.serve.api import NotFound
from reader.serve.fetching import Fetching
from tests.support import PATIENCE, until

DOCUMENT = "<html><body onload=\"parent.ran=1\"><h1>Bản gốc</h1><script>parent.ran=1</script><img src='http://OUTSIDE/x'></body></html>"


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Web:
    """A server that runs."""

    address: str

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Answer:
        target = quote(path, safe="/%?=&+") + ("?" + urlencode(query) if query else "")
        request = urllib.request.Request(self.address + target, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return Answer(answer.status, answer.read().decode(), _lower(answer.headers))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode(), _lower(error.headers))


@contextmanager
def serving(uri: str, root_path: str = "", document: str = DOCUMENT, fetching: Fetching | None = None) -> Iterator[Web]:
    """The app over a database."""

    def become(connection: psycopg.Connection) -> None:
        migrate.become(connection, "news_reader")

    def archived(_: Any, article: int) -> tuple[str, datetime]:
        if article != 1:
            raise NotFound("the archive does not hold this page")
        return document, datetime.fromisoformat("2026-11-05T08:00:00+07:00")

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        made = app.create(uri, become, archived, fetching)
        server = uvicorn.Server(
            uvicorn.Config(made, log_level="critical", access_log=False, loop="asyncio", root_path=root_path)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            until(lambda: server.started)
            yield Web(f"http://127.0.0.1:{listening.getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
