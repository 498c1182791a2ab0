"""The section an article stands in, as the page prints it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from crawler.platforms.evidence.content import same_words
from crawler.platforms.page import Page
from vietnam.normalize import clean

_HOME = re.compile(r"(?i)^(?:trang (?:chủ|nhất)|home|homepage|trangchu|bạn đang ở|you are here|tin tức|»|/|>)?\s*:?$")
_CRUMBS = (
    "[itemtype*='BreadcrumbList'] a", "[class*='breadcrumb'] a", "[id*='breadcrumb'] a", "[class*='pathway'] a", "[typeof*='BreadcrumbList'] a",
)  # fmt: skip


def find(page: Page, title: str, hints: Sequence[str] = ()) -> tuple[str, str] | None:
    """The section and the rule: the platform's own label, the breadcrumbs, the menu, what machines are told."""
    for hint in hints:
        for element in page.select(hint):
            text = clean("".join(element.itertext()))
            if text and len(text) < 120 and not _HOME.match(text):
                return text, hint
    for path in _CRUMBS:
        names = [clean("".join(anchor.itertext())) for anchor in page.select(path)]
        names = [name for name in names if name and not same_words(name, title)]
        if len(names) > 1 and _HOME.match(names[-1]) is None:
            return names[-1], "breadcrumbs"
        if len(names) == 1 and not _HOME.match(names[0]):
            return names[0], "breadcrumbs"
    return _from_menu(page) or _told(page)


def _from_menu(page: Page) -> tuple[str, str] | None:
    """The name that a link to the folder above the article bears."""
    above = urlsplit(page.address)._replace(query="").geturl().rstrip("/").rpartition("/")[0]
    if above.count("/") < 3:
        return None
    for anchor, url in page.links():
        if url.rstrip("/") != above:
            continue
        text = clean("".join(anchor.itertext()))
        if text and len(text) < 80:
            return text, "link to the folder of the article"
    return None


def _told(page: Page) -> tuple[str, str] | None:
    for data in page.linked_data:
        section = data.get("articleSection")
        section = section[0] if isinstance(section, list) and section else section
        if isinstance(section, str) and clean(section):
            return clean(section), "JSON-LD articleSection"
    section = page.meta.get("article:section")
    return (section, "meta article:section") if section else None
