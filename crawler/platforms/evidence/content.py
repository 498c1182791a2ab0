"""From the element that holds an article to its text, pictures, files and closing byline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from crawler.article import Attachment, Image
from crawler.platforms.evidence import captions, pictures
from crawler.platforms.evidence.blocks import FILE, LONG_LINE, Block, ends_in
from crawler.platforms.evidence.chrome import BLOCK_TAGS, CHROME, is_line_of_dates
from crawler.platforms.evidence.sanitizing import copy_without, sanitize, strip
from crawler.platforms.evidence.signature import take_byline
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, Node, Text, children, text_of
from vietnam.byline import Byline, is_account_name, judge
from vietnam.normalize import clean, fold, is_word_residue

# Liferay puts a file's id behind its name; these addresses send a file and do not name it.
_SENDS_FILE = re.compile(r"download|linkclick\.aspx|get_file|getfile|/documents/", re.IGNORECASE)
_NOT_WORD = re.compile(r"\W+")
_LEAD_LABEL = re.compile(
    r"^(?:tóm tắt(?: (?:nội dung|bài viết|tin))?|tóm lược|lời dẫn|sapo|summary|abstract)\s*(?::\s*|$)", re.IGNORECASE
)
# Characters of headings over headlines.
_LONGEST_HEADING = 120
# A slanted line of fewer words is a label or a motto.
_SENTENCE_WORDS = 9
# Characters of a sentence behind which a signature may stand; a shorter one may announce it.
_SENTENCE = 60
_SPACES = re.compile(r"[ \t\r\n\f]+")
# A line set in by hand begins a paragraph.
_INDENTED = re.compile(r"[ \n]*(?:\xa0 ?){2,}[^\s]")
_FILE_NAME = re.compile(r"[^\s:]+\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|odt|ods|rtf)$", re.IGNORECASE)
_BUTTON = re.compile(r"(?i)^(?:tải (?:về|xuống)|download|xem)\W*$")


@dataclass(slots=True)
class Content:
    """What an article's element holds, divided."""

    paragraphs: list[str] = field(default_factory=list)
    lead: str | None = None
    byline: Byline | None = None
    byline_rule: str | None = None
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    html: str = ""

    @property
    def body(self) -> str:
        return "\n\n".join(self.paragraphs)


def read(
    page: Page,
    *elements: Element,
    skip: tuple[Element, ...] = (),
    labels: frozenset[str] = frozenset(),
    lead: str = "",
) -> Content:
    """The content below the elements, in reading order; `skip` names parts that are not content,
    `labels` texts that a template prints above it, `lead` a paragraph that is known to be one."""
    walker = _Walker(page)
    cleaned = []
    for element in elements:
        part = copy_without(element, skip)
        strip(part)
        cleaned.append(part)
        walker.walk(part)
    walker.flush()
    links = [text_of(anchor) for part in cleaned for anchor in part.iter_elements("a", include_self=True)]
    blocks = _drop_closing_chrome(captions.marked(walker.blocks, lead), links)
    while blocks and _is_label(blocks[0], labels):
        del blocks[0]
    blocks = _without_repeated_opening(_without_lead_label(blocks))
    byline, rule, blocks = take_byline(_with_signature_apart(blocks), walker.file_names)
    content = Content(byline=byline, byline_rule=rule, images=_with_captions(walker, blocks))
    texts = [b for b in blocks if b.kind in {"text", "row", "item"} and b.text not in walker.file_names]
    content.paragraphs = [block.text for block in texts]
    if len(texts) > 1 and texts[0].kind == "text" and not texts[0].heading:
        content.lead = texts[0].text if texts[0].bold or _opens_in_italics(texts) else None
    content.attachments = tuple(dict.fromkeys(walker.attachments))
    content.html = "".join(sanitize(part) for part in cleaned)
    return content


