"""Writes down what the crawl did: every response, every article, every page that gave none."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from crawler.archive.files import ArchiveFailed, Place
from crawler.archive.writer import CONDITIONS, Archiver
from crawler.article import Article, check
from crawler.net.ending import stop
from crawler.net.wiring import sink
from crawler.ports import Memory, Nothing, Sink

FETCHED_AT = "tintinh_fetched_at"


class Recorder:
    """Downloader middleware and owner of the sink: one line for every response or failure."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.sink: Sink | None = sink(crawler.settings)
        self.archive: Archiver | None = None
        if self.sink is not None:
            self.sink.before_write = self.sync

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        recorder = cls(crawler)
        crawler.signals.connect(recorder.open, signals.spider_opened)
        crawler.signals.connect(recorder.close, signals.spider_closed)
        return recorder

    def open(self) -> None:
        folder = self.crawler.settings.get("TINTINH_ARCHIVE_FOLDER")
        if folder and self.sink is not None:
            self.archive = Archiver(Path(folder), self.portal, str(self.crawler.settings["BOT_NAME"]))

    @property
    def portal(self) -> str:
        assert self.crawler.spider is not None
        return self.crawler.spider.name

    @property
    def memory(self) -> Memory:
        return getattr(self.crawler.spider, "memory", None) or Nothing()

    def process_request(self, request: Request) -> None:
        if request.meta.get("redirect_times"):  # what one address said of itself is no condition for another
            for name, _ in CONDITIONS:
                request.headers.pop(name, None)
        if self.archive is not None:
            self.archive.ask_whole(request, self.memory)

    def process_response(self, request: Request, response: Response) -> Response:
        stats = self.crawler.stats
        moment = request.meta[FETCHED_AT] = datetime.now(UTC)
        stats.inc_value("tintinh/requests")
        stats.inc_value("tintinh/bytes", len(response.body))
        place = self._keep(request, response, moment)
        self._fetch(
            fetched_at=moment,
            url=request.url,
            status=response.status,
            etag=_header(response, b"ETag"),
            last_modified=_header(response, b"Last-Modified"),
            size=len(response.body),
            digest=hashlib.sha256(response.body).hexdigest() if response.body else None,
            error=None,
            **({f"archive_{name}": value for name, value in place._asdict().items()} if place else {}),
        )
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        self.crawler.stats.inc_value("tintinh/requests")
        self._fetch(
            fetched_at=datetime.now(UTC), url=request.url, status=None, etag=None, last_modified=None, size=0, digest=None,
            error=f"{type(exception).__name__}: {exception}"[:500],
        )  # fmt: skip

    def _fetch(self, **record: Any) -> None:
        if self.sink is not None:
            self.guarded("fetch", portal=self.portal, **record)

    def _keep(self, request: Request, response: Response, moment: datetime) -> Place | None:
        """Put the response into the archive; where that fails, end the crawl, but lose nothing else of it."""
        try:
            if self.archive is not None:
                return self.archive.keep(request, response, moment, self.memory)
        except ArchiveFailed as error:
            self._archive_failed(error)
        return None

    def sync(self) -> None:
        """What the archive was given is on disk before a line of the spool refers to it."""
        try:
            if self.archive is not None:
                self.archive.sync()
        except ArchiveFailed as error:
            self._archive_failed(error)

    def _archive_failed(self, error: ArchiveFailed) -> None:
        self.crawler.stats.set_value("tintinh/error", str(error))
        stop(self.crawler, "archive_failed")

    def guarded(self, method: str, *arguments: Any, **named: Any) -> bool:
        """Write through the sink; where that fails (disk full), end the crawl and say why."""
        try:
            getattr(self.sink, method)(*arguments, **named)
        except Exception as error:
            self.crawler.stats.set_value("tintinh/error", str(error))
            stop(self.crawler, "spool_failed")
            return False
        return True

    def close(self) -> None:
        if self.sink is not None:
            self.guarded("close")
        try:
            if self.archive is not None:
                self.archive.close()
        except ArchiveFailed as error:
            self._archive_failed(error)


class SinkPipeline:
    """Puts articles into the sink; an article counts once it is there."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Article):
            check(item)
            if write(self.crawler, "article", item):
                self.crawler.stats.inc_value("tintinh/fetched")
        return item


def write(crawler: Crawler, method: str, *arguments: Any, **named: Any) -> bool:
    """Put a line into the crawl's sink, if it has one; False where that failed and the crawl ends."""
    recorder = crawler.get_downloader_middleware(Recorder)
    return recorder is None or recorder.sink is None or recorder.guarded(method, *arguments, **named)


def _header(response: Response, name: bytes) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1").replace("\x00", "")[:500] if value else None


def fetched_at(response: Response) -> datetime:
    """The moment that this response has in news.fetch: it leads from an article to its page."""
    request = response.request
    moment: datetime | None = request.meta.get(FETCHED_AT) if request is not None else None
    return moment or datetime.now(UTC)
