"""Text: what is removed, what is kept, what is converted."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnam.normalize import clean, clean_block, fold, is_word_residue, repair, same_tone

ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=200)
SENTENCES = (
    "Công an tỉnh Bình Thuận đề nghị quần chúng nhân dân nâng cao cảnh giác, kịp thời tố giác tội phạm.",
    "Hữu Liêm – Phòng Xây dựng phong trào toàn dân bảo vệ an ninh Tổ quốc",
    "Thượng úy Nguyễn Văn Ưng ở Đắk Lắk được tặng Giấy khen vì thành tích xuất sắc.",
    "Xử lý nghiêm các đối tượng vi phạm; thu giữ 5 dây cáp điện và 280 triệu đồng.",
)
VNI = {
    "Công an tỉnh Bình Thuận": "Coâng an tænh Bình Thuaän",
    "Đường dây ma túy ở Đức Linh": "Ñöôøng daây ma tuùy ôû Ñöùc Linh",
    "Phòng Cảnh sát điều tra": "Phoøng Caûnh saùt ñieàu tra",
}
TCVN3 = {
    "Công an tỉnh Bình Thuận": "C«ng an tØnh B×nh ThuËn",
    "Đường dây ma túy ở Đức Linh": "§\xad\xeang d©y ma tóy ë §øc Linh",
    "Phòng Cảnh sát điều tra": "Phßng C¶nh s¸t ®iÒu tra",
}


def test_clean_makes_one_composed_line() -> None:
    assert clean("\ufeff  Hữu\xa0Liêm \u200b–\t\u00adPV28\r\n") == "Hữu Liêm – PV28"
    assert clean(unicodedata.normalize("NFD", "Hữu Liêm")) == "Hữu Liêm"
    assert clean("“Gần dân” ‘nắm chắc’ … – —") == "“Gần dân” ‘nắm chắc’ … – —"
    assert clean("a\x00b\ud800c\x07") == "abc"
    assert clean("Hu\u200bu\u031b\u0303") == "Huữ"
    assert clean("") == clean(" \n\xa0") == ""


def test_clean_block_keeps_paragraphs() -> None:
    assert clean_block("một\n \xa0\nhai\nba\u2029bốn\n\n\n") == "một\n\nhai ba\n\nbốn"


def test_fold_is_what_search_compares() -> None:
    assert fold("Đường HOÀ BÌNH, hòa bình") == "duong hoa binh, hoa binh"
    assert fold(unicodedata.normalize("NFD", "Thuỷ Ưng")) == "thuy ung"


@pytest.mark.parametrize(
    ("new", "old"),
    [("hoà", "hòa"), ("khoẻ", "khỏe"), ("thuỷ", "thủy"), ("HOÀ", "HÒA"), ("Tuý", "Túy"), ("loá mắt", "lóa mắt")],
)
def test_both_tone_placements_are_equal_and_kept_as_printed(new: str, old: str) -> None:
    assert same_tone(new) == same_tone(old) == old
    assert clean(new) == new
    assert fold(new) == fold(old)


@pytest.mark.parametrize("word", ["quý", "quỳ", "hoàn", "toán", "khuyến", "huỳnh", "toàn"])
def test_other_syllables_keep_their_tone_where_it_is(word: str) -> None:
    assert same_tone(word) == word


@pytest.mark.parametrize(
    "line",
    [
        "Normal 0 false false false EN-US X-NONE X-NONE MicrosoftInternetExplorer4",
        "Normal 0 false false false",
        "Normal\n 0\n false\n false\n false\n VI\n X-NONE\n X-NONE".replace("VI", "vi-VN"),
        "<!-- /* Style Definitions */ p.MsoNormal, li.MsoNormal {mso-style-parent:\"\";} -->",
        "/* Style Definitions */ table.MsoNormalTable {mso-style-name:\"Table Normal\";}",
        "/* Font Definitions */ @font-face {font-family:\"Cambria Math\";}",
        r"st1\:*{behavior:url(#ieooui) }",
        "<o:p></o:p>",
        "[if gte mso 9]><xml> <w:WordDocument>",
        "@page Section1 {size:595.3pt 841.9pt;}",
        "Normal",
    ],
)  # fmt: skip
def test_word_residue(line: str) -> None:
    assert is_word_residue(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Bình thường",
        "Normal life goes on",
        "113",
        "0 giờ",
        "Hữu Liêm – PV28",
        "[Video] Công an tỉnh ra quân",
        "12 5 2017",
        *SENTENCES,
    ],
)
def test_what_people_wrote_is_no_residue(line: str) -> None:
    assert not is_word_residue(line)


@pytest.mark.parametrize(("expected", "printed"), [*VNI.items(), *TCVN3.items()])
def test_legacy_encodings_are_converted(expected: str, printed: str) -> None:
    assert repair(printed) == expected


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("table", ["cp1252", "latin-1"])
def test_text_decoded_by_the_wrong_table_is_mended(sentence: str, table: str) -> None:
    wrong = "".join(
        chr(byte) if table == "latin-1" or byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode(table)
        for byte in sentence.encode()
    )
    assert repair(wrong) == sentence


def test_only_the_paragraph_in_a_legacy_encoding_is_converted() -> None:
    assert repair("Công an tỉnh\nC«ng an tØnh B×nh ThuËn\n“Hòa”") == "Công an tỉnh\nCông an tỉnh Bình Thuận\n“Hòa”"


@pytest.mark.parametrize(
    "text",
    [*SENTENCES, "Café de la Régence, Zürich, São Paulo, Málaga", "“Đúng” «thế» 5 × 3 = 15 ± 1 °C §12 ®", "l'été où naïf", "1.000 ¥, 5 £", "öl", "ü"],
)  # fmt: skip
def test_anything_else_stays_as_it_is(text: str) -> None:
    assert repair(text) == text


@given(ANY)
def test_any_text_is_cleaned_and_cleaning_again_changes_nothing(text: str) -> None:
    for function in (clean, clean_block, fold, same_tone):
        once = function(text)
        assert function(once) == once
    clean(text).encode()
    assert unicodedata.is_normalized("NFC", clean(text))
    assert is_word_residue(text) in (True, False)


@given(
    st.one_of(
        ANY,
        st.text(alphabet="C«ng an tØnh§­ÃÂ¡»‰ºñöôøù", max_size=60),
        st.sampled_from([*VNI.values(), *TCVN3.values()]),
    )
)
def test_repairing_again_changes_nothing(text: str) -> None:
    once = repair(text)
    assert repair(once) == once
