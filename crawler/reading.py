"""From the fields of a page to the article: a pure function, for the crawl and for whatever reads pages again."""

from __future__ import annotations

from datetime import datetime

from crawler.article import Article
from crawler.platforms.base import Fields, Platform
from crawler.text import urls


def article_of(
    fields: Fields,
    platform: Platform,
    *,
    portal: str,
    province: str | None,
    url: str,
    fetched_url: str,
    fetched_at: datetime,
) -> Article:
    """The article whose page answered at `url` when `fetched_url` was asked."""
    return Article(
        portal=portal,
        province=province,
        platform=platform.name,
        url=urls.canonical(fields.url or url),
        fetched_url=fetched_url,
        fetched_at=fetched_at,
        **{name: getattr(fields, name) for name in _SHARED},
    )


_SHARED = (
    "title", "identity", "published_at", "published_raw", "published_precision", "byline", "authors", "unit", "credit",
    "lead", "body", "body_html", "section", "images", "attachments", "extracted_by",
)  # fmt: skip
