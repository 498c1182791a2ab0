"""How a list goes on: rows of numbers whose addresses follow them, and links that say “next”; read, not recognized by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise
from urllib.parse import urlencode, urlsplit

from crawler.platforms.evidence import counting, menu
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, ancestors, names, parent_of, text_of
from vietnam import urls
from vietnam.normalize import fold

# More pages than this no list of a portal has; larger numbers count something else.
_MOST_PAGES = 99_999
# Steps from a number to the element that holds its row: a > li > ul, a > td > tr.
_STEPS = 4
# Characters of a row of numbers beside its numbers: words such as “Trang”, “Trước”, “Sau”.
_ROW_WORDS = 60
# Words, or pieces of text, from which on an element holds more than a row.
_ROW = 200
# Rows that are read: no page has so many pagers.
_MOST_ROWS = 30
# Pages that one box offers.
_MOST_OPTIONS = 500
# Numbers in a row from which on they are the days of a month.
_DAYS = 27
_NUMBER = re.compile(r"^\W*(?:trang|page)?\s*(\d{1,5})\W*$", re.IGNORECASE)
_ADDRESS = re.compile(r"[/?]|\.(?:html?|aspx?|php)$")
_CURRENT = re.compile(r"(?:^|[\s_-])(?:active|current\w*|selected|cur|now|on|dangchon)(?:$|[\s_-])", re.IGNORECASE)
_NEXT = re.compile(
    r"^\W*(?:trang (?:sau|tiep|ke)(?: theo)?|(?:trang )?tiep(?: theo)?|ke tiep|sau|next(?: page)?|(?:cac )?(?:tin|bai)(?: viet| dang)? cu hon|cu hon|older(?: posts)?)\W*$"
)
_MORE = re.compile(r"^\W*(?:(?:xem|tai|hien) (?:them|tiep)(?: (?:tin|bai)(?: viet)?)?|(?:load|view|show|see) more)\W*$")
_ARROWS = frozenset(["›", "»", ">", ">>", "→", "❯", "⟩"])
_OFF = re.compile(r"(?:^|[\s_-])(?:disabled|inactive|off)(?:$|[\s_-])", re.IGNORECASE)
_NEXT_NAME = re.compile(
    r"(?:^|[\s_-])(?:next|nx|older|(?:load|btn|view|see|xem)-?(?:more|them))(?:$|[\s_-])", re.IGNORECASE
)
_COUNTED = re.compile(r"[/?&_-](?:page|paged|trang|p)[-/=]?\d{1,5}(?:\D|$)", re.IGNORECASE)
_DATE_IN_ADDRESS = re.compile(r"/(?:19|20)\d\d[/-]\d{1,2}[/-]\d{1,2}(?:\D|$)")
_OF_PAGES = re.compile(
    r"(?:trang|page)\W{0,3}(\d{1,5})\s*(?:/|trên|trong|of)\s*(?:tổng số\s*)?(\d{1,5})|(\d{1,5})\s*/\s*(\d{1,5})\s*trang",
    re.IGNORECASE,
)
_OF_ENTRIES = re.compile(
    r"(?:có|tổng(?: số| cộng)?|tất cả)\s*:?\s*(\d{1,6})\s*(?:bài|tin|kết quả|bản ghi|mục)|(?:trong|trên|of)\s*(?:tổng số\s*)?(\d{1,6})\s*(?:bài|tin|kết quả|bản ghi|mục|items)",
    re.IGNORECASE,
)
# A headline has more words than a label.
_LABEL_WORDS = 4
# Longer lines are sentences: a count in them is news.
_LABEL = 60


@dataclass(slots=True)
class Pager:
    """What a page prints of the other pages of its list."""

    # The number of each page that a link leads to.
    numbers: dict[str, int] = field(default_factory=dict)
    # What tells pages apart that only a link “next” leads to: the count in the address, whose start nobody tells.
    marks: dict[str, str] = field(default_factory=dict)
    # The page that is shown; 1 where nothing is marked.
    shown: int = 1
    # Whether a row of numbers, or a link to the next page, is printed at all.
    printed: bool = False
    # Whether numbers of pages are printed, and not only a link that says “next” or “more”.
    counted: bool = False
    # The last page that is printed, whether a link leads there or not.
    last: int = 1
    # Elements that promise more and have no address: a script acts on them.
    controls: list[Element] = field(default_factory=list)

    def further(self) -> list[str]:
        """The pages behind the one shown, in their order."""
        return sorted(
            (url for url, number in self.numbers.items() if number > self.shown), key=self.numbers.__getitem__
        )


@dataclass(frozen=True, slots=True)
class _Item:
    number: int
    url: str | None
    element: Element
    marked: bool


def _is_off(control: Element) -> bool:
    return (
        control.attr("disabled") is not None
        or control.attr("aria-disabled") == "true"
        or _OFF.search(names(control)) is not None
    )


def read(page: Page, number_told: int = 1) -> Pager:
    """The pager of a page; `number_told` is what the page's own address says of its number, 1 where it says nothing."""
    found = Pager(shown=number_told, last=number_told)
    rows = [(row, _mapped(row, page.address)) for row in _rows(page)]
    if not any(mapped for _, mapped in rows):
        rows = [(row, _mapped(row, page.address, is_only=True)) for row, _ in rows]
    for row, mapped in rows:
        shown = _shown(row, mapped, page.address) or number_told
        numbered = sorted({item.number for item in row} | {shown})
        if mapped is None and not _counts_on(numbered):
            continue
        found.printed = found.counted = True
        if found.last == number_told or shown > found.shown:
            found.shown = shown
        found.last = max(found.last if found.last != number_told else 1, numbered[-1])
        for url, number in (mapped or {}).items():
            if number != shown:
                found.numbers.setdefault(url, number)
    told = list(_told_pages(page))
    _take_next(page, found, {shown for shown, last in told if shown < last})
    for shown, last in told:
        if shown == found.shown or not found.printed:
            found.last = max(found.last, last)
            found.shown = max(found.shown, shown)  # the last page leads back only
    return found


