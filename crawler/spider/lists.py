"""What a page of a list leads to. No framework: what was met before comes in with the frontier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from types import MappingProxyType

from crawler.platforms import told_dates
from crawler.platforms.base import Card, Listing, Platform, Post
from crawler.platforms.evidence import menu
from crawler.platforms.evidence.counting import archive_of
from crawler.platforms.lists import NOT_A_PAGE
from crawler.platforms.page import Page
from crawler.spider.absence import Recheck
from crawler.spider.decisions import Answer, Ask, Context, Count, Decision, Learn, Recall, Role
from crawler.spider.ends import Ends, Printed, printed_pages
from crawler.spider.frontier import BARREN, Frontier, base_of
from vietnam.dates import VIETNAM

# In which order a crawl asks, the highest first; articles are asked at 0.
SECTION_PRIORITY = 10
PAGE_PRIORITY = 5
# The pager of the home page comes after the sections, which show the same as a rule.
HOME_PAGE_PRIORITY = -5
# Archives of years, months and days that wait at a time.
_MOST_ARCHIVES = 2000
# Links of a cover that stands in front of a portal: more is a page of its own.
_MOST_ENTRANCES = 5
NO_HINTS: Mapping[str, str] = MappingProxyType({})
NO_CARDS: Mapping[str, Card] = MappingProxyType({})

# Months of one list that are asked: twenty years.
_MOST_MONTHS = 240


@dataclass(frozen=True, slots=True)
class _Met:
    """A page of a list, read: what it names and where it stands."""

    key: str
    listing: Listing
    articles: Mapping[str, str]
    own: Mapping[str, str]
    address: str
    sections: tuple[str, ...]
    barren: int


def read(
    page: Page, kind: str, context: Context, platform: Platform, frontier: Frontier, ends: Ends
) -> Iterator[Decision]:
    """Follow a list, its pager and the sections that it names."""
    key = context.list_key or platform.list_key(page.url)
    frontier.lists.add(key)
    if len(menu.site_links(page)) >= menu.MOST_LINKS:
        frontier.reach(f"links of a page ({menu.MOST_LINKS})")
    if context.role == "home" or page.address in frontier.entrances:
        frontier.home_list = base_of(key)
    sections = tuple(platform.sections(page))
    if kind != "list":
        yield Count("other_pages")
        frontier.note("section", base_of(key), has_new=False)
        if context.role == "home" and not sections:
            sections = entrances(page)
            frontier.entrances.update(sections)
        yield from _ask_sections(sections, context.barren + 1, platform, frontier, page.address)
        return
    yield from _follow(
        platform.listing(page), key, page.url, sections, context, platform, frontier, ends, printed_pages(page.text)
    )


def entrances(page: Page) -> tuple[str, ...]:
    """Where a cover leads: the links of a page that has only a few (“Vào trang”).

    >>> entrances(Page("http://a.vn/", b"<p>.</p><a href=trang-chu.html>V&agrave;o</a>"))
    ('http://a.vn/trang-chu.html',)
    """
    leads = {url: None for _, url in menu.site_links(page) if url != page.address and not NOT_A_PAGE.search(url)}
    return tuple(leads) if len(leads) <= _MOST_ENTRANCES else ()


def document(
    listing: Listing, answer: Answer, context: Context, platform: Platform, frontier: Frontier, ends: Ends
) -> Iterator[Decision]:
    """Follow a list of a platform's own API."""
    key = context.list_key or platform.list_key(answer.url)
    frontier.lists.add(key)
    yield from _follow(listing, key, answer.url, (), context, platform, frontier, ends)


def ask_articles(
    articles: Mapping[str, str],
    stored: set[str],
    source: str,
    frontier: Frontier,
    *,
    hints: Mapping[str, str] = NO_HINTS,
    cards: Mapping[str, Card] = NO_CARDS,
) -> Iterator[Decision]:
    """Ask for those of the articles that nobody knows yet; for all of them if everything is to be revisited."""
    for identity, url in articles.items():
        frontier.tell(identity, told_dates.of_card(cards.get(url)))
    new, wanted = frontier.take(articles, stored)
    yield Count("listed", len(new))
    yield Count(f"listed_in_{source}", len(new))
    for identity in wanted:
        url = articles[identity]
        recheck = Recheck(identity, url) if identity in stored else None
        yield Ask(url, Context("article", identity, recheck, hint=hints.get(url), card=cards.get(url)))


def _follow(
    listing: Listing, key: str, address: str, sections: tuple[str, ...], context: Context, platform: Platform,
    frontier: Frontier, ends: Ends, printed: Iterable[Printed] = (),
) -> Iterator[Decision]:  # fmt: skip
    yield Count("list_pages")
    yield Learn(listing)
    articles = {platform.identity(url): url for url in listing.articles}
    frontier.names_articles = frontier.names_articles or bool(articles)
    shows_pager = bool(listing.pages) or context.is_pressed
    # What stands beside the list is on every page of it.
    own = {identity: url for identity, url in articles.items() if url not in listing.beside} or articles
    ends.read(
        key,
        address,
        own,
        shows_pager=shows_pager,
        printed=printed,
        more=None if context.is_pressed else _promise(listing),
        counted=listing.counted or context.is_pressed,
    )
    met = _Met(key, listing, articles, own, address, sections, context.barren)
    yield Recall(tuple(articles), partial(_go_on, met, platform, frontier, ends))


def _promise(listing: Listing) -> str | None:
    """Why a page itself says that its list goes on though it leads to no next page; None where it does not."""
    return (listing.end_reason or "it shows no end") if listing.end == "unseen" and not listing.pages else None


