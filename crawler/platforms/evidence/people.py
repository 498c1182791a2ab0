"""Who signs, where the text itself does not say: lines above and below it, boxes about the author, what machines are told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from crawler.platforms.evidence import menu
from crawler.platforms.evidence.below import (
    AUTHOR,
    FIELD_NAME,
    LABEL_ALONE,
    LONGEST,
    OF_AUTHOR,
    WRITER,
    joined,
    signed_below,
)
from crawler.platforms.page import Page, kinds_of
from crawler.platforms.tree import (
    Element,
    ancestors,
    beside,
    children,
    is_longer,
    is_unseen,
    names,
    parent_of,
    said_beside,
    text_of,
)
from vietnam import byline as bylines
from vietnam import dates, units, urls
from vietnam.byline import Byline
from vietnam.normalize import clean, fold
from vietnam.people import is_unmistakable

_ARTICLES = frozenset(["article", "newsarticle", "blogposting", "reportagenewsarticle", "report"])
# Elements between heading and text, and behind the text, that may be lines about who wrote.
_REACH = 40
# Elements right above the text that may be such lines, however far the heading is.
_ABOVE_TEXT = 12
# How sure a line must be that no name tells.
_SURE = 0.7
_LINES = frozenset(["div", "p", "li", "td"])
_ICONS = frozenset(["i", "svg", "img", "b", "strong", "em"])
# What machines are told is where somebody lives.
_PLACE = re.compile(r"schema\.org/(?:\w*Place|PostalAddress|City)$", re.IGNORECASE)
# What stands between the labels of an article.
_LABELS = re.compile(r"\s*[|•·]\s*")
_LONGEST_LABEL = 24
_LABELLED = re.compile(rf"(?i)(?:{WRITER})\s*:\s*(?=\S)")
# What systems call the account that created an article, and the row in which they print it.
_OF_ACCOUNT = re.compile(r"created-?by|author|vcard|posted|entry-meta|post-meta|article-info|byline", re.IGNORECASE)
# What editors call a field that the system does not fill in.
_OWN_FIELD = re.compile(r"tac-?gia|but-?danh|nguoi-?viet|phong-?vien|(?:^|[\s_-])(?:acf|field)[_-]", re.IGNORECASE)
# What somebody did: “Tin, ảnh: …”.
_DID = re.compile(r"(?i)(?:tin|bài|ảnh|clip|video|thực hiện|tổng hợp)\b[^:]{0,20}:")
_FIELD_STEPS = 3
# Links in a label that are looked at.
_AUTHORS = 6
# Characters of what stands in the place of somebody's picture.
_INITIALS = 4
# A label of a field that has an element of its own.
_FIELD = re.compile(rf"{FIELD_NAME}\s*:\s*(?=\S)")
_SAYS_SOURCE = re.compile(r"(?i)(?:nguồn(?: tin)?\s*:|theo\s)")


def told(page: Page) -> tuple[str, ...]:
    """The people whom JSON-LD calls authors of this article, as printed there."""
    found: list[str] = []
    for data in page.linked_data:
        if kinds_of(data) & _ARTICLES:
            given = data.get("author")
            for person in given if isinstance(given, list) else [given]:
                name = _name(person)
                if name and name not in found:
                    found.append(name)
    return tuple(found)


def _name(person: Any) -> str | None:
    if isinstance(person, dict):
        kinds = kinds_of(person)
        if kinds and "person" not in kinds:
            return None
        person = person.get("name")
    return clean(person) if isinstance(person, str) and 0 < len(person) < 80 and clean(person) else None


def printed_apart(
    page: Page,
    heading: Element | None,
    bodies: Sequence[Element],
    boxes: Sequence[Element],
    *,
    believes_accounts: bool,
    lead: Element | None = None,
) -> tuple[Byline, str] | None:
    """The byline that stands outside the text, and the rule.

    `boxes`: parts of the text that are about its author. `believes_accounts`: whether what a page links as its author may be a person;
    on systems where that is always the account, only lines of signature below the text count, and at the heading what no account is called.
    `lead`: a lead above `bodies`; who wrote may stand in front of it, or behind.
    """
    below = signed_below(page, heading, bodies)
    if below is not None:
        return below, "line below the text"
    if not believes_accounts:
        filled = (
            _filled_in(page, heading, bodies)
            or _labelled_apart(page, heading, bodies)
            or _beside_account(page, heading, bodies)
        )
        return (filled, "field at the heading") if filled is not None else None
    if (named := _labelled_apart(page, heading, bodies)) is not None:
        return named, "beside a label"
    machine = [name for name in told(page) if not bylines.is_account_name(name)]
    known = {fold(name) for name in machine}
    for element, rule in _places(page, heading, bodies, boxes):
        if not is_longer(element, LONGEST) and names_publisher(page, element):
            continue
        among = _among_labels(text_of(element)) if rule == "line at the heading" else None
        if among is not None:
            return among, "name among the labels at the heading"
        at_heading = rule == "line at the heading"
        label = _label(element)
        found = _author(label) if label else _unit(page, element)
        if at_heading and (signed := _signing(page, element, heading, bodies, known=found, lead=lead)) is not None:
            return signed, "line of its own at the heading"
        if found is None:
            continue
        agreed = bool({fold(name) for name in found.authors} & known)
        if agreed and len(machine) > len(found.authors):
            return _byline_of(machine, found), f"{rule}, and JSON-LD"
        if agreed or _is_called_author(element):
            return found, f"{rule}, and JSON-LD" if agreed else rule
    return None


def _publishers(page: Page) -> frozenset[str]:
    """Who publishes the page, folded: what machines and its links home call the site. Themes print that as the author of everything."""

    def find() -> frozenset[str]:
        told = [page.meta.get("og:site_name", ""), page.meta.get("application-name", "")]
        told += [
            said
            for anchor, url in page.links()
            if urls.same_site(url, page.url) and urlsplit(url).path == "/" and not urlsplit(url).query
            if not _is_called_author(anchor)
            for said in (text_of(anchor), *map(clean, anchor.strings))
            if not is_unmistakable(said)
        ]
        return frozenset(fold(name) for name in told if name)

    return page.once("publishers", find)


def names_publisher(page: Page, element: Element) -> bool:
    """Whether an element, or one in it beside a label or badge, is the name of who publishes the page."""
    return any(fold(text_of(part)) in _publishers(page) for part in (element, *children(element)))


def with_source_below(page: Page, heading: Element | None, bodies: Sequence[Element], signed: Byline) -> Byline:
    """A signature of the text, with the source that a line below the text names and it does not."""
    if signed.credit is not None:
        return signed
    below = signed_below(page, heading, bodies)
    is_source = below is not None and below.credit and not below.authors and not below.unit
    return joined([signed, below]) if below is not None and is_source and _SAYS_SOURCE.match(below.raw) else signed


def _around_text(page: Page, heading: Element | None, bodies: Sequence[Element]) -> Iterator[Element]:
    """The elements between heading and text, and behind the text, that may be fields of an article."""
    if heading is not None and bodies:
        yield from islice(page.between(page.place(heading) + 1, page.place(bodies[0])), 2 * _REACH)
        ends = page.end_of(bodies[-1])
        yield from page.between(ends + 1, ends + _REACH)


def _labelled_apart(page: Page, heading: Element | None, bodies: Sequence[Element]) -> Byline | None:
    """Who is named in an element of its own beside a label: `<th>Tác giả</th><td>Đức Anh – PC08</td>`."""
    read: list[Byline] = []
    for label in _around_text(page, heading, bodies):
        if is_longer(label, _LONGEST_LABEL) or not LABEL_ALONE.fullmatch(said := text_of(label)):
            continue
        value = said_beside(label, 1)
        if value is None or is_longer(value, LONGEST) or _is_beside(page, value):
            continue
        text = text_of(value)
        found = bylines.judge(text, emphasized=True, aligned_right=True, last=True)
        if OF_AUTHOR.match(said) and fold(text) in _publishers(page):
            continue
        if not OF_AUTHOR.match(said):
            is_told = label.tag in {"th", "td", "dt"} or said.endswith(":")
            if not is_told or value.tag == "a" or value.find("a") is not None or fold(text) in menu.names_of(page):
                continue
            if found is None or (found.authors and not found.credit):
                found = Byline(text, (), None, text)
        is_account = found is None or any(map(bylines.is_account_name, (text, *found.authors)))
        if found is not None and not is_account and dates.find(text) is None and found not in read:
            read.append(found)
    return joined(read) if read else None


def _filled_in(page: Page, heading: Element | None, bodies: Sequence[Element]) -> Byline | None:
    """Whom fields at the heading or below the text name, which editors fill in beside the account that the system prints."""
    read: list[Byline] = []
    for element in _around_text(page, heading, bodies):
        text = "" if is_longer(element, LONGEST) else text_of(element)
        if not _FIELD.match(text) or element.find("a") is not None:
            continue
        around = (element, *islice(ancestors(element), _FIELD_STEPS))
        if any(node.tag == "a" or _OF_ACCOUNT.search(names(node)) for node in around) or _is_beside(page, element):
            continue
        found = bylines.judge(text, emphasized=True)
        said = clean(_FIELD.sub("", text))
        if found is not None and found not in read and not any(map(bylines.is_account_name, (said, *found.authors))):
            read.append(found)
    return joined(read) if read else None


def _beside_account(page: Page, heading: Element | None, bodies: Sequence[Element]) -> Byline | None:
    """Who signs in a line at the heading that is not the account's: with a unit, a source or what he did, or in a field of the editors' own."""
    for element, rule in _places(page, heading, bodies, ()):
        signed = _signing(page, element, heading, bodies, known=None) if rule == "line at the heading" else None
        if signed is None:
            continue
        around = (element, *islice(ancestors(element), _FIELD_STEPS))
        is_person_of_unit = bool(signed.authors) and signed.unit is not None
        is_sure = is_person_of_unit or signed.credit is not None or _DID.match(signed.raw) is not None
        is_account = any(node.tag == "a" or _OF_ACCOUNT.search(names(node)) for node in around)
        is_own_field = any(_OWN_FIELD.search(names(node)) for node in around[:2])
        if (is_sure or (is_own_field and not is_account)) and not _is_below_picture(element):
            return signed
    return None


def _is_below_picture(element: Element) -> bool:
    """Whether right in front of a line stands a picture: what it says is of that."""
    before = next((node for node in element.previous_siblings if isinstance(node, Element)), element)
    return before.tag == "img" or any(node.find("img") is not None for node in (element, before))


def _signing(
    page: Page,
    element: Element,
    heading: Element | None,
    bodies: Sequence[Element],
    *,
    known: Byline | None,
    lead: Element | None = None,
) -> Byline | None:
    """What a line between heading and text says of who signs, where it is called an author's or stands among the labels."""
    text = text_of(element)
    if not text or len(text) > LONGEST or dates.find(text) is not None or heading is None:
        return None
    if element.find("a") is not None or element.tag == "a":
        return None
    is_above = page.place(element) < page.place(heading)
    if is_above and beside(element, 1) not in (heading, *ancestors(heading)):
        return None
    if sum(child.tag in _LINES and bool(text_of(child)) for child in children(element)) > 1:
        return None  # several lines, each read for itself
    called = _is_called_author(element) or _LABELLED.match(text) is not None
    if called and known is not None and known.raw == text:
        return None  # read already
    if not called and not (
        all(child.tag in _ICONS for child in children(element))
        and (
            is_above
            or _is_label_of_row(element, heading)
            or _stands_right_above(element, bodies)
            or (lead is not None and _stands_right_above(element, [lead]))
            or _stands_by_date(element)
        )
    ):
        return None
    found = bylines.judge(text, emphasized=called)
    if found is None or found.confidence < _SURE or any(map(bylines.is_account_name, found.authors)):
        return None
    if not called and not found.authors and (_is_section(page, text) or (is_above and _says_again(page, text))):
        return None
    is_sure = called or (found.unit is not None and units.is_certain(found.unit))
    return found if is_sure or all(map(is_unmistakable, found.authors)) else None


