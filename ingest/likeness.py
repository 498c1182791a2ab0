"""How alike two texts are, and the keys under which like texts meet. Pure functions.

Likeness is the share of word triples that two texts have in common (Jaccard), without regard to diacritics and case.
A notice that is filled in anew is not a copy of the last one: where little but numbers, dates and names differs, so do the articles.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from functools import cached_property

from rensa import RMinHash

from vietnam.normalize import fold

SHINGLE = 3  # words
FEWEST = 40  # triples; in less text than that the form of a notice weighs more than what it says
NEAR = 0.6  # the share of common triples from which texts are copies of each other
SAME_FORM = 0.4  # unrelated texts have at most a third in common
# Texts with a likeness of .6 share one of 32 keys with probability .92, of .7 with .997; of .3 with .07.
BANDS = 32
ROWS = 5
SEED = 1  # any number, always the same
# Another number means other keys: then a migration has to have every article read again.
METHOD = (RMinHash.ALGORITHM_VERSION, SHINGLE, BANDS, ROWS, SEED)

# Letters that fold to letters, each by itself, and marks that fold to marks.
_COMPOSED = re.compile("[\x00-\u0148\u014a-\u017f\u01a0\u01a1\u01af\u01b0\u1e00-\u1eff\u2010-\u2027\u2030-\u205e]*")
_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d[\d.,/:-]*\d|\d")
_DIGITS = re.compile(r"\d+")
_CAPITAL = "[" + "".join(chr(code) for code in range(0x1F00) if chr(code).isupper()) + "]"
_NAME = re.compile(rf"\b{_CAPITAL}[^\W\d_]*(?: {_CAPITAL}[^\W\d_]*)+")
# A notice filled in anew: at least so many numbers and names were replaced, and at least this share of all ...
_REPLACED_FEWEST = 3
_REPLACED_SHARE = 0.3
_REPLACED_SHARE_OF_FORM = 0.1  # where next to nothing else differs
# Characters; the same as search indexes. What follows in a longer text tells nothing new, and costs memory by the hundred.
LONGEST = 200_000


@dataclass(frozen=True)
class Reading:
    """What is compared of a text: its word triples, and what else is asked for only where those are much the same."""

    text: str
    triples: frozenset[str]

    @cached_property
    def words(self) -> str:
        """The folded words in their order, one space around each."""
        return f" {' '.join(words_of(self.text))} "

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The folded words, each once."""
        return frozenset(self.words.split())

    @cached_property
    def figures(self) -> frozenset[str]:
        """Numbers and dates as they are compared, without the points and strokes within."""
        return frozenset(_plain(figure) for figure in _FIGURE.findall(self._line))

    @cached_property
    def names(self) -> frozenset[str]:
        """Names by their capitals, folded."""
        return frozenset(fold(name) for name in _NAME.findall(self._line))

    @property
    def _line(self) -> str:
        return " ".join(self.text.split())


def read(text: str) -> Reading | None:
    """A text to be compared; None where it is too short for that.

    >>> read("Ảnh: Trần Long") is None
    True
    >>> letters = " ".join(chr(code) for code in range(97, 123))
    >>> found = read(f"Ngày 01/8, Nguyễn Văn Đạt bị bắt {letters} {letters[::-1]}")
    >>> found.figures, found.names
    (frozenset({'18'}), frozenset({'nguyen van dat'}))
    """
    text = text[:LONGEST]
    words = words_of(text)
    triples = frozenset(map(" ".join, zip(words, words[1:], words[2:], strict=False)))
    if len(triples) < FEWEST:
        return None
    return Reading(text, triples)


def words_of(text: str) -> list[str]:
    """The words of a text, folded. Of composed Latin letters word by word, because there are few syllables and many texts.

    >>> words_of("Đức Linh, hoà/hòa 2025")
    ['duc', 'linh', 'hoa', 'hoa', '2025']
    """
    if _COMPOSED.fullmatch(text):
        if len(_FOLDED) > _MOST_FOLDED:
            _FOLDED.clear()
        return [_FOLDED[word] for word in _WORD.findall(text)]
    return _WORD.findall(fold(text))


class _Folded(dict[str, str]):
    """Words as they are folded, once each."""

    def __missing__(self, word: str) -> str:
        folded = self[word] = fold(word)
        return folded


_FOLDED = _Folded()
_MOST_FOLDED = 100_000  # words; some 15 MB


def _plain(figure: str) -> str:
    """A figure however it is written.

    >>> [_plain(figure) for figure in ("04/03/1988", "4-3-1988", "1.200.000", "1,200,000", "05")]
    ['431988', '431988', '1200000', '1200000', '5']
    """
    return "".join(part.lstrip("0") or "0" if len(part) < 3 else part for part in _DIGITS.findall(figure))


def keys(reading: Reading) -> list[int]:
    """32 signed 32-bit numbers; like texts have some of them in common."""
    signature = RMinHash(BANDS * ROWS, SEED)
    signature.update(list(reading.triples))
    digest = signature.digest()
    return [
        zlib.crc32(struct.pack(f"<{ROWS}I", *digest[band * ROWS : (band + 1) * ROWS]), band) - 2**31
        for band in range(BANDS)
    ]


def likeness(one: Reading, other: Reading) -> float | None:
    """From 0.6 to 1 for near-identical texts, None for others.

    >>> text = " ".join(f"chữ{n}" for n in range(100))
    >>> likeness(read(text), read(text + " thêm một câu"))
    0.97
    >>> likeness(read(text), read(text[:300])) is None
    True
    """
    alike = share(one, other)
    return None if alike < NEAR or _tells_another_story(one, other) else round(alike, 3)


def share(one: Reading, other: Reading) -> float:
    """The share of word triples that two texts have in common, from 0 to 1, whatever they tell."""
    common = len(one.triples & other.triples)
    return common / (len(one.triples) + len(other.triples) - common)


def _tells_another_story(one: Reading, other: Reading) -> bool:
    """Whether each tells figures and names in place of the other's: many of all, or fewer where nothing else differs."""
    sides = [_replaced(one, other), _replaced(other, one)]
    replaced = min(len(facts) for facts in sides)
    share = replaced / max(1, min(len(side.figures) + len(side.names) for side in (one, other)))
    if replaced < _REPLACED_FEWEST or share <= _REPLACED_SHARE_OF_FORM:
        return False
    return share > _REPLACED_SHARE or (_only(one, other, sides[0]) and _only(other, one, sides[1]))


def _replaced(one: Reading, other: Reading) -> set[str]:
    """The figures and names of one that the other does not tell; it may print names in capitals, or between others."""
    return {name for name in one.names if f" {name} " not in other.words} | (one.figures - other.figures)


def _only(one: Reading, other: Reading, facts: set[str]) -> bool:
    """Whether most words that one has and the other has not are figures or parts of these names."""
    own = one.vocabulary - other.vocabulary
    told = {word for fact in facts for word in fact.split()}
    return 2 * sum(word in told or _DIGITS.search(word) is not None for word in own) > len(own)
