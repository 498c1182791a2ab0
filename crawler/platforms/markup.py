"""A platform told by its markup: where its fields are printed, what its addresses look like."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from lxml.html import HtmlElement

from crawler.platforms.base import Evidence, Fields, Listing, NotAnArticle, Post
from crawler.platforms.evidence import content, dating, section, title
from crawler.platforms.evidence.names import in_aside, names
from crawler.platforms.page import Page
from vietnam import byline as bylines
from vietnam import dates, urls
from vietnam.normalize import clean

NOT_A_PAGE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|jpe?g|png|gif|webp|svg|mp[34]|wmv|flv|avi|css|js|ico|rss|xml|json|txt)$",
    re.IGNORECASE,
)
NOT_NEWS = re.compile(
    r"/(?:login|dang-nhap|dangnhap|logout|register|dang-ky|search|tim-kiem|timkiem|seek|contact|lien-he|lienhe|users?|thanh-vien|"
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
# Shorter lines between heading and body are labels.
_LEAD_LENGTH = 50
_LEAD_TAGS = frozenset(
    ["p", "div", "td", "b", "strong", "em", "i", "span", "font", "h2", "h3", "h4", "h5", "h6", "blockquote"]
)
_SWITCH = re.compile(
    r"redirect|replytocom|themever|(?:^|&)(?:sort|order|orderby|lang|print|share|format|view_as)=", re.IGNORECASE
)
_PAGERS = (
    ".pagination a", ".pager a", ".nav-links a", "a.page-numbers", ".page-nav a", ".pages a", ".paging a", ".phantrang a", ".page-numbers a",
    "a[rel~='next']", ".wp-block-query-pagination a", ".nav-previous a", ".older-posts", ".taglib-page-iterator a", ".pager__item a", "[class*='paging'] a",
    "[class*='agination'] a", "[class*='pager'] a",
)  # fmt: skip
_MENUS = (
    "nav a", "header a", "[class*='menu'] a", "[id*='menu'] a", "[class*='navbar'] a", "[class*='navigation'] a", "[role='navigation'] a",
    "[class*='breadcrumb'] a", "a[rel~='category']", "[class*='categories'] a", "[class*='chuyen-muc'] a", "[class*='cat-item'] a", "#nav a", "[class*='main-nav'] a",
)  # fmt: skip


class MarkupPlatform(ABC):
    """Answers for pages whose parts are named by CSS selectors, the strongest first.

    A platform is a subclass: its name, its evidence, its selectors, its addresses.
    """

    name: ClassVar[str]
    # Where fields are printed.
    titles: ClassVar[tuple[str, ...]] = ()
    bodies: ClassVar[tuple[str, ...]] = ()
    leads: ClassVar[tuple[str, ...]] = ()
    stamps: ClassVar[tuple[str, ...]] = ()
    signatures: ClassVar[tuple[str, ...]] = ()
    section_labels: ClassVar[tuple[str, ...]] = ()
    pictures: ClassVar[tuple[str, ...]] = ()
    files: ClassVar[tuple[str, ...]] = ()
    # Parts inside the body that are no content.
    chrome: ClassVar[tuple[str, ...]] = ()
    # Links to articles on a list, where a platform names them; without them, headlines.
    entries: ClassVar[tuple[str, ...]] = ()
    menus: ClassVar[tuple[str, ...]] = _MENUS
    pagers: ClassVar[tuple[str, ...]] = _PAGERS
    machine_dates_first: ClassVar[bool] = False
    utc_is_wall: ClassVar[bool] = False
    # No article of this platform goes without a printed or machine date.
    needs_date: ClassVar[bool] = True

    # -- what a subclass answers ------------------------------------------------------------------------

    @abstractmethod
    def recognize(self, page: Page) -> Evidence:
        """Is this page mine?"""

    @abstractmethod
    def is_article_address(self, url: str) -> bool | None:
        """True or False where an address tells, None where only the page can."""

    def page_kind(self, page: Page) -> str | None:
        """The kind of a page where its markup says so outright."""
        return None

    def article_key(self, url: str) -> str:
        """What is the same in every address of an article, without the host: its id where the address has one."""
        return urls.identity(url).removeprefix(urls.site(url))

    # -- addresses --------------------------------------------------------------------------------------

    def identity(self, url: str) -> str:
        return f"{urls.site(url)}#{self.article_key(url)}"

    def could_be_article(self, url: str) -> bool:
        path = urlsplit(url).path
        return not NOT_A_PAGE.search(path) and not NOT_NEWS.search(path) and self.is_article_address(url) is not False

    def could_be_section(self, url: str) -> bool:
        parts = urlsplit(url)
        return (
            (parts.path not in {"", "/"} or self.is_list_query(parts.query))
            and not NOT_A_PAGE.search(parts.path)
            and not NOT_NEWS.search(parts.path)
            and not _SWITCH.search(parts.query)
            and self.is_article_address(url) is not True
            and self.page_number(url)[1] <= 1
        )

    def is_list_query(self, query: str) -> bool:
        """Whether a query of the home page asks for a list of its own; most only switch theme or language."""
        return False

    def page_number(self, url: str) -> tuple[str, int]:
        """The address of a list without its page number, and the number; the first page is 1."""
        parts = urlsplit(url)
        number, kept = 1, []
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            short = name.lower().rpartition("_")[2]
            if short in _PAGE_IN_QUERY and value.isdigit() and len(value) < 7:
                number = max(number, int(value) + (short in {"start", "limitstart", "offset"}))
            else:
                kept.append(f"{name}={value}")
        path = parts.path
        if found := _PAGE_IN_PATH.search(path):
            number, path = int(found[1]), path[: found.start()]
        path = re.sub(r"/(?:index\.(?:html?|php|aspx))?$", "", path)
        return f"{urls.site(url)}{path}?{'&'.join(sorted(kept))}".rstrip("?"), number

    def list_key(self, url: str) -> str:
        base, number = self.page_number(url)
        return f"{base}@{number}"

    # -- pages ------------------------------------------------------------------------------------------

    def kind(self, page: Page) -> str:
        told = self.page_kind(page)
        if told is not None:
            return told
        if not self.could_be_article(page.url):
            return "list" if self._is_list(page) else "other"
        return "article" if self._is_article(page) else "list" if self._is_list(page) else "other"

    def _is_article(self, page: Page) -> bool:
        bodies = self.bodies_of(page)
        if not bodies:
            return False
        title = self.title_of(page)
        if title is None:
            return False
        return not self.needs_date or self.date_of(page) is not None

    def _is_list(self, page: Page) -> bool:
        return len(self.listing(page).articles) > (0 if self.page_number(page.url)[1] > 1 else 1)

    def sections(self, page: Page) -> list[str]:
        found: dict[str, str] = {}
        # The head of an article in a list is a <header> too.
        named = {anchor for hint in self.entries for element in page.select(hint) for anchor in _links(element)}
        titles = {url for anchor in named if not in_menu(anchor) and (url := page.absolute(anchor.get("href") or ""))
                  and self.could_be_article(url)}  # fmt: skip
        for menu in self.menus:
            for anchor in page.select(menu):
                url = page.absolute(anchor.get("href") or "")
                if url and url not in titles and urls.same_site(url, page.url) and self.could_be_section(url):
                    found.setdefault(self.list_key(url), url)
        return list(found.values())

    def listing(self, page: Page) -> Listing:
        listing, own = Listing(), self.identity(page.address)
        listing.articles = list(
            {self.identity(url): url for url in self._entries(page) if self.identity(url) != own}.values()
        )
        listing.pages = list(self._pages(page))
        return listing

    def _entries(self, page: Page) -> Iterator[str]:
        """Links to articles in reading order: those the platform names, and whatever else reads like a headline."""
        named = {anchor for hint in self.entries for element in page.select(hint) for anchor in _links(element)}
        for anchor, url in page.links():
            if not self.could_be_article(url) or self.page_number(url)[1] > 1:
                continue
            certain = self.is_article_address(url)
            if (
                anchor in named
                or (certain and not in_menu(anchor))
                or (certain is None and not named and is_headline(anchor))
            ):
                yield url

    def _pages(self, page: Page) -> Iterator[str | Post]:
        base, _ = self.page_number(page.address)
        seen = {self.list_key(page.address)}
        for pager in self.pagers:
            for anchor in page.select(pager):
                url = page.absolute(anchor.get("href") or "")
                if not url or not urls.same_site(url, page.url):
                    continue
                theirs, number = self.page_number(url)
                if theirs == base and number > 1 and self.list_key(url) not in seen:
                    seen.add(self.list_key(url))
                    yield url

    def document(self, url: str, body: bytes, told: str | None = None) -> Fields | Listing | None:
        return None

    # -- fields -----------------------------------------------------------------------------------------

    def extract(self, page: Page) -> Fields:
        title = self.title_of(page)
        if title is None:
            raise NotAnArticle("no title")
        bodies = self.bodies_of(page)
        if not bodies:
            raise NotAnArticle("no text")
        section = self.find_section(page, title.text)
        heading = title.element
        lead = self._lead_element(page, bodies)
        if lead is None and heading is not None:
            lead = self._lead_between(page, heading, bodies[0])
        outside = [*([lead] if lead is not None else []), *self._outside(page, self.pictures, bodies)]
        labels = {section[0]} if section else set()
        skip = [element for hint in self.chrome for body in bodies for element in page.select(hint, body)]
        skip += _opening(heading, bodies, page) if heading is not None else []
        skip += dating.opening(page, bodies)
        read = content.read(
            page, *outside, *bodies, skip=tuple(dict.fromkeys(skip)), labels=frozenset(labels | {title.text})
        )
        apart = self._outside(page, self.files, bodies)
        attachments = tuple(dict.fromkeys([*read.attachments, *content.attachments(page, apart)]))
        if not read.paragraphs and not read.images and not attachments:
            raise NotAnArticle("no text")
        fields = Fields(
            title=title.text, identity=self.identity(page.address), body=read.body, body_html=read.html, lead=read.lead,
            images=read.images, attachments=attachments,
        )  # fmt: skip
        fields.note("title", f"{self.name}: {title.rule}", title.against)
        fields.note("body", f"{self.name}: {self.body_rule(page)}")
        self._take_lead(lead if lead is not None else self._lead_inside(page, bodies, read), read, fields)
        if section:
            fields.section = section[0]
            fields.note("section", f"{self.name}: {section[1]}")
        dated = self.date_of(page)
        if dated is not None:
            fields.published_at, fields.published_raw = dated.stamp.at.replace(second=0, microsecond=0), dated.stamp.raw
            fields.published_precision = "minute" if dated.stamp.precision == "second" else dated.stamp.precision
            fields.note("published_at", f"{self.name}: {dated.rule}", dated.against)
        self._take_byline(page, read, fields)
        return fields

    # What is asked for the kind of a page is asked again for its fields.

    def title_of(self, page: Page) -> title.Title | None:
        return page.once(f"{self.name} title", lambda: self.find_title(page))

    def bodies_of(self, page: Page) -> list[HtmlElement]:
        return page.once(f"{self.name} bodies", lambda: self.find_bodies(page))

    def date_of(self, page: Page) -> dating.Dated | None:
        title = self.title_of(page)
        heading = title.element if title is not None else None
        return page.once(f"{self.name} date", lambda: self.find_date(page, heading, self.bodies_of(page)))

    def find_title(self, page: Page) -> title.Title | None:
        return title.find(page, self.titles)

    def find_bodies(self, page: Page) -> list[HtmlElement]:
        """The elements that hold the text, in reading order; empty where there is none."""
        for hint in self.bodies:
            found = [element for element in page.select(hint) if not in_aside(element)]
            if found:
                best = max(found, key=lambda element: len("".join(element.itertext())))
                if clean("".join(best.itertext())) or best.find(".//img") is not None:
                    return [best]
        return []

    def body_rule(self, page: Page) -> str:
        return next((hint for hint in self.bodies if page.select(hint)), "where the text is")

    def find_date(self, page: Page, heading: HtmlElement | None, bodies: list[HtmlElement]) -> dating.Dated | None:
        return dating.published(
            page, heading, bodies, self.stamps, machine_first=self.machine_dates_first, utc_is_wall=self.utc_is_wall
        )

    def find_section(self, page: Page, title: str) -> tuple[str, str] | None:
        return section.find(page, title, self.section_labels)

    def _outside(self, page: Page, hints: tuple[str, ...], bodies: list[HtmlElement]) -> list[HtmlElement]:
        found: list[HtmlElement] = []
        for hint in hints:
            for element in page.select(hint):
                above = {element, *element.iterancestors()}
                if not above & {*bodies, *found} and not in_aside(element):
                    found.append(element)
        return found

    def _lead_element(self, page: Page, bodies: list[HtmlElement]) -> HtmlElement | None:
        for hint in self.leads:
            for element in page.select(hint):
                if clean("".join(element.itertext())) and not in_aside(element) and element not in bodies:
                    inside = any(body in element.iterancestors() for body in bodies)
                    return None if inside else element
        return None

    def _lead_between(self, page: Page, heading: HtmlElement, body: HtmlElement) -> HtmlElement | None:
        """A paragraph that stands between heading and body without a name."""
        above = set(heading.iterancestors())
        pictures = {picture for hint in (*self.pictures, "figure") for picture in page.select(hint)}
        scope = next((node for node in body.iterancestors() if node in above), None)
        passed = False
        for element in scope.iter() if scope is not None and body not in above else ():
            if element is body:
                break
            if element is heading:
                passed = True
            elif passed and element.tag in _LEAD_TAGS and len(dating.own_text(element).strip()) >= _LEAD_LENGTH:
                text = clean("".join(element.itertext()))
                around = {element, *element.iterancestors()}
                beside = heading in around or around & pictures or in_aside(element, scope)
                if (
                    not beside
                    and text.count(" ") > 7
                    and element.find(".//a") is None
                    and dates.find(text, fetched_at=page.fetched_at) is None
                ):
                    return element
        return None

    def _lead_inside(self, page: Page, bodies: list[HtmlElement], read: content.Content) -> HtmlElement | None:
        """A lead that opens the body and is named in it."""
        for hint in self.leads:
            for element in page.select(hint):
                inside = any(body in element.iterancestors() for body in bodies) and len(read.paragraphs) > 1
                if inside and content.same_words("".join(element.itertext()), read.paragraphs[0]):
                    return element
        return None

    def _take_lead(self, element: HtmlElement | None, read: content.Content, fields: Fields) -> None:
        text = clean("".join(element.itertext())) if element is not None else ""
        if text and read.paragraphs:
            fields.lead = text
            if len(read.paragraphs) > 1 and content.same_words(read.paragraphs[1], text):
                fields.body = "\n\n".join(read.paragraphs[1:])  # some authors begin with their teaser again
            fields.note("lead", f"{self.name}: lead element")
        elif read.lead:
            fields.note("lead", "first paragraph in bold")

    def _take_byline(self, page: Page, read: content.Content, fields: Fields) -> None:
        byline, rule = read.byline, read.byline_rule
        if byline is None:
            byline, rule = self._printed_apart(page)
        if byline is None:
            return
        fields.byline, fields.authors, fields.unit, fields.credit = (
            byline.raw,
            byline.authors,
            byline.unit,
            byline.credit,
        )
        for name in ("byline", "authors", "unit", "credit"):
            if getattr(fields, name):
                fields.note(name, str(rule))

    def _printed_apart(self, page: Page) -> tuple[bylines.Byline | None, str | None]:
        """A byline outside the text: an author's box, never the CMS account."""
        for hint in self.signatures:
            read = [found for element in page.select(hint) if (found := self._signature(element)) is not None]
            if read:
                return _joined(read), f"{self.name}: {hint}"
        return None, None

    def _signature(self, element: HtmlElement) -> bylines.Byline | None:
        text = clean("".join(element.itertext()))
        if not text or in_aside(element) or dates.find(text) is not None:
            return None
        found = bylines.judge(text, emphasized=True, aligned_right=True, last=True)
        return None if found is None or any(bylines.is_account_name(author) for author in found.authors) else found


