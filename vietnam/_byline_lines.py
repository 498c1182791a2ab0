"""A signature over several paragraphs: what each line alone is, and which of them belong together."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from vietnam import _byline_words as words
from vietnam import people


class Divided(Protocol):
    """What of a judged line tells its kind."""

    @property
    def authors(self) -> tuple[str, ...]: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def credit(self) -> str | None: ...


# Characters of a line that may be part of a signature over several.
LONGEST = 80
# So many lines are looked at: four to join, and the one above that may show a list.
MOST = 5
# One letter a line: n names, u unit, c source, r what was done, l "Tin: A", h "Tin, ảnh:", p "Ảnh: B", w a whole byline;
# o opens or continues a list, s is the office above an official's signature, t is text. Names above names are a list of people, units above units one of units.
_TOGETHER = re.compile(
    r"(?<![no])n[ucrp]{1,3}$|(?<!o)h?l[lpucr]{1,3}$|(?<!o)hn[ucr]{0,2}$|(?<![uno])u[cp]{1,2}$|w[cp]{1,2}$"
)
_UNIT_FIRST = re.compile(r"(?<![uno])un[cp]?$")
_OFFICIAL = re.compile(r"st{0,2}n$")
_FOR = re.compile(r"(?:KT|TM|TL|TUQ|Q)\. ?\w")
_ITEM = re.compile(r"[-–+•*] ?\S|\d{1,2}[.)] ?\S|[a-z]\) ?\S")


def kind(line: str, judge: Callable[[str], Divided | None]) -> str:
    """The letter of one line; `judge` as for a line that is set apart.

    >>> from vietnam.byline import judge
    >>> [kind(line, lambda text: judge(text, aligned_right=True)) for line in ("Hà Bảo My", "(PC08)", "Ảnh: Trần Long", "Vụ việc đang làm rõ.")]
    ['n', 'u', 'p', 't']
    """
    if not line or len(line) > LONGEST:
        return "t"
    if (label := words.LABEL.fullmatch(line)) and (label["jobs"] or label["did"]):
        return "h"
    if line[-1] in ":;" or _ITEM.match(line):
        return "o"
    bare = line.strip("()[] .")
    if line.isupper() and (_FOR.match(line) or people.POSITION.match(line)):
        return "s"
    if words.PROVIDED.fullmatch(line):
        return "p"
    found = judge(line)
    if found is None:
        return "t"
    if words.LABEL.match(bare):
        return "p" if words.PHOTO_ONLY.match(bare) and not re.match(r"[^:]*(?:tin|bài)", bare, re.IGNORECASE) else "l"
    parts = [letter for letter, given in (("n", found.authors), ("u", found.unit), ("c", found.credit)) if given]
    return parts[0] if len(parts) == 1 else "w" if parts else "r"


def together(kinds: str, *, signed: bool) -> int:
    """How many of the last lines are one signature; 0 under an official's.

    >>> [together(kinds, signed=False) for kinds in ("tnu", "nnu", "tpn", "tlp", "ssn")]
    [2, 1, 1, 2, 0]
    """
    if _OFFICIAL.search(kinds):
        return 0
    found = _TOGETHER.search(kinds) or (_UNIT_FIRST.search(kinds) if signed else None)
    return len(found[0]) if found else 1


# "và 1 tác giả khác", "+2 tác giả", ", cộng sự".
OTHERS = re.compile(
    r"(?: và| cùng|,| &| ?\+) ?(?:(?:\d{1,2}|một|hai|ba|bốn|năm|các|những|nhiều|vài) (?:tác giả|người|cộng sự|phóng viên)(?: khác| nữa)?"
    r"|cộng sự|nhóm tác giả)[ .]{0,3}$",
    re.IGNORECASE,
)
# An editorial office signs like a person.
EDITORIAL = re.compile(r"(?:bbt|ban biên tập)(?!\w).{0,60}", re.IGNORECASE)
_LINK = re.compile(
    r"(?:(?:xem|đọc) )?(?:thêm |tất cả |toàn bộ )*(?:các |những )?(?:bài viết|tin bài|bài|tin)(?: khác)?(?: (?:được )?(?:viết|đăng))? (?:của|bởi|từ)(?: tác giả)?(?![^\W_]) ?:? ?"
    r"|(?:xem thêm|trang|hồ sơ)(?: cá nhân)?(?: của)? tác giả ?:? ?|(?:tác giả(?: bài viết)?|người (?:viết|đăng)|theo dõi(?: tác giả)?|(?:được )?(?:đăng|viết) bởi|bởi)(?![^\W_]) ?:? ?"
    r"|(?:view |see )?(?:all )?(?:posts|articles) by ?:? ?|(?:posted|written|published)? ?by(?![^\W_]) ?:? ?|follow ",
    re.IGNORECASE,
)


def bare_link(text: str) -> str:
    """What a link to an author says of him without the words around the name.

    >>> bare_link("Xem các bài viết của Hà Bảo My"), bare_link("Tác giả: Hà Bảo My"), bare_link("Theo dõi Hà Bảo My")
    ('Hà Bảo My', 'Hà Bảo My', 'Hà Bảo My')
    """
    for _ in range(2):
        if not (found := _LINK.match(text)):
            break
        text = text[found.end() :]
    return text
