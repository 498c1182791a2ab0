"""Saved searches: kept with what PostgreSQL makes of them, held against what each ingest brought, paused, removed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from difflib import get_close_matches

import psycopg
from psycopg.types.json import Jsonb

from reader import changes, filters
from reader.filters import Filters, WrongFilter
from sql.load import query
from work.keys import clauses

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
# What people call kinds of changes.
ALIASES = {"new": "published"}
# Events that are held against all watches in one transaction.
BATCH = 500
_LENGTH = re.compile(r"(\d{1,4})\s*(m|min|h|d)")
_HOURS = re.compile(r"(\d{1,2})(?::(\d\d))?\s*[-–]\s*(\d{1,2})(?::(\d\d))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A saved search. `filters` are as they were typed, by the names of `search` with `query` among them; `kinds` those of changes."""

    name: str
    filters: Mapping[str, str]
    kinds: Sequence[str]
    addresses: Sequence[str] = ()
    least: float | None = None
    quiet: tuple[time, time] | None = None
    digest: timedelta | None = None


def name(text: str) -> str:
    """The name of a watch, which stands in addresses. Raises WrongFilter.

    >>> name("ma-tuy")
    'ma-tuy'
    >>> name("Ma túy")
    Traceback (most recent call last):
    reader.filters.WrongFilter: 'Ma túy' is no name for a watch: small letters a to z, digits, - and _, at most 63
    """
    if not NAME.fullmatch(text):
        raise WrongFilter("name", f"{text!r} is no name for a watch: small letters a to z, digits, - and _, at most 63")
    return text


def kinds(text: str) -> tuple[str, ...]:
    """The kinds that people typed, divided by commas; `new` is `published`. Raises WrongFilter.

    >>> kinds("new, edited,gone,new")
    ('published', 'edited', 'gone')
    >>> kinds("edit")
    Traceback (most recent call last):
    reader.filters.WrongFilter: unknown kind 'edit', did you mean edited?
    """
    found: list[str] = []
    for part in filter(None, (one.strip().lower() for one in text.split(","))):
        kind = ALIASES.get(part, part)
        if kind not in changes.KINDS:
            near = get_close_matches(part, [*ALIASES, *changes.KINDS], n=2)
            known = f": new, {', '.join(changes.KINDS[1:])}"
            raise WrongFilter("on", f"unknown kind {part!r}{f', did you mean {near[0]}?' if near else known}")
        found.append(kind)
    if not found:
        raise WrongFilter("on", "say what to react to: new,edited,gone")
    return tuple(dict.fromkeys(found))


def length(text: str) -> timedelta:
    """How long a digest gathers: `30m`, `6h`, `1d`. Raises WrongFilter.

    >>> length("6h"), length("30 min")
    (datetime.timedelta(seconds=21600), datetime.timedelta(seconds=1800))
    >>> length("often")
    Traceback (most recent call last):
    reader.filters.WrongFilter: 'often' is no length of time: write 30m, 6h or 1d
    """
    match = _LENGTH.fullmatch(text.strip().lower())
    if match is None or not int(match[1]):
        raise WrongFilter("digest", f"{text!r} is no length of time: write 30m, 6h or 1d")
    return int(match[1]) * {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[match[2][0]]


def hours(text: str) -> tuple[time, time]:
    """Hours of the day, from and to, in Vietnam time. Raises WrongFilter.

    >>> hours("22:00-6:30"), hours("22-6")
    ((datetime.time(22, 0), datetime.time(6, 30)), (datetime.time(22, 0), datetime.time(6, 0)))
    >>> hours("night")
    Traceback (most recent call last):
    reader.filters.WrongFilter: 'night' are no hours: write 22:00-06:00, Vietnam time
    """
    match = _HOURS.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        begin, end = time(int(match[1]), int(match[2] or 0)), time(int(match[3]), int(match[4] or 0))
        if begin == end:
            raise ValueError(text)
    except ValueError:
        raise WrongFilter("quiet", f"{text!r} are no hours: write 22:00-06:00, Vietnam time") from None
    return begin, end


def known(text: str, names: Collection[str]) -> str:
    """The name of a watch that there is. Raises WrongFilter that names near ones.

    >>> known("matuy", ["ma-tuy"])
    Traceback (most recent call last):
    reader.filters.WrongFilter: no watch 'matuy', did you mean ma-tuy?
    """
    if text not in names:
        near = get_close_matches(text.strip().lower(), sorted(names), n=1)
        raise WrongFilter("name", f"no watch {text!r}{f', did you mean {near[0]}?' if near else ''}")
    return text


def wanted(typed: Mapping[str, str]) -> Filters:
    """The filters of a watch as they were typed. Raises WrongFilter.

    >>> wanted({"query": "ma túy", "province": "Lâm Đồng"}).province
    'lam-dong'
    """
    return filters.parse(typed)


def add(connection: psycopg.Connection, watch: Watch) -> bool:
    """Keep a watch, which reacts to what is stored from now on; False where there is one of this name. Raises WrongFilter."""
    given = wanted(watch.filters).parameters() | {
        "name": name(watch.name), "filters": Jsonb(dict(watch.filters)), "kinds": list(watch.kinds), "least": watch.least,
        "quiet_from": watch.quiet and watch.quiet[0], "quiet_to": watch.quiet and watch.quiet[1], "digest": watch.digest,
    }  # fmt: skip
    with connection.transaction():
        row = connection.execute(query("watch_add"), given).fetchone()
        if row is None:
            return False
        number, asked, is_empty = row
        if is_empty:
            raise WrongFilter("query", f"{watch.filters.get('query', '')!r} holds no word to search for")
        needed = clauses(asked or "")
        pairs = [(place, lexeme) for place, clause in enumerate(needed) for lexeme in sorted(clause)]
        keys = {"id": number, "clauses": [place for place, _ in pairs], "lexemes": [lexeme for _, lexeme in pairs]}
        connection.execute(query("watch_add_keys"), keys)
        for url in watch.addresses:
            secret = secrets.token_hex(24)
            connection.execute(query("watch_add_address"), {"id": number, "url": url, "secret": secret})
    return True


def react(connection: psycopg.Connection) -> int:
    """Hold what was stored since the last time against every watch; how many hits. Safe to repeat, and beside others.

    Each event is taken in the transaction that keeps its hits: one that fails leaves it for the next.
    """
    total, events = 0, BATCH
    while events >= BATCH:
        (row,) = connection.execute(query("watch_react"), {"most": BATCH}).fetchall()
        events, total = int(row[0]), total + int(row[1])
    return total


def pause(connection: psycopg.Connection, watch: str, *, paused: bool = True) -> bool:
    """Let a watch rest, or go on; what happens meanwhile it does not tell, what waits is sent afterwards. Whether there is one."""
    return bool(connection.execute(query("watch_pause"), {"name": watch, "paused": paused}).rowcount)


def remove(connection: psycopg.Connection, watch: str) -> bool:
    """Forget a watch, its hits and what waits to be sent. Whether there was one."""
    return bool(connection.execute(query("watch_remove"), {"name": watch}).rowcount)


def addresses(connection: psycopg.Connection, watch: str) -> list[tuple[str, str]]:
    """Where a watch tells, each with the secret that signs."""
    return connection.execute(query("watch_addresses"), {"name": watch}).fetchall()
