"""What stands around an article's heading and in front of its text: labels, pictures with their captions, boxes of other stories."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from crawler.platforms.evidence import captions, pictures
from crawler.platforms.evidence.date_labels import LONG_TEXT
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, ancestors, is_hidden, is_longer, names, own_text, text_of
from vietnam import dates
from vietnam.normalize import clean

PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:$|\?)", re.IGNORECASE)
# A label in a row of labels is no longer (characters); a lead is.
_LONGEST_LABEL = 60
_LONGEST_ROW = 160
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z)(?:$|\?)", re.IGNORECASE)
# What a notice says of what it is about, not of itself.
_OF_EVENT = re.compile(r"(?i)(?:thời gian|địa điểm|số|kính gửi)\b")
# Elements around a label among which the head or foot of an article may be.
_IN_FOOT = 3
# Elements behind the text among which a gallery may stand.
_BELOW = 4
_LABEL = re.compile(
    r"(?i)^(?:lượt xem|viết bởi|được viết|đăng bởi|written by|hits|số lần xem|chi tiết|in bài|in trang|email|gửi email|chia sẻ|share|"
    r"đăng lúc|đăng ngày|ngày đăng|được đăng|chuyên mục|danh mục|category|lần cập nhật|cập nhật|font size|cỡ chữ|đọc bài|nghe bài|theo dõi|a[+-])"
)


def leads_to_another(page: Page, frame: Element) -> bool:
    """Whether a frame with a picture is the link to another page: that of a story in a box beside the article."""
    return any(
        anchor.find("img") is not None
        and page.absolute(anchor.attr("href") or "") not in {None, page.address}
        and not PICTURE_FILE.search(anchor.attr("href") or "")
        for anchor in frame.iter_elements("a", include_self=True)
    )


def galleries_below(page: Page, body: Element) -> list[Element]:
    """Boxes right behind the text, or behind the box that it shares with the heading, that are pictures with their captions."""
    found: list[Element] = []
    around = next(ancestors(body), body)
    behind = around.next_siblings if around.tag in {"div", "section"} else ()
    for run, is_near in ((body.next_siblings, True), (behind, False)):
        for node in islice(run, 2 * _BELOW):
            if not isinstance(node, Element) or page.asides.is_aside(node):
                continue
            if is_gallery(node) and (is_near or not _is_of_others(node)):
                found.append(node)
            elif node.find("a") is not None:
                break
    return found


def _is_of_others(box: Element) -> bool:
    """Whether a box of pictures has a heading, or names of what is no article's: partners, links, adverts."""
    if any(box.find(tag) is not None for tag in ("h2", "h3", "h4", "h5")):
        return True
    pictures = islice(box.iter_elements("img"), _FIGURES)
    return any(_OF_OTHERS.search(f"{names(part)} {part.attr('src') or ''}") for part in (box, *pictures))


def is_gallery(box: Element) -> bool:
    """Whether a box is pictures that links show larger, or figures without a link, with no more than is written under them."""
    anchors = list(box.iter_elements("a", include_self=True))
    framed = anchors or [figure for figure in islice(box.iter_elements("figure"), _FIGURES) if box.tag != "figure"]
    shown = sum(frame.find("img") is not None for frame in framed)
    return (
        shown > 0
        and all(PICTURE_FILE.search(anchor.attr("href") or "") for anchor in anchors)
        and not is_longer(box, captions.LONGEST * shown)
    )


_FIGURES = 20
_OF_OTHERS = re.compile(r"(?i)partner|sponsor|doi-?tac|logo|banner|lien-?ket|advert|quang-?cao|/ads/|icon")
# Characters of a cover: title, date, lead. And its elements.
_LONGEST_COVER = 1000
_PARTS_OF_COVER = 40


def opens_article(page: Page, image: Element, heading: Element, body: Element) -> bool:
    """Whether a picture above the heading stands in one `<article>` with it and the text, or alone in a cover with heading and date.

    Or machines are told that it is the article's.
    """
    around = set(ancestors(heading))
    article = next((node for node in ancestors(image) if node.tag == "article"), None)
    if article is not None and article in around and article in ancestors(body):
        return True
    cover = next((node for node in ancestors(image) if node in around), None)
    if cover is not None and cover not in ancestors(body) and len(list(islice(cover.iter_elements("img"), 2))) == 1:
        parts = islice(cover.iter_elements(("div", "p", "span", "time", "li")), _PARTS_OF_COVER)
        if not is_longer(cover, _LONGEST_COVER) and any(tells_a_date(part) or _says_a_date(part) for part in parts):
            return True
    told = page.meta.get("og:image")
    return told is not None and pictures.source_of(page, image) == page.absolute(told)


