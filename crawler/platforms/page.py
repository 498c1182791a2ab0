"""A fetched page, parsed once."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

from lxml import etree, html
from lxml.html import HtmlElement
from selectolax.lexbor import LexborHTMLParser

from crawler.platforms.evidence.selecting import Index
from vietnam import dates, urls
from vietnam.normalize import clean

_T = TypeVar("_T")
_PARSER = etree.HTMLParser(encoding="utf-8", huge_tree=True)
# One class for every element: asking Python for the class of each costs as much as parsing.
_PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement, comment=html.HtmlComment))
_ALWAYS_CLOSED = (
    "div",
    "DIV",
    "table",
    "TABLE",
    "span",
    "SPAN",
    "ul",
    "UL",
    "section",
    "article",
    "h1",
    "h2",
    "h3",
    "strong",
)
_PAIRED = re.compile(f"</?(?:{'|'.join(_ALWAYS_CLOSED)})")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)


class UnreadablePage(ValueError):
    """This is not a readable HTML page."""


class Page:
    """URL and bytes of an HTML page with its tree; raises UnreadablePage where there is none."""

    def __init__(
        self, url: str, body: bytes, encoding: str | None = None, *, fetched_at: datetime | None = None
    ) -> None:
        self.url = url
        # What “2 giờ trước” counts from.
        self.fetched_at = fetched_at
        self.text = decode(body, encoding)
        if not self.text.strip():
            raise UnreadablePage("the page is empty")
        try:
            markup = ((LexborHTMLParser(self.text).html or "") if is_broken(self.text) else self.text).encode()
            root = html.document_fromstring(markup, parser=_PARSER)
        except (ValueError, TypeError, etree.ParserError) as error:
            raise UnreadablePage(f"the page holds no markup: {error}") from error
        self.root: HtmlElement = root
        # What a platform has found out about this page and may ask again.
        self.found: dict[str, Any] = {}
        self._index = Index(root, markup)
        self._selected: dict[str, list[HtmlElement]] = {}
        self._absolute: dict[str, str | None] = {}
        self._dates: dict[str, dates.Timestamp | None] = {}

    @cached_property
    def base(self) -> str:
        """What relative links are relative to."""
        href = self.root.xpath("string(//base/@href)")
        return urljoin(self.url, href) if href else self.url

    @cached_property
    def address(self) -> str:
        """The page's own canonical address."""
        return urls.canonical(self.url)

    @cached_property
    def site(self) -> str:
        return urls.site(self.url)

    @cached_property
    def meta(self) -> dict[str, str]:
        """`<meta>` of the page: content by lower-case name, property or itemprop; the first of each name."""
        found: dict[str, str] = {}
        for element in self.root.iter("meta"):
            name = element.get("property") or element.get("name") or element.get("itemprop")
            content = element.get("content")
            if name and content and content.strip():
                found.setdefault(name.strip().lower(), clean(content))
        return found

    @cached_property
    def linked_data(self) -> tuple[dict[str, Any], ...]:
        """The JSON-LD objects of the page, those of a `@graph` one by one; rubbish is no object."""
        found: list[dict[str, Any]] = []
        if "ld+json" in self.text:
            for script in self.root.iter("script"):
                if "ld+json" in (script.get("type") or ""):
                    try:
                        _collect(json.loads(script.text or "", strict=False), found)
                    except (ValueError, RecursionError):
                        continue
        return tuple(found)

    @cached_property
    def generator(self) -> str:
        return self.meta.get("generator", "")

    @cached_property
    def title(self) -> str:
        return clean(self.root.findtext("head/title") or self.root.findtext(".//title") or "")

    @cached_property
    def body_classes(self) -> frozenset[str]:
        body = self.root.find("body")
        return frozenset((body.get("class") or "").split()) if body is not None else frozenset()

    def select(self, css: str, scope: HtmlElement | None = None) -> list[HtmlElement]:
        """The elements a CSS selector names, in document order; below `scope` where one is given."""
        if scope is not None:
            return self._index.select(css, scope)
        if css not in self._selected:
            self._selected[css] = self._index.select(css)
        return self._selected[css]

    def once(self, name: str, find: Callable[[], _T]) -> _T:
        """What was found out under a name, found out at the first question."""
        if name not in self.found:
            self.found[name] = find()
        found: _T = self.found[name]
        return found

    def absolute(self, href: str) -> str | None:
        """The canonical absolute address of a link on this page; None for mailto:, javascript:, rubbish."""
        if href not in self._absolute:
            self._absolute[href] = self._resolved(href.strip())
        return self._absolute[href]

    def _resolved(self, href: str) -> str | None:
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            return None
        try:
            url = urljoin(self.base, href)
            return urls.canonical(url) if urls.is_http(url) else None
        except ValueError:
            return None

    def date_in(self, text: str) -> dates.Timestamp | None:
        """`dates.find` of a label; elements that hold nothing but each other ask for the same text."""
        if text not in self._dates:
            self._dates[text] = dates.find(text)
        return self._dates[text]

    def links(self, scope: HtmlElement | None = None) -> Iterator[tuple[HtmlElement, str]]:
        """Every link of the site below `scope`, in reading order, with its canonical address."""
        for anchor in (self.root if scope is None else scope).iter("a"):
            url = self.absolute(anchor.get("href") or "")
            if url and self.site and urls.site(url) == self.site:
                yield anchor, url


def _collect(value: Any, found: list[dict[str, Any]]) -> None:
    if isinstance(value, list):
        for part in value:
            _collect(part, found)
    elif isinstance(value, dict):
        found.append(value)
        _collect(value.get("@graph"), found)


def is_broken(markup: str) -> bool:
    """Whether elements are left open or closed twice; then only a browser's rules say what belongs where.

    libxml2 parses faster, but puts half the page into the element that was left open.

    >>> is_broken("<div><p>Một<p>Hai</div>"), is_broken("<div><div>Một</div>")
    (False, True)
    """
    seen = Counter(_PAIRED.findall(markup))
    return any(seen[f"<{tag}"] != seen[f"</{tag}"] for tag in _ALWAYS_CLOSED)


def decode(body: bytes, encoding: str | None = None) -> str:
    """The text of a page: the declared encoding if it fits, else UTF-8, else Windows-1258; never an error.

    >>> decode("Đức".encode())
    'Đức'
    """
    declared = _META_CHARSET.search(body[:4096])
    for name in (encoding, declared and declared[1].decode("ascii", "replace"), "utf-8", "windows-1258"):
        if name:
            try:
                return body.removeprefix(b"\xef\xbb\xbf").decode(name)
            except (UnicodeDecodeError, LookupError):
                continue
    return body.decode("utf-8", "replace")


def path_of(url: str) -> str:
    return urlsplit(url).path
