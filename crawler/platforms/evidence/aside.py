"""What of a page stands beside its article: told by tags and names, unless the page itself speaks against it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from crawler.platforms.evidence.chrome import is_comments_heading, is_line_of_dates
from crawler.platforms.tree import (
    Element,
    Text,
    ancestors,
    has_own_text,
    is_longer,
    is_unseen,
    names,
    own_text,
    parent_of,
    text_of,
)
from vietnam import dates
from vietnam.normalize import clean, fold

# Beside, below or around an article, as templates call it.
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|respond|disqus|fb-comments|related\w*|latest\w*|mostread|moduletable\w*|sp-module|t3-module|"
    r"(?<!columns-)(?<!ui-)widgets?|sidebar\w*|other-?news|(?:tin|bai)-?(?:khac|lien-?quan|moi|cu|cung)\w*|popular\w*|carousel|slider|banners?|"
    r"advert\w*|navbar\w*|menu\w*|mega-?menu|breadcrumb\w*|pagination|pager|block_tophits|newsletter|social\w*|share\w*|"
    r"post-navigation|nav-links|td-post-next-prev|td_block_related\w*|site-footer|site-header|topbar|top-bar|clock|currentdate|"
    r"chan-?trang|current-date|today|ngay-?hom-?nay|weather|counter|thong-?ke)(?:$|[\s_-])",
    re.IGNORECASE,
)
# Names that speak of layout as often as of what stands there: for short labels they are no verdict.
_LAYOUT = re.compile(
    r"(?:^|[\s_-])(?:sidebar\w*|widgets?|social\w*|share\w*|menu\w*|today|counter)(?:$|[\s_-])", re.IGNORECASE
)
# A page builder wraps everything in its widgets, the article too.
_BUILDER = re.compile(r"\belementor-widget[\w-]*")
# WordPress names a picture's size, and themes call one “slider”.
_SIZE_OF_PICTURE = re.compile(r"(?:^|(?<=\s))(?:attachment|size)-[\w-]+")
_NEVER_TEXT = frozenset(["nav", "marquee", "script", "style", "select", "noscript", "iframe", "template"])
# Long text in these is a label, a headline, a fallback.
_NO_TEXT = frozenset(["a", "button", "option", "h1", "noscript", "audio", "video", "object", "canvas"])
_WHOLE_PAGE = frozenset(["html", "body", "main"])
# Characters from which on a text of its own is no label.
LONG = 40
# What holds this share of the long text of a page is no aside, whatever its name.
_MOST = 0.5
# Where more of the text than this share is unseen, a script shows it.
_SHOWN_BY_SCRIPT = 0.6
_NOT_WORD = re.compile(r"\W+")
# A page's name has no more parts that anybody means.
_PARTS_OF_NAME = 12
_SITE_NAME = re.compile(r"\s+[|\-–—»•·:]\s+|\s*\|\s*|:\.\s*")


_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SURELY_BESIDE = frozenset(["nav", "aside", "footer", "form", "header", "select"])
_COMMENTS = re.compile(r"(?:^|[\s_-])(?:comments?|respond|binh-?luan|disqus|breadcrumbs?)(?:$|[\s_-])", re.IGNORECASE)
# What a list tells of an article is no longer than this (characters).
LONGEST_TEASER = 420
# Words of a link from which on it is a headline.
HEADLINE = 4
# Words of a section's name at most.
_SECTION_WORDS = 5
# Characters that a headline's box holds besides it and its teaser: a date, a section, who wrote.
_CARD = 160
# Headlines from which on a box is a list.
_LIST = 3
# Who answers for a portal, at the foot of every page.
_IMPRINT = re.compile(
    r"giấy phép|bản quyền|copyright|©|cơ quan (?:chủ quản|ngôn luận)|ghi rõ nguồn|tổng biên tập|chịu trách nhiệm(?! (?:trước|hình sự|về|bồi thường|toàn bộ))|trưởng ban biên tập|đơn vị phát triển|"
    r"trụ sở(?: chính)?\s*:|^\s*trụ sở|(?:điện thoại|fax|email|hotline|địa chỉ)\s*:|^\s*(?:cổng|trang) thông tin điện tử|phát triển bởi|powered by|biên soạn",
    re.IGNORECASE,
)
# Characters of an imprint at most, and how many things it tells.
_LONGEST_IMPRINT = 900
_TOLD_BY_IMPRINT = 3
_ANSWERS = re.compile(r"(?i)giấy phép|bản quyền|copyright|©|chịu trách nhiệm|ghi rõ nguồn|^\s*(?:cổng|trang) thông tin")
# Characters that may stand beside a headline in its line: a date, a number of comments.
_BESIDE = 40
# Characters of a date in brackets.
_DATE = 14
# A line that says when something was published, changed, read is no running text (characters).
_LONGEST_DATE = 90
_SAYS_WHEN = re.compile(r"\d[/.-]\d{1,2}[/.-]\d|[Tt]h(?:áng|g)? ?\d|\d:\d\d|20\d\d")
# Characters of a piece of text that counts, and from which on pieces in one paragraph are running text.
_PIECE = 4
_IN_PIECES = 100
_PARAGRAPHS = frozenset(["p", "div", "td", "li", "blockquote", "center", "dd"])
_BOXES_OF_READERS = frozenset(["div", "section", "ul", "ol", "dl", "table", "td", "aside", "article", "fieldset"])
# Nodes behind a heading over comments in which the form to write one is looked for, and characters of such a heading.
_BELOW_LABEL = 200
_LONGEST_LABEL = 60
_INLINE = frozenset(["span", "font", "b", "strong", "em", "i", "u", "small", "label"])
_BOXES = frozenset(["div", "li", "article", "section", "dt", "dd", "td"])


class Said(NamedTuple):
    """A text of the page, and the place of the last element in front of it."""

    node: Text
    data: str
    place: int


class LongText(NamedTuple):
    """An element with running text of its own outside links, how many characters it has, and the elements around it, inside out."""

    element: Element
    length: int
    around: tuple[Element, ...]
    # Where the text begins, which may be behind other elements of its own: the last element in front of it.
    place: int
    # Whether it is what a list tells of another article: short, and below a headline that leads there.
    is_teaser: bool = False


class Asides:
    """Judges the parts of one page, each once."""

    def __init__(self, body: Element, told: tuple[str, ...] = ()) -> None:
        """`told`: what machines are told that the title is."""
        self.body = body
        self._told = frozenset(_bare(part) for text in told for part in _parts_of_name(text)) - {""}
        # Signs between its words are not told.
        self._longest_told = 2 * max(map(len, self._told), default=0)
        self._judged: dict[Element, bool] = {}
        self._inside: dict[Element, bool] = {}
        self._headlines_in: dict[Element, int] = {}

    def is_aside(self, element: Element) -> bool:
        """Whether an element is a menu, a comment form, a list of other articles, the page's own head or foot."""
        found = self._judged.get(element)
        if found is None:
            found = self._judged[element] = self._judge(element)
        return found

    def lies_in(self, element: Element, scope: Element | None = None) -> bool:
        """Whether an element lies in such a part, below `scope` where one is given."""
        if scope is None:
            return self._lies_in(element)
        node: Element | None = element
        while node is not None and node is not scope:
            if self.is_aside(node):
                return True
            node = parent_of(node)
        return False

    def _lies_in(self, element: Element) -> bool:
        passed: list[Element] = []
        node: Element | None = element
        found: bool | None = None
        while node is not None and found is None:
            found = self._inside.get(node) or (True if self.is_aside(node) else None)
            if found is None and node in self._inside:
                found = False
            passed.append(node)
            node = parent_of(node)
        for inner in passed:
            self._inside[inner] = bool(found)
        return bool(found)

    @cached_property
    def long_texts(self) -> tuple[LongText, ...]:
        """The running text of the page, piece by piece in reading order."""
        return tuple(self._with_teasers())

    @cached_property
    def places(self) -> dict[Element, int]:
        """The elements of the page in reading order, and their number in it."""
        return {element: number for number, element in enumerate(self.body.iter_elements(include_self=True))}

    def _with_teasers(self) -> Iterator[LongText]:
        """The pieces of running text, each told whether it is the teaser of a headline that leads elsewhere."""
        places = self.places
        # A heading that leads to the very page is the article's, and no teaser stands below it.
        marks: list[tuple[int, Element | None]] = [
            (places[anchor], None if _bare(anchor.text) in self._told else anchor) for anchor in self._headlines
        ]
        marks += [
            (places[heading], None) for heading in self.body.iter_elements(_HEADINGS) if heading.find("a") is None
        ]
        marks.sort(key=lambda mark: -mark[0])
        above: Element | None = None
        pieces = _long_texts(self.body, self._said)
        # At the end stands who answers for the portal, perhaps with what readers wrote below or above it.
        while pieces and (_IMPRINT.search(own_text(pieces[-1].element)) or self._is_of_readers(pieces[-1])):
            pieces.pop()
        for piece in pieces:
            while marks and marks[-1][0] <= piece.place:
                above = marks.pop()[1]
            if self._repeats_title(piece):
                above = None
                continue  # a heading, or a crumb that repeats it
            is_teaser = above is not None and piece.length <= LONGEST_TEASER and self._is_card(above, piece, pieces)
            yield piece._replace(is_teaser=is_teaser)
            above = None

    @cached_property
    def _said(self) -> list[Said]:
        """What the page says, but for white space."""
        place, found = 0, []
        for node in self.body.descendants:
            if isinstance(node, Element):
                place += 1
            elif isinstance(node, Text) and not (data := node.data).isspace():
                found.append(Said(node, data, place))
        return found

    @cached_property
    def _of_readers(self) -> frozenset[Element]:
        """The boxes that begin with a heading over what readers wrote, or ask them to write."""
        found: set[Element] = set()
        for said in self._said:
            if 4 < len(said.data) < _LONGEST_LABEL and _is_heading_of_readers(said.data):
                found.update(_begun_by(said.node))
        return frozenset(found)

    def _repeats_title(self, piece: LongText) -> bool:
        return piece.length <= self._longest_told and _bare(text_of(piece.element)) in self._told

    def _is_of_readers(self, piece: LongText) -> bool:
        return not self._of_readers.isdisjoint((piece.element, *piece.around))

    @cached_property
    def _headlines(self) -> list[Element]:
        found = [(anchor, _bare(anchor.text)) for anchor in self.body.iter_elements("a") if is_headline(anchor)]
        often = Counter(label for _, label in found)
        # A short label that the page links again and again is a section's name.
        return [anchor for anchor, label in found if often[label] == 1 or len(label.split()) > _SECTION_WORDS]

    def _is_card(self, headline: Element, piece: LongText, pieces: list[LongText]) -> bool:
        """Whether a headline and the text below it stand together: in a box of their own, or in a list of such."""
        around = set(ancestors(headline))
        box = next((outer for outer in piece.around if outer in around), None)
        if box is None or self._is_in_list_beside(headline, box):
            return False
        if not is_longer(box, len(text_of(headline)) + piece.length + _CARD):
            return True
        if box not in self._headlines_in:
            self._headlines_in[box] = sum(1 for anchor in box.iter_elements("a") if is_headline(anchor))
        headlines = self._headlines_in[box]
        if headlines < _LIST or self._is_one_of_many(piece, box, pieces):
            return False
        return sum(box in other.around for other in pieces) <= headlines * 1.5

    def _is_in_list_beside(self, headline: Element, box: Element) -> bool:
        """Whether a headline stands with others in a part of a box: what stands outside that part is no teaser of it."""
        part = headline
        while (outer := parent_of(part)) is not None and outer is not box:
            part = outer
        return part is not headline and len(list(islice(filter(is_headline, part.iter_elements("a")), 2))) > 1

    def _is_one_of_many(self, piece: LongText, box: Element, pieces: list[LongText]) -> bool:
        """Whether a text stands in a part of the box with other texts and no headline: below some links the article begins."""
        depth = piece.around.index(box)
        part = piece.around[depth - 1] if depth else piece.element
        others = sum(part in other.around for other in pieces)
        return others > 2 and not any(is_headline(anchor) for anchor in part.iter_elements("a"))

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
        if element in self._of_readers:
            return element not in self.kept
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
        found.update(self._below_headings(found))
        for piece in self.long_texts:
            if piece.is_teaser or self._is_of_readers(piece):
                continue
            whole += piece.length
            for outer in (piece.element, *piece.around):
                weights[outer] = weights.get(outer, 0) + piece.length
        found.update(element for element, length in weights.items() if length > whole * _MOST)
        return frozenset(found)

    def _below_headings(self, above: set[Element]) -> set[Element]:
        """The elements around the first running text below the heading: it is the article's, whatever they are called."""
        headings = [element for element in above if element.tag in _HEADINGS]
        start = min((self.places[heading] for heading in headings if heading in self.places), default=None)
        if start is None:
            return set()
        for piece in self.long_texts:
            if piece.place <= start or piece.is_teaser or self._repeats_title(piece):
                continue
            below = [outer for outer in (piece.element, *piece.around) if outer not in above]
            if not any(outer.tag in _SURELY_BESIDE or _COMMENTS.search(names(outer)) for outer in below):
                return set(below)
        return set()

    def _headings(self) -> Iterator[Element]:
        """Headings that say what the page is called; where none does, its only h1 that leads nowhere."""
        agreed = False
        for heading in self.body.iter_elements(("h1", "h2", "h3", "h4")):
            if len(own := _bare(heading.text)) > 8 and own in self._told:
                agreed = True
                yield heading
        if not agreed:
            alone = [heading for heading in self.body.iter_elements("h1") if len(text_of(heading).split()) > 2]
            if len(alone) == 1 and alone[0].find("a") is None and parent_of(alone[0]) is not None:
                yield alone[0]


