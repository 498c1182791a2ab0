"""Lists of a platform: which addresses can be what, where articles are named, where pagers and menus lead."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import lru_cache
from typing import ClassVar, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from crawler.platforms.base import Listing, Post
from crawler.platforms.evidence import cards, ending, entries, menu, pager, verdict
from crawler.platforms.page import Page
from crawler.platforms.tree import Element
from vietnam import urls

NOT_A_PAGE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|jpe?g|png|gif|webp|svg|mp[34]|wmv|flv|avi|css|js|ico|rss|xml|json|txt)$",
    re.IGNORECASE,
)
NOT_NEWS = re.compile(
    r"/(?:login|dang-nhap|dangnhap|logout|sign-?up|register|dang-ky|fpw|forgot-password|quen-mat-khau|search(?!/label/)|tim-kiem|timkiem|seek|contact|lien-he|lienhe|users?|thanh-vien|"
    r"rss|feeds?|sitemap|so-do-trang|so-do-site|so-do-cong|print|in-bai|sendmail|mailto|savefile|download|gop-y|statistics|thong-ke|"
    r"wp-admin|wp-login\.php|wp-json|wp-content|cart|gio-hang|embed|amp|tags?|the)(?:[/.?]|$)",
    re.IGNORECASE,
)
_PAGE_IN_PATH = re.compile(r"/(?:page|trang|p)[-/]?(\d{1,6})(?:\.html?|\.aspx)?/?$", re.IGNORECASE)
_PAGE_IN_QUERY = frozenset(
    [
        "page",
        "paged",
        "trang",
        "start",
        "limitstart",
        "cur",
        "pageindex",
        "pagenumber",
        "pageno",
        "currentpage",
        "curpage",
        "offset",
        "pagenum",
    ]
)
# Views of a page and tools of a system, by the queries of systems that say so.
_OTHER_VIEW = re.compile(
    r"(?:^|&)(?:tmpl=component|print=1|format=(?:feed|pdf|raw)|type=(?:rss|atom)|replytocom=|option=com_(?!content|k2))"
)
_SWITCH = re.compile(
    r"redirect|replytocom|themever|(?:^|&)(?:sort|order|orderby|lang|print|share|format|view_as)=", re.IGNORECASE
)


# What a front controller takes for the path: `/?chuyen-muc/1.html`, `/index.php?/tin/bat-giu.html`.
_OF_FRONT_CONTROLLER = frozenset(["", "/", "/index.php"])
_PATH_IN_QUERY = re.compile(r"/?[^=&/]+(?:/[^=&/]+)*(?:/|\.html?)", re.IGNORECASE)


def path_of(url: str) -> str:
    """The path, also where it stands in the query.

    >>> path_of("http://a.vn/?chuyen-muc/1.html"), path_of("http://a.vn/index.php?/tin/"), path_of("http://a.vn/?id=1")
    ('/chuyen-muc/1.html', '/tin/', '/')
    """
    parts = urlsplit(url)
    if parts.path in _OF_FRONT_CONTROLLER and _PATH_IN_QUERY.fullmatch(parts.query):
        return "/" + parts.query.removeprefix("/")
    return parts.path


class Address(NamedTuple):
    """What an address says by itself; `base` is that of the list without the page number."""

    could_be_article: bool
    is_article: bool | None
    identity: str
    base: str
    number: int


@lru_cache(maxsize=8192)
def _told(platform: ListReader, url: str) -> Address:
    # The pages of a portal share most of their links.
    base, number = platform.page_number(url)
    return Address(
        platform.could_be_article(url), platform.is_article_address(url), platform.identity(url), base, number
    )


class ListReader(ABC):
    """Answers for lists and addresses; what an article holds is read elsewhere."""

    name: ClassVar[str]
    # Links to articles on a list, where a platform names them; without them, headlines.
    entries: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def is_article_address(self, url: str) -> bool | None:
        """True or False where an address tells, None where only the page can."""

    def article_key(self, url: str) -> str:
        """What is the same in every address of an article, without the host: its id where the address has one."""
        return urls.identity(url).removeprefix(urls.site(url))

    # -- addresses --------------------------------------------------------------------------------------

    def told_by(self, url: str) -> Address:
        """What an address says by itself, found out once for all pages that link to it."""
        return _told(self, url)

    def identity(self, url: str) -> str:
        return f"{urls.site(url)}#{self.article_key(url)}"

    def could_be_article(self, url: str) -> bool:
        parts, path = urlsplit(url), path_of(url)
        return (
            not NOT_A_PAGE.search(path)
            and not NOT_NEWS.search(path)
            and not _OTHER_VIEW.search(parts.query)
            and self.is_article_address(url) is not False
        )

    def could_be_section(self, url: str) -> bool:
        parts, path = urlsplit(url), path_of(url)
        return (
            (path not in {"", "/"} or self.is_list_query(parts.query))
            and not NOT_A_PAGE.search(path)
            and not NOT_NEWS.search(path)
            and not _SWITCH.search(parts.query)
            and not _OTHER_VIEW.search(parts.query)
            and self.is_article_address(url) is not True
            and self.page_number(url)[1] <= 1
        )

    def is_list_query(self, query: str) -> bool:
        """Whether a query of the home page asks for a list of its own; most only switch theme or language."""
        return False

    def page_number(self, url: str) -> tuple[str, int]:
        """The address of a list without its page number, and the number; the first page is 1."""
        parts, path = urlsplit(url), path_of(url)
        number, kept = 1, []
        for name, value in parse_qsl(parts.query if path == parts.path else "", keep_blank_values=True):
            short = re.split(r"[_\[]", name.lower().rstrip("]"))[-1]
            if short in {"layout", "chash"}:  # what TYPO3 signs an address with differs on every page
                continue
            if short in _PAGE_IN_QUERY and value.isdigit() and len(value) < 7:
                number = max(number, int(value) + (short in {"start", "limitstart", "offset"}))
            else:
                kept.append(f"{name}={value}")
        if found := _PAGE_IN_PATH.search(path):
            number, path = int(found[1]), path[: found.start()]
        path = re.sub(r"/(?:index\.(?:html?|php|aspx))?$|\.html?$", "", path)
        return f"{urls.site(url)}{path}?{'&'.join(sorted(kept))}".rstrip("?"), number

    def list_key(self, url: str) -> str:
        base, number = self.page_number(url)
        return f"{base}@{number}"

    # -- pages ------------------------------------------------------------------------------------------

    def is_plainly_article(self, page: Page) -> bool:
        """Whether a page is an article so plainly that its links need not be read."""
        return False

    def headline_of(self, page: Page) -> Element | None:
        """Where a page prints the headline of an article and its date below it; None where it prints none."""
        return None

    def _is_list(self, page: Page) -> bool:
        """Whether a page lists articles: two, or one where it is a later page or has a pager."""
        found = self.entries_of(page)
        home = path_of(page.address) in {"", "/"}
        listed = sum(home or not entry.beside for entry in found)
        turned = page.is_turned_to or self.page_number(page.url)[1] > 1 or self.pager_of(page).printed
        return listed > (0 if turned else 1)

    def reads_as_list(self, page: Page) -> bool:
        """Whether what a page shows is a list of articles and no article: what stands outside the cards decides."""
        if self.is_plainly_article(page) or not self._is_list(page):
            return False
        found = [entry for entry in self.entries_of(page) if not entry.beside]

        def headline() -> Element | None:
            return self.headline_of(page)

        if entries.names_itself(page, found, headline):
            return True
        in_menu = self.list_key(page.address) in {
            self.list_key(url)
            for anchor, url in menu.links(page).items()
            if "#" not in (anchor.attr("href") or "")  # “2 bình luận” leads to a part of the page
        }
        return verdict.is_list(page, found, paged=self.pager_of(page).printed, in_menu=in_menu, headline=headline)

    def sections(self, page: Page) -> list[str]:
        found: dict[str, str] = {}
        listed = {entry.url for entry in self.entries_of(page)}
        turned = {url for url, number in self.pager_of(page).numbers.items() if number > 1}
        # The head of an article in a list is a <header> too.
        titles = {url for anchor in self._named(page) if not menu.in_chrome(page, anchor)
                  and (url := page.absolute(anchor.attr("href") or "")) and self.could_be_article(url)}  # fmt: skip
        runs, labels = menu.links(page), {anchor for anchor, _ in menu.labels(page)} | menu.archives(page).keys()
        for anchor, url in menu.site_links(page):
            if url in titles or url in listed or url in turned or url in found.values():
                continue
            led = menu.is_named(page, anchor) or anchor in labels or "category" in (anchor.attr("rel") or "").split()
            if (led and self.could_be_section(url)) or (
                anchor in runs and (self.could_be_section(url) or self.may_be_section(url))
            ):
                found.setdefault(self.list_key(url), url)
        return list(found.values())

    def may_be_section(self, url: str) -> bool:
        """Whether a link of a menu is asked as a section though its address looks like an article's: where addresses are a guess."""
        return False

    def listing(self, page: Page) -> Listing:
        found = self.entries_of(page)
        listing = Listing(articles=[entry.url for entry in found], pages=list(self._pages(page)))
        listing.beside = frozenset(entry.url for entry in found if entry.beside)
        listing.cards = cards.cards(page, found)
        read = self.pager_of(page)
        base = self.page_number(page.address)[0]
        pages, given = set(listing.pages), set[str]()
        for url, number in read.numbers.items():
            mark = read.marks.get(url, str(number))
            if url in pages and self.page_number(url) != (base, number) and mark not in given:
                listing.marks[url] = mark
                given.add(mark)
        listing.counted = read.counted
        listing.end, listing.end_reason = ending.of(page, found, read, listing.pages)
        return listing

    def pager_of(self, page: Page) -> pager.Pager:
        return page.once(f"{self.name} pager", lambda: pager.read(page, self.page_number(page.address)[1]))

    def entries_of(self, page: Page) -> list[cards.Entry]:
        return page.once(f"{self.name} entries", lambda: self._entries(page))

    def _entries(self, page: Page) -> list[cards.Entry]:
        """Articles in reading order: those the platform names, and whatever else reads like a headline."""
        return entries.read(
            page,
            lambda url: self.told_by(url).could_be_article and self.told_by(url).number <= 1,
            lambda url: self.told_by(url).is_article,
            lambda url: self.told_by(url).identity,
            self._named(page),
            self.pager_of(page).numbers,
            self.may_be_section,
            is_turned=page.is_turned_to or self.pager_of(page).shown > 1,
        )

    def _named(self, page: Page) -> set[Element]:
        """Links that the platform names as those of articles."""
        if not self.entries:
            return set()
        return page.once(
            f"{self.name} named",
            lambda: {anchor for element in page.select(", ".join(self.entries)) for anchor in _links(element)},
        )

    def _pages(self, page: Page) -> Iterator[str | Post]:
        base, _ = self.page_number(page.address)
        read = self.pager_of(page)
        seen = {self.list_key(page.address)}
        for url in dict.fromkeys(url for _, url in menu.site_links(page)):
            if url in read.numbers:
                continue
            # An address that is by its own words a page of this list leads there wherever it stands.
            theirs, number = self.told_by(url).base, self.told_by(url).number
            if theirs == base and number > 1 and self.list_key(url) not in seen:
                seen.add(self.list_key(url))
                yield url
        for url, number in read.numbers.items():
            key = self.list_key(url) if self.page_number(url) == (base, number) else url
            if number > 1 and number != read.shown and key not in seen:
                seen.add(key)
                yield url


def _links(element: Element) -> Iterator[Element]:
    if element.tag == "a":
        yield element
    else:
        yield from element.iter_elements("a", include_self=True)
