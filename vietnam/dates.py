"""Timestamps as Vietnamese portals print them → aware datetimes in Vietnam time.

Day first, always. What is no timestamp, and a day that no calendar has, raises TimestampError; nothing is guessed.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from vietnam import _date_library as library
from vietnam import _date_shapes as shapes
from vietnam.normalize import clean

# No page was published before, nor will be after.
EARLIEST_YEAR = 1900
LATEST_YEAR = 2100
VIETNAM = timezone(timedelta(hours=7))
_LONGEST = 200  # characters of a label
# What only the library knows is shorter still.
_LONGEST_UNUSUAL = 60


class TimestampError(ValueError):
    """This is not a timestamp."""


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A moment in Vietnam time, how precisely it was said, and the text that said it.

    `precision` is second, minute, hour, day, month or year; `at` is the beginning of that. `relative` says that
    the fetch time was needed to know it, `weekday_conflict` that the printed weekday is another day's.
    """

    at: datetime
    precision: str
    raw: str
    relative: bool = False
    weekday_conflict: bool = False
    rule: str = ""


def parse(text: str, *, fetched_at: datetime | None = None) -> Timestamp:
    """The moment that a label prints; TimestampError for anything else, a sentence with a date in it included.

    Relative times (`2 giờ trước`) and days without a year (`ngày 11 tháng Tám`) need `fetched_at`, with its zone.

    >>> parse("Được đăng: Thứ 6, 11 Tháng 8 2017 15:21").at.isoformat()
    '2017-08-11T15:21:00+07:00'
    >>> parse("05/11/2026").at.date().isoformat(), parse("05/11/2026").precision
    ('2026-11-05', 'day')
    >>> parse("Thứ hai, 11/08/2017").weekday_conflict
    True
    >>> parse("vào ngày Thứ Năm, 01/10/2026 @ 08:47:58 ICT (755 lần đọc)").at.isoformat()
    '2026-10-01T08:47:58+07:00'
    >>> parse("31/02/2017")
    Traceback (most recent call last):
    vietnam.dates.TimestampError: no such day: '31/02/2017'
    >>> parse("Ngày 11/08/2017, Công an phường Tân An bắt giữ một đối tượng")
    Traceback (most recent call last):
    vietnam.dates.TimestampError: not a timestamp: 'Ngày 11/08/2017, Công an phường Tân An bắt giữ một đối tượng'
    """
    raw = _label(text)
    label = raw.lower()
    if found := shapes.PLAIN.fullmatch(label):
        return _plain(found, raw)
    if label[:4].isdigit() or label[:1] in "/\\-":
        if found := shapes.ISO.fullmatch(label):
            return _zoned(found, raw, "iso")
        if found := shapes.EPOCH.fullmatch(label):
            return _epoch(int(found["number"]), raw)
        if found := shapes.NUKEVIET.fullmatch(label):
            return _zoned(found, raw, "nukeviet")
    for date_first in (True, False):
        if found := shapes.NUMERIC[not date_first].fullmatch(label):
            return _printed(found, raw, "numeric")
    if not shapes.HELD.search(label):
        return _refuse(raw)
    for rule, orders, sign in shapes.SHAPES:
        if sign in label:
            for order in orders:
                if (found := order.fullmatch(label)) and found["year"]:
                    return _printed(found, raw, rule)
    return _coarse(label, raw) or _relative(label, raw, fetched_at) or _refuse(raw)


def find(text: str, *, fetched_at: datetime | None = None) -> Timestamp | None:
    """What `parse` returns, None where it raises.

    >>> find("Lượt xem: 7644") is None
    True
    """
    try:
        return parse(text, fetched_at=fetched_at)
    except TimestampError:
        return None


def find_machine(text: str) -> Timestamp | None:
    """What `find` reads in an attribute that is meant for machines; None where day and month could be each other.

    People are told the day first. A server's attribute may be in the form of the server's own country: `1/10/2023` beside a
    printed `10. tháng 1 2023` is no 1 October.

    >>> find_machine("2023-01-10T09:05:00+07:00").at.isoformat(), find_machine("25/01/2023 09:05").at.day
    ('2023-01-10T09:05:00+07:00', 25)
    >>> find_machine("1/10/2023 9:05:00 AM") is None
    True
    """
    found = shapes.SWAPPABLE.search(text) if len(text) <= _LONGEST else None
    return None if found and int(found["first"]) != int(found["second"]) else find(text)


