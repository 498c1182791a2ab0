"""What is written under pictures: told by frames, names, how lines are set, and how the paragraphs of the text are made."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import islice

from crawler.platforms.evidence.blocks import LONG_LINE, Block, ends_in
from crawler.platforms.tree import Element, children, names, text_of
from vietnam.byline import judge
from vietnam.normalize import clean
from vietnam.people import INITIALS, is_unmistakable

# Who took the picture, in front of what it shows or behind it.
_PHOTO_CREDIT = re.compile(
    r"^(?:Ảnh|Ảnh minh họa|Hình)\b|[.!?”] ?\(?Ảnh ?: ?[^.]{2,60}\)?\.?$|\(Ảnh ?: ?[^)]{2,60}\)\.?$"
)
# What is written in a picture's frame is its caption up to so many characters a picture.
LONGEST = 250
# What ends a sentence, or leads to what follows.
_ENDS = ".!?…:;"
# A sentence below a picture in a box of both is its caption up to so many characters.
_SHORT_CAPTION = 60
# A caption that ends in a full stop has hardly more words.
_SENTENCE_WORDS = 12
# Captions of one make from which on a sentence that is made so is one.
_SURELY_MADE = 2
# “(1) …” at the end of a text is a note to it.
_NOTE = re.compile(r"[(\[]\d{1,2}[)\]] ?\w")
_NUMBERED_HEADING = re.compile(r"(?:\d{1,2}|[IVX]{1,4}|[a-zđ])[.)/]|[-–+*•]\s")
# What a notice says of somebody, line by line: beside or below his picture it is the text.
_OF_SOMEBODY = re.compile(
    r"(?i)(?<!\w)(?:họ (?:và )?tên|tên (?:gọi )?khác|bí danh|sinh (?:ngày|năm)|(?:ngày|năm) sinh|giới tính|(?:nguyên|quê) quán|nơi (?:ở|cư trú|sinh|đăng ký|đk)"
    r"|đktt|hktt|dân tộc|quốc tịch|tôn giáo|nghề nghiệp|can tội|tội danh|cccd|cmnd|số định danh|đặc điểm)[^:.]{0,40}:"
)
# A label of a few words and what it is of, nothing that somebody said: “Biển số: 86A-123.45”.
_FACT = re.compile(r"(?:[-–+•*]\s*)?(?=[^\W\d_])[^\s:]+(?: [^\s:]+){0,4}:\s*[^\s“\"«/]")
# What begins a caption rather than a list of facts.
_OF_PICTURE = re.compile(
    r"(?i)(?:trong ảnh|từ (?:trái|phải)|ảnh|hình|chú thích|tang vật|(?:các )?(?:đối tượng|bị can))\b"
)
PICTURE_NAMES = re.compile(r"(?:^|[\s_-])(?:image|img|photo|picture|hinh-?anh|wp-caption|caption|media)(?:$|[\s_-])")
# What a line right below a picture is called, on pages that have no frame for both.
_CAPTION_NAMES = re.compile(
    r"(?:^|[\s_-])(?:caption|(?:chu-?_?thich|ghi-?_?chu)(?:[-_]?(?:anh|hinh))?|(?:image|img|photo|pic|anh|hinh)[-_]?(?:desc\w*|note))(?:$|[\s_-])",
    re.IGNORECASE,
)


def is_called_caption(element: Element) -> bool:
    """Whether a name says that a short line is a caption, and it is no note to the text."""
    text = text_of(element) if _CAPTION_NAMES.search(names(element)) else ""
    return 0 < len(text) <= LONGEST and not _NOTE.match(text)


def frames_a_picture(element: Element) -> bool:
    """Whether an element holds pictures and little text, which then is what is written under them."""
    pictures = len(element.select("img, amp-img"))
    return 0 < len(text_of(element)) <= LONGEST * pictures and not (
        len(_OF_SOMEBODY.findall(text_of(element))) > 1
        or has_sentence_beside_picture(element)
        or _has_paragraph_below_caption(element)
    )


def _has_paragraph_below_caption(frame: Element) -> bool:
    """Whether a long sentence stands below what is written under a picture: a short text with its pictures, in one cell."""
    lines = 0
    for part in frame.iter_elements(("img", "amp-img", "p", "div", "td")):
        if part.tag in {"img", "amp-img"}:
            lines = 0
        elif (text := text_of(part)) and part.select_one("p, div, td, img, amp-img") is None:
            lines += 1
            if lines > 1 and len(text) >= LONG_LINE and ends_in(text, _ENDS):
                return True
    return False


def has_sentence_beside_picture(table: Element) -> bool:
    """Whether a cell of a table says a long sentence beside a picture's cell: a lead, no caption."""
    for row in table.iter_elements("tr"):
        cells = children(row)
        with_picture = [cell for cell in cells if cell.find("img") is not None]
        if with_picture and any(
            len(text) >= LONG_LINE and ends_in(text, _ENDS)
            for cell in cells
            if cell not in with_picture
            for text in (text_of(cell), *map(clean, cell.strings))
        ):
            return True
    return False


