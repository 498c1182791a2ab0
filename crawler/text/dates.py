"""Timestamps as Vietnamese portals print them. Day first, always; crash rather than guess."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from crawler.text.normalize import clean, fold

VIETNAM = timezone(timedelta(hours=7), "+07:00")
_LONGEST = 160


class TimestampError(ValueError):
    """This is not a timestamp."""


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A moment in Vietnam time, how precisely it was said, and the text that said it."""

    at: datetime
    precision: str
    raw: str
    relative: bool = False
    weekday_conflict: bool = False
    rule: str = ""


_WEEKDAYS = {
    "thu hai": 0, "thu 2": 0, "monday": 0, "thu ba": 1, "thu 3": 1, "tuesday": 1, "thu tu": 2, "thu 4": 2,
    "wednesday": 2, "thu nam": 3, "thu 5": 3, "thursday": 3, "thu sau": 4, "thu 6": 4, "friday": 4,
    "thu bay": 5, "thu 7": 5, "saturday": 5, "chu nhat": 6, "cn": 6, "sunday": 6,
}  # fmt: skip
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "gieng mot january jan", "hai february feb", "ba march mar", "tu bon april apr", "nam may",
            "sau june jun", "bay july jul", "tam august aug", "chin september sep", "muoi october oct",
            "muoi_mot november nov", "muoi_hai chap december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?(?![\d+])"
)
_EPOCH = re.compile(r"^(?:/Date\()?(\d{12,13})(?:[+-]\d{4})?(?:\)/)?$")
_WEEKDAY = re.compile(
    r"\b(thu\s+(?:hai|ba|tu|nam|sau|bay|[2-7])|chu\s+nhat|cn|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})\s?([/.\-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)")
_NAMED = re.compile(
    r"(?<!\d)(\d{1,2})(?:\s+|,\s*)thang\s+(muoi\s+mot|muoi\s+hai|[a-z]+|\d{1,2})\s*(?:,|/|-|nam)?\s*(?:nam\s+)?(\d{4})(?!\d)"
)
_ENGLISH = re.compile(r"(?<!\d)(\d{1,2})\s+([a-z]{3,9})\s+(\d{4})(?!\d)")
_CLOCK = re.compile(
    r"(?<![\d/.\-])(\d{1,2})\s?(?::|h|g(?:io)?)\s?(\d{2})(?:\s?(?::|p(?:hut)?))?(?:(?<=:)(\d{2}))?"
    r"\s*(?:phut)?\s*([ap]\.?m\.?|sa|ch)?\b"
)
_LOOSE_CLOCK = re.compile(r"(?<!\d)(\d{1,2})\s?gio(?:\s?(\d{1,2})\s?phut)?")
_ZONE = re.compile(r"\(?\s*(?:gmt|utc)\s*\+?\s*0?7(?::?00)?\s*\)?")
_LABEL = re.compile(
    r"\b(?:duoc|dang|tai|viet|tao|ngay|luc|vao|hoi|cap|nhat|lan|cuoi|cung|xuat|ban|phat|hanh|thoi|gian|gio|dua|tin|"
    r"published|created|last|updated|modified|on|written|date|posted|at|by|nam|thang|gmt|sang|chieu|toi|trua)\b"
)


def parse(text: str, *, fetched_at: datetime | None = None) -> Timestamp:
    """The moment that a label-like text prints; TimestampError for anything else, a sentence with a date included.

    >>> parse("Được đăng: Thứ 6, 11 Tháng 8 2017 15:21").at.isoformat()
    '2017-08-11T15:21:00+07:00'
    >>> parse("05/11/2026").at.date().isoformat(), parse("05/11/2026").precision
    ('2026-11-05', 'day')
    """
    raw = clean(text[: _LONGEST * 4])
    if not raw or len(raw) > _LONGEST:
        raise TimestampError(f"not a timestamp: {raw[:60]!r}")
    machine = _machine(raw)
    if machine:
        return machine
    folded = fold(raw)
    if fetched_at is not None:
        relative = _relative(folded, raw, fetched_at)
        if relative:
            return relative
    return _printed(folded, raw)


def find(text: str, *, fetched_at: datetime | None = None) -> Timestamp | None:
    """What `parse` finds, None where it raises."""
    try:
        return parse(text, fetched_at=fetched_at)
    except TimestampError:
        return None


def _machine(raw: str) -> Timestamp | None:
    if epoch := _EPOCH.match(raw):
        return Timestamp(_epoch(int(epoch[1])), "second", raw, rule="epoch")
    if (iso := _ISO.search(raw)) and not re.search(r"[^\W\d]{2}", raw[: iso.start()] + raw[iso.end() :]):
        year, month, day, hour, minute, second, zone = iso.groups()
        moment = _date(int(year), int(month), int(day), raw)
        if hour is None:
            return Timestamp(moment, "day", iso[0], rule="iso")
        moment = _at(moment, int(hour), int(minute), int(second or 0), raw)
        if zone:
            offset = UTC if zone == "Z" else timezone(_offset(zone, raw))
            moment = moment.replace(tzinfo=offset).astimezone(VIETNAM)
        return Timestamp(moment, "second" if second else "minute", iso[0], rule="iso")
    if re.match(r"^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} ", raw):
        try:
            return Timestamp(parsedate_to_datetime(raw).astimezone(VIETNAM), "second", raw, rule="http")
        except (ValueError, OverflowError) as error:
            raise TimestampError(f"not a timestamp: {raw!r}") from error
    return None


