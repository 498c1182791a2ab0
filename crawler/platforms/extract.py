"""The article of a page: what the crawl, and later re-extraction from the archive, makes of the same bytes."""

from __future__ import annotations

from dataclasses import fields as dataclass_fields
from datetime import datetime

from crawler.article import FIELDS, Article
from crawler.platforms import rules
from crawler.platforms.base import Fields, NotAnArticle
from crawler.platforms.page import Page
from crawler.platforms.registry import platforms
from vietnam import urls

# What the page gives: every field of the article that a platform has.
_SHARED = ("identity", *(one.name for one in FIELDS if one.name in {given.name for given in dataclass_fields(Fields)}))


def article(
    fields: Fields,
    *,
    portal: str,
    province: str | None,
    platform: str,
    url: str,
    fetched_url: str,
    fetched_at: datetime,
) -> Article:
    """The article made of a page's fields; `url` is the page's own, `fetched_url` what was asked for."""
    return Article(
        portal=portal,
        province=province,
        platform=platform,
        url=urls.canonical(fields.url or url),
        fetched_url=fetched_url,
        fetched_at=fetched_at,
        rules=rules.of(platform),
        **{name: getattr(fields, name) for name in _SHARED},
    )


def from_payload(
    url: str,
    payload: bytes,
    content_type: str,
    *,
    portal: str,
    province: str | None,
    platform: str | None,
    fetched_at: datetime,
) -> Article:
    """The article of an archived page by today's rules; raises NotAnArticle or UnreadablePage."""
    known = platforms().get(platform or "")
    if known is None:
        raise NotAnArticle(f"no platform named {platform}")
    if "html" in (content_type or "html").lower():
        page = Page(url, payload, charset(content_type), fetched_at=fetched_at)
        kind = known.kind(page)
        if kind != "article":
            raise NotAnArticle(f"not an article page ({kind})")
        fields = known.extract(page)
    else:
        found = known.document(url, payload)
        if not isinstance(found, Fields):
            raise NotAnArticle(f"not an article ({content_type})")
        fields = found
    return article(
        fields, portal=portal, province=province, platform=known.name, url=url, fetched_url=url, fetched_at=fetched_at
    )


def charset(content_type: str) -> str | None:
    """The charset that a Content-Type header names.

    >>> charset('text/html; charset="windows-1258"'), charset("text/html")
    ('windows-1258', None)
    >>> charset("TEXT/HTML; CHARSET=UTF-8")
    'utf-8'
    """
    _, found, name = content_type.lower().partition("charset=")
    return name.strip(" \"';") if found else None
