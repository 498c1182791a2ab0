"""What feeds and sitemaps list, what of it can be news, and what it leads to. No framework."""

from __future__ import annotations

import gzip
import html
import re
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from io import BytesIO
from urllib.parse import urljoin

from lxml import etree

from crawler.platforms.base import Card, Platform
from crawler.platforms.page import Page
from crawler.spider.decisions import Ask, Context, Count, Decision, Facts, Recall
from crawler.spider.frontier import Frontier
from crawler.spider.lists import ask_articles
from vietnam import dates, urls
from vietnam.normalize import clean

# In which order a crawl asks: after the sections of the menu, before the pages of their lists.
PRIORITY = 8

# A sitemap holds at most 50,000 addresses and 50 MB (sitemaps.org); more is rubbish or an attack.
MOST_ADDRESSES = 50_000
MOST_BYTES = 60_000_000
# Names of the roots of feeds.
FEEDS = frozenset({"rss", "feed", "rdf"})
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
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
    # What it says of them, by their addresses.
    cards: dict[str, Card] = field(default_factory=dict)
    sitemaps: list[str] = field(default_factory=list)
    # It names more than anybody may.
    is_cut: bool = False


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


def read(body: bytes, address: str = "") -> Listed | None:
    """The content of an RSS or Atom feed, a sitemap or a sitemap index, gzipped or not; None where it is none of them.

    `address` is where it was found: links may be relative to it.
    """
    text = _unpacked(body)
    if text is None or b"<" not in text[:2000]:
        return None
    listed: Listed | None = None
    for name, part in _parts(text.lstrip()):
        if listed is None:
            listed = Listed("feed" if name in FEEDS else "sitemap")
        if part is None:
            continue
        if len(listed.pages) + len(listed.sitemaps) >= MOST_ADDRESSES:
            listed.is_cut = True
            break
        if name == "sitemapindex":
            if link := _text(part, "loc"):
                listed.sitemaps.append(_joined(address, link))
        elif name == "urlset":
            if link := _text(part, "loc"):
                page = _joined(address, link)
                listed.pages[page] = _moment(_text(part, "lastmod"))
                if (card := _card_of_news(page, part)) is not None:
                    listed.cards[page] = card
        elif link := _link(part):
            page = _joined(address, link)
            listed.pages[page] = None  # feeds of Vietnamese systems print minutes where months belong
            listed.cards[page] = _card(page, part)
    return listed


def _parts(text: bytes) -> Iterator[tuple[str, etree._Element | None]]:
    """The kind of a feed or a sitemap, by its root's name, with nothing; then with each of its entries, which is gone afterwards.

    Nothing where it is none of them. What is cut, or no XML any more, ends there.
    """
    kind, depth = "", 0
    steps = etree.iterparse(
        BytesIO(text), ("start", "end"), resolve_entities=False, no_network=True, recover=True, huge_tree=False
    )
    try:
        for event, part in steps:
            name = _local(part).lower()
            if event == "start":
                depth += 1
                if depth == 1:
                    if name not in {"sitemapindex", "urlset", *FEEDS}:
                        return
                    kind = name
                    yield kind, None
                continue
            depth -= 1
            if name in {"item", "entry"} if kind in FEEDS else depth == 1:
                yield kind, part
            if depth == 1 or name in {"item", "entry"}:
                part.clear()
                while part.getprevious() is not None:
                    del part.getparent()[0]
    except (etree.XMLSyntaxError, ValueError):
        return


def feeds_of(page: Page) -> list[str]:
    """The feeds that a page names, without those of comments."""
    found = (
        page.absolute(link.attr("href") or "")
        for link in page.select("link[rel~='alternate']")
        if re.search(r"rss|atom", link.attr("type") or "")
    )
    return list(dict.fromkeys(url for url in found if url and "comment" not in url))


def articles_of(listed: Listed, platform: Platform, site: str, since: datetime | None) -> dict[str, str]:
    """The addresses that can be articles of the site, by identity; of a sitemap those that look like it."""
    found: dict[str, str] = {}
    own = urls.site(site)
    for address, changed in listed.pages.items():
        url = urls.fetchable(address)
        if not url or urls.site(url) != own or not platform.could_be_article(url):
            continue
        if listed.kind == "sitemap" and not (platform.is_article_address(url) or _reads_like_a_title(url)):
            continue
        if since and changed and changed < since:
            continue
        found.setdefault(platform.identity(url), url)
    return found


def ask_sources(home: Page, declared: Collection[str], facts: Facts, frontier: Frontier) -> Iterator[Decision]:
    """Ask for the sitemaps that robots.txt declares, else for the feed of the home page: what the menu may not lead to."""
    if declared:
        yield from _ask_sitemaps(declared, declared, 0, facts, frontier)
    else:
        yield from (
            Ask(url, Context("feed"), PRIORITY) for url in feeds_of(home)[:1] if not frontier.rests(f"feed {url}")
        )


