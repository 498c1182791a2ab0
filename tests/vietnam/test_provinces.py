"""The provinces add up, and people find them however they write them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

import pytest

from vietnam import provinces
from vietnam.normalize import fold
from vietnam.provinces import CITY, MERGED, PROVINCE, PROVINCES, UnknownProvince, find, now

DAY = timedelta(days=1)
BEFORE = [one.slug for one in PROVINCES.values()]
TODAY = [one.slug for one in PROVINCES.values() if one.successor is None]


def test_63_became_34() -> None:
    assert (len(BEFORE), len(TODAY)) == (63, 34)
    sizes = Counter(len(provinces.parts(slug)) for slug in TODAY)
    assert sizes == {1: 11, 2: 17, 3: 6}, "11 unchanged; 52 into 23: seventeen of two, six of three"
    assert sorted(part for slug in TODAY for part in provinces.parts(slug)) == sorted(BEFORE)
    assert {now(slug).slug for slug in BEFORE} == set(TODAY)
    assert all(PROVINCES[one.successor].successor is None for one in PROVINCES.values() if one.successor)


def test_how_many_were_cities() -> None:
    """Five cities before Huế, six at the merger, nine since Bắc Ninh is one."""
    for day, most, cities in (
        (date(2024, 12, 31), BEFORE, 5),
        (date(2025, 1, 1), BEFORE, 6),
        (MERGED, TODAY, 6),
        (date(2026, 4, 30), TODAY, 7),
        (date(2026, 9, 1), TODAY, 8),
        (date(2026, 9, 20), TODAY, 9),
    ):
        assert Counter(provinces.kind(slug, day) for slug in most) == {CITY: cities, PROVINCE: len(most) - cities}


def test_slugs_are_the_names() -> None:
    for slug, province in PROVINCES.items():
        assert slug == province.slug
        assert slug == re.sub(r"[^a-z]+", "-", fold(province.name.removeprefix("TP. ")))


@pytest.mark.parametrize("slug", BEFORE)
def test_every_province_is_found_however_it_is_written(slug: str) -> None:
    name = PROVINCES[slug].name
    bare = name.removeprefix("TP. ")
    spellings = {
        slug, slug.replace("-", ""), slug.replace("-", "_"), slug.upper(), name, name.upper(), fold(name), f"  {name} ",
        name.replace("–", "-"), f"tỉnh {bare}", f"Tỉnh {bare}", f"TP. {bare}", f"TP {bare}", f"Thành phố {bare}", f"thanh pho {fold(bare)}",
    }  # fmt: skip
    assert {find(spelling).slug for spelling in spellings} == {slug}


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("TP. HCM", "ho-chi-minh"), ("TP.HCM", "ho-chi-minh"), ("tphcm", "ho-chi-minh"), ("Sài Gòn", "ho-chi-minh"),
        ("Thừa Thiên Huế", "hue"), ("Thừa Thiên - Huế", "hue"), ("thua-thien-hue", "hue"), ("TT. Huế", "hue"),
        ("Bà Rịa-Vũng Tàu", "ba-ria-vung-tau"), ("BR-VT", "ba-ria-vung-tau"), ("Đắc Nông", "dak-nong"), ("Đăk Lăk", "dak-lak"),
        ("Hoà Bình", "hoa-binh"), ("Thanh Hoá", "thanh-hoa"), ("Kontum", "kon-tum"), ("Bắc Cạn", "bac-kan"),
    ],
)  # fmt: skip
def test_usual_spellings(text: str, slug: str) -> None:
    assert find(text).slug == slug


@pytest.mark.parametrize(
    ("text", "near"),
    [("lam-dogn", "Lâm Đồng"), ("Bình Thuân Tỉnh", "Bình Thuận"), ("quang", "Quảng Ninh"), ("hochimin", "TP. Hồ Chí Minh")],
)  # fmt: skip
def test_a_misspelt_province_names_near_ones(text: str, near: str) -> None:
    with pytest.raises(UnknownProvince, match=f"{text}.*near: .*{near}"):
        find(text)


@pytest.mark.parametrize("text", ["", " ", "tỉnh", "thành phố", "tp", "Hà Tây", "🚓", "x" * 10_000, "-"])
def test_what_is_no_province(text: str) -> None:
    with pytest.raises(UnknownProvince):
        find(text)


def test_then_and_now() -> None:
    for slug, province in PROVINCES.items():
        assert provinces.then(slug, MERGED - DAY) is province
        assert provinces.then(slug, MERGED) is now(slug)
        assert province.ended == (MERGED if province.successor else None)
    with pytest.raises(ValueError, match="2008-08-01"):
        provinces.then("ha-noi", date(2008, 7, 31))
    with pytest.raises(UnknownProvince, match="ha-tay"):
        now("ha-tay")