def _is_section(page: Page, text: str) -> bool:
    """Whether a unit is what the portal calls a section: a link or a folder of the address has that name."""
    name = fold(text)
    return re.sub(r"\W+", "-", name).strip("-") in page.address.lower() or any(
        fold(text_of(anchor)) == name for anchor, _ in page.links()
    )


def _says_again(page: Page, unit: str) -> bool:
    """Whether a page names a unit more than once, or in its name: who publishes stands in banner and foot."""
    name = fold(unit)
    return name in fold(page.title) or fold(page.body.text).count(name) > 1


def _is_label_of_row(element: Element, heading: Element) -> bool:
    """Whether an element stands in a row of labels with a date, or is the line right below the heading."""
    row = parent_of(element)
    while row is not None and text_of(row) == text_of(element) and row.tag not in {"p", "body"}:
        element, row = row, parent_of(row)  # a picture of who wrote, and the name beside it
    if row is None or heading in (row, *ancestors(row)):
        return False
    before = element.previous_sibling
    while before is not None and not isinstance(before, Element):
        before = before.previous_sibling
    if before is heading:
        return element.tag in {"p", "div", "span", "address"}
    return not is_longer(row, LONGEST * 2) and any(
        dates.find(part) is not None
        for other in row.children
        if other is not element and (said := clean(other.text))
        for part in (said, *_LABELS.split(said))
    )