def follow(
    listed: Listed,
    asked: str,
    depth: int,
    platform: Platform,
    declared: Collection[str],
    facts: Facts,
    frontier: Frontier,
) -> Iterator[Decision]:
    """Ask for what a feed or a sitemap, asked for at that address, names and nobody knows; so many indexes led to it."""
    yield Count(f"{listed.kind}s")
    frontier.named += len(listed.pages)
    if listed.is_cut:
        frontier.reach(f"addresses of a {listed.kind} ({MOST_ADDRESSES})")
    yield from _ask_sitemaps(listed.sitemaps, declared, depth + 1, facts, frontier)
    articles = articles_of(listed, platform, facts.start_page, facts.since)
    frontier.names_articles = frontier.names_articles or bool(articles)
    cards = {urls.canonical(address): card for address, card in listed.cards.items() if urls.is_http(address)}
    yield Recall(tuple(articles), partial(_go_on, articles, cards, listed.kind, asked, frontier))


def _go_on(
    articles: dict[str, str], cards: dict[str, Card], kind: str, asked: str, frontier: Frontier, stored: set[str]
) -> list[Decision]:
    frontier.note(kind, f"{kind} {asked}", has_new=not stored.issuperset(articles))
    return [*ask_articles(articles, stored, f"{kind}s", frontier, cards=cards)]


def _ask_sitemaps(
    found: Iterable[str], declared: Collection[str], depth: int, facts: Facts, frontier: Frontier
) -> Iterator[Decision]:
    left_out = 0
    for url in found:
        if not (urls.is_http(url) and urls.same_site(url, facts.start_page)) or url in frontier.sitemaps:
            continue
        if not (may_hold_news(url) or url in declared):
            left_out += 1
        elif frontier.rests(f"sitemap {url}"):
            continue
        elif not frontier.wants_sitemaps(depth):
            break
        else:
            frontier.sitemaps.add(url)
            yield Ask(url, Context("sitemap", barren=depth), PRIORITY)
    if left_out:
        yield Count("sitemaps_left_out", left_out)


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


def _joined(address: str, link: str) -> str:
    """A link as an absolute address; as it stands where it is rubbish."""
    try:
        return link if link.startswith(("http://", "https://")) else urljoin(address, link)
    except ValueError:
        return link


def _card(url: str, item: etree._Element) -> Card:
    """What a feed says of an article."""
    printed = next(filter(None, (_text(item, name) for name in ("pubDate", "published", "date"))), None)
    image = next(
        (
            part.get("url")
            for part in item
            if _local(part) in {"enclosure", "thumbnail", "content"} and "image" in (part.get("type") or "image")
        ),
        None,
    )
    return Card(
        url,
        title=_plain(_text(item, "title")),
        published_raw=printed,
        published_at=(moment := _published(printed) if printed else None),
        published_precision=_precision(moment),
        lead=_plain(next(filter(None, (_text(item, name) for name in ("description", "summary"))), "")),
        image=image,
        section=_plain(_text(item, "category")),
        source="feed",
    )


def _card_of_news(url: str, part: etree._Element) -> Card | None:
    """What a news sitemap says of an article; None where it says nothing."""
    news = next((child for child in part if _local(child) == "news"), None)
    if news is None:
        return None
    printed = _text(news, "publication_date") or None
    moment = _published(printed) if printed else None
    return Card(
        url, title=_plain(_text(news, "title")), published_raw=printed, published_at=moment,
        published_precision=_precision(moment), source="sitemap",
    )  # fmt: skip


def _precision(moment: datetime | None) -> str | None:
    """`minute` where the zone is Vietnam's. Feeds of sites whose zone was never set call the clock on the wall UTC."""
    return "minute" if moment is not None and moment.utcoffset() == timedelta(hours=7) else None


def _published(printed: str) -> datetime | None:
    """The moment that a feed prints, where it can be nothing else; a weekday must be that of its day.

    >>> str(_published("Thu, 1 Oct 2026 01:10:00 GMT")), _published("Thu, 1 Sep 2026 01:10:00 GMT"), _published("1/2/2026")
    ('2026-10-01 01:10:00+00:00', None, None)
    >>> str(_published("2026-10-01T08:47:00+07:00")), _published("2026-10-01T08:47:00")
    ('2026-10-01 08:47:00+07:00', None)
    """
    weekday, comma, _ = printed.partition(",")
    try:
        moment = parsedate_to_datetime(printed) if comma else datetime.fromisoformat(printed)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None or (comma and WEEKDAYS[moment.weekday()] != weekday.strip().lower()[:3]):
        return None
    return moment


def _plain(text: str) -> str | None:
    """Text without the markup that feeds put into their descriptions.

    >>> _plain("<![CDATA[x]]>"), _plain(' <a href="/"><img src="x"/></a> Tổ tuần tra ')
    ('x', 'Tổ tuần tra')
    """
    bare = re.sub(r"<!\[CDATA\[|\]\]>", "", text)
    return clean(html.unescape(re.sub(r"<[^<>]*>", " ", bare))) or None


def _moment(text: str) -> datetime | None:
    stamp = dates.find(text) if text else None
    return stamp.at if stamp else None
