"""`python -m bench.text`: how much of the corpora is read right, by field and tool, and how fast.

The corpora are those of `tests/vietnam`. Peers are compared where they are installed (`requirements-bench.lock`, an environment
of its own): `pip install --require-hashes -r requirements-bench.lock`, then this command from the project's folder.
Rates are medians of five interleaved rounds: the ratios carry over to other machines, the figures do not.
"""

from __future__ import annotations

import importlib.util
import random
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from importlib import import_module
from statistics import median
from typing import NamedTuple

from bench import pages
from tests.vietnam.corpus import NOT_A_TIMESTAMP, BylineCase, TimestampCase, bylines, timestamps
from vietnam import byline, dates, normalize, units, urls

ROUNDS = 5
FETCHED = datetime(2017, 8, 14, 10, 30, 15, tzinfo=dates.VIETNAM)
Job = Callable[[], int]
DateReader = Callable[[str], str]


class Score(NamedTuple):
    """Of `given` answers `right` were; `wanted` were there to be given."""

    right: int
    given: int
    wanted: int

    def __str__(self) -> str:
        precision = f"{self.right / self.given:8.3f}" if self.given else "       –"
        return f"{precision}{self.right / self.wanted:9.3f}{self.right:8}{self.given:7}{self.wanted:8}"


def score(pairs: Iterable[tuple[str, str]]) -> Score:
    """Of (answer, truth) pairs, where an empty string is no answer and nothing to answer."""
    rows = list(pairs)
    return Score(
        sum(bool(truth) and answer == truth for answer, truth in rows),
        sum(bool(answer) for answer, _ in rows),
        sum(bool(truth) for _, truth in rows),
    )


def table(title: str, rows: Iterable[tuple[str, str, Score]]) -> None:
    print(f"\n{title}\n  {'tool':<28}{'field':<12}precision   recall   right  given  wanted")
    for tool, field, found in rows:
        print(f"  {tool:<28}{field:<12} {found}", flush=True)


def day_of(moment: str) -> str:
    return moment[:10]


def timestamp_rows(cases: list[TimestampCase]) -> Iterable[tuple[str, str, Score]]:
    """Every tool on every string; pages for the tools that read pages only. The precise moment, then the day alone."""
    readers: dict[str, DateReader] = {"tintinh": our_date, **dateparsers(), **date_pages()}
    for tool, read in readers.items():
        answers = [(read(case.text), moment_of(case)) for case in cases]
        yield tool, "moment", score(answers)
        yield tool, "day", score((day_of(answer), day_of(truth)) for answer, truth in answers)


def moment_of(case: TimestampCase) -> str:
    return "" if case.expected == NOT_A_TIMESTAMP else case.expected[:16]


def our_date(text: str) -> str:
    stamp = dates.find(text, fetched_at=FETCHED)
    return stamp.at.isoformat()[:16] if stamp else ""


def dateparsers() -> dict[str, DateReader]:
    if not importlib.util.find_spec("dateparser"):
        return {}
    parse = import_module("dateparser").parse
    settings = {
        "DATE_ORDER": "DMY",
        "RELATIVE_BASE": FETCHED.replace(tzinfo=None),
        "TIMEZONE": "Asia/Ho_Chi_Minh",
        "TO_TIMEZONE": "Asia/Ho_Chi_Minh",
    }

    def reader(**options: object) -> DateReader:
        def read(text: str) -> str:
            try:
                found = parse(text, **options)
            except (OverflowError, ValueError):  # it raises for some impossible dates
                return ""
            if found and found.tzinfo:
                found = found.astimezone(dates.VIETNAM)
            return found.isoformat()[:16] if found else ""

        return read

    return {"dateparser": reader(), "dateparser (vi, day first)": reader(languages=["vi", "en"], settings=settings)}


def date_pages() -> dict[str, DateReader]:
    def on_a_page(read: pages.Reader) -> DateReader:
        return lambda text: read(pages.article(date=text), "http://a.example.vn/x-12.html").date[:16]

    return {f"{name} (page)": on_a_page(read) for name, read in pages.installed().items()}


def byline_rows(cases: list[BylineCase]) -> Iterable[tuple[str, str, Score]]:
    """The decision and each field, over lines that are bylines and lines that are none."""
    judged = [
        (case, byline.judge(case.text, aligned_right=case.kind != "caption", after_image=case.kind == "caption"))
        for case in cases
    ]
    yield (
        "tintinh",
        "a byline?",
        score(("yes" if found else "", "yes" if case.kind == "byline" else "") for case, found in judged),
    )
    yield (
        "tintinh",
        "authors",
        score(("; ".join(found.authors) if found else "", case.authors) for case, found in judged),
    )
    yield "tintinh", "unit", score(((found.unit or "") if found else "", case.unit) for case, found in judged)
    yield "tintinh", "credit", score(((found.credit or "") if found else "", case.credit) for case, found in judged)
    yield "tintinh", "role", score(((found.role or "") if found else "", case.role) for case, found in judged)
    for name, read in pages.installed().items():
        if name != "htmldate":
            answers = [read(pages.article(byline=case.text), "http://a.example.vn/x-12.html") for case in cases]
            yield (
                f"{name} (page)",
                "authors",
                score(("; ".join(found.authors), case.authors) for found, case in zip(answers, cases, strict=True)),
            )


def rates(jobs: dict[str, Job]) -> dict[str, float]:
    found: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            start = time.perf_counter()
            items = job()
            found[name].append(items / (time.perf_counter() - start))
    return {name: median(values) for name, values in found.items()}


