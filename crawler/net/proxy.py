"""The browser's only way out: a proxy on loopback that resolves, judges and connects, one request or tunnel a connection.

What a page's scripts, frames, workers, WebSockets, forms and pop-ups ask for, and where redirects inside the browser lead,
comes here. A refusal closes the connection without an answer, so that nothing of ours is taken for a page of the portal's.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from crawler.net.reach import Reach, connected, host_and_port

# Bytes of a request's head; browsers' own are below 16 KB.
LONGEST_HEAD = 65536
# Bytes that one connection may bring, or take.
LARGEST = 64 * 1024 * 1024
# Bytes that are passed on at once.
PIECE = 65536
# Seconds for a request's head to come, and for the next piece of whatever is under way.
HEAD_SECONDS = 10
IDLE_SECONDS = 30
# Seconds that a connection may last: a WebSocket of a page that is read for an hour.
LONGEST_SECONDS = 300
# Connections at once; browsers hold 32 to a proxy.
MOST = 64
# Refusals that the log names one by one.
MOST_NAMED = 20

logger = logging.getLogger(__name__)
_LENGTH = re.compile(rb"[0-9]{1,9}")
_PRIVATE_HEADERS = (b"proxy-connection", b"proxy-authorization", b"connection", b"keep-alive", b"upgrade")


class Head(NamedTuple):
    """The head of a request to a proxy: `url` as it was asked for, `length` the bytes of the body that follows."""

    method: str
    url: str
    length: int
    is_document: bool
    # The head that the server is to get: with a path alone, and one request a connection.
    onward: bytes

    @property
    def is_tunnel(self) -> bool:
        """Whether it asks for a tunnel to a host and port."""
        return self.method == "CONNECT"


class BadHead(ValueError):
    """No request that a browser would send to a proxy."""


def head_of(raw: bytes) -> Head:
    """Read the head of a request, the empty line included. Raises BadHead.

    >>> head_of(b"CONNECT a.vn:443 HTTP/1.1\\r\\nHost: a.vn:443\\r\\n\\r\\n")[:4]
    ('CONNECT', '//a.vn:443', 0, False)
    >>> head = head_of(b"GET http://a.vn/tin?id=1 HTTP/1.1\\r\\nHost: b.vn\\r\\nProxy-Connection: keep-alive\\r\\nAccept: text/html\\r\\n\\r\\n")
    >>> head.url, head.is_document, head.onward
    ('http://a.vn/tin?id=1', True, b'GET /tin?id=1 HTTP/1.1\\r\\nHost: a.vn\\r\\nAccept: text/html\\r\\nConnection: close\\r\\n\\r\\n')
    """
    first, *lines = raw.rstrip(b"\r\n").split(b"\r\n")
    try:
        method, target, version = first.decode("ascii").split(" ")
        headers = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
        parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
        is_whole = bool(parts.hostname) and (method == "CONNECT" or parts.scheme == "http")
    except ValueError as error:
        raise BadHead(str(error)) from error
    if not is_whole or not version.startswith("HTTP/1."):
        raise BadHead(f"{first!r} is no request to a proxy")
    if any(name == b"transfer-encoding" for name, _ in headers):
        raise BadHead("a body without a length")
    lengths = {value for name, value in headers if name == b"content-length"} or {b"0"}
    if len(lengths) > 1 or not _LENGTH.fullmatch(min(lengths)):
        raise BadHead("a body of two lengths, or of none")
    given = dict(headers)
    # Only what is shown in a window or a frame says one of these; over plain HTTP browsers leave out Sec-Fetch-Dest.
    is_document = given.get(b"accept", b"").startswith(b"text/html") or b"upgrade-insecure-requests" in given
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc.rpartition("@")[2].encode()
    kept = [line for line, (name, _) in zip(lines, headers, strict=True) if name not in {*_PRIVATE_HEADERS, b"host"}]
    onward = [f"{method} {path} {version}".encode(), b"Host: " + host, *kept, b"Connection: close", b"", b""]
    return Head(method, parts.geturl(), int(min(lengths)), is_document, b"\r\n".join(onward))


class Proxy:
    """Lets through what is in reach; `may_read` says whether a document may be asked for (robots.txt, the portal's hosts).

    `addresses` tells which IP address was last connected for a host and a port; `counts` how many requests, tunnels and
    refusals there were. Use it in `async with`, or `start` and `close` it.
    """

    def __init__(self, reach: Reach, may_read: Callable[[str], Awaitable[bool]]) -> None:
        self.reach, self.may_read = reach, may_read
        self.addresses: dict[tuple[str, int], str] = {}
        self.counts: Counter[str] = Counter()
        self.port = 0
        self._server: asyncio.Server | None = None
        self._going: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen at a port of 127.0.0.1 that was free."""
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0, limit=LONGEST_HEAD)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Listen no more, and end what is under way."""
        if self._server is not None:
            self._server.close()
        for task in self._going:
            task.cancel()
        await asyncio.gather(*self._going, return_exceptions=True)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._going) >= MOST:
            self._refuse("too many connections at once")
            writer.close()
            return
        self._going.add(task)
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._serve(reader, writer)
        except (OSError, asyncio.CancelledError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # either side went away, or took too long
        except BadHead as error:
            self._refuse(str(error))
        finally:
            self._going.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(HEAD_SECONDS):
            head = head_of(await reader.readuntil(b"\r\n\r\n"))
        host, port = host_and_port(head.url)
        reason = self.reach.refusal(host, port)
        if reason is None and head.is_document and not await self.may_read(head.url):
            reason = f"{head.url} is no page that may be read"
        if reason is not None:
            self._refuse(reason)
            return
        try:
            made, address = await connected(host, port, self.reach)
        except PermissionError as error:
            self._refuse(error.strerror or str(error))
            return
        self.addresses[host, port] = address
        upstream, onward = await asyncio.open_connection(sock=made)
        try:
            if head.is_tunnel:
                self.counts["tunnels"] += 1
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await _either(_pass_on(reader, onward, LARGEST), _pass_on(upstream, writer, LARGEST))
            else:
                self.counts["requests"] += 1
                onward.write(head.onward)
                # What comes after this one request goes to nobody: the next may be for another host.
                await _pass_on(reader, onward, head.length)
                await _pass_on(upstream, writer, LARGEST)
        finally:
            onward.close()

    def _refuse(self, reason: str) -> None:
        self.counts["refused"] += 1
        if self.counts["refused"] <= MOST_NAMED:
            logger.warning("refused to the browser: %s", reason)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int) -> None:
    """Hand over what comes, up to so many bytes, until nothing more does or nothing came for too long."""
    while most > 0:
        async with asyncio.timeout(IDLE_SECONDS):
            piece = await reader.read(min(PIECE, most))
            if not piece:
                return
            most -= len(piece)
            writer.write(piece)
            await writer.drain()


async def _either(*ways: Awaitable[None]) -> None:
    """Go on until one of the ways has ended: then nobody is there to be answered."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(OSError, asyncio.CancelledError):
                await task
