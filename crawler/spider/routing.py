"""What an answer leads to: the one place where its role, its status and its kind are told apart. No framework, no network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.platforms.base import Fields, Listing, Platform
from crawler.platforms.page import Page
from crawler.platforms.registry import fits, platforms, recognize
from crawler.spider import articles, feeds, lists, rechecks
from crawler.spider.absence import REMOVED
from crawler.spider.decisions import (
    ARTICLES,
    SOURCES,
    Answer,
    Context,
    Count,
    Decision,
    End,
    Facts,
    Name,
    Problem,
    Say,
    Settle,
)
from crawler.spider.ends import Ends
from crawler.spider.frontier import LEADING, Frontier, base_of
from crawler.spider.rechecks import Rechecks
from crawler.spider.wrapper import Wrapper
from vietnam import urls


@dataclass(slots=True)
class Portal:
    """A portal as a crawl knows it so far."""

    facts: Facts
    frontier: Frontier
    platform: Platform | None = None
    # The platform is the one that the user or the portal's file names, whatever its pages look like.
    is_named: bool = False
    declared_sitemaps: list[str] = field(default_factory=list)
    rechecks: Rechecks = field(default_factory=Rechecks)
    ends: Ends = field(default_factory=Ends)
    wrapper: Wrapper = field(default_factory=Wrapper)
    # Sites that the portal's pages are of; until its home page has answered it may be any.
    sites: set[str] = field(default_factory=set)

    def is_own(self, url: str) -> bool:
        """Whether an address is of the portal's hosts: those its file names, and the one that its home page answers from."""
        facts = self.facts
        return not self.sites or urls.site(url) in self.sites.union(
            map(urls.site, (facts.start_page, *facts.sections)), (host.removeprefix("www.") for host in facts.hosts)
        )


def decide(answer: Answer, context: Context, portal: Portal) -> Iterator[Decision]:
    """Read an answer. The same answers in the same order lead to the same decisions."""
    if context.awaited is not None:
        yield from _dated(answer.body if answer.status == 200 else None, context, portal)
    elif context.recheck is None:
        yield from _read(answer, context, portal)
    else:
        yield from rechecks.read(answer, context, portal.platform, portal.facts, portal.frontier, portal.rechecks)
    if portal.platform is not None and portal.rechecks.early:
        early, portal.rechecks.early = portal.rechecks.early, []
        for earlier in early:
            yield from rechecks.read(*earlier, portal.platform, portal.facts, portal.frontier, portal.rechecks)


def unanswered(context: Context, portal: Portal) -> Iterator[Decision]:
    """What a request leads to that got no answer: an article that was read waits no longer for its date."""
    if context.awaited is not None:
        yield from _dated(None, context, portal)
    yield from after_list(context, portal)


def after_list(context: Context, portal: Portal) -> Iterator[Decision]:
    """What follows once the answer for a list was carried out: after the last one nothing is to be waited for."""
    if context.role in LEADING:
        portal.frontier.lists_under_way -= 1
        if portal.frontier.lists_under_way == 0 and portal.platform is not None:
            yield from articles.after_all_lists(portal.platform, portal.facts, portal.frontier)


def _dated(body: bytes | None, context: Context, portal: Portal) -> Iterator[Decision]:
    assert portal.platform is not None, "an article was read"
    yield from articles.with_document(body, context, portal.platform, portal.facts, portal.frontier)


def _read(answer: Answer, context: Context, portal: Portal) -> Iterator[Decision]:
    role = context.role
    if role == "home":
        portal.sites.add(urls.site(answer.url))
    elif role == "asked":
        portal.sites.add(urls.site(answer.asked))
    if not urls.same_site(answer.url, answer.asked) and not portal.is_own(answer.url):
        yield from _elsewhere(answer, context, portal)
    elif answer.status == 304:
        yield Count("not_modified")
        yield Settle(context.identity, "known")
    elif answer.status >= 400:
        yield from _refused(answer, context, portal)
    elif role in SOURCES:
        yield from _source(answer, context, portal)
    elif answer.page is None:
        yield from _document(answer, context, portal)
    else:
        yield from _page(answer.page, answer, context, portal)


def _elsewhere(answer: Answer, context: Context, portal: Portal) -> Iterator[Decision]:
    """A redirect to a site that is not the portal's: nothing there is its own."""
    if context.role in ARTICLES:
        yield from articles.reject(answer.asked, f"leads to another site: {urls.site(answer.url)}", context)
        return
    yield Count("led_elsewhere")
    _rest(answer, context, portal)
    yield Settle(context.identity, "rejected")
    yield Say(f"{answer.asked} leads to another site: {urls.site(answer.url)}")


