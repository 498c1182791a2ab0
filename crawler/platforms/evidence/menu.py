"""Where a portal's menus lead: runs of short links of the site with little between them, whatever their elements are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from urllib.parse import urlsplit

from crawler.platforms.evidence import counting
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, ancestors, children, names, text_of
from vietnam import urls
from vietnam.normalize import fold

# A label of a menu has no more words, nor characters, than this; a headline has.
_WORDS = 6
_LENGTH = 48
# One label among short ones may have more words.
_MORE_WORDS = 8
# Links from which on a run is a menu; with the home page among them, fewer do.
_RUN = 3
_RUN_WITH_HOME = 2
_PAIR = 2
# Links of a page that are looked at; a list with more of them has no end that was seen.
MOST_LINKS = 5000
# Steps from a link to the element that holds its run: a > span > li > ul > div. Cells of tables in cells take two each.
_STEPS = 5
_MOST_STEPS = 9
_ROWS = frozenset(["tr", "tbody"])
# Share of a run's text that stands in its short links.
_SHARE = 0.6
# Characters beside the links of a trail: where the reader is, and strokes.
_TRAIL = 200
# No menu has more characters.
_LONGEST_RUN = 20_000
_HOME = re.compile(r"^(?:trang (?:chu|nhat)|home(?:page)?|trangchu)$")
_LAST_PART = re.compile(r"[^/?&=]+/?$")
_STROKES = re.compile(r"[»›>/|]|::|→")
# Links to more of a block's news, in their own words.
_ALL = re.compile(
    r"^\W*(?:(?:xem|doc) (?:tat ca|them|tiep)|tat ca(?: tin)?|view (?:all|archive|more)|see (?:all|more)|more|archive)\W*$"
)
_YEAR_AND_MONTH = 2
_OF_A_TIME = re.compile(
    r"(?:nam )?(?:19|20)\d\d"
    r"|(?:thang |th\.? ?)(?:\d{1,2}|mot|hai|ba|tu|nam|sau|bay|tam|chin|muoi(?: (?:mot|hai))?)[ ,/-]*(?:nam )?(?:(?:19|20)\d\d)?"
    r"(?: ?[(\[]\d+\D{0,8}[)\]])?"
)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5"])
_TITLE = re.compile(r"title|head|tieu-?de|caption|cate|chuyen-?muc|zone", re.IGNORECASE)
_WHOLE = frozenset(["html", "body"])
# “(5 bài)” behind a link, and its characters at most.
_COUNTED = re.compile(r" ?[(\[]\d+(?: \w{2,4}){0,2}[)\]]$")
_COUNT = 16
_NAMED = re.compile(
    r"menu|navbar|navigation|breadcrumb|categories|chuyen-muc|cat-item|main-?nav|(?:^|\s)nav(?:\s|$)", re.IGNORECASE
)
_CRUMBS = re.compile(r"(?:^|[\s_-])(?:bread-?crumbs?|navbar|crumbs?|pathway)", re.IGNORECASE)
_COUNT_OR_STROKE = re.compile(r"^[›»>•*+–-]+\s*|\s*[(\[]\d+[)\]]$")


def site_links(page: Page) -> list[tuple[Element, str]]:
    """Every link of the site on a page with its canonical address, in reading order, found once."""
    return page.once("site links", lambda: list(islice(_site_links(page), MOST_LINKS)))


def _site_links(page: Page) -> Iterator[tuple[Element, str]]:
    ours: dict[str, bool] = {}
    for anchor in page.body.iter_elements("a"):
        url = page.absolute(anchor.attr("href") or "")
        if url is None:
            continue
        if url not in ours:
            ours[url] = urls.site(url) == page.site
        if ours[url]:
            yield anchor, url


def in_chrome(page: Page, anchor: Element) -> bool:
    """Whether a link stands in what a page itself calls menu or foot, where a link to one article is a shortcut, not news."""
    return _within(
        page, "chrome", anchor, lambda node: node.tag in {"nav", "footer"} or _CRUMBS.search(names(node)) is not None
    )


def is_named(page: Page, anchor: Element) -> bool:
    """Whether a link stands in what templates call a menu, a trail, a list of categories."""
    return _within(
        page, "menus", anchor, lambda node: node.tag in {"nav", "header"} or _NAMED.search(names(node)) is not None
    )


def _within(page: Page, name: str, element: Element, is_one: Callable[[Element], bool]) -> bool:
    """Whether an element, or one around it, is of a kind; each element of a page is judged once."""
    judged: dict[Element, bool] = page.once(f"within {name}", dict)
    passed: list[Element] = []
    within = False
    for node in chain([element], ancestors(element)):
        if node in judged:
            within = judged[node]
            break
        passed.append(node)
    for node in reversed(passed):
        within = judged[node] = within or (node.tag not in _WHOLE and is_one(node))
    return within


def length(element: Element, most: int) -> int:
    """How many characters an element's text has without white space; counting ends beyond `most`, however deep it nests."""
    found = 0
    for text in element.strings:
        found += len("".join(text.split()))
        if found > most:
            break
    return found