def find_unusual(text: str, *, fetched_at: datetime | None = None) -> Timestamp | None:
    """The last resort, for a label that is known to be a date and that `find` cannot read: what dateparser makes of it.

    Only days whose month is named, and only if day, month and year are those printed. `rule` is `dateparser`. What lies
    behind the fetch time by more than a day is no time of publication.

    >>> find_unusual("Đăng lúc: Fri Aug 11 15:21:07 2017").at.isoformat(), find_unusual("11/Aug/2017").rule
    ('2017-08-11T15:21:07+07:00', 'dateparser')
    >>> find_unusual("11/8 2017") is None, find_unusual("Kế hoạch số 284, 11/Aug/2017") is None
    (True, True)
    """
    raw = clean(text[: 20 * _LONGEST])
    if len(raw) > _LONGEST_UNUSUAL or len(raw) != len(raw.lower()) or shapes.OTHER_DIGIT.search(raw):
        return None
    begin = shapes.LABEL.match(raw.lower())
    printed = raw[begin.end() if begin else 0 :]
    label = printed.lower()
    clock = shapes.CLOCK.search(label)
    found = library.day(f"{label[: clock.start()]} {label[clock.end() :]}" if clock else label)
    if found is None:
        return None
    day, weekday = found
    at, precision = _day(day.year, day.month, day.day, raw), "day"
    try:
        _plausible(at.year, raw)
        if clock:
            at, precision = _with_time(at, clock.groupdict(), raw)
            at = _in_vietnam(at, clock["zone"], raw) if clock["zone"] else at
    except TimestampError:
        return None
    if fetched_at is not None and fetched_at.utcoffset() is not None and at > fetched_at + timedelta(days=1):
        return None
    return Timestamp(at, precision, printed.strip(), False, weekday != day.weekday(), "dateparser")


def may_hold(text: str) -> bool:
    """Is `find` worth asking? True for whatever it reads, relative words included; false for most other labels.

    >>> [may_hold(text) for text in ("Hôm qua", "VỪA XONG", "hai ngày trước", "Th2 20, 2017", "11/08/2017 | Lượt xem: 9")]
    [True, True, True, True, True]
    >>> [may_hold(text) for text in ("Lượt xem: 7644", "Trang 2", "15:21", "0252.3822.113", "Thứ sáu", "Tin nổi bật")]
    [False, False, False, False, False, False]
    """
    raw = clean(text[: 20 * _LONGEST])
    return len(raw) <= _LONGEST and shapes.HELD.search(raw.lower()) is not None


def _label(text: str) -> str:
    # A label is short: of a page's worth of padding no more than this is looked at.
    raw = clean(text[: 20 * _LONGEST] if len(text) > 20 * _LONGEST else text)
    if not raw or len(raw) > _LONGEST or shapes.OTHER_DIGIT.search(raw):
        raise TimestampError(f"not a timestamp: {raw[:60]!r}")
    return raw


def _refuse(raw: str) -> Timestamp:
    raise TimestampError(f"not a timestamp: {raw[:80]!r}")


def _plain(found: re.Match[str], raw: str) -> Timestamp:
    weekday, sunday, early_hour, early_minute, day, month, month_name, month_dash, year, hour, minute, second = (
        found.groups()
    )
    if early_hour:
        if hour:
            raise TimestampError(f"two times: {raw!r}")
        hour, minute = early_hour, early_minute
    try:
        at = datetime(
            int(year), int(month or month_name or month_dash), int(day),
            int(hour or 0), int(minute or 0), int(second or 0), tzinfo=VIETNAM,
        )  # fmt: skip
    except ValueError:
        raise TimestampError(f"no such day: {raw!r}") from None
    _plausible(at.year, raw)
    printed = 6 if sunday else shapes.WEEKDAYS[weekday] if weekday else None
    conflict = printed is not None and printed != at.weekday()
    precision = "second" if second else "minute" if hour else "day"
    return Timestamp(at, precision, _date_part(found, raw), False, conflict, "plain")


def _date_part(found: re.Match[str], raw: str) -> str:
    """The label without its words: what the moment was read from."""
    names = found.re.groupindex
    starts = [found.start(name) for name in ("vi_weekday", "sunday", "en_weekday", "hour", "early_hour", "day", "year",
                                             "month", "day_word") if name in names and found.start(name) >= 0]  # fmt: skip
    ends = [found.end(name) for name in names if found.end(name) >= 0]
    if not starts or len(found.string) != len(raw):
        return raw
    start, end = min(starts), max(ends)
    if "vi_weekday" in names and found.start("vi_weekday") == start:
        start = raw.rfind(" ", 0, max(start - 1, 0)) + 1 if raw[start - 1] == " " else max(start - 1, 0)
    for opening, closing in ("()", "[]"):
        if raw[start:end].count(opening) > raw[start:end].count(closing) and raw[end : end + 1] == closing:
            end += 1
    return raw[start:end].strip()