def _rows(page: Page) -> list[list[_Item]]:
    """Runs of printed numbers that stand in one element with little else."""
    rows: dict[Element, list[_Item]] = {}
    judged: dict[Element, bool | None] = {}
    for anchor in page.body.iter_elements("a"):
        if len(rows) < _MOST_ROWS and _number(anchor.text.strip()[:_LABEL]) is not None:
            holder = _holder(anchor, judged)
            if holder is not None and holder not in rows:
                rows[holder] = _items(page, holder)
    chosen = [_options(page, select) for select in islice(page.body.iter_elements("select"), _MOST_ROWS)]
    asked = [_buttons(page, form) for form in islice(page.body.iter_elements("form"), _MOST_ROWS)]
    return [row for row in (*rows.values(), *chosen, *asked) if row and not _is_calendar(row)]


def _buttons(page: Page, form: Element) -> list[_Item]:
    """The pages that the buttons of a form lead to: each sends its number, and the hidden fields with it."""
    if (form.attr("method") or "get").lower() != "get":
        return []
    action = page.absolute(form.attr("action") or "") or page.url
    hidden: list[tuple[str, str]] = []
    pressed: list[tuple[Element, str, str]] = []
    for control in islice(form.iter_elements(("input", "button", "select", "textarea")), _MOST_OPTIONS):
        kind = (control.attr("type") or ("submit" if control.tag == "button" else "text")).lower()
        name, value = control.attr("name") or "", control.attr("value") or ""
        if kind == "hidden" and name:
            hidden.append((name, value))
        elif kind == "submit":
            pressed.append((control, name, value))
        else:
            return []  # a form that a reader fills in is a search
    found: list[_Item] = []
    for button, name, value in pressed:
        number = _number((button.text.strip() or value)[:_LABEL])
        if number is None:
            continue
        url = (
            page.absolute(urlsplit(action)._replace(query=urlencode([*hidden, (name, value)])).geturl())
            if name
            else None
        )
        is_shown = button.attr("disabled") is not None or _CURRENT.search(names(button)) is not None
        found.append(_Item(number, url if url and urls.same_site(url, page.url) else None, button, is_shown))
    return found if len(found) > 1 else []


