"""Articles and portals for tests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from crawler.article import Article, encode
from tintinh.demo.site import DemoSite, Page

START = datetime(2026, 11, 5, 8, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def article(number: int = 1, minute: float = 0, **fields: Any) -> Article:
    """A plain article; `number` tells which, `minute` when it was fetched."""
    made = Article(
        portal="demo", province="binh-thuan", platform="joomla", url=f"http://demo.vn/tin/{number}-bai.html",
        fetched_url=f"http://demo.vn/tin/{number}-bai.html", fetched_at=at(minute), title=f"Bài số {number}",
        identity=f"demo.vn/article/{number}", published_at=START - timedelta(days=number), published_raw="hôm nay",
        published_precision="minute", byline="Hữu Liêm – PV28", authors=("Hữu Liêm",), unit="PV28",
        body="Đoạn một.\n\nĐoạn hai.", body_html="<p>Đoạn một.</p><p>Đoạn hai.</p>", section="Tin an ninh",
        extracted_by={"title": "h2"},
    )  # fmt: skip
    return replace(made, **fields)


def line(**fields: Any) -> bytes:
    """The line of an article with single members set to anything at all."""
    return json.dumps(json.loads(encode(article())) | fields).encode()


class Portal(DemoSite):
    """The demo portal with faults: answers wait for `gate` once `free` pages are out."""

    def __init__(self, *arguments: Any, free: int = 10**9, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.free, self.gate, self.asked = free, threading.Event(), 0
        self.reached = threading.Event()
        self.counting = threading.Lock()

    def page(self, target: str) -> Page:
        with self.counting:
            self.asked += 1
            waits = self.asked > self.free
        if waits:
            self.reached.set()
            self.gate.wait(60)
        return super().page(target)


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
