"""The trail from the home page to an article: in what is called one, in a short row of links, in what machines are told."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from crawler.platforms.evidence import menu
from crawler.platforms.evidence.content import same_words
from crawler.platforms.page import Page, kinds_of
from crawler.platforms.tree import Element, ancestors, children, is_longer, names, text_of
from vietnam import urls
from vietnam.normalize import clean, fold

HOME = re.compile(
    r"(?i)^(?:trang (?:chủ|nhất|tin)|home|homepage|trangchu|bạn đang (?:ở|xem)|you are here|vị trí|»|›|/|>)?\s*:?$"
)
# Crumbs that name no section: where another stands before them, that one is meant.
SAYS_NOTHING = re.compile(
    r"(?i)^(?:liên hệ|giới thiệu|sơ đồ(?: trang| site)?|đăng nhập|tìm kiếm|tin tức|tin|tin bài|bài viết|news|chi tiết(?: tin| bài viết)?|tất cả|danh mục|chuyên mục|blog|posts?|articles?)$"
)
# Those that are no section of any portal.
EMPTY = re.compile(
    r"(?i)^(?:liên hệ|giới thiệu|sơ đồ(?: trang| site)?|đăng nhập|tìm kiếm|chi tiết(?: tin| bài viết)?|tất cả|danh mục|chuyên mục|bài viết|posts?|articles?)$"
)
_CRUMBS = re.compile(
    r"bread-?_?crumb|crumbs?(?:$|[\s_-])|pathway|duong-?dan|dieu-?huong-?(?:trang|muc)|(?:^|[\s_-])nav-?path",
    re.IGNORECASE,
)
# What stands between crumbs, and hardly between the links of a menu.
_SEPARATED = re.compile(r"[»›>→]|(?<!\d)/|/(?!\d)")
_STROKES_IN_ROW = re.compile(r"\s*(?:[»›>|→]|(?<!\d)/|/(?!\d))+\s*")
# No row of crumbs has more characters, the headline at its end included.
_LONGEST_ROW = 500
# Links that are read of what is called a trail, and of a trail at most; a menu has more.
_LINKS_READ = 40
_TRAILS = 50
_LINKS_OF_TRAIL = 4
# Elements from a link to its row.
_STEPS_TO_ROW = 4
# A row of links without separators is crumbs only so many elements above the heading.
CLOSE = 12
_ICONS = frozenset(["svg", "path", "g", "use", "polyline", "i"])
# What stands around a crumb.
STROKES = " »›>/→|·:"
# Characters of a section's name, at most.
LONGEST = 80
# Elements above the heading that may hold crumbs or a label.
REACH = 45


def in_menu_above(page: Page, heading: Element, title: str) -> bool:
    """Whether a menu above the heading leads to the page under its title; a box of headlines below names it as a story."""
    ends = page.place(heading)
    return any(
        url == page.address
        and page.place(anchor) < ends
        and same_words(menu.plain_label(menu.said_by(anchor)), title)
        and not _ends_trail(anchor)
        for anchor, url in menu.links(page).items()
    )


def _ends_trail(anchor: Element) -> bool:
    """Whether a link is the last of a short row that begins with the home page: a page's own in its trail."""
    for row in islice(ancestors(anchor), _STEPS_TO_ROW):
        links = list(islice(row.iter_elements("a"), _LINKS_OF_TRAIL + 2))
        if _CRUMBS.search(names(row)):
            return True
        if len(links) > 1:
            return len(links) <= _LINKS_OF_TRAIL and links[-1] is anchor and HOME.match(text_of(links[0])) is not None
    return False


def _last(crumbs: Sequence[str], title: str, empty: re.Pattern[str] = SAYS_NOTHING) -> str | None:
    """The crumb that names the section: the last that says something."""
    said = [
        name
        for name in crumbs
        if name
        and len(name) < LONGEST * 2
        and not HOME.match(name)
        and not same_words(name, title)
        and not _cut(name, title)
    ]
    telling = [name for name in said if not empty.match(name)]
    return telling[-1] if telling else None


def _cut(name: str, title: str) -> bool:
    """Whether a crumb is the title, cut short; a title may begin with its section's name (“Tìm tung tích …”)."""
    bare, whole = fold(name).rstrip(" .…"), fold(title)
    is_cut = bare != fold(name) or len(bare) * 3 > len(whole)
    return not re.search(r"[^\W\d_]{2}", name) or (len(bare) > 12 and bare in whole and is_cut)


