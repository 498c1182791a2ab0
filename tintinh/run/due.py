"""Which articles newer rules have yet to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg

from crawler.platforms import rules
from sql.load import query


def parameters(connection: psycopg.Connection, portal: str) -> dict[str, Any]:
    """What the statements `reread_…` ask by: the portal, the platforms of its articles, today's rules of each."""
    rows = connection.execute(query("platforms_of"), {"portal": portal}).fetchall()
    today = {str(row[0]): version for row in rows if (version := rules.of(str(row[0])))}
    return {"portal": portal, "platforms": list(today), "rules": list(today.values())}


def left(connection: psycopg.Connection, today: Mapping[str, Any]) -> int:
    """How many articles with archived pages other rules than today's read last."""
    row = connection.execute(query("reread_left"), today).fetchone()
    return int(row[0]) if row else 0


def met(
    connection: psycopg.Connection, today: Mapping[str, Any], identities: list[str], addresses: list[str]
) -> list[int]:
    """Which articles among those of these identities and addresses other rules than today's read last."""
    found = connection.execute(query("reread_met"), {**today, "identities": identities, "urls": addresses})
    return [int(row[0]) for row in found]
