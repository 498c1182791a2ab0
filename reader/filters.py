"""Which articles people want: from the words they typed to what the statements ask by. Nothing here knows a terminal or a web."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any

from vietnam import dates, provinces, units
from vietnam.normalize import fold

# How long a printed moment lasts, by the precision it was said with; months and years are no moments.
LENGTHS = {
    "day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1), "second": timedelta(seconds=1)
}  # fmt: skip
# Letters and figures in one word: meant as a department's code, which `vietnam.units.code` reads if it can be one.
_LIKE_A_CODE = re.compile(r"[a-z]{1,3}[ .-]?\d{1,4}[a-z]?", re.IGNORECASE)


class WrongFilter(ValueError):
    """A filter that can match nothing, in a sentence for who typed it. `name` is the filter's: `province`, `since` …"""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What an article must fulfil to be shown; None asks nothing.

    `province` is a slug and means those that became part of it, too. `units` are alternatives. `since` is inclusive, `until`
    exclusive, both are moments of publication. `gone` is true for only what was taken down, false for only what was not.
    `fold` leaves of near-identical articles the first that matches. `in_history` finds by what articles said before, too; the other
    filters are of the article as it is now.
    """

    query: str = ""
    portal: str | None = None
    province: str | None = None
    author: str | None = None
    units: tuple[str, ...] | None = None
    section: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    gone: bool | None = None
    fold: bool = False
    in_history: bool = False

    def parameters(self) -> dict[str, Any]:
        """The filters by the names that the SQL statements know them under."""
        units_or_none = list(self.units) if self.units is not None else None
        return asdict(self) | {"query": words(self.query), "units": units_or_none}


def parse(given: Mapping[str, str | None]) -> Filters:
    """The filters that people typed, by the names of `search`; None and absent ones ask nothing.

    Raises WrongFilter for a day, a province or a unit that is none, and KeyError for a name that is no filter's.

    >>> parse({"province": "Lâm Đồng", "unit": "pv28", "since": "5/11/2026", "author": None}).province
    'lam-dong'
    """
    read = {
        "province": province,
        "unit": unit,
        "since": day,
        "until": day,
        "gone": _yes,
        "fold": _yes,
        "in_history": _yes,
    }
    plain = {"query", "portal", "author", "section"}
    found: dict[str, Any] = {}
    for name, text in given.items():
        if text is None:
            continue
        try:
            found[name] = text if name in plain else read[name](text)
        except ValueError as error:
            raise WrongFilter(name, str(error)) from error
    if "unit" in found:
        found["units"] = found.pop("unit")
    return Filters(**found)


def day(text: str) -> datetime:
    """The beginning of a day in Vietnam, of text as people write it, day first. Raises WrongFilter.

    >>> day("5/11/2026").isoformat()
    '2026-11-05T00:00:00+07:00'
    """
    try:
        return dates.parse(text).at
    except dates.TimestampError as error:
        raise WrongFilter("day", f"{text!r} is not a day: write 2026-11-05 or 5/11/2026") from error


def moment(text: str) -> datetime:
    """The last microsecond of a day, hour, minute or second as people write it, in Vietnam time. Raises WrongFilter.

    >>> moment("5/11/2026 14:30").isoformat()
    '2026-11-05T14:30:59.999999+07:00'
    """
    try:
        read = dates.parse(text)
    except dates.TimestampError as error:
        raise WrongFilter("moment", f"{text!r} is not a moment: write 2026-11-05 or 5/11/2026 14:30") from error
    if read.precision not in LENGTHS:
        raise WrongFilter("moment", f"{text!r} is no day and no moment: write 2026-11-05 or 5/11/2026 14:30")
    return read.at + LENGTHS[read.precision] - timedelta(microseconds=1)


def province(text: str) -> str:
    """The slug of a province as people write it: slug, name or abbreviation. Raises WrongFilter that names near ones.

    >>> province("TP. HCM")
    'ho-chi-minh'
    >>> province("binh thuann")
    Traceback (most recent call last):
    reader.filters.WrongFilter: unknown province 'binh thuann', did you mean Bình Thuận, Ninh Thuận or Bình Phước?
    """
    try:
        return provinces.find(text).slug
    except provinces.UnknownProvince as error:
        raise WrongFilter("province", f"unknown province {text!r}{_near(provinces.nearest(text))}") from error


def portal(text: str, known: Collection[str]) -> str:
    """The name of one of the portals known. Raises WrongFilter that names near ones.

    >>> portal("binhtuan", {"binhthuan", "lamdong"})
    Traceback (most recent call last):
    reader.filters.WrongFilter: unknown portal 'binhtuan', did you mean binhthuan?
    """
    if text not in known:
        near = get_close_matches(text.strip().lower(), sorted(known), n=3)
        raise WrongFilter("portal", f"unknown portal {text!r}{_near(near)}")
    return text


def unit(text: str) -> tuple[str, ...]:
    """The names under which a unit signs or signed: its code with those before and after it, else the name as it is.

    A department's name means its codes, too.

    Raises WrongFilter for nothing at all and for what looks like a code and can be none, with near ones; a code that nobody
    explains may be signed with all the same.

    >>> unit("pv28"), unit("Công an huyện Đức Linh"), unit("PV77")
    (('PV28', 'PV05'), ('Công an huyện Đức Linh',), ('PV77',))
    >>> unit("PV2")
    Traceback (most recent call last):
    reader.filters.WrongFilter: unknown unit 'PV2', did you mean PV28 or PV27?
    """
    name = text.strip()
    if not name or (_LIKE_A_CODE.fullmatch(name) and not units.code(name)):
        raise WrongFilter("unit", f"unknown unit {text!r}{_near(get_close_matches(name.upper(), units.TABLE, n=3))}")
    folded = fold(name)
    codes = [code for code, known in units.TABLE.items() if fold(known.name) == folded]
    return tuple(dict.fromkeys(one for code in (name, *codes) for one in units.related(code)))


def words(text: str) -> str:
    """The words to search for: a department's code alone means those before and after it, too.

    >>> words("pv28"), words("ma túy pv28")
    ('PV28 OR PV05', 'ma túy pv28')
    """
    code = units.code(text)
    return " OR ".join(units.related(code)) if code else text


def _yes(text: str) -> bool:
    """Whether a switch is on, as an address says it (`?fold=1`); ValueError for another word."""
    try:
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[text.strip().lower()]
    except KeyError:
        raise ValueError(f"{text!r} is neither true nor false") from None


def _near(names: list[str]) -> str:
    *some, last = names or [""]
    return f", did you mean {' or '.join(filter(None, (', '.join(some), last)))}?" if last else ""
