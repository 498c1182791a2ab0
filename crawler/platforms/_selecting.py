"""CSS selectors over a page that is asked dozens of them: one walk builds an index, most selectors are look-ups in it.

What is not a chain of plain compounds (`a.b#c[itemprop='d'] [class*='e']`) is left to cssselect and libxml2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import cast

from cssselect import HTMLTranslator
from lxml import etree
from lxml.html import HtmlElement

_COMPOUND = re.compile(r"(?P<tag>[a-zA-Z][\w-]*)?(?P<rest>(?:[.#][\w-]+|\[[\w-]+(?:[*~^$]?='[^']*')?\])*)")
_PART = re.compile(r"[.#][\w-]+|\[([\w-]+)(?:([*~^$]?)='([^']*)')?\]")
_COMMA = re.compile(r",(?![^(\[]*[)\]])")


@dataclass(frozen=True, slots=True)
class _Compound:
    """What one element must have."""

    tag: str | None
    classes: tuple[str, ...]
    id: str | None
    attributes: tuple[tuple[str, str | None, str], ...]

    def matches(self, element: HtmlElement) -> bool:
        if self.tag is not None and element.tag != self.tag:
            return False
        if self.id is not None and element.get("id") != self.id:
            return False
        if self.classes:
            own = (element.get("class") or "").split()
            if not all(name in own for name in self.classes):
                return False
        return all(_holds(element.get(name), how, wanted) for name, how, wanted in self.attributes)

    @property
    def key(self) -> str | None:
        """The look-up that finds fewest candidates; None where the index knows none."""
        if self.id is not None:
            return f"#{self.id}"
        if self.classes:
            return f".{self.classes[0]}"
        for name, how, wanted in self.attributes:
            if name == "itemprop" and how in {"", "~"}:
                return f"@{wanted}"
        return self.tag


@dataclass(frozen=True, slots=True)
class _Selector:
    """Compounds from the outermost to the element itself; or a compiled path for what is more than that."""

    names: tuple[str, ...]
    chain: tuple[_Compound, ...]
    path: etree.XPath | None


def _holds(value: str | None, how: str | None, wanted: str) -> bool:
    if value is None:
        return False
    if how is None:
        return True
    if how == "":
        return value == wanted
    if how == "*":
        return wanted in value
    if how == "~":
        return wanted in value.split()
    return value.startswith(wanted) if how == "^" else value.endswith(wanted)


@cache
def _selectors(css: str) -> tuple[_Selector, ...]:
    return tuple(_selector(part.strip()) for part in _COMMA.split(css))


def _selector(css: str) -> _Selector:
    # What the page's text must hold for anything to match.
    names = tuple(
        a or b for a, b in re.findall(r"[.#]([\w-]+)|=\s*['\"]?([^'\"\]]+)", re.sub(r":not\([^)]*\)", "", css))
    )
    parts = [] if ">" in css or re.search(r"\[[^\]]* ", css) else css.split(" ")
    chain = [_compound(part) for part in parts]
    if (
        chain
        and all(compound is not None for compound in chain)
        and chain[-1] is not None
        and chain[-1].key is not None
    ):
        return _Selector(names, tuple(compound for compound in chain if compound is not None), None)
    return _Selector(names, (), etree.XPath(HTMLTranslator().css_to_xpath(css, prefix="descendant::")))


def _compound(css: str) -> _Compound | None:
    found = _COMPOUND.fullmatch(css)
    if not found or not css:
        return None
    classes, identity, attributes = [], None, []
    for part in _PART.finditer(found["rest"]):
        if part[0][0] == ".":
            classes.append(part[0][1:])
        elif part[0][0] == "#":
            identity = part[0][1:]
        else:
            attributes.append((part[1], part[2], part[3] or ""))
    return _Compound(found["tag"], tuple(classes), identity, tuple(attributes))


class Index:
    """The elements of a tree by tag, class, id and itemprop; built at the first question."""

    def __init__(self, root: HtmlElement, text: str) -> None:
        self.root, self.text = root, text
        self._by_key: dict[str, list[HtmlElement]] | None = None

    def select(self, css: str, scope: HtmlElement | None = None) -> list[HtmlElement]:
        """The elements a selector names, in document order; below `scope` where one is given."""
        selectors = _selectors(css)
        found: list[HtmlElement] = []
        for selector in selectors:
            if selector.path is None:
                found += self._chained(selector.chain, scope)
            elif all(name in self.text for name in selector.names):  # most name what this page has not got
                found += cast("list[HtmlElement]", selector.path(self.root if scope is None else scope))
        if len(selectors) > 1 and len(found) > 1:
            wanted = set(found)
            found = [element for element in (self.root if scope is None else scope).iter() if element in wanted]
        return found

    def _chained(self, chain: tuple[_Compound, ...], scope: HtmlElement | None) -> list[HtmlElement]:
        if self._by_key is None:
            self._by_key = _indexed(self.root)
        *outer, last = chain
        assert last.key is not None
        found = [element for element in self._by_key.get(last.key, ()) if last.matches(element)]
        if outer:
            found = [element for element in found if _stands_in(element, outer)]
        if scope is not None:
            found = [element for element in found if any(parent is scope for parent in element.iterancestors())]
        return found


def _stands_in(element: HtmlElement, outer: list[_Compound]) -> bool:
    wanted = len(outer) - 1
    for parent in element.iterancestors():
        if outer[wanted].matches(parent):
            if wanted == 0:
                return True
            wanted -= 1
    return False


def _indexed(root: HtmlElement) -> dict[str, list[HtmlElement]]:
    found: dict[str, list[HtmlElement]] = {}
    for element in root.iter(etree.Element):
        keys = [element.tag]
        if names := element.get("class"):
            keys += [f".{name}" for name in names.split()]
        if name := element.get("id"):
            keys.append(f"#{name}")
        if names := element.get("itemprop"):
            keys += [f"@{name}" for name in names.split()]
        for key in keys:
            if key not in found:
                found[key] = [element]
            elif found[key][-1] is not element:
                found[key].append(element)
    return found
