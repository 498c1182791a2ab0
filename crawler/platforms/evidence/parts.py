"""Parts that templates print inside an article's text and that are none of it: told by what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from crawler.platforms.evidence import menu
from crawler.platforms.evidence.chrome import begins_comments
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, Node, Text, ancestors, is_longer, text_of
from vietnam import byline as bylines
from vietnam import urls
from vietnam.normalize import fold

# Words of a link from which on it may be the headline of another article.
HEADLINE = 4
# Characters of a teaser beside a headline.
_TEASER = 320
# A part with more than this share of the text is the text.
_SHARE = 0.34
# Of a part that is headlines they are so much (share of its characters).
_MOSTLY = 0.6
# Links of a table of contents at least, and characters of its heading with the button that folds it.
_CONTENTS = 2
_CONTENTS_HEADING = 40
_SAYS_WORDS = re.compile(r"[^\W\d_]{2}")
_BOXES = frozenset(
    ["div", "section", "ul", "ol", "table", "aside", "article", "dl", "figure", "blockquote", "footer", "center"]
)
_LINES = frozenset(["p", "h2", "h3", "h4", "h5", "h6", "li", "strong", "b", "em", "span"])
_INLINE = frozenset(["strong", "b", "em", "span"])
_LABEL = re.compile(
    r"^(?:>+|»|-|•|\*|\+|\[)?\s*(?:(?:các )?(?:tin|bài)(?: viết| tức)? (?:liên quan|khác|cùng \w+|nóng|mới|nổi bật)|xem thêm|xem tiếp|xem ngay|đọc thêm|đọc tiếp|mời xem|có thể bạn quan tâm|"
    r"related(?: posts?| articles?| news)?|read more|see also)\b[^\w]*",
    re.IGNORECASE,
)
_MORE_BY = re.compile(
    r"(?:xem|đọc)\s+(?:tất cả\s+|thêm\s+)?(?:các\s+|những\s+)?bài(?: viết)?\s+(?:của|cùng|khác của)|(?:tất cả|các) bài viết (?:của|bởi)|bài viết cùng tác giả|(?:view|see) all posts|more posts by|posts by|tác giả khác\b",
    re.IGNORECASE,
)
_MORE = re.compile("[Bb]ài|[Pp]osts|[Tt]ác giả")
_NEIGHBOURS = re.compile(
    r"(?:bài|tin|bài viết)\s+(?:trước|tiếp|sau|kế|cũ hơn|mới hơn)|điều hướng bài viết|previous(?: post| article)?|next(?: post| article)?|^[‹«←<]|[›»→>]$",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"^(?:chia sẻ(?: bài viết| qua| lên| trên)?|share(?: this| on| via)?|theo dõi(?: chúng tôi)?|đánh giá(?: bài viết)?|bình chọn|xếp hạng|(?:từ khóa|từ khoá|tags?|thẻ|gắn thẻ|nhãn|chủ đề)|lượt xem|số lần xem|"
    r"in trang|in bài(?: viết)?|gửi email|print|email|facebook|twitter|zalo|pinterest|linkedin|telegram|whatsapp|copy link|click to rate this post|no votes so far|average rating|"
    r"bình luận|ý kiến bạn đọc|phản hồi|quay lại|trở về|về đầu trang)\b\s*(?:[:(\d/.|•·-]|$)",
    re.IGNORECASE,
)
_BUTTON = re.compile(
    r"\W*(?:quay lại|trở (?:về|lại)|(?:về )?trang (?:trước|sau|tiếp(?: theo)?|kế|chủ)|previous|prev|next|(?:lên |về )?đầu trang|in(?: trang(?: này)?| bài(?: viết| này)?)?|bản in|gửi (?:(?:e-?)?mail|(?:cho )?bạn(?: bè)?|bài viết)|lưu(?: (?:tin|bài)(?: viết| này)?)?|đóng(?: cửa sổ)?|back|top|print)\W*",
    re.IGNORECASE,
)
# How often a page was read, in the same line.
_READ_TIMES = re.compile(
    r"(?:(?:đã|lượt|số lần|số lượt) (?:xem|đọc|truy cập)|xem|views?|hits)\W{0,3}\d[\d.,]*(?: ?(?:lần|lượt))?|\d[\d.,]* ?(?:lượt|lần) (?:xem|đọc)",
    re.IGNORECASE,
)
_TAG_FOLDER = re.compile(r"/(?:tags?|tu-khoa|keywords?|chu-de|topics?)[/=]", re.IGNORECASE)
_ADVERTISEMENT = re.compile(r"\W*(?:quảng cáo|advertisements?|- ?ads? ?-)\W*", re.IGNORECASE)
_SERVICE_ALONE = re.compile(
    r"facebook|twitter|zalo|pinterest|linkedin|telegram|whatsapp|tumblr|reddit|email|messenger|copy link|chia sẻ|share|tweet|like|in bài|print|[\W\d_]",
    re.IGNORECASE,
)
# What a review is headed by, and its marks.
_REVIEW = re.compile(r"(?:đánh giá|chấm điểm|xếp hạng|điểm số|bình chọn|review|rating)\b", re.IGNORECASE)
_MARK = re.compile(
    r"\d+(?:[.,]\d+)?\s*(?:%|/\s*(?:5|10|100)\b|điểm\b|sao\b|\(\s*\d+ (?:lượt|phiếu|votes?))", re.IGNORECASE
)
# How many readers have voted, and for what on average.
_VOTES = re.compile(
    r"\W*\d+ (?:lượt|phiếu|votes?)(?: (?:bình chọn|đánh giá|bầu))?(?:\W{1,3}(?:trung bình|average)[\W\d]{1,12}(?:trên|out of)[\W\d]{1,6}|\W{0,3})",
    re.IGNORECASE,
)
# What readers think of it: an average out of five or ten, or with the votes behind it.
_AVERAGE = re.compile(
    r"\W*(?:\d(?:[.,]\d+)?\W{0,3})?(?:trung bình|average|(?:đánh giá|bình chọn|xếp hạng)(?: (?:của bạn|hiện tại))?|(?:your |user |current )?rating)\W{0,3}"
    r"(?:none|chưa có|\d(?:[.,]\d+)?(?:\s*/\s*(?:5|10)|\W{0,3}\d+ (?:lượt|phiếu|votes?)[^.]{0,20}))\W*|(?:chưa có (?:đánh giá|bình chọn)|no votes yet)\W*",
    re.IGNORECASE,
)
# Who posted it, where that is an account.
_POSTED_BY = re.compile(
    r"^(?:được )?(?:viết|đăng|gửi|posted|written|người (?:đăng|viết|gửi))(?: bài(?: viết)?)?(?: bởi| by)?\s*:?\s+(.{2,40})$",
    re.IGNORECASE,
)
# Which section it stands in.
_CATEGORY_LINE = re.compile(
    r"(?:chuyên mục|danh mục|thể loại|thuộc mục|category|posted in|filed under)\s*:\s*([^.!?]{2,60})", re.IGNORECASE
)
# The sentence in which old themes say when and where a text was posted.
_POSTED_IN = re.compile(
    r"^(?:bài(?: viết)? (?:này )?(?:đã )?được đăng|this entry was posted)\b.{8,90}\b(?:trong|vào|in)\b"
    r"|^(?:được )?đăng (?:trong|tại|ở)\b.{3,90}\b(?:ngày|lúc|vào)\b.{4,40}\d$",
    re.IGNORECASE,
)
_PERSON_SIGNS = re.compile(
    r"(?:^|[\s_-])(?:author|tac-?gia|vcard|about-author|writer|biography|profile)", re.IGNORECASE
)
_NOT_WORD = re.compile(r"\W+")


class Foreign(NamedTuple):
    """Parts of a text's elements that are no text; among them boxes about the author, and lines that only lead to files."""

    all: list[Element]
    about_author: list[Element]
    files: list[Element]


