"""What a platform answers, and what came of a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from crawler.article import Attachment, Image
from crawler.platforms.page import Page


@dataclass(frozen=True, slots=True)
class Evidence:
    """How surely a page is of a platform, from 0 to 1, and why."""

    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """A list page that only a submitted form leads to (ASP.NET postback)."""

    url: str
    data: tuple[tuple[str, str], ...]
    # As `Platform.list_key`: the same for every request that leads to this page.
    key: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a list, a feed or a sitemap prints of an article beside its address: a witness, never the judge."""

    url: str
    title: str | None = None
    published_raw: str | None = None
    published_at: datetime | None = None
    published_precision: str | None = None
    lead: str | None = None
    image: str | None = None
    section: str | None = None
    # Who prints it.
    source: str = "card of a list"

    @property
    def prints(self) -> tuple[str, ...]:
        """What it prints beside the headline."""
        told = {"date": self.published_at, "teaser": self.lead, "picture": self.image, "section": self.section}
        return tuple(name for name, value in told.items() if value)


@dataclass(slots=True)
class Listing:
    """What a list page leads to, in reading order; addresses are canonical."""

    articles: list[str] = field(default_factory=list)
    pages: list[str | Post] = field(default_factory=list)
    # What this list alone tells of an address in it, handed to `Platform.document` with its answer.
    told: dict[str, str] = field(default_factory=dict)
    # What the list prints of its articles, by address.
    cards: dict[str, Card] = field(default_factory=dict)
    # Articles named only beside the list (most read, newest, foot): they say nothing of where the list ends.
    beside: frozenset[str] = frozenset()
    # What tells those of `pages` apart whose addresses alone do not: such a page's key is what the keys of this list have
    # in common, `@` and the mark (the number that its pager prints).
    marks: dict[str, str] = field(default_factory=dict)
    # Whether its pager prints numbers, and not only a link to the next page.
    counted: bool = False
    # Where this list ends: `seen` here, `more` pages follow, `unseen`; empty where nobody looked. And what tells.
    end: str = ""
    end_reason: str = ""


@dataclass(slots=True)
class Fields:
    """The fields of one article as its page prints them, and the rule behind each."""

    title: str
    identity: str
    published_at: datetime | None = None
    published_raw: str | None = None
    published_precision: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    unit: str | None = None
    credit: str | None = None
    lead: str | None = None
    body: str = ""
    body_html: str = ""
    section: str | None = None
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    extracted_by: dict[str, str] = field(default_factory=dict)
    # Where on the page a field stands, without what differs from article to article: `div.main > h1.title`.
    places: dict[str, str] = field(default_factory=dict)
    # Fields on which independent evidence disagreed.
    disputed: set[str] = field(default_factory=set)
    # The address people read the article at, where the page was fetched from another.
    url: str | None = None

    def note(self, name: str, rule: str, against: str | None = None) -> None:
        """Say which rule gave a field, and what other evidence says against it."""
        self.extracted_by[name] = f"{rule} (against {against})" if against else rule
        if against:
            self.disputed.add(name)


class NotAnArticle(ValueError):
    """The page is not an article."""


class FilledByScript(NotAnArticle):
    """The page is filled by script; its article is the answer of another address."""

    def __init__(self, url: str) -> None:
        super().__init__(f"the page is filled by script from {url}")
        self.url = url


class Platform(Protocol):
    """One content-management system. Everything here is a pure function of the page."""

    @property
    def name(self) -> str: ...

    def recognize(self, page: Page) -> Evidence:
        """Is this page mine?"""

    def kind(self, page: Page, card: Card | None = None) -> str:
        """`article`, `list` or `other`; `card`: what the list said that led here."""

    def sections(self, page: Page) -> list[str]:
        """Addresses of sections that the page's menu and labels lead to."""

    def listing(self, page: Page) -> Listing:
        """Articles and further pages of a list page."""

    def identity(self, url: str) -> str:
        """The key that is the same for every address of an article."""

    def list_key(self, url: str) -> str:
        """The key that is the same for every address of a list page."""

    def is_article_address(self, url: str) -> bool | None:
        """True or False where an address tells whether it is an article's, None where only the page can."""

    def could_be_article(self, url: str) -> bool:
        """False for addresses that are surely none: print views, mail forms, feeds, files."""

    def extract(self, page: Page, card: Card | None = None) -> Fields:
        """The article of an article page; raises NotAnArticle with what is missing. `card`: what the list said of it."""

    def document(self, url: str, body: bytes, told: str | None = None) -> Fields | Listing | None:
        """What a response that is no HTML page holds (JSON of an API); None where it is not this platform's.

        `told` is what the list that led here said of it (`Listing.told`). Feeds and sitemaps are read for every platform alike.
        """
