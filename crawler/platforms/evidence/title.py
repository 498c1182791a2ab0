"""The title of an article, by evidence: headings, what machines are told, the page's own name."""

from __future__ import annotations

import html
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from urllib.parse import urlsplit

from crawler.platforms.evidence.chrome import is_comments_heading, is_line_of_dates
from crawler.platforms.evidence.content import bare as _plain
from crawler.platforms.evidence.content import same_words
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, Text, ancestors, children, names, own_text, said_beside, text_of
from vietnam import byline as bylines
from vietnam import dates, units
from vietnam.normalize import clean, fold

# A printed title of more characters is somebody's whole text in a heading.
_LONGEST = 6000
_RUNNING = 60
# A part of a page's name that is no longer is rather the site's (characters).
_SHORTEST = 12
# Parts that a page's name is cut into, from its end; portals have four.
_MOST_PARTS = 12
# Elements above the text in which its title may stand.
_NEAR = 30
# Elements between a line and the text below it.
_RIGHT_ABOVE = 8
# Characters of a label that tells a date.
_LONGEST_DATE = 90
# What a heading that leads to the page itself is worth.
_ITSELF = 0.7
# A section's name has no more words.
_SECTION_WORDS = 4
# A link of the menu may have more, strokes among them; what is called so is a section.
_MENU_WORDS = 6
# What stands in these is a menu or the foot of the page.
_NEVER_HEAD = frozenset(["nav", "footer", "select", "form", "aside"])
_BOX = re.compile(
    r"(?:portlet|module|panel|widget|box|block|site|sidebar|category)-?_?title|(?:title|tieu-?_?de)-?_?(?:box|block|module|widget|khoi)",
    re.IGNORECASE,
)
_TITLE_LABEL = re.compile(r"(?i)(?:tiêu đề|tên bài(?: viết)?|title)\s*:?")
# Where a site's name leads: its root, or the home page under a name of its own.
_HOME_PAGE = re.compile(r"(?i)/?|/(?:index|main|home|default|trang-?chu)(?:\.[a-z]{2,5})?/?")
_SEPARATOR = re.compile(r"\s+[|\-–—»•·]\s+|\s*\|\s*")
_PERMALINK = re.compile(r"\s*[¶#§🔗]$")
_STROKE_IN_FRONT = re.compile(r"^\s*[:»›>|/–-]+\s*")
# What portals call themselves in their banner, folded.
_KIND_OF_SITE = re.compile(r"(?:(?:cong|trang) (?:thong tin|tin)|trang tin tuc|bao)(?: tong hop)?(?: dien tu)?")
# What templates call every page of an article, folded: “Chi tiết tin”, “Nội dung bài viết”.
_KIND_OF_PAGE = re.compile(
    r"(?:(?:trang|xem|doc|hien thi) )?(?:chi tiet|noi dung|tin|bai)(?: (?:chi tiet|noi dung|tin|tin tuc|tin bai|bai|bai viet|ban tin|su kien|thong bao))*"
    r"|(?:news|article|post|content)[ -]?details?|view (?:news|article|content)|display content"
)
# How a title ends that was cut short for a trail.
_CUT_SHORT = ("...", "…")
# The rule that found a title in the words of the address.
AS_ADDRESS = "line as the address"


@dataclass(frozen=True, slots=True)
class Title:
    text: str
    element: Element | None
    rule: str
    against: str | None = None
    # Whether what machines are told says the same.
    agreed: bool = False