def _stands_right_above(element: Element, bodies: Sequence[Element]) -> bool:
    """Whether the next thing below a line is the text; beside the line may stand somebody's initials."""
    if not bodies:
        return False
    most = len(text_of(element)) + _INITIALS
    for node in (element, *islice(ancestors(element), _FIELD_STEPS)):
        if is_longer(node, most):
            return False
        if (below := beside(node, 1)) is not None:
            return below in (bodies[0], *ancestors(bodies[0]))
    return False


def _stands_by_date(element: Element) -> bool:
    """Whether the line right above or below, outside what holds nothing but this one, is a date."""
    lines = (said_beside(element, way) for way in (-1, 1))
    return any(
        line is not None and not is_longer(line, LONGEST) and dates.find(text_of(line)) is not None for line in lines
    )


def _byline_of(machine: Sequence[str], found: Byline) -> Byline:
    authors = [author for name in machine if (read := _author(name)) is not None for author in read.authors]
    return replace(found, raw=", ".join(machine), authors=tuple(dict.fromkeys(authors)) or found.authors)


def _places(
    page: Page, heading: Element | None, bodies: Sequence[Element], boxes: Sequence[Element]
) -> Iterator[tuple[Element, str]]:
    for box in boxes:
        for element in (box, *box.iter_elements(("a", "p", "h3", "h4", "h5", "strong", "span"))):
            yield element, "box about the author"
    if heading is None or not bodies:
        return
    start, end = page.place(heading), page.place(bodies[0])
    first = min(start, end if end >= 0 else start)
    inside = any(body in ancestors(heading) for body in bodies)
    for element in page.body.iter_elements():
        place = page.place(element)
        if place <= first - 12:
            continue
        if place >= (start + _REACH if inside else end):
            break
        if start + _REACH < place < end - _ABOVE_TEXT:
            continue  # a heading in the head of the page
        if element is not heading and element not in bodies and not _is_beside(page, element):
            yield element, "line at the heading"
    ends = page.end_of(bodies[-1])
    for element in page.body.iter_elements():
        if ends < page.place(element) <= ends + _REACH and _is_called_author(element) and not _is_beside(page, element):
            yield element, "line below the text"


