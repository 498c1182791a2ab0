"""ASP.NET postbacks: the pages of a list that only its own form, sent back to the server, leads to.

A WebForms page is one form. Its hidden fields (`__VIEWSTATE`, `__EVENTVALIDATION`, …) carry the state; a click fills
`__EVENTTARGET` and `__EVENTARGUMENT` and sends all of it. Pagers: GridView and DataGrid (`'Page$3'`), DataPager and
repeaters of LinkButtons (`'ctl00$…$ctl03$lnkPage',''`), AspNetPager (`'ctl00$pager','3'`), buttons, drop-down lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.platforms.base import Post
from crawler.platforms.evidence.names import names
from crawler.platforms.page import Page
from vietnam.normalize import clean, fold

_CALL = re.compile(r"__doPostBack\(\s*\\?['\"]([^'\"\\]*)\\?['\"]\s*,\s*\\?['\"]([^'\"\\]*)\\?['\"]", re.IGNORECASE)
_OPTIONS = re.compile(r"WebForm_PostBackOptions\(\s*['\"]([^'\"]*)['\"]\s*,\s*['\"]([^'\"]*)['\"]", re.IGNORECASE)
_ARGUMENT = re.compile(r"^(?:Page\$)?(\d{1,6})$", re.IGNORECASE)
_NEXT = re.compile(
    r"^(?:>|>>|»|›|→|trang (?:sau|tiep|ke)(?: theo)?|sau|tiep|tiep theo|ke tiep|next|next page|xem tiep)\W*$"
)
_PAGER = re.compile(r"pag(?:e|ing|ination|er)|phan-?trang|lnkp|trang", re.IGNORECASE)
_CURRENT = re.compile(r"(?:^|[\s_-])(?:active|current\w*|selected|cur|disabled|dangchon)(?:$|[\s_-])", re.IGNORECASE)
_LIST_OF_PAGES = re.compile(r"pag(?:e|ing|er)|trang", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Link:
    number: int
    target: str
    argument: str
    # The value that a drop-down list of pages sends in its own field.
    value: str | None = None


def is_webforms(page: Page) -> bool:
    return "__VIEWSTATE" in page.text


def pages(page: Page, base: str) -> Iterator[Post]:
    """The pages behind this one; `base` is the key of the list without its page number.

    Earlier pages are left out: who came here by a postback has been there, under another address.
    """
    if "__VIEWSTATE" not in page.text or ("__doPostBack" not in page.text and "PostBackOptions" not in page.text):
        return
    for form in page.root.iter("form"):
        links = sorted(_links(form), key=lambda link: link.number)
        if not links:
            continue
        url = page.absolute(form.get("action") or page.url) or page.url
        fields = list(_fields(form))
        for link in links:
            sent = [(name, value) for name, value in fields if name not in {"__EVENTTARGET", "__EVENTARGUMENT"}]
            if link.value is not None:
                sent = [(name, link.value if name == link.target else value) for name, value in sent]
            sent = [("__EVENTTARGET", link.target), ("__EVENTARGUMENT", link.argument), *sent]
            yield Post(url=url, data=tuple(sent), key=f"{base}@{link.number}")


def shown(page: Page) -> int:
    """The number of the page of a list that this is; 1 where no pager says otherwise."""
    return max((current(form) for form in page.root.iter("form")), default=1) if is_webforms(page) else 1


def current(form: HtmlElement) -> int:
    """The number of the page that is shown, as its pager marks it; 1 where nothing does.

    >>> from lxml import html
    >>> current(html.fromstring('<form><td><a href="javascript:__doPostBack(\\'g\\',\\'Page$1\\')">1</a><span>2</span></td></form>'))
    2
    """
    for anchor in form.iter("a"):
        if _call(anchor) is None or not re.fullmatch(r"\d{1,6}|\.{3}|…", _label(anchor)):
            continue
        if _label(anchor).isdigit() and _marked(anchor):
            return int(_label(anchor))
        for near in _neighbours(anchor):
            text = clean("".join(near.itertext())).strip("[]() ")
            if text.isdigit() and len(text) < 7 and near.find(".//a") is None and near.tag != "a":
                return int(text)
            if text.isdigit() and len(text) < 7 and (_marked(near) or _idle(near)):
                return int(text)
    return 1


def _links(form: HtmlElement) -> Iterator[_Link]:
    shown = current(form)
    found: dict[int, _Link] = {}
    last = shown
    for anchor in form.iter("a", "input", "button"):
        call = _call(anchor)
        if call is None:
            continue
        target, argument = call
        label = _label(anchor)
        number = 0
        if argued := _ARGUMENT.match(argument):
            number = int(argued[1])
        elif label.isdigit() and len(label) < 7 and not argument:
            number = int(label)
        elif label in {"...", "…"} and _PAGER.search(target):
            number = last + 1
        elif _NEXT.match(fold(label)) or argument.lower() == "page$next":
            number = shown + 1
        if not number or not (argued or _in_pager(anchor, target)):
            continue
        last = number
        if number > shown:
            found.setdefault(number, _Link(number, target, argument))
    for select in form.iter("select"):
        name = select.get("name") or ""
        if "__doPostBack" not in (select.get("onchange") or "") or not _LIST_OF_PAGES.search(name):
            continue
        for option in select.iter("option"):
            text = re.sub(r"\D", "", clean("".join(option.itertext())))
            if text and len(text) < 7 and int(text) > shown:
                value = option.get("value")
                found.setdefault(int(text), _Link(int(text), name, "", text if value is None else value))
    yield from found.values()


def _call(element: HtmlElement) -> tuple[str, str] | None:
    """Target and argument of the postback that a click causes."""
    for attribute in ("href", "onclick"):
        script = element.get(attribute) or ""
        if "PostBack" in script:
            found = _CALL.search(script) or _OPTIONS.search(script)
            if found:
                return found[1], found[2]
    return None


def _label(element: HtmlElement) -> str:
    text = clean("".join(element.itertext())) or element.get("value") or element.get("title") or ""
    return text.strip("[]() ")


def _in_pager(anchor: HtmlElement, target: str) -> bool:
    """Whether a number is a page's: its control is named so, or what stands around it."""
    if _PAGER.search(target):
        return True
    return any(_PAGER.search(names(node)) for node, _ in zip(anchor.iterancestors(), range(4), strict=False))


