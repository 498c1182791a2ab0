"""Tags, names and words of what stands in or below an article's element and is none of its text."""

from __future__ import annotations

import re

from crawler.platforms.tree import Element
from vietnam import dates
from vietnam.normalize import clean

JUNK_TAGS = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "form",
        "iframe",
        "object",
        "embed",
        "button",
        "input",
        "select",
        "textarea",
        "link",
        "meta",
        "svg",
        "canvas",
        "audio",
        "video",
        "head",
        "joomla-hidden-mail",
    ]
)
JUNK_NAME = re.compile(
    r"(?:^|[\s_-])(?:(?:yv|j|cc|k2)?comments?(?:[\s_-]|$)|jc(?:[\s_-]|$)|commentblock|ccomment|yvcomment|jcomments|disqus|"
    r"respond(?:[\s_-]|$)|fb-(?:like|comments|share)|share|social|addthis|addtoany|sharethis|pagenav|pager|pagination|pagenavigation|"
    r"article-info|article-aside|articleinfo|iteminfo|itemtoolbar|rscomments?|slicomments?|kmt(?:[\s_-]|$)|komento|sharing|itp-|jllike|uk-article-meta|uk-pagination|rt-articleinfo|cloak[0-9a-f]{3,}|itemrating\w*|content_?rating|content_?vote|vote|"
    r"actions|btn-group|icons|print-icon|email-icon|buttonheading|related\w*|tags|taglist|itemtags\w*|itemlinks|"
    r"itemauthor\w*|itemnavigation|itemheader|itemcomments\w*|breadcrumbs?|readmore|readon|back_button|hits|itemhits|itemcontentfooter|dsq-brlink|content-links|"
    r"article_seperator|article_separator|latestnews\w*|mostread\w*|moduletable\w*|module_?content|toclink|article-index|tin-?lien-?quan|"
    r"tinlienquan|other-?news|tin-?khac|tinkhac|baiviet-?khac|unseen|modifydate|createdate|createby|createdby|"
    r"iteminfoblock|article-social|sppb-social|article-ratings|article-footer)",
    re.IGNORECASE,
)
# Elements that begin a new paragraph.
BLOCK_TAGS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
        "body",
        "html",
    ]
)
# Paragraphs from which on little but links follows.
CHROME = re.compile(
    r"^(?:(?:các |những )?(?:tin|bài)(?: tức| viết)? (?:liên quan|khác|(?:mới|cũ) hơn|cùng (?:chuyên mục|mục|chủ đề|thể loại|loại)(?: [^.:]{2,60})?|đã (?:đưa|đăng)|mới nhất)|"
    r"(?:newer|older)(?: news)? items|more (?:articles|news)|(?:bài )?đọc thêm|xem thêm|tin liên quan|bài liên quan|tin khác|tin cùng chuyên mục|các tin khác|các bài khác|bài viết khác|tin mới hơn|tin cũ hơn|"
    r"các tin mới hơn|các tin cũ hơn|các tin đã đưa|chia sẻ|đánh giá bài viết|tổng số điểm của bài viết là.*|"
    r"read more|related articles|lần cập nhật cuối.*|cập nhật lần cuối.*|last updated.*|lượt xem.*|số lần xem.*|"
    r"quay lại|trở về|về trang trước|blog comments powered by.*|< ?(?:lùi|trước|prev)|(?:tiếp|sau|next) ?>|in bài này|gửi email bài này|trở lại đầu trang)\s*:?\s*$",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"(?i)(?:\d+\s+|các |gửi |viết |để lại (?:một )?)?(?:bình luận|ý kiến|phản hồi|nhận xét|trả lời|comments?|leave a (?:reply|comment))(?: (?:của )?(?:bạn(?: đọc)?|độc giả|mới))?\W*(?:\d+\W*)?"
)
# Labels beside a date (who wrote, how often it was read) have no more words.
_LABEL_WORDS = 6


def is_comments_heading(text: str) -> bool:
    """Whether a line is the heading over what readers wrote.

    >>> is_comments_heading("Ý kiến bạn đọc (2)"), is_comments_heading("Ý kiến của ông Nam được tán thành")
    (True, False)
    """
    return _COMMENTS.fullmatch(text) is not None


def begins_comments(part: Element) -> bool:
    """Whether a part begins with a heading over what readers wrote."""
    return is_comments_heading(next((text for text in map(clean, map(str, part.strings)) if text), ""))


def is_line_of_dates(text: str) -> bool:
    """Whether a line says when something was published and changed, and nothing else but labels of a few words.

    >>> is_line_of_dates("Mai Thảo • 20:45, 12/11/2026 • 1.120 lượt đọc"), is_line_of_dates("Ngày 12/11/2026, tại xã An Khê")
    (True, False)
    """
    parts = [part for part in re.split(r"\s*[|•·]\s*", text) if part]
    if not 0 < len(parts) < 5 or len(text) >= 160:
        return False
    others = [part for part in parts if dates.find(part) is None]
    return len(others) < len(parts) and all(len(part.split()) <= _LABEL_WORDS for part in others)
