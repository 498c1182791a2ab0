"""CSS selectors over a page that is asked dozens of them: an index by class, id and attribute makes most of them look-ups.

What is not a chain of plain compounds (`a.b#c[itemprop='d'] [class*='e']`) is left to cssselect and libxml2.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import cast

from cssselect import HTMLTranslator
from lxml import etree
from lxml.html import HtmlElement

_COMPOUND = re.compile(r"(?P<tag>[a-zA-Z][\w-]*)?(?P<rest>(?:[.#][\w-]+|\[[\w-]+(?:[*~^$]?='[^']*')?\])*)")
_PART = re.compile(r"[.#][\w-]+|\[([\w-]+)(?:([*~^$]?)='([^']*)')?\]")
# The attributes that selectors name most.
_TELLING = frozenset(["class", "id", "itemprop", "itemtype", "property", "typeof", "rel", "datetime"])
_COMMA = re.compile(r",(?![^(\[]*[)\]])")


@dataclass(frozen=True, slots=True)
class _Compound:
    """What one element must have, and what its ancestors must; `css` is the selector up to here."""

    css: str
    tag: str | None
    classes: tuple[str, ...]
    id: str | None
    attributes: tuple[tuple[str, str | None, str], ...]
    outer: _Compound | None

    @property
    def is_one_class(self) -> bool:
        return len(self.classes) == 1 and not (self.tag or self.id or self.attributes)

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


@dataclass(frozen=True, slots=True)
class _Selector:
    """A chain of compounds, held by the last; or a compiled path for what is more than that."""

    names: tuple[str, ...]
    last: _Compound | None
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
    if ">" not in css and not re.search(r"\[[^\]]* ", css) and (last := _chain(css)) is not None:
        return _Selector(names, last, None)
    return _Selector(names, None, etree.XPath(HTMLTranslator().css_to_xpath(css, prefix="descendant::")))


def _chain(css: str) -> _Compound | None:
    """The compounds of a selector; None where one of them is more than that."""
    last: _Compound | None = None
    for part in css.split(" "):
        found = _COMPOUND.fullmatch(part)
        if not found or not part:
            return None
        classes, identity, attributes = [], None, []
        for piece in _PART.finditer(found["rest"]):
            if piece[0][0] == ".":
                classes.append(piece[0][1:])
            elif piece[0][0] == "#":
                identity = piece[0][1:]
            else:
                attributes.append((piece[1], piece[2], piece[3] or ""))
        whole = f"{last.css} {part}" if last is not None else part
        last = _Compound(whole, found["tag"], tuple(classes), identity, tuple(attributes), last)
    return last


@lru_cache(maxsize=4096)
def _words(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.split()))


class Index:
    """The elements of a tree by tag, class, id and other attributes; each built at the first question for it."""

    def __init__(self, root: HtmlElement, markup: bytes) -> None:
        self.root, self.markup = root, markup
        self._by_tag: dict[str, list[HtmlElement]] = {}
        self._by_attribute: dict[str, dict[str, list[HtmlElement]]] = {}
        self._by_class: dict[str, list[list[HtmlElement]]] | None = None
        self._chained: dict[str, list[HtmlElement]] = {}
        self._named: dict[str, bool] = {}
        self._joined: dict[str, str] = {}
        self._order: dict[HtmlElement, int] = {}

    def select(self, css: str, scope: HtmlElement | None = None) -> list[HtmlElement]:
        """The elements a selector names, in document order; below `scope` where one is given."""
        selectors = _selectors(css)
        found: list[HtmlElement] = []
        for selector in selectors:
            if selector.last is not None:
                chained = self._matching(selector.last)
                found += chained if scope is None else [one for one in chained if scope in one.iterancestors()]
            elif selector.path is not None and all(map(self._is_named, selector.names)):
                found += cast("list[HtmlElement]", selector.path(self.root if scope is None else scope))
        if len(selectors) > 1 and len(found) > 1:
            found = self._in_order([list(set(found))])
        return found

    def _is_named(self, name: str) -> bool:
        # Most selectors name what this page has not got.
        if name not in self._named:
            self._named[name] = name.encode() in self.markup
        return self._named[name]

    def _matching(self, last: _Compound) -> list[HtmlElement]:
        """The elements that a chain of compounds ends in: ancestors first, because most pages have none of them."""
        found = self._chained.get(last.css)
        if found is None:
            found = []
            if last.outer is None:
                found = self._alone(last)
            elif around := set(self._matching(last.outer)):
                found = [one for one in self._alone(last) if not around.isdisjoint(one.iterancestors())]
            self._chained[last.css] = found
        return found

    def _alone(self, compound: _Compound) -> list[HtmlElement]:
        """The elements that a compound fits, whatever they stand in: the look-up with fewest candidates, then the rest."""
        candidates: Iterable[HtmlElement]
        if compound.id is not None:
            candidates = self._bearing("id").get(compound.id, ())
        elif compound.classes:
            candidates = self._classed(compound.classes[0])
            if compound.is_one_class:
                return list(candidates)
        elif compound.tag is None or (compound.attributes and compound.attributes[0][0] in _TELLING):
            name, how, wanted = compound.attributes[0]
            bearing = self._bearing(name)
            if how is not None and wanted not in self._values(name):
                return []
            fitting = [own for value, own in bearing.items() if _holds(value, how, wanted)]
            candidates = fitting[0] if len(fitting) == 1 else self._in_order(fitting)
        else:
            if compound.tag not in self._by_tag:
                self._by_tag[compound.tag] = list(self.root.iter(compound.tag))
            candidates = self._by_tag[compound.tag]
            if not compound.attributes:
                return list(candidates)
        return [element for element in candidates if compound.matches(element)]

    def _bearing(self, attribute: str) -> dict[str, list[HtmlElement]]:
        """The elements that have an attribute, by its value."""
        if not self._by_attribute:
            self._by_attribute = self._walked()
        if attribute not in self._by_attribute:
            found = self._by_attribute[attribute] = {}
            for element in self._order:
                value = element.get(attribute)
                if value is not None:
                    found.setdefault(value, []).append(element)
        return self._by_attribute[attribute]

    def _values(self, attribute: str) -> str:
        # Whatever a value equals, begins or ends with, it holds.
        if attribute not in self._joined:
            self._joined[attribute] = "\n".join(self._bearing(attribute))
        return self._joined[attribute]

    def _walked(self) -> dict[str, dict[str, list[HtmlElement]]]:
        found: dict[str, dict[str, list[HtmlElement]]] = {name: {} for name in _TELLING}
        for number, element in enumerate(self.root.iter(etree.Element)):
            self._order[element] = number
            for name in element.keys():  # noqa: SIM118 - an element is no dictionary: iterating over it gives children
                if name in _TELLING:
                    own, value = found[name], element.get(name, "")
                    if value in own:
                        own[value].append(element)
                    else:
                        own[value] = [element]
        return found

    def _classed(self, name: str) -> list[HtmlElement]:
        if self._by_class is None:
            self._by_class = defaultdict(list)
            for value, elements in self._bearing("class").items():
                for word in _words(value):
                    self._by_class[word].append(elements)
        groups = self._by_class.get(name, [])
        return groups[0] if len(groups) == 1 else self._in_order(groups)

    def _in_order(self, groups: list[list[HtmlElement]]) -> list[HtmlElement]:
        """The elements of several lists in document order."""
        if not groups:
            return []
        if not self._order:
            self._by_attribute = self._walked()
        return sorted((element for group in groups for element in group), key=self._order.__getitem__)