def named(
    page: Page, title: str, empty: re.Pattern[str] = SAYS_NOTHING, *, is_sure: bool = True
) -> tuple[str, str] | None:
    """What something called a trail says; `is_sure`: only where it looks like one, because a menu may be called so, too."""
    best: tuple[int, str] | None = None
    called = page.select(
        "[itemtype*='BreadcrumbList'], [typeof*='BreadcrumbList'], [class*='crumb' i], [id*='crumb' i], [class*='pathway' i], [aria-label*='readcrumb'], [class*='duong-dan' i]"
    )
    for element in called[:_TRAILS]:
        likeness = _likeness_to_trail(element, title) if is_sure else 0
        if is_sure and not likeness:
            continue
        labels = [text_of(anchor) for anchor in islice(element.iter_elements("a", include_self=True), _LINKS_READ)]
        items = list(islice(element.iter_elements("li"), _LINKS_READ))
        if len(items) > len(labels) > 0 and items[-1].find("a") is None:
            # A section leads nowhere from its own page; a page's name does not, either, but no menu has it.
            here = text_of(items[-1]).strip(STROKES)
            labels += [here] if menu.is_linked_elsewhere(page, here, items[-1]) else []
        if not labels:
            labels = [text_of(part) for part in children(element)]
        current = [
            text_of(part) for part in element.select("[aria-current]") if part.tag != "a" and part.find("a") is None
        ]
        if (name := _last([*labels, *current], title, empty)) and (best is None or likeness > best[0]):
            best = (likeness, name)
            if not is_sure or likeness > 1:
                break
    return (best[1], "breadcrumbs") if best is not None else None


def _likeness_to_trail(element: Element, title: str) -> int:
    """2 for a short row with strokes between its parts, 1 for one of few links or that ends in the title, 0 for others."""
    if is_longer(element, _LONGEST_ROW):
        return 0
    said = text_of(element)
    if _SEPARATED.search(said):
        return 2
    has_few_links = len(list(islice(element.iter_elements("a"), _LINKS_OF_TRAIL + 1))) <= _LINKS_OF_TRAIL
    return int(has_few_links or same_words(said[-len(title) :], title))


def plain(
    page: Page, title: str, heading: Element | None, empty: re.Pattern[str] = SAYS_NOTHING
) -> tuple[str, str] | None:
    """Crumbs that no name tells: a short row of links that begins with the home page, above the heading."""
    if heading is None:
        return None
    # The menu begins with the home page, too: a row with separators is the surer one, whatever stands first.
    place, close = page.place(heading), None
    for anchor in page.between(place - REACH * 3 + 1, place):
        if anchor.tag != "a":
            continue
        url = page.absolute(anchor.attr("href") or "")
        if url is None or not urls.same_site(url, page.url):
            continue
        label = text_of(anchor)
        is_root = urlsplit(url).path in {"", "/"} and not urlsplit(url).query
        # Portals of portlets have their home page in a folder, and say that it is.
        if not (is_root or label) or not HOME.match(label):
            continue
        for outer in list(ancestors(anchor))[:3]:
            anchors = list(outer.iter_elements("a"))
            if (
                len(anchors) > 5
                or is_longer(outer, _LONGEST_ROW)
                or (label == "" and _CRUMBS.search(names(outer)) is None and len(anchors) < 2)
            ):
                break
            is_separated = _SEPARATED.search(text_of(outer)) is not None
            if (
                len(anchors) > 1
                and anchors[0] is anchor
                and (is_separated or (len(anchors) < 4 and (_ends_in(outer, title) or _is_close(page, outer, place))))
            ):
                parts = _STROKES_IN_ROW.split(text_of(outer))
                if name := _last(
                    [*(text_of(one) for one in anchors[1:]), *(parts[-1:] if len(parts) > len(anchors) else [])],
                    title,
                    empty,
                ):
                    if is_separated:
                        return name, "breadcrumbs without a name"
                    close = close or name
                    break  # what is around it may hold any stroke
    if close is None:
        close = _printed_crumbs(page, title, place, empty)
    return (close, "breadcrumbs without a name") if close else None


def _ends_in(row: Element, title: str) -> bool:
    """Whether the name of the page closes a row of links, leading nowhere."""
    return row.find("h1") is None and fold(text_of(row)).endswith(f" {fold(title)}")


def _is_close(page: Page, row: Element, place: int) -> bool:
    """Whether a row of links begins right above the heading at a place; what an icon is made of does not count."""
    between = page.between(page.place(row) + 1, place)
    return sum(1 for element in between if element.tag not in _ICONS) < CLOSE


def _printed_crumbs(page: Page, title: str, place: int, empty: re.Pattern[str]) -> str | None:
    """The section in a line above the heading that leads nowhere: “Trang chủ > Tin tức > Tin hoạt động”."""
    for element in page.between(place - REACH + 1, place):
        if element.tag not in {"div", "p", "td", "span", "li"} or element.find("a") is not None:
            continue
        said = text_of(element)
        if len(said) > LONGEST * 3 or _SEPARATED.search(said) is None:
            continue
        home, *crumbs = map(clean, _SEPARATED.split(said))
        if home and HOME.match(home) and (name := _last(crumbs, title, empty)):
            return name
    return None


def told(page: Page, title: str) -> tuple[str, str] | None:
    for data in page.linked_data:
        if "breadcrumblist" not in kinds_of(data):
            continue
        items = data.get("itemListElement")
        listed = (
            sorted((item for item in items if isinstance(item, dict)), key=_position) if isinstance(items, list) else []
        )
        if name := _last([_name(item) for item in listed], title):
            return name, "JSON-LD BreadcrumbList"
    return None


def _position(item: dict[str, Any]) -> int:
    try:
        return int(item.get("position") or 0)
    except (TypeError, ValueError):
        return 0


def _name(item: dict[str, Any]) -> str:
    inner = item.get("item")
    given = item.get("name") or (inner.get("name") if isinstance(inner, dict) else None)
    return clean(html.unescape(given)) if isinstance(given, str) else ""
