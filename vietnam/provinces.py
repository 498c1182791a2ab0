"""The 63 provinces of Vietnam before 2025-07-01 and the 34 since, and how people write them.

Sources: Resolution 202/2025/QH15 (the merger, 52 into 23, in force 2025-07-01 for the provincial authorities), 175/2024/QH15 (Huế),
30/2026/QH16 (Đồng Nai), 36/2026/QH16 (Quảng Ninh), 39/2026/QH16 (Bắc Ninh). A province keeps its slug when it changes its name or rank.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache

from vietnam.normalize import fold

# Since this day there were 63; what came before (Hà Tây, Hà Nội without it) is not told here.
FIRST_DAY = date(2008, 8, 1)
MERGED = date(2025, 7, 1)
PROVINCE, CITY = "tỉnh", "thành phố"


class UnknownProvince(ValueError):
    """No province is written like this."""


@dataclass(frozen=True, slots=True)
class Before:
    """What a province was called, and its rank, until the day `until` on which that changed."""

    name: str
    kind: str
    until: date


@dataclass(frozen=True, slots=True)
class Province:
    """A province as it is, or as it was when it was merged into `successor` on `ended`."""

    slug: str
    name: str
    kind: str = PROVINCE
    successor: str | None = None
    before: Before | None = None

    @property
    def ended(self) -> date | None:
        """The day on which it became part of another; None where it still is one."""
        return MERGED if self.successor else None


_UNCHANGED = (
    Province("ha-noi", "Hà Nội", CITY),
    Province("hue", "Huế", CITY, before=Before("Thừa Thiên Huế", PROVINCE, date(2025, 1, 1))),
    Province("lai-chau", "Lai Châu"),
    Province("dien-bien", "Điện Biên"),
    Province("son-la", "Sơn La"),
    Province("lang-son", "Lạng Sơn"),
    Province("quang-ninh", "Quảng Ninh", CITY, before=Before("Quảng Ninh", PROVINCE, date(2026, 9, 1))),
    Province("thanh-hoa", "Thanh Hóa"),
    Province("nghe-an", "Nghệ An"),
    Province("ha-tinh", "Hà Tĩnh"),
    Province("cao-bang", "Cao Bằng"),
)

# Each of the 23 in the order of the resolution, with those that became part of it.
_MERGERS = (
    (Province("tuyen-quang", "Tuyên Quang"), {"ha-giang": "Hà Giang"}),
    (Province("lao-cai", "Lào Cai"), {"yen-bai": "Yên Bái"}),
    (Province("thai-nguyen", "Thái Nguyên"), {"bac-kan": "Bắc Kạn"}),
    (Province("phu-tho", "Phú Thọ"), {"vinh-phuc": "Vĩnh Phúc", "hoa-binh": "Hòa Bình"}),
    (
        Province("bac-ninh", "Bắc Ninh", CITY, before=Before("Bắc Ninh", PROVINCE, date(2026, 9, 20))),
        {"bac-giang": "Bắc Giang"},
    ),
    (Province("hung-yen", "Hưng Yên"), {"thai-binh": "Thái Bình"}),
    (Province("hai-phong", "Hải Phòng", CITY), {"hai-duong": "Hải Dương"}),
    (Province("ninh-binh", "Ninh Bình"), {"ha-nam": "Hà Nam", "nam-dinh": "Nam Định"}),
    (Province("quang-tri", "Quảng Trị"), {"quang-binh": "Quảng Bình"}),
    (Province("da-nang", "Đà Nẵng", CITY), {"quang-nam": "Quảng Nam"}),
    (Province("quang-ngai", "Quảng Ngãi"), {"kon-tum": "Kon Tum"}),
    (Province("gia-lai", "Gia Lai"), {"binh-dinh": "Bình Định"}),
    (Province("khanh-hoa", "Khánh Hòa"), {"ninh-thuan": "Ninh Thuận"}),
    (Province("lam-dong", "Lâm Đồng"), {"dak-nong": "Đắk Nông", "binh-thuan": "Bình Thuận"}),
    (Province("dak-lak", "Đắk Lắk"), {"phu-yen": "Phú Yên"}),
    (
        Province("ho-chi-minh", "TP. Hồ Chí Minh", CITY),
        {"ba-ria-vung-tau": "Bà Rịa – Vũng Tàu", "binh-duong": "Bình Dương"},
    ),
    (
        Province("dong-nai", "Đồng Nai", CITY, before=Before("Đồng Nai", PROVINCE, date(2026, 4, 30))),
        {"binh-phuoc": "Bình Phước"},
    ),
    (Province("tay-ninh", "Tây Ninh"), {"long-an": "Long An"}),
    (Province("can-tho", "Cần Thơ", CITY), {"soc-trang": "Sóc Trăng", "hau-giang": "Hậu Giang"}),
    (Province("vinh-long", "Vĩnh Long"), {"ben-tre": "Bến Tre", "tra-vinh": "Trà Vinh"}),
    (Province("dong-thap", "Đồng Tháp"), {"tien-giang": "Tiền Giang"}),
    (Province("ca-mau", "Cà Mau"), {"bac-lieu": "Bạc Liêu"}),
    (Province("an-giang", "An Giang"), {"kien-giang": "Kiên Giang"}),
)

PROVINCES: dict[str, Province] = {
    province.slug: province
    for province in (
        *_UNCHANGED,
        *(province for province, _ in _MERGERS),
        *(Province(slug, name, successor=into.slug) for into, parts in _MERGERS for slug, name in parts.items()),
    )
}

# Other spellings and usual abbreviations, by their key.
_ALIASES = {
    "brvt": "ba-ria-vung-tau", "vungtau": "ba-ria-vung-tau", "baccan": "bac-kan", "daclac": "dak-lak", "dacnong": "dak-nong",
    "contum": "kon-tum", "hcm": "ho-chi-minh", "hcmc": "ho-chi-minh", "saigon": "ho-chi-minh", "tth": "hue", "tthue": "hue",
}  # fmt: skip
_RANK = re.compile(r"^(?:thanhpho|tinh|tp)(?=.)")


def find(text: str) -> Province:
    """The province that a name, a slug or an abbreviation means; diacritics, case and punctuation do not matter.

    >>> [find(text).slug for text in ("Lâm Đồng", "lam dong", "lam-dong", "LÂM ĐỒNG", "tỉnh Lâm Đồng")]
    ['lam-dong', 'lam-dong', 'lam-dong', 'lam-dong', 'lam-dong']
    >>> [find(text).slug for text in ("TP. HCM", "TPHCM", "Thành phố Hồ Chí Minh", "Sài Gòn")]
    ['ho-chi-minh', 'ho-chi-minh', 'ho-chi-minh', 'ho-chi-minh']
    >>> find("Bà Rịa - Vũng Tàu").name, find("Thừa Thiên – Huế").name, find("Đắc Lắc").name
    ('Bà Rịa – Vũng Tàu', 'Huế', 'Đắk Lắk')
    >>> find("Lâm Đòng Nai")
    Traceback (most recent call last):
    vietnam.provinces.UnknownProvince: no province is called 'Lâm Đòng Nai'; near: Lâm Đồng, Đồng Nai, Quảng Ngãi
    """
    key = _key(text)
    found = _by_key().get(key) or _by_key().get(_RANK.sub("", key))
    if found is None:
        near = nearest(text)
        raise UnknownProvince(f"no province is called {text!r}" + (f"; near: {', '.join(near)}" if near else ""))
    return found


def nearest(text: str, most: int = 3) -> list[str]:
    """Names of the provinces that are written most like a text.

    >>> nearest("binh thuân n")
    ['Bình Thuận', 'Ninh Thuận', 'Bình Phước']
    """
    key = _RANK.sub("", _key(text))
    return list(dict.fromkeys(_by_key()[near].name for near in get_close_matches(key, _by_key(), n=most, cutoff=0.6)))


def get(slug: str) -> Province:
    """The province with exactly this slug; raises UnknownProvince."""
    try:
        return PROVINCES[slug]
    except KeyError:
        raise UnknownProvince(f"no province has the slug {slug!r}") from None


def now(slug: str) -> Province:
    """The province that it is, or is part of, today.

    >>> now("binh-thuan").name, now("lam-dong").name, now("hue").name
    ('Lâm Đồng', 'Lâm Đồng', 'Huế')
    """
    province = get(slug)
    return get(province.successor) if province.successor else province


def then(slug: str, on: date) -> Province:
    """The province that the land of this one belonged to on a day since 2008-08-01.

    >>> then("binh-thuan", date(2025, 6, 30)).slug, then("binh-thuan", date(2025, 7, 1)).slug
    ('binh-thuan', 'lam-dong')

    Raises UnknownProvince, and ValueError for an earlier day.
    """
    if on < FIRST_DAY:
        raise ValueError(f"{on}: provinces are known since {FIRST_DAY}")
    return now(slug) if on >= MERGED else get(slug)


def name(slug: str, on: date) -> str:
    """The printed name, on that day, of the province that the land of this one belonged to.

    >>> name("hue", date(2024, 12, 31)), name("hue", date(2025, 1, 1)), name("binh-thuan", date(2026, 1, 1))
    ('Thừa Thiên Huế', 'Huế', 'Lâm Đồng')
    """
    province = then(slug, on)
    return province.before.name if province.before and on < province.before.until else province.name


def kind(slug: str, on: date) -> str:
    """Its rank that day: `tỉnh` or `thành phố`.

    >>> kind("dong-nai", date(2026, 4, 29)), kind("dong-nai", date(2026, 4, 30))
    ('tỉnh', 'thành phố')
    """
    province = then(slug, on)
    return province.before.kind if province.before and on < province.before.until else province.kind


def parts(slug: str) -> tuple[str, ...]:
    """The slugs of a province and of all that became part of it.

    >>> parts("lam-dong"), parts("binh-thuan")
    (('lam-dong', 'dak-nong', 'binh-thuan'), ('binh-thuan',))
    """
    get(slug)
    return (slug, *(other.slug for other in PROVINCES.values() if other.successor == slug))


def label(slug: str) -> str:
    """A province and what it belongs to now.

    >>> label("binh-thuan"), label("lam-dong")
    ('Bình Thuận → Lâm Đồng', 'Lâm Đồng')
    """
    province, today = get(slug), now(slug)
    return province.name if province is today else f"{province.name} → {today.name}"


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", fold(text))


@cache
def _by_key() -> dict[str, Province]:
    found = {alias: PROVINCES[slug] for alias, slug in _ALIASES.items()}
    for province in PROVINCES.values():
        former = [province.before.name] if province.before else []
        found |= {_key(spelling): province for spelling in (province.slug, province.name, *former)}
    return found
