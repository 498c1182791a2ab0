"""Which articles are copies of each other: near-identical texts, of one portal or several, form clusters.

What is written here is made from the articles alone and can be made anew at any time; a run that dies leaves what is due.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
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
        due = [
            _Due(*row)
            for row in connection.execute(query("fingerprints_due"), {"most": BATCH, "longest": likeness.LONGEST})
        ]
        if not due:
            return 0
        ids = [one.id for one in due]
        before = _members(connection, ids)
        changed = [one for one in due if not one.same]
        alike = _renew(connection, changed)
        touched = before.keys() | _members(connection, [*ids, *_flat(alike)])
        after = _save_clusters(connection, touched)
        left = left_behind(before, after, {one.id for one in changed})
        if left:  # what they had in common with others may have been found through those that left, or through none
            found = _compare(connection, left, {})
            _save_clusters(connection, _members(connection, [*left, *_flat(found)]))
        connection.execute(query("fingerprints_done"), {"ids": ids})
    return len(due)


def _renew(connection: psycopg.Connection, changed: Sequence[_Due]) -> dict[tuple[int, int], float]:
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
    return _compare(connection, list(readings), readings)


def _compare(
    connection: psycopg.Connection, ids: Sequence[int], readings: dict[int, likeness.Reading | None]
) -> dict[tuple[int, int], float]:
    """Find and save what is like these, whose fingerprints are made; `readings` are those at hand."""
    rows = connection.execute(query("like_candidates"), {"ids": list(ids), "most": COMPARED}).fetchall()
    pairs = {(min(row), max(row)) for row in rows}
    unread = {number for pair in pairs for number in pair} - readings.keys()
    bodies = connection.execute(query("article_bodies"), {"ids": list(unread), "longest": likeness.LONGEST})
    readings = readings | {number: likeness.read(body) for number, body in bodies}
    alike = {pair: found for pair in pairs if (found := _likeness(readings[pair[0]], readings[pair[1]])) is not None}
    connection.execute(
        query("save_likeness"),
        {"ids": [a for a, _ in alike], "others": [b for _, b in alike], "likenesses": list(alike.values())},
    )
    return alike


def _likeness(one: likeness.Reading | None, other: likeness.Reading | None) -> float | None:
    return likeness.likeness(one, other) if one and other else None


def _flat(pairs: Iterable[tuple[int, int]]) -> list[int]:
    return [number for pair in pairs for number in pair]


def _members(connection: psycopg.Connection, ids: Sequence[int]) -> dict[int, int | None]:
    """These articles and those of their clusters, with the cluster of each."""
    return dict(connection.execute(query("cluster_members"), {"ids": list(ids)}).fetchall())


def _save_clusters(connection: psycopg.Connection, ids: Iterable[int]) -> dict[int, int]:
    wanted = sorted(ids)
    pairs = connection.execute(query("likenesses_among"), {"ids": wanted}).fetchall()
    clusters = connected((int(a), int(b)) for a, b in pairs)
    connection.execute(query("save_clusters"), {"ids": wanted, "clusters": [clusters.get(number) for number in wanted]})
    return clusters


def left_behind(before: Mapping[int, int | None], after: Mapping[int, int], changed: Set[int]) -> list[int]:
    """Articles that did not change and are no longer with most of their cluster.

    >>> left_behind({1: 1, 2: 1, 3: 1, 4: 1, 5: None}, {2: 2, 3: 2}, {1})
    [4]
    >>> left_behind({1: 1, 2: 1, 3: 1}, {}, {1})
    [2, 3]
    """
    groups: dict[int, list[int]] = defaultdict(list)
    for number, cluster in before.items():
        if cluster is not None and number not in changed:
            groups[cluster].append(number)
    left: list[int] = []
    for members in groups.values():
        most = Counter(after[number] for number in members if number in after).most_common(1)
        left += [number for number in members if number not in after or after[number] != most[0][0]]
    return sorted(left)


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
