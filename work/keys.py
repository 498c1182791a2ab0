"""What an article must have to match a query: read from the query as PostgreSQL prints it."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Lexemes of which one is needed.
Clause = frozenset[str]
_TOKEN = re.compile(r"'((?:[^'\\]|''|\\.)*)'(:[*A-D]+)?|(<(?:-|\d+)>)|([&|!()])")
_ESCAPED = re.compile(r"''|\\(.)")
# How tightly operators bind: a phrase tighter than and, and tighter than or.
_BINDS = {"|": 0, "&": 1, "<>": 2}


def clauses(query: str) -> list[Clause]:
    """The sets of lexemes of which a matching article has one each; none where nothing is certain.

    What is excluded and what only begins a word is not certain. Raises ValueError for what is no tsquery.

    >>> [sorted(one) for one in clauses("'ma' & 'tuy' & !'hue'")]
    [['ma'], ['tuy']]
    >>> [sorted(one) for one in clauses("'ma' <-> 'tuy' | 'pv05'")]
    [['pv05', 'tuy']]
    >>> clauses("!'a' | 'b'"), clauses("'lu':*"), clauses("")
    ([], [], [])
    >>> [sorted(one) for one in clauses("( '=v lam-dong' | '=v dak-nong' ) & '=p d''an'")]
    [['=v dak-nong', '=v lam-dong'], ["=p d'an"]]
    """
    tokens = [match.group(0) for match in _TOKEN.finditer(query)]
    if "".join(tokens).replace(" ", "") != query.replace(" ", ""):
        raise ValueError(f"no query: {query[:50]}")
    if not tokens:
        return []
    reading = iter([*tokens, ""])
    found, rest = _expression(next(reading), reading, 0)
    if rest:
        raise ValueError(f"no query: {query[:50]}")
    return list(dict.fromkeys(found))


def _expression(part: str, reading: Iterator[str], least: int) -> tuple[list[Clause], str]:
    """The clauses of what begins with a part and binds at least so tightly, and the part behind it."""
    found, part = _operand(part, reading)
    while part and part != ")":
        operator = "<>" if part.startswith("<") else part
        if operator not in _BINDS:
            raise ValueError(f"no operator: {part}")
        if _BINDS[operator] < least:
            break
        other, part = _expression(next(reading, ""), reading, _BINDS[operator] + 1)
        found = _either(found, other) if operator == "|" else found + other
    return found, part


def _operand(part: str, reading: Iterator[str]) -> tuple[list[Clause], str]:
    if part == "!":
        _, following = _operand(next(reading, ""), reading)
        return [], following
    if part == "(":
        found, following = _expression(next(reading, ""), reading, 0)
        if following != ")":
            raise ValueError("a bracket is not closed")
        return found, next(reading, "")
    match = _TOKEN.fullmatch(part)
    if match is None or match.group(1) is None:
        raise ValueError(f"no lexeme: {part}")
    is_certain = "*" not in (match.group(2) or "")
    lexeme = _ESCAPED.sub(lambda escaped: escaped.group(1) or "'", match.group(1))
    return ([frozenset({lexeme})] if is_certain else []), next(reading, "")


def _either(one: list[Clause], other: list[Clause]) -> list[Clause]:
    """Of alternatives one clause: the most telling of each, if both have one."""
    if not (one and other):
        return []
    best, second = max(one, key=_telling), max(other, key=_telling)
    return [best | second]


def _telling(clause: Clause) -> tuple[int, int]:
    """Few alternatives first, then long words."""
    return -len(clause), min(map(len, clause))
