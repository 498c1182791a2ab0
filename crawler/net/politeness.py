"""Spares hosts: what they ask for (Crawl-delay, Retry-After, a refusal) holds, whatever the portal's articles are worth."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser
from scrapy.settings import SETTINGS_PRIORITIES

from crawler.net import pace
from crawler.net.ending import is_stopping, stop
from crawler.net.pace import HostState
from vietnam.dates import VIETNAM

# How often an address is asked again that was refused; after that the page itself is taken for broken.
MOST_AGAIN = 3
# Other answers after which a second refusal of the same address says nothing of its host.
OTHERS = 3
# Refusals of access (403) in a row, of whatever address, that end a crawl.
MOST_FORBIDDEN = 5
# Pages in a row that only ask who is there.
MOST_CHALLENGES = 3
# Seconds between two looks at whether a crawl that waits is to end.
LOOK = 0.25

logger = logging.getLogger(__name__)


class Ended(IgnoreRequest):
    """The request was not sent: the crawl ends while its host is to be left alone."""


class Politeness:
    """Makes the downloader wait as each host asks for; what it learned of hosts is the figure `hosts`."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        settings = crawler.settings
        self.hosts = {name: HostState(**told) for name, told in settings.getdict("TINTINH_HOSTS").items()}
        self.least = settings.getfloat("DOWNLOAD_DELAY")
        self.first_wait = settings.getfloat("TINTINH_BACKOFF_SECONDS")
        self.is_wait_asked = (settings.getpriority("TINTINH_BACKOFF_SECONDS") or 0) > SETTINGS_PRIORITIES["project"]
        self.patience = settings.getfloat("TINTINH_WAIT_SECONDS")
        self.not_spared = {name for name, slot in settings.getdict("DOWNLOAD_SLOTS").items() if not slot.get("delay")}
        # The very table: whenever the figures are read, they say what is known of the hosts.
        crawler.stats.set_value("tintinh/hosts", self.hosts)
        self.waited = 0.0
        self.forbidden = self.challenges = 0
        self.answers = 0
        # How many answers there had been when an address was refused.
        self.refused: dict[str, int] = {}
        self._paced: set[str] = set()
        self._watches: dict[str, asyncio.Task[None]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """One for all hosts of a crawl; it begins with what earlier crawls learned (TINTINH_HOSTS)."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """Set the pace by an answer; a refusal is asked again once its time is over, or ends the crawl."""
        host = urlsplit(request.url).hostname or ""
        state, now = self.hosts.setdefault(host, HostState()), time.time()
        state.asked_at = now
        told = (response.headers.get(b"Retry-After") or b"").decode("latin-1")
        if request.meta.get("dont_obey_robotstxt"):  # robots.txt: who reads it decides what its failure means
            if response.status in pace.REFUSALS and (wait := pace.retry_after(told, now)) is not None:
                state.refuse(now, wait)
            return response
        self.adapt(host, request)
        if response.status in pace.REFUSALS:
            return self.refuse(host, request, response, pace.retry_after(told, now), now)
        self.answers += 1
        self.look_whether_kept_out(host, request, response)
        return response

    def adapt(self, host: str, request: Request) -> None:
        """Ask a host that is slow more seldom."""
        slot, seconds = self.slot(host), request.meta.get("download_latency")
        if slot is None or seconds is None or host in self.not_spared:
            return
        state = self.hosts[host]
        before = slot.delay if host in self._paced else max(slot.delay, state.delay)
        self._paced.add(host)
        state.delay = slot.delay = pace.slower(before, seconds, max(self.least, state.crawl_delay))

    def obey(self, host: str, rules: RobotParser, user_agent: str) -> None:
        """Take in the pace that robots.txt asks for: Crawl-delay, and Request-rate where its parser knows that."""
        asked = rules.crawl_delay(user_agent) or 0.0
        rate = getattr(getattr(rules, "rp", None), "request_rate", lambda _: None)(user_agent)
        if rate is not None and rate.requests > 0:
            asked = max(asked, rate.seconds / rate.requests)
        if asked > pace.MOST_CRAWL_DELAY:
            logger.warning(
                "robots.txt of %s asks for %g s between requests, %g are kept", host, asked, pace.MOST_CRAWL_DELAY
            )
            self.crawler.stats.set_value("tintinh/crawl_delay_asked", asked)
        state = self.hosts.setdefault(host, HostState())
        state.crawl_delay = min(asked, pace.MOST_CRAWL_DELAY)
        if state.crawl_delay:
            self.slow_down(host, state.crawl_delay)

    def slow_down(self, host: str, delay: float) -> None:
        """Ask one thing at a time, with so many seconds between."""
        slot = self.slot(host)
        if slot is not None:
            slot.delay, slot.concurrency, slot.jitter = max(slot.delay, delay), 1, 0.0

    def refuse(
        self, host: str, request: Request, response: Response, asked: float | None, now: float
    ) -> Response | Request:
        """Stay away from a host that refuses; the request comes again after that. What would take too long ends the crawl."""
        again = request.meta.get("refused_times", 0) + 1
        later = request.copy()
        later.meta["refused_times"], later.dont_filter, later.priority = again, True, request.priority - 1
        if again > MOST_AGAIN:
            return response
        met = self.refused.get(request.url)
        is_page = met is not None and self.answers - met >= OTHERS  # others are answered: the host is not at fault
        is_local = host in self.not_spared and not self.is_wait_asked  # nobody needs to be spared there
        if asked is None and (is_page or is_local):
            return later
        self.refused[request.url] = self.answers
        wait = self.hosts[host].refuse(now, asked, self.first_wait, pace.some_more())
        self.crawler.stats.inc_value("tintinh/refusals")
        if self.waited + wait > self.patience:
            until = datetime.fromtimestamp(now + wait, VIETNAM)
            reason = f"{host} answers {response.status} and is left alone until {until:%d/%m %H:%M}"
            logger.error("%s", reason)
            self.crawler.stats.set_value("tintinh/error", reason)
            stop(self.crawler, "portal_failed")
            return response
        self.waited += wait
        logger.warning("%s answers %d: nothing is asked for %.0f s", host, response.status, wait)
        self.hold(host, wait)
        return later

    def hold(self, host: str, seconds: float) -> None:
        """Send nothing to a host for so many seconds; what waits is dropped if the crawl ends meanwhile."""
        slot = self.slot(host)
        if slot is None:
            return
        slot.delay = max(slot.delay, 0.001)  # without any, the downloader looks at no clock
        slot.lastseen = max(slot.lastseen, time.monotonic() + seconds)
        watch = self._watches.get(host)
        if watch is None or watch.done():
            self._watches[host] = asyncio.ensure_future(self.watch(slot))

    async def watch(self, slot: Slot) -> None:
        """Drop what waits in a slot that is held, once the crawl is to end."""
        while time.monotonic() < slot.lastseen:
            await asyncio.sleep(LOOK)
            if is_stopping(self.crawler):
                while slot.queue:
                    _, answer = slot.queue.popleft()
                    answer.errback(Ended("the crawl ends while its host is left alone"))
                return

    def look_whether_kept_out(self, host: str, request: Request, response: Response) -> None:
        """End a crawl that is refused access again and again, or is asked who it is."""
        self.forbidden = self.forbidden + 1 if response.status == 403 else 0
        self.challenges = self.challenges + 1 if pace.is_challenge(response.body) else 0
        context = request.cb_kwargs.get("context")
        if self.challenges >= MOST_CHALLENGES or (self.challenges and getattr(context, "role", None) == "home"):
            self.block(
                f"{host} asks who is there (a captcha, a cookie or a check of the browser) before it shows pages"
            )
        elif self.forbidden >= MOST_FORBIDDEN:
            self.block(f"{host} refuses access (403), {self.forbidden} times in a row")

    def block(self, reason: str) -> None:
        """End the crawl as one that the portal keeps out."""
        logger.error("%s", reason)
        self.crawler.stats.set_value("tintinh/error", reason)
        self.crawler.stats.set_value("tintinh/blocked", True)
        stop(self.crawler, "portal_failed")

    def slot(self, host: str) -> Slot | None:
        """The downloader's slot of a host; None before the first request."""
        downloader = self.crawler.engine.downloader
        return downloader.slots.get(host)