def is_unlinked(heading: Element | None) -> bool:
    """Whether a heading is there, and neither holds a link nor stands in one."""
    return (
        heading is not None
        and heading.find("a") is None
        and all(node.tag != "a" for node in (heading, *ancestors(heading)))
    )


def tells_a_date(element: Element) -> bool:
    """Whether an element is a row of labels, one of which tells a moment."""
    return any(dates.may_hold(text) and dates.find(text) is not None for text in element.strings)


def _says_a_date(element: Element) -> bool:
    """Whether an element is a date, in whatever pieces."""
    return not is_longer(element, _LONGEST_LABEL) and dates.find(text_of(element)) is not None


def row_of(page: Page, label: Element, bodies: Sequence[Element]) -> Element:
    """The row of labels in a text that one of them stands in (“Thời sự | 12/11/2024 10:25”): nothing but short ones, and links.

    In front of the text it may be several lines: who posted, the section, keywords.
    """
    around = list(islice(ancestors(label), _IN_FOOT))
    first = next((place for place, node in enumerate(around) if node in bodies), len(around))
    rows = [row for row in around[:first] if any(body in ancestors(row) for body in bodies)]
    found = label
    for row in rows:
        lines = row.select_one("p, div, li, address") is not None
        if len(text_of(row)) > _LONGEST_ROW * (1 + lines) or row.find("img") is not None:
            break
        parts = [part for text in row.strings if (part := clean(text).strip(" ."))]
        if not all(len(part) <= _LONGEST_LABEL and part[-1] not in "!?…" for part in parts):
            break
        if row.find("a") is not None and (not lines or (_are_labels(row, parts) and _stands_before_text(page, row))):
            found = row
    return found


def _are_labels(row: Element, parts: Sequence[str]) -> bool:
    """Whether several lines are labels of the article, and no document: a moment of its own, names that lead somewhere, a word in front."""
    anchors = list(row.iter_elements("a"))
    if any(_FILE.search(anchor.attr("href") or "") for anchor in anchors) or any(map(_OF_EVENT.match, parts)):
        return False
    led = {clean(text).strip(" .") for anchor in anchors for text in anchor.strings}
    return all(part in led or len(part.split()) <= 2 or dates.find(part) is not None for part in parts)


def _stands_before_text(page: Page, row: Element) -> bool:
    """Whether running text follows an element, and it holds none itself."""
    ends = page.end_of(row)
    pieces = page.asides.long_texts
    return any(piece.place > ends for piece in pieces) and not any(
        piece.element is row or row in piece.around for piece in pieces
    )


def _ends(body: Element, heading: Element) -> bool:
    """Whether more of the running text of a body stands in front of a heading than behind it: some templates repeat the title there."""
    before = behind = 0
    passed = False
    for element in body.iter_elements():
        passed = passed or element is heading
        length = len(own_text(element))
        if length > LONG_TEXT and not is_hidden(element):
            before, behind = (before, behind + length) if passed else (before + length, behind)
    return before > behind


def opening(heading: Element, bodies: list[Element], page: Page) -> list[Element]:
    """The heading, and where a body holds it, the labels in front of the text."""
    found = [heading]
    body = next((body for body in bodies if body in ancestors(heading)), None)
    if body is None:
        return found
    if _ends(body, heading):
        return found
    above = {heading, *ancestors(heading)}
    passed = False
    for element in body.iter_elements():
        if element in above:
            passed = passed or element is heading
            continue
        if not passed:
            found.append(element)
            continue
        if len(own_text(element)) > LONG_TEXT and body.tag != "header":
            break
        text = text_of(element)
        if (
            text
            and len(text) < 160
            and (
                _LABEL.match(text)
                or dates.find(text, fetched_at=page.fetched_at)
                or element.tag in {"dl", "ul"}
                or (tells_a_date(element) and all(len(part) <= _LONGEST_LABEL for part in element.strings))
            )
        ):
            found.append(element)
    return found
