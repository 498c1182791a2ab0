"""Which paragraph is an article's lead, by evidence: what a name calls so, what stands apart above the text or opens it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, islice

from crawler.platforms.evidence import captions, content, surroundings
from crawler.platforms.evidence.chrome import is_line_of_dates
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, ancestors, children, is_hidden, is_longer, names, own_text, text_of
from vietnam import byline as bylines
from vietnam import dates

# A lead is no longer than this (characters), shorter lines between heading and body are labels.
_LONGEST = 900
_SHORTEST = 50
_LABEL_WORDS = 7
# Elements from a cell to the table of a picture.
_FRAME = 4
# So many elements of a text may stand in front of the one that opens it; a heading of more words is a sentence.
_OPENING = 40
_HEADING_WORDS = 7
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:sapo|lead|p-?head|summary|intro(?:text)?|chapeau|trich-?dan|tom-?tat|description|desc|excerpt|standfirst|sub-?head(?:line)?|sub-?title|teaser|abstract|home-?text|dek|mo-?ta|has-(?:x-)?large-font-size|sqsrte-large)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NO_ARTICLE = re.compile(
    r"schema\.org/(?:Person|\w*Organization|\w*Place|WP(?:Header|Side[Bb]ar|Footer)|WebSite)$", re.IGNORECASE
)
# What somebody said begins so.
_QUOTES = ("“", '"', "«", "‘", "–", "-")
_TAGS = frozenset(
    [
        "p", "div", "section", "td", "dd", "b", "strong", "em", "i", "span", "font", "h2", "h3", "h4", "h5", "h6", "blockquote",
    ]
)  # fmt: skip


def named(page: Page, hints: Sequence[str], bodies: Sequence[Element]) -> Element | None:
    """What a platform's selectors call the lead, above the text or the first of several elements that hold it."""
    for hint in hints:
        for element in page.select(hint):
            if not text_of(element) or page.asides.lies_in(element) or _describes_another(element):
                continue
            if element in bodies:
                return element if len(bodies) > 1 and len(text_of(element)) <= _LONGEST else None
            if any(body in ancestors(element) for body in bodies):
                return None
            if page.place(element) < page.place(bodies[0]):  # below it is the teaser of another story
                return element
    return None


def _describes_another(element: Element) -> bool:
    """Whether machines are told that an element says something of a person, an office or the site: the box about the account, a slogan."""
    told = (node.attr("itemtype") for node in ancestors(element))
    return _NO_ARTICLE.search(next(filter(None, told), "")) is not None


def above(bodies: Sequence[Element]) -> Element | None:
    """The first of several elements that hold the text, where it is one paragraph and the others are more."""
    if len(bodies) < 2 or len(text_of(bodies[0])) > _LONGEST:
        return None
    first, rest = bodies[0], bodies[1:]
    if surroundings.tells_a_date(first) or not text_of(first) or first.find("img") is not None:
        return None
    if first.tag in {"h2", "h3", "h4"} or _NAMES.search(names(first)) is not None:
        return first
    if text_of(first).count(" ") <= _LABEL_WORDS:
        return None  # buttons, a label
    if sum((body.tag, names(body)) == (first.tag, names(first)) for body in rest) > 1:
        return None  # one paragraph of several
    inner = first
    while len(within := children(inner)) == 1 and not own_text(inner).strip():
        inner = within[0]
    alone = inner.tag in {"p", "strong", "b", "blockquote"} or inner.select_one("p, div, br, table") is None
    return first if alone and any(len(body.select("p, div, li, br")) > 1 for body in rest) else None


def between(page: Page, heading: Element, body: Element, pictures: Sequence[str]) -> Element | None:
    """A paragraph that stands between heading and body without a name; `pictures`: selectors of what holds none."""
    over = set(ancestors(heading))
    frames = {frame for hint in (*pictures, "figure") for frame in page.select(hint)}
    scope = next((node for node in ancestors(body) if node in over), None)
    passed = False
    for element in scope.iter_elements(include_self=True) if scope is not None and body not in over else ():
        if element is body:
            break
        if element is heading:
            passed = True
        elif passed and element.tag in _TAGS and len(own_text(element).strip()) >= _SHORTEST:
            text = text_of(element)
            around = {element, *ancestors(element)}
            beside = heading in around or around & frames or page.asides.lies_in(element, scope)
            if (
                not beside
                and text.count(" ") > _LABEL_WORDS
                and element.find("a") is None
                and not is_hidden(element)
                and not content.same_words(text, heading.text)  # banners repeat the title
                and dates.find(text, fetched_at=page.fetched_at) is None
                and not (surroundings.tells_a_date(element) or is_line_of_dates(text))
                and bylines.judge(text, emphasized=True, last=True) is None
                and not _is_under_picture(element)
            ):
                return element
    return None


def _is_under_picture(element: Element) -> bool:
    """Whether a line is called a caption, or stands in the frame of a picture."""
    around = islice(chain([element], ancestors(element)), _FRAME + 1)
    return any(
        captions.is_called_caption(node) or (node.find("img") is not None and captions.is_frame(node))
        for node in around
    )


def named_inside(
    page: Page, hints: Sequence[str], bodies: Sequence[Element], paragraphs: Sequence[str]
) -> Element | None:
    """A lead that opens the body and is named in it."""
    for hint in hints:
        for element in page.select(hint):
            inside = any(body in ancestors(element) for body in bodies) and len(paragraphs) > 1
            if inside and content.same_words(element.text, paragraphs[0]):
                return element
    return None


def set_apart(bodies: Sequence[Element], paragraphs: Sequence[str]) -> Element | None:
    """A lead that opens the text and stands apart there.

    By its name, as a heading of a whole sentence, set as a quotation of nobody, or in front of the box that holds the rest.
    """
    if len(paragraphs) < 2:
        return None
    most = 2 * len(paragraphs[0]) + _SHORTEST
    for number, element in enumerate(bodies[0].iter_elements()):
        if number > _OPENING:
            return None
        if not is_longer(element, most) and content.same_words(element.text, paragraphs[0]):
            around = [element, *(inner for inner in element.iter_elements())]
            is_named = any(_NAMES.search(names(node)) for node in around)
            is_set = element.tag in {"h2", "h3", "h4"} and len(text_of(element).split()) > _HEADING_WORDS
            is_quote = element.tag == "blockquote" and not _is_said(text_of(element))
            return element if is_named or is_set or is_quote or _stands_before_box(element, paragraphs) else None
    return None


def _is_said(text: str) -> bool:
    """Whether a text is what somebody said, but for a few words.

    >>> _is_said("“Nước lên nhanh quá!”"), _is_said("– Bà con yên tâm."), _is_said("“Vì dân” là phương châm của đơn vị.")
    (True, True, False)
    """
    if not text.startswith(_QUOTES):
        return False
    ends = text.find({"“": "”", "«": "»", "‘": "’"}.get(text[0], text[0]), 1)
    return ends < 0 or 2 * ends > len(text) or text[ends + 1 :].lstrip()[:1] in {",", "–", "—", "-"}


def _stands_before_box(element: Element, paragraphs: Sequence[str]) -> bool:
    """Whether right behind a sentence comes one element that holds all other paragraphs, and there are several."""
    text = text_of(element)
    if len(paragraphs) < 3 or not _SHORTEST <= len(text) <= _LONGEST or element.find("a") is not None:
        return False
    behind = next((node for node in element.next_siblings if isinstance(node, Element) and text_of(node)), None)
    said = text_of(behind) if behind is not None else ""
    return paragraphs[1] in said and paragraphs[-1] in said
