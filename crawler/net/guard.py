"""Keeps the crawler on the public net: no loopback, no private ranges, unless TINTINH_ALLOW_PRIVATE says so.

Three layers, the innermost in crawler/net/reach.py: an address is judged as it is spelt, by what its name resolves to, and
when a socket connects to it. A fourth, the address that answered, is judged before the answer is kept.
"""

from __future__ import annotations

import logging
from typing import Any, ClassVar, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Request, Response
from scrapy.resolver import CachingThreadedResolver
from scrapy.settings import BaseSettings
from scrapy.signals import spider_closed, spider_opened
from scrapy.utils.misc import load_object
from scrapy.utils.python import global_object_name
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.net.reach import HINT, Reach, enter, host_and_port, leave, reach_of

# What may download, and is tried against hostile addresses in tests/crawler/net; of nothing else is it known where it connects.
TESTED = frozenset({
    "crawler.net.heads.BoundedHeads",
    "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler",
    "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler",
    "crawler.net.browser_handler.BrowserHandler",
})  # fmt: skip

logger = logging.getLogger(__name__)
SCHEMES = frozenset({"http", "https"})


class NotAllowed(IgnoreRequest):
    """A request that is not sent, whatever its host would answer."""


class PrivateAddress(NotAllowed):
    """The address is private or loopback (TINTINH_ALLOW_PRIVATE=1 allows it), or its port is none of the portal's."""


class PrivateName(PrivateAddress, DNSLookupError):
    """A name that resolves to a private address; to Twisted it is one that resolves to nothing."""


class UntestedHandler(NotAllowed):
    """Something would download of which nobody knows whether it keeps to the public net."""


class Guard:
    """Refuses addresses that are out of reach by their spelling; redirects pass here as well."""

    def __init__(self, settings: BaseSettings) -> None:
        self.settings, self.reach, self.untested = settings, reach_of(settings), untested(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """A guard that lets everything pass where TINTINH_ALLOW_PRIVATE is 1."""
        guard = cls(crawler.settings)
        crawler.signals.connect(guard.open, spider_opened)
        crawler.signals.connect(guard.close, spider_closed)
        return guard

    def open(self, spider: Any) -> None:
        """Take the ports of the portal's own addresses, and hold all connections of the process to what is in reach."""
        self.reach = reach_of(self.settings, getattr(spider, "addresses", None) or spider.start_urls)
        enter(self.reach)

    def close(self) -> None:
        """The crawl has ended."""
        leave(self.reach)

    def process_request(self, request: Request) -> None:
        """Let a request pass. Raises PrivateAddress where its address is out of reach as it is spelt, else UntestedHandler."""
        if self.untested is not None:
            raise UntestedHandler(self.untested)
        if reason := self.reach.refusal(*host_and_port(request.url)):
            raise PrivateAddress(reason)
        # Proxies of the environment are no setting of the crawl's: None keeps Scrapy from asking for them.
        request.meta["proxy"] = self.reach.proxy or None

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Say of a name that was refused that it leads to a private address. Raises PrivateAddress; to Twisted it leads nowhere."""
        host, _ = host_and_port(request.url)
        if isinstance(exception, CannotResolveHostError) and (address := PublicResolver.refused.get(host)):
            raise PrivateAddress(f"{host} leads to the private address {address}: {HINT}")

    def judge(self, response: Response) -> None:
        """Let an answer pass. Raises PrivateAddress where the address that gave it is out of reach, however it got there."""
        at, (_, port) = response.ip_address, host_and_port(response.url)
        if at is not None and not self.reach.proxy and (reason := self.reach.refusal(str(at), port)):
            raise PrivateAddress(f"{response.url} was answered by {reason}")


def untested(settings: BaseSettings) -> str | None:
    """What would download and is not on the tested list, as one line; None where all is."""
    for scheme, named in settings.getwithbase("DOWNLOAD_HANDLERS").items():
        if named is None:
            continue
        try:
            handler = global_object_name(load_object(named))
        except (ImportError, ValueError, NameError):
            handler = str(named)
        if scheme not in SCHEMES or handler not in TESTED:
            return f"DOWNLOAD_HANDLERS names {handler} for {scheme}: where it connects to cannot be answered for"
    return None


class PublicResolver(CachingThreadedResolver):
    """Refuses names that resolve to private addresses."""

    reach = Reach()
    # The private addresses that names led to, in this process.
    refused: ClassVar[dict[str, str]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Scrapy's resolver with its cache, which refuses unless TINTINH_ALLOW_PRIVATE is 1."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.reach = reach_of(crawler.settings)
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802 -- Twisted's name
        """The IPv4 address of a name, later; fails with PrivateAddress where that is private."""
        return super().getHostByName(name, timeout).addCallback(self.check, name)

    def check(self, address: str, name: str = "") -> str:
        """An IP address that a name leads to. Raises PrivateAddress where that is private."""
        if not self.reach.resolves(address):
            self.refused[name] = address
            logger.warning("refused: a name leads to the private address %s", address)
            raise PrivateName(f"the name leads to the private address {address}: {HINT}")
        return address
