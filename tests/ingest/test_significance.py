"""Edits are told apart: what means nothing to a reader, and what does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.significance import LONGEST_STRETCH, WEIGHTS, compare, judge

TEXT = "Ngày 5/11, Công an tỉnh bắt giữ hai đối tượng.\n\nChúng khai nhận đã trộm cắp tài sản.\n\nVụ việc đang được điều tra làm rõ."


@pytest.mark.parametrize(
    ("before", "after", "categories"),
    [
        ("bắt giữ hai đối tượng", "bắt giữ  hai đối tượng .", {"layout"}),
        ("vui vẻ hoà giải", "vui vẻ hòa giải", {"layout"}),
        ("thu 1.000 viên", "thu 1000 viên", {"layout"}),
        ("công an tỉnh", "Công an tỉnh", {"layout"}),
        ("cơ quan đều tra", "cơ quan điều tra", {"spelling"}),
        ("bắt giử đối tượng", "bắt giữ đối tượng", {"spelling"}),
        ("cơ quan chức năng tạm giữ", "cơ quan chức năng khởi tố", {"wording"}),
        ("thu 100 viên", "thu 1.000 viên", {"number"}),
        ("bắt hai đối tượng", "bắt ba đối tượng", {"number"}),
        ("vào ngày 5/11/2026", "vào ngày 6/11/2026", {"number"}),
        ("nạn nhân là Trần Văn Hòa", "nạn nhân là Trần Văn Hùng", {"name"}),
        ("khám xét nhà ông Nam.", "khám xét nhà.", {"name"}),
        ("nghi phạm thừa nhận", "nghi phạm không thừa nhận", {"negation"}),
        ("A.\n\nB c d.\n\nE f g.", "B c d.\n\nA.\n\nE f g.", {"order"}),
        (TEXT, TEXT.rpartition("\n\n")[0], {"paragraph_removed"}),
        (TEXT.rpartition("\n\n")[0], TEXT, {"paragraph_added"}),
    ],
)
def test_an_edit_of_the_text_is_what_people_would_call_it(before: str, after: str, categories: set[str]) -> None:
    assert compare(before, after).categories == categories
    assert judge({"body": before}, {"body": after}).categories == sorted(categories, key=list(WEIGHTS).index)


def test_what_matters_more_scores_more() -> None:
    def score(after: str) -> float:
        return judge({"body": TEXT}, {"body": after}).score

    rising = [
        score(TEXT.replace("bắt giữ hai", "bắt giữ  hai")),
        score(TEXT.replace("nhận", "nhân")),
        score(TEXT.replace("Vụ việc", "Hành vi")),
        score(TEXT.replace("5/11", "6/11")),
        score(TEXT.rpartition("\n\n")[0]),
        score(TEXT.rpartition("\n\n")[0].replace("5/11", "6/11")),
    ]
    assert rising == sorted(set(rising))
    assert rising[0] < 0.05 < rising[2] < 0.5 < rising[3] < rising[-1] <= 1


def test_a_title_counts_but_for_a_misprint() -> None:
    assert judge({"title": "Bắt kẻ trộm"}, {"title": "Bắt kẻ cướp"}).categories == ["title", "wording"]
    assert judge({"title": "Cảnh bảo lừa đảo"}, {"title": "Cảnh báo lừa đảo"}).categories == ["spelling"]


@pytest.mark.parametrize(
    ("field", "category"),
    [
        ("section", "section"),
        ("unit", "byline"),
        ("images", "files"),
        ("published_at", "published_at"),
        ("lead", "layout"),
    ],
)
def test_other_fields_are_named(field: str, category: str) -> None:
    edit = judge({field: "a", "title": "x"}, {field: "b", "title": "x"})
    assert (edit.fields, edit.categories) == ([field], [category])


def test_words_are_counted() -> None:
    edit = judge({"title": "một hai", "body": "a b c"}, {"title": "một ba bốn", "body": "a b"})
    assert (edit.words_added, edit.words_removed) == (2, 2)


@pytest.mark.parametrize("paragraphs", [1, 4000])
def test_a_long_text_is_counted_not_compared(paragraphs: int) -> None:
    """Comparing in full would take minutes."""
    words = [f"chữ{number % 7}" for number in range(30 * LONGEST_STRETCH)]
    size = len(words) // paragraphs
    before, after = (
        "\n\n".join(" ".join(text[at : at + size]) for at in range(0, len(text), size))
        for text in (words, ["khác", *words[:-3], "2026", *words[-2:]])
    )
    assert "number" in compare(before, after).categories


TEXTS = st.text(st.sampled_from(list("aàBĐ5. \n,-")), max_size=80)


@given(TEXTS, TEXTS)
def test_any_two_texts_can_be_compared(before: str, after: str) -> None:
    edit: Any = judge({"title": before, "body": after}, {"title": after, "body": before})
    assert bool(edit.categories) == (before != after)
    assert 0 <= edit.score <= 1
    assert compare(before, before) == compare("", "")
