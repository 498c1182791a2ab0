"""When an article was published, by evidence: what is printed beside it, and what machines are told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta

from lxml import etree
from lxml.html import HtmlElement

from crawler.platforms.evidence.names import is_aside, names
from crawler.platforms.page import Page
from vietnam import dates
from vietnam.dates import Timestamp
from vietnam.normalize import clean

_LONGEST_LABEL = 160
# Distances from here on count upwards from the heading.
_ABOVE = 10_000
# A text of its own longer than this is running text, not a label.
LONG_TEXT = 80
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
_TIMED = re.compile(r"\d|hôm|giờ trước|phút trước|vừa xong")
_RANKS = ("labelled published", "unlabelled", "labelled created", "labelled modified")
_META = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "pubdate", "publishdate",
    "publish-date", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.created", "dc.date.created", "date", "datecreated",
)  # fmt: skip
_UTC = re.compile(r"(?:Z|[+-]00:?00)$")
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
    page: Page, heading: HtmlElement | None, bodies: Sequence[HtmlElement], hints: Sequence[str] = (), *,
    machine_first: bool = False, utc_is_wall: bool = False, clocks: Sequence[tuple[str, str]] = (),
) -> Dated | None:  # fmt: skip
    """The moment of publication.

    A printed clock wins; a printed day takes the clock of a machine date of the same day; without either the machine date.
    `machine_first`: the platform prints in a form of its own settings (month first), so its machine dates win.
    `utc_is_wall`: a machine date in UTC is the clock on the wall of a site whose time zone was never set.
    `clocks`: machine dates of this article that show the clock on the portal's wall, whatever zone they name; they win.
    """
    printed = _printed(page, heading, bodies, hints)
    if not printed or printed[0].stamp.precision == "day":
        inside = sorted((read for element in opening(page, bodies) for read in _read(element, 0, page)), key=_order)
        if inside and (not printed or inside[0].stamp.at.date() == printed[0].stamp.at.date()):
            printed = inside
    machine = list(machine_dates(page, heading, bodies, utc_is_wall=utc_is_wall))
    for text, rule in clocks:
        stamp = dates.find(_ZONE.sub("", text))
        if stamp is not None and stamp.precision not in {"year", "month"}:
            return _dated(stamp, rule, [], [other for other in machine if other.rule != rule])
    if machine and (machine_first or not printed or printed[0].rank == 3):
        first = machine[0]
        return _dated(first.stamp, first.rule, [], machine[1:])
    if not printed:
        return None
    return confirmed(printed[0].stamp, f"printed, {_RANKS[printed[0].rank]}", machine, printed[1:])


def confirmed(stamp: Timestamp, rule: str, machine: Sequence[Machine], printed: Sequence[_Printed] = ()) -> Dated:
    """A printed date beside the machine dates of the same article: a day takes the clock of one that names the day."""
    if stamp.precision == "day":
        for candidate in machine:
            for reading in (candidate.stamp, candidate.other):
                if reading.precision != "day" and reading.at.date() == stamp.at.date():
                    clocked = replace(stamp, at=reading.at, precision="minute")
                    return _dated(clocked, f"{rule}, with the clock of {candidate.rule}", [], machine)
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


def _printed(
    page: Page, heading: HtmlElement | None, bodies: Sequence[HtmlElement], hints: Sequence[str]
) -> list[_Printed]:
    """Printed dates, best first: those where the platform prints them, else those around heading and body."""
    anchors = [element for element in (heading, *bodies) if element is not None]
    scope = common(anchors) if anchors else page.root
    for hint in hints:
        elements = [
            element
            for element in page.select(hint)
            if not is_aside(element) and not any(body in element.iterancestors() for body in bodies)
        ]
        # The clock of a site may be named like the date of its articles.
        near = [element for element in elements if scope in element.iterancestors()]
        near = near or [element for element in elements if _close(element, scope)]
        found = [read for element in near for read in _read(element, 0, page)]
        if found:
            return sorted(found, key=_order)
    found = [read for element, distance in _around(heading, bodies) for read in _read(element, distance, page)]
    # Above the heading stands the page's own date as often as the article's: only where nothing stands below it.
    below = [read for read in found if read.distance < _ABOVE]
    return sorted(below or found, key=_order)


def _close(element: HtmlElement, scope: HtmlElement) -> bool:
    """Whether an element stands within two levels around the article, and not just anywhere on the page."""
    around = [
        node
        for node, _ in zip(scope.iterancestors(), range(2), strict=False)
        if node.tag not in {"body", "html", "form"}
    ]
    return scope.tag in {"body", "html", "form"} or any(node in element.iterancestors() for node in around)


def opening(page: Page, bodies: Sequence[HtmlElement]) -> list[HtmlElement]:
    """Elements at the beginning of a body that hold nothing but a date: a template prints it in front of the text."""
    found: list[HtmlElement] = []
    for body in bodies[:1]:
        for number, element in enumerate(body.iterdescendants()):
            if number > _OPENING or (isinstance(element.tag, str) and len(own_text(element).strip()) > LONG_TEXT):
                break
            if isinstance(element.tag, str) and element.tag not in {"td", "th", "li"}:
                text = clean("".join(element.itertext())) if len(element) < 8 else ""
                stamp = dates.find(text, fetched_at=page.fetched_at) if 0 < len(text) <= _LONGEST_LABEL else None
                if stamp is not None and stamp.precision not in {"year", "month"}:
                    found.append(element)
    return found


def _order(found: _Printed) -> tuple[int, int, int]:
    return found.rank, found.stamp.precision == "day", found.distance


def _read(element: HtmlElement, distance: int, page: Page) -> Iterator[_Printed]:
    text = clean("".join(element.itertext()))
    if not text or len(text) > _LONGEST_LABEL:
        return
    stamp = dates.find(text, fetched_at=page.fetched_at)
    pieces = [text] if stamp else re.split(r"\s*[|•·/–]\s+|\s{2,}|\s+-\s+(?=\D)", text)
    if stamp is None and element.find(".//a") is None:
        # A bare number behind an icon counts readers.
        pieces += [
            piece for piece in map(clean, map(str, element.itertext())) if len(piece) > 5 and piece not in pieces
        ]
    for piece in pieces:
        stamp = dates.find(piece, fetched_at=page.fetched_at)
        if stamp is not None and stamp.precision not in {"year", "month"}:
            labels = " ".join(
                [
                    piece,
                    *(names(node) for node in (element, *list(element.iterancestors())[:2])),
                    element.get("itemprop") or "",
                ]
            )
            yield _Printed(stamp, _rank(labels), distance)
            parent = element.getparent()
            if stamp.precision == "day" and parent is not None:
                whole = dates.find(clean("".join(parent.itertext()))[: _LONGEST_LABEL + 1], fetched_at=page.fetched_at)
                if whole is not None and whole.precision in {"minute", "second"} and whole.at.date() == stamp.at.date():
                    yield _Printed(whole, _rank(labels), distance)


def _rank(labels: str) -> int:
    if _PUBLISHED.search(labels) or "datePublished" in labels:
        return 0
    if _MODIFIED.search(labels) or "dateModified" in labels:
        return 3
    return 2 if _CREATED.search(labels) else 1


def _around(heading: HtmlElement | None, bodies: Sequence[HtmlElement]) -> Iterator[tuple[HtmlElement, int]]:
    """Elements with a text of their own near heading and body, outside both, with their distance in elements."""
    anchors = [element for element in (heading, *bodies) if element is not None]
    if not anchors:
        return
    scope = common(anchors)
    wide = scope.tag in {"body", "html"}
    # A body that holds its own heading holds the date too: in front of the text.
    loose = heading is not None and any(body in heading.iterancestors() for body in bodies)
    marks = [heading] if loose else anchors
    before: list[HtmlElement] = []
    passed = since = 0
    walk = etree.iterwalk(scope, events=("start",))
    for _, element in walk:
        if not isinstance(element.tag, str):
            continue
        if element in marks:
            passed += 1
            since = 0
            if passed == 1:
                # What stands above the heading: the nearer the better, and not the page's own date far above.
                for number, earlier in enumerate(reversed(before[-12:])):
                    yield earlier, _ABOVE + number
            walk.skip_subtree()
            continue
        if element is not scope and element not in bodies and is_aside(element):
            walk.skip_subtree()
            continue
        since += 1
        own = own_text(element)
        if loose and passed and len(own) > LONG_TEXT:
            return
        if not _TIMED.search(own):
            continue
        if not passed:
            before.append(element)
        elif not (wide and since > 40):
            yield element, since


def own_text(element: HtmlElement) -> str:
    """The text of an element without that of its children."""
    return (element.text or "") + "".join(child.tail or "" for child in element)


def common(elements: Sequence[HtmlElement]) -> HtmlElement:
    """The smallest element that holds all of them; its parent where that is only one of them."""
    first, *others = elements
    chain = [first, *first.iterancestors()]
    for other in others:
        theirs = {other, *other.iterancestors()}
        chain = [node for node in chain if node in theirs]
    node = chain[0]
    for _ in range(3 if len(elements) == 1 else 1):
        parent = node.getparent()
        if (
            parent is None
            or node.tag in {"body", "html", "article", "main"}
            or not (node in elements or len(elements) == 1)
        ):
            break
        node = parent
    return node


def machine_dates(
    page: Page, heading: HtmlElement | None, bodies: Sequence[HtmlElement], *, utc_is_wall: bool = False
) -> Iterator[Machine]:
    """Machine dates of this article, the most telling first."""
    for text, rule in _machine_texts(page, heading, bodies):
        stamp = dates.find(text)
        if stamp is None or stamp.precision in {"year", "month"}:
            continue
        wall = replace(stamp, at=stamp.at.astimezone(UTC).replace(tzinfo=dates.VIETNAM)) if _UTC.search(text) else stamp
        yield Machine(wall, rule, stamp) if utc_is_wall else Machine(stamp, rule, wall)


def _machine_texts(page: Page, heading: HtmlElement | None, bodies: Sequence[HtmlElement]) -> Iterator[tuple[str, str]]:
    anchors = [element for element in (heading, *bodies) if element is not None]
    scope = common(anchors) if anchors else page.root
    for element in page.select("[itemprop='datePublished']"):
        if scope in element.iterancestors() and not _beside(element, scope):
            yield (
                element.get("content") or element.get("datetime") or clean(element.text_content()),
                "itemprop datePublished",
            )
    for element in page.select(
        "[property~='dc:date'], [property='schema:datePublished'], [property='datePublished'], [property='schema:dateCreated']"
    ):
        if element.get("content") and scope in element.iterancestors() and not _beside(element, scope):
            yield element.get("content") or "", "RDFa date"
    for element in page.select("time[datetime]"):
        modified = _rank(f"{names(element)} {element.get('itemprop') or ''}") == 3
        inside = any(body in element.iterancestors() for body in bodies)
        if not modified and not inside and scope in element.iterancestors() and not _beside(element, scope):
            yield element.get("datetime") or "", "time datetime"
    for data in page.linked_data:
        if isinstance(data.get("datePublished"), str) and not _is_kind(data, "Comment"):
            yield data["datePublished"], "JSON-LD datePublished"
    for name in _META:
        if name in page.meta:
            yield page.meta[name], f"meta {name}"


def _beside(element: HtmlElement, scope: HtmlElement) -> bool:
    for node in element.iterancestors():
        if node is scope:
            return False
        if is_aside(node):
            return True
    return False


def _is_kind(data: dict[str, object], kind: str) -> bool:
    given = data.get("@type")
    return kind in (given if isinstance(given, list) else [given])
