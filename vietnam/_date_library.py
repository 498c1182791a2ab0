"""dateparser, held to what is printed: it may find the arrangement of a date, its numbers it may not choose."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from vietnam import _date_shapes as shapes

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

# Besides month, weekday and clock: one day, one year of four digits, and nothing that says anything else.
_REST = re.compile(
    r"(?:(?P<year>(?<!\d)\d{4}(?!\d))|(?P<day>(?<!\d)[0-3]?\d(?!\d))(?:st|nd|rd|th)?"
    r"|(?:of|the|at|on|ngày|năm|lúc|vào|hồi)(?![^\W\d_])|[ ,./()|–-])*"
)
_NUMBER = re.compile(r"\d+")
# "Tháng 8/11/2017", "Th2 11/2017": the numbers are a date or a month of their own.
_OF_THEIR_OWN = re.compile(r"\d ?[/.–-] ?\d")


def day(label: str) -> tuple[date, int] | None:
    """The day that dateparser reads in a label whose month is named, and the weekday printed beside it (else its own).

    >>> day("friday the 11th of august, 2017"), day("2017-aug-11"), day("11/8 2017")
    ((datetime.date(2017, 8, 11), 4), (datetime.date(2017, 8, 11), 4), None)
    """
    rest, weekday = label, None
    if found := shapes.WEEKDAY_INSIDE.search(rest):
        name = found["vi_weekday"] or found["en_weekday"]
        weekday = shapes.WEEKDAYS[name] if name else 6
        rest = rest.replace(found[0], " ", 1)
    month = shapes.MONTH_INSIDE.search(rest)
    if not month:
        return None
    others = f"{rest[: month.start()]} {rest[month.end() :]}"
    numbers = _NUMBER.findall(others)
    if len(numbers) != 2 or not _REST.fullmatch(others):
        return None
    printed = sorted(numbers, key=len)
    name = month["month"] or month["english"]
    if name.isdigit() and _OF_THEIR_OWN.search(others):
        return None
    read = _library().get_date_data(" ".join(rest.split())).date_obj
    wanted = (int(printed[1]), int(name) if name.isdigit() else shapes.MONTHS[name], int(printed[0]))
    if len(printed[1]) != 4 or read is None or (read.year, read.month, read.day) != wanted:
        return None
    return read.date(), read.weekday() if weekday is None else weekday


@lru_cache(maxsize=1)
def _library() -> DateDataParser:
    # Imported when it is needed: it brings a table of every time zone.
    from dateparser.date import DateDataParser

    return DateDataParser(
        languages=["vi", "en"],
        settings={
            "DATE_ORDER": "DMY",
            "PREFER_LOCALE_DATE_ORDER": False,
            "STRICT_PARSING": True,
            "PARSERS": ["absolute-time"],
        },
    )
