"""A fetched page, parsed once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urljoin, urlsplit

from crawler.platforms.evidence.aside import Asides
from crawler.platforms.tree import Element, parent_of, parsed, text_of
from vietnam import dates, urls
from vietnam.normalize import clean

_T = TypeVar("_T")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
# Single-byte encodings that read any bytes: declared in error more often than not.
_READS_ANYTHING = frozenset(
    ["iso-8859-1", "latin-1", "latin1", "iso8859-1", "windows-1252", "cp1252", "us-ascii", "ascii"]
)
# The letters from Ạ to ỹ, by their numbers.
_VIETNAMESE_REFERENCE = re.compile(rb"&#(?:78[4-9]\d|79[0-2]\d|x1e[a-f][\da-f]);", re.IGNORECASE)
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# What no reader sees; scripts are read before they go.
_UNSEEN = "script, style, template"
# Words that a font draws as signs.
_DRAWN = ", ".join(
    f"{tag}.material-{kind}"
    for tag in ("i", "span")
    for kind in (
        "icons", "icons-outlined", "icons-round", "icons-sharp", "icons-two-tone", "symbols-outlined", "symbols-rounded",
        "symbols-sharp",
    )
)  # fmt: skip
# No page of news is larger; what is, is an archive or rubbish (characters, without files written into the page).
LONGEST_PAGE = 2_000_000
# Tags of a page; a text of 2 million characters pasted from a word processor has a third. Each is 300 bytes of memory.
MOST_TAGS = 150_000

# Selectors of a page from which on it pays to know all its classes.
_MANY_SELECTORS = 20
# Elements in elements; no page that people read has a tenth of it.
DEEPEST = 400


class UnreadablePage(ValueError):
    """This is not a readable HTML page."""


class PageTooLarge(UnreadablePage):
    """There is a page, and more of it than anybody reads: what it holds is lost, which must be said."""


class Page:
    """URL and bytes of an HTML page with its tree; raises UnreadablePage where there is none."""

    def __init__(
        self, url: str, body: bytes, encoding: str | None = None, *, fetched_at: datetime | None = None
    ) -> None:
        self.url = url
        # Whether a pager led here: then it is a later page of a list, however little is left on it.
        self.is_turned_to = False
        # What “2 giờ trước” counts from.
        self.fetched_at = fetched_at
        self.text = _without_inline_files(decode(body, encoding))
        if not self.text.strip():
            raise UnreadablePage("the page is empty")
        if len(self.text) > LONGEST_PAGE:
            raise PageTooLarge(f"the page has {len(self.text)} characters, more than {LONGEST_PAGE}")
        if (tags := self.text.count("<")) > MOST_TAGS:
            raise PageTooLarge(f"the page has {tags} tags, more than {MOST_TAGS}")
        self.tree = parsed(self.text)
        root = self.tree.root
        if root is None or not (root.select_one("body > *") or text_of(root)):
            raise UnreadablePage("the page holds no markup")
        self.root: Element = root
        # More are opened than closed by as many as make a tree too deep; pictures and breaks count, too.
        if tags - 2 * self.text.count("</") > DEEPEST and _depth(root) > DEEPEST:
            raise PageTooLarge(f"the page's elements are nested more than {DEEPEST} deep")
        self.linked_data: tuple[dict[str, Any], ...] = tuple(self._linked_data())
        self.tree.remove(f"{_UNSEEN}, {_DRAWN}" if "material-" in self.text else _UNSEEN)
        # What a platform has found out about this page and may ask again.
        self.found: dict[str, Any] = {}
        self._selected: dict[str, list[Element]] = {}
        self._asked = 0
        self._absolute: dict[str, str | None] = {}
        self._dates: dict[str, dates.Timestamp | None] = {}

    def _linked_data(self) -> Iterator[dict[str, Any]]:
        """The JSON-LD objects of the page, those of a `@graph` one by one; rubbish is no object."""
        if "ld+json" in self.text:
            for script in self.root.select("script[type*='ld+json' i]"):
                yield from _objects(_loaded(script.text))

    @cached_property
    def body(self) -> Element:
        """`<body>`; a parser of HTML always makes one."""
        return self.root.select_one("body") or self.root

    @cached_property
    def base(self) -> str:
        """What relative links are relative to."""
        base = self.root.select_one("base[href]")
        href = base.attr("href") if base is not None else None
        return urljoin(self.url, href) if href else self.url

    @cached_property
    def _root(self) -> str:
        """Scheme and host of what relative links are relative to."""
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}"

    @cached_property
    def address(self) -> str:
        """The page's own canonical address."""
        return urls.canonical(self.url)

    @cached_property
    def told_address(self) -> str:
        """What the page says its address is, where that leaves out parts of the query, or is a path with the number that the query asks for.

        A post in a thread, where one came from; `/?id=18` of `/tin-tuc/18-bat-giu.html`.
        """
        link = self.root.select_one("link[rel='canonical'][href]")
        told = self.absolute(link.attr("href") or "") if link is not None else None
        ours, theirs = urlsplit(self.address), urlsplit(told or "")
        asked, said = set(parse_qsl(ours.query)), set(parse_qsl(theirs.query))
        is_less = (ours.netloc, ours.path) == (theirs.netloc, theirs.path) and said and said < asked
        # A year, a page or a small number may stand there by chance.
        numbers = {
            value
            for name, value in asked
            if re.fullmatch(r"(?!(?:19|20)\d\d$)\d{2,}", value) and not re.fullmatch(r"(?i)p|page|trang|start", name)
        }
        is_path = (
            ours.netloc == theirs.netloc
            and not theirs.query
            and bool(numbers)
            and numbers <= set(re.findall(r"\d+", theirs.path.rpartition("/")[2]))
        )
        return told if told is not None and (is_less or is_path) else self.address

    @cached_property
    def site(self) -> str:
        return urls.site(self.url)

    @cached_property
    def meta(self) -> dict[str, str]:
        """`<meta>` of the page: content by lower-case name, property or itemprop; the first of each name."""
        found: dict[str, str] = {}
        for element in self.root.iter_elements("meta"):
            name = element.attr("property") or element.attr("name") or element.attr("itemprop")
            content = element.attr("content")
            if name and content and content.strip():
                found.setdefault(name.strip().lower(), clean(content))
        return found

    @cached_property
    def generator(self) -> str:
        return self.meta.get("generator", "")

    @cached_property
    def title(self) -> str:
        title = self.root.select_one("head title") or self.root.select_one("title")
        return text_of(title) if title is not None else ""

    @cached_property
    def body_classes(self) -> frozenset[str]:
        return frozenset((self.body.attr("class") or "").split())

    @cached_property
    def asides(self) -> Asides:
        """What of this page stands beside its article."""
        told = [
            self.title,
            self.meta.get("og:title", ""),
            *(str(data.get("headline") or "") for data in self.linked_data),
        ]
        return Asides(self.body, tuple(told))

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        """`<body>` and what is in it, in reading order: each at its place."""
        return tuple(self.asides.places)

    def between(self, start: int, end: int) -> tuple[Element, ...]:
        """The elements from one place up to another, in reading order."""
        return self.elements[max(0, start) : max(0, end)]

    def place(self, element: Element) -> int:
        """Where an element begins in reading order; -1 for one that is not in the page's body."""
        return self.asides.places.get(element, -1)

    def end_of(self, element: Element) -> int:
        """The place of the last element in an element, its own where nothing is in it."""
        return max(self.place(inner) for inner in element.iter_elements(include_self=True))

    def select(self, css: str, scope: Element | None = None) -> list[Element]:
        """The elements a CSS selector names, in document order; below `scope` where one is given."""
        if scope is not None:
            return scope.select(css) if self._may_hold(css) else []
        if css not in self._selected:
            self._selected[css] = self.tree.select(css) if self._may_hold(css) else []
        return self._selected[css]

    def _may_hold(self, css: str) -> bool:
        """Whether every class and id of one of a selector's alternatives stands on the page; gathered once many are asked for."""
        self._asked += 1
        return self._asked < _MANY_SELECTORS or any(demanded <= self._tokens for demanded in _demanded(css))

    @cached_property
    def _tokens(self) -> frozenset[str]:
        """`.class` and `#id` of all elements."""
        found: set[str] = set()
        classes: set[str] = set()
        for element in self.root.iter_elements():
            if own := element.attr("class"):
                classes.add(own)
            if own := element.attr("id"):
                found.add(f"#{own}")
        found.update([f".{name}" for own in classes for name in own.split()])
        return frozenset(found)

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
        if href.startswith("/") and not href.startswith("//"):
            return urls.fetchable(self._root + href)
        try:
            return urls.fetchable(href if href.startswith(("http://", "https://")) else urljoin(self.base, href))
        except ValueError:
            return None

    def date_in(self, text: str) -> dates.Timestamp | None:
        """`dates.find` of a label; elements that hold nothing but each other ask for the same text."""
        if text not in self._dates:
            self._dates[text] = dates.find(text, fetched_at=self.fetched_at)
        return self._dates[text]

    def leads_to_itself(self, element: Element) -> bool:
        """Whether an element is, or holds, a link to the very page it stands on."""
        anchor = element if element.tag == "a" else element.find("a")
        return anchor is not None and self.absolute(anchor.attr("href") or "") in (self.address, self.told_address)

    def links(self, scope: Element | None = None) -> Iterator[tuple[Element, str]]:
        """Every link of the site below `scope`, in reading order, with its canonical address."""
        for anchor in (self.root if scope is None else scope).iter_elements("a", include_self=True):
            url = self.absolute(anchor.attr("href") or "")
            if url and self.site and urls.site(url) == self.site:
                yield anchor, url


