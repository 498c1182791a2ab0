"""What travels with a request, what comes back for it, and what reading that can lead to. No framework."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, NamedTuple

from crawler.article import Article
from crawler.platforms.base import Card, Fields, Listing, Post
from crawler.platforms.page import Page
from crawler.spider.absence import Recheck

# What an address is asked as: `asked` is a single article that the user names.
Role = Literal["home", "section", "page", "article", "asked", "recheck", "feed", "sitemap"]
# Roles whose answer is to be an article.
ARTICLES: frozenset[Role] = frozenset({"article", "asked", "recheck"})
# Roles whose answer is read by what it holds, whatever type it is served as.
SOURCES: frozenset[Role] = frozenset({"feed", "sitemap"})


class Awaited(NamedTuple):
    """An article that was read, and whose date is asked for elsewhere."""

    fields: Fields
    answer: Answer


@dataclass(frozen=True, slots=True)
class Context:
    """What travels with a request."""

    role: Role = "section"
    # Under which identity a list named the article: how it ended is written down there.
    identity: str | None = None
    recheck: Recheck | None = None
    # Pages without a new article that led here, one after the other; of a sitemap, the indexes that did.
    barren: int = 0
    # The key of the list page that this is, where its address does not tell.
    list_key: str | None = None
    # What the list that led here says of the address, for `Platform.document`.
    hint: str | None = None
    card: Card | None = None
    # The page was filled by a script; this is what the script asks.
    is_elsewhere: bool = False
    # The article whose date this request asks for.
    awaited: Awaited | None = None
    # A browser presses the list's control until nothing new comes: its end is seen there.
    is_pressed: bool = False


@dataclass(slots=True)
class Answer:
    """What came back for a request. `asked` is the address before redirects, `fetched_url` the one after the last."""

    url: str
    status: int
    body: bytes
    fetched_at: datetime
    asked: str
    fetched_url: str
    # The page of text that it is, parsed at the first question; None where it is none.
    parse: Callable[[], Page | None]
    _page: list[Page | None] = field(default_factory=list)

    def bare(self) -> Answer:
        """The answer without its bytes, for what is read already."""
        return replace(self, body=b"", parse=lambda: None, _page=[None])

    @property
    def page(self) -> Page | None:
        """The page of text that came; None where it is none."""
        if not self._page:
            self._page.append(self.parse())
        return self._page[0]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a crawl is told of its portal."""

    name: str
    start_page: str
    province: str | None = None
    sections: tuple[str, ...] = ()
    since: datetime | None = None
    # Hosts that are the portal's own, as its file names them.
    hosts: tuple[str, ...] = ()


class Ask(NamedTuple):
    """Send a request."""

    url: str | Post
    context: Context
    priority: int = 0
    headers: Mapping[str, str] = {}


class Store(NamedTuple):
    """Keep an article."""

    article: Article


class Reject(NamedTuple):
    """Write down an address that was to be an article and gave none, and why."""

    url: str
    reason: str


class Count(NamedTuple):
    """Add to a figure of the run."""

    name: str
    amount: int = 1


class Settle(NamedTuple):
    """Write down how a listed article ended."""

    identity: str | None
    fate: Fate


class Name(NamedTuple):
    """The portal is read as one of this platform from now on."""

    platform: str


class Learn(NamedTuple):
    """Take in where an article keeps its fields, or what a list prints."""

    read: Fields | Listing


class Say(NamedTuple):
    """Tell the log of something that is no failure."""

    line: str


class Problem(NamedTuple):
    """A request failed; the run is not whole."""

    reason: str


class End(NamedTuple):
    """The crawl has failed and ends."""

    reason: str


class Recall(NamedTuple):
    """Go on once the memory has said which of these articles are stored."""

    identities: tuple[str, ...]
    follow: Callable[[set[str]], list[Decision]]


# How a listed article can end. `list`: its address turned out to be a list and was read as one.
Fate = Literal[
    "stored", "duplicate", "known", "rejected", "failed", "missing", "forbidden", "before_since", "left_out", "list", "unfinished"
]  # fmt: skip
Decision = Ask | Learn | Store | Reject | Count | Settle | Name | Say | Problem | End | Recall