def _is_beside(page: Page, element: Element) -> bool:
    """Whether an element is a part of a list of others, a comment, a menu, a place; a bar with a telling name may hold the author."""
    for outer in (element, *ancestors(element)):
        if is_unseen(outer) or _PLACE.search(outer.attr("itemtype") or ""):
            return True
        if page.asides.is_aside(outer) and (
            outer.tag in {"nav", "footer", "form", "header"}
            or len(text_of(outer)) > LONGEST * 2
            or re.search(r"comment|related|binh-?luan", names(outer), re.IGNORECASE)
        ):
            return True
    return False


def _is_called_author(element: Element) -> bool:
    """Whether the element, the one around it or where it leads is called an author's."""
    parent = next(ancestors(element), element)
    # In an article, `<address>` is by HTML's own words that of its author.
    is_address = element.tag == "address" and any(outer.tag == "article" for outer in ancestors(element))
    return is_address or any(
        AUTHOR.search(f"{names(node)} {node.attr('rel') or ''} {node.attr('itemprop') or ''} {node.attr('href') or ''}")
        for node in (element, parent)
    )


def _label(element: Element) -> str:
    """What an element says of who wrote: without what leads to all that he wrote."""
    text = text_of(element)
    if not text or len(text) > LONGEST:
        return ""
    anchors = list(islice(element.iter_elements("a"), _AUTHORS))
    called = _is_called_author(element) or (bool(anchors) and all(map(_is_called_author, anchors)))
    if called and (said := bylines.without_others(text)) and _names_several(said):
        return said
    return bylines.author_of_link(bylines.without_others(text)) or ""


