"""Short lines right behind a text that sign it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler.platforms.page import Page
from crawler.platforms.tree import Element, ancestors, names, text_of
from vietnam import byline as bylines
from vietnam import dates
from vietnam.byline import Byline

# A line about who wrote is no longer than this (characters).
LONGEST = 120
AUTHOR = re.compile(
    r"author|tac-?gia|by-?line|writer|but-?danh|nguoi-?(?:viet|dang)|phong-?vien|ten-?tg|reporter|contributor",
    re.IGNORECASE,
)
# What calls somebody the author, and something a source.
WRITER = r"tác giả(?: bài viết)?|người viết(?: bài)?"
FIELD_NAME = rf"(?i)(?:{WRITER}|nguồn(?: tin)?)"
# A label that has an element of its own, and one that says that what follows is no source.
LABEL_ALONE = re.compile(rf"{FIELD_NAME}\s*:?")
OF_AUTHOR = re.compile(r"(?i)(?:tác giả|người viết|bài(?: viết)?\s*:|thực hiện)")
# Elements around the text behind which its signature may stand.
_AROUND_TEXT = 5
_SOURCE = re.compile(r"(?:^|[\s_/-])(?:source|nguon\w*|news-?source|copyright)(?:$|[\s_/-])", re.IGNORECASE)


# What portals ask of who prints their articles.
_ASKS_FOR_SOURCE = re.compile(r"(?i)ghi rõ (?:nguồn|xuất xứ)")


def signed_below(page: Page, heading: Element | None, bodies: Sequence[Element]) -> Byline | None:
    """Short lines right behind the text that sign it: who wrote, where it was taken from, each perhaps in an element of its own.

    Behind what holds heading and text both stands the foot of the page: there a line must be called an author's or a source's.
    """
    around = set(ancestors(heading)) if heading is not None else set()
    if not bodies:
        return None
    last = bodies[-1]
    node: Element | None = last
    lines: list[tuple[str, str | None]] = []
    for _ in range(_AROUND_TEXT):
        if node is None or node.tag in {"body", "main", "html"}:
            break
        taken, is_foot = len(lines), node in around
        sibling = node.next_sibling
        while sibling is not None and len(lines) < 4:
            if isinstance(sibling, Element) and not _take_lines(page, sibling, lines):
                return _signed(_called(lines, taken) if is_foot else lines)
            sibling = sibling.next_sibling
        lines = _called(lines, taken) if is_foot else lines
        node = next(ancestors(node), None)
    return _signed(lines)


def _called(lines: list[tuple[str, str | None]], taken: int) -> list[tuple[str, str | None]]:
    """The lines without those behind the first `taken` that nothing calls an author's or a source's."""
    return [line for number, line in enumerate(lines) if number < taken or line[1] is not None]


def _take_lines(page: Page, element: Element, lines: list[tuple[str, str | None]]) -> bool:
    """Take in the lines of an element; False where what can sign has ended."""
    text = text_of(element)
    if not text:
        return element.find("img") is None
    if (
        page.asides.is_aside(element)
        or len(text) > LONGEST
        or _ASKS_FOR_SOURCE.search(text)
        or element.select_one("ul, h2, h3, textarea") is not None
    ):
        return False
    parts = [
        part
        for part in element.iter_elements(("p", "div", "li", "td"))
        if text_of(part) and all(part.find(tag) is None for tag in ("p", "div", "td"))
    ]
    for part in parts or [element]:
        called = f"{names(part)} {part.attr('data-field') or ''} {part.attr('itemprop') or ''}"
        label = "source" if _SOURCE.search(called) else "author" if AUTHOR.search(called) else None
        if label is None and _is_link(part):
            return False
        lines += [(text_of(part), label)]
    return True


def _is_link(element: Element) -> bool:
    return element.tag == "a" or sum(len(text_of(anchor)) for anchor in element.iter_elements("a")) * 2 > len(
        text_of(element)
    )


def _signed(lines: Sequence[tuple[str, str | None]]) -> Byline | None:
    read: list[Byline] = []
    for number, (text, label) in enumerate(lines):
        if dates.find(text) is not None or (LABEL_ALONE.fullmatch(text) and number + 1 < len(lines)):
            continue
        found = bylines.judge(text, emphasized=label is not None, aligned_right=label is not None, last=True)
        is_source = label == "source" and not OF_AUTHOR.match(text)
        if found is None and is_source:
            name = re.sub(r"^(?:nguồn(?: tin)?|theo)\s*:?\s*", "", text, flags=re.IGNORECASE).strip(' ()“”"')
            found = Byline(text, (), None, name) if name and not bylines.is_account_name(name) else None
        elif found is not None and is_source and found.authors and not found.credit and not found.unit:
            found = Byline(text, (), None, text)
        if found is not None and not any(bylines.is_account_name(author) for author in found.authors):
            read.append(found)
    return joined(read) if read else None


def joined(read: Sequence[Byline]) -> Byline:
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
