"""Which articles are copies of each other: near-identical texts, of one portal or several, form clusters.

What is written here is made from the articles alone and can be made anew at any time; a run that dies leaves what is due.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import psycopg

from ingest import likeness
from sql.load import command, query

BATCH = 100
# Of the articles that share a key with one, so many are compared, those with the most keys in common.
COMPARED = 64


class _Due(NamedTuple):
    id: int
    body: str
    same: bool  # written, but not its text
    content_hash: str


def compare_due(connection: psycopg.Connection, progress: Callable[[int], None] = lambda _: None) -> int:
    """Compare every article that was written since the last time with all others; how many there were.

    Safe to repeat, to interrupt, and beside other ingests: each batch is one transaction under their lock.
    """
    total = 0
    while done := _compare_batch(connection):
        total += done
        progress(total)
    return total


def _compare_batch(connection: psycopg.Connection) -> int:
    with connection.transaction():
        connection.execute(query("lock_ingest"))
        connection.execute(command("prefer_indexes"))
        due = [_Due(*row) for row in connection.execute(query("fingerprints_due"), {"most": BATCH})]
        if not due:
            return 0
        ids = [one.id for one in due]
        touched = _members(connection, ids)
        alike = _compare(connection, [one for one in due if not one.same])
        touched |= _members(connection, [*ids, *(other for pair in alike for other in pair)])
        _save_clusters(connection, touched)
        connection.execute(query("fingerprints_done"), {"ids": ids})
    return len(due)


def _compare(connection: psycopg.Connection, changed: Sequence[_Due]) -> dict[tuple[int, int], float]:
    """Make the fingerprints of these, find what is like them; pairs, lower id first, with their likeness."""
    if not changed:
        return {}
    readings = {one.id: likeness.read(one.body) for one in changed}
    with connection.cursor() as cursor:
        cursor.executemany(
            query("save_fingerprint"),
            [
                {"id": one.id, "content_hash": one.content_hash, "keys": likeness.keys(reading) if reading else []}
                for one, reading in ((one, readings[one.id]) for one in changed)
            ],
        )
    connection.execute(query("forget_likeness"), {"ids": list(readings)})
    rows = connection.execute(query("like_candidates"), {"ids": list(readings), "most": COMPARED}).fetchall()
    pairs = {(min(row), max(row)) for row in rows}
    unread = {number for pair in pairs for number in pair} - readings.keys()
    for number, body in connection.execute(query("article_bodies"), {"ids": list(unread)}):
        readings[number] = likeness.read(body)
    alike = {pair: found for pair in pairs if (found := _likeness(readings[pair[0]], readings[pair[1]])) is not None}
    connection.execute(
        query("save_likeness"),
        {"ids": [a for a, _ in alike], "others": [b for _, b in alike], "likenesses": list(alike.values())},
    )
    return alike


def _likeness(one: likeness.Reading | None, other: likeness.Reading | None) -> float | None:
    return likeness.likeness(one, other) if one and other else None


def _members(connection: psycopg.Connection, ids: Sequence[int]) -> set[int]:
    """These articles and those of their clusters."""
    return {int(row[0]) for row in connection.execute(query("cluster_members"), {"ids": list(ids)})}


def _save_clusters(connection: psycopg.Connection, ids: Iterable[int]) -> None:
    wanted = sorted(ids)
    pairs = connection.execute(query("likenesses_among"), {"ids": wanted}).fetchall()
    clusters = connected((int(a), int(b)) for a, b in pairs)
    connection.execute(query("save_clusters"), {"ids": wanted, "clusters": [clusters.get(number) for number in wanted]})


def connected(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Each number that is in a pair, with the lowest that it is connected to.

    >>> connected([(3, 4), (1, 3), (8, 9)])
    {3: 1, 4: 1, 1: 1, 8: 8, 9: 8}
    """
    beside: dict[int, list[int]] = defaultdict(list)
    for one, other in pairs:
        beside[one].append(other)
        beside[other].append(one)
    found: dict[int, int] = {}
    for start in sorted(beside):
        waiting = [] if start in found else [start]
        while waiting:
            number = waiting.pop()
            if number not in found:
                found[number] = start
                waiting += beside[number]
    return {number: found[number] for number in beside}
