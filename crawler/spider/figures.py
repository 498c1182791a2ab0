"""The figures of a crawl, and what they say against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# From so many pages without an article on, if they are the most, the run says so.
MANY_REJECTED = 5


def figures(stats: Mapping[str, Any]) -> dict[str, Any]:
    """What Scrapy's statistics hold of ours.

    >>> figures({"tintinh/listed": 7, "downloader/request_count": 9})
    {'listed': 7}
    """
    return {key.removeprefix("tintinh/"): value for key, value in stats.items() if key.startswith("tintinh/")}


def without_articles(told: Mapping[str, Any], read_as: str) -> str:
    """Why a crawl that met no article failed.

    >>> without_articles({"list_pages": 3}, "joomla")
    'no article found (3 lists, 0 other pages, read as joomla): is it a news site, has its layout changed?'
    """
    read = f"{told.get('list_pages', 0)} lists, {told.get('other_pages', 0)} other pages, read as {read_as}"
    return f"no article found ({read}): is it a news site, has its layout changed?"


def mostly_rejected(told: Mapping[str, Any]) -> str | None:
    """Why a crawl failed that met articles and could not read most of them.

    >>> mostly_rejected({"not_articles": 8, "fetched": 2}), mostly_rejected({"not_articles": 4}), mostly_rejected({})
    ('8 of 10 pages gave no article: has the layout changed?', None, None)
    """
    rejected, read_well = told.get("not_articles", 0), told.get("fetched", 0)
    if rejected >= MANY_REJECTED and rejected > read_well:
        return f"{rejected} of {rejected + read_well} pages gave no article: has the layout changed?"
    return None