def _printed(found: re.Match[str], raw: str, rule: str) -> Timestamp:
    part = found.groupdict()
    month = part["month"]
    year = _year(part["year"], raw)
    day = _day(year, int(month) if month.isdigit() else shapes.MONTHS[month], int(part["day"]), raw)
    moment, precision = _with_time(day, part, raw)
    if part["sunday"]:
        weekday = 6
    elif name := part["vi_weekday"] or part["en_weekday"]:
        weekday = shapes.WEEKDAYS[name]
    else:
        weekday = day.weekday()
    zone = part["zone"] or part.get("late_zone")
    if zone and precision != "day":
        moment = _in_vietnam(moment, zone, raw)
    return Timestamp(moment, precision, _date_part(found, raw), False, weekday != day.weekday(), rule)


def _zoned(found: re.Match[str], raw: str, rule: str) -> Timestamp:
    part = found.groupdict()
    day = _day(_year(part["year"], raw), int(part["month"]), int(part["day"]), raw)
    if part["hour"] is None:
        return Timestamp(day, "day", raw, rule=rule)
    moment = _at(day, int(part["hour"]), int(part["minute"]), int(part["second"] or 0), raw)
    if part["zone"]:
        moment = _in_vietnam(moment, part["zone"], raw)
    return Timestamp(moment, "second" if part["second"] else "minute", raw, rule=rule)


def _with_time(day: datetime, part: dict[str, str | None], raw: str) -> tuple[datetime, str]:
    if part["hour"] is None:
        return day, "day"
    minute = part["minute"] or part["minute_word"]
    hour = _hour(int(part["hour"]), part["half"], raw)
    moment = _at(day, hour, int(minute or 0), int(part["second"] or 0), raw)
    return moment, "second" if part["second"] else "minute" if minute else "hour"


def _hour(hour: int, half: str | None, raw: str) -> int:
    """The hour of the day; portals also print the half behind a 24-hour clock (`13:40 PM`, `00:15 AM`)."""
    if half is None:
        return hour
    half = half.replace(".", "")
    if half in ("am", "sa", "sáng"):
        if hour <= 12:
            return hour % 12
    elif half in ("pm", "ch", "chiều"):  # WordPress says “chiều” for pm, at 10:25, too
        if hour > 0:
            return hour if hour >= 12 else hour + 12
    elif half == "trưa":
        if hour in (10, 11, 12, 13):
            return hour
        if hour in (1, 2):
            return hour + 12
    elif half == "tối" or (half == "đêm" and hour >= 6):
        if 18 <= hour <= 23:
            return hour
        if 5 <= hour <= 11:
            return hour + 12
    elif hour <= 4:
        return hour
    raise TimestampError(f"no such time: {raw!r}")


def _coarse(label: str, raw: str) -> Timestamp | None:
    if found := shapes.MONTH_ONLY.fullmatch(label) or shapes.ISO_MONTH.fullmatch(label):
        name = found["month"]
        month = int(name) if name.isdigit() else shapes.MONTHS[name]
        return Timestamp(_day(_year(found["year"], raw), month, 1, raw), "month", raw, rule="month")
    if found := shapes.YEAR_ONLY.fullmatch(label):
        return Timestamp(_day(_year(found["year"], raw), 1, 1, raw), "year", raw, rule="year")
    return None


def _relative(label: str, raw: str, fetched_at: datetime | None) -> Timestamp | None:
    ago = shapes.AGO.fullmatch(label)
    word = shapes.DAY_WORD[0].fullmatch(label) or shapes.DAY_WORD[1].fullmatch(label)
    yearless = shapes.YEARLESS[0].fullmatch(label) or shapes.YEARLESS[1].fullmatch(label)
    just_now = shapes.JUST_NOW.fullmatch(label)
    if not (ago or word or yearless or just_now):
        return None
    if fetched_at is None or fetched_at.utcoffset() is None:
        raise TimestampError(f"needs a fetch time with its zone: {raw!r}")
    try:
        now = fetched_at.astimezone(VIETNAM)
        if ago:
            at, precision = _ago(ago, now)
        elif word:
            back = {"hôm nay": 0, "today": 0, "hôm qua": 1, "yesterday": 1, "hôm kia": 2}[word["day_word"]]
            part = word.groupdict()
            at, precision = _with_time(_midnight(now) - timedelta(days=back), part, raw)
        elif yearless:
            return _this_year(yearless, raw, now)
        else:
            at, precision = now.replace(second=0, microsecond=0), "minute"
    except (OverflowError, ValueError) as error:
        raise TimestampError(f"no such time: {raw!r}") from error
    _plausible(at.year, raw)
    return Timestamp(at, precision, raw, relative=True, rule="relative")