def find(page: Page, hints: Sequence[str] = (), around: Element | None = None) -> Title | None:
    """The title as printed where a heading can be found, else as machines are told; None where nothing is sure.

    `around`: the element of the article's text; the heading right above it is the likelier one.
    """
    above = _above(page, around) if around is not None else None
    told = {
        rule: text for rule, text in _told(page).items() if not (_is_section(page, text) or _names_kind_of_page(text))
    }
    plain = [_plain(text) for text in told.values()]
    most = len(plain) + (above is not None)
    site_names = _site_names(page)
    names_told = _names_told(list(told.values()))
    best: tuple[float, str, Element, str] | None = None
    for weight, hint in [
        *((2.5, hint) for hint in hints),
        (2.0, "[itemprop='headline']"),
        (1.5, "h1"),
        (1.0, "h2"),
        (0.8, "h3"),
        (0.7, "h4"),
    ]:
        if best is not None and weight + most + _ITSELF <= best[0]:
            continue
        for element in (_core(named, names_told) for named in page.select(hint)[:12]):
            text = _said(element, names_told)
            if not text or len(text) > _LONGEST or element.tag == "meta":
                continue
            support = _support(_plain(text), plain)
            score = weight + support + (element is above) - 2.0 * (_plain(text) in site_names)
            if best is not None and score + _ITSELF <= best[0]:
                continue  # what else follows only takes away
            itself = page.leads_to_itself(element)
            if _is_section(page, text):
                score -= 1.5
            if not support and plain and not itself:
                score -= 1  # the page is called otherwise
            if page.asides.lies_in(element):
                score -= 2
            if itself:
                # A box of the newest repeats the title as a link: the heading above is meant.
                score += 0.0 if best is not None and _alike(text, best[1]) else _ITSELF
            elif not support and (element.tag == "a" or element.find("a") is not None):
                score -= 1  # a teaser's headline, or the site's name
            if _leads_home(element, page) or _names_kind_of_site(page, text) or _names_kind_of_page(text):
                score -= 2
            if not support and _BOX.search(names(element)):
                score -= 1.5  # the heading of a box beside the article
            if best is None or score > best[0]:
                best = (score, text, element, hint)
    heading: Title | None = None
    if best is not None and best[0] >= 1.5:
        printed = _plain(best[1])
        against = next(
            (
                f"{rule}: {text}"
                for (rule, text), bare in zip(told.items(), plain, strict=True)
                if rule != "title" and not (bare == printed or _extends(bare, printed))
            ),
            None,
        )
        heading = Title(best[1], best[2], best[3], against, _support(printed, plain) > 0)
    if heading is not None and (heading.agreed or not plain):
        return heading
    named = _as_address(page)
    if named is not None:
        return replace(named, agreed=_support(_plain(named.text), plain) > 0)
    for rule, text in told.items():
        repeated = _repeats(page, text)
        if len(text) > 10 and (repeated is not None or sum(_alike(text, other) for other in told.values()) > 1):
            printed = _said(repeated, names_told) if repeated is not None else ""
            name = printed or (_first_part(text) if rule == "title" else text)
            return Title(name, repeated, rule, agreed=repeated is not None)
    if heading is not None:
        return heading
    if above is not None and above.find("a") is None and not _BOX.search(names(above)):
        text = _said(above, names_told)
        if len(text.split()) > _SECTION_WORDS and _stands_above_date(above):
            return Title(text, above, "heading above the date")
    return _only_heading(page)


def _said(heading: Element, told: Container[str] = ()) -> str:
    """What a heading says, without the date that some templates set small at its end, and the section in front, unless `told` has it, too."""
    text = text_of(heading)
    if heading.find("a") is not None:  # a link to the very heading
        text = _PERMALINK.sub("", text)
    if (link := link_in_front(heading)) is not None and _plain(text) not in told:
        return clean(_STROKE_IN_FRONT.sub("", text.removeprefix(text_of(link))))
    for label in heading.iter_elements(("small", "time", "span", "em", "i")) if len(heading.children) > 1 else ():
        small = text_of(label)
        if small and text.endswith(small) and dates.find(small) is not None:
            return text.removesuffix(small).rstrip(" -–|(,")
    return text


def link_in_front(heading: Element) -> Element | None:
    """The link that a heading begins with, where a stroke divides it from words that lead nowhere: `<a>Thời sự</a> : Title`."""
    said = (node for node in heading.children if node.text.strip())
    link, rest = next(said, None), next(said, None)
    if isinstance(link, Element) and link.tag == "a" and isinstance(rest, Text):
        return link if _STROKE_IN_FRONT.match(rest.data) and len(rest.data.split()) > _SECTION_WORDS else None
    return None


def _core(element: Element, told: frozenset[str]) -> Element:
    """The part of an element that says one of the names that machines are told, where other labels stand in the element, too."""
    if len(element.children) < 2 or _plain(text_of(element)) in told:
        return element
    return next((inner for inner in children(element) if _plain(text_of(inner)) in told), element)


