"""Drawings as numbers: where bars stand. The templates write them as SVG, with the figures in a table beneath."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

# Months of a time line; older ones are left to the filter of years.
MOST_MONTHS = 120


class Bar(NamedTuple):
    """A bar of a drawing that is `height` high: its left edge, its upper edge, its width and height, and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    label: str
    number: int


def bars(values: Sequence[tuple[str, int]], width: float, height: float, gap: float = 1.0, most: int = 0) -> list[Bar]:
    """Bars side by side, the greatest (or `most`) as high as the drawing; what is not nothing is at least one high.

    >>> bars([("a", 4), ("b", 0), ("c", 2)], 30, 10)[2]
    Bar(x=20.0, y=5.0, width=9.0, height=5.0, label='c', number=2)
    """
    if not values:
        return []
    step = width / len(values)
    most = max(most, 1, *(number for _, number in values))
    heights = [max(1.0, round(height * number / most, 1)) if number else 0.0 for _, number in values]
    return [
        Bar(round(step * place, 2), round(height - high, 1), round(max(step - gap, 0.5), 2), high, label, number)
        for place, ((label, number), high) in enumerate(zip(values, heights, strict=True))
    ]


def months(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Every month from the first to the last of those counted, the latest MOST_MONTHS of them.

    >>> months([("2026-02", 3), ("2025-12", 1)])
    [('2025-12', 1), ('2026-01', 0), ('2026-02', 3)]
    """
    known = dict(counts)
    if not known:
        return []
    first, last = min(known), max(known)
    year, month = int(last[:4]), int(last[5:])
    found: list[tuple[str, int]] = []
    while len(found) < MOST_MONTHS and (name := f"{year:04}-{month:02}") >= first:
        found.append((name, known.get(name, 0)))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found[::-1]


def month_ends(name: str) -> tuple[str, str]:
    """The first day of a month, and that of the next.

    >>> month_ends("2025-12")
    ('2025-12-01', '2026-01-01')
    """
    year, month = int(name[:4]), int(name[5:])
    return f"{name}-01", f"{year + month // 12:04}-{month % 12 + 1:02}-01"


def weekly(rows: Iterable[Mapping[str, object]], today: date) -> tuple[list[date], list[tuple[str | None, list[int]]]]:
    """Twelve Mondays, and by province its numbers in those weeks, most articles first."""
    monday = today - timedelta(days=today.weekday())
    mondays = [monday - timedelta(weeks=back) for back in range(11, -1, -1)]
    place = {day: number for number, day in enumerate(mondays)}
    found: dict[str | None, list[int]] = {}
    for row in rows:
        week, province, number = row["week"], row["province"], row["number"]
        assert isinstance(week, date)
        assert isinstance(number, int)
        if week in place:
            found.setdefault(province if isinstance(province, str) else None, [0] * 12)[place[week]] += number
    return mondays, sorted(found.items(), key=lambda item: (-sum(item[1]), item[0] or ""))