_SET_SMALL = re.compile(
    r"(?i)(?:^|[\s_:-])(?:italic|center|small|text-(?:xs|sm)|discreet|muted|caption\w*|chu-?thich)(?:$|[\s_;-])"
)
_WIDTH = re.compile(r"(?i)(?:^|;)\s*width\s*:\s*(\d+)px")
_FRAME = re.compile(r"caption|figure|chu-?thich", re.IGNORECASE)
# A picture, its caption, a button; a frame holds no more elements.
_FRAME_PARTS = 4


def is_frame(element: Element) -> bool:
    """Whether an element around a picture is its frame, with what is written under it."""
    if is_picture_and_line(element):
        return True
    parts = islice(children(element), _FRAME_PARTS)
    called = element.tag in {"figure", "table"} or any(_FRAME.search(names(part)) for part in (element, *parts))
    return called and 0 < len(text_of(element)) <= LONGEST and not has_sentence_beside_picture(element)


def _is_set_small(line: Element) -> bool:
    """Whether a line is set as captions are: small, slanted, centred."""
    inner = children(line)
    alone = inner[0] if len(inner) == 1 and text_of(inner[0]) == text_of(line) else line
    return any(
        part.tag in {"small", "em", "i", "center"} or _SET_SMALL.search(f"{names(part)} {part.attr('style') or ''}")
        for part in (line, alone)
    )


def _is_as_wide(line: Element, picture: Element) -> bool:
    """Whether a line is set to the very width of a picture."""
    wide = _WIDTH.search(line.attr("style") or "")
    return wide is not None and any(
        img.attr("width") == wide[1] for img in picture.iter_elements("img", include_self=True)
    )


def is_picture_and_line(element: Element) -> bool:
    """Whether an element is a picture and below it, in an element of its own, a line that is short or ends no sentence."""
    parts = children(element)
    if len(parts) != 2 or not (parts[0].tag == "img" or parts[0].find("img") is not None) or text_of(parts[0]):
        return False
    line = text_of(parts[1])
    return (
        0 < len(line) <= LONGEST
        and (
            line[-1] not in _ENDS
            or (len(line) <= _SHORT_CAPTION and _is_set_small(parts[1]))
            or (line.count(" ") < _SENTENCE_WORDS and _is_as_wide(parts[1], parts[0]))
        )
        and line.count(" ") > 1
        and judge(line, emphasized=True, last=True) is None
        and len(line) == len(text_of(element))
        and parts[1].find("img") is None
    )


def marked(blocks: list[Block], lead: str = "") -> list[Block]:
    """Mark the text under a picture: short, and centred, slanted, in the picture's own frame, or made as no paragraph is.

    What opens the text is its lead rather, unless it is no sentence and short.

    >>> story = [Block("Lời kể dài. " * 9, make="p."), Block("a.jpg", kind="image"), Block("Quang cảnh hội nghị.", make="p.c")]
    >>> [block.kind for block in marked([*story, story[0]])]
    ['text', 'image', 'caption', 'text']
    >>> [block.kind for block in marked([*story[1:], story[0]])], [block.kind for block in marked([*story, story[0]], story[2].text)]
    (['image', 'text', 'text'], ['text', 'image', 'text', 'text'])
    """
    after_pictures = {
        index
        for index, block in enumerate(blocks)
        if index
        and block.kind == "text"
        and blocks[index - 1].kind == "image"
        and len(block.text) <= LONGEST
        and block.text != lead
    }
    paragraphs = [block for index, block in enumerate(blocks) if block.kind == "text" and index not in after_pictures]
    # How paragraphs are made, where more is said in those that no picture stands above.
    makes = {block.make for block in paragraphs}
    if sum(len(block.text) for block in paragraphs) < sum(len(blocks[index].text) for index in after_pictures):
        makes = {block.make for block in blocks}
    texts = [index for index, block in enumerate(blocks) if block.kind == "text"]
    after_pictures -= {index for index in after_pictures if _is_first_fact(blocks, index)}
    if texts and _NOTE.match(blocks[texts[-1]].text):
        after_pictures.discard(texts[-1])
    found = list(blocks)
    for index in after_pictures:
        block = blocks[index]
        opens, ends = index == texts[0], index == texts[-1]
        if (
            _PHOTO_CREDIT.search(block.text)
            or (
                (block.italic or block.centered)
                and not (block.right or (opens and _is_strong_sentence(block)))
                and not (
                    ends and (_is_bold_name(block) or _is_writers_name(blocks, index) or _SAYS_SOURCE.match(block.text))
                )
            )
            or (not ends and _is_no_sentence(block) and not (opens and len(block.text) >= LONG_LINE))
            or (not opens and not ends and not (block.heading or block.bold) and block.make not in makes)
        ):
            found[index] = replace(block, kind="caption")
    # The last is no paragraph, either, where it is made as other captions are, unless it signs, or is a sentence as only one of them.
    made = Counter(block.make for block in found if block.kind == "caption" and block.make not in makes)
    last = found[texts[-1]] if texts and texts[-1] in after_pictures and len(texts) > 1 else None
    if last is not None and last.kind == "text" and not (last.right or last.bold or last.heading):
        needed = 1 if not ends_in(last.text, _ENDS) else _SURELY_MADE
        if made[last.make] >= needed and judge(last.text, emphasized=True, last=True) is None:
            found[texts[-1]] = replace(last, kind="caption")
    return found


