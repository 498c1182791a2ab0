"""The article of a page: what the crawl, and later re-extraction from the archive, makes of the same bytes."""

from __future__ import annotations

from datetime import datetime

from crawler.article import Article
from crawler.platforms.base import Fields
from crawler.text import urls


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
        url=urls.canonical(url),
        fetched_url=fetched_url,
        fetched_at=fetched_at,
        title=fields.title,
        identity=fields.identity,
        published_at=fields.published_at,
        published_raw=fields.published_raw,
        published_precision=fields.published_precision,
        byline=fields.byline,
        authors=fields.authors,
        unit=fields.unit,
        credit=fields.credit,
        lead=fields.lead,
        body=fields.body,
        body_html=fields.body_html,
        section=fields.section,
        images=fields.images,
        attachments=fields.attachments,
        extracted_by=fields.extracted_by,
    )


def charset(content_type: str) -> str | None:
    """The charset that a Content-Type header names.

    >>> charset('text/html; charset="windows-1258"'), charset("text/html")
    ('windows-1258', None)
    """
    _, found, name = content_type.partition("charset=")
    return name.strip(" \"';") if found else None
