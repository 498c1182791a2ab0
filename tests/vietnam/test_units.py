"""Units: the table says where each entry comes from; names and codes are told from people."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnam import units

RENUMBERED = {
    "PV28": "PV05", "PX15": "PX03", "PC45": "PC02", "PC46": "PC03", "PC47": "PC04", "PC64": "PC06", "PC66": "PC07",
    "PC67": "PC08", "PV11": "PV01",
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), RENUMBERED.items())
def test_the_renumbering_of_2018(old: str, new: str) -> None:
    assert units.successors(old) == (new,)
    assert old in units.predecessors(new)
    assert new in units.related(old)
    assert old in units.related(new)
    assert units.lookup(old, on=date(2017, 8, 11)) is not None
    assert units.lookup(old, on=date(2020, 1, 1)) is None
    assert units.lookup(new, on=date(2017, 8, 11)) is None


def test_a_search_for_a_code_means_the_whole_chain() -> None:
    assert set(units.related("PC45")) >= {"PC45", "PC02", "PC14"}
    assert units.related("pv28") == ("PV28", "PV05")
    assert units.related("Công an huyện Đức Linh") == ("Công an huyện Đức Linh",)


@pytest.mark.parametrize("unit", units.TABLE.values(), ids=lambda unit: unit.code)
def test_every_entry_names_its_source_and_leads_somewhere(unit: units.Unit) -> None:
    assert unit.source
    assert unit.name
    assert units.code(unit.code) == unit.code
    assert all(later in units.TABLE for later in unit.successors)
    assert not unit.confirmed or unit.source != "usage in portal bylines; not checked against a public document"


def test_an_unknown_code_stays_unexplained() -> None:
    assert units.lookup("PZ99") is None
    assert units.lookup("PV77") is None
    assert units.related("PV77") == ("PV77",)
    assert units.is_unit("PV77")


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("CAH Đức Linh", "Công an huyện Đức Linh"),
        ("CATX La Gi", "Công an thị xã La Gi"),
        ("CATP Phan Thiết", "Công an thành phố Phan Thiết"),
        ("CAP Phú Thủy", "Công an phường Phú Thủy"),
        ("CAX Tân Lập", "Công an xã Tân Lập"),
        ("CATT Liên Hương", "Công an thị trấn Liên Hương"),
        ("CAT", "Công an tỉnh"),
        ("BBT", "Ban biên tập"),
        ("Hữu Liêm", "Hữu Liêm"),
    ],
)
def test_short_forms(short: str, long: str) -> None:
    assert units.expand(short) == long
    assert units.expand(long) == long


@given(st.text(max_size=250))
def test_any_text(text: str) -> None:
    assert units.is_unit(text) in (True, False)
    assert not units.is_certain(text) or units.is_unit(text)
    assert units.name(units.name(text)) == units.name(text)
    units.expand(text)
    units.lookup(text)
    assert text == "" or len(units.related(text)) >= 1
