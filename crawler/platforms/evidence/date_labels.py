"""Labels on a page that tell a moment: where they stand, what they say of it, and whether they are the article's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, islice

from crawler.platforms.evidence.chrome import begins_comments
from crawler.platforms.page import Page
from crawler.platforms.tree import (
    Element,
    Text,
    ancestors,
    beside,
    children,
    is_hidden,
    is_longer,
    is_markup,
    is_unseen,
    names,
    own_text,
    parent_of,
    text_of,
)
from vietnam import dates, urls
from vietnam.dates import Timestamp
from vietnam.normalize import clean

LONGEST_LABEL = 160
# What leads from a date to the section behind it: “Đăng lúc …, mục <a>Tin xã</a>”.
IN_SECTION = re.compile(r"[\s,.;|–-]*(?:trong |thuộc |ở )?(?:chuyên mục|danh mục|mục)\s*:?$", re.IGNORECASE)
# Distances from here on count upwards from the heading.
ABOVE = 10_000
# A text of its own longer than this is running text, not a label.
LONG_TEXT = 80
# Labels below the text count after all others.
BELOW = 5_000
# Elements before the heading and behind the text that are looked at.
_REACH = 60
# Characters of a label in an element of its own.
_LONGEST_IN_FRONT = 40
# A day, its month, its year, a clock, and words between them.
_PARTS = 6
# Elements around a label and nothing else, itself counted: `<li><a><span><time>`.
_WRAPPED = 5
# Elements between the heading and a label right above it, in a box of theirs.
_NEAR = 6
# Links between a label and the heading: more is a menu. Links between the text and a label: more is a list.
_LINKS_ABOVE = 4
_LINKS_BELOW = 8
# Words of a link from which on it may be a headline.
_HEADLINE = 4
# Words of a section's name.
_SECTION_WORDS = 8
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_HEADS = _HEADINGS | {"div", "p", "section", "td", "legend"}
_FILED = frozenset(["tag", "category", "author"])
_CARDS = frozenset(["li", "article", "tr", "td", "div", "dd", "section"])
_CLOCK = re.compile(
    r"(?:^|[\s_-])(?:clock|current-?date|today|ngay-?hom-?nay|comments?|respond|related\w*|tin-?lien-?quan)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SENTENCES = frozenset(["p", "small", "div", "span", "em", "i"])
# So many elements of a body may stand before its text.
_OPENING = 15
_MODIFIED = re.compile(
    r"cập nhật|updated|modified|sửa lần cuối|(?:^|[\s_-])(?:modified|modifydate|updated|date-?modified)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CREATED = re.compile(r"được viết|ngày viết|ngày tạo|created|được tạo|tạo ngày", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"được đăng|ngày đăng|đăng ngày|published|đăng lúc|xuất bản|(?:^|[\s_-])(?:publish\w*|post-?date|date-?published)(?:$|[\s_-])",
    re.IGNORECASE,
)
_PUBLISHED_ALONE = re.compile(r"(?:ngày|thời gian) (?:đăng|xuất bản|phát hành)(?: (?:bài|tin))?\s*:?", re.IGNORECASE)
ONLY_CLOCK = re.compile(r"[0-2]?\d[:hg][0-5]\d(?:[:]\d\d)?")
_CLOCK_LABEL = re.compile(r"(?i)(?:giờ|lúc|vào lúc|thời gian)(?: đăng)?\s*:?")
# Go prints a zone's name behind its offset.
_ZONE_NAME = re.compile(r"(?<=[+-]\d{4}) (?:[A-Z]{3,4}|[+-]\d\d)$")
_AT = re.compile(r"^(?:vào )?(?:lúc|hồi)\s+", re.IGNORECASE)
_CLOCK_ALONE = re.compile(r"(\d{1,2}:\d{2}(?: ?(?:SA|CH|AM|PM|sáng|chiều|tối))?)", re.IGNORECASE)
# The sentence in which old themes say when and where a text was posted.
_POSTED = re.compile(
    r"\b(?:được đăng|posted)(?: vào)?(?: lúc| ngày| on)?:? (.{8,60}?),? (?:trong|vào|bởi|in|by|under)\b", re.IGNORECASE
)
# The same, the section first, which is a link: “Đăng trong … ngày …”.
_POSTED_UNDER = re.compile(
    r"^(?:bài(?: viết)?(?: này)? )?(?:đã )?(?:được )?(?:đăng|posted) (?:trong|tại|ở|vào|in|under)(?: (?:chuyên )?mục)?,? (?:(?:vào|lúc|on) )*(?=\D{0,12}\d)(.{8,60})$",
    re.IGNORECASE,
)
# Who posted it, the moment behind: “Gửi bởi: admin vào ngày …”.
_BY = re.compile(
    r"^(?:gửi|đăng|viết|posted|submitted)(?: bài| tin)? (?:bởi|by)\b.{1,60}?\b(?=(?:vào |on )?(?:ngày |lúc )?\d\d?[/.:-]\d)",
    re.IGNORECASE,
)
# Since when somebody has an account.
_OF_MEMBER = re.compile(r"ngày tham gia|tham gia từ|thành viên từ|ngày đăng ký|\bjoined\b|member since", re.IGNORECASE)
# “2 ngày trước” is said of almost three days, too.
_ROUNDED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Printed:
    stamp: Timestamp
    rank: int
    distance: int


def read_label(element: Element, distance: int, page: Page) -> Iterator[Printed]:
    text = text_of(element).strip(" ,;[]")  # another label follows, or brackets set it apart
    if not text or len(text) > LONGEST_LABEL:
        return
    text = _BY.sub("", text)
    stamp = dates.find(text, fetched_at=page.fetched_at)
    pieces = (
        [text]
        if stamp
        else [
            IN_SECTION.sub("", clean(child.data))
            for child in element.children
            if isinstance(child, Text) and dates.may_hold(child.data)
        ]
    )
    pieces += [] if stamp else re.split(r"\s*[|•·/–—]\s+|\s{2,}|\s+-\s+(?=\D)|(?<=[^\W\d])\s+-\s+(?=\d)", text)
    if stamp is None and element.find("a") is None:
        # A bare number behind an icon counts readers.
        pieces += [piece for piece in map(clean, map(str, element.strings)) if len(piece) > 5 and piece not in pieces]
    clocks = [found[1] for piece in pieces if (found := _CLOCK_ALONE.fullmatch(_AT.sub("", piece.strip())))]
    for piece in pieces:
        stamp = dates.find(piece, fetched_at=page.fetched_at)
        if stamp is not None and stamp.precision == "day" and len(set(clocks)) == 1:
            stamp = dates.find(f"{stamp.raw} {clocks[0]}") or stamp  # “lúc 09:05 · 12 thg 3, 2025”
        if stamp is not None and stamp.precision not in {"year", "month"}:
            labels = " ".join(
                [
                    _label_in_front(element),
                    piece,
                    *(names(node) for node in (element, *list(ancestors(element))[:2])),
                    element.attr("itemprop") or "",
                ]
            )
            if _OF_MEMBER.search(labels):
                continue
            yield Printed(stamp, rank(labels), distance)
            exact = _in_title(element, stamp)
            if exact is not None:
                yield Printed(exact, rank(labels), distance)
            parent = parent_of(element)
            if stamp.precision == "day" and parent is not None:
                whole = dates.find(text_of(parent)[: LONGEST_LABEL + 1], fetched_at=page.fetched_at)
                if (whole is None or whole.precision == "day") and (clock := _clock_behind(element)):
                    whole = dates.find(f"{stamp.raw} {clock}")
                if whole is not None and whole.precision in {"minute", "second"} and whole.at.date() == stamp.at.date():
                    yield Printed(whole, rank(labels), distance)


def _label_in_front(element: Element) -> str:
    """A label that has an element of its own in front of the date: `<dt>Ngày đăng</dt><dd>05/03/2019 07:30</dd>`."""
    for node in (element, parent_of(element)):
        before = beside(node, -1) if node is not None else None
        if before is not None:
            return "" if is_markup(before) or len(before.text) > _LONGEST_IN_FRONT else clean(before.text)
    return ""


def _clock_behind(element: Element) -> str | None:
    """The clock that the next label of a row shows and nothing else: `<li>02/11/2026</li><li>19:05</li>`."""
    day = text_of(element)
    for label in islice(chain([element], ancestors(element)), _WRAPPED):
        if text_of(label) != day:
            return None
        said = (text_of(node) for node in label.next_siblings if isinstance(node, Element))
        text = next((text for text in said if text and not _CLOCK_LABEL.fullmatch(text)), None)
        if text is not None:  # an icon says nothing
            return text if ONLY_CLOCK.fullmatch(text) else None
    return None


def _in_title(element: Element, stamp: Timestamp) -> Timestamp | None:
    """The clock in the title of an element that prints the day or how long ago it was: what a pointer over it shows."""
    holder = parent_of(element)
    given = element.attr("title") or (holder.attr("title") if holder is not None and holder.tag == "a" else None)
    if not given or not (stamp.precision == "day" or stamp.relative):
        return None
    if stamp.precision == "day" and (clock := _CLOCK_ALONE.fullmatch(given.strip())):
        return dates.find(f"{stamp.at:%d/%m/%Y} {clock[1]}")
    told = dates.find_machine(_ZONE_NAME.sub("", given.strip()))
    if told is None or told.precision not in {"minute", "second"}:
        return None
    near = abs(told.at - stamp.at) <= _ROUNDED if stamp.relative else told.at.date() == stamp.at.date()
    return told if near else None


def in_sentences(page: Page, bodies: Sequence[Element]) -> Iterator[Printed]:
    """The date in a sentence behind the text: “Bài này được đăng lúc Thứ Sáu, 3 Tháng Bảy, 2009 09:26 trong chuyên mục …”."""
    ends = max((page.place(element) for body in bodies for element in (body, *body.iter_elements())), default=-1)
    for body in bodies[-1:]:
        for element in page.between(page.place(body), ends + _OPENING):
            own = clean(own_text(element)) if element.tag in _SENTENCES else ""
            found = _POSTED.search(own) or _POSTED_UNDER.search(own)
            stamp = dates.find(found[1], fetched_at=page.fetched_at) if found else None
            if stamp is not None and stamp.precision not in {"year", "month"}:
                yield Printed(stamp, 0, 0)


def read_unusual(element: Element, page: Page) -> Iterator[Printed]:
    """A date in a shape of its own, where the platform or its name says that a date stands; read by a library."""
    text = text_of(element)
    stamp = dates.find_unusual(text, fetched_at=page.fetched_at) if text else None
    if stamp is not None and not page.asides.lies_in(element):
        yield Printed(stamp, rank(f"{text} {names(element)}"), 0)


def rank(labels: str) -> int:
    if _PUBLISHED.search(labels) or "datePublished" in labels:
        return 0
    if _MODIFIED.search(labels) or "dateModified" in labels:
        return 3
    return 2 if _CREATED.search(labels) else 1


def around_article(
    page: Page, heading: Element | None, bodies: Sequence[Element], *, unseen: bool = False
) -> Iterator[tuple[Element, int]]:
    """Labels near heading and text, outside the text, that may tell a moment, with their distance in elements; `unseen`: hidden ones, too."""
    first = heading if heading is not None else bodies[0] if bodies else None
    if first is None:
        return
    start = page.place(first)
    opens = page.place(bodies[0]) if bodies else start
    ends = max((page.place(element) for body in bodies for element in (body, *body.iter_elements())), default=start)
    loose = opens <= start  # the text's element holds the heading, too
    inside = {element for body in bodies for element in body.iter_elements()}
    around = {outer for held in (first, *bodies[:1]) for outer in ancestors(held)}
    text_begins = False
    links = 0
    for place, element in enumerate(page.elements[: ends + _REACH + 1]):
        if place < start - _REACH:
            continue
        if element.tag == "a":
            links += place > ends
        if element is first or (element.tag == "a" and parent_of(element) is heading):
            continue
        if element in inside and (not loose or text_begins):
            continue
        own = own_text(element)
        if not own or own.isspace():
            own = _parted(element)
        if not own:
            continue
        if loose and place > start and element in inside and len(own.strip()) > LONG_TEXT:
            text_begins = True
            continue
        if place > ends and element.tag in _HEADINGS and len(text_of(element).split()) > _HEADLINE:
            return  # what follows is another story
        if place > ends and element.tag in _HEADS and len(own) <= _LONGEST_IN_FRONT and begins_comments(element):
            return  # what follows was written by readers
        if not dates.may_hold(own) or not _is_label(page, element, around, between=start < place <= ends):
            continue
        if not unseen and is_hidden(element):
            continue
        if place > ends:
            if links > _LINKS_BELOW:
                return
            yield element, BELOW + place - ends
        elif place > start:
            yield element, place - start
        elif _links_between(page, element, first) <= _LINKS_ABOVE:
            is_near = first is heading and (
                (start - place <= _NEAR and _share_a_box(element, first)) or _stands_right_above(page, element, first)
            )
            yield element, start - place if is_near else ABOVE + start - place


def _parted(element: Element) -> str:
    """What a small box says whose parts are a day, a month, a year, a clock, each in an element of its own; else nothing."""
    parts = children(element)
    if not 1 < len(parts) <= _PARTS or is_longer(element, _LONGEST_IN_FRONT) or any(map(children, parts)):
        return ""
    return "" if any(dates.find(text_of(part)) is not None for part in parts) else text_of(element)


def _stands_right_above(page: Page, element: Element, heading: Element) -> bool:
    """Whether the row of a label is the very thing in front of a heading: nothing but its date, or in a part of the page with sections' links."""
    before = beside(heading, -1)
    while isinstance(before, Element) and is_unseen(before):
        before = beside(before, -1)
    if not isinstance(before, Element) or before not in (element, *islice(ancestors(element), 2)):
        return False
    anchors = list(before.iter_elements("a"))
    if not anchors:
        return not is_longer(before, _LONGEST_IN_FRONT)
    box = parent_of(heading)
    return (
        len(anchors) <= _LINKS_ABOVE
        and not is_longer(before, LONGEST_LABEL)
        and box is not None
        and box.tag not in {"body", "form"}
        and not any(leads_elsewhere(page, anchor) and not _names_section(page, anchor) for anchor in anchors)
        and not _says_today(page, element)
    )