def foreign(page: Page, region: Sequence[Element], title: str) -> Foreign:
    """The parts of a text's elements that are no text."""
    skipped: list[Element] = []
    authors: list[Element] = []
    files: list[Element] = []
    whole = sum(len(text_of(element)) for element in region)
    done: set[Element] = set()
    own_title = _bare(title)
    for outer in region:
        # One of several parts may itself be none of the text.
        for element in outer.iter_elements(include_self=len(region) > 1):
            if element in done:
                continue
            kind = _kind(page, element, whole, own_title)
            if kind is None:
                continue
            part = _author_box(element, outer) if kind == "author" else element
            if kind == "author":
                authors.append(part)
            elif kind == "files":
                files.append(part)
            skipped.append(part)
            done.update(part.iter_elements(include_self=True))
    return Foreign(skipped, authors, files)


def _kind(page: Page, element: Element, whole: int, title: str) -> str | None:
    tag = element.tag
    if tag == "nav":
        return "nav"
    is_box = tag in _BOXES
    if not is_box and tag not in _LINES:
        return None
    if tag in _INLINE and (_is_words(element.previous_siblings) or _is_words(element.next_siblings)):
        return None  # a word of a sentence
    if is_box and begins_comments(element) and element.select_one("textarea, form") is not None:
        return "comments"
    text = text_of(element)
    if len(text) > max(whole * _SHARE, 60) or not text:
        # In a short text a box of headlines is a large share of it.
        return "related" if text and is_box and _is_of_headlines(page, element, text) else None
    if len(text) < 900:
        short = len(text) < (600 if is_box else 120)
        if (is_box or tag in {"p", "span", "h4"}) and short and _MORE.search(text) and _MORE_BY.search(text):
            return "author" if element.find("a") is not None else None
        if (is_box or tag in {"p", "h2", "h3", "h4"}) and title and _bare(text) == title:
            return "title"
        if _is_service(page, element, text):
            return "service"
        if is_box and _is_review(element, text):
            return "service"
        if is_box and _is_contents(element, text):
            return "contents"
        if is_box and _is_neighbours(element, text):
            return "neighbours"
        if is_box and _is_empty_list(element, text):
            return "empty list"
        if _leads_to_files(page, element, text):
            return "files"
    return "related" if _is_related(page, element, text, is_box=is_box) else None