def _page(page: Page, answer: Answer, context: Context, portal: Portal) -> Iterator[Decision]:
    role, facts, frontier = context.role, portal.facts, portal.frontier
    page.is_turned_to = role == "page"
    platform, is_other = platform_of(page, portal)
    if is_other:
        yield Name(platform.name)
        yield Say(f"platform {platform.name}: {', '.join(platform.recognize(page).reasons)}")
    kind = platform.kind(page, context.card)
    if role in ARTICLES and not (role == "article" and kind == "list"):  # some addresses tell only when fetched
        yield from articles.read(page, kind, answer, context, platform, facts, frontier)
    elif role not in ARTICLES and role != "home" and kind == "article":
        yield from articles.met_as_a_list(page, answer, context, platform, facts, frontier)
    else:
        yield Settle(context.identity, "list")
        yield from lists.read(page, kind, context, platform, frontier, portal.ends)
    if role == "home" or page.address in frontier.entrances:
        yield from feeds.ask_sources(page, portal.declared_sitemaps, facts, frontier)


def _refused(answer: Answer, context: Context, portal: Portal) -> Iterator[Decision]:
    """A status that says no."""
    role, is_removed = context.role, answer.status in REMOVED
    reason = f"{answer.url} answers {answer.status}"
    if role in ARTICLES and is_removed:
        yield Count("missing")
        if role == "asked":
            yield from articles.reject(answer.url, f"the portal answers {answer.status}", context)
        else:
            yield Settle(context.identity, "missing")
    elif role in SOURCES:
        yield Count(f"{role}s_missing")
    elif role == "page" and context.hint and is_removed:
        yield Count("ends_of_lists")  # nobody linked to it: a list of an API is asked until it ends
    elif role == "section" and is_removed and answer.url not in portal.facts.sections:
        # Menus keep them for years; a section that the portal's file names is another matter.
        yield Count("dead_links")
        _rest(answer, context, portal)
        yield Say(reason)
    else:
        yield Problem(reason)
        yield Settle(context.identity, "failed")
        if role == "home":
            yield End(reason)


def _rest(answer: Answer, context: Context, portal: Portal) -> None:
    """Let a section rest that is none: menus keep what is dead for years."""
    key = context.list_key or portal.frontier.asked_lists.get(answer.asked)
    if context.role == "section" and key:
        portal.frontier.note("section", base_of(key), has_new=False)


def _source(answer: Answer, context: Context, portal: Portal) -> Iterator[Decision]:
    """A feed or a sitemap, read by what it holds: some are served as pages of text."""
    if not portal.frontier.reads_sources():
        yield Count(f"{context.role}s_left_out")
        return
    listed = feeds.read(answer.body, answer.url)
    if listed is None or portal.platform is None:
        yield Count(f"{context.role}s_missing")  # a page that says so, or that leads home
    else:
        yield from feeds.follow(
            listed,
            answer.asked,
            context.barren,
            portal.platform,
            portal.declared_sitemaps,
            portal.facts,
            portal.frontier,
        )


def _document(answer: Answer, context: Context, portal: Portal) -> Iterator[Decision]:
    """A response that is no page of text: a feed, a sitemap, the answer of a platform's own API, or rubbish."""
    platform, facts, frontier = portal.platform, portal.facts, portal.frontier
    listed = feeds.read(answer.body, answer.url)
    if listed is not None and platform is not None:
        yield Settle(context.identity, "list")
        yield from feeds.follow(
            listed, answer.asked, context.barren, platform, portal.declared_sitemaps, facts, frontier
        )
        return
    contents = platform.document(answer.url, answer.body, context.hint) if platform is not None else None
    if isinstance(contents, Listing) and platform is not None:
        yield Settle(context.identity, "list")
        yield from lists.document(contents, answer, context, platform, frontier, portal.ends)
    elif isinstance(contents, Fields) and platform is not None:
        yield from articles.store(contents, answer, context, platform, facts, frontier)
    elif context.role in ARTICLES:
        yield from articles.reject(answer.url, "not a page of text", context)
    elif context.role == "home":
        yield End(f"{answer.url} is not a page of text")


def platform_of(page: Page, portal: Portal) -> tuple[Platform, bool]:
    """The portal's platform, and whether it is another than before.

    Where its first page (a splash screen) told nothing, another may, until articles are met; one that shuts out all that a page lists is none.
    """
    before = portal.platform
    if before is not None and (portal.is_named or portal.frontier.names_articles):
        return before, False
    if before is None or before.name == "generic":
        portal.platform, _ = recognize(page)
    else:
        portal.platform = before
    if not portal.is_named and not fits(portal.platform, page):
        portal.platform = platforms()["generic"]
    return portal.platform, portal.platform is not before