def _with_signature_apart(blocks: list[Block]) -> list[Block]:
    """The blocks, the last line of the last paragraph for itself where it signs behind a long sentence.

    >>> sentence = "Công an xã đề nghị bà con khóa cổ xe khi ra đồng, gửi xe ở nhà gần đường và báo ngay số trực ban."
    >>> [block.text for block in _with_signature_apart([Block(f"{sentence} Hữu Liêm – PV28", lines=(sentence, "Hữu Liêm – PV28"))])][1:]
    ['Hữu Liêm – PV28']
    """
    last = next(
        (place for place in reversed(range(len(blocks))) if blocks[place].kind in {"text", "row", "item"}), None
    )
    if last is None or blocks[last].kind != "text" or blocks[last].after_image or len(blocks[last].lines) < 2:
        return blocks
    *before, sentence, line = blocks[last].lines
    is_behind = len(sentence) >= _SENTENCE and ends_in(sentence, ".!?…") and sentence[0] not in "-–+•*"
    if not is_behind or len(line) >= LONG_LINE or line[0] in "-–+•*" or judge(line, last=True) is None:
        return blocks
    text = replace(blocks[last], text=" ".join([*before, sentence]), lines=())
    return [*blocks[:last], text, replace(blocks[last], text=line, lines=()), *blocks[last + 1 :]]


def _opens_in_italics(texts: list[Block]) -> bool:
    """Whether a text begins with a slanted sentence and is upright from there on: its lead, no verse and nobody's words.

    >>> rest = [Block("Đêm qua nước lên."), Block("Sáng nay nước rút.")]
    >>> [_opens_in_italics([Block(text, italic=True), *rest]) for text in ("Xã nhỏ giữa hai con nước lớn, đêm nào cũng có người gác.", "“Nước lên nhanh quá, chạy không kịp đâu bà con ơi.”")]
    [True, False]
    """
    first, *rest = texts
    is_sentence = len(first.text.split()) > _SENTENCE_WORDS and ends_in(first.text, ".!?…")
    is_said = first.text.startswith(("“", '"', "«", "‘", "–", "-", "("))
    return (
        first.italic
        and is_sentence
        and not (first.right or is_said)
        and len(rest) > 1
        and not any(block.italic for block in rest if block.kind == "text")
    )


def without_lead_label(text: str) -> str:
    """A paragraph without what some systems call a lead in front of it.

    >>> without_lead_label("Tóm tắt: Sáng 16/7, tại thị trấn"), without_lead_label("Tóm tắt chương trình")
    ('Sáng 16/7, tại thị trấn', 'Tóm tắt chương trình')
    """
    return _LEAD_LABEL.sub("", text)


def _without_lead_label(blocks: list[Block]) -> list[Block]:
    first = next((number for number, block in enumerate(blocks) if block.kind == "text"), None)
    if first is not None and (text := without_lead_label(blocks[first].text)) != blocks[first].text:
        return [*blocks[:first], *([replace(blocks[first], text=text)] if text else []), *blocks[first + 1 :]]
    return blocks


def _without_repeated_opening(blocks: list[Block]) -> list[Block]:
    """The blocks of a text that begins with the same paragraph twice: some templates print it above the text, too.

    >>> opening = [Block("Tin mở đầu."), Block("a.jpg", kind="image"), Block("Tin mở đầu.", bold=True), Block("Tiếp.")]
    >>> [block.text for block in _without_repeated_opening(opening)]
    ['a.jpg', 'Tin mở đầu.', 'Tiếp.']
    """
    texts = [number for number, block in enumerate(blocks) if block.kind == "text"][:2]
    if len(texts) < 2 or not same_words(*(blocks[number].text for number in texts)):
        return blocks
    return blocks[: texts[0]] + blocks[texts[0] + 1 :]


def _is_label(block: Block, labels: frozenset[str]) -> bool:
    """Whether a line above a text is one of the labels that a template prints, a date, or the account that posted it."""
    return block.text in labels or (
        block.kind == "text" and (is_line_of_dates(block.text) or is_account_name(block.text))
    )


