"""robots.txt, asked for once a host: the spider's first question is also what Scrapy's middleware obeys."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Request, Response, TextResponse
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.misc import build_from_crawler, load_object

from crawler.net.guard import NotAllowed
from crawler.net.pace import HostState
from crawler.net.politeness import Politeness
from crawler.net.responses import reason_of

# The first host of a crawl is asked quickly: one that is down must not cost an hour of time-outs.
ANSWER_SECONDS = 10
QUICK = {"download_timeout": ANSWER_SECONDS, "max_retry_times": 1}
# As RFC 9309 has it; no rules can be behind more.
REDIRECTS = 5

# Bytes that are read of one, as RFC 9309 asks for at least.
LONGEST = 500 * 1024
# Flag of a robots.txt that was not asked for.
REMEMBERED = "remembered"
FORBIDS_ALL = b"User-agent: *\nDisallow: /\n"
# Seconds after which a robots.txt that only gives errors counts as none (RFC 9309, 2.3.1.4).
FAILING = 30 * 86_400.0

logger = logging.getLogger(__name__)


class Robots(RobotsTxtMiddleware):
    """Obeys as Scrapy's own does, and keeps the answers."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.reader: type[RobotParser] = load_object(crawler.settings["ROBOTSTXT_PARSER"])
        self.remembers = crawler.settings["TINTINH_REVISIT"] == "due"
        self.asked: dict[str, asyncio.Future[Response]] = {}
        self.rules: dict[str, RobotParser | None] = {}
        # Hosts whose robots.txt gave an error, which is a no.
        self.refusals: dict[str, str] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules for a request's host, read once a crawl; None where everything is allowed."""
        host = urlsplit(request.url).netloc
        if host not in self.rules:
            rules = await self.read(request)
            self.rules.setdefault(host, rules)
        return self.rules[host]

    async def read(self, request: Request) -> RobotParser | None:
        """The rules of a host; None, which allows everything, where it has none to be read."""
        host = urlsplit(request.url)
        try:
            response = await self.answer(request.url, {})
        except Exception as error:
            logger.warning("no robots.txt of %s: %s", host.netloc, reason_of(error))
            return None
        politeness = self.crawler.get_downloader_middleware(Politeness)
        if (refusal := refusal_of(response, politeness)) is not None:
            logger.warning("%s", refusal)
            self.refusals[host.netloc] = refusal
            return build_from_crawler(self.reader, self.crawler, FORBIDS_ALL)
        if len(response.body) > LONGEST:
            logger.warning(
                "robots.txt of %s has %d bytes, the first %d are read", host.netloc, len(response.body), LONGEST
            )
        rules: RobotParser = build_from_crawler(self.reader, self.crawler, response.body[:LONGEST])
        if politeness is not None:
            politeness.obey(host.hostname or "", rules, self.crawler.settings["USER_AGENT"])
        await self.crawler.signals.send_catch_log_async(signals.robots_parsed, robotparser=rules, request=request)
        return rules

    async def answer(self, url: str, meta: dict[str, Any]) -> Response:
        """The robots.txt of an address's host, asked for once a crawl whoever wants it. Raises what came instead of an answer."""
        host = urlsplit(url).netloc
        if host not in self.asked:
            self.asked[host] = asyncio.ensure_future(self.ask(url, meta))
        return await asyncio.shield(self.asked[host])  # others wait for it as well

    async def ask(self, url: str, meta: dict[str, Any]) -> Response:
        """The robots.txt of an address's host; what was read within a day holds for a crawl that asks only what is due."""
        politeness = self.crawler.get_downloader_middleware(Politeness)
        if politeness is None:
            return await _ask(self.crawler, url, meta)
        state = politeness.hosts.setdefault(urlsplit(url).hostname or "", HostState())
        if self.remembers and (text := state.robots_still(address_of(url), time.time())) is not None:
            return TextResponse(address_of(url), body=text.encode(), encoding="utf-8", flags=[REMEMBERED])
        response = await _ask(self.crawler, url, meta)
        if response.status < 500 and response.status != 429:
            text = response.body.decode("utf-8", "replace") if response.status < 300 else ""
            state.remember_robots(address_of(url), text, time.time())
        return response


async def answer(crawler: Crawler, url: str) -> Response:
    """The robots.txt of the host of an address, soon. Raises what came instead of an answer."""
    url = Request(url).url
    obeying = crawler.get_downloader_middleware(Robots)
    return await (obeying.answer(url, QUICK) if obeying is not None else _ask(crawler, url, QUICK))


def refusal_of(response: Response, politeness: Politeness | None) -> str | None:
    """Why nothing may be asked of a host whose robots.txt gives an error, in a line; None where it gives rules, or has none.

    An error of the server counts as a no; after thirty days of nothing else, as RFC 9309 allows, as no robots.txt.
    """
    parts, now = urlsplit(response.url), time.time()
    state = politeness.hosts.setdefault(parts.hostname or "", HostState()) if politeness is not None else HostState()
    if response.status < 500 and response.status != 429:
        state.robots_failing_since = 0.0
        return None
    state.robots_failing_since = state.robots_failing_since or now
    if now - state.robots_failing_since > FAILING:
        return None
    return f"robots.txt of {parts.netloc} answers {response.status}: until it gives rules again, that is a no"


async def allow(crawler: Crawler, url: str) -> None:
    """Let an address pass that is not asked for by a request of Scrapy's. Raises IgnoreRequest where robots.txt forbids it."""
    obeying = crawler.get_downloader_middleware(Robots)
    if obeying is not None:
        await obeying.process_request(Request(url))


def why_forbidden(crawler: Crawler, url: str) -> str:
    """Why robots.txt keeps an address from being asked, in a line."""
    obeying = crawler.get_downloader_middleware(Robots)
    told = obeying.refusals.get(urlsplit(url).netloc) if obeying is not None else None
    return told or f"robots.txt forbids {url}"


def is_there(error: Exception) -> bool:
    """Whether a host that gave no robots.txt did answer: one that is too long, or redirected in a circle."""
    return isinstance(error, (DownloadCancelledError, IgnoreRequest)) and not isinstance(error, NotAllowed)


def is_forbidden(error: BaseException) -> bool:
    """Whether a request was not sent because robots.txt forbids it.

    >>> is_forbidden(IgnoreRequest("Forbidden by robots.txt")), is_forbidden(IgnoreRequest("max redirections reached"))
    (True, False)
    """
    return type(error) is IgnoreRequest and "robots.txt" in str(error)


def address_of(url: str) -> str:
    """The address of the robots.txt that speaks for an address.

    >>> address_of("http://a.vn:8080/tin/mot")
    'http://a.vn:8080/robots.txt'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


async def _ask(crawler: Crawler, url: str, meta: dict[str, Any]) -> Response:
    robots = address_of(url)
    return await crawler.engine.download_async(
        Request(robots, callback=NO_CALLBACK, meta={"dont_obey_robotstxt": True, "redirect_ttl": REDIRECTS, **meta})
    )
