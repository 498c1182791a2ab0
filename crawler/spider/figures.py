"""What the figures of a crawl say against it. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.spider.decisions import Fate

# Pages without an article from which on, if they are the most, the run says so.
MANY_REJECTED = 5
# Listed articles that came to nothing from which on, if hardly any came to something, a crawl goes no further.
HOPELESS = 1000
# How a listed article ends that came to nothing.
_LOST: tuple[Fate, ...] = ("missing", "rejected", "failed")
# How a listed article ends that is there.
_THERE: tuple[Fate, ...] = ("stored", "duplicate", "known", "before_since", "left_out", "list")


def without_articles(figures: Mapping[str, Any], read_as: str) -> str:
    """Why a crawl that met no article failed.

    >>> without_articles({"list_pages": 3}, "joomla")
    'no article found (3 lists, 0 other pages, read as joomla): is it a news site, has its layout changed?'
    """
    if not figures.get("list_pages") and (number := figures.get("forbidden_by_robots")):
        return f"robots.txt forbids {number} of {number + figures.get('other_pages', 0)} addresses"
    read = f"{figures.get('list_pages', 0)} lists, {figures.get('other_pages', 0)} other pages, read as {read_as}"
    return f"no article found ({read}): is it a news site, has its layout changed?"


def mostly_rejected(figures: Mapping[str, Any]) -> str | None:
    """Why a crawl failed that met articles and could not read most of them.

    >>> mostly_rejected({"not_articles": 8, "fetched": 2}), mostly_rejected({"not_articles": 4}), mostly_rejected({})
    ('8 of 10 pages gave no article: has the layout changed?', None, None)
    """
    rejected, read_well = figures.get("not_articles", 0), figures.get("fetched", 0)
    if rejected >= MANY_REJECTED and rejected > read_well:
        return f"{rejected} of {rejected + read_well} pages gave no article: has the layout changed?"
    return None


def mostly_missing(fates: Mapping[Fate, int]) -> str | None:
    """Why a crawl failed whose lists name articles that are not there.

    >>> mostly_missing({"missing": 9, "stored": 3}), mostly_missing({"missing": 9, "known": 30}), mostly_missing({"missing": 2})
    ('9 of 12 listed articles are missing: do the lists lead elsewhere?', None, None)
    """
    missing, there = fates.get("missing", 0), sum(fates.get(fate, 0) for fate in _THERE)
    if missing >= MANY_REJECTED and missing > there:
        return f"{missing} of {missing + there} listed articles are missing: do the lists lead elsewhere?"
    return None


def forbidden(fates: Mapping[Fate, int]) -> str | None:
    """What robots.txt forbids of the articles that were listed; None where that is nothing.

    >>> forbidden({"forbidden": 6}), forbidden({"stored": 6, "forbidden": 1, "known": 1}), forbidden({"stored": 6})
    ('robots.txt forbids 6 of 6 articles', 'robots.txt forbids 1 of 8 articles', None)
    """
    number = fates.get("forbidden", 0)
    return f"robots.txt forbids {number} of {sum(fates.values())} articles" if number else None


def hopeless(fates: Mapping[Fate, int]) -> str | None:
    """Why a crawl ends before its time whose lists name nearly nothing that is an article.

    >>> hopeless({"missing": 900, "rejected": 600, "stored": 9, "left_out": 80})
    '1500 of 1509 listed articles came to nothing: do the lists lead elsewhere?'
    >>> hopeless({"missing": 900, "stored": 9}), hopeless({"missing": 1500, "known": 100})
    (None, None)
    """
    lost = sum(fates.get(fate, 0) for fate in _LOST)
    there = sum(fates.get(fate, 0) for fate in _THERE if fate != "left_out")
    if lost >= HOPELESS and lost > 20 * there:
        return f"{lost} of {lost + there} listed articles came to nothing: do the lists lead elsewhere?"
    return None


def not_followed(ends: Mapping[str, str]) -> list[str]:
    """The lists that were not followed to their end, one line each.

    >>> not_followed({"http://a.vn/tin": "its second page is its first"})
    ['http://a.vn/tin: its second page is its first']
    """
    return [f"{address}: {reason}" for address, reason in ends.items()]
