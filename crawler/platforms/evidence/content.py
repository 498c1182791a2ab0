"""From the element that holds an article to its text, pictures, files and closing byline."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

import nh3
from lxml.html import HtmlElement, tostring

from crawler.article import Attachment, Image
from crawler.platforms.evidence.chrome import BLOCK_TAGS, CHROME, JUNK_NAME, JUNK_TAGS
from crawler.platforms.page import Page
from vietnam import byline as bylines
from vietnam.byline import Byline
from vietnam.normalize import clean, fold, is_word_residue

_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|odt|ods|rtf)(?:$|\?|#|/[0-9a-f-]{30,})", re.IGNORECASE)
# Liferay puts a file's id behind its name; these addresses send a file and do not name it.
_SENDS_FILE = re.compile(r"download|linkclick\.aspx|get_file|getfile|/documents/", re.IGNORECASE)
_NOT_WORD = re.compile(r"\W+")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_FILE_NAME = re.compile(r"[^\s:]+\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|odt|ods|rtf)$", re.IGNORECASE)
_ALLOWED_TAGS = {
    "p", "br", "b", "strong", "i", "em", "u", "ul", "ol", "li", "table", "thead", "tbody", "tr", "td", "th",
    "blockquote", "h2", "h3", "h4", "h5", "h6", "img", "a", "figure", "figcaption", "sub", "sup", "div", "span", "caption",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (or row, list item, caption) with what its markup says about it."""

    text: str
    kind: str = "text"
    bold: bool = False
    italic: bool = False
    right: bool = False
    centered: bool = False
    after_image: bool = False
    heading: bool = False


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
    *elements: HtmlElement,
    skip: tuple[HtmlElement, ...] = (),
    labels: frozenset[str] = frozenset(),
) -> Content:
    """The content below the elements, in reading order; `skip` names parts that are not content,
    `labels` texts that a template prints above it."""
    walker = _Walker(page)
    cleaned = []
    for element in elements:
        part = _copy_without(element, skip)
        _strip(part)
        cleaned.append(part)
        walker.walk(part)
    walker.flush()
    links = [clean("".join(anchor.itertext())) for part in cleaned for anchor in part.iter("a")]
    blocks = _drop_closing_chrome(_captions(walker.blocks), links)
    while blocks and blocks[0].text in labels:
        del blocks[0]
    byline, rule, blocks = _take_byline(blocks, walker.file_names)
    content = Content(byline=byline, byline_rule=rule, images=_with_captions(walker, blocks))
    texts = [b for b in blocks if b.kind in {"text", "row", "item"} and b.text not in walker.file_names]
    content.paragraphs = [block.text for block in texts]
    if len(texts) > 1 and texts[0].kind == "text" and texts[0].bold and not texts[0].heading:
        content.lead = texts[0].text
    content.attachments = tuple(dict.fromkeys(walker.attachments))
    content.html = sanitize("".join(tostring(part, encoding="unicode", with_tail=False) for part in cleaned))
    return content


def attachments(page: Page, elements: Iterable[HtmlElement]) -> list[Attachment]:
    """The files that the links below the elements lead to."""
    found = (_attachment(page, anchor) for element in elements for anchor in element.iter("a"))
    return [attachment for attachment in found if attachment is not None]


def _attachment(page: Page, anchor: HtmlElement) -> Attachment | None:
    href, name = anchor.get("href") or "", clean(anchor.text_content())
    named = _FILE_NAME.search(name)
    if not (_FILE.search(href) or anchor.get("download") is not None or (named and _SENDS_FILE.search(href))):
        return None
    url = page.absolute(href)
    return Attachment(url=url, name=(named[0] if named else name) or url.rpartition("/")[2]) if url else None


def sanitize(markup: str) -> str:
    """Markup that is safe to show: no scripts, styles, handlers, frames or foreign schemes."""
    return clean_markup(
        nh3.clean(
            markup,
            tags=_ALLOWED_TAGS,
            attributes={
                "a": {"href"},
                "img": {"src", "alt"},
                "td": {"colspan", "rowspan"},
                "th": {"colspan", "rowspan"},
            },
            url_schemes={"http", "https"},
            strip_comments=True,
        )
    )


def clean_markup(markup: str) -> str:
    return re.sub(r"\s+", " ", markup.replace("\x00", "")).strip()


def _copy_without(element: HtmlElement, skip: tuple[HtmlElement, ...]) -> HtmlElement:
    marked = [node for node in skip if node is not element]
    for node in marked:
        node.set("data-tintinh-skip", "1")
    part: HtmlElement = copy.deepcopy(element)
    part.tail = None
    for node in marked:
        del node.attrib["data-tintinh-skip"]
    if marked:
        for node in part.xpath(".//*[@data-tintinh-skip]"):
            _drop(node)
    return part