def _go_on(met: _Met, platform: Platform, frontier: Frontier, ends: Ends, stored: set[str]) -> list[Decision]:
    """Ask for the unknown articles of a list, then for its next pages and the sections that it names."""
    listing, met_before = met.listing, len(frontier.met)
    decisions = [*ask_articles(met.articles, stored, "lists", frontier, hints=listing.told, cards=listing.cards)]
    shows_new = len(frontier.met) > met_before
    frontier.note("section", base_of(met.key), has_new=not stored.issuperset(met.own))
    barren = met.barren + (not met.articles)
    if not frontier.is_worth_more(met.own, stored):
        ends.leave(met.key)
    if frontier.leads_on(met.key, met.own, stored, barren):
        decisions += _ask_pages(met, barren, shows_new, platform, frontier, ends)
        if not listing.pages and base_of(met.key) != frontier.home_list:
            decisions += _ask_own_months(met, platform, frontier)
    barren = 0 if shows_new else met.barren + 1
    return [*decisions, *_ask_sections(met.sections, barren, platform, frontier, met.address)]


def _ask_pages(
    met: _Met, barren: int, shows_new: bool, platform: Platform, frontier: Frontier, ends: Ends
) -> Iterator[Decision]:
    told = met.listing.told
    for page in met.listing.pages:
        asked = frontier.asked_lists.get(page) if isinstance(page, str) else None
        if isinstance(page, str) and asked is not None and base_of(asked) != base_of(met.key):
            ends.share(met.key, page)
    keys = {url: f"{base_of(met.key)}@{mark}" for url, mark in met.listing.marks.items()}
    if base_of(met.key) != frontier.home_list:
        yield from _ask_lists(
            met.listing.pages, Context("page", barren=barren), PAGE_PRIORITY, platform, frontier, hints=told, keys=keys
        )
    elif frontier.home_leads_on(new=shows_new):  # after the sections, page by page
        unread = (
            page for page in met.listing.pages
            if isinstance(page, Post) or (keys.get(page) or platform.list_key(page)) not in frontier.lists
        )  # fmt: skip
        yield from _ask_lists(
            islice(unread, 1),
            Context("page", barren=barren),
            HOME_PAGE_PRIORITY,
            platform,
            frontier,
            hints=told,
            keys=keys,
        )
    else:
        ends.leave(met.key)


def _ask_sections(
    sections: Iterable[str], barren: int, platform: Platform, frontier: Frontier, address: str
) -> Iterator[Decision]:
    """Ask for the sections that the page at `address` names, as long as that leads to anything new."""
    # What is asked for as an article is read as a list where it is one.
    lists = [url for url in sections if platform.identity(url) not in frontier.requested]
    own = f"{address.rstrip('/')}/"
    if len(archive_of(address)) == 1 and any(
        url.startswith(own) and archive_of(url) and platform.list_key(url) not in frontier.lists for url in lists
    ):
        barren = max(0, barren - 1)  # a year that names its months
    if barren > BARREN:
        return
    named = (url for url in lists if not archive_of(url))
    yield from _ask_lists(named, Context("section", barren=barren), SECTION_PRIORITY, platform, frontier)
    # Months show again what the sections do: asked one after the other, the newest first, and no further once nothing new comes.
    if archive_of(address) or base_of(platform.list_key(address)) == frontier.home_list:
        this_year = datetime.now(VIETNAM).year
        told = (url for url in lists if archive_of(url) and _moment(url)[0] <= this_year)  # no plan for 2045
        frontier.archives |= set(islice(told, max(0, _MOST_ARCHIVES - len(frontier.archives))))
        frontier.archives -= {url for url in frontier.archives if platform.list_key(url) in frontier.lists}
        if frontier.archives:
            newest = max(frontier.archives, key=_moment)
            yield from _ask_lists([newest], Context("section", barren=barren), HOME_PAGE_PRIORITY, platform, frontier)


def _ask_own_months(met: _Met, platform: Platform, frontier: Frontier) -> Iterator[Decision]:
    """Ask for the months of a list without a pager: its older stories may stand there alone, behind those that it shows itself."""
    own = f"{met.address.rstrip('/')}/"
    months = [url for url in met.sections if url.startswith(own) and archive_of(url)]
    yield from _ask_lists(
        months[:_MOST_MONTHS], Context("section", barren=met.barren), HOME_PAGE_PRIORITY, platform, frontier
    )


def _moment(url: str) -> tuple[int, ...]:
    """When an archive ends: a year counts as later than its months, so that it is asked for before them.

    >>> sorted(["http://a.vn/2026/11", "http://a.vn/2026/", "http://a.vn/2025/"], key=_moment)
    ['http://a.vn/2025/', 'http://a.vn/2026/11', 'http://a.vn/2026/']
    """
    return (*archive_of(url), 99, 99)


def _ask_lists(
    found: Iterable[str | Post], context: Context, priority: int, platform: Platform, frontier: Frontier,
    *, hints: Mapping[str, str] = NO_HINTS, keys: Mapping[str, str] = NO_HINTS,
) -> Iterator[Decision]:  # fmt: skip
    by_key: dict[str, str | Post] = {}
    for page in found:
        if isinstance(page, Post):
            by_key.setdefault(page.key, page)
        elif page not in frontier.asked_lists:  # a pager and a link “next” may know a page by different keys
            by_key.setdefault(keys.get(page) or platform.list_key(page), page)
    role: Role = context.role
    for key in frontier.take_lists(by_key, role):
        page = by_key[key]
        if isinstance(page, Post):
            yield Ask(page, Context(role, barren=context.barren, list_key=page.key), priority)
        else:
            frontier.asked_lists[page] = key
            made = Context(role, barren=context.barren, hint=hints.get(page), list_key=keys.get(page))
            yield Ask(page, made, priority)
