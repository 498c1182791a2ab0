"""What a search in earlier states tells of its hits: which state matched, and what it says there."""

from __future__ import annotations

from reader import snippet
from reader.filters import Filters
from reader.rows import Row

# Columns of a hit, beside those of the article, with their types as PostgreSQL writes them.
MATCHED = {
    "matched_revision": "integer", "matched_from": "timestamp with time zone", "matched_to": "timestamp with time zone",
    "matches_now": "boolean",
}  # fmt: skip


def told(row: Row, wanted: Filters) -> Row:
    """A row of a search without what nobody asked for; of one in earlier states with the `snippet` of the state that matched.

    >>> told({"id": 1, "matched_revision": None, "matches_now": True, "matched_text": None}, Filters(query="ma túy"))
    {'id': 1}
    >>> told({"id": 1, "matched_text": "Bắt vụ ma túy."}, Filters(query="ma túy", in_history=True))
    {'id': 1, 'snippet': 'Bắt vụ ma túy.'}
    """
    text = row.pop("matched_text", None)
    if not wanted.in_history:
        return {name: value for name, value in row.items() if name not in MATCHED}
    if text is None:
        return row
    return row | {"snippet": "".join(piece for _, piece in snippet.snippet(text, snippet.wanted(wanted.query)))}
