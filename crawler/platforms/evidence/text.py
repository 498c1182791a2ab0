"""Where an article's text stands, by evidence: where the long text of the page is gathered, below its heading."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import dropwhile, islice, takewhile

from crawler.platforms.evidence import captions
from crawler.platforms.evidence.aside import Asides, is_headline, is_imprint
from crawler.platforms.evidence.blocks import ends_in
from crawler.platforms.evidence.chrome import begins_comments
from crawler.platforms.evidence.surroundings import is_gallery, tells_a_date
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, ancestors, children, is_longer, own_text, parent_of, text_of
from vietnam import byline as bylines
from vietnam import urls
from vietnam.normalize import clean

# An element that a platform names is believed from this share of the text on that evidence finds.
_ENOUGH = 0.6
# So much of the text in one part, and the rest is looked at: is it text, or teasers and comments?
_MOSTLY = 0.6
# An element around the heading with this share of the long text below the heading holds the article.
_MOST = 0.5
# What stands beside a part with the text and has less than this share of it is beside the point.
_NEGLIGIBLE = 0.08
_BEHIND = 0.2
# Characters of short lines that are a text all the same, elements around the heading in which they are looked for, links that are counted.
_TABLE = 200
_STEPS = 3
_LIST = 200
# A line that closes a text is no longer than this (characters).
_CLOSING_LINE = 160
# A lead is no longer than this (characters), a heading of a chapter or label hardly than so many words.
_LEAD = 500
_LABEL_WORDS = 4
_PARAGRAPH = frozenset(["p", "span", "font", "b", "strong", "em", "i", "u", "blockquote", "ul", "ol", "li", "h2", "h3", "h4", "h5", "h6", "table", "figure", "pre", "dl", "center", "small"])  # fmt: skip
# Characters of a paragraph that is hardly a caption's line.
_SENTENCE = 60
# How sure it must be that a line there names who wrote.
_SURE = 0.7
# Characters of a row of labels between lead and text.
_LABELS = 160
_NO_CLOSING = ("ul", "ol", "form", "h1", "h2", "h3", "h4", "input", "textarea")
_WRAPPERS = frozenset(["div", "p", "section", "center"])
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|odt|ods|rtf)(?:$|\?)", re.IGNORECASE)
_ALWAYS_ONE = frozenset(
    ["p", "span", "font", "b", "strong", "em", "i", "u", "li", "h2", "h3", "h4", "h5", "h6", "small", "td"]
)


@dataclass(frozen=True, slots=True)
class Region:
    """The elements that hold the text, in reading order, the rule that found them, and what speaks against it."""

    elements: tuple[Element, ...]
    rule: str
    against: str | None = None
    # Every part that could be the text is a headline of another article with its teaser.
    is_of_teasers: bool = False


class Masses:
    """How the long text of a page is spread over its elements (characters), without links and asides."""

    def __init__(self, page: Page, heading: Element | None) -> None:
        asides: Asides = page.asides
        self.page = page
        self.met_teasers_alone = False
        found = [piece for piece in asides.long_texts if not asides.lies_in(piece.element)]
        if any(not piece.is_teaser for piece in found):
            found = [piece for piece in found if not piece.is_teaser]
        elif found:
            self.met_teasers_alone = True
        if heading is not None and found:
            own, place = text_of(heading), page.place(heading)
            found = [
                piece for piece in found if is_longer(piece.element, 2 * len(own)) or text_of(piece.element) != own
            ] or found
            below = [piece for piece in found if piece.place > place]
            if sum(piece.length for piece in below) * 3 >= sum(piece.length for piece in found):
                found = below
        self.own = {piece.element: piece.length for piece in found}
        self.of: dict[Element, int] = {}
        for piece in found:
            for outer in (piece.element, *piece.around):
                self.of[outer] = self.of.get(outer, 0) + piece.length

    @cached_property
    def whole(self) -> int:
        return sum(self.own.values())


def find(
    page: Page,
    heading: Element | None,
    hints: Sequence[str] = (),
    is_anothers: Callable[[Element], bool] | None = None,
) -> Region | None:
    """Where the text is; None where the page has none.

    `hints`: selectors of elements that a platform is known to put around it, but `is_anothers`; one that holds a fraction of the text is not believed.
    """
    masses = Masses(page, heading)
    named = _named(page, hints, is_anothers)
    if not masses.whole:
        if named is not None and _says_anything(named[0]):
            return Region((named[0],), named[1])
        short = _of_short_lines(page, heading)
        return Region((short,), "where the lines below the heading are") if short is not None else None
    region = _without_heading(masses, _gathered(page, masses, heading), heading)
    if len(region) == 1 and (inner := _inwards(page, masses, region[0], heading)):
        holder = inner[0] if len(inner) == 1 else parent_of(inner[0])
        region = [holder] if holder is not None else region
    if masses.whole < _TABLE and named is None:
        short = _of_short_lines(page, heading)
        if short is not None and page.place(short) < page.place(region[0]) and len(short.text) > 3 * masses.whole:
            return Region((short,), "where the lines below the heading are")
    mass = sum(masses.of.get(element, 0) for element in region)
    if named is not None:
        element, hint = named
        held = masses.of.get(element, 0)
        around = any(part is element or element in ancestors(part) for part in region)
        if around and held == mass and _is_its_article(region, element, heading):
            return Region(tuple(region), "where the long text is", f"{hint} holds more")
        if held >= mass * _ENOUGH and (not around or held <= mass * 1.3 or _is_inside(region, element)):
            return Region((element,), hint)
        if around and held >= mass:
            return Region(tuple(region), "where the long text is", f"{hint} holds more")
        against = f"{hint} holds {held} of {mass} characters"
        return Region(tuple(region), "where the long text is", against, masses.met_teasers_alone)
    return Region(tuple(region), "where the long text is", None, masses.met_teasers_alone)


def _is_its_article(region: list[Element], named: Element, heading: Element | None) -> bool:
    """Whether one part holds the text, in an element that holds the heading, too: crumbs, buttons to edit, labels, a licence."""
    part = region[0]
    if len(region) > 1 or part is named:
        return False
    around = list(ancestors(heading)) if heading is not None else []
    return part in around or (named in around and part.tag not in _PARAGRAPH and _holds_all(part, named, heading))


def _holds_all(part: Element, named: Element, heading: Element | None) -> bool:
    """Whether nothing that an article has stands in an element beside the part with its text: only the heading, labels, links."""
    title = text_of(heading) if heading is not None else ""
    inside = part
    for outer in ancestors(part):
        for beside in children(outer):
            if beside is inside or beside is heading or (heading is not None and beside in ancestors(heading)):
                continue
            if beside.tag in {"table", "figure"} or beside.select_one("img, table, figure, video, audio") is not None:
                return False
            if beside.tag in {"ul", "ol"} and beside.find("a") is None:
                return False
            if any(_FILE.search(anchor.attr("href") or "") for anchor in beside.iter_elements("a", include_self=True)):
                return False
            said = (clean(own_text(node)) for node in beside.iter_elements(include_self=True) if node.tag != "a")
            if any(line and line != title and ends_in(line, ".!?…") for line in said):
                return False
        if outer is named:
            return True
        inside = outer
    return False


def _without_heading(masses: Masses, region: list[Element], heading: Element | None) -> list[Element]:
    """Several parts without a first one that holds the heading, a paragraph below it, and labels: that is the lead."""
    if heading is None or len(region) < 2 or region[0] not in ancestors(heading):
        return region
    said = [element for element in masses.own if region[0] in ancestors(element)]
    is_lead = len(said) == 1 and masses.own[said[0]] <= _LEAD
    return list(dropwhile(lambda part: not _says_anything(part), region[1:])) if is_lead else region


def _of_short_lines(page: Page, heading: Element | None) -> Element | None:
    """What stands below the heading where no line is long: a table of names, a list of telephone numbers."""
    for outer in islice(ancestors(heading), _STEPS) if heading is not None else ():
        place = page.place(heading) if heading is not None else 0
        for part in children(outer):
            if page.place(part) <= place or page.asides.lies_in(part) or part.select_one("form, textarea") is not None:
                continue
            if is_imprint(part):
                continue
            linked = sum(len(text_of(anchor)) for anchor in islice(part.iter_elements("a"), _LIST))
            if is_longer(part, _TABLE) and linked * 4 < len(part.text):
                return part
    return None


def _is_inside(region: Sequence[Element], element: Element) -> bool:
    return all(part is element or part in ancestors(element) for part in region)


def _says_anything(element: Element) -> bool:
    return bool(text_of(element)) or element.find("img") is not None


def _named(
    page: Page, hints: Sequence[str], is_anothers: Callable[[Element], bool] | None
) -> tuple[Element, str] | None:
    for hint in hints:
        found = [
            element
            for element in page.select(hint)
            if not page.asides.lies_in(element) and (is_anothers is None or not is_anothers(element))
        ]
        if found:
            best = max(found, key=lambda element: len(element.text))
            if _says_anything(best):
                return best, hint
    return None


def _gathered(page: Page, masses: Masses, heading: Element | None) -> list[Element]:
    """From the page inwards as long as one part holds the text; where several do, all of them in a row."""
    return _inwards(page, masses, _around(page, masses, heading), heading)


def _inwards(page: Page, masses: Masses, node: Element, heading: Element | None) -> list[Element]:
    while True:
        if masses.own.get(node, 0) > masses.of.get(node, 0) * 0.3:
            return [node]
        parts = [child for child in children(node) if masses.of.get(child)]
        if len(parts) > 1:
            parts = _texts_of(page, masses, parts)
        if not parts:
            return [node]
        if len(parts) == 1:
            if parts[0].tag in _ALWAYS_ONE and node.tag not in {"tr", "tbody", "table", "body"}:
                return [node]
            node = parts[0]
            continue
        if node is not page.body and (
            all(part.tag in _PARAGRAPH or _is_picture(part) for part in parts)
            or _is_of_blocks(node)
            or _is_text(node, heading)
        ):
            return [node]
        return _in_a_row(page, masses, node, parts, heading)


def _is_of_blocks(node: Element) -> bool:
    """Whether all that is in an element is made alike, one paragraph or picture a block, as block editors do."""
    blocks = children(node)
    make = (blocks[0].tag, blocks[0].attr("class")) if blocks else None
    return (
        len(blocks) > 2
        and all((block.tag, block.attr("class")) == make for block in blocks)
        and all(len(children(block)) == 1 and block.find("a") is None for block in blocks)
    )


def _is_text(node: Element, heading: Element | None) -> bool:
    """Whether what is no paragraph in an element (a picture's frame, a box) stands between paragraphs, and leads to no headline."""
    if heading is not None and node in ancestors(heading):
        return False
    said = [part for part in children(node) if text_of(part) and not _is_picture(part)]
    return bool(said) and (
        said[0].tag == said[-1].tag == "p"
        and sum(part.tag in _PARAGRAPH for part in said) * 2 > len(said)
        and not any(
            is_headline(anchor) for part in said if part.tag not in _PARAGRAPH for anchor in part.iter_elements("a")
        )
    )


def _is_picture(part: Element) -> bool:
    """Whether a part is a picture and no more than is written under one; several sentences are a short text with pictures."""
    return (
        part.find("img") is not None
        and part.find("a") is None
        and not is_longer(part, captions.LONGEST)
        and sum(_is_sentence(line) for line in part.iter_elements("p")) < 2
    )


def _is_sentence(line: Element) -> bool:
    return is_longer(line, _SENTENCE) and ends_in(text_of(line), ".!?…")


def _around(page: Page, masses: Masses, heading: Element | None) -> Element:
    """The smallest element around the heading that holds most of the text: what lies outside is another part of the page."""
    if heading is not None:
        for outer in ancestors(heading):
            if masses.of.get(outer, 0) >= masses.whole * _MOST:
                return outer
    return page.body


def _texts_of(page: Page, masses: Masses, parts: list[Element]) -> list[Element]:
    """Those of the parts of an element that are text, not teasers of other articles."""
    most = max(masses.of[part] for part in parts)
    largest = next(number for number, part in enumerate(parts) if masses.of[part] == most)
    make = _makes(masses, parts[largest])
    kept = [
        part
        for number, part in enumerate(parts)
        if part.tag in _PARAGRAPH
        or (make and _makes(masses, part) == make)
        or masses.of[part] >= most * (_NEGLIGIBLE if number < largest or _is_signed(part) else _BEHIND)
    ]
    texts = [part for part in kept if part.tag in _ALWAYS_ONE or not is_teasers(page, part, masses.of[part])]
    texts = [part for part in texts if part is texts[0] or not begins_comments(part)]
    texts = [
        part for part in texts if part in parts[: largest + 1] or not (_is_next_story(page, part) or _is_gallery(part))
    ]
    if not texts:
        masses.met_teasers_alone = True
    return texts or [max(parts, key=lambda part: masses.of[part])]


def _is_gallery(part: Element) -> bool:
    """Whether a part is several pictures; a single one may stand over the last line of the text."""
    return len(part.select("img")) > 1 and is_gallery(part)


def _is_next_story(page: Page, part: Element) -> bool:
    """Whether a part is a headline, a teaser and a link to one other page: what to read next."""
    lines = (clean(own_text(element)) for element in part.iter_elements())
    headline = next((line for line in lines if len(line.split()) > _LABEL_WORDS), "")
    if not headline or headline[-1] in ".!…":
        return False
    anchors = [
        anchor for anchor in islice(part.iter_elements("a"), _LIST) if anchor.attr("href") or anchor.attr("name")
    ]
    leads = {page.absolute(anchor.attr("href") or "") for anchor in anchors}
    url = leads.pop() if len(leads) == 1 else None
    return url is not None and url != page.address and urls.same_site(url, page.url) and not _FILE.search(url)


def _in_a_row(
    page: Page, masses: Masses, node: Element, parts: list[Element], heading: Element | None
) -> list[Element]:
    """The parts that hold text, what stands between them, and short paragraphs in front of them where the heading is elsewhere."""
    wanted = set(parts)
    row = [] if heading is not None and node in ancestors(heading) else _opening(node, parts[0])
    waiting: list[Element] = []
    for child in children(node):
        if row and child not in wanted and _ends_text(child):
            # Below a lead stand two headlines of others in some newspapers, and the text behind them.
            is_below_lead = row == parts[:1] and masses.of[parts[0]] <= min(
                _LEAD, sum(masses.of[part] for part in parts[1:])
            )
            if is_below_lead or _goes_on(masses, row, wanted, child):
                waiting = []
                continue
            break
        if child in wanted:
            row += [*waiting, child]
            waiting = []
        elif (
            row
            and not (row == parts[:1] and _is_row_of_labels(child) and _make_of(parts[0]) != _make_of(parts[1]))
            and not page.asides.is_aside(child)
            and not any(is_headline(anchor) for anchor in child.iter_elements("a"))
        ):
            waiting.append(child)
    return row + (_closing(waiting) if all(map(_is_one_paragraph, parts)) else [*takewhile(_is_picture, waiting)])


def _make_of(part: Element) -> tuple[str, str | None]:
    return part.tag, part.attr("class")


def _is_row_of_labels(part: Element) -> bool:
    """Whether a part says in a few words when, or who wrote: some templates print that below the lead."""
    if is_longer(part, _LABELS) or part.find("figure") is not None:
        return False
    if tells_a_date(part):
        return True
    found = bylines.judge(text_of(part), emphasized=True)
    return found is not None and found.confidence >= _SURE and bool(found.authors or found.unit or found.credit)


def _innermost(part: Element) -> Element:
    """The element that holds the text of a part, through those that hold nothing but each other."""
    inner = children(part)
    while len(inner) == 1 and inner[0].tag in _WRAPPERS and not own_text(part).strip():
        part, inner = inner[0], children(inner[0])
    return part


def _is_one_paragraph(part: Element) -> bool:
    """Whether a part is one paragraph, perhaps in an element of its own."""
    inner = _innermost(part)
    return inner.tag in _PARAGRAPH or inner.select_one("p, div, td, li") is None


def _makes(masses: Masses, part: Element) -> tuple[tuple[str, str | None], ...]:
    """How a paragraph is made, by the tags and classes of its elements; nothing for what is none."""
    inner = _innermost(part)
    if inner.tag not in _PARAGRAPH and inner not in masses.own:
        return ()
    return ((part.tag, part.attr("class")), (inner.tag, inner.attr("class")))


def _is_signed(part: Element) -> bool:
    """Whether the last line of a part is set apart and signs: it is the end of the text, be it as short as it may."""
    last = next((line for line in reversed(children(_innermost(part))) if text_of(line)), None)
    if last is None or last.tag not in _PARAGRAPH or last.find("a") is not None or is_longer(last, _CLOSING_LINE):
        return False
    is_right = "right" in f"{last.attr('style')} {last.attr('align')} {last.attr('class')}"
    is_strong = any(text_of(strong) == text_of(last) for strong in last.iter_elements(("b", "strong", "em", "i")))
    return bylines.judge(text_of(last), emphasized=is_strong, aligned_right=is_right, last=True) is not None


def _opening(node: Element, first: Element) -> list[Element]:
    """The paragraphs right in front of the first part of a text, in its element: a signature, a short opening."""
    taken: list[Element] = []
    for child in children(node):
        if child is first:
            return taken
        is_paragraph = child.tag in _WRAPPERS and _innermost(child).tag == "p"
        taken = [*taken, child] if is_paragraph and text_of(child) and child.find("a") is None else []
    return []


def _goes_on(masses: Masses, row: list[Element], wanted: set[Element], box: Element) -> bool:
    """Whether behind a box of headlines stands text made like that in front of it: it is set in the middle of the text."""
    makes = {_makes(masses, part) for part in row} - {()}
    behind = [node for node in box.next_siblings if isinstance(node, Element) and node in wanted]
    return not _asks_readers(box) and (
        any(_makes(masses, part) in makes for part in behind)
        or any(_is_alike_box(masses, row[-1], other) for other in behind[:1])
    )


def _is_alike_box(masses: Masses, one: Element, other: Element) -> bool:
    """Whether two boxes are called alike and hold paragraphs made alike: the text of one article, in two pieces."""
    names_shared = set((one.attr("class") or "").split()) & set((other.attr("class") or "").split())
    makes = [{_makes(masses, part) for part in children(box)} - {()} for box in (one, other)]
    begins = next((part for part in children(other) if text_of(part)), other)
    is_headed = begins.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}
    return one.tag == other.tag and bool(names_shared) and not is_headed and bool(makes[0] & makes[1])


