"""A fetched page, parsed once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from lxml import html
from lxml.html import HtmlElement
from parsel import Selector

from crawler.text import urls
from crawler.text.normalize import clean

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)


class UnreadablePage(ValueError):
    """This is not a readable HTML page."""


class Page:
    """URL and bytes of an HTML page with its tree; raises UnreadablePage where there is none."""

    def __init__(self, url: str, body: bytes, encoding: str | None = None) -> None:
        self.url = url
        self.text = decode(body, encoding)
        if not self.text.strip():
            raise UnreadablePage("the page is empty")
        try:
            root = Selector(text=self.text, type="html", huge_tree=True).root
        except (ValueError, TypeError) as error:
            raise UnreadablePage(f"the page cannot be parsed: {error}") from error
        if not isinstance(root, html.HtmlElement) and not hasattr(root, "iter"):
            raise UnreadablePage("the page holds no markup")
        self.root: HtmlElement = html.fromstring(
            self.text.encode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True)
        )

    @cached_property
    def base(self) -> str:
        """What relative links are relative to."""
        href = self.root.xpath("string(//base/@href)")
        return urljoin(self.url, href) if href else self.url

    @cached_property
    def generator(self) -> str:
        return clean(self.root.xpath("string(//meta[@name='generator' or @name='Generator']/@content)"))

    @cached_property
    def title(self) -> str:
        return clean(self.root.xpath("string(//title)"))

    def absolute(self, href: str) -> str | None:
        """The canonical absolute address of a link on this page; None for mailto:, javascript:, rubbish."""
        href = href.strip()
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            return None
        try:
            url = urljoin(self.base, href)
            return urls.canonical(url) if urls.is_http(url) else None
        except ValueError:
            return None

    def links(self, scope: HtmlElement | None = None) -> Iterator[tuple[HtmlElement, str]]:
        """Every link of the site below `scope`, in reading order, with its canonical address."""
        for anchor in (self.root if scope is None else scope).iter("a"):
            url = self.absolute(anchor.get("href") or "")
            if url and urls.same_site(url, self.url):
                yield anchor, url


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
