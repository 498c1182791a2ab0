"""How any portal is crawled; a portal's own file holds only its facts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar

import scrapy
from scrapy.http import Request, Response, TextResponse

from crawler import reading, seams
from crawler.article import Article
from crawler.platforms.base import NotAnArticle, Platform
from crawler.platforms.page import Page, UnreadablePage
from crawler.platforms.registry import platforms, recognize
from crawler.recorder import Recorder, fetched_at, stop
from crawler.text import urls

ANSWER_SECONDS = 10
GONE = frozenset({404, 410})


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
        self.requested: set[str] = set()
        self.lists: set[str] = set()
        self.turns: set[tuple[str, frozenset[str]]] = set()
        self.pages = self.articles = self.silent = 0
        self.memory: seams.Memory = seams.Nothing()
        self.platform: Platform | None = None

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
        self.complete_before = self.memory.complete()
        yield self.ask(self.start_page, "home", priority=20)
        for url in self.sections:
            yield self.ask(url, "section", priority=10)
        for due in self.memory.due(10**9 if self.full else self.crawler.settings.getint("TINTINH_RECHECK")):
            if due.identity not in self.requested and self.may_fetch_more():
                self.requested.add(due.identity)
                headers = {"If-None-Match": due.etag, "If-Modified-Since": due.last_modified}
                yield self.ask(due.url, "recheck", headers={k: v for k, v in headers.items() if v}, priority=-10)

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
            await self.crawler.engine.download_async(request)
        except Exception as error:
            self.fail(f"{urls.site(url)} does not answer: {_reason(error)}")
            return False
        return True

    def ask(self, url: str, role: str, *, headers: dict[str, str] | None = None, priority: int = 0) -> Request:
        return Request(
            url,
            callback=self.parse,
            errback=self.no_answer,
            cb_kwargs={"role": role},
            headers=headers,
            priority=priority,
            dont_filter=role in {"asked", "recheck"},
        )

    def may_fetch_more(self) -> bool:
        if self.max_articles is not None and self.articles >= self.max_articles:
            return False
        self.articles += 1
        return True

    # -- answers ----------------------------------------------------------------------------------------

    def parse(self, response: Response, role: str = "section", **_: Any) -> Iterator[Any]:
        self.silent = 0
        is_article = role in {"article", "recheck", "asked"}
        if response.status == 304:
            self.count("not_modified")
            return
        if response.status in GONE and is_article:
            self.count("missing")
            if role == "asked":
                self.reject(response.url, f"the portal answers {response.status}")
            return
        if response.status >= 400:
            self.problem(f"{response.url} answers {response.status}", fatal=role == "home")
            return
        page = self.read(response)
        if page is None:
            if is_article:
                self.reject(response.url, "not a page of text")
            elif role == "home":
                self.fail(f"{response.url} is not a page of text")
            return
        platform = self.platform_of(page, role)
        if platform is None:
            return
        kind = platform.kind(page)
        if is_article and not (role == "article" and kind == "list"):  # some addresses tell only when fetched
            yield from self.read_article(platform, page, response, kind, role)
        else:
            yield from self.read_list(platform, page, kind, role)

    def read(self, response: Response) -> Page | None:
        if not isinstance(response, TextResponse) or b"html" not in (response.headers.get(b"Content-Type") or b"html"):
            return None
        try:
            return Page(
                response.url,
                response.body,
                reading.charset((response.headers.get(b"Content-Type") or b"").decode("latin-1")),
            )
        except UnreadablePage:
            return None

    def platform_of(self, page: Page, role: str) -> Platform | None:
        if self.platform is None:
            self.platform, evidence = recognize(page)
            if self.platform is None:
                reason = f"{urls.site(page.url)}: no known platform (best evidence {evidence.score:.2f}); known: {', '.join(sorted(platforms()))}"
                if role == "asked":
                    self.reject(page.url, "no known platform")
                self.fail(reason)
            else:
                self.logger.info("platform %s: %s", self.platform.name, ", ".join(evidence.reasons))
        return self.platform

    def read_list(self, platform: Platform, page: Page, kind: str, role: str) -> Iterator[Request]:
        self.lists.add(platform.list_key(page.url))
        if kind == "article" and role != "home":
            self.count("static_pages")  # a menu that leads to a single page leads to no news
            return
        if kind == "list":
            self.count("list_pages")
            self.pages += 1
            listing = platform.listing(page)
            listed = {platform.identity(url): url for url in listing.articles}
            new_here = [identity for identity in listed if identity not in self.met]
            known = set() if self.full else self.memory.known(list(listed))
            # all at once: other list pages are read between two yields
            self.met.update(new_here)
            self.crawler.stats.inc_value("tintinh/listed", len(new_here))
            unknown = [i for i in new_here if i not in known and i not in self.requested and self.may_fetch_more()]
            self.requested.update(unknown)
            for identity in unknown:
                yield self.ask(listed[identity], "article")
            if self.follows_pager(platform.list_key(page.url), frozenset(listed), known):
                yield from self.ask_lists(platform, listing.pages, "page", priority=5)
        yield from self.ask_lists(platform, platform.sections(page), "section", priority=10)

    def follows_pager(self, key: str, listed: frozenset[str], known: Collection[str]) -> bool:
        """On, unless everything here is known and an earlier crawl reached the end, or the pager goes in circles.

        That another list of this crawl (the home page) showed the same articles says nothing about the next page.
        """
        turn = (key.rpartition("@")[0], listed)
        if not listed or turn in self.turns:
            return False
        self.turns.add(turn)
        return self.full or not self.complete_before or not listed.issubset(known)

    def ask_lists(self, platform: Platform, found: list[str], role: str, *, priority: int) -> Iterator[Request]:
        for url in found:
            key = platform.list_key(url)
            if key in self.lists:
                continue
            if self.max_pages is not None and len(self.lists) >= self.max_pages:
                self.count("lists_left_out")
                return
            self.lists.add(key)
            yield self.ask(url, role, priority=priority)

    def read_article(
        self, platform: Platform, page: Page, response: Response, kind: str, role: str
    ) -> Iterator[Article]:
        if kind != "article":
            self.reject(page.url, f"not an article page ({kind})")
            return
        try:
            fields = platform.extract(page)
        except NotAnArticle as error:
            self.reject(page.url, str(error))
            return
        if self.since and role == "article" and fields.published_at and fields.published_at < self.since:
            self.count("before_since")
            return
        request = response.request
        yield reading.article(
            fields,
            portal=self.name,
            province=self.province,
            platform=platform.name,
            url=page.url,
            fetched_url=request.url if request else page.url,
            fetched_at=fetched_at(response),
        )

    # -- accounts ---------------------------------------------------------------------------------------

    def no_answer(self, failure: Any) -> None:
        """A request that got no answer after its retries."""
        request, error = failure.request, failure.value
        if type(error).__name__ == "IgnoreRequest":
            self.count("forbidden_by_robots")
            return
        self.problem(f"{request.url}: {_reason(error)}", fatal=request.cb_kwargs.get("role") == "home")
        self.silent += 1
        if self.silent >= self.crawler.settings.getint("TINTINH_FAILURES_IN_A_ROW"):
            self.fail(f"{urls.site(request.url)} stopped answering: {_reason(error)}")

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


def _reason(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    name = type(error).__name__.removesuffix("Error")
    return f"{name}: {text[0][:200]}" if text and text[0] else name
