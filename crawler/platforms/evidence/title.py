"""The title of an article, by evidence: headings, what machines are told, the page's own name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from crawler.platforms.evidence.content import bare as _plain
from crawler.platforms.evidence.content import same_words
from crawler.platforms.evidence.names import in_aside, names
from crawler.platforms.page import Page
from vietnam.normalize import clean, fold

# A printed title of more characters is somebody's whole text in a heading.
_LONGEST = 6000
_RUNNING = 60
_BOX = re.compile(r"(?:portlet|module|panel|widget|box|block|site|sidebar|category)-?_?title", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[|\-–—»•·]\s+|\s*\|\s*")


@dataclass(frozen=True, slots=True)
class Title:
    text: str
    element: HtmlElement | None
    rule: str
    against: str | None = None


def find(page: Page, hints: Sequence[str] = (), text: HtmlElement | None = None) -> Title | None:
    """The title as printed where a heading can be found, else as machines are told; None where nothing is sure.

    `text`: the element of the article's text; the heading right above it is the likelier one.
    """
    above = _above(page, text) if text is not None else None
    told = _told(page)
    plain = [_plain(text) for text in told.values()]
    most = len(plain) + (above is not None)
    best: tuple[float, str, HtmlElement, str] | None = None
    for weight, hint in [
        *((2.5, hint) for hint in hints),
        (2.0, "[itemprop='headline']"),
        (1.5, "h1"),
        (1.0, "h2"),
        (0.8, "h3"),
    ]:
        if best is not None and weight + most <= best[0]:
            continue
        for element in page.select(hint)[:12]:
            text = clean("".join(element.itertext()))
            if not text or len(text) > _LONGEST or element.tag == "meta":
                continue
            support = _support(_plain(text), plain)
            score = weight + support + (element is above)
            if best is not None and score <= best[0]:
                continue  # what follows only takes away
            if in_aside(element):
                score -= 2
            if not support and (element.tag == "a" or element.find(".//a") is not None):
                score -= 1  # a teaser's headline, or the site's name
            if _leads_home(element, page):
                score -= 2
            if not support and _BOX.search(names(element)):
                score -= 1.5  # the heading of a box beside the article
            if best is None or score > best[0]:
                best = (score, text, element, hint)
    if best is not None and best[0] >= 1.5:
        printed = _plain(best[1])
        against = next(
            (
                f"{rule}: {text}"
                for (rule, text), bare in zip(told.items(), plain, strict=True)
                if rule != "title" and not (bare == printed or _extends(bare, printed))
            ),
            None,
        )
        return Title(best[1], best[2], best[3], against)
    for rule, text in told.items():
        repeated = _repeats(page, text)
        if len(text) > 10 and (repeated is not None or sum(_alike(text, other) for other in told.values()) > 1):
            printed = clean("".join(repeated.itertext())) if repeated is not None else ""
            return Title(printed or (_first_part(text) if rule == "title" else text), repeated, rule)
    return _only_heading(page)


def _only_heading(page: Page) -> Title | None:
    """Where a page's own name says nothing (“Chi tiết tin”): its one heading of several words."""
    for tag in ("h1", "h2"):
        found = [
            (text, element)
            for element in page.select(tag)[:12]
            if len((text := clean("".join(element.itertext()))).split()) > 3
            and element.find(".//a") is None
            and not in_aside(element)
        ]
        if len(found) == 1:
            return Title(*found[0], f"the only {tag}")
    return None


def _above(page: Page, text: HtmlElement) -> HtmlElement | None:
    """The last heading in front of the first running text of an element."""
    best: HtmlElement | None = None
    reached = False
    for element in page.root.iter(etree.Element):
        reached = reached or element is text
        if element.tag in {"h1", "h2", "h3"}:
            if not in_aside(element) and (not reached or text in element.iterancestors()):
                best = element
        elif reached and len(element.text or "") > _RUNNING:
            break
    return best


def _leads_home(element: HtmlElement, page: Page) -> bool:
    """Whether a heading is the link to the home page: the site's name."""
    anchor = element if element.tag == "a" else element.find(".//a")
    url = page.absolute(anchor.get("href") or "") if anchor is not None else None
    return url is not None and not urlsplit(url).query and urlsplit(url).path in {"", "/"}


def _told(page: Page) -> dict[str, str]:
    """What machines are told the title is, by source."""
    found = {}
    for data in page.linked_data:
        if isinstance(data.get("headline"), str):
            found["JSON-LD headline"] = clean(data["headline"])
    for name in ("og:title", "twitter:title"):
        if name in page.meta:
            found[f"meta {name}"] = page.meta[name]
    if page.title:
        found["title"] = page.title
    return {rule: text for rule, text in found.items() if text}


def _support(text: str, told: list[str]) -> float:
    return sum(1.0 if text == other else 0.8 if _extends(text, other) else 0.0 for other in told)


def _alike(one: str, other: str) -> bool:
    a, b = _plain(one), _plain(other)
    return a == b or _extends(a, b)


def _extends(a: str, b: str) -> bool:
    """Whether one is the other with the site's name beside it, or cut short."""
    if len(a) > len(b):
        a, b = b, a
    return len(a) >= 8 and len(a) * 4 >= len(b) and (b.startswith(a) or b.endswith(a))


def _first_part(title: str) -> str:
    return max(_SEPARATOR.split(title), key=len) if _SEPARATOR.search(title) else title


def _repeats(page: Page, text: str) -> HtmlElement | None:
    """Where a template has no headings: the element outside the menus whose text is the title."""
    cuts = [found.start() for found in _SEPARATOR.finditer(text)]
    for wanted in dict.fromkeys([text, *(text[:cut] for cut in reversed(cuts)), _first_part(text)]):
        folded = fold(clean(wanted))
        if len(folded) <= 10:
            continue
        for element in page.root.iter("b", "strong", "font", "span", "div", "td", "p"):
            own = element.text or ""
            if (
                len(own) <= len(wanted) * 2
                and own.strip()
                and fold(clean(own))[:8] == folded[:8]
                and same_words("".join(element.itertext()), wanted)
                and not in_aside(element)
            ):
                return element
    return None