def _names_told(told: list[str]) -> frozenset[str]:
    """What machines are told, whole and without the site's name behind it; nothing as short as that name."""
    cut = (text[: found.start()] for text in told for found in islice(_SEPARATOR.finditer(text), _MOST_PARTS))
    return frozenset(name for text in (*told, *cut) if len(name := _plain(text)) > _SHORTEST)


def _as_address(page: Page) -> Title | None:
    """Where a page's own name does not say it (“Chi tiết tin – …”): what says the words of the address, a heading first."""
    path = urlsplit(page.address).path.lower().rstrip("/").rpartition("/")[2]
    if path.count("-") < 4:
        return None
    best: Title | None = None
    headings = page.body.iter_elements(("h1", "h2", "h3", "h4"))
    for element in chain(headings, page.body.iter_elements()):
        text = clean(own_text(element))
        words = re.findall(r"[a-z0-9]+", fold(text)) if len(text) <= len(path) * 2 else []
        is_linked = any(node.tag == "a" for node in (element, *islice(ancestors(element), 3)))  # a section in the menu
        if len(words) > 3 and "-".join(words) in path and not is_linked and not page.asides.lies_in(element):
            if not text.endswith(_CUT_SHORT):
                return Title(text, element, AS_ADDRESS)
            best = best or Title(text, element, AS_ADDRESS)
    return best


def _only_heading(page: Page) -> Title | None:
    """Where a page's own name says nothing (“Chi tiết tin”): its one heading of several words."""
    for tag in ("h1", "h2"):
        found = [
            (text, element)
            for element in page.select(tag)[:12]
            if len((text := text_of(element)).split()) > 3
            and element.find("a") is None
            and not page.asides.lies_in(element)
            and not _names_kind_of_site(page, text)
        ]
        if len(found) == 1:
            return Title(*found[0], f"the only {tag}")
    return None


def _in_form(page: Page) -> Title | None:
    """The cell beside one that says “Tiêu đề”, on pages that print a record field by field."""
    for label in page.body.iter_elements(("td", "th", "dt", "label")):
        if len(label.text) < _RUNNING and _TITLE_LABEL.fullmatch(text_of(label)):
            value = label.next_sibling
            while value is not None and not isinstance(value, Element):
                value = value.next_sibling
            if value is not None and 2 < len((text := text_of(value)).split()) <= 40:
                return Title(text, value, "cell beside “Tiêu đề”")
    return None


def line_above(page: Page, text: Element | None) -> Title | None:
    """Where nothing is a heading and the page's name is the site's: the line above the text that is called or set as a title."""
    if (told := _in_form(page)) is not None or text is None:
        return told
    end = page.place(text)
    lines: list[tuple[float, Element]] = []
    unmarked: list[Element] = []
    for element in page.body.iter_elements(("p", "div", "td", "th", "dt", "span", "font", "b", "strong", "a", "label")):
        place = page.place(element)
        if place >= end + 12 or (place > end and len(own_text(element).strip()) > _RUNNING * 3):
            break
        words = len(clean(own_text(element)).split())
        if (
            place < end - _NEAR
            or not 4 <= words <= 40
            or page.asides.lies_in(element)
            or dates.find(text_of(element)) is not None
            or is_comments_heading(text_of(element))
        ):
            continue
        called = (
            re.search(r"title|tieu-?_?de|ten-?_?(?:tin|bai)|headline|subject", names(element), re.IGNORECASE)
            is not None
        )
        large = any(
            node.tag == "font" and (node.attr("size") or "").strip("+") in {"3", "4", "5", "6", "7"}
            for node in (element, *islice(ancestors(element), 1))
        )
        strong = element.tag in {"b", "strong"}
        dated = not (called or large or strong) and (
            _stands_above_date(element)
            or (place > end - _RIGHT_ABOVE and _stands_below_date(element) and not _signs(element))
        )
        leads = element.find("a") is not None or any(node.tag == "a" for node in chain([element], ancestors(element)))
        if leads or _BOX.search(names(element)):
            continue
        is_sentence = text_of(element).endswith(".")  # a teaser in bold is one
        if not (called or large or strong or dated):
            if not is_sentence and text_of(element) == clean(own_text(element)):
                unmarked.append(element)
        else:
            if dated and is_sentence:
                continue
            lines.append((2.0 * called + large + 0.5 * (strong or dated) - is_sentence + place / (end + 100), element))
    if not lines:
        return None
    _, best = max(lines, key=lambda line: line[0])
    if text_of(best).endswith("."):  # the lead: what stands above it without any mark is the title
        best = next((line for line in reversed(unmarked) if page.place(line) < page.place(best)), best)
    return Title(text_of(best), best, "line above the text")


