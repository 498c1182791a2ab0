"""Feeds and sitemaps: what they list, and what happens with rubbish."""

from __future__ import annotations

import gzip
from datetime import datetime

import pytest

from crawler.spider import feeds

SITEMAP = """<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="/x.xsl"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<!-- made by hand --><url><loc> http://a.vn/tin/mot-1.html </loc><lastmod>2026-10-01T08:47:00+07:00</lastmod></url>
<url><loc>http://a.vn/tin/hai-2.html</loc><lastmod>rubbish</lastmod><news:news><news:title>Hai</news:title></news:news></url><url/></urlset>"""
RSS = """<rss version="2.0"><channel><link>http://a.vn/</link><item><title>Một</title><link>http://a.vn/tin/mot-1.html</link>
<pubDate>Thu, 1 Oct 2026 01:10:00 GMT</pubDate></item><item><guid isPermaLink="true">http://a.vn/tin/hai-2.html</guid></item>
<item><guid>news_3</guid></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="http://a.vn/feed"/><entry>
<link rel="replies" href="http://a.vn/tin/mot-1.html#c"/><link href="http://a.vn/tin/mot-1.html"/></entry></feed>"""


def test_sitemap() -> None:
    listed = feeds.read(SITEMAP.encode())
    assert listed is not None
    assert listed.kind == "sitemap"
    assert listed.pages == {
        "http://a.vn/tin/mot-1.html": datetime.fromisoformat("2026-10-01T08:47:00+07:00"),
        "http://a.vn/tin/hai-2.html": None,
    }


def test_gzipped_sitemap_index() -> None:
    index = (
        "<sitemapindex><sitemap><loc>http://a.vn/s1.xml</loc></sitemap><sitemap><loc>http://a.vn/s2.xml.gz</loc>"
        "</sitemap></sitemapindex>"
    )
    listed = feeds.read(gzip.compress(index.encode()))
    assert listed is not None
    assert listed.sitemaps == ["http://a.vn/s1.xml", "http://a.vn/s2.xml.gz"]


@pytest.mark.parametrize(
    ("feed", "pages"),
    [(RSS, ["http://a.vn/tin/mot-1.html", "http://a.vn/tin/hai-2.html"]), (ATOM, ["http://a.vn/tin/mot-1.html"])],
)
def test_feed(feed: str, pages: list[str]) -> None:
    listed = feeds.read(feed.encode())
    assert listed is not None
    assert (listed.kind, list(listed.pages)) == ("feed", pages)
    assert set(listed.pages.values()) == {None}, "dates of feeds are not believed"


def test_a_cut_feed_gives_what_is_there() -> None:
    listed = feeds.read(RSS.encode()[:200])
    assert listed is not None
    assert list(listed.pages) == ["http://a.vn/tin/mot-1.html"]


@pytest.mark.parametrize(
    "rubbish",
    [b"", b"   ", b"{}", b"%PDF-1.4", b"<html><body>404</body></html>", b"\x1f\x8bnot gzip", b"<", bytes(range(256))],
)
def test_rubbish_is_none_of_them(rubbish: bytes) -> None:
    assert feeds.read(rubbish) is None


def test_entities_are_not_expanded() -> None:
    bomb = (
        '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
        "<urlset><url><loc>http://a.vn/&b;&x;</loc></url></urlset>"
    )
    listed = feeds.read(bomb.encode())
    assert listed is not None
    assert list(listed.pages) == ["http://a.vn/"]


def test_a_bomb_of_zeroes_is_cut() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 200_000_000 + b"</urlset>", compresslevel=1)
    listed = feeds.read(bomb)
    assert listed is not None
    assert listed.pages == {}


@pytest.mark.parametrize(
    ("name", "news"),
    [("sitemap-vi.news.xml", True), ("sitemap-vi.about.xml", False), ("wp-sitemap-posts-post-1.xml", True),
     ("wp-sitemap-posts-page-1.xml", False), ("wp-sitemap-taxonomies-category-1.xml", False), ("wp-sitemap-users-1.xml", False),
     ("post-sitemap2.xml", True), ("page-sitemap.xml", False), ("category-sitemap.xml", False), ("sitemap.xml", True),
     ("sitemap-2017-08.xml.gz", True), ("author-sitemap.xml", False)],
)  # fmt: skip
def test_parts_of_an_index_named_after_something_else(name: str, news: bool) -> None:
    assert feeds.may_hold_news(f"http://a.vn/{name}") is news
