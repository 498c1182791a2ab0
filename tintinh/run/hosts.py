"""The hosts of a run: whom it asks, at which network address, and that nobody else asks them meanwhile."""

from __future__ import annotations

import ipaddress
import math
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import psycopg

from crawler.spider.dispatcher import PACE
from ingest import hosts as rows

# Seconds between two tries for a host that another run asks.
POLL = 0.5
# Seconds that a run waits for single addresses of its hosts, though it would not wait for another crawl.
BRIEF = 60.0


@dataclass(slots=True)
class Hosts:
    """The hosts that a run asks: their addresses by name, what is known of them, what is locked for it."""

    addresses: dict[str, str] = field(default_factory=dict)
    states: dict[str, dict[str, float]] = field(default_factory=dict)
    locked: list[str] = field(default_factory=list)

    def blocked(self) -> tuple[str, float] | None:
        """The host that wants to be left alone longest from now on, and until when, in seconds since 1970; None where none does."""
        later = {
            name: state["blocked_until"] for name, state in self.states.items() if state["blocked_until"] > time.time()
        }
        return max(later.items(), key=lambda item: item[1]) if later else None

    def take(
        self,
        connection: psycopg.Connection,
        stopped: Callable[[], bool],
        say: Callable[[str], None],
        portal: str,
        *,
        seconds: float = math.inf,
        overtakes: bool = False,
    ) -> str | None:
        """Lock them for this session, waiting so long for runs that ask the same hosts or addresses; why not, or None once they are locked.

        Who `overtakes` has the crawl that asks them stand still meanwhile.
        """
        if overtakes:
            rows.claim(connection, self.locked, rows.WANTED)
        told = False
        begun = time.monotonic()
        until = begun + max(seconds, POLL)
        while (held := rows.lock(connection, self.locked, overtakes=overtakes)) is not None:
            if stopped():
                return "stopped while another run asked its server"
            # A single address is soon fetched: nobody comes back later for that.
            is_brief = not overtakes and rows.is_claimed(connection, self.locked, [rows.WANTED])
            now = time.monotonic()
            if is_brief:
                until = max(until, min(now + 2 * POLL, begun + BRIEF))
            if now >= until:
                return f"another run asks the same server ({held})"
            if not told and not is_brief:
                say(f"{portal}: waits for another run that asks the same server ({held})")
                told = True
            time.sleep(POLL)
        if time.monotonic() - begun > POLL:  # the other has learned more of them
            self.states |= rows.known(connection, list(self.addresses), portal)
        return None


def of(connection: psycopg.Connection, portal: str, addresses: list[str], settings: Mapping[str, Any]) -> Hosts:
    """The hosts of a portal's run that asks these addresses first. Servers of this machine are only spared together where a user asks for a pace."""
    spare_loopback = any(name in settings for name in PACE)
    found = Hosts()
    for url in addresses:
        host = urlsplit(url).hostname
        if not host:
            continue
        address = found.addresses.get(host) or _address(host)
        is_local = address is not None and ipaddress.ip_address(address).is_loopback
        if address is not None:
            found.addresses[host] = address
        # Of this machine's own servers each port is one.
        found.locked += [urlsplit(url).netloc.rpartition("@")[2] if is_local else host]
        if address is not None and (not is_local or spare_loopback):
            found.locked += [address]
    names = list({urlsplit(url).hostname or "" for url in addresses})
    found.states = rows.known(connection, names, portal)
    return found


def _address(host: str) -> str | None:
    """The network address that a name leads to first; None where it leads nowhere."""
    try:
        return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0]).partition("%")[0]
    except (OSError, UnicodeError):
        return None
