"""Articles out of WARC files that others made, by the rules of a crawl.

A file is read twice: first for what its lists, feeds and documents tell of articles, then for the articles. What is kept
of the first reading is bounded, so that the memory is that of a page and not of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from crawler.archive import foreign
from crawler.archive.foreign import Captured, DamagedFile
from crawler.article import Article, InvalidArticle, check, encode
from crawler.net import reading
from crawler.platforms import extract, told_dates
from crawler.platforms.base import Card, Fields, Listing, NotAnArticle, Platform
from crawler.platforms.page import Page, UnreadablePage
from crawler.platforms.registry import platforms, recognize
from crawler.platforms.told_dates import ToldDate
from crawler.spider import feeds
from ingest.portals import StoredPortal
from tintinh.run import known_portals
from tintinh.run.portal_files import of_file
from vietnam import urls

# Articles that lists tell of and that are kept in mind; of those beyond, what their pages say counts alone.
MOST_TOLD = 200_000
# Records after which progress is told.
STEP = 50


@dataclass(slots=True)
class Site:
    """A portal as a file shows it: who it is, and what its lists tell of its articles."""

    portal: StoredPortal
    is_new: bool
    platform: Platform | None = None
    is_sure: bool = False
    cards: dict[str, Card] = field(default_factory=dict)
    told: dict[str, ToldDate] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    documents: dict[str, ToldDate] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)
    # Under which address an article was met first, as a hash: print views and other menu items are no states of it.
    kept: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a user said of a file: the portal that its pages are of, its platform and province."""

    name: str | None = None
    platform: str | None = None
    province: str | None = None


@dataclass(slots=True)
class Captures:
    """A WARC file of other hands. `skipped` counts records that are no article, by why; `damage` says where reading ended."""

    path: Path
    known: Mapping[str, StoredPortal]
    wanted: Wanted = Wanted()
    progress: Callable[[str, int], None] = lambda _, __: None
    sites: dict[str, Site | None] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    damage: str | None = None

    def articles(self) -> Iterator[tuple[Site, Article]]:
        """The articles of the file in its order, each with its portal. Raises OSError."""
        for captured in self._records("lists"):
            if _is_text(captured) and (site := self._site(captured.url)) is not None:
                _bounded(captured, partial(_note, captured, site))
        for captured in self._records("articles"):
            if reason := _no_page(captured):
                self.skipped[reason] += 1
                continue
            site = self._site(captured.url)
            if site is None:
                self.skipped["of other sites"] += 1
                continue
            read = _bounded(captured, partial(_article, captured, site))
            if isinstance(read, Article):
                yield site, read
            else:
                self.skipped[read or "unreadable"] += 1

    def _records(self, what: str) -> Iterator[Captured]:
        with self.path.open("rb") as file:
            try:
                for number, captured in enumerate(foreign.records(file)):
                    if number % STEP == 0:
                        self.progress(what, file.tell())
                    yield captured
            except DamagedFile as error:
                self.damage = str(error)

    def _site(self, url: str) -> Site | None:
        """The portal that an address is of; None for one of another than the portal that was asked for."""
        host = urls.site(url)
        if host not in self.sites:
            self.sites[host] = self._new_site(url)
        return self.sites[host]

    def _new_site(self, url: str) -> Site | None:
        host, said = urls.site(url), self.wanted
        name = said.name or known_portals.of_address(url, self.known)[0]
        before = self.known.get(name) or of_file(name)
        if said.name is not None:
            own = {one.removeprefix("www.") for one in before.hosts} if before else None
            is_first = all(site is None for site in self.sites.values())
            if not (is_first if own is None else {host, host.partition(":")[0]} & own):
                return None  # of a portal that nobody knows yet, the first host of the file is
        elif same := next((one for one in self.sites.values() if one is not None and one.portal.name == name), None):
            return same
        try:
            portal = before or known_portals.added(
                home_of(url), self.known, name=name, platform=said.platform, province=said.province
            )
        except ValueError:  # no name can be made of this host
            return None
        named = platforms().get(said.platform or portal.platform or "")
        return Site(portal, before is None, named, is_sure=named is not None)


def home_of(url: str) -> str:
    """The home page of an address's host.

    >>> home_of("https://congan.example.vn/tin/1-bai.html?x=1")
    'https://congan.example.vn/'
    """
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0].partition('?')[0]}/"


def _is_text(captured: Captured) -> bool:
    return captured.status == 200 and bool(captured.payload) and urls.is_http(captured.url)


def _no_page(captured: Captured) -> str | None:
    """Why a record can be no article's page; None where it can."""
    if captured.type != "response":
        return "no responses"
    if captured.status is None:
        return "cut off or too long"
    if captured.status != 200:
        return "with another status than 200"
    if not urls.is_http(captured.url) or captured.moment is None:
        return "without an address or a date"
    if not captured.payload or not _is_readable(captured):
        return "no pages of text"
    return None


