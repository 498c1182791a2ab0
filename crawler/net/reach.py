"""Where a crawl may connect to, and the check at the connection itself, whoever in this process makes it.

Names lead elsewhere at the second question, and not every handler asks our resolver: what counts is the address that a
socket is connected to. Python tells its audit hooks of every one. A loop of uvloop's connects in C, unseen; `Loop` is one
that does not.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from crawler.net.addresses import is_public, literal

DEFAULT_PORTS = {"http": 80, "https": 443}
WEB = frozenset(DEFAULT_PORTS.values())
# Seconds that one address may take to accept a connection.
CONNECT_SECONDS = 10
# Exact addresses with their ports that are reached although they are private. Empty; only code in this process can change
# it: no setting, no variable, no portal. The tests serve their portal there, and nothing else on loopback is reached.
EXEMPT: set[tuple[str, int]] = set()

HINT = "set TINTINH_ALLOW_PRIVATE=1 to allow it"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where one crawl may go: public addresses at these ports, private ones where the user allows them, and its proxy."""

    allow_private: bool = False
    ports: frozenset[int] = WEB
    proxy: str = ""
    proxy_at: frozenset[tuple[str, int]] = frozenset()

    def refusal(self, host: str, port: int) -> str | None:
        """Why a host, or an IP address, is not to be reached at a port; None where it may be. A name is not resolved.

        >>> Reach().refusal("congan.example.vn", 443), Reach(allow_private=True).refusal("127.0.0.1", 8101)
        (None, None)
        >>> Reach().refusal("127.1", 80)
        '127.1 is a private address: set TINTINH_ALLOW_PRIVATE=1 to allow it'
        >>> Reach().refusal("8.8.8.8", 22)
        '8.8.8.8 is not asked at port 22: only at 443, 80 and the ports of addresses that the portal has'
        """
        found = literal(host)
        if found is not None and (str(found), port) in EXEMPT:
            return None
        if not is_public(host):
            return None if self.allow_private else f"{host} is a private address: {HINT}"
        if port not in self.ports:
            ports = ", ".join(sorted(map(str, self.ports)))
            return f"{host} is not asked at port {port}: only at {ports} and the ports of addresses that the portal has"
        return None

    def refusal_to_connect(self, address: str, port: int) -> str | None:
        """The same of what a socket connects to; that may be the proxy as well, which no page may ask for."""
        return None if (address, port) in self.proxy_at else self.refusal(address, port)

    def resolves(self, address: str) -> bool:
        """Whether a name may lead to an IP address; at which port is judged when it is connected."""
        known = {at for at, _ in EXEMPT | self.proxy_at}
        return self.allow_private or is_public(address) or str(literal(address)) in known


def reach_of(settings: BaseSettings, addresses: Iterable[str] = ()) -> Reach:
    """Where a crawl with these settings may go whose portal has these addresses (hosts, or whole URLs)."""
    proxy = str(settings.get("TINTINH_PROXY") or "")
    at: frozenset[tuple[str, int]] = frozenset()
    if proxy:
        host, port = host_and_port(proxy)
        with suppress(OSError):
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            at = frozenset((str(literal(str(one[4][0]))), port) for one in found)
    ports = WEB | {port for _, port in map(host_and_port, filter(None, addresses))}
    return Reach(settings.get("TINTINH_ALLOW_PRIVATE") in {"1", 1}, ports, proxy, at)


def host_and_port(address: str) -> tuple[str, int]:
    """Host and port of a URL, or of what portal files write; the scheme's own port where none is named.

    >>> host_and_port("https://A.vn/tin"), host_and_port("a.vn:8080"), host_and_port("http://[::1]:81/")
    (('a.vn', 443), ('a.vn', 8080), ('::1', 81))
    """
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        return parts.hostname or "", parts.port or DEFAULT_PORTS.get(parts.scheme, 80)
    except ValueError:  # no address at all: there is nothing at port 0
        return "", 0


# Reaches of the crawls that go on in this process.
_active: list[Reach] = []


def enter(reach: Reach) -> None:
    """Hold every connection of this process to what is in reach, until `leave`."""
    _active.append(reach)
    _install()


def leave(reach: Reach) -> None:
    """Forget a reach whose crawl has ended."""
    with suppress(ValueError):
        _active.remove(reach)


def within(judge: Callable[[Reach], str | None]) -> str | None:
    """What the crawls of this process say against something; None where one allows it, or none is going on."""
    refusals = [judge(reach) for reach in _active]
    return None if None in refusals or not refusals else refusals[0]


@cache
def _install() -> None:
    """Once: an audit hook stays for the life of the process."""
    sys.addaudithook(_watch)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not _active:
        return
    made, address = arguments
    if made.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    host, port = str(address[0]), int(address[1])
    if literal(host) is None:
        reason = within(lambda reach: None if reach.allow_private else f"{host} is a name: where it leads is not known")
    else:
        reason = within(lambda reach: reach.refusal_to_connect(host, port))
    if reason is not None:
        raise PermissionError(errno.EACCES, reason)


async def connected(host: str, port: int, reach: Reach) -> tuple[socket.socket, str]:
    """A connection to a host, and the IP address that it leads to: the very one that was judged.

    Raises PermissionError where all that the host leads to is out of reach, OSError where nothing answers.
    """
    found = literal(host)
    spelt = str(found) if found is not None else host
    try:
        resolved = await asyncio.to_thread(socket.getaddrinfo, spelt, port, type=socket.SOCK_STREAM)
    except ValueError as error:  # no text that a resolver takes
        raise OSError(f"{host} is no name") from error
    failure: OSError = OSError(f"{host} leads nowhere")
    for family, kind, protocol, _, address in resolved:
        if reason := reach.refusal(str(address[0]), port):
            failure = PermissionError(errno.EACCES, f"{host}: {reason}")
            continue
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await asyncio.get_running_loop().sock_connect(made, address)
        except BaseException as error:
            made.close()
            if not isinstance(error, OSError):
                raise
            failure = error
        else:
            return made, str(address[0])
    raise failure
