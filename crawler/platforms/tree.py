"""The tree that a page is: the little of turbohtml that everything here stands on, in one place.

Parsed as browsers parse (WHATWG), whatever is left open. Comments, scripts and styles are gone from the tree, so that
the text of an element is what a reader may see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice

from turbohtml import Comment, Document, Element, Node, ProcessingInstruction, Text, parse

from vietnam.normalize import clean

__all__ = ["Comment", "Document", "Element", "Node", "ProcessingInstruction", "Text"]


def parsed(markup: str) -> Document:
    """The document of some markup; never an error, never deep recursion, in time that grows with its length."""
    return parse(markup, positions=False)


def text_of(element: Element) -> str:
    """The text of an element, one clean line.

    >>> text_of(parsed("<p> Hữu  <b>Liêm</b> </p>").select("p")[0])
    'Hữu Liêm'
    """
    return clean(element.text)


def is_longer(element: Element, most: int) -> bool:
    """Whether the text of an element has more than so many characters; no more of it is looked at than tells.

    >>> div = parsed("<div> Hữu  <b>Liêm</b> </div>").select("div")[0]
    >>> is_longer(div, 6), is_longer(div, 8)
    (True, False)
    """
    found = -1
    for text in element.strings:
        if words := text.split():
            found += sum(map(len, words)) + len(words)
            if found > most:
                return True
    return False


def own_text(element: Element) -> str:
    """The text of an element without that of the elements in it.

    >>> own_text(parsed("<p>Hữu <b>Liêm</b> viết</p>").select("p")[0])
    'Hữu  viết'
    """
    return "".join(child.data for child in element.children if isinstance(child, Text))


def has_own_text(element: Element, among: int = 100) -> bool:
    """Whether an element has words of its own among the first nodes in it; no more of them are looked at.

    >>> has_own_text(parsed("<p> <b>Liêm</b> viết</p>").select("p")[0])
    True
    >>> has_own_text(parsed("<p> <b>Liêm</b> </p>").select("p")[0])
    False
    """
    inside = islice(element.descendants, among)
    return any(isinstance(node, Text) and node.data.strip() and node.parent == element for node in inside)


def parent_of(element: Element) -> Element | None:
    """The element around an element; None above `<html>`."""
    parent = element.parent
    return parent if isinstance(parent, Element) else None


def ancestors(element: Element) -> Iterator[Element]:
    """The elements around an element, from the inside out.

    >>> [outer.tag for outer in ancestors(parsed("<ul><li>x</li></ul>").select("li")[0])]
    ['ul', 'body', 'html']
    """
    outer = element.parent
    while isinstance(outer, Element):
        yield outer
        outer = outer.parent


def children(element: Element) -> list[Element]:
    """The elements right below an element.

    >>> [inner.tag for inner in children(parsed("<div>a<p>b</p><!-- c --><img></div>").select("div")[0])]
    ['p', 'img']
    """
    return [child for child in element.children if isinstance(child, Element)]


def beside(element: Element, way: int) -> Node | None:
    """What is said right behind (1) or in front of (-1) an element, in the element around both; white space says nothing.

    >>> bold = parsed("<p>a <b>b</b> <i>c</i>").select("b")[0]
    >>> [node.text.strip() for node in (beside(bold, -1), beside(bold, 1))]
    ['a', 'c']
    """
    nodes = element.next_siblings if way > 0 else element.previous_siblings
    return next((node for node in nodes if node.text.strip()), None)


# Elements that hold nothing but a line, itself counted.
_WRAPPED = 4


def said_beside(line: Element, way: int) -> Element | None:
    """What is said right below (1) or above (-1) a line, outside the elements that hold nothing but it; None for bare text.

    >>> bold = parsed("<p>a</p><div><p><b>b</b></p></div>").select("b")[0]
    >>> said_beside(bold, -1).text, said_beside(bold, 1)
    ('a', None)
    """
    said = text_of(line)
    for outer in islice(chain([line], ancestors(line)), _WRAPPED):
        if text_of(outer) != said:
            return None
        if (node := beside(outer, way)) is not None:
            return node if isinstance(node, Element) else None
    return None


_STEPS = 3
_NUMBERED = re.compile(r"\d")


def path_of(element: Element) -> str:
    """Where an element stands, by tag and first class of it and two around it; classes with a number differ from page to page.

    >>> path_of(parsed("<div class='post-12 entry big'><h1>a</h1></div>").select("h1")[0])
    'body > div.entry > h1'
    """
    steps: list[str] = []
    node: Element | None = element
    while node is not None and len(steps) < _STEPS:
        name = next((name for name in (node.attr("class") or "").split() if not _NUMBERED.search(name)), "")
        steps.append(f"{node.tag}.{name}" if name else node.tag)
        node = parent_of(node)
    return " > ".join(reversed(steps))


def names(element: Element) -> str:
    """Class names and id of an element, one string; a space where it has none.

    >>> names(parsed("<p class='a b' id='c'>").select("p")[0]), names(parsed("<p>").select("p")[0])
    ('a b c', ' ')
    """
    return f"{element.attr('class') or ''} {element.attr('id') or ''}"


def is_markup(node: object) -> bool:
    """Whether a node is a comment or an instruction, which no reader sees."""
    return isinstance(node, Comment | ProcessingInstruction)


def located(scope: Element, path: str) -> list[Element]:
    """The elements that an XPath names, in document order.

    >>> [found.tag for found in located(parsed("<p>a<b>c</b></p>").select("p")[0], ".//b")]
    ['b']
    """
    found = scope.xpath(path)
    return [node for node in found if isinstance(node, Element)] if isinstance(found, list) else []


def holds(element: Element, condition: str) -> bool:
    """Whether an XPath condition is true of an element.

    >>> holds(parsed("<p>a</p>").select("p")[0], "ancestor::body and not(.//a)")
    True
    """
    return bool(element.xpath(f"boolean({condition})"))


_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# What style sheets in common use hide from every reader, or from those of a wide screen.
_UNSEEN_CLASS = re.compile(
    r"(?:^|\s)(?:hidden|d-none|visually-hidden|visuallyhidden|sr-only|screen-reader-text|element-invisible"
    r"|visible-xs(?:-\w+)?|(?:md|lg|xl):hidden|d-(?:md|lg|xl)-none)(?:\s|$)"
)
_SEEN_ON_WIDE = re.compile(
    r"(?:^|\s)(?:(?:sm|md|lg|xl|2xl):(?:block|flex|grid|table|contents|inline\S*)|d-(?:sm|md|lg|xl|xxl)-(?:block|flex|grid|table\S*|inline\S*))(?:\s|$)"
)


@lru_cache(maxsize=4096)
def _is_unseen_class(classes: str) -> bool:
    return _UNSEEN_CLASS.search(classes) is not None and _SEEN_ON_WIDE.search(classes) is None


def is_unseen(element: Element) -> bool:
    """Whether an element says itself that no reader of a wide screen sees it: by attribute, style, or a class in common use.

    >>> [is_unseen(element) for element in parsed("<p class='hidden md:flex'>a<p class='sr-only'>b<p hidden>c").select("p")]
    [False, True, True]
    """
    if element.attr("hidden") is not None or ((style := element.attr("style")) and _UNSEEN.search(style)):
        return True
    classes = element.attr("class")
    return classes is not None and _is_unseen_class(classes)


def is_hidden(element: Element) -> bool:
    """Whether an element or one around it is unseen.

    >>> is_hidden(parsed("<p style='display: none'><b>a</b></p>").select("b")[0])
    True
    """
    return any(is_unseen(node) for node in (element, *ancestors(element)))
