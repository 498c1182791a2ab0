"""How a crawl is ended before its time."""

from __future__ import annotations

import asyncio
from typing import Self

from scrapy.crawler import Crawler


class Ending:
    """The one end of a crawl, an extension that all its parts share."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.task: asyncio.Future[None] | None = None  # the loop itself would not keep it alive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The one that `stop` and `is_stopping` find by its class among the crawl's extensions."""
        return cls(crawler)

    def begin(self, reason: str) -> None:
        """Close the spider for this reason, unless it is closing already or has not begun."""
        if self.crawler.engine.running and self.task is None:
            self.task = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))


def stop(crawler: Crawler, reason: str) -> None:
    """End the crawl after the requests that are under way; the first reason counts."""
    _ending(crawler).begin(reason)


def is_stopping(crawler: Crawler) -> bool:
    """Whether the crawl is ending, by `stop` or by a signal."""
    return not crawler.crawling or _ending(crawler).task is not None


def _ending(crawler: Crawler) -> Ending:
    found = crawler.get_extension(Ending)
    assert found is not None, "crawler.settings names it in EXTENSIONS"
    return found