def _options(page: Page, select: Element) -> list[_Item]:
    """The pages that a box lets a reader choose, where its values are addresses."""
    found: list[_Item] = []
    for option in islice(select.iter_elements("option"), _MOST_OPTIONS):
        value, number = (option.attr("value") or "").strip(), _number(option.text.strip()[:_LABEL])
        url = page.absolute(value) if _ADDRESS.search(value) else None
        if number is not None and url is not None and urls.same_site(url, page.url):
            found.append(_Item(number, url, option, option.attr("selected") is not None))
    return found if len(found) > 1 else []


def _holder(anchor: Element, judged: dict[Element, bool | None]) -> Element | None:
    """The smallest element around a number that holds another number and little else."""
    for outer in islice(ancestors(anchor), _STEPS):
        if outer not in judged:
            judged[outer] = _holds_row(outer)
        if judged[outer] is not None:
            return outer if judged[outer] else None
    return None


def _holds_row(outer: Element) -> bool | None:
    """Whether an element holds a row of numbers; None where it holds one number only, as an item of a row does."""
    if outer.tag in {"body", "html", "tbody", "main"}:
        return False
    words = [word for text in islice(outer.strings, _ROW) for word in text.split()]
    if sum(_number(word) is not None for word in words) < 2:
        return None if len(words) <= _ROW else False
    return len(words) <= _ROW and sum(len(word) for word in words if _number(word) is None) <= _ROW_WORDS


def _items(page: Page, holder: Element) -> list[_Item]:
    """The numbers of a row, linked or not, in reading order."""
    found: list[_Item] = []
    inside: set[Element] = set()
    for element in islice(holder.iter_elements(), 5 * _ROW):
        outer = parent_of(element)
        if outer in inside:
            inside.add(element)
            continue
        if menu.length(element, _LABEL) > _LABEL or (number := _number(element.text.strip())) is None:
            continue
        if element.tag != "a" and (element.tag in {"ul", "ol", "tr", "select"} or element.find("a") is not None):
            continue
        inside.add(element)
        url = page.absolute(element.attr("href") or "") if element.tag == "a" else None
        found.append(
            _Item(number, url if url and urls.same_site(url, page.url) else None, element, _is_marked(element, holder))
        )
    return found


def _number(text: str) -> int | None:
    """The number that a label is, `[2]` and `Trang 2` too.

    >>> _number(" [2] "), _number("Trang 12"), _number("12/5"), _number("2. Tin")
    (2, 12, None, None)
    """
    found = _NUMBER.match(text)
    number = int(found[1]) if found else 0
    return number if 0 < number <= _MOST_PAGES else None


def _is_marked(element: Element, holder: Element) -> bool:
    """Whether a number, or what holds it alone, is marked as the page that is shown."""
    for node in chain([element], islice(ancestors(element), _STEPS)):
        if node is holder:
            break
        if _CURRENT.search(names(node)) or (node.attr("aria-current") or "false") != "false":
            return True
    return element.find("strong") is not None or element.tag in {"strong", "b"}


def _is_calendar(row: Sequence[_Item]) -> bool:
    """Whether numbers are the days of a month, or years of an archive."""
    numbers = {item.number for item in row}
    if len(numbers) > _DAYS and max(numbers) <= 31:
        return True
    linked = [(item.number, item.url) for item in row if item.url]
    if linked and all(_is_year(number, url) for number, url in linked):
        return True
    return any(_DATE_IN_ADDRESS.search(url) for _, url in linked)


def _is_year(number: int, url: str) -> bool:
    return counting.archive_of(url) == (number,)