def _asks_readers(part: Element) -> bool:
    """Whether a part is a form, or what readers wrote."""
    return part.select_one("textarea, form") is not None or begins_comments(part)


def _ends_text(part: Element) -> bool:
    """Whether a part between others ends the text: headlines of other articles, a form, comments."""
    return _asks_readers(part) or sum(1 for anchor in part.iter_elements("a") if is_headline(anchor)) > 1


def _closing(following: list[Element]) -> list[Element]:
    """Short lines behind the last long paragraph, where each paragraph is an element of its own: they end the text."""
    taken: list[Element] = []
    for element in following:
        leads = any(
            not _FILE.search(anchor.attr("href") or "") for anchor in element.iter_elements("a", include_self=True)
        )
        if (
            len(text_of(element)) > _CLOSING_LINE
            or leads
            or next(element.iter_elements(_NO_CLOSING, include_self=True), None) is not None
        ):
            break
        taken.append(element)
    while taken and not text_of(taken[-1]):
        taken.pop()
    return taken


def is_teasers(page: Page, part: Element, mass: int) -> bool:
    """Whether a part of a page is made of headlines that lead to other articles, with teasers or without."""
    pieces = [piece for piece in page.asides.long_texts if part is piece.element or part in piece.around]
    return bool(pieces) and sum(piece.length for piece in pieces if not piece.is_teaser) * 2 < mass
