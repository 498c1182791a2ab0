"""Who signs: the printed byline divided, and whether a line is one at all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.text import units
from crawler.text.normalize import clean, fold

_LONGEST = 160
_RANK = re.compile(
    r"^(?:(?:Đại|Thượng|Trung|Thiếu)\s+(?:tướng|tá|úy|uý|sĩ|sỹ)|Hạ\s+sĩ|Đ/c|Đồng chí|TS|ThS|PGS|GS|CN|BS|LS|Nhà báo|"
    r"Phóng viên|PV|CTV)(?:\.|,|:|\s)+(?=\S)",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?P<role>(?:(?:Tin|Bài|Ảnh|Hình|Clip|Video|Thơ)(?:\s*(?:,|/|&|và|-|\+)\s*(?:tin|bài|ảnh|hình|clip|video))*(?:\s+viết)?"
    r"|Thực hiện|Biên tập|Tác giả|Người viết|Nguồn ảnh))\s*:\s*",
    re.IGNORECASE,
)
_CREDIT = re.compile(r"^(?:(?:Tin\s+)?Theo|Nguồn(?:\s+tin)?)\s*:?\s+|^Nguồn\s*:\s*", re.IGNORECASE)
_COMPILED = re.compile(
    r"^(?:tổng hợp|t/h|th|sưu tầm|s/t|st|lược ghi|biên tập|b/t|biên soạn|thực hiện|ghi|tin, ảnh|ảnh)$",
    re.IGNORECASE,
)
_DASH = re.compile(r"\s*[–—―]\s*|\s+-\s*|\s*-\s+|-(?=P[A-Z]\d{2}\b)")
_PEOPLE = re.compile(r"\s*(?:,|;|&|/|\+|\bvà\b)\s*")
_INITIALS = re.compile(r"(?:[A-ZĐÂÊÔƠƯÁÀẢÃẠ]{1,2}\.){1,4}[A-ZĐÂÊÔƠƯÁ]{0,3}\.?|P\.?V|CTV|PV|[A-ZĐ]{2,4}")
_NAME_WORD = re.compile(r"[A-ZĐÀ-ÖØ-ÝĂĨŨƠƯẠ-Ỹ][\w’'.\-]*", re.UNICODE)
_OUTLET = re.compile(
    r"\b(?:Báo|Tạp chí|Đài|Cổng|Thông tấn|Cục|Bộ|TTXVN|VOV|VTV|CAND|ANTV|Online|Công an|Trang|Website|Dân trí|"
    r"VnExpress|Tuổi Trẻ|Thanh Niên|Tiền Phong|Lao Động|Nhân Dân|Vietnam\w*|Zing\w*)\b|\.(?:vn|com|net|org)\b",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"^(?:KT\.|TM\.|TL\.|TUQ\.|Q\.|GIÁM ĐỐC|PHÓ GIÁM ĐỐC|TRƯỞNG PHÒNG|THỦ TRƯỞNG|CHỦ TỊCH|Nơi nhận|Ảnh\s*:|Ảnh minh họa|Ảnh tư liệu|Hình\s*:|"
    r"Lưu\s*:|Video\s*:|Clip\s*:|Từ khóa|Tags?\b|Tin liên quan|Xem thêm|Đọc thêm|Liên hệ|Điện thoại|ĐT\s*:|Email)",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"(?:super\s*user|administrator|admin\w*|root|webmaster|web\s*admin|quan\s*tri(?:\s*vien)?\w*|editor\w*|bientap\w*|"
    r"bbt[_\d]\w*|user\d*|author|guest|moderator|manager|demo|test\w*|bien\s*tap\s*vien|nhap\s*lieu|nhaplieu\w*|tk_\w+)",
)


@dataclass(frozen=True, slots=True)
class Byline:
    """A byline divided; `raw` as printed in NFC, `confidence` from 0 to 1."""

    raw: str
    authors: tuple[str, ...] = ()
    unit: str | None = None
    credit: str | None = None
    role: str | None = None
    confidence: float = 1.0


def divide(text: str) -> Byline:
    """Divide a line that is known to be a byline.

    >>> divide("Hữu Liêm – PV28")
    Byline(raw='Hữu Liêm – PV28', authors=('Hữu Liêm',), unit='PV28', credit=None, role=None, confidence=1.0)
    >>> divide("Theo Đức Anh/Báo Bình Thuận").authors, divide("Theo Đức Anh/Báo Bình Thuận").credit
    (('Đức Anh',), 'Báo Bình Thuận')
    """
    raw = clean(text[: _LONGEST * 4])
    line = raw.strip(" .*…")
    if line.startswith("(") and line.endswith(")") and line.count("(") == 1:
        line = line[1:-1].strip()
    line = line or raw
    return _divide(line, raw)


def _divide(line: str, raw: str) -> Byline:
    if credit := _CREDIT.match(line):
        return _credited(line[credit.end() :], raw)
    if _COMPILED.match(line):
        return Byline(raw, role=line.lower())
    role, names, unit, credit_name = None, list[str](), None, None
    for inner in re.findall(r"\(([^()]*)\)", line):
        found_role, found_unit, found_credit = _parenthesis(inner)
        role, unit, credit_name = role or found_role, unit or found_unit, credit_name or found_credit
        if found_role is found_unit is found_credit is None:
            names += _people(inner)
    line = re.sub(r"\([^()]*\)", " ", line)
    if labels := list(_ROLE.finditer(line)):
        role = role or clean(labels[0]["role"])
        line = _ROLE.sub(" – ", line)
    people: list[str] = []
    for segment in _DASH.split(line):
        part = clean(segment).strip(",;/&")
        if not part:
            continue
        if units.is_unit(part):
            unit = unit or units.name(part)
            continue
        head, tail = _unit_at_end(part)
        if tail:
            unit = unit or units.name(tail)
        if "/" in head and _OUTLET.search(head.rpartition("/")[2]):
            head, _, outlet = head.rpartition("/")
            credit_name = credit_name or clean(outlet)
        people += _people(head)
    return Byline(raw, tuple(dict.fromkeys(people + names)), unit, credit_name, role)


def judge(
    text: str,
    *,
    after_image: bool = False,
    emphasized: bool = False,
    aligned_right: bool = False,
    last: bool = True,
) -> Byline | None:
    """The byline that a line of an article is; None for a sentence, a caption, a signature block, a slogan.

    >>> judge("Đừng lái xe – khi đã uống rượu bia", emphasized=True) is None
    True
    >>> judge("Ảnh: Trần Long", after_image=True) is None
    True
    """
    raw = clean(text[: _LONGEST * 4])
    if not raw or len(raw) > _LONGEST or _NEVER.match(raw) or re.search(r"[!?“”\"…;]", raw):
        return None
    signed = emphasized or aligned_right
    byline = divide(raw)
    line = raw.strip(" .*()")
    if _CREDIT.match(line):
        name = byline.credit or ""
        words = name.split()
        if not words or len(words) > 10 or re.search(r"[,:]|\d{3}", name) or (raw.endswith(".") and not signed):
            return None
        return byline if _OUTLET.search(name) or _is_person(name) or signed else None
    if raw.endswith(".") and not _INITIALS.fullmatch(raw) and not signed:
        return None
    if not byline.authors and not byline.unit and not byline.credit:
        return byline if byline.role and raw.startswith("(") else None
    if after_image and not signed and not byline.unit:
        return None
    if not all(_is_person(author) for author in byline.authors):
        return None
    if byline.unit and not byline.authors and not _is_plain_unit(line, signed=signed):
        return None
    if not last and not signed:
        return None
    if len(byline.authors) == 1 and not byline.unit and not byline.role and not signed:
        return byline if len(byline.authors[0].split()) in {2, 3, 4} or _INITIALS.fullmatch(byline.authors[0]) else None
    return byline


def is_account_name(name: str) -> bool:
    """Whether a name is a CMS account, not a person.

    >>> is_account_name("Super User"), is_account_name("Quản trị viên"), is_account_name("Hữu Liêm")
    (True, True, False)
    """
    folded = fold(clean(name[:200]))
    return "@" in folded or _ACCOUNT.fullmatch(folded) is not None


def _credited(rest: str, raw: str) -> Byline:
    rest = clean(rest).strip(" .)(")
    head, slash, outlet = rest.rpartition("/")
    if slash and _is_person(clean(head)):
        return Byline(raw, tuple(_people(head)), None, clean(outlet))
    for dash in _DASH.finditer(rest):
        head, outlet = rest[: dash.start()], rest[dash.end() :]
        if _OUTLET.search(outlet) and _is_person(clean(head)) and not _OUTLET.search(head):
            return Byline(raw, tuple(_people(head)), None, clean(outlet))
    return Byline(raw, (), None, rest)


def _parenthesis(inner: str) -> tuple[str | None, str | None, str | None]:
    inner = clean(inner).strip(" .")
    if _COMPILED.match(inner):
        return inner.lower(), None, None
    if credit := _CREDIT.match(inner):
        return None, None, inner[credit.end() :]
    if units.is_unit(inner):
        return None, units.name(inner), None
    if _OUTLET.search(inner) or inner.lower().startswith("theo "):
        return None, None, inner
    return None, None, None


def _unit_at_end(part: str) -> tuple[str, str | None]:
    for found in re.finditer(r"(?:,|;|/|\s)\s*(?=\S)", part):
        tail = part[found.end() :]
        if re.match(
            r"P[A-Z]\d{2}\b|Công an\b|CA[HPX]\b|CAT[XP]?\b|Phòng\b|Đội\b", tail, re.IGNORECASE
        ) and units.is_unit(tail):
            return part[: found.start()], tail
    return part, None


def _people(text: str) -> list[str]:
    return [name for name in (_person(part) for part in _PEOPLE.split(clean(text))) if name]


def _person(text: str) -> str:
    name = clean(text).strip(" .,:*") if not _INITIALS.fullmatch(clean(text)) else clean(text)
    while (rank := _RANK.match(name)) and not _INITIALS.fullmatch(name):
        name = name[rank.end() :].strip(" .,:")
    if name.isupper() and not _INITIALS.fullmatch(name):
        name = " ".join(word.capitalize() for word in name.split())
    return name


def _is_person(name: str) -> bool:
    words = name.split()
    if not 1 <= len(words) <= 6 or any(character.isdigit() for character in name):
        return False
    return bool(_INITIALS.fullmatch(name)) or all(_NAME_WORD.fullmatch(word) for word in words)


def _is_plain_unit(line: str, *, signed: bool) -> bool:
    if units.code(line):
        return True
    words = line.split()
    if line.isupper():
        return len(words) <= 10
    place = re.match(
        r"(?:Công an|CA\w*)\s+(?:(?:tỉnh|huyện|thị xã|thành phố|quận|phường|xã|thị trấn|TP\.?|TX\.?)\s*)?(.*)",
        line,
    )
    if place:
        return all(_NAME_WORD.fullmatch(word.strip(".,–-")) for word in place[1].split()) and len(words) <= 9
    return len(words) <= 14 and (signed or len(words) <= 6) and "," not in line.replace("phòng, chống", "")
