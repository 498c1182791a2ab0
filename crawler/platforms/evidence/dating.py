"""When an article was published, by evidence: what is printed beside it, and what machines are told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from itertools import chain, islice

from crawler.platforms.page import Page, kinds_of
from crawler.platforms.tree import (
    Element,
    Text,
    ancestors,
    children,
    is_longer,
    is_markup,
    names,
    own_text,
    parent_of,
    text_of,
)
from vietnam import dates, urls
from vietnam.dates import Timestamp
from vietnam.normalize import clean

_LONGEST_LABEL = 160
# Distances from here on count upwards from the heading.
_ABOVE = 10_000
# A text of its own longer than this is running text, not a label.
LONG_TEXT = 80
# Labels below the text count after all others.
_BELOW = 5_000
# Elements before the heading and behind the text that are looked at.
_REACH = 60
# Labels with a date that are read, in reading order.
_MOST_LABELS = 100
# Characters of a label in an element of its own.
_LONGEST_IN_FRONT = 40
# A day, its month, its year, a clock, and words between them.
_PARTS = 6
# Elements between the heading and a label right above it, in a box of theirs.
_NEAR = 6
# Links between a label and the heading: more is a menu. Links between the text and a label: more is a list.
_LINKS_ABOVE = 4
_LINKS_BELOW = 8
# Words of a link from which on it may be a headline.
_HEADLINE = 4
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
_RANKS = ("labelled published", "unlabelled", "labelled created", "labelled modified")
_META = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "pubdate", "publishdate",
    "publish-date", "dc.date.issued", "dcterms.issued", "dc.date", "date",
)  # fmt: skip
# When a text was begun says nothing against when it was published.
_META_CREATED = ("dcterms.created", "dc.date.created", "datecreated", "og:article:created", "article:created_time")
_ARTICLES = frozenset(["article", "newsarticle", "blogposting", "reportagenewsarticle", "report"])
_UTC = re.compile(r"(?:Z|[+-]00:?00)$")
_ONLY_CLOCK = re.compile(r"[0-2]?\d[:hg][0-5]\d(?:[:]\d\d)?")
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
# “2 ngày trước” is said of almost three days, too.
_ROUNDED = timedelta(days=1)
_ZONE = re.compile(r"(?<=:\d\d)(?:Z|[+-]\d\d:?\d\d)$")


@dataclass(frozen=True, slots=True)
class Dated:
    """The moment of publication, the rule that gave it, and what other evidence says against it."""

    stamp: Timestamp
    rule: str
    against: str | None = None


@dataclass(frozen=True, slots=True)
class _Printed:
    stamp: Timestamp
    rank: int
    distance: int


@dataclass(frozen=True, slots=True)
class Machine:
    """A date for machines; `other` is the second reading of a date in UTC: a moment, or the clock on a wall."""

    stamp: Timestamp
    rule: str
    other: Timestamp


def published(
    page: Page, heading: Element | None, bodies: Sequence[Element], hints: Sequence[str] = (), *,
    machine_first: bool = False, utc_is_wall: bool = False, clocks: Sequence[tuple[str, str]] = (),
) -> Dated | None:  # fmt: skip
    """The moment of publication.

    A printed clock wins; a printed day takes the clock of a machine date of the same day; without either the machine date.
    `machine_first`: the platform prints in a form of its own settings (month first), so its machine dates win.
    `utc_is_wall`: a machine date in UTC is the clock on the wall of a site whose time zone was never set.
    `clocks`: machine dates of this article that show the clock on the portal's wall, whatever zone they name; they win.
    """
    printed = _printed(page, heading, bodies, hints)
    if not printed:
        printed = [unusual for hint in hints for element in page.select(hint) for unusual in _unusual(element, page)]
    if not printed:
        printed = list(_in_sentences(page, bodies))
    if not printed:
        ends = [inner for element in closing(page, bodies) for inner in element.iter_elements(include_self=True)]
        printed = sorted((read for element in ends for read in _read(element, 0, page)), key=_order)
    if not printed or printed[0].stamp.precision == "day":
        inside = sorted((read for element in opening(page, bodies) for read in _read(element, 0, page)), key=_order)
        if inside and (not printed or inside[0].stamp.at.date() == printed[0].stamp.at.date()):
            printed = inside
    machine = list(machine_dates(page, heading, bodies, utc_is_wall=utc_is_wall))
    printed = _believed(printed, machine)
    for text, rule in clocks:
        stamp = dates.find(_ZONE.sub("", text))
        if stamp is not None and stamp.precision not in {"year", "month"}:
            return _dated(stamp, rule, [], [other for other in machine if other.rule != rule])
    today = page.fetched_at.astimezone(dates.VIETNAM).date() if page.fetched_at is not None else None
    clock_of_page = bool(printed and machine) and all(
        read.distance >= _ABOVE and read.stamp.at.date() == today for read in printed
    )
    if clock_of_page and not any(_agree(read.stamp, other.stamp) for read in printed for other in machine):
        printed = []  # far above the heading stands what day it is
    if machine and (machine_first or not printed or printed[0].rank == 3 or printed[0].stamp.rule == "dateparser"):
        first = machine[0]
        return _dated(first.stamp, first.rule, [], machine[1:])
    if not printed:
        return None
    by = ", by dateparser" if printed[0].stamp.rule == "dateparser" else ""
    return confirmed(printed[0].stamp, f"printed, {_RANKS[printed[0].rank]}{by}", machine, printed[1:])


def _believed(printed: Sequence[_Printed], machine: Sequence[Machine]) -> list[_Printed]:
    """Printed dates, those that a machine date confirms first among their like; without those that are printed month first.

    That is seen where a machine date has day and month the other way round, none has them as printed, and the weekday is
    that of the machine's or the date stands in the very `<time>`. Machines are told month first, too: else what is printed wins.
    """

    def agreed(read: _Printed) -> bool:
        return any(_agree(read.stamp, moment) for one in machine for moment in (one.stamp, one.other))

    def is_month_first(read: _Printed) -> bool:
        at = read.stamp.at
        return not agreed(read) and any(
            (moment.at.year, moment.at.month, moment.at.day) == (at.year, at.day, at.month)
            for one in machine
            if read.stamp.weekday_conflict or one.rule.startswith("time ")
            for moment in (one.stamp, one.other)
        )

    kept = [read for read in printed if read.stamp.at.day > 12 or not is_month_first(read)]
    return sorted(kept, key=lambda read: (read.rank, not agreed(read))) if machine else kept


def confirmed(stamp: Timestamp, rule: str, machine: Sequence[Machine], printed: Sequence[_Printed] = ()) -> Dated:
    """A printed date beside the machine dates of the same article: a day takes the clock of one that names the day."""
    if stamp.precision == "day":
        told = [
            (reading.at, candidate.rule)
            for candidate in machine
            for reading in dict.fromkeys((candidate.stamp, candidate.other))
            if reading.precision != "day" and reading.at.date() == stamp.at.date()
        ]
        if told:
            times = Counter(at for at, _ in told)
            at, source = max(told, key=lambda one: times[one[0]])  # of equals the first
            return _dated(replace(stamp, at=at, precision="minute"), f"{rule}, with the clock of {source}", [], machine)
    return _dated(stamp, rule, printed, machine)


def _dated(stamp: Timestamp, rule: str, printed: Sequence[_Printed], machine: Sequence[Machine]) -> Dated:
    against = [
        f"{other.rule}: {other.stamp.at:%Y-%m-%d %H:%M}"
        for other in machine
        if not (_agree(stamp, other.stamp) or _agree(stamp, other.other))
    ]
    against += [
        f"also printed: {other.stamp.raw}" for other in printed if other.rank <= 1 and not _agree(stamp, other.stamp)
    ]
    if stamp.weekday_conflict:
        against.append("the weekday printed is another")
    return Dated(stamp, rule, "; ".join(dict.fromkeys(against)) or None)


def _agree(one: Timestamp, other: Timestamp) -> bool:
    if "day" in {one.precision, other.precision}:
        return one.at.date() == other.at.date()
    return abs(one.at - other.at) < timedelta(minutes=1)


def _printed(page: Page, heading: Element | None, bodies: Sequence[Element], hints: Sequence[str]) -> list[_Printed]:
    """Printed dates, best first: those where the platform prints them, else those around heading and body."""
    anchors = [element for element in (heading, *bodies) if element is not None]
    scope = common(anchors) if anchors else page.root
    for hint in hints:
        elements = [
            element
            for element in page.select(hint)
            if not page.asides.is_aside(element) and not any(body in ancestors(element) for body in bodies)
        ]
        # The clock of a site may be named like the date of its articles.
        near = [element for element in elements if scope in ancestors(element)]
        near = near or [element for element in elements if _close(element, scope)]
        found = [read for element in near for read in _read(element, 0, page)]
        if found:
            return sorted(found, key=_order)
    labels = islice(_around(page, heading, bodies), _MOST_LABELS)
    found = [read for element, distance in labels for read in _read(element, distance, page)]
    # Above the heading stands the page's own date as often as the article's, below the text that of another: only where nothing stands between.
    between = [read for read in found if read.distance < _BELOW]
    return sorted(between or found, key=_order)


def _close(element: Element, scope: Element) -> bool:
    """Whether an element stands within two levels around the article, and not just anywhere on the page."""
    around = [
        node for node, _ in zip(ancestors(scope), range(2), strict=False) if node.tag not in {"body", "html", "form"}
    ]
    return scope.tag in {"body", "html", "form"} or any(node in ancestors(element) for node in around)


def opening(page: Page, bodies: Sequence[Element]) -> list[Element]:
    """Elements at the beginning of a body that hold nothing but a date: a template prints it in front of the text."""
    found: list[Element] = []
    for body in bodies[:1]:
        for number, element in enumerate(body.iter_elements()):
            if number > _OPENING or (len(own_text(element).strip()) > LONG_TEXT):
                break
            if element.tag not in {"td", "th", "li"}:
                text = text_of(element) if len(children(element)) < 8 else ""
                stamp = dates.find(text, fetched_at=page.fetched_at) if 0 < len(text) <= _LONGEST_LABEL else None
                if stamp is not None and stamp.precision not in {"year", "month"}:
                    found.append(element)
    return found


def closing(page: Page, bodies: Sequence[Element], told: Timestamp | None = None) -> list[Element]:
    """Elements behind the last running text of a body that hold a date and perhaps a button: some templates print it there.

    What a list of other stories prints is none of it, nor is a date in a table. `told`: only what says the same day.
    """
    found: list[Element] = []
    for body in bodies[-1:]:
        inside = list(body.iter_elements())
        running = [len(own_text(one).strip()) > LONG_TEXT and not _is_linked(one) for one in inside]
        last = max((number for number, runs in enumerate(running) if runs), default=-1)
        for element in inside[last + 1 :] if last >= 0 else ():
            if element.tag == "a" and _leads_elsewhere(page, element):
                break
            if (
                element.tag in {"td", "th", "li", "a"}
                or any(outer in found for outer in ancestors(element))
                or is_longer(element, _LONGEST_LABEL)
                or any(_leads_elsewhere(page, anchor) for anchor in element.iter_elements("a"))
            ):
                continue
            text = clean(" ".join(_unlinked(element))).strip(" ,;|[]()-")
            stamp = dates.find(text, fetched_at=page.fetched_at) if dates.may_hold(text) else None
            if (
                stamp is not None
                and stamp.precision not in {"year", "month"}
                and (told is None or told.at.date() == stamp.at.date())
                and not page.asides.lies_in(element, body)
            ):
                found.append(element)
    return found


def _is_linked(element: Element) -> bool:
    return any(outer.tag == "a" for outer in islice(chain([element], ancestors(element)), 3))


def _unlinked(element: Element) -> Iterator[str]:
    """The texts of an element that are no link's."""
    for node in element.children:
        if isinstance(node, Text):
            yield node.data
        elif isinstance(node, Element) and node.tag != "a":
            yield from _unlinked(node)