def _joined(read: list[bylines.Byline]) -> bylines.Byline:
    """One byline of the lines that an author's box and a source's box print."""
    first, *others = {byline.raw: byline for byline in read}.values()
    for other in others:
        first = replace(
            first,
            raw=f"{first.raw} {other.raw}",
            authors=tuple(dict.fromkeys((*first.authors, *other.authors))),
            unit=first.unit or other.unit,
            credit=first.credit or other.credit,
        )
    return first


_LABEL = re.compile(
    r"(?i)^(?:lượt xem|viết bởi|được viết|đăng bởi|written by|hits|số lần xem|chi tiết|in bài|in trang|email|gửi email|chia sẻ|share|"
    r"đăng lúc|đăng ngày|ngày đăng|được đăng|chuyên mục|danh mục|category|lần cập nhật|cập nhật|font size|cỡ chữ|đọc bài|nghe bài|theo dõi|a[+-])"
)


def _opening(heading: HtmlElement, bodies: list[HtmlElement], page: Page) -> list[HtmlElement]:
    """The heading, and where a body holds it, the labels in front of the text."""
    found = [heading]
    body = next((body for body in bodies if body in heading.iterancestors()), None)
    if body is None:
        return found
    above = {heading, *heading.iterancestors()}
    passed = False
    for element in body.iterdescendants():
        if not isinstance(element.tag, str):
            continue
        if element in above:
            passed = passed or element is heading
            continue
        if not passed:
            found.append(element)
            continue
        if len(dating.own_text(element)) > dating.LONG_TEXT:
            break
        text = clean("".join(element.itertext()))
        if (
            text
            and len(text) < 160
            and (_LABEL.match(text) or dates.find(text, fetched_at=page.fetched_at) or element.tag in {"dl", "ul"})
        ):
            found.append(element)
    return found


def _links(element: HtmlElement) -> Iterator[HtmlElement]:
    if element.tag == "a":
        yield element
    else:
        yield from element.iter("a")


def in_menu(anchor: HtmlElement) -> bool:
    """Whether a link stands in a menu or a foot, where a link to one article is a shortcut, not news."""
    for node in anchor.iterancestors():
        if node.tag in {"nav", "footer"} or re.search(r"(?:^|[\s_-])(?:breadcrumbs?|navbar)", names(node)):
            return True
    return False


def is_headline(anchor: HtmlElement) -> bool:
    """Whether a link reads like the headline of an article."""
    if in_menu(anchor):
        return False
    text = clean("".join(anchor.itertext()) or anchor.get("title") or "")
    in_heading = any(node.tag in {"h1", "h2", "h3", "h4", "h5"} for node in anchor.iterancestors()) or bool(
        re.search(r"title|headline|tieu-?de", (anchor.get("class") or "") + names(anchor.getparent()), re.IGNORECASE)
    )
    words = len(text.split())
    return (in_heading and words >= 3) or words >= 6
