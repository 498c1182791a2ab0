"""Word lists."""

from __future__ import annotations


def vocabulary(text: str, separator: str | None = None) -> frozenset[str]:
    """The words of a text.

    >>> sorted(vocabulary("tin bài ảnh"))
    ['bài', 'tin', 'ảnh']
    >>> sorted(vocabulary("la gi, phan thiết", ","))
    ['la gi', 'phan thiết']
    """
    return frozenset(word.strip() for word in text.split(separator))
