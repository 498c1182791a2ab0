"""What a crawl has met and asked for, how each listed article ended, and where lists end. No framework, no network."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from crawler.platforms.base import Fields
from crawler.platforms.told_dates import ToldDate
from crawler.spider.decisions import Answer, Context, Fate, Role

# Pages without a new article that a chain of lists may have: calendars and filters go on for ever.
BARREN = 3
# Addresses of one path that differ in their query and are asked as sections.
VARIANTS = 40
# Requests of one run, retries left out: a day and more of a polite crawl, several times the largest portal.
MOST_REQUESTS = 200_000
# Articles that one run takes in from its lists; several times the largest portal. Each takes 1.3 KB of memory.
MOST_LISTED = 100_000
# Lists and their pages that one run asks for.
MOST_LISTS = 50_000
# Sitemaps that one run asks for, and indexes that may lead to one: a portal has a sitemap a month, or one of its own for news.
MOST_SITEMAPS = 1000
DEEPEST_SITEMAP = 3
# Addresses of sitemaps and feeds that one run reads: what is known is named again in every run, so several times what is taken in.
MOST_NAMED = 4 * MOST_LISTED
# Pages of the home page's pager in a row that may show only what the sections have shown.
HOME_REPEATS = 2
# Roles of requests that may lead to lists and what they print of articles.
LEADING: frozenset[Role] = frozenset({"home", "section", "page", "feed", "sitemap"})
# Articles without a date that wait for lists which are still to come; more of them are stored as they are.
MOST_WAITING = 1_000
# Documents of an API that gave no date, after which no more are asked for.
MOST_SILENT = 3


class Waiting(NamedTuple):
    """An article without a date, until all lists that may print one are read."""

    fields: Fields
    answer: Answer
    context: Context


class Frontier:
    """Articles by their identities, lists by their keys (`Platform.list_key`); `count` is told what is left out.

    >>> crawl = Frontier(max_articles=2)
    >>> crawl.take({"a": "http://a.vn/1", "b": "http://a.vn/2"}, stored={"a"})
    (['a', 'b'], ['b'])
    >>> crawl.take({"b": "http://a.vn/2", "c": "http://a.vn/3", "d": "http://a.vn/4"}, stored=set())
    (['c', 'd'], ['c'])
    >>> crawl.settle("b", "stored")
    >>> crawl.fates == {"known": 1, "stored": 1, "unfinished": 1, "left_out": 1}
    True
    """

    def __init__(
        self,
        *,
        full: bool = False,
        max_pages: int | None = None,
        max_articles: int | None = None,
        max_requests: int = MOST_REQUESTS,
        count: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.full, self.max_pages, self.max_articles, self.count = full, max_pages, max_articles, count
        self.max_requests, self.sent = max_requests, 0
        self.reached: list[str] = []  # the bounds that kept the crawl from going on, in words
        self.complete_before = False
        # Lists that are not due yet, by what the keys of their pages have in common; feeds and sitemaps by kind and address.
        self.resting: set[str] = set()
        # Lists, feeds and sitemaps that were read, and whether they named an article that nobody knew.
        self.read_lists: dict[tuple[str, str], bool] = {}
        self.met: set[str] = set()
        self.names_articles = False  # from then on the portal's platform stays: it says what an identity is
        self.shown: dict[str, str] = {}  # under which address a list, a feed or a sitemap names an article
        self.requested: set[str] = set()
        self.kept: set[str] = set()  # identities that articles gave themselves
        self.lists: set[str] = set()
        self.sitemaps: set[str] = set()
        self.named = 0  # addresses that sitemaps and feeds have named
        self.asked_lists: dict[str, str] = {}  # under which key each address was asked for
        self.archives: set[str] = set()  # lists of a year, a month, a day that nobody has read yet
        self.home_list = ""
        self.entrances: set[str] = set()  # addresses to which a cover in front of the portal leads
        # How the listed articles ended; their sum is how many were listed, at any moment.
        self.fates: Counter[Fate] = Counter()
        # What lists and feeds print of when an article was published.
        self.told: dict[str, ToldDate] = {}
        self.waiting: list[Waiting] = []
        # Requests for lists that have no answer yet.
        self.lists_under_way = 0
        self.silent_documents = 0
        self._fate_of: dict[str, Fate] = {}
        self._met_in: dict[str, set[str]] = defaultdict(set)
        self._variants: Counter[str] = Counter()
        self._home_repeats = 0

    def reach(self, bound: str) -> None:
        """Note that a bound kept the crawl from going on, once."""
        if bound not in self.reached:
            self.reached.append(bound)

    def may_send(self) -> bool:
        """Whether one more request may be sent in this run."""
        if self.sent >= self.max_requests:
            self.reach(f"max_requests ({self.max_requests} requests)")
            return False
        self.sent += 1
        return True

    def may_ask(self, identity: str) -> bool:
        """Whether to ask for an article: once in a crawl, while more are wanted."""
        if identity in self.requested or self.has_enough(0):
            return False
        self.requested.add(identity)
        return True

    def has_enough(self, ahead: int) -> bool:
        """Whether no more articles are wanted once `ahead` more are asked for."""
        return self.max_articles is not None and len(self.requested) + ahead >= self.max_articles

    def take(self, listed: Mapping[str, str], stored: Collection[str]) -> tuple[list[str], list[str]]:
        """Those of the articles that nothing has named before, and those of them to ask for."""
        new = [identity for identity in listed if identity not in self.met]
        if len(new) > (left := MOST_LISTED - len(self.met)):
            self.reach(f"articles listed ({MOST_LISTED})")
            new = new[:left]
        self.shown.update(listed if left > 0 else {})
        self.met.update(new)
        wanted = []
        for identity in new:
            if not self.full and identity in stored:
                fate: Fate = "known"
            elif identity in self.requested:
                fate = "unfinished"  # its answer is under way, or has been
            elif self.may_ask(identity):
                wanted.append(identity)
                fate = "unfinished"
            else:
                fate = "left_out"
            self.fates[self._fate_of.setdefault(identity, fate)] += 1
        return new, wanted

    def tell(self, identity: str, told: ToldDate | None) -> None:
        """Keep when a list says that an article was published; the first that says the minute counts."""
        before = self.told.get(identity)
        if told is not None and (before is None or (before.precision == "day" and told.precision == "minute")):
            self.told[identity] = told

    def may_wait(self) -> bool:
        """Whether an article without a date is to wait for lists that may print one."""
        return self.lists_under_way > 0 and len(self.waiting) < MOST_WAITING

    def settle(self, identity: str | None, fate: Fate) -> None:
        """Write down how an article ended; what was stored once stays so, whatever another address gave."""
        if identity is None or self._fate_of.get(identity) == "stored":
            return
        if identity in self.met:
            self.fates[self._fate_of[identity]] -= 1
            self.fates[fate] += 1
        self._fate_of[identity] = fate

    def keep(self, identity: str) -> bool:
        """Whether an article is the first of its own identity in this crawl."""
        if identity in self.kept:
            return False
        self.kept.add(identity)
        return True

    def is_worth_more(self, listed: Collection[str], stored: Collection[str]) -> bool:
        """Whether what comes after these articles may be new: not if an earlier crawl knew all of them and all after them."""
        return self.full or not self.complete_before or not listed or not set(listed) <= set(stored)

    def leads_on(self, key: str, listed: Collection[str], stored: Collection[str], barren: int) -> bool:
        """Whether to ask for the next pages of the list `key`.

        On, unless everything here is known and an earlier crawl reached the end, or the pager shows nothing that this
        list has not shown. That another list (the home page) showed the same articles says nothing about the next page.
        """
        met_here = self._met_in[base_of(key)]
        # A page that names no article and still has lists (its script asks for them) says nothing about those lists.
        turns_up_nothing = bool(listed) and met_here.issuperset(listed)
        met_here.update(listed)
        return not turns_up_nothing and barren <= BARREN and self.is_worth_more(listed, stored)

    def rests(self, key: str) -> bool:
        """Whether a list, a feed or a sitemap is not due yet; those that rest are counted."""
        if self.full or not self.complete_before or key not in self.resting:
            return False
        self.count("lists_resting")
        return True

    def note(self, kind: str, key: str, *, has_new: bool) -> None:
        """Write down that a list was read, and whether it named an article that nobody knew."""
        self.read_lists[kind, key] = has_new or self.read_lists.get((kind, key), False)

    def home_leads_on(self, *, new: bool) -> bool:
        """Whether to ask for the next page of the home page's pager, which repeats what the sections list."""
        self._home_repeats = 0 if new else self._home_repeats + 1
        return self._home_repeats < HOME_REPEATS

    def wants_sitemaps(self, depth: int) -> bool:
        """Whether one more sitemap is asked for to which so many others have led."""
        if depth > DEEPEST_SITEMAP:
            self.reach(f"sitemaps in sitemaps ({DEEPEST_SITEMAP} deep)")
        elif len(self.sitemaps) >= MOST_SITEMAPS:
            self.reach(f"sitemaps ({MOST_SITEMAPS})")
        else:
            return self.reads_sources()
        return False

    def reads_sources(self) -> bool:
        """Whether sitemaps and feeds are read any more, which name what they please."""
        if self.named >= MOST_NAMED:
            self.reach(f"addresses of sitemaps ({MOST_NAMED})")
            return False
        return True

    def take_lists(self, keys: Iterable[str], role: str) -> list[str]:
        """Those of the lists to ask for."""
        taken = []
        for key in keys:
            if key in self.lists or (role == "section" and self.rests(base_of(key))):
                continue
            if self.max_pages is not None and len(self.lists) >= self.max_pages:
                self.count("lists_left_out")
                break
            if len(self.lists) >= MOST_LISTS:
                self.reach(f"lists ({MOST_LISTS})")
                break
            path = key.partition("?")[0]
            if role == "section" and "?" in key and self._variants[path] >= VARIANTS:
                self.count("variants_left_out")
                continue
            self._variants[path] += 1
            self.lists.add(key)
            taken.append(key)
        return taken


def base_of(key: str) -> str:
    """What the keys of all pages of a list have in common.

    >>> base_of("a.vn/tin@page 2")
    'a.vn/tin'
    """
    return key.rpartition("@")[0]
