"""How any portal is crawled; a portal's own file holds only its facts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from types import MappingProxyType
from typing import Any, ClassVar, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import FormRequest, Request, Response, TextResponse
from scrapy.settings import BaseSettings

from crawler import ports
from crawler.article import Article
from crawler.net import browser as browsers
from crawler.net import robots, wiring
from crawler.net.ending import stop
from crawler.net.recorder import fetched_at, write
from crawler.net.responses import page_of, reason_of
from crawler.platforms import extract
from crawler.platforms.base import Elsewhere, Fields, Listing, NotAnArticle, Platform, Post
from crawler.platforms.page import Page
from crawler.platforms.registry import platforms, recognize
from crawler.spider import feeds, figures, rechecks
from crawler.spider.absence import REMOVED, Asked
from crawler.spider.frontier import BARREN, Frontier, base_of
from vietnam import urls

PACE = ("DOWNLOAD_DELAY", "CONCURRENT_REQUESTS_PER_DOMAIN")


class PortalSpider(scrapy.Spider):
    """Sections, their pages, their articles; then known articles again, longest unseen first.

    `only` holds addresses of single articles: they are fetched, nothing is followed.
    """

    home: ClassVar[str] = ""
    hosts: ClassVar[tuple[str, ...]] = ()
    province: str | None = None
    platform_name: str | None = None
    sections: ClassVar[tuple[str, ...]] = ()
    verified: ClassVar[bool] = False
    source: ClassVar[str] = ""
    # The pagers work by script alone: lists are opened in a browser (the extra `tintinh[browser]`).
    browser: ClassVar[bool] = False

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        browsers.prepare(settings, wanted=cls.browser)
        asked = max(settings.getpriority(name) or 0 for name in PACE)
        if asked > (
            settings.getpriority("DOWNLOAD_SLOTS") or 0
        ):  # a pace that the user asks for holds on loopback, too
            settings.set("DOWNLOAD_SLOTS", {}, asked)

    def __init__(
        self,
        *args: Any,
        full: bool = False,
        since: str | None = None,
        max_pages: int | str | None = None,
        max_articles: int | str | None = None,
        only: list[str] | None = None,
        start: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.frontier = Frontier(
            full=full in {True, "1", "true", "True"},
            max_pages=int(max_pages) if max_pages else None,
            max_articles=int(max_articles) if max_articles else None,
            count=self.count,
        )
        self.since = datetime.fromisoformat(since) if since else None
        self.only = only or []
        self.start_page = start or self.home
        self.rechecks = rechecks.Rechecks()
        self.declared_sitemaps: list[str] = []
        self.silent = 0
        self.memory: ports.Memory = ports.Nothing()
        self.platform: Platform | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.take_stock, signals.spider_idle)
        return spider

    # -- requests ---------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        self.memory = wiring.memory(self.crawler.settings)
        if self.platform_name:
            if self.platform_name not in platforms():
                self.fail(f"no platform named {self.platform_name}; there are: {', '.join(sorted(platforms()))}")
                return
            self.platform = platforms()[self.platform_name]
        first = self.only[0] if self.only else self.start_page
        if not await self.answers(first):
            return
        if self.only:
            for url in self.only:
                yield self.ask(url, "asked")
            return
        if lacking := browsers.lacking(self.crawler.settings):
            self.fail(lacking)
            return
        self.frontier.complete_before = self.memory.complete()
        yield self.ask(self.start_page, "home", priority=20)
        for url in self.sections:
            yield self.ask(url, "section", priority=10)
        for due in self.memory.due(10**9 if self.frontier.full else self.crawler.settings.getint("TINTINH_RECHECK")):
            if self.frontier.may_ask(due.identity):
                headers = {"If-None-Match": due.etag, "If-Modified-Since": due.last_modified}
                yield self.ask(
                    due.url, "recheck", headers={k: v for k, v in headers.items() if v}, priority=-10,
                    again=Asked(due.identity, due.url, due.missed),
                )  # fmt: skip

    async def answers(self, url: str) -> bool:
        """Whether the portal is there, told by the first question that a crawl has to ask anyway."""
        try:
            response = await robots.answer(self.crawler, url)
        except Exception as error:
            if robots.is_there(error):
                return True
            self.fail(f"{urls.site(url)} does not answer: {reason_of(error)}")
            return False
        if response.status == 200 and isinstance(response, TextResponse):
            self.declared_sitemaps = feeds.sitemaps_of_robots(response.text)
        return True

    def ask(
        self, url: str | Post, role: str, *, headers: dict[str, str] | None = None, priority: int = 0, barren: int = 0,
        told: str | None = None, again: Asked | None = None,
    ) -> Request:  # fmt: skip
        named: dict[str, Any] = {"role": role, "barren": barren}
        named |= {name: value for name, value in (("told", told), ("again", again)) if value}
        if isinstance(url, Post):
            named["key"] = url.key
            return FormRequest(
                url.url, formdata=list(url.data), callback=self.parse, errback=self.no_answer, cb_kwargs=named,
                priority=priority, dont_filter=True,
            )  # fmt: skip
        if role in browsers.ROLES and self.crawler.settings.getbool("TINTINH_BROWSER"):
            return browsers.request(self, url, named, priority)
        return Request(
            url, callback=self.parse, errback=self.no_answer, cb_kwargs=named, headers=headers, priority=priority,
            dont_filter=role in {"asked", "recheck"},
        )  # fmt: skip

    # -- answers ----------------------------------------------------------------------------------------

    def parse(
        self,
        response: Response,
        role: str = "section",
        barren: int = 0,
        key: str | None = None,
        told: str | None = None,
        again: Asked | None = None,
    ) -> Iterator[Any]:
        self.silent = 0
        is_article = role in {"article", "recheck", "asked"}
        yield from rechecks.read_early(self)
        if again is not None:
            yield from rechecks.read(self, response, role, told, again)
            return
        if response.status == 304:
            self.count("not_modified")
            return
        if response.status in REMOVED and is_article:
            self.count("missing")
            if role == "asked":
                self.reject(response.url, f"the portal answers {response.status}")
            return
        if response.status >= 400:
            if role in {"sitemap", "feed"}:
                self.count(f"{role}s_missing")
            elif role == "page" and told and response.status in REMOVED:
                self.count("ends_of_lists")  # nobody linked to it: a list of an API is asked until it ends
            elif response.status in REMOVED and role == "section" and response.url not in self.sections:
                # Menus keep them for years; a section that the portal's file names is another matter.
                self.count("dead_links")
                self.logger.warning("%s answers %d", response.url, response.status)
            else:
                self.problem(f"{response.url} answers {response.status}", fatal=role == "home")
            return
        page = page_of(response)
        if page is None:
            yield from self.read_document(response, role, barren, told)
            return
        if role in {"sitemap", "feed"}:
            self.count(f"{role}s_missing")  # a page that says so, or that leads home
            return
        platform = self.platform_of(page)
        kind = platform.kind(page)
        if is_article and not (role == "article" and kind == "list"):  # some addresses tell only when fetched
            yield from self.read_article(platform, page, response, kind, role)
        else:
            yield from self.read_list(platform, page, kind, role, barren, key)
        if role == "home":
            yield from self.ask_sources(page)

    def parse_in_browser(self, response: Response, role: str, barren: int) -> Iterator[Any]:
        yield from browsers.read(self, response, role, barren)

    def read_document(self, response: Response, role: str, barren: int, told: str | None) -> Iterator[Any]:
        """A response that is no page of text: a feed, a sitemap, the answer of a platform's own API, or rubbish."""
        listed = feeds.read(response.body)
        if listed is not None and self.platform is not None:
            yield from self.read_source(listed, self.platform)
            return
        found = self.platform.document(response.url, response.body, told) if self.platform is not None else None
        if isinstance(found, Listing):
            assert self.platform is not None
            key = self.platform.list_key(response.url)
            self.frontier.lists.add(key)
            yield from self.follow(self.platform, found, key, barren)
        elif isinstance(found, Fields):
            yield from self.store(found, response, role)
        elif role in {"article", "recheck", "asked"}:
            self.reject(response.url, "not a page of text")
        elif role == "home":
            self.fail(f"{response.url} is not a page of text")

    def platform_of(self, page: Page) -> Platform:
        """The portal's platform; where its first page (a splash screen) told nothing, another may, until articles are met."""
        if self.platform is None or (
            self.platform.name == "generic" and not self.platform_name and not self.frontier.met
        ):
            self.platform, evidence = recognize(page)
            self.logger.info("platform %s: %s", self.platform.name, ", ".join(evidence.reasons))
            self.crawler.stats.set_value("tintinh/platform", self.platform.name)
        return self.platform

    def read_list(
        self, platform: Platform, page: Page, kind: str, role: str, barren: int, key: str | None
    ) -> Iterator[Request]:
        key = key or platform.list_key(page.url)
        self.frontier.lists.add(key)
        if role == "home":
            self.frontier.home_list = base_of(key)
        if kind == "article" and role != "home":
            self.count("static_pages")  # a menu that leads to a single page leads to no news
            return
        if kind == "list":
            met_before = len(self.frontier.met)
            yield from self.follow(platform, platform.listing(page), key, barren)
            barren = 0 if len(self.frontier.met) > met_before else barren + 1
        else:
            self.count("other_pages")
            barren += 1
        if barren <= BARREN:
            yield from self.ask_lists(platform, platform.sections(page), "section", priority=10, barren=barren)

    def follow(self, platform: Platform, listing: Listing, key: str, barren: int) -> Iterator[Request]:
        """Ask for the unknown articles of a list, then for its next pages."""
        self.count("list_pages")
        listed = {platform.identity(url): url for url in listing.articles}
        stored = self.memory.known(list(listed))
        new = listed.keys() - self.frontier.met
        yield from self.ask_articles(listed, stored, "lists", listing.told)
        barren += not listed
        if not self.frontier.leads_on(key, listed, stored, barren):
            return
        if base_of(key) != self.frontier.home_list:
            yield from self.ask_lists(platform, listing.pages, "page", priority=5, barren=barren, told=listing.told)
        elif self.frontier.home_leads_on(new=bool(new)):  # after the sections, page by page
            unread = (
                page for page in listing.pages
                if isinstance(page, Post) or platform.list_key(page) not in self.frontier.lists
            )  # fmt: skip
            yield from self.ask_lists(
                platform, islice(unread, 1), "page", priority=-5, barren=barren, told=listing.told
            )

    def ask_articles(
        self,
        listed: Mapping[str, str],
        stored: Collection[str],
        source: str,
        told: Mapping[str, str] = MappingProxyType({}),
    ) -> Iterator[Request]:
        """Ask for those of the articles that nobody knows yet; for all of them if everything is to be revisited."""
        new, wanted = self.frontier.take(listed, stored)
        self.crawler.stats.inc_value("tintinh/listed", len(new))
        self.crawler.stats.inc_value(f"tintinh/listed_in_{source}", len(new))
        for identity in wanted:
            url = listed[identity]
            again = Asked(identity, url) if identity in stored else None
            yield self.ask(url, "article", told=told.get(url), again=again)

    def ask_lists(
        self, platform: Platform, found: Iterable[str | Post], role: str, *, priority: int, barren: int = 0,
        told: Mapping[str, str] = MappingProxyType({}),
    ) -> Iterator[Request]:  # fmt: skip
        by_key: dict[str, str | Post] = {}
        for one in found:
            by_key.setdefault(one.key if isinstance(one, Post) else platform.list_key(one), one)
        for key in self.frontier.take_lists(by_key, role):
            url = by_key[key]
            yield self.ask(
                url, role, priority=priority, barren=barren, told=told.get(url) if isinstance(url, str) else None
            )

    def ask_sources(self, home: Page) -> Iterator[Request]:
        """Sitemaps that robots.txt declares, else the feed of the home page: what the menu may not lead to."""
        if self.declared_sitemaps:
            yield from self.ask_sitemaps(self.declared_sitemaps)
        else:
            yield from (self.ask(url, "feed", priority=8) for url in feeds.feeds_of(home)[:1])

    def ask_sitemaps(self, found: Iterable[str]) -> Iterator[Request]:
        for url in found:
            key = f"sitemap {url}"
            if urls.is_http(url) and urls.same_site(url, self.start_page) and key not in self.frontier.lists:
                if feeds.may_hold_news(url) or url in self.declared_sitemaps:
                    self.frontier.lists.add(key)
                    yield self.ask(url, "sitemap", priority=8)
                else:
                    self.count("sitemaps_left_out")

    def read_source(self, listed: feeds.Listed, platform: Platform) -> Iterator[Request]:
        self.count(f"{listed.kind}s")
        yield from self.ask_sitemaps(listed.sitemaps)
        found = feeds.articles_of(listed, platform, self.start_page, self.since)
        yield from self.ask_articles(found, self.memory.known(list(found)), f"{listed.kind}s")

    def read_article(self, platform: Platform, page: Page, response: Response, kind: str, role: str) -> Iterator[Any]:
        if kind != "article":
            self.reject(page.url, f"not an article page ({kind})")
            return
        try:
            fields = platform.extract(page)
        except Elsewhere as found:
            yield self.ask(found.url, role)
            return
        except NotAnArticle as error:
            self.reject(page.url, str(error))
            return
        yield from self.store(fields, response, role)

    def store(self, fields: Fields, response: Response, role: str) -> Iterator[Article]:
        if self.since and role == "article" and fields.published_at and fields.published_at < self.since:
            self.count("before_since")
            return
        for name in fields.disputed:
            self.count(f"disputed_{name}")
        assert self.platform is not None
        request = response.request
        yield extract.article(
            fields, portal=self.name, province=self.province, platform=self.platform.name, url=response.url,
            fetched_url=request.url if request else response.url, fetched_at=fetched_at(response),
        )  # fmt: skip

    # -- accounts ---------------------------------------------------------------------------------------

    def no_answer(self, failure: Any) -> None:
        """A request that got no answer after its retries."""
        request, error = failure.request, failure.value
        if type(error).__name__ == "IgnoreRequest":
            self.count("forbidden_by_robots")
            return
        self.problem(f"{request.url}: {reason_of(error)}", fatal=request.cb_kwargs.get("role") == "home")
        self.silent += 1
        if self.silent >= self.crawler.settings.getint("TINTINH_FAILURES_IN_A_ROW"):
            self.fail(f"{urls.site(request.url)} stopped answering: {reason_of(error)}")

    def take_stock(self) -> None:
        """At the end: a portal that changed its layout answers every request and gives no article."""
        stats = self.crawler.stats
        if self.only or stats.get_value("tintinh/error") or self.frontier.max_articles == 0:
            return
        told = figures.figures(stats.get_stats())
        if not self.frontier.met:
            read_as = self.platform.name if self.platform else "nothing"
            self.fail(f"{urls.site(self.start_page)}: {figures.without_articles(told, read_as)}")
        elif reason := figures.mostly_rejected(told):
            self.logger.error("%s", reason)
            stats.set_value("tintinh/error", reason)
        else:
            rechecks.settle(self)

    def count(self, name: str) -> None:
        self.crawler.stats.inc_value(f"tintinh/{name}")

    def problem(self, reason: str, *, fatal: bool = False) -> None:
        self.count("failed_requests")
        self.logger.warning("%s", reason)
        self.crawler.stats.set_value("tintinh/problem", reason)
        if fatal:
            self.fail(reason)

    def reject(self, url: str, reason: str) -> None:
        self.count("not_articles")
        self.logger.warning("%s: %s", url, reason)
        write(self.crawler, "rejection", portal=self.name, url=url, reason=reason, fetched_at=datetime.now(UTC))

    def fail(self, reason: str) -> None:
        self.logger.error("%s", reason)
        self.crawler.stats.set_value("tintinh/error", reason)
        stop(self.crawler, "portal_failed")