def attachments(page: Page, elements: Iterable[Element]) -> list[Attachment]:
    """The files that the links below the elements lead to."""
    found: dict[str, Attachment] = {}
    for element in elements:
        for anchor in element.iter_elements("a", include_self=True):
            attachment = _attachment(page, anchor)
            # The button beside a file's name leads to it, too.
            if attachment is not None and (attachment.url not in found or _BUTTON.match(found[attachment.url].name)):
                found[attachment.url] = attachment
    return list(found.values())


def _attachment(page: Page, anchor: Element) -> Attachment | None:
    href, name = anchor.attr("href") or "", text_of(anchor)
    named = _FILE_NAME.search(name)
    if not (FILE.search(href) or anchor.attr("download") is not None or (named and _SENDS_FILE.search(href))):
        return None
    url = page.absolute(href)
    return Attachment(url=url, name=(named[0] if named else name) or url.rpartition("/")[2]) if url else None


class _Walker:
    """Turns a tree into blocks: a new one at every block element and every double line break."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.blocks: list[Block] = []
        self.images: list[tuple[int, str, str | None]] = []
        self.attachments: list[Attachment] = []
        self.file_names: set[str] = set()
        self._parts: list[tuple[str, bool, bool]] = []
        self._style: list[tuple[bool, bool]] = [(False, False)]
        self._right = self._centered = self._heading = False
        self._kind = "text"
        self._make = ""

    def walk(self, node: Element) -> None:
        """Take in an element and all that is in it; not recursive: rubbish nests ten thousand deep."""
        stack: list[tuple[Node, bool]] = [(node, False)]
        saved: list[tuple[bool, bool, bool, str, str]] = []
        while stack:
            inner, leaving = stack.pop()
            if isinstance(inner, Text):
                self._add(inner.data)
            elif isinstance(inner, Element):
                if leaving:
                    self._leave(inner, saved)
                    continue
                if inner.tag == "span" and _is_bullet_of_word(inner):
                    continue
                self._enter(inner, saved)
                if inner.tag == "tr" and self._data_row(inner):
                    self._leave(inner, saved)
                    continue
                stack.append((inner, True))
                stack.extend((child, False) for child in reversed(inner.children))

    def _enter(self, element: Element, saved: list[tuple[bool, bool, bool, str, str]]) -> None:
        tag = element.tag
        style = element.attr("style") or ""
        if style:
            style = style.replace(" ", "").lower()
        bold, italic = self._style[-1]
        bold = bold or tag in {"b", "strong"} or "font-weight:bold" in style or "font-weight:700" in style
        slanted = tag in {"i", "em"} or "font-style:italic" in style
        if not slanted and (name := element.attr("class")) and "italic" in name:
            slanted = not _SLANTED.isdisjoint(name.split())
        self._style.append((bold, italic or slanted))
        if _is_block(element):
            self.flush()
            saved.append((self._right, self._centered, self._heading, self._kind, self._make))
            align = (element.attr("align") or "").lower()
            if "text-align:" in style or align:
                self._right = "text-align:right" in style or align == "right" or "text-align:end" in style
                self._centered = "text-align:center" in style or align == "center"
            classes = (element.attr("class") or "").lower()
            self._make = f"{tag}.{classes}"
            self._right = self._right or _RIGHT.search(classes) is not None
            self._centered = self._centered or tag == "center" or "text-center" in classes
            self._heading = self._heading or tag in {"h1", "h2", "h3", "h4"}
            if tag == "li":
                self._kind = "item"
            elif (
                tag in {"figcaption", "caption"}
                or "caption-text" in classes
                or "imagecaption" in classes
                or "image-caption" in classes
            ) or (
                (
                    (tag in {"table", "figure"} or captions.PICTURE_NAMES.search(classes))
                    and captions.frames_a_picture(element)
                )
                or (tag == "div" and captions.is_picture_and_line(element))
                or (self.blocks and self.blocks[-1].kind == "image" and captions.is_called_caption(element))
            ):
                self._kind = "caption"
        elif tag == "br":
            self._parts.append(("\n", bold, italic))
        if tag in {"img", "amp-img"}:
            self._image(element)
        elif tag == "a":
            self._file(element)

    def _leave(self, element: Element, saved: list[tuple[bool, bool, bool, str, str]]) -> None:
        self._style.pop()
        if _is_block(element):
            self.flush()
            self._right, self._centered, self._heading, self._kind, self._make = saved.pop()

    def _add(self, text: str) -> None:
        if text:
            if "\n" in text or "  " in text or "\t" in text or "\r" in text:
                text = _SPACES.sub(" ", text)
            self._parts.append((text, *self._style[-1]))

    def flush(self) -> None:
        """Close the running block; a double break inside it makes two."""
        if not self._parts:
            return
        parts, self._parts = self._parts, []
        if not any(part[0] == "\n" for part in parts):
            self._emit(parts)
            return
        group: list[tuple[str, bool, bool]] = []
        breaks = 0
        for part in [*parts, ("\n", False, False), ("\n", False, False)]:
            if part[0] == "\n":
                breaks += 1
                if breaks == 2:
                    self._emit(group)
                    group = []
                elif breaks == 1:
                    group.append(part)
            else:
                if clean(part[0]):
                    if breaks == 1 and _INDENTED.match(part[0]):
                        self._emit(group)
                        group = []
                    breaks = 0
                group.append(part)

    def _emit(self, group: list[tuple[str, bool, bool]]) -> None:
        lines: list[list[tuple[str, bool, bool]]] = [[]]
        for part in group:
            if part[0] == "\n":
                lines.append([])
            else:
                lines[-1].append(part)
        texts = [(clean("".join(p[0] for p in line)), line) for line in lines]
        kept = [(text, line) for text, line in texts if text and not is_word_residue(text)]
        if not kept:
            return
        heads = next((number for number, (text, _) in enumerate(kept) if CHROME.match(text)), None)
        if heads is not None and len(kept) > heads + 1:
            # “Tin đã đưa”, and a headline a line: none of them belongs to another.
            if heads:
                self._paragraphs(kept[:heads])
            for line in kept[heads:]:
                self._block([line])
            return
        # A single break before a bold or italic last line is how a byline hangs on the last paragraph.
        if len(kept) > 1 and _all(_visible(kept[-1][1]), 1, 2) and not _all(_visible(kept[0][1]), 1, 2):
            self._paragraphs(kept[:-1])
            self._block(kept[-1:])
        else:
            self._paragraphs(kept)

    def _paragraphs(self, lines: list[tuple[str, list[tuple[str, bool, bool]]]]) -> None:
        """One block; where every line is long and ends a sentence, each is a paragraph."""
        if len(lines) > 1 and all(len(text) >= LONG_LINE and text[-1] in '.!?…”"' for text, _ in lines):
            for line in lines:
                self._block([line])
        else:
            self._block(lines)

    def _block(self, lines: list[tuple[str, list[tuple[str, bool, bool]]]]) -> None:
        visible = [part for _, line in lines for part in _visible(line)]
        last = self.blocks[-1] if self.blocks else None
        self.blocks.append(
            Block(
                text=" ".join(text for text, _ in lines),
                kind=self._kind,
                bold=_all(visible, 1),
                italic=_all(visible, 2),
                right=self._right,
                centered=self._centered,
                after_image=last is not None and last.kind == "image",
                heading=self._heading,
                make=self._make,
                lines=tuple(text for text, _ in lines) if len(lines) > 1 else (),
            )
        )

    def _image(self, element: Element) -> None:
        url = pictures.source_of(self.page, element)
        if url is None:
            return
        self.flush()
        caption = clean(element.attr("title") or "") if "caption" in (element.attr("class") or "").split() else ""
        self.images.append((len(self.blocks), url, caption or None))
        self.blocks.append(Block(text=url, kind="image"))

    def _file(self, element: Element) -> None:
        attachment = _attachment(self.page, element)
        if attachment is not None:
            self.attachments.append(attachment)
            self.file_names.add(text_of(element))

    def _data_row(self, row: Element) -> bool:
        """A row of several cells without pictures is one paragraph, cells separated by a tab."""
        cells = [cell for cell in children(row) if cell.tag in {"td", "th"}]
        texts = [text_of(cell) for cell in cells]
        if len(cells) < 2 or max(map(len, texts)) > 300 or row.select_one("img, table, p:nth-of-type(2)") is not None:
            return False
        if sum(map(bool, texts)) == 1:
            return False  # a table that only moves one line to the side
        if any(texts):
            for anchor in row.iter_elements("a", include_self=True):
                self._file(anchor)
            self.blocks.append(Block(text="\t".join(texts), kind="row"))
        return True


_BULLET_OF_WORD = re.compile(r"(?i)mso-list\s*:\s*ignore")
_RIGHT = re.compile(r"text-(?:align-|\w\w-)?(?:right|end)\b")
# What Tailwind and Bootstrap call slanted.
_SLANTED = frozenset(["italic", "fst-italic", "font-italic"])


def _is_block(element: Element) -> bool:
    return element.tag in BLOCK_TAGS or (element.tag == "span" and "caption" in (element.attr("class") or "").lower())


def _visible(parts: list[tuple[str, bool, bool]]) -> list[tuple[str, bool, bool]]:
    return parts if len(parts) == 1 else [part for part in parts if clean(part[0])]


def _all(texts: list[tuple[str, bool, bool]], *which: int) -> bool:
    return bool(texts) and all(any(part[index] for index in which) for part in texts)


def _is_bullet_of_word(element: Element) -> bool:
    """Whether an element is a bullet or number that a word processor drew in front of an item."""
    style = element.attr("style")
    return style is not None and _BULLET_OF_WORD.search(style) is not None


def _with_captions(walker: _Walker, blocks: list[Block]) -> tuple[Image, ...]:
    images: dict[str, Image] = {}
    titled = {url: caption for _, url, caption in walker.images}
    for index, block in enumerate(blocks):
        if block.kind == "image":
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            caption = (
                following.text if following is not None and following.kind == "caption" else titled.get(block.text)
            )
            images.setdefault(block.text, Image(url=block.text, caption=caption))
    return tuple(images.values())


def _drop_closing_chrome(blocks: list[Block], links: list[str]) -> list[Block]:
    """Cut where “Tin liên quan” and its like begin, if little but links can follow."""
    for index, block in enumerate(blocks):
        if block.kind in {"text", "item"} and index > 0 and _is_chrome(block.text):
            following = sum(
                len(b.text) for b in blocks[index + 1 :] if b.kind == "text" and not _is_link(b.text, links)
            )
            if following <= sum(len(b.text) for b in blocks[:index]) // 2:
                return blocks[:index]
    return blocks


def _is_chrome(text: str) -> bool:
    """Whether a line is a heading over headlines, or several of them where the lists between are gone.

    >>> _is_chrome("Tin mới hơn:Tin cũ hơn:"), _is_chrome("Tin khác"), _is_chrome("Tin khác: xe lật")
    (True, True, False)
    """
    labels = [label.strip() for label in text.split(":") if label.strip()] if len(text) <= _LONGEST_HEADING else []
    return CHROME.match(text) is not None or (len(labels) > 1 and all(map(CHROME.match, labels)))


def _is_link(text: str, links: list[str]) -> bool:
    """Whether a paragraph is the headline of another article: a link, and little but a date beside it."""
    return any(len(link) * 5 > len(text) * 3 and link in text for link in links)


def same_words(one: str, other: str) -> bool:
    """Whether two titles say the same: case, diacritics and punctuation apart."""
    return bare(one) == bare(other)


def bare(text: str) -> str:
    """The words of a title alone: case, diacritics and punctuation apart."""
    return _NOT_WORD.sub(" ", fold(text)).strip()
