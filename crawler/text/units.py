"""Police units: the codes that departments sign with, and units that sign by name."""

from __future__ import annotations

import re

from crawler.text.normalize import clean

# The renumbering of 2018, as collected in docs/text.md; the meaning of a code depends on the article's date.
_SUCCESSOR = {
    "PV28": "PV05", "PX15": "PX03", "PC45": "PC02", "PC46": "PC03", "PC47": "PC04", "PC64": "PC06",
    "PC66": "PC07", "PC67": "PC08", "PV11": "PV01",
}  # fmt: skip
_CODE = re.compile(r"(?:(?:Phòng|Đội|P\.)\s*)?(P[A-ZĐ]{1,2}\d{2}[A-Z]?)", re.IGNORECASE)
_PLACE = r"(?:tỉnh|huyện|thị xã|thành phố|quận|phường|xã|thị trấn|TP|TX|TT|H|P|X|Q)\b\.?"
_NAMED = re.compile(
    rf"(?:Công an|CA)\s+(?:{_PLACE}(?:\s+\S+){{0,6}}|[A-ZĐÀ-Ỹ]\S*(?:\s+\S+){{0,4}})"
    r"|(?:CAH|CATX|CATP|CAP|CAX|CATT|CAQ)\.?\s+\S+(?:\s+\S+){0,4}|CAT(?:\s+\S+){0,4}"
    r"|(?:Phòng|Đội|Văn phòng|Thanh tra|Trung tâm|Trại|Cục|Ban Chỉ đạo|Ban Chỉ huy|Ban Quản lý|Ban Tổ chức|Cơ quan|Đoàn Thanh niên|"
    r"Đoàn thanh niên|Hội Phụ nữ|Hội phụ nữ|Trung đoàn|Tiểu đoàn|Bộ Công an|Trường|Học viện|Bộ Chỉ huy|Tổ|"
    r"Bộ phận|Nhà tạm giữ|Bệnh viện|Bệnh xá|Chi đoàn|Công đoàn|Ban Thanh niên|Ban Giám đốc)(?:\s+\S+){0,13}"
    r"|Ban biên tập|BBT",
    re.IGNORECASE,
)


def code(text: str) -> str | None:
    """The department code that a text consists of: `Phòng PC08` → `PC08`.

    >>> code("phòng pc08"), code("Hữu Liêm")
    ('PC08', None)
    """
    found = _CODE.fullmatch(clean(text))
    return found[1].upper() if found else None


def is_unit(text: str) -> bool:
    """Whether a text names a unit, by code or by name.

    >>> is_unit("PV28"), is_unit("Công an huyện Đức Linh"), is_unit("Hữu Liêm")
    (True, True, False)
    """
    name = clean(text)
    return len(name) <= 120 and (code(name) is not None or _NAMED.fullmatch(name) is not None)


def name(text: str) -> str:
    """A unit as it is kept: its code, else its name as printed.

    >>> name("Công an huyện Bắc Bình"), name("Phòng PC06")
    ('Công an huyện Bắc Bình', 'PC06')
    """
    printed = clean(text).rstrip(".")
    if found := code(printed):
        return found
    return printed


def successors(unit: str) -> tuple[str, ...]:
    """The code that followed in 2018, if any."""
    return (_SUCCESSOR[unit],) if unit in _SUCCESSOR else ()


def predecessors(unit: str) -> tuple[str, ...]:
    """The codes that this one replaced in 2018."""
    return tuple(old for old, new in _SUCCESSOR.items() if new == unit)


def related(unit: str) -> tuple[str, ...]:
    """The unit itself, its successor, its predecessors: what a search for one means.

    >>> related("PV28")
    ('PV28', 'PV05')
    """
    known = name(unit)
    return (known, *successors(known), *predecessors(known))