def _order(found: _Printed) -> tuple[int, int, int]:
    return found.rank, found.stamp.precision == "day", found.distance


def _read(element: Element, distance: int, page: Page) -> Iterator[_Printed]:
    text = text_of(element).strip(" ,;[]")  # another label follows, or brackets set it apart
    if not text or len(text) > _LONGEST_LABEL:
        return
    stamp = dates.find(text, fetched_at=page.fetched_at)
    pieces = (
        [text]
        if stamp
        else [clean(child.data) for child in element.children if isinstance(child, Text) and dates.may_hold(child.data)]
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
            yield _Printed(stamp, _rank(labels), distance)
            exact = _in_title(element, stamp)
            if exact is not None:
                yield _Printed(exact, _rank(labels), distance)
            parent = parent_of(element)
            if stamp.precision == "day" and parent is not None:
                whole = dates.find(text_of(parent)[: _LONGEST_LABEL + 1], fetched_at=page.fetched_at)
                if whole is None and (clock := _clock_behind(element)):
                    whole = dates.find(f"{stamp.raw} {clock}")
                if whole is not None and whole.precision in {"minute", "second"} and whole.at.date() == stamp.at.date():
                    yield _Printed(whole, _rank(labels), distance)


def _label_in_front(element: Element) -> str:
    """A label that has an element of its own in front of the date: `<dt>Ngày đăng</dt><dd>05/03/2019 07:30</dd>`."""
    for node in (element, parent_of(element)):
        before = node.previous_sibling if node is not None else None
        while before is not None and not before.text.strip():
            before = before.previous_sibling
        if before is not None:
            return "" if is_markup(before) or len(before.text) > _LONGEST_IN_FRONT else clean(before.text)
    return ""


def _clock_behind(element: Element) -> str | None:
    """The clock that the next label of a row shows and nothing else: `<li>02/11/2026</li><li>19:05</li>`."""
    following = element.next_sibling
    while following is not None and not (isinstance(following, Element) and text_of(following)):
        following = following.next_sibling  # an icon, perhaps
    text = text_of(following) if following is not None else ""
    return text if _ONLY_CLOCK.fullmatch(text) else None


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


def _in_sentences(page: Page, bodies: Sequence[Element]) -> Iterator[_Printed]:
    """The date in a sentence behind the text: “Bài này được đăng lúc Thứ Sáu, 3 Tháng Bảy, 2009 09:26 trong chuyên mục …”."""
    ends = max((page.place(element) for body in bodies for element in (body, *body.iter_elements())), default=-1)
    for body in bodies[-1:]:
        for element in page.between(page.place(body), ends + _OPENING):
            own = clean(own_text(element)) if element.tag in _SENTENCES else ""
            found = _POSTED.search(own) or _POSTED_UNDER.search(own)
            stamp = dates.find(found[1], fetched_at=page.fetched_at) if found else None
            if stamp is not None and stamp.precision not in {"year", "month"}:
                yield _Printed(stamp, 0, 0)


def _unusual(element: Element, page: Page) -> Iterator[_Printed]:
    """A date in a shape of its own, where the platform or its name says that a date stands; read by a library."""
    text = text_of(element)
    stamp = dates.find_unusual(text, fetched_at=page.fetched_at) if text else None
    if stamp is not None and not page.asides.lies_in(element):
        yield _Printed(stamp, _rank(f"{text} {names(element)}"), 0)


def _rank(labels: str) -> int:
    if _PUBLISHED.search(labels) or "datePublished" in labels:
        return 0
    if _MODIFIED.search(labels) or "dateModified" in labels:
        return 3
    return 2 if _CREATED.search(labels) else 1


def _around(page: Page, heading: Element | None, bodies: Sequence[Element]) -> Iterator[tuple[Element, int]]:
    """Labels near heading and text, outside the text, that may tell a moment, with their distance in elements."""
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
        if not dates.may_hold(own) or not _is_label(page, element, around, between=start < place <= ends):
            continue
        if place > ends:
            if links > _LINKS_BELOW:
                return
            yield element, _BELOW + place - ends
        elif place > start:
            yield element, place - start
        elif _links_between(page, element, first) <= _LINKS_ABOVE:
            is_near = first is heading and start - place <= _NEAR and _share_a_box(element, first)
            yield element, start - place if is_near else _ABOVE + start - place


def _parted(element: Element) -> str:
    """What a small box says whose parts are a day, a month, a year, a clock, each in an element of its own; else nothing."""
    parts = children(element)
    if not 1 < len(parts) <= _PARTS or is_longer(element, _LONGEST_IN_FRONT) or any(map(children, parts)):
        return ""
    return "" if any(dates.find(text_of(part)) is not None for part in parts) else text_of(element)


def _share_a_box(element: Element, heading: Element) -> bool:
    """Whether a small box, and not just the page's column, holds a label and the heading."""
    boxes = [outer for outer in islice(ancestors(heading), 2) if outer.tag not in {"body", "main", "form", "html"}]
    outer = next((outer for outer in ancestors(element) if outer in boxes), None)
    return outer is not None and not is_longer(outer, _LONGEST_LABEL * 3)


def _is_label(page: Page, element: Element, around: Collection[Element], *, between: bool) -> bool:
    """Whether an element is a label of the article: in no menu, no list of others, no comment, no foot of the page.

    `around`: the elements that hold the heading or the text.
    """
    card = False
    for outer in (element, *ancestors(element)):
        if outer in around:
            return not card
        if outer.tag == "a" and _leads_elsewhere(page, outer):
            return False
        if outer.tag in {"li", "article", "tr", "td", "div", "dd", "section"} and not card and outer is not element:
            card = any(_leads_elsewhere(page, anchor) for anchor in outer.iter_elements("a"))
        if page.asides.is_aside(outer) and not _is_row_of_labels(page, outer, between=between):
            return False
        if outer.tag in {"li", "tr"} and not between and _names_another(page, outer):
            return False
    return not card


def _is_row_of_labels(page: Page, aside: Element, *, between: bool) -> bool:
    """Whether what its name calls a bar for sharing or a side is a short line about the article."""
    return (
        aside.tag not in {"nav", "footer", "header", "form", "select"}
        and (between or not _CLOCK.search(names(aside)))
        and len(text_of(aside)) <= _LONGEST_LABEL
        and not any(_leads_elsewhere(page, anchor) for anchor in aside.iter_elements("a"))
    )


def _names_another(page: Page, row: Element) -> bool:
    """Whether a row of a list is about another page: its one link of several words is no section that the menu names, too."""
    anchors = list(islice(row.iter_elements("a"), 2))
    url = page.absolute(anchors[0].attr("href") or "") if len(anchors) == 1 else None
    if url is None or url == page.address or len(anchors[0].text.split()) < 2:
        return False
    linked = page.once("how often addresses are linked", lambda: Counter(url for _, url in page.links()))
    return linked[url] == 1


def _leads_elsewhere(page: Page, anchor: Element) -> bool:
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


def machine_dates(
    page: Page, heading: Element | None, bodies: Sequence[Element], *, utc_is_wall: bool = False
) -> Iterator[Machine]:
    """Machine dates of this article, the most telling first."""
    given = list(_machine_texts(page, heading, bodies)) or list(_created(page))
    for text, rule in given:
        stamp = dates.find_machine(text)
        if stamp is None or stamp.precision in {"year", "month"}:
            continue
        wall = replace(stamp, at=stamp.at.astimezone(UTC).replace(tzinfo=dates.VIETNAM)) if _UTC.search(text) else stamp
        yield Machine(wall, rule, stamp) if utc_is_wall else Machine(stamp, rule, wall)


def _machine_texts(page: Page, heading: Element | None, bodies: Sequence[Element]) -> Iterator[tuple[str, str]]:
    anchors = [element for element in (heading, *bodies) if element is not None]
    scope = common(anchors) if anchors else page.root
    for element in page.select("[itemprop='datePublished']"):
        if scope in ancestors(element) and not _beside(page, element, scope):
            yield (
                element.attr("content") or element.attr("datetime") or element.attr("title") or text_of(element),
                "itemprop datePublished",
            )
    for element in page.select(
        "[property~='dc:date'], [property='schema:datePublished'], [property='datePublished'], [property='schema:dateCreated']"
    ):
        if element.attr("content") and scope in ancestors(element) and not _beside(page, element, scope):
            yield element.attr("content") or "", "RDFa date"
    for element in page.select("time[datetime]"):
        label = text_of(element)
        called = f"{names(element)} {element.attr('itemprop') or ''} {label if len(label) <= _LONGEST_LABEL else ''}"
        modified = _rank(called) == 3
        inside = any(body in ancestors(element) for body in bodies if heading is None or body not in ancestors(heading))
        if not modified and not inside and scope in ancestors(element) and not _beside(page, element, scope):
            yield element.attr("datetime") or "", "time datetime"
    dated = [
        data
        for data in page.linked_data
        if isinstance(data.get("datePublished"), str) and "comment" not in kinds_of(data)
    ]
    # The page around an article has a date of its own.
    of_articles = [data for data in dated if kinds_of(data) & _ARTICLES]
    for data in of_articles or dated:
        yield data["datePublished"], "JSON-LD datePublished"
    for name in _META:
        if name in page.meta:
            yield page.meta[name], f"meta {name}"


def _created(page: Page) -> Iterator[tuple[str, str]]:
    for data in page.linked_data:
        if isinstance(data.get("dateCreated"), str) and kinds_of(data) & _ARTICLES:
            yield data["dateCreated"], "JSON-LD dateCreated"
    for name in _META_CREATED:
        if name in page.meta:
            yield page.meta[name], f"meta {name}"


def _beside(page: Page, element: Element, scope: Element) -> bool:
    for node in ancestors(element):
        if node is scope:
            return False
        if page.asides.is_aside(node):
            return True
    return False
