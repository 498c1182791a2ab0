"""What feeds and sitemaps list, and what of it can be news: pure functions."""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from lxml import etree

from crawler.platforms.base import Platform
from crawler.platforms.page import Page
from vietnam import dates, urls

# A sitemap holds at most 50,000 addresses and 50 MB (sitemaps.org); more is rubbish or an attack.
MOST_ADDRESSES = 50_000
MOST_BYTES = 60_000_000
_NOT_NEWS = re.compile(
    r"(?:page|about|gioi-thieu|siteterms|categor|chuyen-muc|tag|taxonom|term|author|user|image|video|product|contact|voting|laws?|faq|users)s?[^/]*\.xml",
    re.IGNORECASE,
)

# WordPress names the kind of posts that a part holds.
_WORDPRESS = re.compile(r"wp-sitemap-posts-(\w+)")


@dataclass(slots=True)
class Listed:
    """What a feed or a sitemap names: articles (or pages), with the time of their last change, and further sitemaps."""

    kind: str
    pages: dict[str, datetime | None] = field(default_factory=dict)
    sitemaps: list[str] = field(default_factory=list)


def sitemaps_of_robots(text: str) -> list[str]:
    """Addresses of the sitemaps that a robots.txt declares.

    >>> sitemaps_of_robots("User-agent: *\\nSITEMAP : http://a.vn/s.xml # all")
    ['http://a.vn/s.xml']
    """
    return list(dict.fromkeys(re.findall(r"(?im)^\s*sitemap\s*:\s*(\S+)", text)))


def may_hold_news(sitemap: str) -> bool:
    """False for the parts of a sitemap index that are named after something else.

    >>> may_hold_news("http://a.vn/sitemap-vi.news.xml"), may_hold_news("http://a.vn/wp-sitemap-taxonomies-category-1.xml")
    (True, False)
    >>> may_hold_news("http://a.vn/wp-sitemap-posts-post-1.xml"), may_hold_news("http://a.vn/wp-sitemap-posts-van_ban-1.xml")
    (True, False)
    """
    name = sitemap.rpartition("/")[2]
    if kind := _WORDPRESS.search(name):
        return bool(re.match(r"post|news|tin|bai|su-?kien", kind[1]))
    return not _NOT_NEWS.search(name) or "news" in sitemap


def read(body: bytes) -> Listed | None:
    """The content of an RSS or Atom feed, a sitemap or a sitemap index, gzipped or not; None where it is none of them."""
    text = _unpacked(body)
    if text is None or b"<" not in text[:2000]:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(text.lstrip(), parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    name = _local(root).lower() if root is not None else ""
    if name == "sitemapindex":
        return Listed("sitemap", sitemaps=[_text(part, "loc") for part in root if _text(part, "loc")][:1000])
    if name == "urlset":
        listed = Listed("sitemap")
        for part in islice(root, MOST_ADDRESSES):
            if _text(part, "loc"):
                listed.pages[_text(part, "loc")] = _moment(_text(part, "lastmod"))
        return listed
    if name in {"rss", "feed", "rdf"}:
        listed = Listed("feed")
        for item in root.iter("{*}item", "{*}entry"):
            address = _link(item)
            if address:
                listed.pages[address] = None  # feeds of Vietnamese systems print minutes where months belong
        return listed
    return None


def feeds_of(page: Page) -> list[str]:
    """The feeds that a page names, without those of comments."""
    found = (
        page.absolute(link.get("href") or "")
        for link in page.select("link[rel~='alternate']")
        if re.search(r"rss|atom", link.get("type") or "")
    )
    return list(dict.fromkeys(url for url in found if url and "comment" not in url))


def articles_of(listed: Listed, platform: Platform, site: str, since: datetime | None) -> dict[str, str]:
    """The addresses that can be articles of the site, by identity; of a sitemap those that look like it."""
    found: dict[str, str] = {}
    for address, changed in listed.pages.items():
        url = urls.canonical(address) if urls.is_http(address) else ""
        if not url or not urls.same_site(url, site) or not platform.could_be_article(url):
            continue
        if listed.kind == "sitemap" and not (platform.is_article_address(url) or _reads_like_a_title(url)):
            continue
        if since and changed and changed < since:
            continue
        found.setdefault(platform.identity(url), url)
    return found


def _reads_like_a_title(url: str) -> bool:
    """Whether the last part of an address has the words of a headline.

    >>> _reads_like_a_title("http://a.vn/bat-nhom-doi-tuong-cuop-giat"), _reads_like_a_title("http://a.vn/lien-he")
    (True, False)
    """
    return urls.canonical(url).rstrip("/").rpartition("/")[2].count("-") >= 4


def _unpacked(body: bytes) -> bytes | None:
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(body, MOST_BYTES)
    except (zlib.error, gzip.BadGzipFile):
        return None


def _text(part: etree._Element, name: str) -> str:
    for child in part:
        if _local(child) == name:
            return (child.text or "").strip()
    return ""


def _local(part: etree._Element) -> str:
    """The name of an element without its namespace; comments have none."""
    return str(part.tag).rpartition("}")[2]


def _link(item: etree._Element) -> str:
    for child in item:
        if _local(child) == "link":
            href = child.get("href")
            if href and child.get("rel", "alternate") == "alternate":
                return href.strip()
            if child.text and child.text.strip():
                return child.text.strip()
    guid = _text(item, "guid")
    return guid if guid.startswith("http") else ""


def _moment(text: str) -> datetime | None:
    stamp = dates.find(text) if text else None
    return stamp.at if stamp else None
