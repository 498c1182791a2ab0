"""What changed between two states of an article, word by word."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

# What a state has besides the fields of the article.
ABOUT_THE_STATE = frozenset({"revision", "valid_from", "valid_to", "made_by", "rules", "last_seen_at"})
CONTEXT = 6  # words that are shown on each side of a change


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The fields of two states (`articles.states`) that differ."""
    return [name for name in after if name not in ABOUT_THE_STATE and before[name] != after[name]]


def words(before: str, after: str) -> str:
    """A word diff: `[-gone-]`, `{+new+}`, a few words around, `…` for what stayed.

    >>> words("bắt hai đối tượng", "bắt ba đối tượng")
    'bắt [-hai-] {+ba+} đối tượng'
    """
    written = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    return " ".join(written[kind].format(text) for kind, text in parts(before, after))


def parts(before: str, after: str) -> list[tuple[str, str]]:
    """A word diff in pieces, each `same`, `gone` or `new` with its words; of what stayed a few words around, and `…`.

    >>> parts("bắt hai đối tượng", "bắt ba đối tượng")
    [('same', 'bắt'), ('gone', 'hai'), ('new', 'ba'), ('same', 'đối tượng')]
    """
    old, new = (text.split() for text in (before, after))
    found: list[tuple[str, str]] = []
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (kind, i1, i2, j1, j2) in enumerate(blocks):
        if kind == "equal":
            same = old[i1:i2]
            if len(same) > 2 * CONTEXT:
                head = same[:CONTEXT] if number else []
                tail = same[-CONTEXT:] if number + 1 < len(blocks) else []
                same = [*head, "…", *tail]
            found.append(("same", " ".join(same)))
            continue
        if i2 > i1:
            found.append(("gone", " ".join(old[i1:i2])))
        if j2 > j1:
            found.append(("new", " ".join(new[j1:j2])))
    return found
