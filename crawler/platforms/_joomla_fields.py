"""What a Joomla page prints around its text: title, dates, labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.platforms.evidence import content
from crawler.platforms.page import Page
from vietnam import dates
from vietnam.normalize import clean

_PUBLISHED = re.compile(
    r"(?:^|[\s_-])(?:published|itemdatecreated|publish|article-date|date-published|createdate)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CREATED = re.compile(r"(?:^|[\s_-])(?:create|created|datecreated)(?:$|[\s_-])", re.IGNORECASE)
_MODIFIED = re.compile(r"(?:^|[\s_-])(?:modified|modifydate|itemdatemodified)(?:$|[\s_-])", re.IGNORECASE)
_MODIFIED_TEXT = re.compile(r"cập nhật|updated|modified|sửa lần cuối", re.IGNORECASE)
_CREATED_TEXT = re.compile(r"được viết|ngày viết|ngày tạo|created|được tạo|tạo ngày", re.IGNORECASE)
_PUBLISHED_TEXT = re.compile(r"được đăng|ngày đăng|đăng ngày|published|đăng lúc|xuất bản", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:Viết bởi|Written by|Lượt xem|Hits|Số lần xem|Lần cập nhật cuối|Cập nhật lần cuối|Last Updated|Chuyên mục:|Đăng bởi)"
)
# What any timestamp holds; most labels do not, and reading a timestamp is dear.
_TIMED = re.compile(r"\d|hôm|vừa|just", re.IGNORECASE)
_BESIDE = re.compile(r"comment|\bjc\b|moduletable|sp-module|t3-module|latest|mostread|related|tin-?khac")
_WORD = re.compile(r"\w")
_SECTION_LABEL = re.compile(
    r"^(?:chuyên mục|danh mục|chủ đề|thể loại|category|đăng trong|mục|published in|được đăng trong|in)\s*:?\s+",
    re.IGNORECASE,
)
_CRUMBS = ".breadcrumbs a[href], .breadcrumb a[href], [class*='mod-breadcrumbs'] a[href], [class*='pathway'] a[href]"


def in_title(text: str, page_title: str) -> bool:
    return text.casefold() in page_title.casefold()


def names_category(anchor: HtmlElement) -> bool:
    """Whether the page presents a link as one to a category: a label at an article, a list of subcategories."""
    return bool(
        anchor.xpath(
            "boolean(self::*[contains(concat(' ',@class,' '),' category ')] or ancestor::*[contains(@class,'category-name') or contains(@class,'cat-children')"
            " or contains(@class,'category-children') or contains(@class,'subcategor') or contains(@class,'ubCategor') or contains(@class,'categories-list')"
            " or contains(@class,'com-content-categories') or contains(@class,'category__child') or contains(@class,'itemCategory') or contains(@class,'catItemCategory')])"
        )
    )


def title_score(text: str, element: HtmlElement, page_title: str) -> float:
    score = 0.0
    if content.same_words(text, page_title):
        score += 4
    elif page_title and len(text) > 15 and text.casefold() in page_title.casefold():
        score += 3
    if element.get("itemprop") in {"headline", "name"} or re.search(
        r"contentheading|itemTitle|article-title", element.get("class") or ""
    ):
        score += 2
    score += {"h1": 1.0, "h2": 1.2, "h3": 0.3}.get(str(element.tag), 0.5)
    around = [node.get("class") or "" for node in element.iterancestors()]
    if any("page-header" in own or "article-header" in own for own in around):
        score += 0.5
    return score


def title_rule(element: HtmlElement) -> str:
    return f"joomla: {element.tag}" + (
        f".{(element.get('class') or '').split()[0]}" if (element.get("class") or "").split() else ""
    )


def title_elements(container: HtmlElement, heading: HtmlElement, title: str) -> tuple[HtmlElement, ...]:
    """The heading, other headings above it, and whatever repeats the title."""
    found = [heading]
    for element in container.iter("h1", "h2", "h3"):
        if element is heading:
            break
        found.append(element)
    wanted = content.bare(title)
    for element in container.iter("h1", "h2", "h3", "p", "div"):
        if element in {heading, container} or (element.tag == "div" and element.find("*") is not None):
            continue
        text = element.text_content()
        first = _WORD.search(text)
        if content.bare(first[0] if first else "")[:1] == wanted[:1] and content.bare(text) == wanted:
            found.append(element)
    return tuple(element for element in found if element is not container)


def info_elements(page: Page, scopes: Sequence[HtmlElement]) -> tuple[HtmlElement, ...]:
    """Labels in the text that are no text: dates, authors, counters."""
    found: list[HtmlElement] = []
    labels = ("td", "p", "span", "div", "small", "em", "time", "li", "dd", "i")
    for element in (element for scope in scopes for element in scope.iter(*labels)):
        text = element.text_content() if len(element) <= 3 else ""
        if len(text) > 120 or not text.strip():
            continue
        label = clean(text)
        if _LABEL.match(label) or (_TIMED.search(label) and page.date_in(label) is not None):
            found.append(element)
    return tuple(found)


def date_candidates(
    page: Page, heading: HtmlElement, container: HtmlElement
) -> list[tuple[tuple[int, int], dates.Timestamp, str]]:
    """Printed dates around the article: published before created before modified before attributes."""
    found: list[tuple[tuple[int, int], dates.Timestamp, str]] = []
    order = {element: number for number, element in enumerate(page.root.iter())}
    top = order.get(heading, 0)
    scopes = [container] if container is not None else []
    parent = container.getparent() if container is not None else None
    if parent is not None and parent.tag not in {"body", "html"}:
        scopes.append(parent)
    for depth, scope in enumerate(scopes):
        for element in scope.iter(
            "dd",
            "td",
            "span",
            "div",
            "p",
            "time",
            "small",
            "li",
            "em",
            "i",
            "strong",
            "b",
            "font",
            "h4",
            "h5",
            "h6",
        ):
            text = element.text_content()
            if len(text) > 200 or not _TIMED.search(text) or _outside(element, scope):
                continue
            label = clean(text)
            stamp = page.date_in(label)
            if stamp is None and element.tag != "p":
                stamp = page.date_in(_SECTION_LABEL.sub("", label))
            if stamp is None:
                continue
            names = " ".join(
                f"{node.get('class') or ''} {node.get('itemprop') or ''}"
                for node in (element, *list(element.iterancestors())[:2])
            )
            rank = _date_rank(label, names)
            stamp, how = _with_clock(stamp, element)
            found.append(
                (
                    (rank + 10 * depth, abs(order.get(element, 0) - top)),
                    stamp,
                    f"printed{how}, {_RANKS[rank]}",
                )
            )
        if found:
            return found
    for element in page.root.xpath(
        "//time[@datetime]|//meta[@property='article:published_time' or @itemprop='datePublished']"
    ):
        stamp = dates.find(element.get("datetime") or element.get("content") or "")
        if stamp is not None and not _outside(element, container):
            found.append(((9, 0), stamp, f"{element.tag} attribute"))
    return found


_RANKS = {0: "labelled published", 1: "unlabelled", 2: "labelled created", 3: "labelled modified"}


def _date_rank(text: str, names: str) -> int:
    if _MODIFIED_TEXT.search(text) or _MODIFIED.search(names) or "dateModified" in names:
        return 3
    if _PUBLISHED_TEXT.search(text) or "datePublished" in names:
        return 0
    if _CREATED_TEXT.search(text) or _CREATED.search(names) or "dateCreated" in names:
        return 2
    return 0 if _PUBLISHED.search(names) else 1


def _with_clock(stamp: dates.Timestamp, element: HtmlElement) -> tuple[dates.Timestamp, str]:
    """A day without a time takes the time of its own <time datetime>, read as the clock on the wall.

    Joomla writes the site's clock there; +00:00 is what a site says whose time zone was never set.
    """
    if stamp.precision != "day":
        return stamp, ""
    for node in (element, *element.iterdescendants("time"), *element.iterancestors("time")):
        written = re.match(r"(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2})", node.get("datetime") or "")
        clock = dates.find(written[1]) if written else None
        if clock is not None and clock.at.date() == stamp.at.date():
            return replace(stamp, at=clock.at, precision="minute"), " with the time of its attribute"
    return stamp, ""


def _outside(element: HtmlElement, scope: HtmlElement) -> bool:
    """Whether a label belongs to a comment, a list of other articles, a side module, or the running text."""
    for node in (element, *element.iterancestors()):
        if node is scope:
            return False
        names = f"{node.get('class') or ''} {node.get('id') or ''}".lower()
        if (node.tag in {"aside", "footer", "form"} and "article-aside" not in names) or node.get(
            "itemprop"
        ) == "articleBody":
            return True
        if names != " " and _sounds_beside(names):
            return True
    return False


@lru_cache(maxsize=4096)
def _sounds_beside(names: str) -> bool:
    # The pages of a portal share their names.
    return _BESIDE.search(names) is not None


def section_of(page: Page, container: HtmlElement, title: str) -> tuple[str, str] | None:
    """The section as printed, and the rule."""
    for css, inside in (
        (".category-name, [class*='itemCategory'], [class*='sublevel']", "self::*"),
        (
            "[class*='article-info'], [class*='articleinfo']",
            ".//a[contains(@href,'category') or @itemprop='genre']",
        ),
    ):
        places = [*page.select(css, container), *page.select(css)]
        for element in (found for place in places for found in place.xpath(inside)):
            links = element.xpath(".//a") if element.tag != "a" else [element]
            text = clean(links[0].text_content()) if links else _SECTION_LABEL.sub("", clean(element.text_content()))
            if text:
                return text, "category label"
    for anchor in container.iter("a"):
        before = anchor.getprevious()
        led = clean((anchor.getparent().text if before is None else before.tail) or "")
        if len(led) < 80 and re.search(r"(?i)(?:đăng trong|chuyên mục|danh mục|posted in|published in)\s*:?$", led):
            return clean(anchor.text_content()), "category label"
    names = [clean(anchor.text_content()) for anchor in page.select(_CRUMBS)]
    names = [name for name in names if name and not content.same_words(name, title)]
    if len(names) > 1 or (names and not re.match(r"(?i)trang (?:chủ|nhất)|home", names[0])):
        return names[-1], "breadcrumbs"
    for element in page.select("[class*='componentheading'], h1"):
        parent = element.getparent()
        if "componentheading" not in (element.get("class") or "") and (
            parent is None or (parent.tag != "hgroup" and "page-header" not in (parent.get("class") or ""))
        ):
            continue
        text = clean(element.text_content())
        if text and not content.same_words(text, title) and len(text) < 80:
            return text, "page heading"
    return None