def _mapped(row: Sequence[_Item], own: str, *, is_only: bool = False) -> dict[str, int] | None:
    """The addresses of a row by their numbers: alike but for one number that follows the printed one; None where they are not.

    `is_only`: no other row of the page is one; then the second page may stand at an address of another shape.
    """
    linked = [(item.number, item.url) for item in row if item.url]
    if not linked:
        return None
    # The page itself is one of the row, though no link says so.
    here = [item.number for item in row if item.url is None]
    witnesses = [*linked, *((number, own) for number in here if len(here) == 1)]
    shapes: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for number, url in witnesses:
        shapes.setdefault(tuple(re.split(r"\d+", url)), []).append((number, url))
    # Of a row of two, the page itself tells nothing of the other.
    best = max(shapes.values(), key=lambda pairs: (len({number for number, _ in pairs}), pairs[0][1] != own))
    if len({number for number, _ in best}) > 1:
        if not counting.follows(best):
            return None
    else:
        number, url = best[0]
        shown = next((item.number for item in row if item.marked or item.url in {None, own}), 1)
        is_next = is_only and number == shown + 1 and len(here) == 1 and counting.leads_elsewhere(own, url, number)
        if not (
            counting.leads_on(own, url, number) or (number < shown and counting.leads_on(url, own, shown)) or is_next
        ):
            return None
    return {url: number for number, url in linked if (number, url) in best or number == 1}


def _shown(row: Sequence[_Item], mapped: dict[str, int] | None, own: str) -> int | None:
    """The number that a row marks, does not link, or links to the page itself."""
    unlinked = [item.number for item in row if item.url is None]
    marked = [item.number for item in row if item.marked]
    if len(marked) == 1:
        return marked[0]
    if mapped and own in mapped:
        return mapped[own]
    if len(unlinked) == 1:
        return unlinked[0]
    return None


def _counts_on(numbers: Sequence[int]) -> bool:
    """Whether numbers without addresses are those of pages: one after the other, from the first or around one.

    >>> _counts_on([1, 2, 3, 12]), _counts_on([3, 17, 402])
    (True, False)
    """
    return (
        len(numbers) > 2
        and numbers[0] == 1
        and sum(later - earlier == 1 for earlier, later in pairwise(numbers)) >= len(numbers) // 2
    )


# What shows one picture after the other.
_OF_PICTURES = re.compile(
    r"(?i)viewer|lightbox|carousel|slide|slick|swiper|gallery|fancybox|(?:^|[\s_-])(?:image|img|photo)s?[_-]"
)


def _take_next(page: Page, found: Pager, not_last: set[int]) -> None:
    """Links that say “next” or “more”, where their address is that of a further page of this list.

    `not_last`: pages that the page itself says others follow.
    """
    for anchor in page.body.iter_elements(("a", "button")):
        text = anchor.text.strip()
        if len(text) > _LABEL:
            continue
        href = anchor.attr("href") or ""
        # Some themes call older pages “previous”: the address says where it leads.
        strength = _says_next(anchor, text) or (1 if _COUNTED.search(href) or _number(text) is not None else 0)
        if not strength:
            continue
        says_next = strength > 1 or _MORE.match(fold(text)) is not None
        url = page.absolute(href)
        label = _number(text)
        if (
            label == found.shown == 1
            and url is not None
            and counting.counts_pages(url, page.address, shown := counting.ends_in(page.address))
        ):
            found.shown, found.last, found.printed = (
                shown,
                max(found.last, shown),
                True,
            )  # only the first page has no number
        if label is not None and label <= found.shown:
            continue  # the page itself, or one before it
        if url is None:
            around = (anchor, *islice(ancestors(anchor), 1))
            if any(_is_off(node) or _OF_PICTURES.search(names(node)) for node in around):
                continue  # a button that leads nowhere on the last page, or to the next picture
            if says_next:
                found.controls.append(anchor)
            continue
        if not urls.same_site(url, page.url) or url in found.numbers or url == page.address:
            continue
        if label is not None:  # a number that stands in no row, as after a word in running text
            if counting.counts_pages(page.address, url, label) and not _is_year(label, url):
                found.numbers[url], found.printed, found.last = label, True, max(found.last, label)
            continue
        number = counting.next_number(page.address, url, found.shown)
        nothing_else_leads_on = number is None and not found.numbers and not found.counted
        if nothing_else_leads_on and _turns_elsewhere(page, anchor, url, found.shown, is_told=found.shown in not_last):
            number = found.shown + 1  # at an address that has nothing of the section's
        cursor = counting.cursor(page.address, url, says_next=says_next) if number is None else None
        number = found.shown + 1 if cursor is not None else number
        if number is not None and number > found.shown:
            found.numbers[url] = number
            found.marks[url] = f"next {cursor or counting.count_in(page.address, url)}"
            found.printed = True
            found.last = max(found.last, number)


