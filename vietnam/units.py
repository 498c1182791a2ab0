"""Police units: the codes that departments sign with, and units that sign by name.

An unknown code stays what it is. What a code means depends on the article's date: see `lookup`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from vietnam import _unit_codes as table
from vietnam._words import vocabulary
from vietnam.normalize import clean
from vietnam.people import UPPER

_LONGEST = 160  # characters of a unit's name


@dataclass(frozen=True, slots=True)
class Unit:
    """One department's code: what it stood for, from when to when, and who says so."""

    code: str
    name: str
    valid_from: date | None
    valid_to: date | None
    successors: tuple[str, ...]
    source: str
    confirmed: bool


def _unit(code: str, name: str, begin: date | None, end: date | None, later: tuple[str, ...], source: str) -> Unit:
    checked = table.CHECKED.get(code)
    return Unit(code, name, begin, end, later, checked or source, bool(checked) or source == table.ATLAS)


TABLE: dict[str, Unit] = {
    **{
        code: _unit(code, name, None, table.END_2010, (later,), table.USAGE)
        for code, (name, later) in table.OLDEST.items()
    },
    **{
        code: _unit(code, name, None, table.END_2018, (later,), source)
        for code, (name, later, source) in table.OLD.items()
    },
    **{code: _unit(code, name, table.BEGIN_2018, None, (), source) for code, (name, source) in table.NEW.items()},
}

# A provincial department (PV28, PC06A) or a department of the ministry (C02, V05).
_CODE = re.compile(r"(?<![\w.])(P[ACHKVX]\d\d[A-D]?|(?:A0|C0|C1|V0|V1|X0|H0|K0)\d)(?!\w)", re.IGNORECASE)
_ONLY_CODE = re.compile(rf"(?:(?:phòng|đội|cục|p\.) ?)?\(?{_CODE.pattern}\)?", re.IGNORECASE)

_PLACE = "tỉnh|huyện|thị xã|thành phố|thị trấn|quận|phường|xã|đặc khu|tp|tx|tt|h|q|p|x"
_SUNG = "s[ĩỹ]|dao|khúc|nhạc|kịch|trù|ngợi|múa|từ|cao|trực|bệnh|mắc|nhiễm|mổ"
# What a unit's name begins with. Words that also begin people's names (Đoàn, Trường, Hội) need their second word.
HEAD = re.compile(
    # "CA Tân Phú" in capitals only: there are people called Ca, and "CA SĨ" sings.
    rf"(?:p[achkvx]\d\d(?= (?:ca|công an))|công an|ca (?:{_PLACE})\b|(?-i:CA(?= [{UPPER}]))(?! (?:{_SUNG})(?!\w))|ca(?:h|tx|tp|tt|t|p|x|q)\b|phòng|(?:đ|tổ đ)ội|tổ (?:công tác|cảnh sát|an ninh|tuyên|biên|tham mưu|tổng hợp|phòng,? chống)"
    r"|văn phòng|vp (?:cơ quan|công an|đoàn|ca)|thanh tra(?= \S)|trung tâm|ttđh|trại (?:tạm )?giam|nhà tạm giữ|cục|tổng cục"
    r"|ban (?:chỉ đạo|chỉ huy|giám đốc|biên tập|thanh niên|tuyên giáo|thông tin|quản lý|an toàn|tổ chức|dân vận|nội chính"
    r"|cơ yếu|công tác|phụ nữ|chấp hành|thường vụ|quân sự|công an)|bbt|bcđ|cơ quan|cq ?csđt|csđt|đoàn (?:thanh niên|tn|cơ sở|khối|thể)"
    r"|chi đoàn|liên đoàn|hội (?:phụ nữ|cựu|nông dân|chữ thập|đồng|luật gia|nhà báo|liên hiệp)|công đoàn|trung đoàn"
    r"|tiểu đoàn|đại đội|trường (?:đại học|cao đẳng|trung cấp|chính trị|thpt|thcs|tiểu học|đh|cđ|csnd|mầm non|bồi dưỡng)"
    r"|học viện|bệnh (?:viện|xá)|bộ (?:công an|chỉ huy|đội|phận|tư lệnh|tham mưu)|bch|bđbp|trạm (?:cảnh sát|csgt|công an|kiểm soát|y tế)"
    r"|đồn (?:biên phòng|công an|bp)|ubnd|ủy ban|uỷ ban|hđnd|ubmttq|mttq|vksnd|viện (?:kiểm sát|kỹ thuật|khoa học)|tand|tòa án"
    r"|toà án|sở|tỉnh (?:ủy|uỷ|đoàn)|huyện (?:ủy|uỷ|đoàn)|thành (?:ủy|uỷ|đoàn)|thị (?:ủy|uỷ|đoàn)|đảng (?:ủy|uỷ|bộ)"
    r"|chi cục|bqt|ban qt|csgt|cảnh sát|lực lượng)(?!\w)",
    re.IGNORECASE,
)
_ALONE = re.compile(r"bbt|bqt|ban biên tập|cơ quan điều tra", re.IGNORECASE)