def _parts_of_name(name: str) -> Iterator[str]:
    """What a page's name says, whole, piece by piece, and without the pieces at its end.

    >>> list(_parts_of_name("Trung tá A – Vì dân | Công an"))
    ['Trung tá A – Vì dân | Công an', 'Trung tá A', 'Vì dân', 'Công an', 'Trung tá A', 'Trung tá A – Vì dân']
    """
    yield name
    yield from _SITE_NAME.split(name)
    for found in islice(_SITE_NAME.finditer(name), _PARTS_OF_NAME):
        yield name[: found.start()]


def is_headline(anchor: Element) -> bool:
    """Whether a link of several words stands for itself and not within a sentence."""
    words = anchor.text.split()
    if len(words) < HEADLINE:
        return False
    label = " ".join(words)
    for outer in ancestors(anchor):
        if outer.tag in _HEADINGS:
            return True
        if outer.tag not in _INLINE:
            alone = not is_longer(outer, len(label) + _BESIDE) or (_breaks(anchor, -1) and _breaks(anchor, 1))
            return alone or anchor.find("img") is not None or (outer.tag in _BOXES and not has_own_text(outer))
    return True


def _breaks(anchor: Element, way: int) -> bool:
    """Whether a line, or what stands beside a picture, begins (-1) or ends (1) at a link, with no more than a date or a dash."""
    node = anchor.previous_sibling if way < 0 else anchor.next_sibling
    beside = ""
    while node is not None and (not isinstance(node, Element) or node.tag in _INLINE):
        beside += node.text
        node = node.previous_sibling if way < 0 else node.next_sibling
    # A picture stands beside a headline.
    ends = node is None or node.tag in {"br", "img"} or (node.tag == "a" and not node.text.strip())
    return len(beside.strip()) <= _DATE and ends


