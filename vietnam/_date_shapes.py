"""The shapes in which portals print a moment, as expressions over lower-case NFC text.

Every shape describes the whole label, from its first word to its last: a sentence that contains a date fits none.
All repetitions are bounded, so a match costs the same whatever the text.
"""

from __future__ import annotations

import re

WEEKDAYS = {
    "hai": 0, "ba": 1, "tư": 2, "tu": 2, "năm": 3, "nam": 3, "sáu": 4, "sau": 4, "bảy": 5, "bẩy": 5, "bay": 5,
    "2": 0, "3": 1, "4": 2, "5": 3, "6": 4, "7": 5,
    "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "một,giêng,january,jan", "hai,february,feb", "ba,march,mar", "tư,bốn,april,apr", "năm,may", "sáu,june,jun",
            "bảy,bẩy,july,jul", "tám,august,aug", "chín,september,sept,sep", "mười,october,oct",
            "mười một,november,nov", "mười hai,chạp,december,dec",
        ),
        1,
    )
    for name in names.split(",")
}  # fmt: skip

_VI_MONTH = r"1[0-2]|0?[1-9]|mười một|mười hai|mười|giêng|một|hai|ba|tư|bốn|năm|sáu|bảy|bẩy|tám|chín|chạp"
_EN_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)

# Words of a label, in any order: "Được đăng:", "Cập nhật lần cuối lúc", "Ngày đăng tin:", "Published on".
_LABEL = (
    r"(?:(?:được|đã|đăng|viết|tạo|sửa|chỉnh|cập|nhật|lần|cuối(?: cùng)?|mới nhất|bài|tin|ngày|giờ|thời|gian|điểm|lúc|vào"
    r"|hồi|xuất|bản|phát|hành|ban|gửi|đưa|lên|khởi|kể từ|published|updated|modified|created|posted|written|last|date|on"
    r"|at|time)(?![^\W_])[ :.,|(-]{0,4}){0,7}"
)
_WEEKDAY = (
    r"(?:(?:thứ|thu|t)\.? ?(?P<vi_weekday>hai|ba|tư|năm|sáu|bảy|bẩy|tu|nam|sau|bay|[2-7])(?!\d)"
    r"|(?P<sunday>chủ nhật|chúa nhật|chu nhat|cn)"
    r"|(?P<en_weekday>mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?)(?![^\W_])[ ,.|()/•·–-]{0,4}"
)
# What begins with a word is not the end of another one.
_APART = r"(?<![^\W\d_])"
_NUMERIC = r"(?P<day>[0-3]?\d) ?(?P<dot>[/.–-]) ?(?P<month>[01]?\d) ?(?P=dot) ?(?P<year>\d{4}|\d\d)(?!\d)"
# The month's own word: "tháng 5", the short "thg 5" of browsers, WordPress' "Th5".
_MONTH_WORD = r"(?:tháng ?|thg\.? ?)"
_NAMED = (
    rf"(?P<day>[0-3]?\d)\.? ?[,/-]? ?{_MONTH_WORD}(?P<month>{_VI_MONTH})(?![^\W_])"
    r"(?: ?[,./-]? ?(?:năm ?)?(?P<year>\d{4})(?!\d))?"
)
_SHORT = rf"(?P<day>[0-3]?\d)[ ./-]{{0,2}}th(?P<month>{_VI_MONTH})(?![^\W_])[ ,./-]{{1,2}}(?P<year>\d{{4}})(?!\d)"
_MONTH_FIRST = rf"{_APART}(?:{_MONTH_WORD}|th)(?P<month>{_VI_MONTH}) (?P<day>[0-3]?\d),? (?P<year>\d{{4}})(?!\d)"
# Feeds of the first days print two digits of the year, and then a clock.
_ENGLISH = (
    rf"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?[ -](?P<month>{_EN_MONTH})\.?(?![^\W_]),?[ -]"
    r"(?P<year>\d{4}(?!\d)|\d\d(?= \d\d:\d\d))"
)
_AMERICAN = rf"{_APART}(?P<month>{_EN_MONTH})\.? (?P<day>[0-3]?\d)(?:st|nd|rd|th)?,? (?P<year>\d{{4}})(?!\d)"
_BIG_FIRST = r"(?P<year>\d{4})(?P<dot>[/.-])(?P<month>[01]?\d)(?P=dot)(?P<day>[0-3]?\d)(?!\d)"
_YEARLESS = rf"{_APART}ngày (?P<day>[0-3]?\d)(?: ?/ ?(?P<month>[01]?\d)| tháng (?P<month_name>{_VI_MONTH}))(?![^\W_])"