def _printed(folded: str, raw: str) -> Timestamp:
    rest = _ZONE.sub(" ", folded)
    weekday = _WEEKDAY.search(rest)
    if weekday:
        rest = rest[: weekday.start()] + " | " + rest[weekday.end() :]
    moment, rest, rule = _take_date(rest, raw)
    precision = "day"
    clock = _CLOCK.search(rest) or _LOOSE_CLOCK.search(rest)
    if clock:
        moment, precision = _take_clock(moment, clock, raw)
        rest = rest[: clock.start()] + " | " + rest[clock.end() :]
    leftover = re.sub(r"[^a-z0-9]+", "", _LABEL.sub(" ", rest))
    if leftover:
        raise TimestampError(f"more than a timestamp: {raw!r}")
    conflict = (
        bool(weekday) and _WEEKDAYS[re.sub(r"\s+", " ", weekday[1])] != moment.weekday() if weekday else False
    )
    return Timestamp(moment, precision, raw, weekday_conflict=conflict, rule=rule)


def _take_date(rest: str, raw: str) -> tuple[datetime, str, str]:
    if found := _NUMERIC.search(rest):
        year = int(found[4]) + (2000 if len(found[4]) == 2 else 0)
        moment, rule = _date(year, int(found[3]), int(found[1]), raw), "numeric"
    elif found := _NAMED.search(rest):
        month = re.sub(r"\s+", "_", found[2])
        moment = _date(
            int(found[3]), int(month) if month.isdigit() else _month(month, raw), int(found[1]), raw
        )
        rule = "tháng"
    elif found := _ENGLISH.search(rest):
        moment, rule = _date(int(found[3]), _month(found[2], raw), int(found[1]), raw), "english"
    else:
        raise TimestampError(f"no date in {raw!r}")
    return moment, f"{rest[: found.start()]} | {rest[found.end() :]}", rule


def _take_clock(moment: datetime, clock: re.Match[str], raw: str) -> tuple[datetime, str]:
    parts = clock.groups()
    hour, minute = int(parts[0]), int(parts[1] or 0)
    second = int(parts[2]) if len(parts) > 2 and parts[2] else 0
    half = (parts[3] or "")[:2].replace(".", "") if len(parts) > 3 else ""
    if half.startswith(("p", "ch")) and hour < 12:
        hour += 12
    elif half.startswith(("a", "sa")) and hour == 12:
        hour = 0
    return _at(moment, hour, minute, second, raw), "minute" if parts[1] else "hour"


def _relative(folded: str, raw: str, fetched_at: datetime) -> Timestamp | None:
    now = fetched_at.astimezone(VIETNAM)
    units = {"phut": "minutes", "gio": "hours", "ngay": "days", "tuan": "weeks"}
    if ago := re.fullmatch(r"\W*(?:cach day\s+)?(\d{1,4})\s+(phut|gio|ngay|tuan)\s+truoc\W*", folded):
        unit = ago[2]
        precision = {"phut": "minute", "gio": "hour"}.get(unit, "day")
        return Timestamp(now - timedelta(**{units[unit]: int(ago[1])}), precision, raw, True, rule="relative")
    if day := re.fullmatch(r"\W*(hom nay|hom qua)(?:\W+(?:luc\s+)?(\d{1,2})[:h](\d{2}))?\W*", folded):
        moment = (now - timedelta(days=day[1] == "hom qua")).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        if day[2]:
            return Timestamp(
                _at(moment, int(day[2]), int(day[3]), 0, raw), "minute", raw, True, rule="relative"
            )
        return Timestamp(moment, "day", raw, True, rule="relative")
    return None


def _date(year: int, month: int, day: int, raw: str) -> datetime:
    try:
        return datetime(year, month, day, tzinfo=VIETNAM)
    except ValueError as error:
        raise TimestampError(f"no such day: {raw!r}") from error


def _at(moment: datetime, hour: int, minute: int, second: int, raw: str) -> datetime:
    try:
        return moment.replace(hour=hour, minute=minute, second=second)
    except ValueError as error:
        raise TimestampError(f"no such time: {raw!r}") from error


def _month(name: str, raw: str) -> int:
    try:
        return _MONTHS[name]
    except KeyError:
        raise TimestampError(f"no such month: {raw!r}") from None


def _offset(zone: str, raw: str) -> timedelta:
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if hours > 14 or minutes > 59:
        raise TimestampError(f"no such zone: {raw!r}")
    return timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)


def _epoch(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, VIETNAM)
