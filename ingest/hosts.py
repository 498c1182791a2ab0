"""Hosts as rows: how they are to be asked outlives a crawl, and one run at a time asks a host or a network address."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import psycopg
from psycopg.rows import dict_row

from sql.load import query

# Claims that sessions have on hosts beside the lock: a single address is wanted of it; a crawl stepped aside and comes back.
WANTED, LEFT = "tintinh.host_wanted", "tintinh.host_left"


def known(connection: psycopg.Connection, hosts: Collection[str], portal: str) -> dict[str, dict[str, float]]:
    """What earlier crawls learned of these hosts and those that the portal's runs asked: seconds, and moments in seconds since 1970, 0 for none."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(query("known_hosts"), {"hosts": list(hosts), "portal": portal})
        return {row.pop("host"): row for row in rows}


def keep(
    connection: psycopg.Connection,
    hosts: Mapping[str, Mapping[str, Any]],
    addresses: Mapping[str, str],
    run: int | None,
) -> None:
    """Write down what a run learned of hosts, and which address their names led to."""
    for host, state in hosts.items():
        connection.execute(query("keep_host"), {"host": host, "address": addresses.get(host), "run": run, **state})


def lock(connection: psycopg.Connection, names: Iterable[str], *, overtakes: bool = False) -> str | None:
    """Lock hosts and addresses for this session, all or none; the first that another session holds, None where none is.

    In one order, so that two who want the same never hold a part of it each. What another has a claim on is held, too, unless this one `overtakes`.
    """
    held: list[str] = []
    wanted = sorted(set(names))
    if wanted and not overtakes and is_claimed(connection, wanted, (WANTED, LEFT)):
        return wanted[0]
    for name in wanted:
        row = connection.execute(query("lock_host"), {"host": name}).fetchone()
        if not (row and row[0]):
            unlock(connection, held)
            return name
        held.append(name)
    return None


def unlock(connection: psycopg.Connection, names: Iterable[str]) -> None:
    """Give hosts and addresses back that this session has locked."""
    for name in set(names):
        connection.execute(query("unlock_host"), {"host": name})


def claim(connection: psycopg.Connection, names: Iterable[str], kind: str) -> None:
    """Say that this session WANTED hosts and addresses, or LEFT them for one that does; as long as it lives, or until `unclaim`."""
    for name in set(names):
        connection.execute(query("claim_host"), {"kind": kind, "host": name})


def unclaim(connection: psycopg.Connection, names: Iterable[str], kind: str) -> None:
    """Take a claim back."""
    for name in set(names):
        connection.execute(query("unclaim_host"), {"kind": kind, "host": name})


def is_claimed(connection: psycopg.Connection, names: Iterable[str], kinds: Iterable[str]) -> bool:
    """Whether another session has such a claim on one of them."""
    row = connection.execute(query("host_claimed"), {"hosts": list(names), "kinds": list(kinds)}).fetchone()
    return bool(row and row[0])