_TIME = (
    r"(?P<hour>[0-2]?\d)(?: ?(?::|h|g(?![i])) ?(?P<minute>[0-5]\d)(?:(?: ?: ?|')(?P<second>[0-5]\d))?(?!\d)(?:'|’|ph?)?"
    r"| ?giờ(?: ?(?P<minute_word>[0-5]?\d)(?: ?phút)?)?| ?[hg](?![^\W_]))"
    r"(?: ?(?P<half>am|pm|a\.m\.?|p\.m\.?|sa|ch|sáng|trưa|chiều|tối|đêm)(?![^\W_]))?"
)
_ZONE = (
    r"(?: ?[(\[]?(?P<zone>z|ict|(?:gmt|utc)(?: ?[+-] ?\d{1,2}(?::?\d\d)?)?|[+-]\d\d:?\d\d)[)\]]?"
    r"|,? ?\(?giờ (?:việt nam|hà nội|địa phương)\)?)?"
)
_GAP = r"[ ,.|:@()\[\]–—_/•·-]{0,5}(?:(?:lúc|vào(?: lúc)?|hồi|ngày|at|on)(?![^\W_])[ :,-]{0,2})?"
# What portals print behind the moment in the same element.
_TAIL = (
    r"(?:[ ,.|()–—•·-]{0,5}(?:(?:lượt|số lượt|số lần|đã)? ?(?:xem|đọc|truy cập)(?: bài)?:? ?[\d.,]{1,12}(?: (?:lượt|lần)(?: xem| đọc)?)?"
    r"|[\d.,]{1,12} (?:lượt|lần) (?:xem|đọc)|views?:? ?[\d.,]{1,12}|[\d.,]{1,12} views?"
    r"|(?:lần )?(?:cập nhật|chỉnh sửa|sửa|last updated|updated)[^\W\d]{0,10}[^\d\n]{0,30}[\d/.: ,hgmtap+()-]{6,30}))?[ .)\]|]{0,3}"
)


