"""Keeps the crawler on the public net: no loopback, no private ranges, unless TINTINH_ALLOW_PRIVATE says so."""

from __future__ import annotations

import ipaddress
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred


class PrivateAddress(IgnoreRequest):
    """The address is private or loopback (TINTINH_ALLOW_PRIVATE=1 allows it)."""


def is_public(address: str) -> bool:
    """Whether an IP address is on the public net; a name counts as public until it is resolved.

    >>> is_public("8.8.8.8"), is_public("127.0.0.1"), is_public("10.0.0.1"), is_public("congan.example.vn")
    (True, False, False, True)
    >>> is_public("localhost."), is_public("127.0.0.1.")
    (False, False)
    """
    address = address.strip("[]").rstrip(".")
    try:
        found = ipaddress.ip_address(address)
        if isinstance(found, ipaddress.IPv6Address):
            # an IPv4 address may hide in an IPv6 one: mapped, 6to4, or the NAT64 prefix 64:ff9b::/96
            hidden = found.ipv4_mapped or found.sixtofour
            if found in ipaddress.IPv6Network("64:ff9b::/96"):
                hidden = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
            if hidden is not None:
                return hidden.is_global
        return found.is_global
    except ValueError:
        return not address.endswith((".localhost", ".local", ".internal")) and address != "localhost"


class Guard:
    """Refuses addresses that are private by their spelling; redirects pass here as well."""

    def __init__(self, *, allow_private: bool) -> None:
        self.allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """A guard that lets everything pass where TINTINH_ALLOW_PRIVATE is 1."""
        return cls(allow_private=crawler.settings.get("TINTINH_ALLOW_PRIVATE") in {"1", 1})

    def process_request(self, request: Request) -> None:
        """Let a request pass. Raises PrivateAddress where its host is private as it is spelt."""
        host = urlsplit(request.url).hostname or ""
        if not self.allow_private and not is_public(host):
            raise PrivateAddress(f"{host} is a private address: set TINTINH_ALLOW_PRIVATE=1 to allow it")


class PublicResolver(CachingThreadedResolver):
    """Refuses names that resolve to private addresses."""

    allow_private = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Scrapy's resolver with its cache, which refuses unless TINTINH_ALLOW_PRIVATE is 1."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.allow_private = crawler.settings.get("TINTINH_ALLOW_PRIVATE") in {"1", 1}
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802 -- Twisted's name
        """The IPv4 address of a name, later; fails with PrivateAddress where that is private."""
        found = super().getHostByName(name, timeout)
        return found if self.allow_private else found.addCallback(self._check)

    @staticmethod
    def _check(address: str) -> str:
        if not is_public(address):
            raise PrivateAddress(f"the name leads to the private address {address}")
        return address