def _stands_above_date(element: Element) -> bool:
    """Whether the next thing said below a line is a date and nothing else: `<div>Headline</div><div>Ngày đăng: 5/11/2024</div>`."""
    return _says_when(said_beside(element, 1))


def _signs(element: Element) -> bool:
    return bylines.judge(text_of(element), emphasized=True, aligned_right=True, last=True) is not None


def _stands_below_date(element: Element) -> bool:
    """Whether the thing said right above a line is a date and nothing else."""
    return _says_when(said_beside(element, -1))


def _says_when(label: Element | None) -> bool:
    if label is None:
        return False
    text, said = text_of(label), (clean(part) for part in label.strings)
    if len(text) > _LONGEST_DATE:  # buttons to enlarge, print and read aloud stand in the same row
        first = next((part for part in said if part), "")
        return len(first) <= _LONGEST_DATE and dates.find(first) is not None
    return is_line_of_dates(text) or any(dates.find(part) is not None for part in (text, *said))


def _above(page: Page, text: Element) -> Element | None:
    """The last heading in front of the first running text of an element."""
    best: Element | None = None
    reached = False
    for element in page.root.iter_elements():
        reached = reached or element is text
        if element.tag in {"h1", "h2", "h3", "h4"}:
            if not page.asides.lies_in(element) and (not reached or element is text or text in ancestors(element)):
                best = element
        elif reached and len(own_text(element).strip()) > _RUNNING:
            break
    return best


def _is_section(page: Page, text: str) -> bool:
    """Whether a short text is the name of a link that leads elsewhere: what is called so is a section."""

    def read() -> frozenset[str]:
        found = set()
        for anchor, url in page.links():
            label = text_of(anchor)
            if urlsplit(url).path != urlsplit(page.address).path and 0 < len(label.split()) <= _MENU_WORDS:
                found.add(fold(label))
        return frozenset(found)

    return 0 < len(text.split()) <= _MENU_WORDS and fold(text) in page.once("names of sections", read)


def _leads_home(element: Element, page: Page) -> bool:
    """Whether a heading is the link to the home page: the site's name."""
    anchor = element if element.tag == "a" else element.find("a")
    url = page.absolute(anchor.attr("href") or "") if anchor is not None else None
    return url is not None and not urlsplit(url).query and _HOME_PAGE.fullmatch(urlsplit(url).path) is not None


def _names_kind_of_site(page: Page, text: str) -> bool:
    """Whether a heading says what kind of site this is (“Cổng thông tin điện tử”), and the page has a name of its own."""
    said = fold(text)
    return _KIND_OF_SITE.fullmatch(said) is not None and fold(page.title) != said


def _names_kind_of_page(text: str) -> bool:
    """Whether a page's name or heading is what its template calls every article, with the site's name behind it.

    >>> [_names_kind_of_page(name) for name in ("Chi tiết tin - Tỉnh đoàn A", "Nội dung bài viết", "Tin bão khẩn cấp", "Tin buồn")]
    [True, True, False, False]
    """
    return _KIND_OF_PAGE.fullmatch(fold(_SEPARATOR.split(text[:_LONGEST], maxsplit=1)[0])) is not None


def _told(page: Page) -> dict[str, str]:
    """What machines are told the title is, by source."""
    found: dict[str, str] = {}
    for data in page.linked_data:
        if isinstance(data.get("headline"), str):
            found.setdefault("JSON-LD headline", clean(html.unescape(data["headline"])))
    for name in ("og:title", "twitter:title"):
        if name in page.meta:
            found[f"meta {name}"] = page.meta[name]
    if page.title:
        found["title"] = page.title
    return {rule: text for rule, text in found.items() if 0 < len(text) <= _LONGEST}


def _site_names(page: Page) -> set[str]:
    """What the page's name says behind the article's: the portal, the section."""
    parts = [part for part in map(_plain, _SEPARATOR.split(page.title[:_LONGEST])) if part]
    longest = max(parts, key=len, default="")
    names_of_site = {part for part in parts[1:] if part != longest}
    if len(parts) > 1:  # a unit's name alone is that of who publishes, wherever it stands
        named = map(clean, _SEPARATOR.split(page.title[:_LONGEST]))
        names_of_site |= {_plain(part) for part in named if units.is_certain(part)}
    return names_of_site | {_plain(page.meta["og:site_name"])} if "og:site_name" in page.meta else names_of_site


