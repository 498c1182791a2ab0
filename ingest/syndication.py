"""Which articles are copies of each other: near-identical texts, of one portal or several, form clusters.

What is written here is made from the articles alone and can be made anew at any time; a run that dies leaves what is due.
Ingest goes on meanwhile: reading and comparing hold no lock of it, and what an article becomes while it is compared is due
again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import psycopg

from ingest import likeness
from ingest.candidates import Candidates, crowded, new_keys
from ingest.clusters import connected, left_behind
from ingest.locking import tried_again
from sql.load import command, query

BATCH = 500  # articles compared in one transaction
# Bytes of text that one batch reads; the first article may be longer.
BATCH_BYTES = 8_000_000
# Of the articles that share a key with one, so many are compared, those with the most keys in common ...
COMPARED = 64
# ... but after so many of the same form, be they copies or notices filled in anew, the others are of that form as well.
OF_ONE_FORM = 5
# Articles under the keys of one, and under one key, that are looked at. A form has thousands under the keys that it gives
# them; what is filled in gives others, under which a notice meets its copies.
CROWD = 1000
CROWD_OF_KEY = 200
REPORTED = 5000  # articles between two words of progress

Pair = tuple[int, int]
Keys = dict[int, list[int]]
Readings = dict[int, "likeness.Reading | None"]


class _Due(NamedTuple):
    id: int
    article_id: int
    exists: bool
    same: bool  # written, but not its text
    body: str | None
    content_hash: str | None


def compare_due(
    connection: psycopg.Connection,
    progress: Callable[[int], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
) -> int:
    """Compare every article that was written since the last time with all others; how many there were.

    `progress` is told of every 5,000. Once it is `stopped`, what is left stays due. Safe to repeat, to interrupt, and beside ingests and other comparisons.
    """
    total = 0
    while not stopped() and (done := tried_again(lambda: _compare_batch(connection))) is not None:
        if (total + done) // REPORTED > total // REPORTED:
            progress((total + done) // REPORTED * REPORTED)
        total += done
    return total


def _compare_batch(connection: psycopg.Connection) -> int | None:
    """Compare what is due the longest; how many articles that were, None where nothing is due."""
    with connection.transaction():
        connection.execute(query("lock_copies"))
        connection.execute(command("prefer_indexes"))
        rows = connection.execute(
            query("fingerprints_due"), {"most": BATCH, "bytes": BATCH_BYTES, "longest": likeness.LONGEST}
        )
        due = [_Due(*row) for row in rows]
        if not due:
            return None
        texts = {one.article_id: one for one in due if one.exists}
        changed = {number: one for number, one in texts.items() if not one.same}
        if changed:
            _renew(connection, changed)
        # Last: an article that ingest writes from now on is due again under another number.
        connection.execute(query("fingerprints_done"), {"ids": [one.id for one in due]})
    return len(texts)


def _renew(connection: psycopg.Connection, changed: Mapping[int, _Due]) -> None:
    """Make the fingerprints of articles, find what is like them, and which clusters that makes."""
    readings = {number: likeness.read(one.body or "") for number, one in changed.items()}
    keys = {number: likeness.keys(reading) if reading else [] for number, reading in readings.items()}
    alike = _find(connection, keys, readings)
    # From here on rows are locked: first the articles, which ingest may be taking away, then what is made from them.
    there = _hold_articles(connection, [*changed, *_flat(alike)])
    alike = {pair: found for pair, found in alike.items() if there.issuperset(pair)}
    made = [number for number in changed if number in there]
    before: dict[int, int | None] = dict(connection.execute(query("cluster_members"), {"ids": made}).fetchall())
    connection.execute(
        query("save_fingerprints"),
        {
            "ids": made,
            "hashes": [changed[number].content_hash for number in made],
            "keys": [_array(keys[number]) for number in made],
        },
    )
    connection.execute(query("forget_likeness"), {"ids": made})
    _save_likeness(connection, alike)
    connection.execute(query("save_copying"), {"ids": made})
    after = _save_clusters(connection, made, alike, before)
    left = left_behind(before, after, changed.keys())
    if left:  # what they had in common with others may have been found through those that left, or through none
        rows = connection.execute(query("keys_of"), {"ids": left}, binary=True).fetchall()
        found = _find(connection, dict(rows), {})
        there = _hold_articles(connection, _flat(found))
        found = {pair: share for pair, share in found.items() if there.issuperset(pair)}
        _save_likeness(connection, found)
        _save_clusters(connection, left, found, {})


def _find(connection: psycopg.Connection, keys: Mapping[int, list[int]], given: Readings) -> dict[Pair, float]:
    """Pairs, lower id first, of these articles and any that are like them, with their likeness."""
    candidates = Candidates(_under_the_same(connection, keys) | dict(keys), list(keys))
    waiting = {number: candidates.of(number) for number in keys}
    readings = dict(given)
    asked: dict[Pair, float | None] = {}
    for count in (OF_ONE_FORM, COMPARED - OF_ONE_FORM):
        pairs = {number: [_pair(number, other) for other in islice(waiting[number], count)] for number in waiting}
        fresh = {pair for own in pairs.values() for pair in own} - asked.keys()
        _read(connection, {number for pair in fresh for number in pair}, readings)
        asked |= {pair: _share(readings, pair) for pair in fresh}
        waiting = {
            number: waiting[number]
            for number, own in pairs.items()
            if len(own) == count and sum((asked[pair] or 0) >= likeness.SAME_FORM for pair in own) < OF_ONE_FORM
        }
    alike: dict[Pair, float] = {}
    for pair, share in asked.items():
        if share is not None and share >= likeness.NEAR:
            one, other = readings[pair[0]], readings[pair[1]]
            if one and other and (found := likeness.likeness(one, other)) is not None:
                alike[pair] = found
    return alike


def _under_the_same(connection: psycopg.Connection, keys: Mapping[int, list[int]]) -> Keys:
    """Other articles that have keys in common with these, with all their keys; of a crowd some."""
    chunks = new_keys(keys)
    rows = _lookup(connection, chunks, CROWD)
    full = crowded(rows, CROWD)
    if full:
        rows += _lookup(connection, [[key] for place in sorted(full) for key in chunks[place - 1]], CROWD_OF_KEY)
    others = {number for _, number in rows} - keys.keys()
    return dict(connection.execute(query("keys_of"), {"ids": list(others)}, binary=True).fetchall()) if others else {}


def _lookup(connection: psycopg.Connection, chunks: Sequence[Sequence[int]], most: int) -> list[Pair]:
    if not chunks:
        return []
    given = {"chunks": [_array(chunk) for chunk in chunks], "most": most}
    return connection.execute(query("like_candidates"), given, binary=True).fetchall()


def _read(connection: psycopg.Connection, numbers: Iterable[int], readings: Readings) -> None:
    """Add the readings of articles that are not among these yet."""
    unread = [number for number in numbers if number not in readings]
    if unread:
        bodies = connection.execute(query("article_bodies"), {"ids": unread, "longest": likeness.LONGEST})
        readings |= {number: likeness.read(body) for number, body in bodies}


def _share(readings: Readings, pair: Pair) -> float | None:
    """What two texts have in common; None where one is too short, or gone by now."""
    one, other = (readings.get(number) for number in pair)
    return likeness.share(one, other) if one and other else None


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _flat(pairs: Iterable[Pair]) -> list[int]:
    return [number for pair in pairs for number in pair]


def _array(numbers: Sequence[int]) -> str:
    """Numbers as PostgreSQL writes an array; arrays of arrays must not differ in length."""
    return "{" + ",".join(map(str, numbers)) + "}"


def _hold_articles(connection: psycopg.Connection, ids: Iterable[int]) -> set[int]:
    """Those of these articles that are there, and stay until the transaction ends."""
    rows = connection.execute(query("hold_articles"), {"ids": sorted(set(ids))})
    return {int(row[0]) for row in rows}


def _save_likeness(connection: psycopg.Connection, alike: Mapping[Pair, float]) -> None:
    if alike:
        connection.execute(
            query("save_likeness"),
            {"ids": [a for a, _ in alike], "others": [b for _, b in alike], "likenesses": list(alike.values())},
        )


def _save_clusters(
    connection: psycopg.Connection, ids: Sequence[int], alike: Mapping[Pair, float], before: Mapping[int, int | None]
) -> dict[int, int]:
    """Write down which clusters these pairs make, and what is left of the clusters that articles left (`before`).

    Clusters that only grow are not read: their number stands for them. The new numbers of all that was looked at.
    """
    rows = connection.execute(query("clusters_of"), {"ids": list({*ids, *_flat(alike)} - before.keys())}).fetchall()
    apart = set(before)
    if headless := {int(cluster) for _, cluster, has_head in rows if cluster is not None and not has_head}:
        apart |= {int(row[0]) for row in connection.execute(query("members_of"), {"clusters": list(headless)})}
    numbers = {int(number): int(cluster) for number, cluster, _ in rows if cluster is not None and number not in apart}
    within: list[Pair] = []
    if apart:
        within = connection.execute(query("likenesses_among"), {"ids": list(apart)}).fetchall()
    clusters = connected([*alike, *within, *numbers.items()])
    wanted = sorted({*ids, *_flat(alike), *apart})
    connection.execute(query("save_clusters"), {"ids": wanted, "clusters": [clusters.get(number) for number in wanted]})
    joined = {old: clusters[old] for old in set(numbers.values()) if clusters[old] != old}
    if joined:
        connection.execute(query("join_clusters"), {"olds": list(joined), "news": list(joined.values())})
    return clusters
