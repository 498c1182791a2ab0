"""The article of a page: what the crawl, and later re-extraction from the archive, makes of the same bytes."""

from __future__ import annotations

from datetime import datetime

from crawler.article import Article
from crawler.platforms.base import Fields, NotAnArticle
from crawler.platforms.page import Page
from crawler.platforms.registry import platforms
from vietnam import urls

_SHARED = (
    "title", "identity", "published_at", "published_raw", "published_precision", "byline", "authors", "unit", "credit",
    "lead", "body", "body_html", "section", "images", "attachments", "extracted_by",
)  # fmt: skip


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
    rules = platforms().get(platform or "")
    if rules is None:
        raise NotAnArticle(f"no platform named {platform}")
    if "html" in (content_type or "html"):
        page = Page(url, payload, charset(content_type), fetched_at=fetched_at)
        kind = rules.kind(page)
        if kind != "article":
            raise NotAnArticle(f"not an article page ({kind})")
        fields = rules.extract(page)
    else:
        found = rules.document(url, payload)
        if not isinstance(found, Fields):
            raise NotAnArticle(f"not an article ({content_type})")
        fields = found
    return article(
        fields, portal=portal, province=province, platform=rules.name, url=url, fetched_url=url, fetched_at=fetched_at
    )


def charset(content_type: str) -> str | None:
    """The charset that a Content-Type header names.

    >>> charset('text/html; charset="windows-1258"'), charset("text/html")
    ('windows-1258', None)
    """
    _, found, name = content_type.partition("charset=")
    return name.strip(" \"';") if found else None