def _turns_elsewhere(page: Page, anchor: Element, url: str, shown: int, *, is_told: bool) -> bool:
    """Whether a link that says “next” or “more”, or is drawn, leads to the next page at an address of another shape.

    `is_told`: the page says that there is one. Else the address must have the numbers of the list's own, or the link a telling name.
    """
    text = " ".join(anchor.text.split())
    says_more = _MORE.match(fold(text)) is not None
    says_next = says_more or text in _ARROWS or _NEXT.match(fold(text)) is not None
    is_drawn = not text and anchor.find("img") is not None
    if not (says_next or is_drawn) or _is_of_a_story(page, url):
        return False
    is_counted = counting.names_page(url, shown + 1)
    if counting.leads_elsewhere(page.address, url, shown + 1):
        return says_next or is_counted
    if page.asides.lies_in(anchor):
        return False
    ends_so = url.rstrip("/").endswith(f"/{shown + 1}") and bool(urlsplit(page.address).path.strip("/"))
    return (is_told and is_counted) or (says_more and ends_so and _NEXT_NAME.search(names(anchor)) is not None)


def _is_of_a_story(page: Page, url: str) -> bool:
    """Whether a headline leads to an address, too."""

    def read() -> frozenset[str]:
        return frozenset(other for anchor, other in page.links() if len(text_of(anchor).split()) > _LABEL_WORDS)

    return url in page.once("addresses of headlines", read)


def _says_next(anchor: Element, text: str) -> int:
    """2 where a link says that it leads to the next page, 1 where it says “more” or an arrow, 0 where neither."""
    if "next" in (anchor.attr("rel") or "").lower().split():
        return 2
    label = " ".join(text.split())
    if label in _ARROWS:
        return 1
    plain = fold(label or anchor.attr("aria-label") or anchor.attr("title") or "")
    if _NEXT.match(plain):
        return 2
    if _MORE.match(plain):
        return 1
    return 1 if len(label) < 30 and _NEXT_NAME.search(names(anchor)) else 0


def _told_pages(page: Page) -> Iterator[tuple[int, int]]:
    """What lines such as “Trang 1/12” say: the page shown and the last."""
    for text in _labels(page):
        if found := _OF_PAGES.search(text):
            shown, last = int(found[1] or found[3]), int(found[2] or found[4])
            if shown <= last:
                yield shown, last


def entries_told(page: Page) -> int | None:
    """How many entries a line such as “có 120 bài” says that the whole list has."""
    told = [int(found[1] or found[2]) for text in _labels(page) if (found := _OF_ENTRIES.search(text))]
    return max(told, default=None)


def _labels(page: Page) -> list[str]:
    """Short lines with a figure in them that is no date or clock."""
    return page.once(
        "labels with figures",
        lambda: [
            text
            for text in page.body.strings
            if len(text) <= _LABEL
            and any(map(str.isdigit, text))
            and not re.search(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}", text)
        ],
    )


def label_of(element: Element) -> str:
    """What a control is called, for an account of what could not be followed."""
    return text_of(element) or element.attr("aria-label") or element.attr("title") or element.tag
