"""Timestamps: the corpus, and what has to hold for any text."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.vietnam.corpus import NOT_A_TIMESTAMP, TimestampCase, bylines, timestamps, unusual_timestamps
from vietnam import _date_shapes as shapes
from vietnam.dates import VIETNAM, TimestampError, find, find_machine, find_unusual, may_hold, parse

FETCHED = datetime(2017, 8, 14, 10, 30, 15, tzinfo=VIETNAM)
CASES = timestamps()
UNUSUAL = unusual_timestamps()
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31), timezones=st.just(VIETNAM))


def test_the_corpus_is_large_and_says_each_thing_once() -> None:
    assert len(CASES) >= 300
    assert len({case.text for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text.strip())
def test_corpus(case: TimestampCase) -> None:
    if case.expected == NOT_A_TIMESTAMP:
        with pytest.raises(TimestampError):
            parse(case.text, fetched_at=FETCHED)
        return
    stamp = parse(case.text, fetched_at=FETCHED)
    traits = {"weekday": stamp.weekday_conflict, "relative": stamp.relative}
    assert (stamp.at.isoformat(), stamp.precision) == (case.expected, case.precision)
    assert " ".join(name for name, holds in traits.items() if holds) == case.traits
    assert stamp.at.utcoffset() == timedelta(hours=7)
    assert stamp.raw in " ".join(case.text.split())
    assert stamp.rule


@pytest.mark.parametrize("text", ["2 giờ trước", "hôm qua", "ngày 11 tháng Tám", "vừa xong"])
@pytest.mark.parametrize("fetched_at", [None, datetime(2017, 8, 14, 10, 30)], ids=["none", "no zone"])
def test_a_relative_time_needs_a_fetch_time_with_its_zone(text: str, fetched_at: datetime | None) -> None:
    with pytest.raises(TimestampError, match="fetch time"):
        parse(text, fetched_at=fetched_at)


def test_the_zone_of_the_fetch_time_does_not_matter() -> None:
    elsewhere = FETCHED.astimezone(timezone(timedelta(hours=-8)))
    assert parse("hôm qua lúc 9:00", fetched_at=elsewhere) == parse("hôm qua lúc 9:00", fetched_at=FETCHED)


def test_raw_is_the_part_that_was_read() -> None:
    assert parse("Được đăng: Thứ 6, 11 Tháng 8 2017 15:21").raw == "Thứ 6, 11 Tháng 8 2017 15:21"
    assert parse("11/08/2017 15:21 | Lượt xem: 123").raw == "11/08/2017 15:21"


@given(st.text(max_size=300))
def test_any_text_gives_a_timestamp_or_the_error(text: str) -> None:
    stamp = find(text, fetched_at=FETCHED)
    assert stamp is None or stamp.at.utcoffset() == timedelta(hours=7)


PIECES = st.lists(
    st.sampled_from([
        "Thứ", "6", ",", " ", "11", "/", "08", "2017", "15", ":", "21", "tháng", "Tám", "năm", "giờ", "h", "p", "PM", "CH",
        "(GMT+7)", "-", "hôm qua", "lúc", "trước", "ngày", "Z", "T", "99", "th", "thg", "Th2", "20", ".", "Năm", "Aug", "of",
        "th", "hai", "vừa xong", "mới đây", "cách đây", "khoảng", "Đăng", "phút", "ago", "days", "today", "1502439660", "_",
        "(", ")",
    ]),
    max_size=14,
).map("".join)  # fmt: skip
# The forms that portals, browsers and feeds print, for any moment.
FORMS = st.sampled_from([
    "{d}/{m}/{Y}", "{d}-{m}-{Y}", "{d}.{m}.{Y} {H}:{M:02}", "{d}. tháng {m} {Y}", "{d} Th{m}, {Y}", "Th{m} {d}, {Y}",
    "Tháng {m} {d}, {Y}", "{d} thg {m}, {Y}", "Tháng {w} {d}, {Y}", "{d} tháng {w}, {Y}", "{d} tháng {w} năm {Y}",
    "{e} {d}, {Y}", "{d} {e} {Y} {H}:{M:02}", "{Y}-{m:02}-{d:02}T{H:02}:{M:02}:00", "{H:02}:{M:02} | {d:02}/{m:02}/{Y}",
    "Cập nhật lúc {H}h{M:02} ngày {d}/{m}/{Y}", "{d}/{m}/{Y} {H:02}:{M:02} (GMT+7)",
])  # fmt: skip


def printed(form: str, moment: datetime) -> str:
    words = ["Giêng", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Chạp"]
    return form.format(
        d=moment.day, m=moment.month, Y=moment.year, H=moment.hour, M=moment.minute, w=words[moment.month - 1], e=f"{moment:%B}"
    )  # fmt: skip


@given(PIECES)
def test_pieces_of_timestamps_in_any_order_raise_nothing_else(text: str) -> None:
    find(text, fetched_at=FETCHED)


@given(MOMENTS, FORMS)
def test_every_form_gives_the_day_that_is_printed(moment: datetime, form: str) -> None:
    stamp = find(printed(form, moment))
    assert stamp is not None
    assert stamp.at.date() == moment.date()


def test_no_shape_puts_a_month_in_figures_before_the_day_unless_it_is_called_one() -> None:
    """Month first by construction only behind “tháng”, “thg”, “th”, as an English name, or behind a year."""
    orders = [shapes.PLAIN, shapes.ISO, shapes.NUKEVIET, *shapes.NUMERIC, *shapes.YEARLESS]
    orders += [order for _, both, _ in shapes.SHAPES for order in both]
    first = [order for order in orders if _place(order, "month") < _place(order, "day")]
    for order in first:
        before = order.pattern[: _place(order, "month")]
        called = before.endswith("(?:(?:tháng ?|thg\\.? ?)|th)") or order.pattern[_place(order, "month") :].startswith(
            "(?P<month>jan(?:uary)?|"
        )
        assert called or 0 <= _place(order, "year") < len(before), order.pattern
    assert len(first) == 8


def _place(order: re.Pattern[str], name: str) -> int:
    places = [order.pattern.find(f"(?P<{group}>") for group in order.groupindex if group.startswith(name)]
    return min(place for place in places if place >= 0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text.strip())
def test_the_filter_lets_all_of_the_corpus_through(case: TimestampCase) -> None:
    if case.expected != NOT_A_TIMESTAMP:
        for text in (case.text, unicodedata.normalize("NFD", case.text), f"\n\xa0{case.text.upper()}\u200b "):
            assert may_hold(text)


@given(st.one_of(PIECES, st.builds(printed, FORMS, MOMENTS), st.text(max_size=60)))
@example("15:21ptháng Tám 11, 2017")
@example("khoảnghai giờ trước")
def test_what_is_read_passes_the_filter(text: str) -> None:
    if find(text, fetched_at=FETCHED) is not None:
        assert may_hold(text)


def test_the_filter_keeps_most_labels_and_all_bylines_out() -> None:
    labels = [
        "Trang chủ", "Lượt xem: 7.644", "Bình luận (3)", "Trang 2/15", "15:21", "Thứ sáu", "Chia sẻ", "0252.3822.113", "113",
        "In bài viết", "Tin 24h", "A+ A-", "5/52", "69,90%", "Số: 284/KH-CAT-PV01", "Đọc tiếp »", "Tháng Thanh niên",
        "Ngày hội hiến máu", "Ba ngày nghỉ lễ", "Năm học mới", "1 2 3 4 5", "Mới nhất", "Trước", "Hôm nào",
    ]  # fmt: skip
    assert [label for label in labels if may_hold(label)] == []
    held = [case.text for case in bylines() if may_hold(case.text)]
    assert len(held) < 12, held


@pytest.mark.parametrize("case", UNUSUAL, ids=lambda case: case.text)
def test_only_the_library_reads_it(case: TimestampCase) -> None:
    stamp = find_unusual(case.text, fetched_at=FETCHED)
    assert find(case.text, fetched_at=FETCHED) is None
    if case.expected == NOT_A_TIMESTAMP:
        assert stamp is None
        return
    assert stamp is not None
    assert (stamp.at.isoformat(), stamp.precision, stamp.rule) == (case.expected, case.precision, "dateparser")
    assert stamp.weekday_conflict == (case.traits == "weekday")
    assert stamp.raw in case.text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text.strip())
def test_the_library_reads_nothing_else_than_the_shapes(case: TimestampCase) -> None:
    stamp = find_unusual(case.text, fetched_at=FETCHED)
    assert stamp is None or (stamp.at.isoformat(), stamp.precision) == (case.expected, case.precision)


def test_the_library_reads_no_line_of_an_article() -> None:
    assert [case.text for case in bylines() if find_unusual(case.text) and not find(case.text)] == []


@given(
    MOMENTS,
    st.permutations(["{d}", "{month}", "{Y}"]),
    st.sampled_from(["{m}", "tháng {m}", "Th{m}", "tháng {w}", "{e}", "{e:.3}"]),
    st.lists(st.sampled_from([" ", "/", "-", ".", ", ", " of ", " ngày ", " năm "]), min_size=2, max_size=2),
    st.sampled_from(["", " {H:02}:{M:02}", " 9h"]),
)
def test_the_library_chooses_no_number(
    moment: datetime, order: list[str], month: str, joints: list[str], clock: str
) -> None:
    form = f"{order[0]}{joints[0]}{order[1]}{joints[1]}{order[2]}{clock}".replace("{month}", month)
    text = printed(form.replace("{e:.3}", f"{moment:%b}"), moment)
    for stamp in (find(text), find_unusual(text), find_machine(text)):
        if (
            stamp is not None
            and stamp.precision not in {"month", "year"}
            and order.index("{d}") < order.index("{month}")
        ):
            assert stamp.at.date() == moment.date()
        if stamp is not None and month != "{m}" and stamp.precision not in {"month", "year"}:
            assert stamp.at.date() == moment.date()
    if month == "{m}":
        assert find_unusual(text) is None


@given(PIECES)
def test_the_library_raises_and_warns_of_nothing(text: str) -> None:
    find_unusual(text, fetched_at=FETCHED)


def test_the_library_is_not_imported_before_it_is_asked() -> None:
    code = "import sys; from vietnam import dates; dates.find('11/Aug/2017'); sys.exit('dateparser' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_date_for_machines_is_read_only_if_it_has_one_reading() -> None:
    for text in ("2023-01-10T09:05:00", "25/01/2023", "Tue, 10 Jan 2023 02:05:00 GMT", "1673316300", "10 tháng 1 2023"):
        assert find_machine(text) == find(text) is not None
    assert find_machine("8/8/2024 9:05:00 AM") is not None
    for text in (
        "1/10/2023",
        "01/10/2023 9:05:00 AM",
        "10-1-2023 09:05",
        "1.10.23",
        "01 / 10 / 2023",
        "31/02/2017",
        "08/25/2017",
    ):
        assert find_machine(text) is None


@given(MOMENTS)
def test_what_was_read_reads_the_same_again(moment: datetime) -> None:
    first = parse(f"Được đăng: {moment:%d/%m/%Y %H:%M}")
    assert first.at == moment.replace(second=0, microsecond=0)
    assert parse(first.raw).at == first.at
    assert parse(first.at.isoformat()).at == first.at


@given(MOMENTS)
def test_day_comes_first_and_never_month(moment: datetime) -> None:
    stamp = find(f"{moment.month}/{moment.day}/{moment.year}")
    if moment.day > 12:
        assert stamp is None
    else:
        assert stamp is not None
        assert (stamp.at.day, stamp.at.month) == (moment.month, moment.day)


@given(
    MOMENTS, st.sampled_from(["{} bắt giữ một đối tượng", "Theo Kế hoạch ngày {} của Công an tỉnh", "từ {} đến nay"])
)
def test_a_sentence_with_a_date_is_no_timestamp(moment: datetime, sentence: str) -> None:
    assert find(sentence.format(f"{moment:%d/%m/%Y}"), fetched_at=FETCHED) is None