def _begun_by(label: Text) -> Iterator[Element]:
    """The outermost box that a label is the first word of, and what stands beside the label's own element where readers are asked to write there."""
    said, box, alone = clean(label.data), None, None
    node = label.parent
    while isinstance(node, Element) and node.tag not in _WHOLE_PAGE:
        if next((text for text in map(clean, map(str, node.strings)) if text), "") != said:
            break
        if is_longer(node, len(said) + LONG) or node.find("textarea") is not None:
            box = node
        else:
            alone = node
        node = node.parent
    if box is not None and box.tag in _BOXES_OF_READERS and box.find("h1") is None:
        yield box
    elif box is None and alone is not None and alone.tag not in {"a", "span", "button"}:
        beside = [node for node in islice(alone.next_siblings, _BELOW_LABEL) if isinstance(node, Element)]
        asked = next((number for number, node in enumerate(beside) if node.find("textarea") is not None), -1)
        yield from beside[: asked + 1]


def _long_texts(scope: Element, said: list[Said]) -> list[LongText]:
    """The elements with a long text of their own, and the paragraphs that markup around single words has cut in pieces."""
    found: dict[Element, LongText] = {}
    chains: dict[Element, tuple[Element, ...]] = {}
    pieces: dict[Element, list[tuple[int, int]]] = {}
    whole: set[Element] = set()
    for node, data, place in said:
        if len(data) < _PIECE:
            continue
        element = node.parent
        if not isinstance(element, Element) or element is scope or element.tag in _NO_TEXT:
            continue
        line = " ".join(data.split()) if len(data) >= LONG else data
        if len(line) < LONG:
            if len(line) >= _PIECE and (element.tag in _INLINE or element.tag in _PARAGRAPHS):
                pieces.setdefault(element, []).append((place, len(line)))
            continue
        if (
            element in found
            or " " not in line
            or (len(line) < _LONGEST_DATE and _SAYS_WHEN.search(line) and _tells_when(line))
        ):
            continue
        around = _chain(element, chains)
        if around and _NO_TEXT.isdisjoint([outer.tag for outer in around]):
            found[element] = LongText(element, len(" ".join(own_text(element).split())), around, place)
            whole.update((element, *around))
    blocks: dict[Element, list[tuple[int, int]]] = {}
    for element, parts in pieces.items():
        block = _block_around(element) if element.tag in _INLINE else element
        if block is not None and block is not scope and block not in whole:
            blocks.setdefault(block, []).extend(parts)
    for block, parts in blocks.items():
        length = sum(size for _, size in parts)
        if length < _IN_PIECES:
            continue
        around = _chain(block, chains)
        if around and _NO_TEXT.isdisjoint([outer.tag for outer in around]):
            found[block] = LongText(block, length, around, min(parts)[0])
    return sorted(_seen(list(found.values())), key=lambda piece: piece.place)