def _is_readable(captured: Captured) -> bool:
    """Pages, and the answers of an API that hold articles."""
    kind = (captured.content_type or "html").lower()
    return "html" in kind or "json" in kind


def _bounded(captured: Captured, read: Callable[[], Article | str | None]) -> Article | str | None:
    """What reading an answer gives; why it gives nothing where it cannot be read, or not in its time."""
    try:
        with reading.bounded(reading.SOURCE_SECONDS if "xml" in captured.content_type else reading.SECONDS):
            return read()
    except (UnreadablePage, NotAnArticle, InvalidArticle, UnicodeEncodeError):
        return "no articles"
    except reading.TookTooLong:
        return "not read in their time"


def _page(captured: Captured) -> Page | None:
    if "html" not in (captured.content_type or "html").lower():
        return None
    return Page(captured.url, captured.payload, extract.charset(captured.content_type), fetched_at=captured.moment)


def _platform(page: Page, site: Site) -> Platform:
    """The portal's platform; as in a crawl, where nothing is sure a later page may tell."""
    if site.platform is None or (site.platform.name == "generic" and not site.is_sure):
        site.platform, _ = recognize(page)
    return site.platform


def _note(captured: Captured, site: Site) -> None:
    """Keep what a list, a feed or a document of an API tells of articles."""
    page = _page(captured)
    if page is not None:
        platform = _platform(page, site)
        if platform.kind(page) == "list":
            _note_listing(platform.listing(page), platform, site)
        return
    if (told := told_dates.of_document(captured.payload)) is not None and len(site.documents) < MOST_TOLD:
        site.documents.setdefault(captured.url, told)
        return
    listed = feeds.read(captured.payload, captured.url)
    if listed is not None and site.platform is not None:
        cards = {urls.canonical(address): card for address, card in listed.cards.items() if urls.is_http(address)}
        found = feeds.articles_of(listed, site.platform, captured.url, None)
        for identity, url in found.items():
            _note_article(identity, cards.get(url), site)
    elif site.platform is not None:
        contents = site.platform.document(captured.url, captured.payload)
        if isinstance(contents, Listing):
            _note_listing(contents, site.platform, site)


def _note_listing(listing: Listing, platform: Platform, site: Site) -> None:
    for url in listing.articles:
        _note_article(platform.identity(url), listing.cards.get(url), site)
    for url, hint in listing.told.items():
        if len(site.hints) < MOST_TOLD:
            site.hints.setdefault(url, hint)


def _note_article(identity: str, card: Card | None, site: Site) -> None:
    if identity not in site.listed and len(site.listed) >= MOST_TOLD:
        return
    site.listed.add(identity)
    if card is None:
        return
    site.cards.setdefault(identity, card)
    told, before = told_dates.of_card(card), site.told.get(identity)
    if told is not None and (before is None or (before.precision == "day" and told.precision == "minute")):
        site.told[identity] = told


def _article(captured: Captured, site: Site) -> Article | str:
    """The article of a record, or why it holds none."""
    assert captured.moment is not None
    page = _page(captured)
    if page is None:
        platform = site.platform
        hint = site.hints.get(captured.url)
        fields = platform.document(captured.url, captured.payload, hint) if platform is not None else None
        if platform is None or not isinstance(fields, Fields):
            return "no pages of text"
        identity = fields.identity
    else:
        platform = _platform(page, site)
        identity = platform.identity(page.address)
        card = site.cards.get(identity)
        kind = platform.kind(page, card)
        if kind != "article":
            return "lists" if kind == "list" else "no articles"
        if identity not in site.listed and not platform.could_be_article(page.address):
            return "other views"
        fields = _dated(platform.extract(page, card), page, identity, site)
        if fields.published_at is None and identity not in site.listed:
            return "no articles"  # menus lead to pages about the portal, too
    article = extract.article(
        fields, portal=site.portal.name, province=site.portal.province, platform=platform.name, url=captured.url,
        fetched_url=captured.url, fetched_at=captured.moment,
    )  # fmt: skip
    check(article)
    encode(article)  # half of a pair of surrogates, which JSON-LD may hold, is no text
    address = hash(article.url)
    if len(site.kept) < MOST_TOLD and site.kept.setdefault(fields.identity, address) != address:
        return "other addresses of an article"
    return article


def _dated(fields: Fields, page: Page, identity: str, site: Site) -> Fields:
    """The fields of a page, with what lists or its document of an API tell where it leaves the minute open."""
    told = site.told.get(identity)
    told = told if told_dates.counts(told, fields) else None
    if told_dates.is_open(fields) and (told is None or told.precision == "day"):
        document = site.documents.get(told_dates.document_of(page) or "")
        told = document if told_dates.counts(document, fields) else told
    return told_dates.put(fields, told) if told is not None and told_dates.counts(told, fields) else fields