def _is_first_fact(blocks: list[Block], index: int) -> bool:
    """Whether a line below a picture is the first of several that each tell a fact: a wanted notice, a found vehicle.

    >>> notice = [Block("a.jpg", kind="image"), Block("Họ và tên: Trần Văn Bảy"), Block("Sinh năm: 1984"), Block("Ảnh: Hữu Liêm")]
    >>> _is_first_fact(notice, 1), _is_first_fact([notice[0], notice[3], notice[1]], 1)
    (True, False)
    """
    block, behind = blocks[index], blocks[index + 1] if index + 1 < len(blocks) else None
    line = block.text
    if _PHOTO_CREDIT.search(line) or not _FACT.match(line):
        return False
    if _OF_SOMEBODY.match(line.lstrip("-–+•* ")):
        return True
    return (
        behind is not None
        and behind.kind == "text"
        and not (block.italic or block.centered or _OF_PICTURE.match(line))
        and (behind.make, behind.italic, behind.centered) == (block.make, block.italic, block.centered)
        and len(behind.text) < LONG_LINE
        and not _PHOTO_CREDIT.search(behind.text)
        and _FACT.match(behind.text) is not None
    )


def _is_strong_sentence(block: Block) -> bool:
    """Whether a line is said in bold, and is whole sentences: how leads are set, and hardly a caption."""
    return block.bold and block.text.count(" ") > _SENTENCE_WORDS and ends_in(block.text, ".")


_SAYS_SOURCE = re.compile(r"(?i)\(?theo\s")


def _is_bold_name(block: Block) -> bool:
    """Whether a line is somebody's name in bold, and nothing else: the signature of a text that ends with a picture."""
    read = judge(block.text, emphasized=True, last=True) if block.bold else None
    return read is not None and bool(read.authors) and all(map(is_unmistakable, read.authors))


def _is_writers_name(blocks: list[Block], index: int) -> bool:
    """Whether the last line is initials, or a slanted name that neither text nor other captions make one of somebody in the picture.

    >>> text, picture = Block("Ông Lê Công Danh nhận lại chiếc xe."), Block("a.jpg", kind="image")
    >>> names = ("Đ.A", "Hữu Liêm", "Công Danh", "Thượng úy Hữu Liêm", "Trụ sở công an xã")
    >>> [_is_writers_name([text, picture, Block(name, italic=True)], 2) for name in names]
    [True, True, False, False, False]
    """
    block = blocks[index]
    read = judge(block.text, emphasized=True, last=True)
    if read is None or not read.authors or read.unit or read.credit or block.centered:
        return False
    if all(map(INITIALS.fullmatch, read.authors)):
        return True
    texts = [other for place, other in enumerate(blocks) if place != index and other.kind == "text"]
    slanted = any(
        other.italic and place and blocks[place - 1].kind == "image" for place, other in enumerate(blocks[:index])
    )
    signed = texts and judge(texts[-1].text, emphasized=texts[-1].set_apart, aligned_right=texts[-1].right, last=True)
    words = {word for other in texts for word in re.findall(r"\w+", other.text)}
    return (
        not (slanted or signed)
        and read.authors == (block.text.strip(" –—-"),)
        and is_unmistakable(read.authors[0])
        and read.authors[0].split()[-1] not in words
    )


def _is_no_sentence(block: Block) -> bool:
    """Whether a line is no paragraph of a text and no heading in it: several words, not bold, without an end.

    >>> [_is_no_sentence(Block(text)) for text in ("Quang cảnh hội nghị (trái)", "Bà nói: “Tôi rất mừng.”", "1. Kết quả đạt được")]
    [True, False, False]
    """
    return (
        not (block.bold or block.heading)
        and not ends_in(block.text, _ENDS)
        and block.text.count(" ") > 2
        and not _NUMBERED_HEADING.match(block.text)
    )