def _says_today(page: Page, element: Element) -> bool:
    """Whether a label says the day on which the page was fetched, as the page's own clock does."""
    stamp = dates.find(text_of(element), fetched_at=page.fetched_at)
    return (
        stamp is not None
        and page.fetched_at is not None
        and stamp.at.date() == page.fetched_at.astimezone(dates.VIETNAM).date()
    )


def _share_a_box(element: Element, heading: Element) -> bool:
    """Whether a small box, and not just the page's column, holds a label and the heading."""
    boxes = [outer for outer in islice(ancestors(heading), 2) if outer.tag not in {"body", "main", "form", "html"}]
    outer = next((outer for outer in ancestors(element) if outer in boxes), None)
    return outer is not None and not is_longer(outer, LONGEST_LABEL * 3)


def _is_label(page: Page, element: Element, around: Collection[Element], *, between: bool) -> bool:
    """Whether an element is a label of the article: in no menu, no list of others, no comment, no foot of the page.

    `around`: the elements that hold the heading or the text.
    """
    card = False
    for outer in (element, *ancestors(element)):
        if outer in around:
            return not card
        if outer.tag == "a" and leads_elsewhere(page, outer):
            return False
        if outer.tag in _CARDS and not card and outer is not element:
            card = any(
                leads_elsewhere(page, anchor) and not _names_section(page, anchor)
                for anchor in outer.iter_elements("a")
            )
        if page.asides.is_aside(outer) and not (
            _is_row_of_labels(page, outer, between=between) or _says_published(element)
        ):
            return False
        if outer.tag in {"li", "tr"} and not between and _names_another(page, outer):
            return False
    return not card