_WORDS = frozenset(" ".join(unit.name for unit in TABLE.values()).replace(",", "").casefold().split()) | vocabulary(
    "tỉnh huyện thị xã thành phố trấn quận phường đặc khu công an tổ đội ban biên tập chỉ đạo huy giám đốc thanh niên phụ nữ"
    " tuyên giáo truyền thông tin cơ quan cảnh sát trung đoàn tiểu đại học viện trường bệnh xá bộ trạm đồn biên phòng ủy uỷ"
    " ban nhân dân hội đồng kiểm tòa toà án sở tư pháp y tế giáo dục đào tạo văn hóa hoá xử lý tai nạn dẫn đoàn trật tự cơ"
    " động phản ứng nhanh nghiệp vụ bảo vệ số và của các về phòng chống tội phạm ma túy tuý môi trường tham mưu tổng hợp"
    " xây dựng lực lượng an ninh chính nội chính kinh tế xã mạng điều tra hình sự sát giao đường bộ sắt thủy thuỷ cháy chữa"
    " cứu nạn hộ nhập cảnh xuất quản hành chính hướng kỹ thuật khoa nhà tạm giữ giam trại chi cục trung tâm thông lao động"
    " quân đội khối cựu chiến binh nông chữ thập đỏ luật gia báo chủ tịch toàn phong trào hậu cần quốc tổ trị tác đảng quần"
    " chúng thường trực ứng phó chỉ thi tổng giáo mầm non tiểu cao đẳng cấp bồi dưỡng nghề lịch sử đối ngoại công nghệ"
)
_TYPES = vocabulary("tỉnh huyện xã phố trấn quận phường khu")
_DASH = re.compile(r" ?[–—] ?| +-+ *| *-+ +")
_PUNCTUATION = re.compile(r"[,()–—-]+")
_ANNOUNCES = re.compile(r"(?<!\w)(?:thông báo|ra quân|kính báo|trân trọng)(?!\w)", re.IGNORECASE)
_DOES = re.compile(
    r"(?<!\w)(?:đề nghị|khuyến cáo|thông báo|cho biết|bắt|tiếp nhận|xin|đã|sẽ|đang|mời|yêu cầu|phát động|khởi tố|kêu gọi|trao|tặng"
    r"|ra quân|tuyên truyền|mong|triệt phá|tuần tra|xử lý|phối hợp|kiểm tra|liên hệ|phát biểu|ra mắt|họp|kính|trân trọng|là|vì|hãy|cùng|được|bị|vừa"
    r"|tăng cường|phát hiện|tạm giữ|bàn giao|thu giữ|làm rõ|thăm|tham gia|nhận|gọi|gặp|với)(?!\w)|[:!?;“”\"]",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ][^\W\d]{0,11}(?:['’.-][^\W\d]{1,8})*|\d{1,3}(?:/\d{1,3})?|[A-ZĐ&.-]{1,9}")


def code(text: str) -> str | None:
    """The department code that a text consists of.

    >>> code("phòng pc08"), code("PC06"), code("Hữu Liêm")
    ('PC08', 'PC06', None)
    """
    found = _ONLY_CODE.fullmatch(clean(text[:_LONGEST]))
    return found[1].upper() if found else None


def is_unit(text: str) -> bool:
    """Does this name a unit, by code or by what it begins with?

    >>> is_unit("PV28"), is_unit("Công an huyện Đức Linh"), is_unit("CAH Đức Linh"), is_unit("Ban Biên tập")
    (True, True, True, True)
    >>> [is_unit(text) for text in ("Hữu Liêm", "Đoàn Văn Hậu", "Trường Giang", "Ca Văn Thỉnh", "CA SĨ MỸ LỆ")]
    [False, False, False, False, False]
    >>> is_unit("CA Tân Phú"), is_unit("CA xã Đạ Lây")
    (True, True)
    """
    name = clean(text[: 2 * _LONGEST])
    return len(name) <= _LONGEST and (HEAD.match(name) is not None or _ONLY_CODE.fullmatch(name) is not None)


@lru_cache(maxsize=2048)
def is_certain(text: str) -> bool:
    """Is this a unit's name and no sentence that begins with one?

    >>> is_certain("Phòng Công tác đảng và công tác chính trị"), is_certain("Công an tỉnh đề nghị quần chúng")
    (True, False)
    """
    name = clean(text[: 2 * _LONGEST])
    if _ONLY_CODE.fullmatch(name):
        return True
    if len(name) > _LONGEST or not HEAD.match(name) or _ANNOUNCES.search(name):
        return False
    for piece in _DASH.split(name)[1:]:
        if not HEAD.match(piece) and not _CODE.match(piece) and not all(map(_NAME_WORD.fullmatch, piece.split())):
            return False
    words = _PUNCTUATION.sub(" ", name.replace("phòng, chống", "phòng chống")).split()
    if len(words) == 1:
        return _ALONE.fullmatch(name) is not None
    return len(words) <= 22 and all(
        word in _WORDS or _NAME_WORD.fullmatch(word) or word.casefold() in _WORDS for word in words
    )


def continues(text: str) -> bool:
    """Is this the rest of a unit's name, as in “Đội Cảnh sát giao thông - Trật tự”?

    >>> continues("Trật tự"), continues("Hữu Liêm")
    (True, False)
    """
    words = text.split()
    return len(words) > 1 and words[-1].islower() and all(word.casefold() in _WORDS for word in words)


def is_likely(text: str) -> bool:
    """Is this short, begins as a unit's name does, and says nothing that such a unit does?

    >>> is_likely("Ban quản lý đề án"), is_likely("Công an tỉnh đề nghị quần chúng")
    (True, False)
    """
    return (
        HEAD.match(text) is not None
        and len(text) <= 80
        and len(text.split()) <= 10
        and text[-1].isalnum()
        and not _DOES.search(text)
    )


def name(text: str) -> str:
    """A unit as it is kept: its code where one is printed, else its name as printed.

    >>> name("CÔNG AN HUYỆN"), name("Phòng CSGT (PC08)"), name("PC08 – Công an tỉnh"), name("CAH Đức Linh")
    ('CÔNG AN HUYỆN', 'PC08', 'PC08', 'CAH Đức Linh')
    """
    printed = clean(text[: 2 * _LONGEST]).strip(" .,;:-–—")
    if codes := _CODE.findall(printed):
        return ", ".join(dict.fromkeys(found.upper() for found in codes))
    return printed


_SHORT = (
    (re.compile(r"\bCA ?H\b\.?"), "Công an huyện"),
    (re.compile(r"\bCA ?TX\b\.?"), "Công an thị xã"),
    (re.compile(r"\bCA ?TP\b\.?"), "Công an thành phố"),
    (re.compile(r"\bCA ?TT\b\.?"), "Công an thị trấn"),
    (re.compile(r"\bCA ?T\b\.?"), "Công an tỉnh"),
    (re.compile(r"\bCA ?P\b\.?"), "Công an phường"),
    (re.compile(r"\bCA ?X\b\.?"), "Công an xã"),
    (re.compile(r"\bCA ?Q\b\.?"), "Công an quận"),
    (re.compile(r"\bCA\b(?! ?[A-Z]\b)"), "Công an"),
    (re.compile(r"(?<=Công an )TX\b\.? ?"), "thị xã "),
    (re.compile(r"(?<=Công an )TP\b\.? ?"), "thành phố "),
    (re.compile(r"(?<=Công an )TT\b\.? ?"), "thị trấn "),
    (re.compile(r"\bBBT\b"), "Ban biên tập"),
)


def expand(short: str) -> str:
    """A short form written out; any other name as it is.

    >>> expand("CAH Đức Linh"), expand("CATX La Gi"), expand("Công an TP. Phan Thiết"), expand("CAP Tân An")
    ('Công an huyện Đức Linh', 'Công an thị xã La Gi', 'Công an thành phố Phan Thiết', 'Công an phường Tân An')
    """
    long = clean(short[: 2 * _LONGEST])
    for form, meaning in _SHORT:
        long = form.sub(meaning, long)
    return clean(long)


def lookup(code: str, on: date | None = None) -> Unit | None:
    """What a code stands for; with a date, only if it was in use then. None for a code nobody explains.

    >>> lookup("PV28").name
    'Phòng Xây dựng phong trào toàn dân bảo vệ an ninh Tổ quốc'
    >>> lookup("PV28", on=date(2020, 1, 1)) is None
    True
    """
    unit = TABLE.get(code.strip().upper())
    if unit is None or on is None:
        return unit
    begun = unit.valid_from is None or unit.valid_from <= on
    return unit if begun and (unit.valid_to is None or on <= unit.valid_to) else None


def successors(code: str) -> tuple[str, ...]:
    """The codes that took this one's place.

    >>> successors("PV28"), successors("PV05")
    (('PV05',), ())
    """
    unit = TABLE.get(code.strip().upper())
    return unit.successors if unit else ()


def predecessors(code: str) -> tuple[str, ...]:
    """The codes whose place this one took.

    >>> predecessors("PC08")
    ('PC67', 'PC68')
    """
    wanted = code.strip().upper()
    return tuple(unit.code for unit in TABLE.values() if wanted in unit.successors)


def related(code: str) -> tuple[str, ...]:
    """The unit itself, then all that followed it, then all that it followed: what a search for one means.

    >>> related("pv28"), related("Công an huyện Đức Linh")
    (('PV28', 'PV05'), ('Công an huyện Đức Linh',))
    """
    found = {name(code): None}
    for step in (successors, predecessors):
        waiting = [name(code)]
        while waiting:
            for other in step(waiting.pop()):
                if other not in found:
                    found[other] = None
                    waiting.append(other)
    return tuple(found)