def is_short(text: str) -> bool:
    """Whether a link's words are those of a label.

    >>> is_short("An toàn giao thông"), is_short("Bắt nhóm đối tượng cướp giật trong đêm"), is_short("12"), is_short("")
    (True, False, False, False)
    """
    words = text.split()
    return 0 < len(words) <= _WORDS and len(text) <= _LENGTH and not re.fullmatch(r"[\W\d]*", text)


def links(page: Page) -> dict[Element, str]:
    """The links that stand in runs of short ones, with their addresses, in reading order."""
    return page.once("menu links", lambda: dict(_links(page)))


def names_of(page: Page) -> frozenset[str]:
    """What the page's menus call their links, folded: of two lines of a card the one that a menu says is its section."""
    return page.once("menu names", lambda: frozenset(fold(" ".join(anchor.text.split())) for anchor in links(page)))


def _links(page: Page) -> Iterator[tuple[Element, str]]:
    short: dict[Element, tuple[str, str]] = {}
    longer: set[Element] = set()
    pictured: dict[Element, str] = {}
    for anchor, url in site_links(page):
        text = " ".join(anchor.text.split())
        if not text and (text := alternative(anchor)):
            pictured[anchor] = text
        if is_short(text) or _is_home(url, text):
            short[anchor] = (url, text)
        elif len(text) <= _LENGTH and len(text.split()) <= _MORE_WORDS:
            longer.add(anchor)
    held: dict[Element, list[Element]] = {}
    for anchor in short:
        for outer in _steps(anchor):
            if outer.tag in {"body", "html", "main"}:
                break
            held.setdefault(outer, []).append(anchor)
    runs = {outer for outer, anchors in held.items() if len(anchors) > 1 and _is_run(outer, anchors, short, pictured)}
    runs |= set(_rows_of_one_link(held, short))
    if not runs:  # a portal of two sections
        runs = {outer for outer, anchors in held.items() if _is_pair(outer, anchors, short)}
    for anchor, url in site_links(page):
        if (anchor in short or anchor in longer) and any(outer in runs for outer in _steps(anchor)):
            yield anchor, url


def _rows_of_one_link(held: dict[Element, list[Element]], short: dict[Element, tuple[str, str]]) -> Iterator[Element]:
    """Rows in turn that say a short link each and nothing else, whatever stands above and below them in the same table."""
    alone = {outer for outer, anchors in held.items() if len(anchors) == 1 and _says_only(outer, short[anchors[0]][1])}
    for outer, anchors in held.items():
        if len(anchors) < _RUN:
            continue
        turn: list[Element] = []
        for row in [*children(outer), None]:
            if row is not None and row in alone:
                turn.append(row)
                continue
            if row is not None and length(row, 0) == 0:
                continue  # a line drawn between two
            if len({short[held[one][0]][0] for one in turn}) >= _RUN:
                yield from turn
            turn = []


def _says_only(outer: Element, text: str) -> bool:
    """Whether an element says a link's text and nothing else, but for how many articles stand behind it."""
    said = len("".join(text.split()))
    found = length(outer, said + _COUNT)
    return found == said or (found <= said + _COUNT and _COUNTED.sub("", " ".join(outer.text.split())) == text)


def _steps(anchor: Element) -> Iterator[Element]:
    """The elements around a link that may hold its run."""
    taken = 0
    for outer in islice(ancestors(anchor), _MOST_STEPS):
        yield outer
        taken += outer.tag not in _ROWS
        if taken == _STEPS:
            return


def alternative(anchor: Element) -> str:
    """What a link of a picture alone says for those who do not see it: menus are drawn, too."""
    image = anchor.find("img")
    return " ".join((image.attr("alt") or "").split()) if image is not None else ""


