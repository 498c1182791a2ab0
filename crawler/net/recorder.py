"""Writes down what the crawl did: every response, every article, every page that gave none."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import msgspec
from itemadapter import ItemAdapter
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.http import Request, Response

from crawler.archive.files import ArchiveFailed, Place
from crawler.archive.writer import CONDITIONS, Archiver
from crawler.article import Article, InvalidArticle, check
from crawler.lines import Fetch, Line
from crawler.net.ending import stop
from crawler.net.guard import Guard, PrivateAddress
from crawler.net.journal import Journal
from crawler.net.remembering import Recollection
from crawler.net.wiring import sink
from crawler.ports import NoMemory

FETCHED_AT = "tintinh_fetched_at"
# Characters of an error or a header that are kept.
LONGEST_TEXT = 500


class Recorder:
    """Downloader middleware and owner of the journal: one line for every response or failure."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.archive: Archiver | None = None
        self.memory = crawler.get_extension(Recollection)
        opened = sink(crawler.settings)
        self.journal = Journal(opened, self.sync, self.failed) if opened is not None else None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """A recorder that opens its archive with the spider and closes journal and archive with it."""
        recorder = cls(crawler)
        crawler.signals.connect(recorder.open, signals.spider_opened)
        crawler.signals.connect(recorder.close, signals.spider_closed)
        return recorder

    def open(self) -> None:
        """Open the archive, where one is kept."""
        folder = self.crawler.settings.get("TINTINH_ARCHIVE_FOLDER")
        if folder and self.journal is not None:
            memory = self.memory or Recollection(NoMemory())
            self.archive = Archiver(Path(folder), self.portal, str(self.crawler.settings["BOT_NAME"]), memory.captured)

    @property
    def portal(self) -> str:
        """The name of the portal that is crawled."""
        assert self.crawler.spider is not None
        return self.crawler.spider.name

    async def process_request(self, request: Request) -> None:
        """Keep validators from addresses that they are not about, and from pages that the archive does not hold."""
        if request.meta.get("redirect_times"):  # what one address said of itself is no condition for another
            for name, _ in CONDITIONS:
                request.headers.pop(name, None)
        if self.archive is not None:
            await self.archive.ask_whole(request)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Archive a response as it came, and note it. Raises PrivateAddress, and keeps nothing, where it came from out of reach."""
        stats, body = self.crawler.stats, response.body
        self.judge(request, response)
        moment = request.meta[FETCHED_AT] = datetime.now(UTC)
        stats.inc_value("tintinh/requests")
        stats.inc_value("tintinh/bytes", len(body))
        if self.journal is None:
            return response
        digest = hashlib.sha256(body).digest() if body else None
        place = await self._keep(request, response, moment, digest)
        self.journal.note(
            Fetch(
                portal=self.portal, url=request.url, fetched_at=moment, status=response.status,
                etag=_header(response, b"ETag"), last_modified=_header(response, b"Last-Modified"), bytes=len(body),
                digest=digest.hex() if digest else None,
                archive_file=place.file if place else None, archive_offset=place.offset if place else None,
                archive_length=place.length if place else None, archive_type=place.type if place else None,
                address=str(response.ip_address) if response.ip_address else None,
            )
        )  # fmt: skip
        return response

    def judge(self, request: Request, response: Response) -> None:
        """Let an answer pass that came from where the crawl may go; note one that did not. Raises PrivateAddress."""
        guard = self.crawler.get_downloader_middleware(Guard)
        try:
            if guard is not None:
                guard.judge(response)
        except PrivateAddress as refused:
            self.process_exception(request, refused)
            raise

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note a request that got no answer."""
        self.crawler.stats.inc_value("tintinh/requests")
        if self.journal is not None:
            reason = f"{type(exception).__name__}: {exception}"[:LONGEST_TEXT]
            self.journal.note(Fetch(portal=self.portal, url=request.url, fetched_at=datetime.now(UTC), error=reason))

    async def _keep(self, request: Request, response: Response, moment: datetime, digest: bytes | None) -> Place | None:
        """Put the response into the archive; where that fails, end the crawl, but lose nothing else of it."""
        try:
            if self.archive is not None:
                return await self.archive.keep(request, response, moment, digest)
        except ArchiveFailed as error:
            self.failed(error)
        return None

    def sync(self) -> None:
        """Bring to disk what the archive was given, before a line of the spool refers to it. Runs in the journal's thread."""
        try:
            if self.archive is not None:
                self.archive.sync()
        except ArchiveFailed as error:
            assert self.journal is not None
            self.journal.tell(error)  # the articles of these pages are kept all the same

    def failed(self, error: Exception) -> None:
        """End the crawl and say why: its archive or its spool cannot be written, the disk is full."""
        self.crawler.stats.set_value("tintinh/error", str(error))
        stop(self.crawler, "archive_failed" if isinstance(error, ArchiveFailed) else "spool_failed")

    def close(self) -> None:
        """Bring to disk what waits, and close archive and spool."""
        if self.journal is not None:
            self.journal.close()
        try:
            if self.archive is not None:
                self.archive.close()
        except ArchiveFailed as error:
            self.failed(error)


class SinkPipeline:
    """Puts articles into the journal; an article counts once it is on disk.

    An item may have any shape that itemadapter knows: what a pipeline before this one made of an Article is stored.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """A pipeline into the journal of this crawl."""
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        """Store the article that an item is; count it once it is on disk. Raises DropItem."""
        if await write(self.crawler, article_of(item)):
            self.crawler.stats.inc_value("tintinh/fetched")
        return item

    async def close_spider(self) -> None:
        """Bring to disk what waits, while a failure can still be told."""
        await write(self.crawler)


def article_of(item: Any) -> Article:
    """The article that an item is, whatever its shape. Raises DropItem where it is none.

    >>> from datetime import UTC
    >>> article = Article(portal="demo", url="http://a.vn/1", title="Tin", fetched_at=datetime(2026, 11, 5, tzinfo=UTC))
    >>> article_of(ItemAdapter(article).asdict()) == article
    True
    """
    try:
        article = item if isinstance(item, Article) else msgspec.convert(ItemAdapter(item).asdict(), Article)
        check(article)
    except (TypeError, msgspec.ValidationError, InvalidArticle) as error:
        raise DropItem(f"not an article: {error}") from error
    return article


async def write(crawler: Crawler, *lines: Line) -> bool:
    """Put lines into the crawl's journal, if it has one; False where that failed and the crawl ends."""
    recorder = crawler.get_downloader_middleware(Recorder)
    return recorder is None or recorder.journal is None or await recorder.journal.write(*lines)


def note(crawler: Crawler, line: Line) -> None:
    """Put a line into the crawl's journal, if it has one; it goes down with what comes next."""
    recorder = crawler.get_downloader_middleware(Recorder)
    if recorder is not None and recorder.journal is not None:
        recorder.journal.note(line)


def _header(response: Response, name: bytes) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1").replace("\x00", "")[:LONGEST_TEXT] if value else None


def fetched_at(response: Response) -> datetime:
    """The moment that this response has in news.fetch: it leads from an article to its page."""
    request = response.request
    moment: datetime | None = request.meta.get(FETCHED_AT) if request is not None else None
    return moment or datetime.now(UTC)