def _marked(element: HtmlElement) -> bool:
    parent = element.getparent()
    return bool(
        _CURRENT.search(names(element))
        or (parent is not None and parent.tag == "li" and _CURRENT.search(names(parent)))
    )


def _idle(element: HtmlElement) -> bool:
    """Whether an element is or holds a link that leads nowhere: the page itself."""
    anchor = element if element.tag == "a" else element.find(".//a")
    return anchor is not None and not anchor.get("href") and not anchor.get("onclick")


def _neighbours(anchor: HtmlElement) -> Iterator[HtmlElement]:
    """What stands in one row with a link of a pager: its siblings, those of its cell."""
    node: HtmlElement | None = anchor
    for _ in range(2):
        parent = node.getparent() if node is not None else None
        if parent is None or parent.tag in {"form", "body"}:
            return
        yield from (child for child in parent if isinstance(child.tag, str) and child is not anchor)
        node = parent


def _fields(form: HtmlElement) -> Iterator[tuple[str, str]]:
    """What a browser sends with the form, its buttons apart."""
    for field in form.iter("input", "select", "textarea"):
        name = field.get("name")
        if not name or field.get("disabled") is not None:
            continue
        if field.tag == "textarea":
            yield name, field.text or ""
        elif field.tag == "select":
            options = list(field.iter("option"))
            chosen = next((one for one in options if one.get("selected") is not None), options[0] if options else None)
            if chosen is not None:
                value = chosen.get("value")
                yield name, clean("".join(chosen.itertext())) if value is None else value
        else:
            kind = (field.get("type") or "text").lower()
            if kind in {"submit", "image", "button", "reset", "file"}:
                continue
            if kind in {"checkbox", "radio"}:
                if field.get("checked") is not None:
                    yield name, field.get("value") or "on"
                continue
            yield name, field.get("value") or ""
