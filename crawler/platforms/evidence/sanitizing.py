"""Markup that is safe to show, and a copy of an element without what is no part of its text."""

from __future__ import annotations

import copy
import re
from functools import lru_cache

from turbohtml.clean import OnDisallowed, Policy, Sanitizer

from crawler.platforms.evidence.chrome import JUNK_NAME, JUNK_TAGS
from crawler.platforms.tree import Element, is_longer, is_unseen, names, text_of

_ALLOWED_TAGS = frozenset([
    "p", "br", "b", "strong", "i", "em", "u", "ul", "ol", "li", "table", "thead", "tbody", "tr", "td", "th",
    "blockquote", "h2", "h3", "h4", "h5", "h6", "img", "a", "figure", "figcaption", "sub", "sup", "div", "span", "caption",
])  # fmt: skip
_SENTENCE_END = re.compile(r"[.!?…](?:\s|$)")
# Characters that labels in front of a text have.
_LABELS = 100
# Marks, for the time of a copy, what the copy is to lack.
_SKIPPED = "data-tintinh-skipped"

_SANITIZER = Sanitizer(
    Policy(
        tags=_ALLOWED_TAGS,
        attributes={
            "a": frozenset(["href"]),
            "img": frozenset(["src", "alt"]),
            "td": frozenset(["colspan", "rowspan"]),
            "th": frozenset(["colspan", "rowspan"]),
        },
        url_schemes=frozenset(["http", "https"]),
        on_disallowed_tag=OnDisallowed.STRIP,
        remove_with_content=frozenset(["script", "style", "iframe", "noscript", "template", "object", "svg"]),
    )
)


def sanitize(markup: str | Element) -> str:
    """Markup that is safe to show: no scripts, styles, handlers, frames or foreign schemes."""
    return re.sub(r"\s+", " ", _SANITIZER.sanitize(markup).replace("\x00", "")).strip()


def copy_without(element: Element, skip: tuple[Element, ...]) -> Element:
    """A copy of an element that lacks some of those inside; the element itself stays as it is."""
    marked = [node for node in skip if node is not element]
    for node in marked:
        node.attrs[_SKIPPED] = "1"
    part = copy.deepcopy(element)
    for node in marked:
        del node.attrs[_SKIPPED]
    if marked:
        part.remove(f"[{_SKIPPED}]")
    return part


def strip(part: Element) -> None:
    """Take out of a copy what readers do not see, and what its name says is none of the text."""
    whole = text_of(part)
    for node in list(part.iter_elements()):
        own = names(node)
        if (
            node.tag in JUNK_TAGS
            or is_unseen(node)
            or (own != " " and _sounds_like_junk(own) and not (_holds_article(node) or _is_the_text(node, whole)))
        ):
            node.extract()


def _is_the_text(node: Element, whole: str) -> bool:
    """Whether most of a part's text stands in an element, and no sentence in front of it: a name says nothing then."""
    if not is_longer(node, max(_LABELS, len(whole) // 2)):
        return False
    front = whole[: max(0, whole.find(text_of(node)))]
    return len(front) <= _LABELS and _SENTENCE_END.search(front) is None


@lru_cache(maxsize=4096)
def _sounds_like_junk(names: str) -> bool:
    # The pages of a portal share their names.
    return JUNK_NAME.search(names) is not None


def _holds_article(node: Element) -> bool:
    return (
        node.attr("itemprop") in {"articleBody", "description"}
        or node.select_one("[itemprop='articleBody']") is not None
    )