def _says_published(element: Element) -> bool:
    """Whether a label in front of a date says that it is of publication, and nothing else: wherever it stands, it is the article's."""
    return _PUBLISHED_ALONE.fullmatch(_label_in_front(element)) is not None


def around_of(article: Iterable[Element]) -> frozenset[Element]:
    """The heading and texts of an article, and the elements around them."""
    return frozenset(outer for held in article for outer in (held, *ancestors(held)))


def in_anothers_card(page: Page, element: Element, article: Sequence[Element], around: Collection[Element]) -> bool:
    """Whether a date stands with the headline of another article, in a box outside `around`, the elements around this one.

    `article`: its heading and texts; between these is no such box.
    """
    if len(article) > 1 and page.place(article[0]) < page.place(element) < page.place(article[1]):
        return False
    for outer in ancestors(element):
        if outer in around:
            return False
        if outer.tag in _CARDS and any(
            leads_elsewhere(page, anchor) and not _names_section(page, anchor) for anchor in outer.iter_elements("a")
        ):
            return True
    return False


def _names_section(page: Page, anchor: Element) -> bool:
    """Whether a link of a few words is called a tag or section, or stands on the page again, as a section's does in the menu."""
    if not _FILED.isdisjoint((anchor.attr("rel") or "").split()):
        return True
    labels = page.once(
        "how often labels are linked",
        lambda: Counter(text_of(link).casefold() for link in page.root.iter_elements("a")),
    )
    label = text_of(anchor).casefold()
    return labels[label] > 1 and len(label.split()) <= _SECTION_WORDS