def _tells_when(line: str) -> bool:
    return dates.find(line) is not None or is_line_of_dates(line)


def _seen(pieces: list[LongText]) -> list[LongText]:
    """The pieces that readers see; all of them where most are shown by a script."""
    judged: dict[Element, bool] = {}

    def unseen(piece: LongText) -> bool:
        for node in (piece.element, *piece.around):
            if node not in judged:
                judged[node] = is_unseen(node)
        return any(judged[node] for node in (piece.element, *piece.around))

    seen = [piece for piece in pieces if not unseen(piece)]
    whole = sum(piece.length for piece in pieces)
    return seen if sum(piece.length for piece in seen) > whole * (1 - _SHOWN_BY_SCRIPT) else pieces


def _chain(element: Element, known: dict[Element, tuple[Element, ...]]) -> tuple[Element, ...]:
    outer = element.parent
    if not isinstance(outer, Element):
        return ()
    if outer not in known:
        known[outer] = (outer, *ancestors(outer))
    return known[outer]


def _block_around(element: Element) -> Element | None:
    """The paragraph that a piece of text stands in, through markup around single words; None in a link."""
    node: Element | None = element
    while node is not None and node.tag in _INLINE:
        node = parent_of(node)
    return node if node is not None and node.tag in _PARAGRAPHS else None


def _is_label(element: Element) -> bool:
    """Whether an `<aside>` is a line of labels, as some themes print date and author."""
    return len(text_of(element)) < 160 and element.select_one("h2, h3, h4, ul li:nth-of-type(4)") is None


@lru_cache(maxsize=4096)
def _sounds_aside(own: str) -> bool:
    # The pages of a portal share their names.
    if "elementor" in own:
        own = _BUILDER.sub("", own)
    if "size-" in own:
        own = _SIZE_OF_PICTURE.sub("", own)
    return _ASIDE.search(own) is not None


@lru_cache(maxsize=4096)
def _is_heading_of_readers(text: str) -> bool:
    return is_comments_heading(clean(text))


@lru_cache(maxsize=4096)
def _bare(text: str) -> str:
    return _NOT_WORD.sub(" ", fold(text)).strip()


def is_imprint(element: Element) -> bool:
    """Whether an element says who answers for the portal, and little else: it tells several such things, one of which no notice tells."""
    if is_longer(element, _LONGEST_IMPRINT):
        return False
    said = text_of(element)
    told = {fold(found[0]).strip() for found in _IMPRINT.finditer(said)}
    return len(told) >= _TOLD_BY_IMPRINT and _ANSWERS.search(said) is not None
