"""The head of an answer has an end: Scrapy bounds bodies, Twisted the length of one line of headers, nobody their number."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.http import Response
from twisted.python.failure import Failure
from twisted.web._newclient import BODY

from crawler.net import lease, pause

# Bytes of status lines and headers, those of answers like “100 Continue” in front included; as much as Chromium takes.
LONGEST_HEAD = 256 * 1024


class HeadTooLong(Exception):
    """An answer has more headers than any server sends."""


class _Protocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        self._head = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 -- Twisted's name
        """Take in what came, unless it is still no body after so many bytes."""
        parser = self._parser
        transport = self.transport
        assert transport is not None
        if parser is None:  # nobody asked for anything, or nobody waits any longer
            transport.abortConnection()
            return
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if parser.state == BODY or self._parser is not parser:
            return
        self._head += len(data)
        if self._head > LONGEST_HEAD:
            self._giveUp(Failure(HeadTooLong(f"more than {LONGEST_HEAD} bytes of headers")))  # type: ignore[no-untyped-call]
            transport.abortConnection()  # TLS would wait for the other side


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _Protocol:  # noqa: N802 -- Twisted's name
        """A connection whose answers have bounded heads."""
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class BoundedHeads(HTTP11DownloadHandler):
    """Scrapy's handler of http and https, whose answers have bounded heads."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory

    async def download_request(self, request: Request) -> Response:
        """Ask for what a request wants, once it may. Raises LeaseLost where the crawl may ask nothing any more, IgnoreRequest where it ends."""
        async with pause.turn(self._crawler, request):
            lease.require(self._crawler)
            return await super().download_request(request)
