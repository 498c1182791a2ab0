"""Timestamps: the corpus, and what has to hold for any text."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vietnam.corpus import NOT_A_TIMESTAMP, TimestampCase, timestamps
from vietnam.dates import VIETNAM, TimestampError, find, parse

FETCHED = datetime(2017, 8, 14, 10, 30, 15, tzinfo=VIETNAM)
CASES = timestamps()
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


@given(
    st.lists(
        st.sampled_from(
            [
                "Thứ",
                "6",
                ",",
                " ",
                "11",
                "/",
                "08",
                "2017",
                "15",
                ":",
                "21",
                "tháng",
                "Tám",
                "năm",
                "giờ",
                "h",
                "PM",
                "CH",
                "(GMT+7)",
                "-",
                "hôm qua",
                "lúc",
                "trước",
                "ngày",
                "Z",
                "T",
                "99",
            ]
        ),
        max_size=14,
    ).map("".join)
)
def test_pieces_of_timestamps_in_any_order_raise_nothing_else(text: str) -> None:
    find(text, fetched_at=FETCHED)


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
