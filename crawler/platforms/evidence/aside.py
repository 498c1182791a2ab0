"""What of a page stands beside its article: told by tags and names, unless the page itself speaks against it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from crawler.platforms.tree import Element, ancestors, located, names, own_text, parent_of, text_of
from vietnam.normalize import fold

# Beside, below or around an article, as templates call it.
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|respond|disqus|fb-comments|related\w*|latest\w*|mostread|moduletable\w*|sp-module|t3-module|"
    r"(?<!columns-)widgets?|sidebar\w*|other-?news|(?:tin|bai)-?(?:khac|lien-?quan|moi|cu|cung)\w*|popular\w*|carousel|slider|banners?|"
    r"advert\w*|navbar\w*|menu\w*|mega-?menu|breadcrumb\w*|pagination|pager|block_tophits|newsletter|social\w*|share\w*|"
    r"post-navigation|nav-links|td-post-next-prev|td_block_related\w*|site-footer|site-header|topbar|top-bar|clock|currentdate|"
    r"current-date|today|ngay-?hom-?nay|weather|counter|thong-?ke)(?:$|[\s_-])",
    re.IGNORECASE,
)
# Names that speak of layout as often as of what stands there: for short labels they are no verdict.
_LAYOUT = re.compile(
    r"(?:^|[\s_-])(?:sidebar\w*|widgets?|social\w*|share\w*|menu\w*|today|counter)(?:$|[\s_-])", re.IGNORECASE
)
# A page builder wraps everything in its widgets, the article too.
_BUILDER = re.compile(r"\belementor-widget[\w-]*")
_NEVER_TEXT = frozenset(["nav", "script", "style", "select", "noscript", "iframe", "template"])
# Long text in these is a label, a headline, a fallback.
_NO_TEXT = frozenset(["a", "button", "option", "h1", "noscript"])
_WHOLE_PAGE = frozenset(["html", "body", "main"])
# Characters from which on a text of its own is no label.
LONG = 40
# What holds this share of the long text of a page is no aside, whatever its name.
_MOST = 0.5
_NOT_WORD = re.compile(r"\W+")
_SITE_NAME = re.compile(r"\s+[|\-–—»•·:]\s+|\s*\|\s*|:\.\s*")


class Asides:
    """Judges the parts of one page, each once."""

    def __init__(self, body: Element, told: tuple[str, ...] = ()) -> None:
        """`told`: what machines are told that the title is."""
        self.body = body
        self._told = frozenset(_bare(part) for text in told for part in (text, *_SITE_NAME.split(text)) if part) - {""}
        self._judged: dict[Element, bool] = {}

    def is_aside(self, element: Element) -> bool:
        """Whether an element is a menu, a comment form, a list of other articles, the page's own head or foot."""
        found = self._judged.get(element)
        if found is None:
            found = self._judged[element] = self._judge(element)
        return found

    def lies_in(self, element: Element, scope: Element | None = None) -> bool:
        """Whether an element lies in such a part, below `scope` where one is given."""
        node: Element | None = element
        while node is not None and node is not scope:
            if self.is_aside(node):
                return True
            node = parent_of(node)
        return False

    def _judge(self, element: Element) -> bool:
        tag = element.tag
        if tag in _NEVER_TEXT:
            return True
        if tag in _WHOLE_PAGE:
            return False
        if tag == "form":
            # An ASP.NET page is one form as a whole.
            return element.select_one("input[name='__VIEWSTATE']") is None and element not in self.kept
        if tag == "aside":
            return element not in self.kept and not _is_label(element)
        if tag in {"footer", "header"} and not any(outer.tag in {"article", "main"} for outer in ancestors(element)):
            return element not in self.kept and (tag == "footer" or element.find("h1") is None)
        own = names(element)
        return own != " " and tag != "article" and _sounds_aside(own) and element not in self.kept

    @cached_property
    def kept(self) -> frozenset[Element]:
        """What holds the heading or most of the text: never an aside."""
        found: set[Element] = set()
        for heading in self._headings():
            found.add(heading)
            found.update(ancestors(heading))
        weights: dict[Element, int] = {}
        whole = 0
        for element, length in long_texts(self.body):
            whole += length
            weights[element] = weights.get(element, 0) + length
            for outer in ancestors(element):
                weights[outer] = weights.get(outer, 0) + length
        found.update(element for element, length in weights.items() if length > whole * _MOST)
        return frozenset(found)

    def _headings(self) -> Iterator[Element]:
        """Headings that say what the page is called; where none does, its only h1 that leads nowhere."""
        agreed = False
        for heading in self.body.iter_elements(("h1", "h2", "h3")):
            if len(own := _bare(heading.text)) > 8 and own in self._told:
                agreed = True
                yield heading
        if not agreed:
            alone = [heading for heading in self.body.iter_elements("h1") if len(text_of(heading).split()) > 2]
            if len(alone) == 1 and alone[0].find("a") is None and parent_of(alone[0]) is not None:
                yield alone[0]


def long_texts(scope: Element) -> Iterator[tuple[Element, int]]:
    """Elements with running text of their own outside links, in reading order, and how many characters it has."""
    for element in located(scope, f".//*[text()[string-length(normalize-space(.)) >= {LONG}]]"):
        if _NO_TEXT.isdisjoint(outer.tag for outer in (element, *ancestors(element))):
            yield element, len(" ".join(own_text(element).split()))


def _is_label(element: Element) -> bool:
    """Whether an `<aside>` is a line of labels, as some themes print date and author."""
    return len(text_of(element)) < 160 and element.select_one("h2, h3, h4, ul li:nth-of-type(4)") is None


@lru_cache(maxsize=4096)
def _sounds_aside(own: str) -> bool:
    # The pages of a portal share their names.
    if "elementor" in own:
        own = _BUILDER.sub("", own)
    return _ASIDE.search(own) is not None


@lru_cache(maxsize=4096)
def _bare(text: str) -> str:
    return _NOT_WORD.sub(" ", fold(text)).strip()
