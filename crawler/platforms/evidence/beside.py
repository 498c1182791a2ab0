"""Boxes beside a list, told by their element, their name, or the heading they begin with: “Đọc nhiều”, “Tin liên quan”."""

from __future__ import annotations

import re
from itertools import islice

from crawler.platforms.evidence import menu
from crawler.platforms.tree import Element, names
from vietnam.normalize import clean, fold

TAGS = frozenset(["aside", "footer", "nav", "marquee"])
# Characters of a heading of a box.
_LONGEST_HEADING = 70
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:sidebar\w*|side|aside|right|col-?right|cot-?phai|widget\w*|most-?\w*|popular\w*|hot-?news|newest|latest\w*|recent\w*|related\w*|"
    r"(?:tin|bai)-?(?:khac|lien-?quan|moi|cu|cung)\w*|(?:doc|xem)-?nhieu\w*|ticker|marquee|footer|foot|slider|carousel)(?:$|[\s_-])",
    re.IGNORECASE,
)
# Headings over what is never the list of a page, and those over what may be.
_READ = r"(?:tin|bai|tin bai|cac tin|cac bai)?(?: viet)? ?(?:doc|xem) nhieu.*|(?:cac )?(?:tin|bai)(?: viet| bai)? lien quan.*|co the ban quan tam.*|dang duoc quan tam|(?:bai(?: dang| viet)?|tin(?: tuc)?) pho bien(?: nhat)?"
_MOST_READ = re.compile(rf"^\W*(?:{_READ})\W*$")
_HEADING = re.compile(
    rf"^\W*(?:{_READ}|(?:cac )?(?:tin|bai)(?: viet| bai)? (?:khac|moi nhan|cung chuyen muc|cu hon|moi hon).*|tin moi nhat|bai viet moi)\W*$"
)


def is_beside(node: Element) -> bool:
    """Whether a box is one beside the list of a page, by any of the three."""
    return node.tag in TAGS or _NAMES.search(names(node)) is not None or _begins_with(node, _HEADING)


def is_of_most_read(node: Element) -> bool:
    """Whether a box begins with a heading that no list of a section has: what is read most, what is related."""
    return _begins_with(node, _MOST_READ)


def _begins_with(node: Element, headings: re.Pattern[str]) -> bool:
    first = islice((child for child in node.children if isinstance(child, Element)), 2)
    return any(
        menu.length(inner, _LONGEST_HEADING) <= _LONGEST_HEADING and headings.match(fold(clean(inner.text))) is not None
        for inner in first
    )
