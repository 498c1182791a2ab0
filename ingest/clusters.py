"""What is connected, what falls apart. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set


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