def _is_row_of_labels(page: Page, aside: Element, *, between: bool) -> bool:
    """Whether what its name calls a bar for sharing or a side is a short line about the article."""
    return (
        aside.tag not in {"nav", "footer", "header", "form", "select"}
        and (between or not _CLOCK.search(names(aside)))
        and len(text_of(aside)) <= LONGEST_LABEL
        and not any(leads_elsewhere(page, anchor) for anchor in aside.iter_elements("a"))
    )


def _names_another(page: Page, row: Element) -> bool:
    """Whether a row of a list is about another page: its one link of several words is no section that the menu names, too."""
    anchors = list(islice(row.iter_elements("a"), 2))
    url = page.absolute(anchors[0].attr("href") or "") if len(anchors) == 1 else None
    if url is None or url == page.address or len(anchors[0].text.split()) < 2:
        return False
    linked = page.once("how often addresses are linked", lambda: Counter(url for _, url in page.links()))
    return linked[url] == 1


def leads_elsewhere(page: Page, anchor: Element) -> bool:
    """Whether a link is the headline of another article: several words, another address of the site."""
    url = page.absolute(anchor.attr("href") or "")
    if url is None or url == page.address or not urls.same_site(url, page.url):
        return False
    return len(text_of(anchor).split()) > _HEADLINE


def _links_between(page: Page, element: Element, first: Element) -> int:
    """Links between a label and what follows it: a menu has many."""
    return sum(inner.tag == "a" for inner in page.between(page.place(element) + 1, page.place(first)))


def common(elements: Sequence[Element]) -> Element:
    """The smallest element that holds all of them; its parent where that is only one of them."""
    first, *others = elements
    chain = [first, *ancestors(first)]
    for other in others:
        theirs = {other, *ancestors(other)}
        chain = [node for node in chain if node in theirs]
    node = chain[0]
    for _ in range(3 if len(elements) == 1 else 1):
        parent = parent_of(node)
        if (
            parent is None
            or node.tag in {"body", "html", "article", "main"}
            or not (node in elements or len(elements) == 1)
        ):
            break
        node = parent
    return node
