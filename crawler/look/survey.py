"""Looks a site over with a dozen requests: robots.txt, home, some sections, a feed, a sitemap, some articles.

How a page is fetched is given; what is asked for next, and what the answers say, are functions of the answers alone.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from crawler.net.reading import SECONDS, TookTooLong, bounded
from crawler.platforms.base import Fields, Listing, NotAnArticle, Platform, Post
from crawler.platforms.page import Page, UnreadablePage
from crawler.platforms.registry import recognize
from crawler.spider import feeds
from vietnam import urls

REQUESTS = 12
SECTIONS = 3
ARTICLES = 3
LEFT_OUT = "left out: the look at the site took too long"
FORBIDDEN = "robots.txt forbids it"
_ABOUT = re.compile(
    r"gioi-thieu|lien-he|about|contact|co-cau|to-chuc|so-do|dich-vu-cong|thu-tuc|video|hinh-anh", re.IGNORECASE
)
_NEWS = re.compile(r"tin-|-tin|/tin|su-kien|hoat-dong|news|an-ninh|antt|canh-bao|thoi-su|truy-na", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request and what came of it; `error` is set where nothing came. `role` says what was looked for."""

    role: str
    asked: str
    at: datetime
    url: str = ""
    status: int | None = None
    content_type: str = ""
    charset: str | None = None
    body: bytes = b""
    seconds: float = 0.0
    error: str | None = None
    certificate_ends: datetime | None = None

    @property
    def problem(self) -> str | None:
        """Why this is no answer to read, in one line."""
        if self.error:
            return self.error
        return f"answers {self.status}" if self.status is None or self.status >= 400 else None


class Fetch(Protocol):
    """Sends a request; never fails: what went wrong is in the visit."""

    def __call__(self, wanted: str | Post, role: str) -> Awaitable[Visit]: ...


VISITS = msgspec.json.Decoder(list[Visit])


def page_of(visit: Visit) -> Page | None:
    """The page a visit found; None where it found none."""
    if visit.problem or (visit.content_type and "html" not in visit.content_type):
        return None
    try:
        with bounded(SECONDS):
            return Page(visit.url, visit.body, visit.charset, fetched_at=visit.at)
    except (UnreadablePage, TookTooLong):
        return None


def reads_as_page(visit: Visit) -> str | None:
    """Why a visit found no page of text, None where it did.

    Bytes that are no text parse as a page without words.
    """
    if visit.problem:
        return f"{visit.url or visit.asked} {visit.problem}" if not visit.error else f"{visit.asked}: {visit.error}"
    page = page_of(visit)
    if page is None or page.body.select_one("*") is None or "\x00" in page.text[:1000]:
        kind = visit.content_type.partition(";")[0] or "no type"
        return f"{visit.url} is not a page of text ({kind}, {len(visit.body)} bytes)"
    return None


def listing_of(visit: Visit, platform: Platform) -> Listing | None:
    """What a visit lists: a page, or the answer of the platform's own API; None where it is no list."""
    page = page_of(visit)
    if page is not None:
        with suppress(TookTooLong), bounded(SECONDS):
            return platform.listing(page) if platform.kind(page) == "list" else None
        return None
    found = None if visit.problem else platform.document(visit.url, visit.body)
    return found if isinstance(found, Listing) else None


def fields_of(visit: Visit, platform: Platform) -> Fields | str:
    """The article of a visit, or why there is none."""
    if visit.problem:
        return visit.problem
    page = page_of(visit)
    if page is None:
        found = platform.document(visit.url, visit.body)
        return found if isinstance(found, Fields) else "not a page of text"
    try:
        with bounded(SECONDS):
            kind = platform.kind(page)
            return platform.extract(page) if kind == "article" else f"not an article page ({kind})"
    except NotAnArticle as error:
        return str(error)
    except TookTooLong:
        return f"not read: that takes more than {SECONDS:g} s"


