"""Bylines: the corpus, the captures, and what has to hold for any text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.vietnam.corpus import BylineCase, bylines
from vietnam.byline import Byline, divide, is_account_name, judge
from vietnam.normalize import clean

CASES = bylines()
SIGNED = [case for case in CASES if case.kind == "byline"]
NOT_SIGNED = [case for case in CASES if case.kind != "byline"]


def fields(byline: Byline) -> tuple[str, str, str, str]:
    return "; ".join(byline.authors), byline.unit or "", byline.credit or "", byline.role or ""


def test_the_corpus_is_large_and_has_hard_negatives() -> None:
    assert len(CASES) >= 300
    assert len(NOT_SIGNED) >= 100


@pytest.mark.parametrize("case", SIGNED, ids=lambda case: case.text)
def test_a_byline_divided(case: BylineCase) -> None:
    byline = divide(case.text)
    assert fields(byline) == (case.authors, case.unit, case.credit, case.role)
    assert byline.raw == clean(case.text)
    assert 0 < byline.confidence <= 1


@pytest.mark.parametrize("case", SIGNED, ids=lambda case: case.text)
def test_a_signed_line_is_judged_a_byline(case: BylineCase) -> None:
    byline = judge(case.text, aligned_right=True)
    assert byline is not None
    assert fields(byline) == (case.authors, case.unit, case.credit, case.role)
    assert 0 < byline.confidence <= 1


@pytest.mark.parametrize("case", NOT_SIGNED, ids=lambda case: case.text)
def test_what_is_no_byline(case: BylineCase) -> None:
    if case.kind == "caption":
        assert judge(case.text, after_image=True) is None
    else:
        assert judge(case.text) is None
        assert judge(case.text, emphasized=True, aligned_right=True) is None


@pytest.mark.parametrize("case", SIGNED, ids=lambda case: case.text)
def test_encoding_and_spaces_change_nothing(case: BylineCase) -> None:
    expected = divide(case.text)
    decomposed = unicodedata.normalize("NFD", case.text)
    assert divide(decomposed) == expected
    assert divide("\xa0" + case.text.replace(" ", "\xa0") + " \u200b") == expected


def test_a_byline_over_several_lines() -> None:
    assert fields(divide("Tin, ảnh:\nThu Hà\nPV28")) == ("Thu Hà", "PV28", "", "Tin, ảnh")
    assert divide("Hữu Liêm\nMinh Tuấn").authors == ("Hữu Liêm", "Minh Tuấn")
    assert divide("Công an huyện\nĐức Linh").unit == "Công an huyện Đức Linh"
    assert divide("Nguyễn\n    Văn An").authors == ("Nguyễn Văn An",)


def test_a_name_under_a_picture_is_a_byline_only_if_it_is_set_like_one() -> None:
    assert judge("Trần Long", after_image=True) is None
    assert judge("Trần Long", after_image=True, aligned_right=True) is not None


@pytest.mark.parametrize(
    "name",
    [
        "Administrator", "admin", "Admin", "Super User", "quantri", "Quản trị viên", "Quản trị hệ thống", "editor", "bbt_admin",
        "toasoan@congan.example.vn", "webmaster", "huuliem", "pv_01", "nhaplieu2", "Portal Admin", "root", "user12",
    ],
)  # fmt: skip
def test_account_names(name: str) -> None:
    assert is_account_name(name)


@pytest.mark.parametrize(
    "name", ["Hữu Liêm", "BBT", "PV", "T.H", "Hạnh", "Ban biên tập", "Nguyễn Thị A", "K'Brơi", "PV28", ""]
)
def test_names_that_are_no_accounts(name: str) -> None:
    assert not is_account_name(name)


PIECES = st.lists(
    st.sampled_from(
        [
            "Hữu Liêm",
            "PV28",
            "Công an huyện",
            "Đức Linh",
            " – ",
            "-",
            "/",
            ",",
            "(",
            ")",
            "Theo",
            "Nguồn:",
            "Tin, ảnh:",
            "Ảnh:",
            "Thượng úy",
            "t/h",
            "T.H",
            "và",
            "&",
            " ",
            "\n",
            ".",
            "*",
            "Báo CAND",
            "Phòng",
            "K'Brơi",
            "HẠNH",
            "PC06",
            ":",
            "PV",
            "tổng hợp",
            "[",
            "]",
            "…",
            "Phó Trưởng phòng",
            "Ban",
        ]
    ),
    max_size=12,
).map(" ".join)


@given(st.one_of(st.text(max_size=250), PIECES))
@example("PV28 (")
@example("(()")
def test_any_text_is_divided_and_judged(text: str) -> None:
    byline = divide(text)
    assert byline.raw == clean(text)
    assert 0 <= byline.confidence <= 1
    assert all(author == author.strip() and author for author in byline.authors)
    for flags in ({}, {"aligned_right": True, "emphasized": True}, {"after_image": True}, {"last": False}):
        judged = judge(text, **flags)
        assert judged is None or judged.authors or judged.unit or judged.credit or judged.role
    is_account_name(text)


@given(PIECES)
def test_dividing_what_was_kept_changes_nothing(text: str) -> None:
    first = divide(text)
    again = divide(first.raw)
    assert again.raw == first.raw
    if "\n" not in text:
        assert again == first
