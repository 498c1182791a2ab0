"""Which of many texts have most keys in common with one. Pure.

A set of texts is a number, a bit for each: so notices of one form, thousands of which meet under the same keys, are counted
by a few hundred operations on numbers instead of some for every pair.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence


class Candidates:
    """Texts by their keys: ids with the keys of each, `wanted` those for which others will be asked."""

    def __init__(self, keys: Mapping[int, Sequence[int]], wanted: Sequence[int]) -> None:
        self.ids = sorted(keys)
        self._keys = {number: keys[number] for number in wanted}
        self._place = {number: place for place, number in enumerate(self.ids)}
        places: dict[int, list[int]] = {key: [] for own in self._keys.values() for key in own}
        for place, number in enumerate(self.ids):
            for key in keys[number]:
                if key in places:
                    places[key].append(place)
        self._texts = {key: _bits(found) for key, found in places.items() if len(found) > 1}

    def of(self, number: int) -> Iterator[int]:
        """Ids that have keys in common with this one, those with most first, lower ids before higher.

        >>> found = Candidates({5: [1, 2, 3], 6: [3], 7: [9], 8: [2, 3], 9: [1]}, [5, 7])
        >>> list(found.of(5)), list(found.of(7))
        ([8, 6, 9], [])
        """
        counts: list[int] = []  # how many keys each text has in common, in binary: a set of texts for each digit
        for key in self._keys[number]:
            carry, digit = self._texts.get(key, 0), 0
            while carry:
                if digit == len(counts):
                    counts.append(0)
                counts[digit], carry = counts[digit] ^ carry, counts[digit] & carry
                digit += 1
        own = 1 << self._place[number]
        met = 0
        for texts in counts:
            met |= texts
        for texts in _largest_first(counts, met & ~own):
            yield from (self.ids[place] for place in _places(texts))


def _largest_first(counts: Sequence[int], among: int) -> Iterator[int]:
    """Sets of the texts that have the same count, the highest count first."""
    if not among:
        return
    if not counts:
        yield among
        return
    yield from _largest_first(counts[:-1], among & counts[-1])
    yield from _largest_first(counts[:-1], among & ~counts[-1])


def _bits(places: Sequence[int]) -> int:
    """The number that has a bit at each of these places, in ascending order.

    >>> bin(_bits([0, 3, 10]))
    '0b10000001001'
    """
    data = bytearray(places[-1] // 8 + 1)
    for place in places:
        data[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(data, "little")


def _places(bits: int) -> Iterator[int]:
    """The places of a number's bits, ascending.

    >>> list(_places(0b10000001001))
    [0, 3, 10]
    """
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def new_keys(keys: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """For each text the keys that none before it has: what has to be looked up, once. Empty ones are left out.

    >>> new_keys({5: [1, 2], 6: [2, 3], 7: [1], 8: []})
    [[1, 2], [3]]
    """
    seen: set[int] = set()
    found = []
    for own in keys.values():
        if fresh := list(dict.fromkeys(key for key in own if key not in seen)):
            found.append(fresh)
            seen.update(fresh)
    return found


def crowded(rows: Sequence[tuple[int, int]], most: int) -> set[int]:
    """Places of questions that were answered with as many rows as could be.

    >>> crowded([(1, 7), (2, 7), (2, 8)], 2)
    {2}
    """
    counts: dict[int, int] = defaultdict(int)
    for place, _ in rows:
        counts[place] += 1
    return {place for place, count in counts.items() if count >= most}
