"""How alike two texts are, and the keys under which like texts meet. Pure functions.

Likeness is the share of word triples that two texts have in common (Jaccard), without regard to diacritics and case.
A notice that is filled in anew is not a copy of the last one: where the numbers, dates and names differ, so do the articles.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass

from rensa import RMinHash

from crawler.text.normalize import fold

SHINGLE = 3  # words
FEWEST = 40  # triples; in less text than that the form of a notice weighs more than what it says
NEAR = 0.6
# Texts with a likeness of .6 share one of 32 keys with probability .92, of .7 with .997; of .3 with .07.
BANDS, ROWS = 32, 5
SEED = 1
# Another number means other keys: then a migration has to have every article read again.
METHOD = (RMinHash.ALGORITHM_VERSION, SHINGLE, BANDS, ROWS, SEED)

_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d[\d.,/:-]*\d|\d")
_CAPITAL = "[" + "".join(chr(code) for code in range(0x1F00) if chr(code).isupper()) + "]"
_NAME = re.compile(rf"\b{_CAPITAL}[^\W\d_]*(?: {_CAPITAL}[^\W\d_]*)+")
_REPLACED_FEWEST, _REPLACED_SHARE = 3, 0.3


@dataclass(frozen=True, slots=True)
class Reading:
    """What is compared of a text: its word triples, and the figures and names it tells."""

    triples: frozenset[str]
    facts: frozenset[str]


def read(text: str) -> Reading | None:
    """A text to be compared; None where it is too short for that.

    >>> read("Ảnh: Trần Long") is None
    True
    >>> letters = " ".join(chr(code) for code in range(97, 123))
    >>> sorted(read(f"Ngày 11/8, Nguyễn Văn Đạt bị bắt {letters} {letters[::-1]}").facts)
    ['11/8', 'nguyen van dat']
    """
    words = _WORD.findall(fold(text))
    triples = frozenset(" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))
    if len(triples) < FEWEST:
        return None
    facts = frozenset(_FIGURE.findall(text)) | frozenset(fold(name) for name in _NAME.findall(text))
    return Reading(triples, facts)


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
    common = len(one.triples & other.triples)
    alike = common / (len(one.triples) + len(other.triples) - common)
    return None if alike < NEAR or _tells_another_story(one.facts, other.facts) else round(alike, 3)


def _tells_another_story(one: frozenset[str], other: frozenset[str]) -> bool:
    replaced = min(len(one - other), len(other - one))
    return replaced >= _REPLACED_FEWEST and replaced > _REPLACED_SHARE * min(len(one), len(other))