def in_order_of_news(sections: Iterable[str]) -> list[str]:
    """Sections that are named after news first, those that are surely none last, otherwise as the menu has them.

    >>> in_order_of_news(["http://a.vn/gioi-thieu", "http://a.vn/phap-luat", "http://a.vn/tin-tuc"])
    ['http://a.vn/tin-tuc', 'http://a.vn/phap-luat', 'http://a.vn/gioi-thieu']
    """
    return sorted(
        sections, key=lambda url: bool(_ABOUT.search(urlsplit(url).path)) - bool(_NEWS.search(urlsplit(url).path))
    )


async def survey(start: str, fetch: Fetch) -> list[Visit]:
    """Look over the site of an address: its home page, or a section or an article of it."""
    root = "/".join(urls.canonical(start).split("/")[:3])
    visits = [await fetch(f"{root}/robots.txt", "robots")]
    if visits[0].error:
        return visits
    home = await fetch(start, "home")
    page = page_of(home)
    if page is not None and not reads_as_page(home) and recognize(page)[0].kind(page) == "article":
        visits.append(replace(home, role="article"))
        home = await fetch(f"{root}/", "home")
        page = page_of(home)
    visits.append(home)
    if page is None or reads_as_page(home):
        return visits
    platform, _ = recognize(page)
    await _look_at_lists(page, platform, visits, fetch)
    await _look_at_articles(platform, visits, fetch)
    return visits


async def _look_at_lists(home: Page, platform: Platform, visits: list[Visit], fetch: Fetch) -> None:
    own = platform.list_key(home.url)
    sections = [url for url in platform.sections(home) if platform.list_key(url) != own]
    for url in in_order_of_news(sections)[:SECTIONS]:
        visits.append(await fetch(url, "section"))
        listing = listing_of(visits[-1], platform)
        if listing is not None and not listing.articles and listing.pages:
            visits.append(await fetch(listing.pages[0], "list"))  # the section's articles come from an API
        elif listing is not None and listing.pages and not any(visit.role == "page" for visit in visits):
            visits.append(await fetch(listing.pages[0], "page"))  # whether the pager leads on is seen behind it
    visits.extend([await fetch(url, "feed") for url in feeds.feeds_of(home)[:1]])
    declared = feeds.sitemaps_of_robots(text_of(visits[0]))
    root = "/".join(home.address.split("/")[:3])
    visits.append(await fetch((declared or [f"{root}/sitemap.xml"])[0], "sitemap"))


async def _look_at_articles(platform: Platform, visits: list[Visit], fetch: Fetch) -> None:
    """Articles of different lists, as long as requests are left."""
    met = {platform.identity(visit.url) for visit in visits if visit.role == "article"}
    read = len(met)
    for url in list(_in_turn(_lists(platform, visits))):
        if (
            read == ARTICLES or len(visits) >= REQUESTS - 1
        ):  # another host that an address leads to has its own robots.txt
            return
        if platform.identity(url) not in met:
            met.add(platform.identity(url))
            visits.append(await fetch(url, "article"))
            read += isinstance(fields_of(visits[-1], platform), Fields)


def _lists(platform: Platform, visits: list[Visit]) -> list[list[str]]:
    """The articles of each list visited: sections first, then the home page, then the feed."""
    found = []
    for roles in ({"section", "list"}, {"home"}, {"feed"}):
        for visit in visits:
            if visit.role in roles:
                listing = listing_of(visit, platform)
                listed = feeds.read(visit.body, visit.url) if visit.role == "feed" and not visit.problem else None
                if listing is not None:
                    found.append(listing.articles)
                elif listed is not None:
                    found.append([urls.canonical(url) for url in listed.pages if urls.is_http(url)])
    return found


def _in_turn(lists: list[list[str]]) -> Iterator[str]:
    """The first of each list, then the second of each.

    >>> list(_in_turn([["a", "b", "c"], ["d"]]))
    ['a', 'd', 'b', 'c']
    """
    for rank in range(max(map(len, lists), default=0)):
        yield from (one[rank] for one in lists if rank < len(one))


def text_of(visit: Visit) -> str:
    return "" if visit.problem or "html" in visit.content_type else visit.body.decode("utf-8", "replace")