def _support(text: str, told: list[str]) -> float:
    return sum(1.0 if text == other else 0.8 if _extends(text, other) else 0.0 for other in told)


def _alike(one: str, other: str) -> bool:
    a, b = _plain(one), _plain(other)
    return a == b or _extends(a, b)


def _extends(a: str, b: str) -> bool:
    """Whether one is the other with the site's name beside it, or cut short."""
    if len(a) > len(b):
        a, b = b, a
    return len(a) >= 8 and len(a) * 4 >= len(b) and (b.startswith(a) or b.endswith(a))


def _first_part(title: str) -> str:
    return max(_SEPARATOR.split(title), key=len) if _SEPARATOR.search(title) else title


def _repeats(page: Page, text: str) -> Element | None:
    """Where a template has no headings: the element whose text is the title, with the site's name in front or behind.

    A link to it only where nothing else is; outside menus and the page's head and foot, else in its head.
    """
    cuts = list(_SEPARATOR.finditer(text))[-_MOST_PARTS:]
    heads = [text, *(text[: cut.start()] for cut in reversed(cuts))]
    if (whole := _first_said(page, heads[:1])) is not None:
        return whole
    tails = [text[cut.end() :] for cut in cuts if len(text) - cut.end() > cut.start()]
    found = _first_said(page, heads[1:])
    behind = _first_said(page, [tail for tail in tails if not _is_name_of_site(tail)])
    if behind is not None and (found is None or _nearest_above_text(page, [found, behind]) is behind):
        return behind
    return found if found is not None else _first_said(page, [_first_part(text)])


def _is_name_of_site(text: str) -> bool:
    """Whether a part of a page's name is a unit, or what portals call themselves, whoever's it is.

    >>> _is_name_of_site("Cổng thông tin điện tử Công an tỉnh Bắc Ninh"), _is_name_of_site("Công an xã Đê Bao gõ cửa từng nhà")
    (True, False)
    """
    return units.is_certain(clean(text)) or _KIND_OF_SITE.match(fold(text)) is not None


def _first_said(page: Page, names: list[str]) -> Element | None:
    """The element that says the first of these names that is said at all."""
    for wanted in dict.fromkeys(names):
        if len(fold(clean(wanted))) <= 10 or _is_section(page, wanted):
            continue
        said = list(_saying(page, wanted))
        unlinked = [
            element for element in said if all(node.tag != "a" for node in (element, *islice(ancestors(element), 3)))
        ]
        beside = [element for element in unlinked if page.asides.lies_in(element)]
        if outside := [element for element in unlinked if element not in beside]:
            return _nearest_above_text(page, outside)
        linked = [element for element in said if element not in unlinked and not page.asides.lies_in(element)]
        if linked:
            return linked[0]
        in_head = [
            element for element in beside if all(node.tag not in _NEVER_HEAD for node in (element, *ancestors(element)))
        ]
        if in_head:
            return _nearest_above_text(page, in_head)
    return None


def _saying(page: Page, wanted: str) -> Iterator[Element]:
    """The elements that say a title, perhaps with a date behind it, and the links to the page itself that do."""
    folded = fold(clean(wanted))
    for element in page.root.iter_elements(
        ("a", "b", "strong", "font", "span", "div", "td", "dt", "p"), include_self=True
    ):
        if element.tag == "a" and not page.leads_to_itself(element):
            continue
        own = own_text(element)
        if (
            len(own) <= len(wanted) * 2
            and own.strip()
            and fold(_STROKE_IN_FRONT.sub("", clean(own)))[:8] == folded[:8]
            and (same_words(_said(element), wanted) or same_words(text_of(element), wanted))
        ):
            yield element


def _nearest_above_text(page: Page, said: list[Element]) -> Element:
    """Of the elements that say the title the last in front of the longest text: a trail above says it, too."""
    longest = max(page.asides.long_texts, key=lambda piece: piece.length, default=None)
    above = [element for element in said if longest is not None and page.place(element) < longest.place]
    return above[-1] if above else said[0]
