"""Whether a known article is still there, told from the answer to asking for it again. Pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from crawler.lines import Missing
from vietnam import urls

# Answers that say nothing about the article: the portal or something before it is not itself.
Mute = Literal["down", "blocked"]
REMOVED = frozenset({404, 410})
BLOCKED = frozenset({401, 403, 407, 429})
# A page that only says something is short; an article may well speak of captchas and of pages not found.
SHORT = 600
# An article page that says nothing else than that the article is gone.
NOTICE = 250
# From so many missing at once on, if they are at least half of those asked again, it is an outage.
MANY = 5

_NOT_THERE = re.compile(
    r"^\W*404\b|(?:lỗi|error|mã) 404|404\W{0,3}(?:error|lỗi|không)|not found|(?:trang|bài viết|bài|tin|nội dung|địa chỉ|dữ liệu|đường dẫn)\b[^.!?]{0,60}"
    r"(?:không tồn tại|không còn|không tìm thấy|không có sẵn|(?:đã|vừa) (?:bị |được )?(?:xóa|xoá|gỡ))"
    r"|không tìm thấy (?:trang|bài viết|nội dung|dữ liệu|tin)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"captcha|just a moment|checking your browser|attention required|access denied|are you (?:a )?human|"
    r"không phải (?:là )?(?:người máy|robot)|xác minh (?:bạn|trình duyệt)|truy cập (?:của bạn )?bị (?:từ chối|chặn)",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"bảo trì|đang nâng cấp|tạm ngừng|tạm dừng|quá tải|maintenance|temporarily unavailable|"
    r"(?:connect\w*|error)[^.]{0,40}database|database[^.]{0,40}(?:connect|error)|fatal error|too many connections",
    re.IGNORECASE,
)


class Asked(NamedTuple):
    """A known article that is asked again at its address; `missed` where the last answers said that it is missing."""

    identity: str
    url: str
    missed: bool = False


def verdict(
    status: int | None, asked: str, answered: str, kind: str | None = None, text: str = "", *, same: bool = False
) -> Missing | Mute | None:
    """What the answer says of the article; None where it is alive.

    `asked` and `answered` are the addresses before and after redirects, `kind` is that of the page (`article`, `list`,
    `other`), `text` what a reader sees of it, title first; of an article its title and body. `same` says that the page
    shows the article that was asked for.

    >>> verdict(404, "http://a.vn/1", "http://a.vn/1"), verdict(503, "http://a.vn/1", "http://a.vn/1")
    (Missing(how='removed', led_to=None), 'down')
    >>> verdict(200, "http://a.vn/1", "http://a.vn/1", "article", "Bắt nhóm trộm…") is None
    True
    >>> verdict(200, "http://a.vn/1", "http://a.vn/1", "other", "Bài viết không tồn tại")
    Missing(how='soft_404', led_to=None)
    >>> verdict(200, "http://a.vn/1", "http://www.a.vn/", "list", "Trang chủ")
    Missing(how='redirect_home', led_to='http://www.a.vn/')
    >>> verdict(200, "http://a.vn/1", "http://a.vn/tin", "list").how
    'redirect_section'
    >>> verdict(200, "http://a.vn/1", "http://a.vn/2", "article", "Tin khác").how
    'redirect_article'
    >>> verdict(200, "http://a.vn/1", "https://a.vn/1-bat-trom", "article", "Bắt nhóm trộm…", same=True) is None
    True
    >>> verdict(200, "http://a.vn/1", "http://a.vn/1", "other", "Vui lòng nhập captcha")
    'blocked'
    >>> verdict(200, "http://a.vn/1", "http://a.vn/1", "other", "Hệ thống đang bảo trì, xin quay lại sau")
    'down'
    >>> verdict(200, "http://a.vn/1", "http://parked.example/", "list")
    'down'
    """
    if status in BLOCKED:
        return "blocked"
    if status in REMOVED:
        return Missing("removed")
    if status is None or status >= 400:
        return "down"
    led_to = urls.canonical(answered)
    redirected = led_to != urls.canonical(asked)
    if redirected and not urls.same_site(asked, answered):
        return "down"  # a parked domain, a login elsewhere: it says nothing of one article
    if kind == "article":
        if len(text) <= NOTICE and says_it_is_missing(text):
            return Missing("soft_404", led_to if redirected else None)
        return None if same or not redirected else Missing("redirect_article", led_to)
    if not says_it_is_missing(text) and (mute := _mute(text)):
        return mute
    if redirected and is_home(led_to):
        return Missing("redirect_home", led_to)
    if redirected and kind == "list":
        return Missing("redirect_section", led_to)
    return Missing("soft_404", led_to if redirected else None)


def says_it_is_missing(text: str) -> bool:
    """Whether a page says that what was asked for is not there: in its title, or as all that it says.

    >>> says_it_is_missing("Thông báo\\n\\nBài viết này đã bị gỡ bỏ."), says_it_is_missing("404 - Trang không thấy")
    (True, True)
    >>> says_it_is_missing("Không tìm thấy dấu vết của nghi phạm"), says_it_is_missing("Đã bắt 404 đối tượng")
    (False, False)
    """
    return bool(_NOT_THERE.search(_said(text)))


def _mute(text: str) -> Mute | None:
    said = _said(text)
    return "blocked" if _ASKS.search(said) else "down" if _DOWN.search(said) else None


def _said(text: str) -> str:
    """All of a short page, the title of a long one: its menus and forms speak of much."""
    return text if len(text) <= SHORT else text.partition("\n")[0]


def is_home(url: str) -> bool:
    """Whether an address is that of a home page.

    >>> is_home("http://a.vn"), is_home("http://a.vn/index.php"), is_home("http://a.vn/vi/"), is_home("http://a.vn/?id=1")
    (True, True, True, False)
    """
    parts = urlsplit(url)
    path = re.sub(r"(?:index|default|home|trang-chu)(?:\.\w{3,5})?/?$", "", parts.path.lower())
    return path in {"", "/", "/vi", "/vi/"} and not parts.query


def is_outage(missing: Sequence[Missing], asked: int) -> bool:
    """Whether so many of `asked` known articles are missing at once that the portal is at fault.

    Redirects to articles of their own are no outage: a portal that was built anew leads every address to its new one.

    >>> is_outage([Missing("removed")] * 5, 10), is_outage([Missing("removed")] * 5, 11), is_outage([Missing("removed")] * 4, 4)
    (True, False, False)
    >>> is_outage([Missing("redirect_article", f"http://a.vn/{n}") for n in range(9)], 9)
    False
    """
    targets = Counter(one.led_to for one in missing if one.how == "redirect_article")
    counted = sum(one.how != "redirect_article" or targets[one.led_to] > 1 for one in missing)
    return counted >= MANY and counted * 2 >= asked
