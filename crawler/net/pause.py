"""A crawl that steps aside: it asks nothing while somebody waits for a single address of its hosts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request

from crawler.net.ending import is_stopping
from crawler.net.progress import Progress, descriptor_of

# What the parent process writes: ask nothing from now on; go on.
PAUSE, RESUME = b"p", b"r"
# Seconds between two looks at whether a crawl that stands still is to end.
LOOK = 0.25


@asynccontextmanager
async def turn(crawler: Crawler, request: Request) -> AsyncIterator[None]:
    """Within it a request is under way; waits for its turn where the crawl pauses. Raises IgnoreRequest where it ends meanwhile."""
    found = crawler.get_extension(Pause)
    if found is None:
        yield
        return
    # A robots.txt that a page under way needs is read at once: the page cannot end before.
    is_needed = bool(request.meta.get("dont_obey_robotstxt")) and found.under_way > 0
    async with found.turn(urlsplit(request.url).hostname or "", waits=not is_needed):
        yield


class Pause:
    """Holds requests back right before they are sent; says `paused`, with how many times it was told to, once none is under way."""

    def __init__(self, crawler: Crawler, progress: Progress) -> None:
        self.crawler, self.progress = crawler, progress
        self.loop: asyncio.AbstractEventLoop | None = None
        self.is_paused = False
        self.times = 0
        self.under_way = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pause of a crawl that a parent process follows. Raises NotConfigured for all others."""
        pause = cls(crawler, Progress(crawler, descriptor_of(crawler)))
        crawler.signals.connect(pause.opened, signals.spider_opened)
        return pause

    def opened(self) -> None:
        """From now on it can be told to pause."""
        self.loop = asyncio.get_event_loop()

    def hear(self, told: bytes) -> None:
        """Take in what the parent wrote. Called from the thread that reads it."""
        if self.loop is not None:
            for number in told:
                self.loop.call_soon_threadsafe(self.take, bytes((number,)))

    def take(self, told: bytes) -> None:
        """Pause or go on; other words are not for it."""
        if told == PAUSE:
            self.is_paused = True
            self.times += 1
            self._tell()
        elif told == RESUME:
            self.is_paused = False

    @asynccontextmanager
    async def turn(self, host: str, *, waits: bool = True) -> AsyncIterator[None]:
        """Within it a request is under way. Waits for the end of a pause, and then as long as the host's pace asks for.

        Raises IgnoreRequest where the crawl ends meanwhile.
        """
        while waits and self.is_paused:
            await self._stand_still()
            await self._keep_pace(host)
        self.under_way += 1
        try:
            yield
        finally:
            self.under_way -= 1
            self._tell()

    async def _stand_still(self) -> None:
        while self.is_paused:
            if is_stopping(self.crawler):
                raise IgnoreRequest("the crawl ends while somebody else asks its server")
            await asyncio.sleep(LOOK)

    async def _keep_pace(self, host: str) -> None:
        """The host was asked by somebody else a moment ago."""
        slot = self.crawler.engine.downloader.slots.get(host)
        goes_on_at = time.monotonic() + (slot.delay if slot is not None else 0.0)
        while (left := goes_on_at - time.monotonic()) > 0:
            if is_stopping(self.crawler):
                raise IgnoreRequest("the crawl ends after somebody else asked its server")
            await asyncio.sleep(min(LOOK, left))

    def _tell(self) -> None:
        if self.is_paused and not self.under_way:
            # With the last answers: whoever comes in must know when they were asked last.
            self.progress.tell(paused=self.times)