def _is_run(
    outer: Element, anchors: list[Element], short: dict[Element, tuple[str, str]], pictured: dict[Element, str]
) -> bool:
    home = any(_is_home(*short[anchor]) for anchor in anchors)
    different = {short[anchor][0] for anchor in anchors if not _is_home(*short[anchor])}
    if len(different) < (_RUN_WITH_HOME if home else _RUN) and not (
        home and different and _is_trail(outer, anchors, short)
    ):
        return False
    linked = sum(len("".join(short[anchor][1].split())) for anchor in anchors)
    # Pictures of stories are called by their headlines.
    drawn = sum(len("".join(text.split())) for anchor, text in pictured.items() if outer in _steps(anchor))
    return linked >= _SHARE * (length(outer, _LONGEST_RUN) + drawn) or (home and _is_trail(outer, anchors, short))


def _is_pair(outer: Element, anchors: list[Element], short: dict[Element, tuple[str, str]]) -> bool:
    """Whether an element is two short links and nothing else: a list, or addresses alike but for their last part."""
    different = {short[anchor][0] for anchor in anchors}
    linked = sum(len("".join(short[anchor][1].split())) for anchor in anchors)
    is_one = outer.tag in {"ul", "tr"} or len({_LAST_PART.sub("", url) for url in different}) == 1
    return is_one and len(different) == _PAIR == len(anchors) and length(outer, linked) == linked


def _is_trail(outer: Element, anchors: list[Element], short: dict[Element, tuple[str, str]]) -> bool:
    """Whether links say where the reader is: the home page first, strokes between them, little else."""
    if not _is_home(*short[anchors[0]]):
        return False
    linked = sum(len("".join(short[anchor][1].split())) for anchor in anchors)
    if length(outer, linked + _TRAIL) > linked + _TRAIL:
        return False
    return bool(_STROKES.search(outer.text) or _CRUMBS.search(names(outer)))


def _is_home(url: str, text: str) -> bool:
    return (urlsplit(url).path in {"", "/"} and not urlsplit(url).query and len(text) < _LENGTH) or bool(
        _HOME.match(fold(text))
    )


def archives(page: Page) -> dict[Element, str]:
    """The links that lead to a year or a month and say so: “2026”, “Tháng 11 (5 bài)”.

    >>> list(archives(Page("http://a.vn/", "<a href=/2026/>2026</a> <a href=/luu-tru/2026/11>Tháng 11</a> <a href=/2026/11>5/11</a>".encode())).values())
    ['http://a.vn/2026/', 'http://a.vn/luu-tru/2026/11']
    """
    return {
        anchor: url
        for anchor, url in site_links(page)
        if 0 < len(counting.archive_of(url)) <= _YEAR_AND_MONTH
        and _OF_A_TIME.fullmatch(fold(" ".join(anchor.text.split())))
    }


def labels(page: Page) -> Iterator[tuple[Element, str]]:
    """Links in headings of blocks, and those to all of a block's news."""
    for anchor, url in site_links(page):
        text = " ".join(anchor.text.split())
        if not is_short(text):
            continue
        if _ALL.match(fold(text)) or any(
            outer.tag in _HEADINGS or _TITLE.search(names(outer)) for outer in (anchor, *islice(ancestors(anchor), 2))
        ):
            yield anchor, url


def said_by(anchor: Element) -> str:
    """The words of a link, drawn ones too."""
    return text_of(anchor) or alternative(anchor)


def plain_label(label: str) -> str:
    """A label of a menu without how many articles it leads to, and without the stroke in front of it.

    >>> plain_label("Cải cách hành chính (11)"), plain_label("› Thời sự"), plain_label("Mô hình 3 (Ba)")
    ('Cải cách hành chính', 'Thời sự', 'Mô hình 3 (Ba)')
    """
    return _COUNT_OR_STROKE.sub("", label)


def is_linked_elsewhere(page: Page, name: str, element: Element) -> bool:
    """Whether a link of the page other than this element has that name."""

    def read() -> dict[str, int]:
        counted: dict[str, int] = {}
        for anchor, url in page.links():
            label = plain_label(fold(said_by(anchor)))
            parts = urlsplit(url)
            if label and (parts.path not in {"", "/"} or parts.query):
                counted[label] = counted.get(label, 0) + 1
        return counted

    label = plain_label(fold(name))
    own = plain_label(fold(said_by(element))) if element.tag == "a" else ""
    return page.once("link labels", read).get(label, 0) > (label == own)