_NOT_DEMANDED = re.compile(r":(?:not|is|where|has|nth-[\w-]+|matches|contains)\([^()]*\)|\[[^\]]*\]|\"[^\"]*\"")
_TOKEN = re.compile(r"[.#][A-Za-z_-][\w-]*")


@lru_cache(maxsize=4096)
def _demanded(css: str) -> tuple[frozenset[str], ...]:
    """The classes and ids that each alternative of a selector cannot do without; none where it is too involved to tell.

    >>> _demanded("div.a > p#b, [class*='x.y'] .c:not(.d)") == (frozenset({".a", "#b"}), frozenset({".c"}))
    True
    """
    plain = _NOT_DEMANDED.sub("", css)
    if "(" in plain or "\\" in plain:
        return (frozenset(),)
    return tuple(frozenset(_TOKEN.findall(part)) for part in plain.split(","))


_STRAY_COMMA = re.compile(r",(\s*[}\]])")
_COMMENT = re.compile(r"^\s*//[^\n]*$|/\*.*?\*/", re.MULTILINE | re.DOTALL)


def _loaded(text: str) -> Any:
    """The value of some JSON as portals write it: wrapped in CDATA or comments, commas too many; None where none can be read.

    >>> _loaded('//<![CDATA[\\n{"a": [1, 2,],};\\n//]]>')
    {'a': [1, 2]}
    >>> _loaded('{"a": 1};'), _loaded("rubbish")
    ({'a': 1}, None)
    """
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        begins, ends = (
            re.search(r"[{[]", text.replace("<![CDATA[", "         ")),
            max(text.rfind("}"), text.replace("]]>", "   ").rfind("]")),
        )
    if begins is None or ends < begins.start():
        return None
    cut = text[begins.start() : ends + 1]
    for mended in (cut, _STRAY_COMMA.sub(r"\1", _COMMENT.sub("", cut))):
        try:
            return json.loads(mended, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a JSON-LD value, outer ones first, without recursion: rubbish nests deep."""
    waiting = [value]
    while waiting:
        given = waiting.pop()
        if isinstance(given, list):
            waiting += reversed(given)
        elif isinstance(given, dict):
            yield given
            waiting += [part for part in (given.get("mainEntity"), given.get("@graph")) if part]


_INLINE_FILE = re.compile(r"(?<=;base64,)[A-Za-z0-9+/=\s%]{200,}")


def _without_inline_files(markup: str) -> str:
    """Markup without what pictures pasted into it hold, which is megabytes and nothing to read.

    >>> _without_inline_files("<img src='data:image/png;base64," + "iVBO" * 99 + "'>")
    "<img src='data:image/png;base64,'>"
    """
    return _INLINE_FILE.sub("", markup) if ";base64," in markup else markup


def _depth(root: Element) -> int:
    """How many elements stand in each other at the deepest place; the parser ends at 512.

    >>> _depth(parsed("<div>" * 3).select("html")[0])
    5
    """
    depths = {root: 1}
    for element in root.iter_elements():
        parent = parent_of(element)
        depths[element] = depths[parent] + 1 if parent is not None else 1
    return max(depths.values())


def kinds_of(data: dict[str, Any]) -> frozenset[str]:
    """The types of a JSON-LD object, in lower case, without a vocabulary in front.

    >>> sorted(kinds_of({"@type": ["NEWSARTICLE", "https://schema.org/Thing"]}))
    ['newsarticle', 'thing']
    """
    given = data.get("@type")
    return frozenset(
        kind.rpartition("/")[2].rpartition(":")[2].lower()
        for kind in (given if isinstance(given, list) else [given])
        if isinstance(kind, str)
    )


def decode(body: bytes, encoding: str | None = None) -> str:
    """The text of a page: its byte order mark, the declared encoding if it fits, else UTF-8, else Windows-1258; never an error.

    An encoding that reads any bytes is believed only where they are no UTF-8.

    >>> decode("Đức".encode()), decode("Đức".encode(), "iso-8859-1"), decode("Đức".encode("utf-16")), decode(b"a", "a\\0b")
    ('Đức', 'Đức', 'Đức', 'a')
    >>> decode(b"Th&#7917; nh\\xec"), decode(b"nh\\xecn") == "nh\\u0301n"
    ('Th&#7917; nhì', True)
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    if encoding is None and body[:200:2].count(0) + body[1:200:2].count(0) > 60:
        return body.decode("utf-16-le" if body[1:2] == b"\0" else "utf-16-be", "replace")
    declared = _META_CHARSET.search(body[:4096])
    given = [name for name in (encoding, declared and declared[1].decode("ascii", "replace")) if name]
    doubtful = [name for name in given if name.lower() in _READS_ANYTHING]
    # Windows-1258 has bytes for the letters that such pages write as references.
    western = ["windows-1252"] if _VIETNAMESE_REFERENCE.search(body) else []
    for name in (*(name for name in given if name not in doubtful), "utf-8", *western, "windows-1258", *doubtful):
        try:
            return body.decode(name)
        except (ValueError, LookupError):  # a name with a null byte is a ValueError of its own
            continue
    return body.decode("utf-8", "replace")
