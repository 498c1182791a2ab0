"""Articles for programs: `for article in articles(query="ma túy", province="lam-dong")`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

import psycopg

from reader import moments, stored
from reader.filters import Filters, parse
from vietnam.dates import VIETNAM

# Seconds that an embedded server may take to start, after a crash as well.
_STARTS_WITHIN = 300


class NoDatabase(RuntimeError):
    """There is no database that could be asked, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as it is now: the columns of `news.article`. Moments carry a time zone; what a page did not print is None.

    `images` are `{"url", "caption"}`, `attachments` `{"url", "name"}`. Of articles that were asked for `in_history`, `matched_revision` is the
    newest earlier state that matches, with its time (None: only the present one does), and `matches_now` whether the present one does.
    """

    id: int
    portal: str
    province: str | None
    platform: str | None
    url: str
    title: str
    published_at: datetime | None
    published_raw: str | None
    published_precision: str | None
    byline: str | None
    authors: list[str]
    unit: str | None
    credit: str | None
    lead: str | None
    body: str
    body_html: str
    section: str | None
    images: list[dict[str, str | None]]
    attachments: list[dict[str, str]]
    content_hash: str
    revision: int
    first_seen_at: datetime
    last_seen_at: datetime
    changed_at: datetime
    gone_at: datetime | None
    extracted_by: dict[str, str]
    rules: str | None
    matched_revision: int | None = None
    matched_from: datetime | None = None
    matched_to: datetime | None = None
    matches_now: bool = True


_COLUMNS = tuple(one.name for one in fields(Article))


def articles(
    query: str = "",
    *,
    portal: str | None = None,
    province: str | None = None,
    author: str | None = None,
    unit: str | None = None,
    section: str | None = None,
    since: str | date | None = None,
    until: str | date | None = None,
    gone: bool | None = None,
    fold: bool | None = None,
    in_history: bool | None = None,
    limit: int | None = None,
    database: str | None = None,
) -> Generator[Article, None, None]:
    """Articles that match, newest first, a thousand at a time from the server: any number of them takes the same memory.

    The filters are those of `tintinh search`, written as there (`province="Lâm Đồng"`, `since="5/11/2026"`); `since` is
    inclusive, `until` exclusive. `database` is a libpq URI; default: DATABASE_URL, else the one that `tintinh` uses.
    `in_history` finds by what articles said before, too. All come from one moment: what is stored meanwhile is not among them.

    Raises WrongFilter for a filter that can match nothing at once; NoDatabase and psycopg.Error at the first article.
    """
    given: Mapping[str, Any] = {
        "portal": portal, "province": province, "author": author, "unit": unit, "section": section,
        "since": since, "until": until, "gone": gone, "fold": fold, "in_history": in_history,
    }  # fmt: skip
    typed = {name: _typed(value) for name, value in given.items() if not isinstance(value, datetime)}
    exact: dict[str, Any] = {name: _in_vietnam(value) for name, value in given.items() if isinstance(value, datetime)}
    wanted = replace(parse({"query": query, **typed}), **exact)
    return _stream(wanted, stored.EVERYTHING if limit is None else limit, database)


def _typed(value: str | date | bool | None) -> str | None:
    """A filter as people would type it.

    >>> _typed(True), _typed(date(2026, 11, 5)), _typed("Lâm Đồng"), _typed(None)
    ('True', '2026-11-05', 'Lâm Đồng', None)
    """
    return value.isoformat() if isinstance(value, date) else None if value is None else str(value)


def _in_vietnam(moment: datetime) -> datetime:
    """A moment; one without a zone is what a clock in Vietnam says."""
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def _stream(wanted: Filters, limit: int, database: str | None) -> Generator[Article, None, None]:
    uri = database or os.environ.get("DATABASE_URL") or _of_the_command()
    with psycopg.connect(uri, autocommit=True, connect_timeout=10, application_name="tintinh reader") as connection:
        connection.read_only = True
        moments.forgive(connection)
        with closing(stored.export(connection, wanted, limit=limit)) as rows:
            for row in rows:
                yield Article(**{name: row[name] for name in _COLUMNS if name in row})


def _of_the_command() -> str:
    """The database of the command, asked as anybody would: the embedded server stays up while somebody is connected."""
    command = [sys.executable, "-m", "tintinh", "db", "dsn"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_STARTS_WITHIN)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoDatabase(f"`tintinh db dsn` does not tell the database: {error}") from error
    if done.returncode or not done.stdout.strip():
        reason = (done.stderr.strip().splitlines() or ["`tintinh db dsn` says nothing"])[-1]
        raise NoDatabase(reason.removeprefix("tintinh: "))
    return done.stdout.strip()
