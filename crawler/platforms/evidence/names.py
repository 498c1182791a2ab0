"""What class names and ids tell of an element's part in a page, whatever the platform."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement

# Beside, below or around an article: never a part of it.
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|respond|disqus|fb-comments|related\w*|latest\w*|mostread|moduletable\w*|sp-module|t3-module|"
    r"(?<!columns-)widgets?|sidebar\w*|other-?news|(?:tin|bai)-?(?:khac|lien-?quan|moi|cu|cung)\w*|popular\w*|carousel|slider|banners?|"
    r"advert\w*|navbar\w*|menu\w*|mega-?menu|breadcrumb\w*|pagination|pager|block_tophits|newsletter|social\w*|share\w*|"
    r"post-navigation|nav-links|td-post-next-prev|td_block_related\w*|site-footer|site-header|topbar|top-bar|clock|currentdate|"
    r"current-date|today|ngay-?hom-?nay|weather|counter|thong-?ke)(?:$|[\s_-])",
    re.IGNORECASE,
)

# A page builder wraps everything in its widgets, the article too.
_BUILDER = re.compile(r"\belementor-widget[\w-]*")


def names(element: HtmlElement) -> str:
    """Class names and id of an element, one string."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def is_aside(element: HtmlElement) -> bool:
    """Whether an element is a menu, a comment form, a list of other articles, the page's own head or foot."""
    tag = element.tag
    if tag == "form":
        # An ASP.NET page is one form as a whole.
        return element.find(".//input[@name='__VIEWSTATE']") is None
    if tag in {"nav", "aside", "script", "style", "select", "noscript", "iframe", "template"}:
        return True
    if tag in {"footer", "header"} and not any(parent.tag in {"article", "main"} for parent in element.iterancestors()):
        return tag == "footer" or element.find(".//h1") is None
    own = names(element)
    return own != " " and tag not in {"body", "article", "main"} and _sounds_aside(own)


@lru_cache(maxsize=4096)
def _sounds_aside(own: str) -> bool:
    # The pages of a portal share their names.
    if "elementor" in own:
        own = _BUILDER.sub("", own)
    return _ASIDE.search(own) is not None


def in_aside(element: HtmlElement, scope: HtmlElement | None = None) -> bool:
    """Whether an element lies in such a part, below `scope` where one is given."""
    node: HtmlElement | None = element
    while node is not None and node is not scope:
        if is_aside(node):
            return True
        node = node.getparent()
    return False
