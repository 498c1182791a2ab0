"""The piece of a text that a search hit, with the words marked in their own spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vietnam.normalize import fold

# Words of a snippet, and how many of them come before the first hit.
WORDS = 36
BEFORE = 8
_WORD = re.compile(r"\w+", re.UNICODE)
_EXCLUDED = re.compile(r'(?:^|\s)-(?:"[^"]*"|\S+)')


def wanted(query: str) -> frozenset[str]:
    """The words of a query, folded; those that it excludes left out.

    >>> sorted(wanted('"ma túy" OR cướp -giật'))
    ['cuop', 'ma', 'tuy']
    """
    words = (fold(word) for word in _WORD.findall(_EXCLUDED.sub(" ", query)))
    return frozenset(word for word in words if word != "or")


def marked(text: str, words: frozenset[str]) -> list[tuple[bool, str]]:
    """The text in pieces, each with whether it is one of the words.

    >>> marked("Bắt vụ ma túy.", frozenset(["ma", "tuy"]))
    [(False, 'Bắt vụ '), (True, 'ma'), (False, ' '), (True, 'túy'), (False, '.')]
    """
    return list(_pieces(text, words))


def snippet(text: str, words: frozenset[str], length: int = WORDS) -> list[tuple[bool, str]]:
    """Some words of the text around where most of the wanted ones stand, marked; its beginning where none does.

    >>> snippet("một hai ba bốn năm sáu", frozenset(["nam"]), 3)
    [(False, '… bốn '), (True, 'năm'), (False, ' sáu')]
    """
    spans = [match.span() for match in _WORD.finditer(text[:50_000])]
    if not spans:
        return []
    hits = [number for number, (a, b) in enumerate(spans) if words and fold(text[a:b]) in words]
    first = (
        max(hits, key=lambda n: (len({fold(text[slice(*spans[m])]) for m in hits if n <= m < n + length}), -n))
        if hits
        else 0
    )
    before = min(BEFORE, length // 3)
    begin = max(0, min(first - before, len(spans) - length))
    end = min(len(spans), begin + length)
    piece = text[spans[begin][0] : spans[end - 1][1] if end < len(spans) else len(text)]
    piece = " ".join(piece.split())
    return marked(("… " if begin else "") + piece + (" …" if end < len(spans) else ""), words)


def _pieces(text: str, words: frozenset[str]) -> Iterator[tuple[bool, str]]:
    done = 0
    for match in _WORD.finditer(text):
        if fold(match[0]) in words:
            if match.start() > done:
                yield False, text[done : match.start()]
            yield True, match[0]
            done = match.end()
    if done < len(text):
        yield False, text[done:]
