"""What the database makes of articles that were missing: taken down, moved, back again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import psycopg

from crawler.article import Article
from crawler.lines import Absence
from sql.load import query


class Recorded(NamedTuple):
    """Whether an article is now known to be taken down; whether one that this run took for new is one that moved."""

    gone: int = 0
    moved: int = 0


def record(connection: psycopg.Connection, one: Absence, run: int | None) -> Recorded:
    """Write down that an article was missing; nothing where it is not known, or was seen since.

    Missing a second time, hours after the first, makes it gone; its text at a new address makes it moved.
    """
    row = connection.execute(
        query("record_absence"),
        {
            "portal": one.portal, "identity": one.identity, "url": one.url, "how": one.how, "led_to": one.led_to,
            "moment": one.fetched_at, "seconds": one.confirm_after_hours * 3600,
        },
    ).fetchone()  # fmt: skip
    if row is None:
        return Recorded()
    adopted = connection.execute(query("adopt_moved"), {"id": row[0], "run": run}).fetchone()
    if adopted is not None:
        return Recorded(moved=int(bool(adopted[1])))
    return Recorded(gone=connection.execute(query("mark_gone"), {"id": row[0]}).rowcount)


def end(connection: psycopg.Connection, ids: Sequence[int], moments: Sequence[datetime]) -> None:
    """Articles that were seen: what was missing among them is back."""
    connection.execute(query("end_absences"), {"ids": list(ids), "moments": list(moments)})


def moved_since(connection: psycopg.Connection, articles: Sequence[Article]) -> dict[int, str]:
    """Which of these articles, by their place, have moved since they were fetched, and what they are called now."""
    if not articles:
        return {}
    rows = connection.execute(
        query("moved_since"), {"urls": [one.url for one in articles], "moments": [one.fetched_at for one in articles]}
    )
    return {int(place) - 1: str(identity) for place, identity in rows}


def adopt(connection: psycopg.Connection, articles: Sequence[tuple[Article, str]]) -> bool:
    """Give missing articles the addresses of these, never met before, that have their title, text and date.

    Takes articles with their identities; whether any was given.
    """
    if not articles:
        return False
    rows = connection.execute(
        query("returned_elsewhere"),
        {
            "portals": [article.portal for article, _ in articles],
            "titles": [article.title for article, _ in articles],
            "digests": [hashlib.sha256(article.body.encode()).hexdigest() for article, _ in articles],
            "published": [article.published_at for article, _ in articles],
            "moments": [article.fetched_at for article, _ in articles],
        },
    ).fetchall()
    taken: set[int] = set()
    for place, number in rows:
        if number in taken:
            continue
        taken.add(number)
        article, identity = articles[place - 1]
        connection.execute(
            query("move_article"),
            {"id": number, "identity": identity, "url": article.url, "moment": article.fetched_at},
        )
    return bool(taken)
