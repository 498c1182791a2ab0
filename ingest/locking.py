"""Who may write at the same time: ingests of different portals may, two that could meet the same article may not.

What an ingest is about to write has parts: the portals it is of and the hosts of its addresses and identities. Whoever
wants an article comes by its identity or by one of its addresses, so who could meet has a part in common.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeVar

import psycopg
from psycopg import errors

from sql.load import query

Done = TypeVar("Done")

# Locks are taken in one order, but rows of one article met under hosts that have nothing to do with each other may be not.
TRIES = 3
# More parts than this are a mixed feed: one lock for all instead of hundreds, of which the server has room for thousands.
MOST_PARTS = 64


def parts_of(portal: str, *addresses: str) -> set[str]:
    """The parts of one line: its portal, and the hosts of its addresses and identities.

    >>> sorted(parts_of("demo", "http://www.demo.vn/tin/1", "demo.vn/article/1", ""))
    ['host demo.vn', 'host www.demo.vn', 'portal demo']
    """
    return {f"portal {portal}"} | {f"host {host_of(address)}" for address in addresses if address}


def host_of(address: str) -> str:
    """What stands before the path, with a port; of an identity, which has no scheme, the same.

    >>> host_of("https://demo.vn:8080/tin"), host_of("demo.vn/article/1"), host_of("mailto:a@b")
    ('demo.vn:8080', 'demo.vn', 'mailto:a@b')
    """
    scheme, found, rest = address.partition("://")
    return (rest if found and "/" not in scheme else address).partition("/")[0]


def hold(connection: psycopg.Connection, parts: Iterable[str]) -> None:
    """Wait until nobody else writes any of these parts, and keep others from it until the transaction ends.

    By the locks' numbers, which two parts may share, so that no two ingests wait for each other.
    """
    wanted = {_number(part) for part in parts}
    if len(wanted) > MOST_PARTS:
        hold_all(connection)
    else:
        connection.execute(query("lock_ingest_shared"))
        connection.execute(query("lock_parts"), {"parts": sorted(wanted)})


def hold_all(connection: psycopg.Connection) -> None:
    """Wait until no ingest is writing, and keep all from it until the transaction ends."""
    connection.execute(query("lock_ingest"))


def tried_again(write: Callable[[], Done]) -> Done:
    """What `write`, a transaction of its own, returns; one that met a deadlock is done again, TRIES times in all."""
    for _ in range(TRIES - 1):
        with suppress(errors.DeadlockDetected):
            return write()
    return write()


def _number(part: str) -> int:
    """A part as the signed 32-bit number of its lock; what is no Unicode text has one, too."""
    return zlib.crc32(part.encode("utf-8", "surrogatepass")) - 2**31