def _this_year(found: re.Match[str], raw: str, now: datetime) -> Timestamp:
    """A day without its year is the latest one that had come when the page was fetched."""
    part = found.groupdict()
    name = part["month"] or part["month_name"] or ""
    month, day = int(name) if name.isdigit() else shapes.MONTHS[name], int(part["day"])
    for year in range(now.year, now.year - 9, -1):
        if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
            moment, precision = _with_time(_day(year, month, day, raw), part, raw)
            if moment <= now:
                return Timestamp(moment, precision, _date_part(found, raw), relative=True, rule="yearless")
    raise TimestampError(f"no such day: {raw!r}")


def _ago(found: re.Match[str], now: datetime) -> tuple[datetime, str]:
    count = int(found["count"]) if found["count"].isdigit() else shapes.COUNTS[found["count"]]
    unit = found["unit"] if found["ago"] == "trước" else found["unit"].rstrip("s")
    now = now.replace(microsecond=0)
    if found["minutes"] and unit not in ("giờ", "tiếng", "hour"):
        raise ValueError(unit)
    if unit in ("giây", "second"):
        return now - timedelta(seconds=count), "second"
    if unit in ("phút", "minute", "min"):
        return (now - timedelta(minutes=count)).replace(second=0), "minute"
    if unit in ("giờ", "tiếng", "hour"):
        if found["minutes"]:
            return (now - timedelta(hours=count, minutes=int(found["minutes"]))).replace(second=0), "minute"
        return (now - timedelta(hours=count)).replace(minute=0, second=0), "hour"
    if unit in ("ngày", "day", "tuần", "week"):
        return _midnight(now - timedelta(days=count * (1 if unit in ("ngày", "day") else 7))), "day"
    if unit in ("tháng", "month"):
        months = now.year * 12 + now.month - 1 - count
        return _midnight(now).replace(year=months // 12, month=months % 12 + 1, day=1), "month"
    return _midnight(now).replace(year=now.year - count, month=1, day=1), "year"


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _year(year: str | None, raw: str) -> int:
    if year is None:
        raise TimestampError(f"no year: {raw!r}")
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 70 else 1900
    _plausible(number, raw)
    return number


def _plausible(year: int, raw: str) -> None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise TimestampError(f"no year of publication: {raw!r}")


def _day(year: int, month: int, day: int, raw: str) -> datetime:
    try:
        return datetime(year, month, day, tzinfo=VIETNAM)
    except ValueError:
        raise TimestampError(f"no such day: {raw!r}") from None


def _at(day: datetime, hour: int, minute: int, second: int, raw: str) -> datetime:
    try:
        return day.replace(hour=hour, minute=minute, second=second)
    except ValueError:
        raise TimestampError(f"no such time: {raw!r}") from None


def _in_vietnam(moment: datetime, zone: str, raw: str) -> datetime:
    if zone in ("z", "gmt", "utc"):
        offset = timedelta()
    elif zone == "ict":
        offset = timedelta(hours=7)
    else:
        sign = -1 if "-" in zone else 1
        digits = re.sub(r"\D", "", zone)
        hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        if hours > 14 or minutes > 59:
            raise TimestampError(f"no such zone: {raw!r}")
        offset = sign * timedelta(hours=hours, minutes=minutes)
    return moment.replace(tzinfo=timezone(offset)).astimezone(VIETNAM)


def _epoch(number: int, raw: str) -> Timestamp:
    seconds = number / 1000 if abs(number) > 10**11 else number
    try:
        at = datetime.fromtimestamp(seconds, UTC).astimezone(VIETNAM)
    except (ValueError, OverflowError, OSError):
        raise TimestampError(f"no such time: {raw!r}") from None
    _plausible(at.year, raw)
    return Timestamp(at.replace(microsecond=0), "second", raw, rule="epoch")