def common_timestamps(count: int) -> list[str]:
    """The shapes that portals print most, each text different, so that no cache helps anybody."""
    start = datetime(2010, 1, 1, 0, 7)
    weekdays = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")
    texts = []
    for index in range(count):
        day = start + timedelta(hours=41 * index, minutes=index % 53)
        weekday = weekdays[day.weekday()]
        texts.append(
            (
                f"{weekday}, {day:%d} Tháng {day.month} {day:%Y %H:%M}",
                f"{weekday}, {day:%d/%m/%Y} | {day:%H:%M}",
                f"{weekday} - {day:%d/%m/%Y %H:%M}",
                f"{day:%H:%M} {day:%d/%m/%Y}",
                f"{day:%d/%m/%Y %H:%M}",
                f"{day:%d/%m/%Y}",
            )[index % 6]
        )
    return texts


def common_bylines(count: int) -> list[str]:
    pick = random.Random(7)
    family, middle, given = (
        ["Nguyễn", "Trần", "Lê", "Phạm", "Võ", "Bùi", "Đỗ"],
        ["Văn", "Thị", "Hữu", "Đức", "Minh", "Ngọc"],
        ["Liêm", "Hà", "Anh", "Tuấn", "Long", "Trâm"],
    )
    signing = ("PV28", "PC06", "PV05", "Công an huyện Đức Linh", "Công an TP. Phan Thiết", "CAH Bắc Bình")

    def person() -> str:
        return " ".join(map(pick.choice, (family, middle, given) if pick.random() < 0.5 else (middle, given)))

    shapes: list[Callable[[], str]] = [
        lambda: f"{person()} – {pick.choice(signing)}",
        lambda: f"{person()} ({pick.choice(signing)})",
        lambda: f"{person()}, {person()}",
        lambda: f"Tin, ảnh: {person()}",
        lambda: f"Theo {person()}/Báo Bình Thuận",
        person,
    ]
    return [shapes[index % 6]() for index in range(count)]


def each(function: Callable[[str], object], texts: list[str]) -> Job:
    def job() -> int:
        for text in texts:
            function(text)
        return len(texts)

    return job


def speed() -> None:
    many, few = common_timestamps(6000), common_timestamps(300)
    plain = re.compile(
        r"(?:\w+ \w+(?: -|,) )?(?:(\d\d):(\d\d) )?(\d\d)(?:/| Tháng )(\d\d?)[/ ](\d{4})(?:(?: | \| )(\d\d):(\d\d))?"
    )

    def limit(text: str) -> datetime:
        found = plain.fullmatch(text)
        assert found is not None
        early, minute, day, month, year, hour, late = found.groups()
        return datetime(
            int(year), int(month), int(day), int(early or hour or 0), int(minute or late or 0), tzinfo=dates.VIETNAM
        )

    jobs = {"tintinh": each(dates.parse, many), "one expression, no checks": each(limit, many)}
    if "dateparser (vi, day first)" in (readers := dateparsers()):
        jobs["dateparser (vi, day first)"] = each(readers["dateparser (vi, day first)"], few)
    found = rates(jobs)
    base = found.get("dateparser (vi, day first)")
    print("\nCommon timestamps")
    for name, rate in found.items():
        print(f"  {name:<44}{rate:>12,.0f} /s" + (f"{rate / base:>10.0f} x dateparser" if base else ""))
    lines = common_bylines(6000)
    print("\nBylines")
    for name, rate in rates({"divide": each(byline.divide, lines), "judge": each(byline.judge, lines)}).items():
        print(f"  {name:<44}{rate:>12,.0f} /s")


def hostile() -> None:
    print("\n1 MB of hostile text, the slowest of each function, milliseconds (goal: under 100)")
    shapes = (
        "\xa0",
        "\u0301\u0323",
        "…",
        "oà ",
        "C«ng an tØnh ",
        "CÃ´ng an ",
        "Hữu Liêm – ",
        "Tin, ảnh: ",
        "(",
        "Thứ 6, 11/08/",
        "/..",
        "%41&a=",
    )
    functions: tuple[Callable[[str], object], ...] = (
        normalize.clean, normalize.clean_block, normalize.fold, normalize.same_tone, normalize.repair, normalize.is_word_residue,
        dates.find, byline.divide, byline.judge, units.is_unit, urls.canonical, urls.identity,
    )  # fmt: skip
    for function in functions:
        slowest = 0.0
        for shape in shapes:
            # `repair` looks at no more than 60,000 characters: that is its worst case.
            size = 60_000 // len(shape) if function is normalize.repair else 1_000_000 // len(shape.encode())
            text = shape * size
            times = []
            for _ in range(3):
                start = time.process_time()
                function(text)
                times.append(time.process_time() - start)
            slowest = max(slowest, min(times))
        print(f"  {function.__module__.rpartition('.')[2] + '.' + function.__name__:<44}{slowest * 1000:>8.1f}")


def main() -> int:
    warnings.simplefilter("ignore")
    missing = [name for name in pages.PEERS if name not in pages.installed()]
    if missing:
        print(f"not installed, left out: {', '.join(missing)} (see requirements-bench.lock)", file=sys.stderr)
    dated, signed = timestamps(), bylines()
    table(f"Timestamps: {len(dated)} strings", timestamp_rows(dated))
    table(f"Bylines: {len(signed)} lines", byline_rows(signed))
    speed()
    hostile()
    return 0


if __name__ == "__main__":
    sys.exit(main())