def _whole(date: str, *, lead: str = r"[ (\[|•*-]{0,3}") -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Both orders of one date shape: date then time (or none, perhaps with the half of the day), time then date."""
    date_first = (
        rf"{lead}{_LABEL}(?:{_WEEKDAY})?{_LABEL}[(\[]?{date}(?:{_GAP}{_TIME}{_ZONE}| (?:sa|ch)(?![^\W_]))?{_TAIL}"
    )
    time_first = rf"{lead}{_LABEL}[(\[]?{_TIME}{_ZONE}{_GAP}(?:{_WEEKDAY})?(?:ngày ?)?{date}{_ZONE_AGAIN}{_TAIL}"
    return re.compile(date_first), re.compile(time_first)


_ZONE_AGAIN = r"(?: ?[(\[]?(?P<late_zone>(?:gmt|utc) ?[+-] ?\d{1,2}(?::?\d\d)?)[)\]]?)?"

NUMERIC = _whole(_NUMERIC)
SHAPES: tuple[tuple[str, tuple[re.Pattern[str], re.Pattern[str]], str], ...] = (
    ("named", _whole(_NAMED), "th"),
    ("short", _whole(_SHORT), "th"),
    ("month first", _whole(_MONTH_FIRST), "th"),
    ("year first", _whole(_BIG_FIRST), ""),
    ("english", _whole(_ENGLISH), ""),
    ("american", _whole(_AMERICAN), ""),
)
YEARLESS = _whole(_YEARLESS)

# The two that nearly all portals print, without any choice: tried before everything else.
PLAIN = re.compile(
    r"(?:(?:được đăng|ngày đăng|cập nhật|cập nhật lúc|đăng ngày|đăng lúc)(?: ?: ?| ))?"
    r"(?:(?:thứ (?P<vi_weekday>hai|ba|tư|năm|sáu|bảy|[2-7])|(?P<sunday>chủ nhật|cn)) ?[,-]? ?)?"
    r"(?:(?P<early_hour>\d\d):(?P<early_minute>\d\d),? ?(?:ngày )?)?"
    r"(?P<day>\d\d?)(?:/(?P<month>\d\d?)/|\.? tháng (?P<month_name>\d\d?),? |-(?P<month_dash>\d\d?)-)(?P<year>\d{4})"
    r"(?:(?: |, ?| [|-] )(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d))?)?(?: ?\(gmt ?\+ ?0?7\))?"
)

ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?:[t ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r" ?(?P<zone>z|utc|gmt|[+-]\d\d(?::?\d\d)?)?)?"
)
# NukeViet prints PHP's zone abbreviation where the letter T was meant: 2025-05-11+0708:15:00.
NUKEVIET = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?P<zone>[+-]\d\d|z|ict|utc|gmt)"
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
)
EPOCH = re.compile(r"(?:\\?/date\()?(?P<number>[12]\d{9}|-?[1-9]\d{11,12})(?:[+-]\d{4})?(?:\)\\?/)?")
OTHER_DIGIT = re.compile(r"[^\D0-9]")
_MONTH_ALONE = rf"{_APART}tháng ?(?P<month>{_VI_MONTH}) ?(?:/|-|,|năm)? ?(?:năm ?)?(?P<year>\d{{4}})"
_YEAR_ALONE = rf"{_APART}năm (?P<year>\d{{4}})"
MONTH_ONLY = re.compile(_LABEL + _MONTH_ALONE)
ISO_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)")
YEAR_ONLY = re.compile(_LABEL + _YEAR_ALONE)

_AGO = (
    rf"{_APART}(?P<count>\d{{1,4}}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|an?) ?"
    r"(?P<unit>giây|phút|giờ|tiếng|ngày|tuần|tháng|năm|seconds?|minutes?|mins?|hours?|days?|weeks?|months?|years?)"
    r"(?:,? (?:và |and )?(?P<minutes>[0-5]?\d) ?(?:phút|minutes?|mins?))? ?(?P<ago>trước|ago)"
)
AGO = re.compile(rf"{_LABEL}(?:cách đây|khoảng)? ?{_AGO}[ .]{{0,3}}")
_JUST_NOW = rf"{_APART}(?:vừa xong|vừa mới|mới đây|bây giờ|just now)"
JUST_NOW = re.compile(rf"{_LABEL}{_JUST_NOW}[ .]{{0,3}}")
_DAY_WORD = rf"{_APART}(?P<day_word>hôm nay|hôm qua|hôm kia|today|yesterday)"
DAY_WORD = (
    re.compile(rf"{_LABEL}{_DAY_WORD}(?:{_GAP}{_TIME}{_ZONE})?{_TAIL}"),
    re.compile(rf"{_LABEL}{_TIME}{_GAP}{_DAY_WORD}{_TAIL}"),
)
COUNTS = {
    word: number
    for number, words in enumerate(("một a an", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"), 1)
    for word in words.split()
}


def _hearts(*shapes: str) -> str:
    """The shapes as alternatives, without the names of their groups."""
    nameless = (re.sub(r"\?P<\w+>", "?:", shape.removeprefix(_APART)) for shape in shapes)
    return "|".join(shape.replace("(?P=dot)", "[/.–-]") for shape in nameless)


# What every label that is read holds, made from the shapes themselves: those that begin with a number, then with a word.
HELD = re.compile(
    rf"(?=\d)(?:{_hearts(_NUMERIC, _NAMED, _SHORT, _ENGLISH, _BIG_FIRST, ISO_MONTH.pattern)}|[12]\d{{9}}|[1-9]\d{{11,12}})"
    rf"|{_APART}(?:{_hearts(_MONTH_FIRST, _AMERICAN, _YEARLESS, _MONTH_ALONE, _YEAR_ALONE, _AGO, _JUST_NOW, _DAY_WORD)})"
)
# For labels of no known shape, taken apart: the words in front, the clock, the weekday, the month by its name.
LABEL = re.compile(rf"[ (|•*-]{{0,3}}{_LABEL}")
CLOCK = re.compile(rf"(?<![\d/.-]){_TIME}{_ZONE}")
WEEKDAY_INSIDE = re.compile(rf"{_APART}{_WEEKDAY}")
MONTH_INSIDE = re.compile(
    rf"{_APART}(?:(?:{_MONTH_WORD}|th)(?P<month>{_VI_MONTH})(?![^\W_])|(?P<english>{_EN_MONTH})(?![^\W\d_])\.?)"
)
# Day and month in numbers, each of which could be the other.
SWAPPABLE = re.compile(
    r"(?<![\d/.-])(?P<first>0?[1-9]|1[0-2]) ?(?P<dot>[/.–-]) ?(?P<second>0?[1-9]|1[0-2]) ?(?P=dot) ?(?:\d{4}|\d\d)(?!\d)"
)
