"""Tells a parent process how the crawl goes: one JSON line once it has begun, then twice a second, a last one with everything."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import Any, Self

import msgspec
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.net.ending import stop

# Seconds between two lines.
EVERY = 0.5


def figures(stats: Mapping[str, Any]) -> dict[str, Any]:
    """What Scrapy's statistics hold of ours.

    >>> figures({"tintinh/listed": 7, "downloader/request_count": 9})
    {'listed': 7}
    """
    return {key.removeprefix("tintinh/"): value for key, value in stats.items() if key.startswith("tintinh/")}


def descriptor_of(crawler: Crawler) -> int:
    """Where a parent process reads how the crawl goes. Raises NotConfigured where none does (TINTINH_PROGRESS_FD is negative)."""
    descriptor = crawler.settings.getint("TINTINH_PROGRESS_FD")
    if descriptor < 0:
        raise NotConfigured
    return descriptor


class Progress:
    """Writes to the descriptor TINTINH_PROGRESS_FD; when nobody reads any more, the crawl ends."""

    def __init__(self, crawler: Crawler, descriptor: int) -> None:
        self.crawler, self.descriptor = crawler, descriptor
        self.timer: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Progress of a crawl that a parent process follows. Raises NotConfigured for all others."""
        progress = cls(crawler, descriptor_of(crawler))
        crawler.signals.connect(progress.opened, signals.spider_opened)
        crawler.signals.connect(progress.closed, signals.spider_closed)
        return progress

    def opened(self) -> None:
        """Tell that the crawl has begun: from now on it hears a signal that is to end it."""
        self.tell()  # from now on a signal to end is heard
        self.timer = asyncio.get_event_loop().call_later(EVERY, self.tick)

    def tick(self) -> None:
        """Tell the figures so far and set the clock anew; end the crawl as `parent_gone` where nobody reads them."""
        if self.tell():
            self.timer = asyncio.get_event_loop().call_later(EVERY, self.tick)
        else:
            stop(self.crawler, "parent_gone")

    def closed(self, reason: str) -> None:
        """Tell the last figures, and why the crawl ended."""
        if self.timer is not None:
            self.timer.cancel()
        self.tell(reason=reason)

    def tell(self, **more: object) -> bool:
        """Write the figures, and what else is to be told with them, as one line of JSON; whether anybody can still read it."""
        message = {"stats": figures(self.crawler.stats.get_stats()), **more}
        try:
            os.write(self.descriptor, msgspec.json.encode(message) + b"\n")
        except OSError:
            return False
        return True