def _is_words(beside: Iterable[Node]) -> bool:
    """Whether the nearest that is printed beside an element, in its line, is words."""
    node = next((node for node in beside if isinstance(node, Element) or not node.text.isspace()), None)
    inline = isinstance(node, Text) or (isinstance(node, Element) and node.tag in _INLINE)
    return inline and node is not None and any(map(str.isalpha, node.text))


def _is_related(page: Page, element: Element, text: str, *, is_box: bool) -> bool:
    """Whether a part is headlines of other articles, with pictures and teasers or without."""
    if not is_box and element.tag not in {"p", "h2", "h3", "h4", "h5", "h6", "li"}:
        return False
    headlines = _headlines(page, element)
    if not headlines:
        return False
    linked = sum(map(len, headlines.values()))
    rest = _LABEL.sub("", text)
    if linked >= len(rest) * 0.7:
        return True
    if not is_box or len(rest) - linked > _TEASER * len(headlines):
        return False
    first = next(iter(headlines.values()))
    begins = _bare(rest).startswith(_bare(first)[:60])
    pictured = any(
        anchor.find("img") is not None and page.absolute(anchor.attr("href") or "") in headlines
        for anchor in element.iter_elements("a")
    )
    paragraphs = sum(1 for part in element.iter_elements("p") if len(text_of(part)) > 60)
    return (begins or pictured or _LABEL.match(text) is not None) and paragraphs <= len(headlines)


def _headlines(page: Page, element: Element) -> dict[str, str]:
    """The headlines of other articles in a part, by address."""
    headlines: dict[str, str] = {}
    for anchor in element.iter_elements("a"):
        label = text_of(anchor)
        url = page.absolute(anchor.attr("href") or "")
        if (
            len(label.split()) >= HEADLINE
            and url
            and url != page.address
            and urls.same_site(url, page.url)
            and not _is_file(url)
        ):
            headlines.setdefault(url, label)
    return headlines


def _is_of_headlines(page: Page, element: Element, text: str) -> bool:
    """Whether a part is several headlines of other articles, and a date or a label beside each."""
    headlines = _headlines(page, element)
    return len(headlines) > 1 and sum(map(len, headlines.values())) >= len(text) * _MOSTLY


def _is_file(url: str) -> bool:
    return re.search(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|odt|ods|rtf)(?:$|\?)", url, re.IGNORECASE) is not None


def _is_contents(element: Element, text: str) -> bool:
    """Whether a part is the table of contents of its own page: links to places in it, one to fold it, and its heading."""
    anchors = list(element.iter_elements("a"))
    leads = [(anchor.attr("href") or "").strip() for anchor in anchors]
    inside = [anchor for anchor, href in zip(anchors, leads, strict=True) if href.startswith("#") and len(href) > 1]
    if len(inside) < _CONTENTS or any(not href.startswith(("#", "javascript:")) for href in leads if href):
        return False
    if element.find("img") is not None or any(not _SAYS_WORDS.search(text_of(anchor)) for anchor in inside):
        return False
    linked = sum(len(text_of(anchor)) for anchor in inside)
    return linked >= max(len(text) - _CONTENTS_HEADING, len(text) / 2) * _MOSTLY


def _is_neighbours(element: Element, text: str) -> bool:
    """Whether a part leads to the article before and the one after."""
    anchors = list(element.iter_elements("a"))
    if not anchors or len(anchors) > 6 or len(text) > 500:
        return False
    linked = sum(len(text_of(anchor)) for anchor in anchors)
    named = any(anchor.attr("rel") in {"prev", "next"} for anchor in anchors)
    return (named or _NEIGHBOURS.search(text) is not None) and linked >= len(text) * 0.6


