"""Whether a page that names articles is a list of them or an article beside which they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from crawler.platforms.evidence.cards import Entry
from crawler.platforms.page import Page, kinds_of
from crawler.platforms.tree import Element, ancestors, located, own_text
from vietnam.normalize import clean

# Characters from which on a text of its own is no label.
_LONG = 40
# Characters of running text that a section says of itself at most.
_INTRODUCTION = 400
# Characters of running text that the shortest articles have.
_SHORTEST = 100
# What a card counts for at most, in characters.
_CARD = 1200
# Elements around a text that are looked at: hostile pages nest without end.
_DEPTH = 60
# Words of a headline; the name of a section has fewer.
_HEADLINE = 8
# What portals call themselves.
_SITE = re.compile(r"(?i)(?:trang|cổng) (?:thông tin|tin)\b|công an (?:tỉnh|thành phố|thị xã|quận|huyện)(?: \w+){1,3}$")
_CHROME = frozenset(["nav", "footer", "aside", "select", "noscript", "a", "button"])
_ARTICLES = frozenset(["newsarticle", "blogposting", "reportagenewsarticle"])


def is_list(
    page: Page, found: Sequence[Entry], *, paged: bool, in_menu: bool, headline: Callable[[], Element | None]
) -> bool:
    """Whether the cards are what the page shows; `paged`: a pager is printed, `in_menu`: the menu leads to this page.

    `headline`: what the platform takes for the headline of an article with a date, where no heading says one.
    """
    if in_menu and paged:
        return True
    cards = {part for entry in found for part in entry.parts}
    free = sum(_free_texts(page, cards))
    inside = sum(min(len(" ".join(part.text.split())), _CARD) for part in cards)
    if in_menu or paged:
        return free < max(_INTRODUCTION, inside / 2)
    if free >= _SHORTEST and (_heading_of(page, cards) >= _HEADLINE or _is_told(page) or _is_dated(page, cards)):
        return False
    if free >= _SHORTEST and free * 3 >= inside:
        return False
    printed = headline() if free >= _SHORTEST else None
    return printed is None or not _is_outside(printed, cards) or len(clean(printed.text).split()) < _HEADLINE


def _is_outside(element: Element, cards: set[Element]) -> bool:
    return not any(node in cards or node.tag in _CHROME for node in (element, *islice(ancestors(element), _DEPTH)))


def _free_texts(page: Page, cards: set[Element]) -> Iterator[int]:
    """How long the running texts are that stand in no card."""
    for element in located(page.body, f".//*[text()[string-length(normalize-space(.)) >= {_LONG}]]"):
        if element.tag not in _CHROME and not any(
            node in cards or node.tag in _CHROME for node in (element, *islice(ancestors(element), _DEPTH))
        ):
            yield len(" ".join(own_text(element).split()))


def _heading_of(page: Page, cards: set[Element]) -> int:
    """The words of the page's own heading."""
    for heading in page.body.iter_elements(("h1", "h2")):
        if (
            not any(node in cards or node.tag in _CHROME for node in (heading, *islice(ancestors(heading), _DEPTH)))
            and heading.find("a") is None
            and not _SITE.match(text := clean(heading.text))
        ):
            return len(text.split())
    return 0


def _is_told(page: Page) -> bool:
    return any(_ARTICLES & kinds_of(data) for data in page.linked_data)


def _is_dated(page: Page, cards: set[Element]) -> bool:
    """Whether a date is printed in no card, behind the page's heading."""
    heading = next((one for one in page.body.iter_elements("h1") if not _SITE.match(clean(one.text))), None)
    if heading is None:
        return False
    for element in located(
        heading, "following::*[text()[string-length(normalize-space(.)) < 60 and contains(., '20')]]"
    ):
        if any(node in cards or node.tag in _CHROME for node in (element, *islice(ancestors(element), _DEPTH))):
            continue
        if page.date_in(clean(element.text)) is not None:
            return True
    return False
