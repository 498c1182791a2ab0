"""Dates that an article has from elsewhere than its page: kept where the page alone is read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from crawler.article import Article
from vietnam.told_dates import ELSEWHERE, is_more_exact


def may_lack(article: Article) -> bool:
    """Whether the page of an article leaves open when on its day it was published, or tells no date."""
    from_elsewhere = article.extracted_by.get("published_at", "").startswith(ELSEWHERE)
    return article.published_precision in {None, "day"} and not from_elsewhere


def keep(read: Article, stored: Mapping[str, Any]) -> Article:
    """An article read from its page alone, with the date that its stored state has from elsewhere, where that still counts.

    `stored` holds `published_at`, `published_raw`, `published_precision`, `extracted_by`.

    >>> from datetime import UTC
    >>> kept = {"published_at": datetime(2026, 11, 5, 1, 47, tzinfo=UTC), "published_raw": "5/11 8:47",
    ...     "published_precision": "minute", "extracted_by": {"published_at": "elsewhere: card of a list"}}
    >>> page = Article(portal="demo", url="http://a/1", title="Tin", fetched_at=datetime(2026, 11, 5, tzinfo=UTC))
    >>> keep(page, kept).published_precision
    'minute'
    >>> keep(replace(page, published_at=datetime(2026, 11, 6, tzinfo=UTC), published_precision="day"), kept).published_precision
    'day'
    """
    source = str(stored["extracted_by"].get("published_at", ""))
    at: datetime | None = stored["published_at"]
    precision = str(stored["published_precision"])
    if not source.startswith(ELSEWHERE) or at is None or not may_lack(read):
        return read
    if not is_more_exact(at, precision, read.published_at, read.published_precision):
        return read
    return replace(
        read, published_at=at, published_raw=stored["published_raw"], published_precision=precision,
        extracted_by={**read.extracted_by, "published_at": source},
    )  # fmt: skip
