"""What happened to articles, newest first: published, edited, gone, back, moved, copied, redacted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import psycopg

from reader import difference
from reader import stored as articles
from reader.filters import Filters, WrongFilter
from reader.rows import Row, rows_of

KINDS = ("published", "edited", "gone", "back", "moved", "copied", "redacted")
# Articles that filters find, up to which their changes are looked up; where more match, changes are looked through, newest first.
FEW = 5_000
# Characters of a text that is compared for people; longer ones are shown by `show --revisions`.
COMPARED = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of changes ended: the next one begins after it, whatever has happened meanwhile."""

    at: datetime
    article_id: int
    kind: str
    number: int

    @classmethod
    def of(cls, row: Row) -> Place:
        """The place of a change."""
        return cls(row["at"], row["article_id"], row["kind"], row["number"])


def kinds(text: str | None) -> tuple[str, ...] | None:
    """The kinds that people typed, divided by commas; None for nothing. Raises WrongFilter.

    >>> kinds("edited, gone")
    ('edited', 'gone')
    >>> kinds("deleted")
    Traceback (most recent call last):
    reader.filters.WrongFilter: unknown kind 'deleted': published, edited, gone, back, moved, copied or redacted
    """
    if text is None:
        return None
    named = tuple(name for part in text.split(",") if (name := part.strip().lower()))
    for name in named:
        if name not in KINDS:
            raise WrongFilter("kind", f"unknown kind {name!r}: {', '.join(KINDS[:-1])} or {KINDS[-1]}")
    return named or None


def changes(
    connection: psycopg.Connection,
    wanted: Filters,
    *,
    of: Collection[str] | None = None,
    least: float | None = None,
    article: int | None = None,
    after: Place | None = None,
    limit: int = 20,
) -> list[Row]:
    """Rows of news.change whose articles match, newest first.

    `since` and `until` of the filters are moments of the change here; `fold` asks nothing. `of`: only these kinds. `least`:
    of edits only those with this score or more. `article`: only those of one, whatever the filters. `after`: what follows the last row of a page.
    """
    ids = [article] if article is not None else None
    asked = replace(wanted, since=None, until=None, fold=False, in_history=False)
    if ids is None and asked != Filters():
        found = articles.search_ids(connection, asked, FEW + 1)
        ids = found if len(found) <= FEW else None
    given = wanted.parameters() | {
        "ids": ids, "kinds": list(KINDS if of is None else of), "least": least, "limit": limit,
        "query": asked.parameters()["query"].strip(), "after_at": after and after.at, "after_article": after and after.article_id,
        "after_kind": after and after.kind, "after_number": after and after.number,
    }  # fmt: skip
    return rows_of(connection, "changes", given)


def add_differences(connection: psycopg.Connection, rows: Sequence[Row]) -> None:
    """Give every edited row its `difference`: title and text as word diffs (`reader.difference.words`), None where neither changed."""
    edited = [row for row in rows if row["kind"] == "edited"]
    given = {"ids": [row["article_id"] for row in edited], "revisions": [row["revision"] for row in edited]}
    texts = (
        {(row["article_id"], row["revision"]): row for row in rows_of(connection, "edit_texts", given)}
        if edited
        else {}
    )
    for row in rows:
        found = texts.get((row["article_id"], row["revision"])) if row["kind"] == "edited" else None
        row["difference"] = (
            {name: diff for name in ("title", "body") if (diff := _difference(found, name))} if found else None
        )


def _difference(found: Row, name: str) -> str | None:
    before, after = found[f"{name}_before"], found[f"{name}_after"]
    if before == after or max(len(before), len(after)) > COMPARED:
        return None
    return difference.words(before, after)
