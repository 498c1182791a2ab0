"""How any portal is crawled; a portal's own file holds only its facts.

The spider asks and carries out. What an answer leads to is decided in `crawler.spider.routing`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any, ClassVar, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import FormRequest, Request, Response, TextResponse
from scrapy.settings import BaseSettings

from crawler.article import Article
from crawler.lines import LONGEST_ADDRESS, Absence, Rejection
from crawler.net import browser as browsers
from crawler.net import reading, recorder, robots
from crawler.net.ending import is_stopping, stop
from crawler.net.guard import Guard, untested
from crawler.net.politeness import Ended, Politeness
from crawler.net.progress import figures
from crawler.net.recorder import fetched_at
from crawler.net.remembering import Recollection
from crawler.net.responses import page_of, reason_of
from crawler.platforms import rules
from crawler.platforms.base import Platform, Post
from crawler.platforms.page import Page, PageTooLarge, UnreadablePage
from crawler.platforms.registry import platforms
from crawler.ports import NoMemory
from crawler.spider import feeds, rechecks, routing, wrapper
from crawler.spider.absence import Recheck
from crawler.spider.backlog import Backlog
from crawler.spider.decisions import (
    ARTICLES,
    SOURCES,
    Answer,
    Ask,
    Context,
    Count,
    Decision,
    End,
    Facts,
    Learn,
    Name,
    Problem,
    Recall,
    Reject,
    Say,
    Settle,
    Store,
)
from crawler.spider.figures import forbidden, hopeless, mostly_missing, mostly_rejected, not_followed, without_articles
from crawler.spider.frontier import LEADING, MOST_REQUESTS, Frontier, base_of
from vietnam import urls

# Settings of a pace that a user asks for; then it holds on loopback, too.
PACE = ("DOWNLOAD_DELAY", "CONCURRENT_REQUESTS_PER_DOMAIN")
# In which order a crawl asks, the highest first: the home page, which says what there is; sections; articles at 0.
HOME_PRIORITY = 20
SECTION_PRIORITY = 10
# Known articles are asked again after everything else.
RECHECK_PRIORITY = -10
# Known articles that `--full` asks again: all of them.
ALL = 10**9
# Characters of an address that a line of the log may have.
LONGEST_IN_LOG = 300
# Addresses of lists that were not followed to their end which a run names.
MOST_NAMED = 50


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
        """Add what a browser needs where the portal wants one, and let a pace that the user asks for hold on loopback, too."""
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
        max_requests: int | str | None = None,
        only: list[str] | None = None,
        start: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.frontier = Frontier(
            full=full in {True, "1", "true", "True"},
            max_pages=int(max_pages) if max_pages else None,
            max_articles=int(max_articles) if max_articles else None,
            max_requests=int(max_requests or MOST_REQUESTS),
            count=self.count,
        )
        self.since = datetime.fromisoformat(since) if since else None
        self.only = only or []
        self.start_page = start or self.home
        self.silent = 0
        # How the home page is asked for: it is the first question where the robots.txt of before still holds.
        self.first_asked: Mapping[str, Any] = {}
        self.backlog = Backlog()
        self.memory = Recollection(NoMemory())
        self.learned_before: Mapping[str, Any] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """A spider that begins with the memory of its crawl and takes stock whenever nothing is left to ask for."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.begin, signals.spider_opened)
        crawler.signals.connect(spider.take_stock, signals.spider_idle)
        return spider

    @classmethod
    def own_addresses(cls) -> tuple[str, ...]:
        """The addresses and hosts that the portal's file names."""
        return (cls.home, *cls.hosts, *cls.sections)

    @property
    def addresses(self) -> tuple[str, ...]:
        """All that the portal's file names, and those that the user gave: their ports are asked, too."""
        return (*self.own_addresses(), self.start_page, *self.only)

    @cached_property
    def portal(self) -> routing.Portal:
        """The portal as the crawl knows it so far."""
        facts = Facts(self.name, self.start_page, self.province, self.sections, self.since, self.hosts)
        return routing.Portal(facts, self.frontier, is_named=bool(self.platform_name))

    def is_own(self, url: str) -> bool:
        """Whether an address is of the portal's own hosts, as far as the crawl knows them."""
        return self.portal.is_own(url)

    def begin(self) -> None:
        """Take the memory that all parts of the crawl share, and put the fates of articles among the figures."""
        self.memory = self.crawler.get_extension(Recollection) or self.memory
        # The very counter: whenever the figures are read, they say how the articles listed so far have ended.
        self.crawler.stats.set_value("tintinh/listed_as", self.frontier.fates)

    # -- requests ---------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        """Ask for what the crawl begins with; where that fails, the crawl has."""
        try:
            async for request in self.begin_asking():
                yield request
        except Exception as error:  # Scrapy would log it, and the run would be whole
            self.logger.error("the crawl could not begin", exc_info=error)
            self.fail(f"the crawl could not begin: {reason_of(error)}")

    async def begin_asking(self) -> AsyncIterator[Request]:
        """Ask for the home page and the sections that the portal's file names, then for known articles."""
        if self.crawler.get_downloader_middleware(Guard) is None:
            self.fail("nothing guards this crawl: it wants the settings of crawler.net.settings")
            return
        if reason := untested(self.crawler.settings):
            self.fail(reason)
            return
        if self.platform_name:
            if self.platform_name not in platforms():
                self.fail(f"no platform named {self.platform_name}; there are: {', '.join(sorted(platforms()))}")
                return
            self.portal.platform = platforms()[self.platform_name]
        if not await self.is_there(self.only[0] if self.only else self.start_page):
            return
        if self.only:
            for request in self.asked(Ask(url, Context("asked")) for url in self.only):
                yield request
            return
        if lacking := browsers.lacking(self.crawler.settings):
            self.fail(lacking)
            return
        rests = self.crawler.settings["TINTINH_REVISIT"] == "due" and not self.frontier.full
        self.frontier.complete_before = await self.memory.complete()
        self.frontier.resting = await self.memory.resting() if rests else set()
        self.learned_before = await self.memory.learned()
        sections = (Ask(url, Context("section"), SECTION_PRIORITY) for url in self.sections)
        for request in self.asked([Ask(self.start_page, Context("home"), HOME_PRIORITY), *sections]):
            yield request
        most = ALL if self.frontier.full else self.crawler.settings.getint("TINTINH_RECHECK")
        for due in await self.memory.due(most, resting=rests):
            if self.frontier.may_ask(due.identity):
                validators = {"If-None-Match": due.etag, "If-Modified-Since": due.last_modified}
                headers = {name: value for name, value in validators.items() if value}
                context = Context("recheck", due.identity, Recheck(due.identity, due.url, due.missed))
                for request in self.ask(Ask(due.url, context, RECHECK_PRIORITY, headers)):
                    yield request

    async def is_there(self, url: str) -> bool:
        """Whether the portal is there, told by the first question that a crawl has to ask anyway."""
        try:
            response = await robots.answer(self.crawler, url)
        except Exception as error:
            if robots.is_there(error):
                return True
            self.fail(f"{urls.site(url)} does not answer: {reason_of(error)}")
            return False
        if refusal := robots.refusal_of(response, self.crawler.get_downloader_middleware(Politeness)):
            self.fail(refusal)
            return False
        if response.status == 200 and isinstance(response, TextResponse):
            self.portal.declared_sitemaps = feeds.sitemaps_of_robots(response.text)
        self.frontier.sent += robots.REMEMBERED not in response.flags
        self.first_asked = robots.QUICK if robots.REMEMBERED in response.flags else {}
        return True

    def request(self, ask: Ask) -> Request:
        """What was asked for was chosen by the frontier: Scrapy's filter of duplicates would lose articles unseen."""
        self.frontier.lists_under_way += ask.context.role in LEADING
        named: dict[str, Any] = {
            "callback": self.parse, "errback": self.no_answer, "priority": ask.priority, "dont_filter": True,
            "cb_kwargs": {"context": ask.context},
        }  # fmt: skip
        if isinstance(ask.url, Post):
            return FormRequest(ask.url.url, formdata=list(ask.url.data), **named)
        if ask.context.role == "home":
            named["meta"] = dict(self.first_asked)
        made = Request(ask.url, headers=dict(ask.headers), **named)
        if ask.context.role in browsers.ROLES and self.crawler.settings.getbool("TINTINH_BROWSER"):
            return browsers.request(made, browsers.States(ask.url, self.crawler.settings, self.leads_on))
        return made

    # -- answers ----------------------------------------------------------------------------------------

    async def parse(self, response: Response, context: Context | None = None) -> list[Request | Article]:
        """Read an answer and carry out what it leads to."""
        self.silent = 0
        if (reason := hopeless(self.frontier.fates)) and not is_stopping(self.crawler):
            self.fail(reason)
        asked = context or Context()
        context = replace(asked, is_pressed=browsers.was_pressed(response))
        outcome: list[Request | Article] = [*map(self.request, self.backlog.answered())]
        for number, answer in enumerate(map(answer_of, browsers.shown(response))):
            if number:
                key = base_of(self.platform.list_key(response.url)) if self.platform else response.url
                context = replace(context, role="page", list_key=f"{key}@state {number + 1}")
            try:
                seconds = reading.SOURCE_SECONDS if context.role in SOURCES else reading.SECONDS
                decisions = reading.stepwise(routing.decide(answer, context, self.portal), seconds)
                outcome += await self.carry_out(decisions)
            except (Exception, reading.TookTooLong) as error:  # whatever it is: nothing is lost unseen
                self.unforeseen(answer, context, error)
        return outcome + await self.carry_out(routing.after_list(asked, self.portal))

    def unforeseen(self, answer: Answer, context: Context, error: BaseException) -> None:
        """Account for an answer that the reader could not take: the run is not whole, and the log has the traceback."""
        is_bound = isinstance(error, (PageTooLarge, reading.TookTooLong))
        reason = str(error) if is_bound else f"{type(error).__name__}: {error}"
        self.logger.error("%s: %s", answer.url[:LONGEST_IN_LOG], reason, exc_info=None if is_bound else error)
        self.problem(f"{answer.url}: could not be read: {reason}")
        if context.role in ARTICLES:
            self.reject(answer.url, f"could not be read: {reason}")
            self.frontier.settle(context.identity, "rejected")
        if context.role == "home":
            self.fail(f"{answer.url}: could not be read: {reason}")

    async def carry_out(self, decisions: Iterable[Decision]) -> list[Request | Article]:
        """Do what was decided; the requests to send and the articles to keep."""
        outcome: list[Request | Article] = []
        for decision in decisions:
            match decision:
                case Ask():
                    sent = self.ask(decision)
                    outcome += sent
                    if (
                        not sent and decision.context.awaited is not None
                    ):  # then the article waits no longer for its date
                        outcome += await self.carry_out(routing.unanswered(decision.context, self.portal))
                case Store():
                    outcome.append(decision.article)
                case Recall():
                    stored = await self.memory.known(decision.identities)
                    with reading.bounded(reading.SOURCE_SECONDS):
                        followed = decision.follow(stored)
                    outcome += await self.carry_out(followed)
                case Count():
                    self.count(decision.name, decision.amount)
                case Learn():
                    self.portal.wrapper.learn(decision.read)
                case Settle():
                    self.frontier.settle(decision.identity, decision.fate)
                case Reject():
                    self.reject(decision.url, decision.reason)
                case Problem():
                    self.problem(decision.reason)
                case Name():
                    self.crawler.stats.set_value("tintinh/platform", decision.platform)
                case Say():
                    self.logger.info("%s", decision.line)
                case End():
                    self.fail(decision.reason)
        return outcome

    def asked(self, asks: Iterable[Ask]) -> list[Request]:
        """The requests for some addresses."""
        return [request for ask in asks for request in self.ask(ask)]

    def ask(self, ask: Ask) -> list[Request]:
        """The request for an address; none for one of another site, one that no database could keep, that has to wait, or is too many."""
        address = ask.url.url if isinstance(ask.url, Post) else ask.url
        if not self.is_own(address):
            self.count("led_elsewhere")
            if ask.context.role in ARTICLES:
                self.reject(address, f"is of another site: {urls.site(address)}")
                self.frontier.settle(ask.context.identity, "rejected")
            return []
        length = len(address.encode())
        if length > LONGEST_ADDRESS:
            self.reject(address, f"the address has {length} bytes, more than {LONGEST_ADDRESS}")
            self.frontier.settle(ask.context.identity, "rejected")
        elif self.frontier.may_send():
            return [*map(self.request, self.backlog.admit(ask))]
        else:
            self.frontier.settle(ask.context.identity, "left_out")
        return []

    async def leads_on(self, states: browsers.States) -> bool:
        """Whether the newest state of a list in the browser shows articles that it has not shown, and more are wanted."""
        frontier = self.frontier
        if is_stopping(self.crawler) or frontier.has_enough(len(states.met)):
            return False
        if frontier.max_pages is not None and len(frontier.lists) + len(states.pages) > frontier.max_pages:
            self.count("lists_left_out")
            return False
        try:
            with reading.bounded(reading.SECONDS):
                page = Page(states.url, states.pages[-1].encode(), "utf-8")
                platform, _ = routing.platform_of(page, self.portal)
                listed = {platform.identity(url) for url in platform.listing(page).articles}
        except (UnreadablePage, reading.TookTooLong):  # `parse` will meet it again, and say so
            return False
        shows_new = bool(listed - states.met)
        states.met |= listed
        return shows_new and frontier.is_worth_more(listed, await self.memory.known(tuple(listed)))

    async def no_answer(self, failure: Any) -> list[Request | Article]:
        """Take in a request that got no answer after its retries; what may be sent in its place, and what it leads to."""
        context: Context = failure.request.cb_kwargs["context"]
        if context.awaited is None and not isinstance(failure.value, Ended):
            self.account_for(failure.request, failure.value, context)
        next_ones: list[Request | Article] = [*map(self.request, self.backlog.answered())]
        return next_ones + await self.carry_out(routing.unanswered(context, self.portal))

    def account_for(self, request: Request, error: Exception, context: Context) -> None:
        """Write down why an address has no answer; a portal that gives none any more is down."""
        if robots.is_forbidden(error):
            self.count("forbidden_by_robots")
            self.frontier.settle(context.identity, "forbidden")
            if context.role == "home":
                self.fail(robots.why_forbidden(self.crawler, request.url))
            return
        self.frontier.settle(context.identity, "failed")
        reason = f"{request.url}: {reason_of(error)}"
        self.problem(reason)
        if context.role == "home":
            self.fail(reason)
        self.silent += 1
        if self.silent >= self.crawler.settings.getint("TINTINH_FAILURES_IN_A_ROW"):
            self.fail(f"{urls.site(request.url)} stopped answering: {reason_of(error)}")

    # -- figures ----------------------------------------------------------------------------------------

    def take_stock(self) -> None:
        """At the end: a portal that changed its layout answers every request and gives no article."""
        if waiting := self.backlog.idle():
            for ask in waiting:
                self.crawler.engine.crawl(self.request(ask))
            raise DontCloseSpider
        if self.frontier.reached:
            self.crawler.stats.set_value("tintinh/bounds_reached", self.frontier.reached)
        stats, frontier, portal = self.crawler.stats, self.frontier, self.portal
        if self.only or frontier.max_articles == 0:
            return
        self.hold_against_before()
        if stats.get_value("tintinh/error"):
            return
        counted = figures(stats.get_stats())
        if not (frontier.met or counted.get("articles_met_as_lists") or counted.get("lists_resting")):
            read_as = portal.platform.name if portal.platform else "nothing"
            self.fail(f"{urls.site(self.start_page)}: {without_articles(counted, read_as)}")
        elif reason := mostly_rejected(counted):
            self.logger.error("%s", reason)
            stats.set_value("tintinh/error", reason)
        else:
            self.say_which_lists_have_no_end()
            told = [[kind, key, has_new] for (kind, key), has_new in frontier.read_lists.items()]
            stats.set_value("tintinh/lists_read", told)
            for absence in self.absences():
                recorder.note(self.crawler, absence)
            # Where known articles are missing at once, that is an outage, and said already.
            missing = None if stats.get_value("tintinh/outage") else mostly_missing(frontier.fates)
            if reason := missing or forbidden(frontier.fates):
                self.logger.error("%s", reason)
                stats.set_value("tintinh/error", reason)

    def hold_against_before(self) -> None:
        """Keep what the portal's pages have in common; where it no longer fits, only what this crawl learned."""
        learned, before = self.portal.wrapper, wrapper.of_plain(self.learned_before or {})
        learned.rules = rules.of(self.platform.name) if self.platform else None
        changes = learned.changes_since(before)
        for line in changes:
            self.logger.warning("the layout has changed: %s", line)
        if changes:
            self.crawler.stats.set_value("tintinh/layout_changed", changes)
        kept = learned if changes else learned.joined(before)
        if kept.articles or kept.lists:
            self.crawler.stats.set_value("tintinh/wrapper", kept.plain())

    def say_which_lists_have_no_end(self) -> None:
        """Name the lists whose end was not seen, where the user set no limit."""
        if self.frontier.max_pages is not None or self.frontier.max_articles is not None:
            return
        lists = not_followed(self.portal.ends.unseen(self.frontier.home_list))
        for line in lists:
            self.logger.warning("not followed to its end: %s", line)
        if lists:
            self.crawler.stats.set_value("tintinh/lists_not_followed", lists[:MOST_NAMED])

    def absences(self) -> list[Absence]:
        """Which known articles were missing, once it is clear that the portal as a whole was not."""
        missing, outage = self.portal.rechecks.settle()
        if outage:
            self.logger.error("%s", outage)
            self.crawler.stats.set_value("tintinh/outage", outage)
        hours = self.crawler.settings.getfloat("TINTINH_CONFIRM_HOURS")
        return list(rechecks.absences(missing, self.portal.facts, hours))

    @property
    def platform(self) -> Platform | None:
        """The platform that the portal's pages are read as."""
        return self.portal.platform

    def count(self, name: str, amount: int = 1) -> None:
        """Add to a figure of the run."""
        self.crawler.stats.inc_value(f"tintinh/{name}", amount)

    def problem(self, reason: str) -> None:
        """Note a request that failed."""
        self.count("failed_requests")
        self.logger.warning("%s", reason)
        self.crawler.stats.set_value("tintinh/problem", reason)

    def reject(self, url: str, reason: str) -> None:
        """Write down an address that gave no article."""
        self.count("not_articles")
        self.logger.warning("%s: %s", url[:LONGEST_IN_LOG], reason)
        recorder.note(self.crawler, Rejection(portal=self.name, url=url, reason=reason, fetched_at=datetime.now(UTC)))

    def fail(self, reason: str) -> None:
        """End the crawl: it has failed."""
        self.logger.error("%s", reason)
        self.crawler.stats.set_value("tintinh/error", reason)
        stop(self.crawler, "portal_failed")


def answer_of(response: Response) -> Answer:
    """An answer without its framework."""
    request = response.request
    fetched_url = request.url if request is not None else response.url
    asked = request.meta.get("redirect_urls", [fetched_url])[0] if request is not None else fetched_url
    return Answer(
        response.url,
        response.status,
        response.body,
        fetched_at(response),
        asked,
        fetched_url,
        partial(page_of, response),
    )
