"""When an article was published, by evidence: what is printed beside it, and what machines are told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain, islice

from crawler.platforms.evidence.date_labels import (
    ABOVE,
    BELOW,
    IN_SECTION,
    LONG_TEXT,
    LONGEST_LABEL,
    ONLY_CLOCK,
    Printed,
    around_article,
    common,
    in_sentences,
    leads_elsewhere,
    read_label,
    read_unusual,
)
from crawler.platforms.evidence.machine_dates import Machine, machine_dates
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, Text, ancestors, children, is_longer, own_text, text_of
from vietnam import dates
from vietnam.dates import Timestamp
from vietnam.normalize import clean

# Labels with a date that are read, in reading order.
_MOST_LABELS = 100
# So many elements of a body may stand before its text.
_OPENING = 15
# Words beside a date that opens a text: “Ngày đăng”, “Cập nhật lúc”.
_BESIDE_DATE = 4
# Of several parts of a text so many last ones may hold what closes it.
_LAST_PARTS = 3
# Elements behind the last running text of which one may be a date: more than any page has, in bounded time.
_FOLLOWING = 2_000
_RANKS = ("labelled published", "unlabelled", "labelled created", "labelled modified")
_ZONE = re.compile(r"(?<=:\d\d)(?:Z|[+-]\d\d:?\d\d)$")


@dataclass(frozen=True, slots=True)
class Dated:
    """The moment of publication, the rule that gave it, and what other evidence says against it."""

    stamp: Timestamp
    rule: str
    against: str | None = None
    # Whether it may as well be what day it is: far above the heading, and the day of the visit.
    may_be_today: bool = False


# So long a page may have lain in a cache.
_CACHED = timedelta(days=1)


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
        printed = [read for hint in hints for element in page.select(hint) for read in read_unusual(element, page)]
    if not printed:
        printed = list(in_sentences(page, bodies))
    if not printed:
        ends = [inner for element in closing(page, bodies) for inner in element.iter_elements(include_self=True)]
        printed = sorted((read for element in ends for read in read_label(element, 0, page)), key=_order)
    if not printed or printed[0].stamp.precision == "day":
        inside = sorted(
            (read for element in opening(page, bodies) for read in read_label(element, 0, page)), key=_order
        )
        if inside and (not printed or inside[0].stamp.at.date() == printed[0].stamp.at.date()):
            printed = inside
        elif inside and all(read.rank == 3 or read.distance >= BELOW for read in printed):
            # What opens the text and says nothing else is nearer than a label beside or below it.
            bare = [
                read
                for element in opening(page, bodies)
                if _is_bare(page, element)
                for read in read_label(element, 0, page)
            ]
            printed = sorted(bare, key=_order) or printed
    machine = list(machine_dates(page, heading, bodies, utc_is_wall=utc_is_wall))
    printed = _believed(printed, machine)
    for text, rule in clocks:
        stamp = dates.find(_ZONE.sub("", text))
        if stamp is not None and stamp.precision not in {"year", "month"}:
            return _dated(stamp, rule, [], [other for other in machine if other.rule != rule])
    today = page.fetched_at.astimezone(dates.VIETNAM).date() if page.fetched_at is not None else None
    if (
        machine
        and _says_what_day_it_is(printed, today)
        and not any(_agree(read.stamp, other.stamp) for read in printed for other in machine)
    ):
        printed = []  # far above the heading stands what day it is
    # How long ago it was when the page was made is known less well than what machines are told.
    vague = bool(printed) and all(read.stamp.relative for read in printed)
    if machine and (
        machine_first or not printed or vague or printed[0].rank == 3 or printed[0].stamp.rule == "dateparser"
    ):
        first = machine[0]
        return confirmed(first.stamp, first.rule, machine[1:])
    if not printed:
        return None
    if not machine and printed[0].stamp.precision == "day" and (clock := _clock_linked(page)):
        stamp = dates.find(f"{printed[0].stamp.raw} {clock}")
        if stamp is not None:
            return _dated(stamp, f"printed, {_RANKS[printed[0].rank]}, with the clock that leads to the page", [], [])
    by = ", by dateparser" if printed[0].stamp.rule == "dateparser" else ""
    found = confirmed(printed[0].stamp, f"printed, {_RANKS[printed[0].rank]}{by}", machine, printed[1:])
    is_day = printed[0].stamp.precision == "day" and not machine
    return replace(found, may_be_today=True) if is_day and _says_what_day_it_is(printed, today) else found


def _says_what_day_it_is(printed: Sequence[Printed], today: date | None) -> bool:
    """Whether what is printed stands far above the heading, and is the day of the visit."""
    return (
        bool(printed)
        and today is not None
        and all(read.distance >= ABOVE and abs(read.stamp.at.date() - today) <= _CACHED for read in printed)
    )


def _clock_linked(page: Page) -> str | None:
    """The one clock that is a link to the page itself: Blogger prints the day above and “vào lúc 15:06” below."""
    found = {
        text
        for anchor in page.root.iter_elements("a")
        if ONLY_CLOCK.fullmatch(text := text_of(anchor)) and page.leads_to_itself(anchor)
    }
    return found.pop() if len(found) == 1 else None


def _believed(printed: Sequence[Printed], machine: Sequence[Machine]) -> list[Printed]:
    """Printed dates, those that a machine date confirms first among their like; without those that are printed month first.

    That is seen where a machine date has day and month the other way round, none has them as printed, and the weekday is
    that of the machine's or the date stands in the very `<time>`. Machines are told month first, too: else what is printed wins.
    """

    def agreed(read: Printed) -> bool:
        return any(_agree(read.stamp, moment) for one in machine for moment in (one.stamp, one.other))

    def is_month_first(read: Printed) -> bool:
        at = read.stamp.at
        return not agreed(read) and any(
            (moment.at.year, moment.at.month, moment.at.day) == (at.year, at.day, at.month)
            for one in machine
            if read.stamp.weekday_conflict or one.rule.startswith("time ")
            for moment in (one.stamp, one.other)
        )

    kept = [read for read in printed if read.stamp.at.day > 12 or not is_month_first(read)]
    return sorted(kept, key=lambda read: (read.rank, not agreed(read))) if machine else kept


def confirmed(stamp: Timestamp, rule: str, machine: Sequence[Machine], printed: Sequence[Printed] = ()) -> Dated:
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


def _dated(stamp: Timestamp, rule: str, printed: Sequence[Printed], machine: Sequence[Machine]) -> Dated:
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


def _printed(page: Page, heading: Element | None, bodies: Sequence[Element], hints: Sequence[str]) -> list[Printed]:
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
        found = [read for element in near for read in read_label(element, 0, page)]
        if found:
            return sorted(found, key=_order)
    labelled = _around(page, heading, bodies, unseen=False) or _around(page, heading, bodies, unseen=True)
    # Above the heading stands the page's own date as often as the article's, below the text that of another: only where nothing stands between.
    between = [read for read in labelled if read.distance < BELOW]
    return sorted(between or labelled, key=_order)


def _around(page: Page, heading: Element | None, bodies: Sequence[Element], *, unseen: bool) -> list[Printed]:
    labels = islice(around_article(page, heading, bodies, unseen=unseen), _MOST_LABELS)
    return [read for element, distance in labels for read in read_label(element, distance, page)]


def _is_bare(page: Page, element: Element) -> bool:
    """Whether an element says a date and hardly a word beside it."""
    text = text_of(element)
    stamp = dates.find(text, fetched_at=page.fetched_at)
    return stamp is not None and len(re.findall(r"\w{2,}", text.replace(stamp.raw, " "))) <= _BESIDE_DATE


def _close(element: Element, scope: Element) -> bool:
    """Whether an element stands within two levels around the article, and not just anywhere on the page."""
    around = [
        node for node, _ in zip(ancestors(scope), range(2), strict=False) if node.tag not in {"body", "html", "form"}
    ]
    return scope.tag in {"body", "html", "form"} or any(node in ancestors(element) for node in around)


def opening(page: Page, bodies: Sequence[Element]) -> list[Element]:
    """Elements at the beginning of a body that hold nothing but a date: a template prints it in front of the text.

    The first of several bodies may be a lead with its date below it.
    """
    found: list[Element] = []
    for body in bodies[:1]:
        leads = len(bodies) > 1
        for number, element in enumerate(body.iter_elements()):
            if number > _OPENING:
                break
            if len(own_text(element).strip()) > LONG_TEXT:
                if not leads:
                    break
                leads = False
            if element.tag not in {"td", "th", "li"}:
                text = text_of(element).strip(" ,;[]") if len(children(element)) < 8 else ""
                stamp = dates.find(text, fetched_at=page.fetched_at) if 0 < len(text) <= LONGEST_LABEL else None
                if stamp is not None and stamp.precision not in {"year", "month"}:
                    found.append(element)
    return found


def closing(page: Page, bodies: Sequence[Element], told: Timestamp | None = None) -> list[Element]:
    """Elements behind the last running text of a body that hold a date and perhaps a button: some templates print it there.

    What a list of other stories prints is none of it, nor is a date in a table. `told`: only what says the same day.
    """
    found: dict[Element, None] = {}
    # Where each paragraph is a part of its own, the date is one.
    for body in bodies[-1:]:
        inside = (
            list(body.iter_elements())
            if len(bodies) == 1
            else [*bodies[-_LAST_PARTS:-1], *body.iter_elements(include_self=True)]
        )
        running = [len(own_text(one).strip()) > LONG_TEXT and not _is_linked(one) for one in inside]
        last = max((number for number, runs in enumerate(running) if runs), default=-1)
        for element in inside[last + 1 : last + 1 + _FOLLOWING] if last >= 0 else ():
            if element.tag == "a" and leads_elsewhere(page, element):
                break
            if (
                element.tag in {"td", "th", "li", "a"}
                or any(outer in found for outer in ancestors(element))
                or is_longer(element, LONGEST_LABEL)
                or any(leads_elsewhere(page, anchor) for anchor in element.iter_elements("a"))
            ):
                continue
            text = clean(" ".join(_unlinked(element))).strip(" ,;|[]()-")
            if element.find("a") is not None:  # “Đăng lúc …, mục <a>Tin xã</a>”
                text = IN_SECTION.sub("", text)
            stamp = dates.find(text, fetched_at=page.fetched_at) if dates.may_hold(text) else None
            if (
                stamp is not None
                and stamp.precision not in {"year", "month"}
                and (told is None or told.at.date() == stamp.at.date())
                and not page.asides.lies_in(element, body)
            ):
                found[element] = None
    return list(found)


def _is_linked(element: Element) -> bool:
    return any(outer.tag == "a" for outer in islice(chain([element], ancestors(element)), 3))


def _unlinked(element: Element) -> Iterator[str]:
    """The texts of an element that are no link's."""
    for node in element.children:
        if isinstance(node, Text):
            yield node.data
        elif isinstance(node, Element) and node.tag != "a":
            yield from _unlinked(node)


def _order(found: Printed) -> tuple[int, int, int]:
    return found.rank, found.stamp.precision == "day", found.distance