def _strip(part: HtmlElement) -> None:
    for node in list(part.iter()):
        if not isinstance(node.tag, str):
            if node is not part:
                _drop(node)
            continue
        if node is part:
            continue
        names = f"{node.get('class') or ''} {node.get('id') or ''}"
        style = node.get("style")
        hidden = style and "display:none" in style.replace(" ", "").lower()
        if (
            node.tag in JUNK_TAGS
            or hidden
            or node.get("hidden") is not None
            or (names != " " and _sounds_like_junk(names) and not _holds_article(node))
        ):
            _drop(node)


@lru_cache(maxsize=4096)
def _sounds_like_junk(names: str) -> bool:
    # The pages of a portal share their names.
    return JUNK_NAME.search(names) is not None


def _holds_article(node: HtmlElement) -> bool:
    return node.get("itemprop") in {"articleBody", "description"} or bool(node.xpath(".//*[@itemprop='articleBody']"))


def _drop(node: HtmlElement) -> None:
    parent = node.getparent()
    if parent is None:
        return
    if node.tail:
        previous = node.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + node.tail
        else:
            parent.text = (parent.text or "") + node.tail
    parent.remove(node)


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

    def walk(self, node: HtmlElement) -> None:
        stack: list[tuple[HtmlElement, bool]] = [(node, False)]
        saved: list[tuple[bool, bool, bool, str]] = []
        while stack:  # not recursive: rubbish nests ten thousand deep
            element, leaving = stack.pop()
            if leaving:
                self._leave(element, saved)
                self._add(element.tail)
                continue
            if not isinstance(element.tag, str):
                self._add(element.tail)
                continue
            self._enter(element, saved)
            if element.tag == "tr" and self._data_row(element):
                self._leave(element, saved)
                self._add(element.tail)
                continue
            self._add(element.text)
            stack.append((element, True))
            stack.extend((child, False) for child in reversed(element))

    def _enter(self, element: HtmlElement, saved: list[tuple[bool, bool, bool, str]]) -> None:
        tag = element.tag
        style = element.get("style") or ""
        if style:
            style = style.replace(" ", "").lower()
        bold, italic = self._style[-1]
        bold = bold or tag in {"b", "strong"} or "font-weight:bold" in style or "font-weight:700" in style
        self._style.append((bold, italic or tag in {"i", "em"} or "font-style:italic" in style))
        if _is_block(element):
            self.flush()
            saved.append((self._right, self._centered, self._heading, self._kind))
            align = (element.get("align") or "").lower()
            if "text-align:" in style or align:
                self._right = "text-align:right" in style or align == "right" or "text-align:end" in style
                self._centered = "text-align:center" in style or align == "center"
            classes = (element.get("class") or "").lower()
            self._right = self._right or "text-right" in classes or "text-end" in classes
            self._centered = self._centered or tag == "center" or "text-center" in classes
            self._heading = self._heading or tag in {"h1", "h2", "h3", "h4", "h5", "h6"}
            if tag == "li":
                self._kind = "item"
            elif (
                tag in {"figcaption", "caption"}
                or "caption-text" in classes
                or "imagecaption" in classes
                or "image-caption" in classes
            ):
                self._kind = "caption"
        elif tag == "br":
            self._parts.append(("\n", bold, italic))
        if tag == "img":
            self._image(element)
        elif tag == "a":
            self._file(element)

    def _leave(self, element: HtmlElement, saved: list[tuple[bool, bool, bool, str]]) -> None:
        self._style.pop()
        if _is_block(element):
            self.flush()
            self._right, self._centered, self._heading, self._kind = saved.pop()

    def _add(self, text: str | None) -> None:
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
        # A single break before a bold or italic last line is how a byline hangs on the last paragraph.
        if len(kept) > 1 and _all(_visible(kept[-1][1]), 1, 2) and not _all(_visible(kept[0][1]), 1, 2):
            self._block(kept[:-1])
            self._block(kept[-1:])
        else:
            self._block(kept)

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
            )
        )

    def _image(self, element: HtmlElement) -> None:
        source = (
            element.get("data-src")
            or element.get("data-lazy-src")
            or element.get("data-original")
            or element.get("src")
            or ""
        )
        url = self.page.absolute(source)
        if not url or _is_ornament(element, url):
            return
        self.flush()
        caption = clean(element.get("title") or "") if "caption" in (element.get("class") or "").split() else ""
        self.images.append((len(self.blocks), url, caption or None))
        self.blocks.append(Block(text=url, kind="image"))

    def _file(self, element: HtmlElement) -> None:
        attachment = _attachment(self.page, element)
        if attachment is not None:
            self.attachments.append(attachment)
            self.file_names.add(clean(element.text_content()))

    def _data_row(self, row: HtmlElement) -> bool:
        """A row of several cells without pictures is one paragraph, cells separated by a tab."""
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        texts = [clean(cell.text_content()) for cell in cells]
        if len(cells) < 2 or max(map(len, texts)) > 300 or row.xpath(".//img|.//table|.//p[2]"):
            return False
        if any(texts):
            for anchor in row.iter("a"):
                self._file(anchor)
            self.blocks.append(Block(text="\t".join(texts), kind="row"))
        return True


