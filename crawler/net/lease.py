"""A crawl that a worker runs goes on only as long as the worker says so: no host is asked by a crawl that another has taken over."""

from __future__ import annotations

import asyncio
import math
import os
import threading
import time
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler

from crawler.net.ending import stop
from crawler.net.pause import Pause
from crawler.net.progress import descriptor_of

# Seconds between two looks at the lease while no request is made.
EVERY = 1.0
REASON = "lease_lost"
# What the parent process writes each time that it has renewed the lease.
RENEWAL = b"."


class LeaseLost(Exception):
    """Nobody says any more that this crawl may ask anything."""


class Lease:
    """Reads what the parent process writes: a byte a renewal; without one for `seconds` nothing more is asked and the crawl ends.

    Asked before every request, too: a process that slept must not ask before it has looked. What else it reads is for the pause.
    """

    def __init__(self, crawler: Crawler, seconds: float, descriptor: int) -> None:
        self.crawler, self.seconds, self.descriptor = crawler, seconds, descriptor
        self.renewed_at = time.monotonic()
        self.timer: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The lease of a crawl that a worker runs, one without end for others. Raises NotConfigured for a crawl without a parent process."""
        descriptor_of(crawler)
        lease = cls(crawler, crawler.settings.getfloat("TINTINH_LEASE_SECONDS") or math.inf, 0)
        crawler.signals.connect(lease.opened, signals.spider_opened)
        crawler.signals.connect(lease.closed, signals.spider_closed)
        return lease

    def listen(self) -> None:
        """Take renewals until nobody can send any."""
        pause = self.crawler.get_extension(Pause)
        while told := os.read(self.descriptor, 4096):
            if RENEWAL in told:
                self.renewed_at = time.monotonic()
            if pause is not None:
                pause.hear(told)

    def is_lost(self) -> bool:
        """Whether the worker has been silent for too long."""
        return time.monotonic() - self.renewed_at > self.seconds

    def opened(self) -> None:
        """Begin to listen, and to look at the lease."""
        threading.Thread(target=self.listen, name="lease", daemon=True).start()
        self.timer = asyncio.get_event_loop().call_later(EVERY, self.look)

    def look(self) -> None:
        """End the crawl where the lease is lost."""
        if self.is_lost():
            stop(self.crawler, REASON)
        else:
            self.timer = asyncio.get_event_loop().call_later(EVERY, self.look)

    def closed(self) -> None:
        """Look no more."""
        if self.timer is not None:
            self.timer.cancel()


def require(crawler: Crawler) -> None:
    """Nothing, for a crawl that may go on. Raises LeaseLost for one whose worker fell silent, and ends it."""
    lease = crawler.get_extension(Lease)
    if lease is not None and lease.is_lost():
        stop(crawler, REASON)
        raise LeaseLost("the worker that runs this crawl fell silent")
