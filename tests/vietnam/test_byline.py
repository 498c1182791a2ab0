"""Bylines: the corpus, the captures, and what has to hold for any text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.vietnam.corpus import BylineCase, SignatureCase, bylines, signatures
from vietnam.byline import Byline, author_of_link, divide, is_account_name, joined, judge, without_others
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


@pytest.mark.parametrize("case", signatures(), ids=lambda case: case.text)
def test_a_signature_in_paragraphs(case: SignatureCase) -> None:
    for flags in ({}, {"aligned_right": True}):
        if "không căn phải" in case.note and flags:
            continue
        found = joined(case.lines, **flags)
        if case.count == "0":
            assert found is None
            continue
        assert found is not None
        byline, count = found
        assert (count, fields(byline)) == (int(case.count), (case.authors, case.unit, case.credit, case.role))
        assert byline.raw == " ".join(case.lines[-count:])
        assert fields(divide(byline.raw)) == fields(byline)


def test_a_unit_above_a_name_signs_only_where_it_is_set_apart() -> None:
    found = joined(["Ai cũng vui.", "Công an huyện Sông Lũy", "Hà Bảo My"], aligned_right=True)
    assert found is not None
    assert (found[1], found[0].authors, found[0].unit) == (2, ("Hà Bảo My",), "Công an huyện Sông Lũy")


def test_a_name_and_whose_picture_it_is_under_a_picture_are_its_caption() -> None:
    assert joined(["Vi Thị Sen", "Ảnh: Lò Văn Páo"], after_image=True) is None
    assert joined(["Ai cũng vui.", "Vi Thị Sen", "Ảnh: Lò Văn Páo"], after_image=True) is not None


@pytest.mark.parametrize("case", SIGNED, ids=lambda case: case.text)
def test_one_line_alone_is_what_it_is_judged(case: BylineCase) -> None:
    for flags in ({}, {"aligned_right": True}, {"emphasized": True}):
        alone = judge(case.text, **flags)
        assert joined([case.text], **flags) == ((alone, 1) if alone else None)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Xuân Mai và 1 tác giả khác", "Xuân Mai"), ("Xuân Mai, Hà Bảo My và 2 tác giả khác", "Xuân Mai, Hà Bảo My"), ("Xuân Mai +2 tác giả", "Xuân Mai"),
        ("Xuân Mai và một người khác", "Xuân Mai"), ("Xuân Mai và các cộng sự", "Xuân Mai"), ("Xuân Mai và Hà Bảo My", "Xuân Mai và Hà Bảo My"),
        ("Xuân Mai", "Xuân Mai"), ("Đoàn Văn Người", "Đoàn Văn Người"), ("", ""),
    ],
)  # fmt: skip
def test_others_that_a_script_unfolds(label: str, name: str) -> None:
    assert without_others(label) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hữu Liêm", "Hữu Liêm"), ("Hà Bảo My", "Hà Bảo My"), ("HÀ BẢO MY", "Hà Bảo My"), ("Thượng úy Hà Bảo My", "Hà Bảo My"), ("Nguyễn Việt Nam", "Nguyễn Việt Nam"),
        ("Xem các bài viết của Hà Bảo My", "Hà Bảo My"), ("Xem tất cả bài viết của Ban Biên tập", "Ban Biên tập"), ("Bài viết của Hà Bảo My", "Hà Bảo My"),
        ("Các bài viết của tác giả Hà Bảo My", "Hà Bảo My"), ("Tác giả: Hà Bảo My", "Hà Bảo My"), ("Theo dõi Hà Bảo My", "Hà Bảo My"), ("Bởi Hà Bảo My", "Hà Bảo My"),
        ("View all posts by Hà Bảo My", "Hà Bảo My"), ("Đăng bởi: Hà Bảo My", "Hà Bảo My"), ("Hà Bảo My và 1 tác giả khác", "Hà Bảo My"), ("Rơ Châm H'Phik", "Rơ Châm H'Phik"),
        ("BAN BIÊN TẬP", "BAN BIÊN TẬP"), ("Ban biên tập", "Ban biên tập"), ("BBT", "BBT"), ("PV", "PV"), ("T.H", "T.H"), ("K'Brèo", "K'Brèo"),
        ("Lò Văn Páo", "Lò Văn Páo"), ("Tác giả: Xuân Mai", "Xuân Mai"),
    ],
)  # fmt: skip
def test_an_author_named_in_a_link(text: str, name: str) -> None:
    assert author_of_link(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "Admin", "Portal Admin", "Quản trị viên", "QUẢN TRỊ VIÊN", "Biên tập viên", "Super User", "congan", "huuliem", "toasoan@congan.example.vn", "Viết bởi Administrator",
        "Tác giả: admin", "Theo dõi", "Theo dõi tác giả", "Xem tất cả bài viết", "Xem thêm", "Trang chủ", "Facebook", "Bình luận (3)", "3 phút đọc", "Gửi Email", "In Bài Viết",
        "An ninh trật tự", "An Ninh Trật Tự", "PHÁP LUẬT", "Pháp Luật", "TIN TRONG TỈNH", "Hoạt Động Phong Trào", "Người Tốt Việc Tốt", "Văn Hóa Xã Hội", "Cảnh Báo Lừa Đảo",
        "Phóng Sự Ảnh", "MỚI NHẤT", "Quốc Phòng An Ninh", "Kinh Doanh", "Bạn Đọc Viết", "Lâm Đồng", "Hà Nội", "Công an huyện Sông Lũy", "PC08", "Báo Lam Sơn", "Hạnh", "", "-",
        "Hà Bảo My, Xuân Mai", "Hà Bảo My – PC08", "Công an Sông Lũy bắt đối tượng trộm cắp",
    ],
)  # fmt: skip
def test_a_link_that_names_no_author(text: str) -> None:
    assert author_of_link(text) is None


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
    author_of_link(text)
    assert clean(without_others(text)) == without_others(text).strip()


@given(st.lists(st.one_of(PIECES, st.sampled_from([case.text for case in CASES])), max_size=6))
def test_any_lines_are_joined_or_not(lines: list[str]) -> None:
    found = joined(lines)
    if found:
        byline, count = found
        assert 1 <= count <= min(4, len(lines))
        assert byline.raw == " ".join(map(clean, lines[-count:]))


@given(PIECES)
def test_dividing_what_was_kept_changes_nothing(text: str) -> None:
    first = divide(text)
    again = divide(first.raw)
    assert again.raw == first.raw
    if "\n" not in text:
        assert again == first
