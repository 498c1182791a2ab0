"""How any portal is crawled; a portal's own file holds only its facts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
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

from crawler import browser as browsers
from crawler import discovery, reading, seams
from crawler.absence import REMOVED, Asked, verdict
from crawler.answers import charset_of, reason_of
from crawler.article import Article
from crawler.platforms.base import Elsewhere, Fields, Listing, NotAnArticle, Platform, Post
from crawler.platforms.page import Page, UnreadablePage
from crawler.platforms.registry import platforms, recognize
from crawler.rechecks import Rechecks, said_by
from crawler.recorder import Recorder, fetched_at, stop
from crawler.text import urls

ANSWER_SECONDS = 10
# So many pages without a new article a chain of lists may have: calendars and filters go on for ever.
BARREN = 3
# So many addresses of one path that differ in their query are asked.
VARIANTS = 40
# So many pages of the home page's pager in a row may show only what the sections have shown.
HOME_REPEATS = 2
# From so many pages without an article on, if they are the most, the run says so.
MANY_REJECTED = 5


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
        self.full = full in {True, "1", "true", "True"}
        self.since = datetime.fromisoformat(since) if since else None
        self.max_pages = int(max_pages) if max_pages else None
        self.max_articles = int(max_articles) if max_articles else None
        self.only = only or []
        self.start_page = start or self.home
        self.met: set[str] = set()
        self.shown: dict[str, str] = {}
        self.rechecks = Rechecks()
        self.early: list[tuple[Response, str, Asked, str | None]] = []
        self.requested: set[str] = set()
        self.lists: set[str] = set()
        self.met_in: dict[str, set[str]] = defaultdict(set)
        self.variants: Counter[str] = Counter()
        self.declared_sitemaps: list[str] = []
        self.home_list, self.home_repeats = "", 0
        self.pages = self.articles = self.silent = 0
        self.complete_before = False
        self.memory: seams.Memory = seams.Nothing()
        self.platform: Platform | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.take_stock, signals.spider_idle)
        return spider

    # -- requests ---------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        self.memory = seams.memory(self.crawler.settings)
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
        self.complete_before = self.memory.complete()
        yield self.ask(self.start_page, "home", priority=20)
        for url in self.sections:
            yield self.ask(url, "section", priority=10)
        for due in self.memory.due(10**9 if self.full else self.crawler.settings.getint("TINTINH_RECHECK")):
            if due.identity not in self.requested and self.may_fetch_more():
                self.requested.add(due.identity)
                headers = {"If-None-Match": due.etag, "If-Modified-Since": due.last_modified}
                yield self.ask(
                    due.url, "recheck", headers={k: v for k, v in headers.items() if v}, priority=-10,
                    again=Asked(due.identity, due.url, due.missed),
                )  # fmt: skip

    async def answers(self, url: str) -> bool:
        """Ask for robots.txt once, quickly: a portal that is down must not cost an hour of time-outs."""
        parts = urls.canonical(url).split("/")
        robots = "/".join(parts[:3]) + "/robots.txt"
        request = Request(
            robots,
            dont_filter=True,
            meta={"dont_obey_robotstxt": True, "download_timeout": ANSWER_SECONDS, "max_retry_times": 1},
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            self.fail(f"{urls.site(url)} does not answer: {reason_of(error)}")
            return False
        if response.status == 200 and isinstance(response, TextResponse):
            self.declared_sitemaps = discovery.sitemaps_of_robots(response.text)
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

    def may_fetch_more(self) -> bool:
        if self.max_articles is not None and self.articles >= self.max_articles:
            return False
        self.articles += 1
        return True

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
        if self.platform is not None and self.early:
            early, self.early = self.early, []
            for waiting in early:
                yield from self.read_again(*waiting)
        if again is not None:
            yield from self.read_again(response, role, again, told)
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
        page = self.read(response)
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

    def read_again(self, response: Response, role: str, again: Asked, told: str | None) -> Iterator[Any]:
        """The answer to asking for a known article: it is there, it is not, or the portal cannot say."""
        request, fields, page = response.request, None, None
        if response.status == 304:
            self.count("not_modified")
            self.rechecks.alive(again)
            return
        kind, text = None, ""
        if response.status < 400:
            page = self.read(response)
            if page is None:
                for found in self.read_document(response, role, 0, told):
                    self.rechecks.alive(again)
                    yield found
                return
            if self.platform is None:  # a page that may say “not found” shows nothing of the portal's platform
                self.early.append((response, role, again, told))
                return
            platform = self.platform
            kind, text = platform.kind(page), said_by(page)
            if kind == "article":
                try:
                    fields = platform.extract(page)
                    text = f"{fields.title}\n\n{fields.body}"
                except Elsewhere as elsewhere:
                    yield self.ask(elsewhere.url, role, again=again)
                    return
                except NotAnArticle:
                    kind = "other"
        asked = request.meta.get("redirect_urls", [request.url])[0] if request else response.url
        same = fields is not None and again.identity in {fields.identity, urls.identity(response.url)}
        told_by_page = verdict(response.status, asked, response.url, kind, text, same=same)
        if isinstance(told_by_page, str):
            answer = f"answers {response.status}" if response.status >= 400 else f"gives no article ({told_by_page})"
            self.problem(f"{response.url} {answer}")
        elif told_by_page is None:
            self.rechecks.alive(again)
        elif other := self.rechecks.other_address(again, self.shown.get(again.identity)):
            yield self.ask(other, "recheck", again=again)
            return
        else:
            self.count("missing")
            self.rechecks.missed(again, told_by_page, fetched_at(response))
            if told_by_page.how != "redirect_article":
                return
        if fields is not None and not isinstance(told_by_page, str):
            yield from self.store(fields, response, role)

    def parse_in_browser(self, response: Response, role: str, barren: int) -> Iterator[Any]:
        yield from browsers.read(self, response, role, barren)

    def read(self, response: Response) -> Page | None:
        if not isinstance(response, TextResponse) or b"html" not in (response.headers.get(b"Content-Type") or b"html"):
            return None
        try:
            return Page(response.url, response.body, charset_of(response), fetched_at=fetched_at(response))
        except UnreadablePage:
            return None

    def read_document(self, response: Response, role: str, barren: int, told: str | None) -> Iterator[Any]:
        """A response that is no page of text: a feed, a sitemap, the answer of a platform's own API, or rubbish."""
        listed = discovery.read(response.body)
        if listed is not None and self.platform is not None:
            yield from self.read_source(listed, self.platform)
            return
        found = self.platform.document(response.url, response.body, told) if self.platform is not None else None
        if isinstance(found, Listing):
            assert self.platform is not None
            self.lists.add(self.platform.list_key(response.url))
            yield from self.follow(self.platform, found, self.platform.list_key(response.url), barren)
        elif isinstance(found, Fields):
            yield from self.store(found, response, role)
        elif role in {"article", "recheck", "asked"}:
            self.reject(response.url, "not a page of text")
        elif role == "home":
            self.fail(f"{response.url} is not a page of text")

    def platform_of(self, page: Page) -> Platform:
        """The portal's platform; where its first page (a splash screen) told nothing, another may, until articles are met."""
        if self.platform is None or (self.platform.name == "generic" and not self.platform_name and not self.met):
            self.platform, evidence = recognize(page)
            self.logger.info("platform %s: %s", self.platform.name, ", ".join(evidence.reasons))
            self.crawler.stats.set_value("tintinh/platform", self.platform.name)
        return self.platform

    def read_list(
        self, platform: Platform, page: Page, kind: str, role: str, barren: int, key: str | None
    ) -> Iterator[Request]:
        key = key or platform.list_key(page.url)
        self.lists.add(key)
        if role == "home":
            self.home_list = key.rpartition("@")[0]
        if kind == "article" and role != "home":
            self.count("static_pages")  # a menu that leads to a single page leads to no news
            return
        if kind == "list":
            met_before = len(self.met)
            yield from self.follow(platform, platform.listing(page), key, barren)
            barren = 0 if len(self.met) > met_before else barren + 1
        else:
            self.count("other_pages")
            barren += 1
        if barren <= BARREN:
            yield from self.ask_lists(platform, platform.sections(page), "section", priority=10, barren=barren)

    def follow(self, platform: Platform, listing: Listing, key: str, barren: int) -> Iterator[Request]:
        """Ask for the unknown articles of a list, then for its next pages.

        On, unless everything here is known and an earlier crawl reached the end, or the pager shows nothing that this
        list has not shown. That another list (the home page) showed the same articles says nothing about the next page.
        """
        self.count("list_pages")
        self.pages += 1
        listed = {platform.identity(url): url for url in listing.articles}
        stored = self.memory.known(list(listed))
        known = set() if self.full else stored
        new = listed.keys() - self.met
        yield from self.ask_articles(listed, stored, "lists", listing.told)
        base = key.rpartition("@")[0]
        # A page that names no article and still has lists (its script asks for them) says nothing about those lists.
        turns_up_nothing = bool(listed) and listed.keys() <= self.met_in[base]
        self.met_in[base].update(listed)
        all_known = bool(listed) and listed.keys() <= known
        if not listed:
            barren += 1
        if turns_up_nothing or barren > BARREN or not (self.full or not self.complete_before or not all_known):
            return
        if base != self.home_list:
            yield from self.ask_lists(platform, listing.pages, "page", priority=5, barren=barren, told=listing.told)
            return
        # The home page's pager repeats what the sections list: after them, page by page, while it knows something new.
        self.home_repeats = 0 if new else self.home_repeats + 1
        if self.home_repeats < HOME_REPEATS:
            unread = (
                page for page in listing.pages if isinstance(page, Post) or platform.list_key(page) not in self.lists
            )
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
        self.shown.update(listed)
        new_here = [identity for identity in listed if identity not in self.met]
        # all at once: other list pages are read between two yields
        self.met.update(new_here)
        self.crawler.stats.inc_value("tintinh/listed", len(new_here))
        self.crawler.stats.inc_value(f"tintinh/listed_in_{source}", len(new_here))
        wanted = [
            identity for identity in new_here
            if (self.full or identity not in stored) and identity not in self.requested and self.may_fetch_more()
        ]  # fmt: skip
        self.requested.update(wanted)
        for identity in wanted:
            url = listed[identity]
            again = Asked(identity, url) if identity in stored else None
            yield self.ask(url, "article", told=told.get(url), again=again)

    def ask_lists(
        self, platform: Platform, found: Iterable[str | Post], role: str, *, priority: int, barren: int = 0,
        told: Mapping[str, str] = MappingProxyType({}),
    ) -> Iterator[Request]:  # fmt: skip
        for url in found:
            key = url.key if isinstance(url, Post) else platform.list_key(url)
            if key in self.lists:
                continue
            if self.max_pages is not None and len(self.lists) >= self.max_pages:
                self.count("lists_left_out")
                return
            path = key.partition("?")[0]
            if role == "section" and "?" in key and self.variants[path] >= VARIANTS:
                self.count("variants_left_out")
                continue
            self.variants[path] += 1
            self.lists.add(key)
            yield self.ask(
                url, role, priority=priority, barren=barren, told=told.get(url) if isinstance(url, str) else None
            )

    def ask_sources(self, home: Page) -> Iterator[Request]:
        """Sitemaps that robots.txt declares, else the feed of the home page: what the menu may not lead to."""
        if self.declared_sitemaps:
            yield from self.ask_sitemaps(self.declared_sitemaps)
            return
        for link in home.select("link[rel~='alternate']"):
            url = home.absolute(link.get("href") or "")
            if url and re.search(r"rss|atom", link.get("type") or "") and "comment" not in url:
                yield self.ask(url, "feed", priority=8)
                return

    def ask_sitemaps(self, found: Iterable[str]) -> Iterator[Request]:
        for url in found:
            if urls.is_http(url) and urls.same_site(url, self.start_page) and f"sitemap {url}" not in self.lists:
                if discovery.may_hold_news(url) or url in self.declared_sitemaps:
                    self.lists.add(f"sitemap {url}")
                    yield self.ask(url, "sitemap", priority=8)
                else:
                    self.count("sitemaps_left_out")

    def read_source(self, listed: discovery.Listed, platform: Platform) -> Iterator[Request]:
        self.count(f"{listed.kind}s")
        yield from self.ask_sitemaps(listed.sitemaps)
        found: dict[str, str] = {}
        for address, changed in listed.pages.items():
            url = urls.canonical(address) if urls.is_http(address) else ""
            if not url or not urls.same_site(url, self.start_page) or not platform.could_be_article(url):
                continue
            if listed.kind == "sitemap" and not (platform.is_article_address(url) or _reads_like_a_title(url)):
                continue
            if self.since and changed and changed < self.since:
                continue
            found.setdefault(platform.identity(url), url)
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
        yield reading.article(
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
        if self.only or stats.get_value("tintinh/error") or self.max_articles == 0:
            return
        if not self.met:
            read = f"{stats.get_value('tintinh/list_pages', 0)} lists, {stats.get_value('tintinh/other_pages', 0)} other pages"
            self.fail(
                f"{urls.site(self.start_page)}: no article found ({read}, read as {self.platform.name if self.platform else 'nothing'}): "
                "is it a news site, has its layout changed?"
            )
            return
        rejected, read_well = (stats.get_value(f"tintinh/{name}", 0) for name in ("not_articles", "fetched"))
        if rejected >= MANY_REJECTED and rejected > read_well:
            reason = f"{rejected} of {rejected + read_well} pages gave no article: has the layout changed?"
            self.logger.error("%s", reason)
            stats.set_value("tintinh/error", reason)
            return
        self.settle()

    def settle(self) -> None:
        """Write down which known articles were missing, once it is clear that the portal as a whole was not."""
        found, outage = self.rechecks.settle()
        if outage:
            self.logger.error("%s", outage)
            self.crawler.stats.set_value("tintinh/outage", outage)
        recorder = self.crawler.get_downloader_middleware(Recorder)
        hours = self.crawler.settings.getfloat("TINTINH_CONFIRM_HOURS")
        for asked, missing, moment in found:
            if recorder is not None and recorder.sink is not None:
                recorder.guarded(
                    "absence", portal=self.name, url=asked.url, identity=asked.identity, missing=missing,
                    fetched_at=moment, confirm_after_hours=hours,
                )  # fmt: skip

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
        recorder = self.crawler.get_downloader_middleware(Recorder)
        if recorder is not None and recorder.sink is not None:
            recorder.guarded("rejection", portal=self.name, url=url, reason=reason, fetched_at=datetime.now(UTC))

    def fail(self, reason: str) -> None:
        self.logger.error("%s", reason)
        self.crawler.stats.set_value("tintinh/error", reason)
        stop(self.crawler, "portal_failed")


def _reads_like_a_title(url: str) -> bool:
    """Whether the last part of an address has the words of a headline.

    >>> _reads_like_a_title("http://a.vn/bat-nhom-doi-tuong-cuop-giat"), _reads_like_a_title("http://a.vn/lien-he")
    (True, False)
    """
    return urls.canonical(url).rstrip("/").rpartition("/")[2].count("-") >= 4
