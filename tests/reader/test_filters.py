"""What people type becomes filters, or one sentence says what is wrong with it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader import filters
from reader.filters import Filters, WrongFilter, parse
from vietnam.dates import VIETNAM
from vietnam.units import TABLE


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ({}, {}),
        ({"query": None, "portal": None, "gone": None}, {}),
        ({"query": "ma túy", "portal": "demo"}, {"query": "ma túy", "portal": "demo"}),
        ({"province": "TP. HCM"}, {"province": "ho-chi-minh"}),
        ({"unit": "phòng pc08"}, {"units": ("PC08", "PC67", "PC68", "PC26")}),
        ({"unit": " Công an xã Tân Lập "}, {"units": ("Công an xã Tân Lập",)}),
        ({"unit": "cong an huyen duc linh"}, {"units": ("cong an huyen duc linh",)}),
        ({"since": "5/11/2026"}, {"since": datetime(2026, 11, 5, tzinfo=VIETNAM)}),
        ({"until": "2026-11-05"}, {"until": datetime(2026, 11, 5, tzinfo=VIETNAM)}),
        ({"gone": "False", "fold": "1"}, {"gone": False, "fold": True}),
    ],
    ids=str,
)
def test_what_is_read(typed: dict[str, str | None], read: dict[str, Any]) -> None:
    assert parse(typed) == Filters(**read)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("province", "lam-dogn", "unknown province 'lam-dogn', did you mean Lâm Đồng?"),
        ("province", "", "unknown province ''"),
        ("province", "xyzxyz", "unknown province 'xyzxyz'"),
        ("unit", "PV288", "unknown unit 'PV288', did you mean PV28"),
        ("unit", "vp28", "unknown unit 'vp28', did you mean PV28"),
        ("unit", "  ", "unknown unit '  '"),
        ("since", "32/13/2020", "'32/13/2020' is not a day: write 2026-11-05 or 5/11/2026"),
        ("until", "11/25/2020", "'11/25/2020' is not a day"),
        ("fold", "maybe", "'maybe' is neither true nor false"),
    ],
)
def test_what_is_wrong(name: str, text: str, reason: str) -> None:
    with pytest.raises(WrongFilter) as told:
        parse({"portal": "demo", name: text})
    assert told.value.name == name
    assert str(told.value).startswith(reason)


def test_a_name_that_is_no_filters_is_no_filter() -> None:
    with pytest.raises(KeyError):
        parse({"provinz": "hue"})


@pytest.mark.parametrize("code", sorted(TABLE))
def test_every_known_code_is_a_unit(code: str) -> None:
    assert filters.unit(code.lower())[0] == code


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for name in ("province", "unit", "since"):
        with suppress(WrongFilter):
            assert parse({name: text}) != Filters()