def _is_service(page: Page, element: Element, text: str) -> bool:
    """Whether a part is a line for sharing, rating, printing, keywords."""
    if len(text) > 240:
        return False
    if (posted := _POSTED_BY.match(text)) and bylines.is_account_name(posted[1]):
        return True
    if _POSTED_IN.search(text) or _ADVERTISEMENT.fullmatch(text) or _VOTES.fullmatch(text):
        return True
    if _AVERAGE.fullmatch(text) or (element.tag != "li" and _READ_TIMES.fullmatch(text.strip(" ()[]|•·-–"))):
        return True
    if (named := _CATEGORY_LINE.fullmatch(text)) and menu.is_linked_elsewhere(page, named[1], element):
        return True
    if _is_of_buttons(element, text) or _is_of_tags(element, text):
        return True
    if _SERVICE.match(text):
        rest = _SERVICE.sub("", text)
        linked = sum(len(text_of(anchor)) for anchor in element.iter_elements("a"))
        return len(text) < 40 or linked >= len(rest) * 0.5 or not _SERVICE_ALONE.sub("", rest)
    return element.find("a") is not None and not _SERVICE_ALONE.sub("", text)


def _is_review(element: Element, text: str) -> bool:
    """Whether a box is marks out of a hundred, ten or five under a heading that says so, and no sentence."""
    is_headed = _REVIEW.match(text) is not None and element.find("p") is None
    return is_headed and len(_MARK.findall(text)) > 1 and not re.search(r"[.;!?]\s", text)


def _is_of_buttons(element: Element, text: str) -> bool:
    """Whether a part is buttons that lead back, up or to the printer, and nothing else but how often the page was read."""
    labels = [text_of(anchor) for anchor in element.iter_elements("a")]
    linked = sum(len(_bare(label)) for label in labels)
    rest = _bare(_READ_TIMES.sub("", text, 1)) if labels else ""
    return bool(labels) and len(rest) <= linked + len(labels) and all(map(_BUTTON.fullmatch, labels))


_HASHTAG = re.compile(r"#\w")


def _is_of_tags(element: Element, text: str) -> bool:
    """Whether a part is the links to the tags of an article, and little more than a label beside them."""
    anchors = list(element.iter_elements("a", include_self=True))
    linked = sum(len(text_of(anchor)) for anchor in anchors)
    return (
        bool(anchors)
        and linked * 2 >= len(text)
        and all(
            "tag" in (anchor.attr("rel") or "").split()
            or _TAG_FOLDER.search(anchor.attr("href") or "")
            or _HASHTAG.match(text_of(anchor))
            for anchor in anchors
        )
    )


def _is_empty_list(element: Element, text: str) -> bool:
    """Whether a part is a heading over a list that a script has yet to fill."""
    if len(text) > 60 or element.find("img") is not None:
        return False
    labels = element.iter_elements(("h2", "h3", "h4", "h5", "a", "span", "b", "strong"))
    return any(text_of(part) == text for part in labels) and any(
        not is_longer(part, 0) for part in element.iter_elements(("ul", "ol", "div"))
    )


def _leads_to_files(page: Page, element: Element, text: str) -> bool:
    """Whether a part is links to files, each perhaps twice: its name, and a button to load it."""
    anchors = list(element.iter_elements("a"))
    if len(text) > 400 or not anchors:
        return False
    if element.tag == "table":  # a file a row, with a heading and its size
        named = sum(len(text_of(anchor)) for anchor in anchors)
        return all(_is_file(anchor.attr("href") or "") for anchor in anchors) and named * 3 > len(text)
    if len(anchors) < 2:
        return False
    leads = [page.absolute(anchor.attr("href") or "") for anchor in anchors]
    return (
        all(url is not None and _is_file(url) for url in leads)
        and sum(len(text_of(anchor)) for anchor in anchors) >= len(text) - 4
    )


def _author_box(element: Element, region: Element) -> Element:
    """The whole of a box about the author: as far out as nothing else is in it."""
    box = element
    for outer in ancestors(element):
        if (
            outer is region
            or len(text_of(outer)) > 600
            or not (
                _PERSON_SIGNS.search(f"{outer.attr('class') or ''} {outer.attr('id') or ''}")
                or len(text_of(outer)) < len(text_of(box)) + 80
            )
        ):
            break
        box = outer
    return box


def _bare(text: str) -> str:
    return _NOT_WORD.sub(" ", fold(text)).strip()
