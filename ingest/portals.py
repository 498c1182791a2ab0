"""Portals as rows: those that have a file, and sites that a user added; what was set for them outlives a crawl."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import psycopg
from psycopg.rows import class_row

from sql.load import query


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPortal:
    """A row of `news.portal`.

    `origin` is `file` or `added`. `hosts` are without `www.`, with their port where it is not the usual one. `daily_requests`: requests a day at most.
    `opens_at`, `closes_at`: the hours in Vietnam in which it may be crawled, both or neither. `ended_at`: when it was removed.
    """

    name: str
    origin: str
    home: str
    hosts: list[str]
    province: str | None = None
    platform: str | None = None
    sections: list[str]
    browser: bool = False
    daily_requests: int | None = None
    opens_at: time | None = None
    closes_at: time | None = None
    ended_at: datetime | None = None

    def is_open(self, now: time) -> bool:
        """Whether it may be crawled at an hour of the day in Vietnam; hours may go over midnight.

        >>> night = StoredPortal(name="a", origin="added", home="", hosts=[], sections=[], opens_at=time(22), closes_at=time(5))
        >>> night.is_open(time(23)), night.is_open(time(4, 59)), night.is_open(time(5)), night.is_open(time(12))
        (True, True, False, False)
        """
        if self.opens_at is None or self.closes_at is None:
            return True
        if self.opens_at < self.closes_at:
            return self.opens_at <= now < self.closes_at
        return now >= self.opens_at or now < self.closes_at


def stored(connection: psycopg.Connection) -> dict[str, StoredPortal]:
    """Every portal that has a row, by name, removed ones included."""
    with connection.cursor(row_factory=class_row(StoredPortal)) as cursor:
        return {portal.name: portal for portal in cursor.execute(query("stored_portals"))}


def left_today(connection: psycopg.Connection, portal: StoredPortal) -> int | None:
    """How many requests its daily budget leaves for today; None where it has none."""
    if portal.daily_requests is None:
        return None
    row = connection.execute(query("requests_today"), {"portal": portal.name}).fetchone()
    return max(0, portal.daily_requests - int(row[0] if row else 0))


def keep(connection: psycopg.Connection, portal: StoredPortal) -> None:
    """Write down a portal; what a user set for it before stays where this one says nothing of it."""
    connection.execute(
        query("keep_portal"),
        {
            "name": portal.name, "origin": portal.origin, "home": portal.home, "hosts": portal.hosts,
            "province": portal.province, "platform": portal.platform, "sections": portal.sections, "browser": portal.browser,
        },
    )  # fmt: skip


def keep_found(connection: psycopg.Connection, portal: StoredPortal) -> None:
    """Keep a site that turned out to be a portal; its articles are of the province that the user says now."""
    before = stored(connection).get(portal.name)
    keep(connection, portal)
    if portal.province is not None and before is not None and before.province != portal.province:
        change(connection, portal.name, province=portal.province)


def change(connection: psycopg.Connection, name: str, **settings: Any) -> bool:
    """Set something of a portal: `province`, `platform`, `daily_requests`, `hours` (two times, or None). Whether there is one.

    The province is that of its articles, those that are stored already included.
    """
    opens_at, closes_at = settings.get("hours") or (None, None)
    values = {name: settings.get(name) for name in ("province", "platform", "daily_requests")}
    with connection.transaction():
        parameters = {"name": name, "set": list(settings), "opens_at": opens_at, "closes_at": closes_at, **values}
        found = connection.execute(query("set_portal"), parameters).rowcount > 0
        if found and "province" in settings:
            connection.execute(query("place_portal"), {"name": name, "province": settings["province"]})
    return found


def end(connection: psycopg.Connection, name: str, *, ended: bool = True) -> bool:
    """Remove a portal from those that are crawled, or take it back; whether there is one. What it published stays."""
    return connection.execute(query("end_portal"), {"name": name, "ended": ended}).rowcount > 0
