"""Tells a parent process how the crawl goes: one JSON line once it has begun, then twice a second, a last one with everything."""

from __future__ import annotations

import os
from typing import Any, Self

import msgspec
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.net.ending import stop
from crawler.spider.figures import figures

EVERY = 0.5


class Progress:
    """Writes to the descriptor TINTINH_PROGRESS_FD; when nobody reads any more, the crawl ends."""

    def __init__(self, crawler: Crawler, descriptor: int) -> None:
        self.crawler, self.descriptor = crawler, descriptor
        self.timer: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        descriptor = crawler.settings.getint("TINTINH_PROGRESS_FD")
        if descriptor < 0:
            raise NotConfigured
        progress = cls(crawler, descriptor)
        crawler.signals.connect(progress.opened, signals.spider_opened)
        crawler.signals.connect(progress.closed, signals.spider_closed)
        return progress

    def opened(self) -> None:
        import asyncio

        self.write({"stats": figures(self.crawler.stats.get_stats())})  # from now on a signal to end is heard
        self.timer = asyncio.get_event_loop().call_later(EVERY, self.tick)

    def tick(self) -> None:
        import asyncio

        if self.write({"stats": figures(self.crawler.stats.get_stats())}):
            self.timer = asyncio.get_event_loop().call_later(EVERY, self.tick)
        else:
            stop(self.crawler, "parent_gone")

    def closed(self, reason: str) -> None:
        if self.timer is not None:
            self.timer.cancel()
        self.write({"stats": figures(self.crawler.stats.get_stats()), "reason": reason})

    def write(self, message: dict[str, Any]) -> bool:
        try:
            os.write(self.descriptor, msgspec.json.encode(message) + b"\n")
        except OSError:
            return False
        return True
