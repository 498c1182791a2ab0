"""Hosts as rows: how they are to be asked outlives a crawl, and one run at a time asks a host or a network address."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import psycopg
from psycopg.rows import dict_row

from sql.load import query


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


def lock(connection: psycopg.Connection, names: Iterable[str]) -> str | None:
    """Lock hosts and addresses for this session, all or none; the first that another session holds, None where none is.

    In one order, so that two who want the same never hold a part of it each.
    """
    held: list[str] = []
    for name in sorted(set(names)):
        row = connection.execute(query("lock_host"), {"host": name}).fetchone()
        if not (row and row[0]):
            unlock(connection, held)
            return name
        held.append(name)
    return None


def unlock(connection: psycopg.Connection, names: Iterable[str]) -> None:
    """Give hosts and addresses back."""
    for name in names:
        connection.execute(query("unlock_host"), {"host": name})