def _is_block(element: HtmlElement) -> bool:
    return element.tag in BLOCK_TAGS or (element.tag == "span" and "caption" in (element.get("class") or "").lower())


def _visible(parts: list[tuple[str, bool, bool]]) -> list[tuple[str, bool, bool]]:
    return parts if len(parts) == 1 else [part for part in parts if clean(part[0])]


def _all(texts: list[tuple[str, bool, bool]], *which: int) -> bool:
    return bool(texts) and all(any(part[index] for index in which) for part in texts)


def _is_ornament(element: HtmlElement, url: str) -> bool:
    size = [element.get(name) or "" for name in ("width", "height")]
    tiny = any(value.isdigit() and int(value) < 40 for value in size)
    return (
        tiny
        or re.search(
            r"/(?:media/system|templates|modules|plugins|components|media/jui)/|/M_images/|emoticon|smiley",
            url,
        )
        is not None
    )


def _captions(blocks: list[Block]) -> list[Block]:
    """Mark the text under a picture: short, and centred, slanted or in the picture's own frame."""
    marked: list[Block] = []
    for index, block in enumerate(blocks):
        previous = blocks[index - 1] if index else None
        if block.kind == "text" and previous is not None and previous.kind == "image" and len(block.text) <= 250:
            photo_credit = re.match(r"^(?:Ảnh|Ảnh minh họa|Hình)\b", block.text) is not None
            if photo_credit or ((block.italic or block.centered) and not block.right):
                marked.append(replace(block, kind="caption"))
                continue
        marked.append(block)
    return marked


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
        if block.kind in {"text", "item"} and CHROME.match(block.text) and index > 0:
            following = sum(
                len(b.text) for b in blocks[index + 1 :] if b.kind == "text" and not _is_link(b.text, links)
            )
            if following <= sum(len(b.text) for b in blocks[:index]) // 2:
                return blocks[:index]
    return blocks


def _is_link(text: str, links: list[str]) -> bool:
    """Whether a paragraph is the headline of another article: a link, and little but a date beside it."""
    return any(len(link) * 5 > len(text) * 3 and link in text for link in links)


def _take_byline(blocks: list[Block], files: set[str]) -> tuple[Byline | None, str | None, list[Block]]:
    """The closing byline (else one at the top), and the blocks without it."""
    texts = [
        index for index, block in enumerate(blocks) if block.kind in {"text", "row", "item"} and block.text not in files
    ]
    if not texts:
        return None, None, blocks
    for position in reversed(texts[-3:]):
        block = blocks[position]
        found = _judged(block, last=position == texts[-1])
        if found and len(texts) > 1:
            return found, "closing line", blocks[:position] + blocks[position + 1 :]
        if not re.match(
            r"^(?:\(?Nguồn|\(?Theo|Tệp đính kèm|File đính kèm|Tải về|Đính kèm|Xem chi tiết)", block.text
        ) and not _FILE.search(block.text):
            break
    first = blocks[texts[0]]
    if len(texts) > 1 and (first.right or first.italic or first.bold) and not first.centered:
        found = _judged(first, last=True)
        if found and (found.authors or found.unit):
            return found, "opening line", blocks[: texts[0]] + blocks[texts[0] + 1 :]
    return None, None, blocks


def _judged(block: Block, *, last: bool) -> Byline | None:
    if block.kind != "text" or block.heading or _FILE.search(block.text):
        return None
    return bylines.judge(
        block.text,
        after_image=block.after_image,
        emphasized=block.bold or block.italic,
        aligned_right=block.right,
        last=last,
    )


def same_words(one: str, other: str) -> bool:
    """Whether two titles say the same: case, diacritics and punctuation apart."""
    return bare(one) == bare(other)


def bare(text: str) -> str:
    """The words of a title alone: case, diacritics and punctuation apart."""
    return _NOT_WORD.sub(" ", fold(text)).strip()