def _unit(page: Page, element: Element) -> Byline | None:
    """The unit that a link to all that an author wrote names; who publishes the portal signs nothing."""
    text = (
        "" if is_longer(element, LONGEST) or element.tag != "a" or not _is_called_author(element) else text_of(element)
    )
    if not text or not units.is_certain(text) or _says_again(page, text):
        return None
    return bylines.judge(text, emphasized=True)


def _names_several(label: str) -> bool:
    """Whether a label names several people, and nothing else."""
    read = bylines.judge(label, emphasized=True)
    if read is None or len(read.authors) < 2 or read.unit or read.credit or read.role:
        return False
    return any(map(is_unmistakable, read.authors)) and not any(map(bylines.is_account_name, read.authors))


def _author(label: str) -> Byline | None:
    if dates.find(label) is not None or bylines.is_account_name(label):
        return None
    found = bylines.judge(label, emphasized=True, aligned_right=True, last=True)
    if found is None or not found.authors or any(bylines.is_account_name(author) for author in found.authors):
        return None
    return found


def _among_labels(line: str) -> Byline | None:
    """The one person in a line of labels of which another is the date: “8 tháng 3, 2025 · 2 phút · Lâm Thị Hợi”.

    >>> _among_labels("8 tháng 3, 2025 · 2 phút · Lâm Thị Hợi").authors, _among_labels("8/3/2025 | Pháp luật"), _among_labels("8/3/2025 | admin")
    (('Lâm Thị Hợi',), None, None)
    >>> _among_labels("Tác giả: PC06 | Ngày đăng: 8/3/2025 | Lượt xem: 90").unit, _among_labels("Tác giả: admin | 8/3/2025")
    ('PC06', None)
    """
    parts = _LABELS.split(line) if len(line) <= LONGEST * 2 else []
    if not 1 < len(parts) < 5 or not any(dates.find(part) for part in parts):
        return None
    for part in parts:
        # Whoever a label calls the author is believed where no name tells it: a unit, a pen name.
        if _LABELLED.match(part) and len(part) <= LONGEST and dates.find(part) is None:
            read = bylines.judge(part, emphasized=True)
            said = clean(_LABELLED.sub("", part))
            if read is not None and not any(map(bylines.is_account_name, (said, *read.authors))):
                return read
    if len(line) > LONGEST:
        return None
    found = [read for part in parts if is_unmistakable(part) and (read := _author(part)) is not None]
    return found[0] if len(found) == 1 else None
