"""A byline read piece by piece: between dashes and brackets stand people, a unit, a source, or what was done."""

from __future__ import annotations

import re

from vietnam import _byline_words as words
from vietnam import people, units
from vietnam.normalize import clean


class Reading:
    """What has been made of a line so far.

    `doubts` counts the pieces that nothing vouches for, `guesses` the units that only their first words show.
    """

    __slots__ = ("authors", "credit", "doubts", "guesses", "marks", "roles", "unit", "unit_open")

    def __init__(self) -> None:
        self.authors: list[str] = []
        self.unit: str | None = None
        self.unit_open = False
        self.credit: str | None = None
        self.roles: list[str] = []
        self.doubts = 0
        self.guesses = 0
        self.marks = 0


_TEAM_AT_END = re.compile(r"(?<!\w)(?:đội|tổ|phòng|ban|khối)$", re.IGNORECASE)
_COMRADE = re.compile(r"(?<!\w)đ/c[.: ]*", re.IGNORECASE)
_TEAM = re.compile(r"(?:đội|tổ|phòng|trạm)\b", re.IGNORECASE)
# A dash divides where space is beside it, before a code, and the long ones anywhere; so do bars and semicolons.
_DASH = re.compile(
    r"( ?[–—―|;•] ?| +[-−]+ *|[-−]+ +|-(?=P[ACHKVX]\d\d|CA[HTXPQ ]|Công an|CÔNG AN|Phòng |PHÒNG |Đội |ĐỘI ))"
)
_PEOPLE = re.compile(r" ?[,&+/] ?| và | VÀ ")
_PARENTHESIS = re.compile(r"\(([^()]{0,150})\)?|\[([^\[\]]{0,150})\]?")
_UNIT_INSIDE = re.compile(
    r"[ ,]+(?=(?:P[ACHKVX]\d\d(?!\w)|Công an (?!Nhân)|CÔNG AN |CA(?:H|TX|TP|TT|T|P|X|Q)? [A-ZĐ]|CA (?:xã|phường|huyện|thị|tỉnh|thành|quận|đặc) |Phòng [A-ZĐ]|PHÒNG |Đội [A-ZĐ]|Ban [A-ZĐ]))"
)
_EDGE = " .,;:*…_–—-|/"
_NOTE_MARK = re.compile(r"(?:\s*(?:\(\*+\)|\*+|\[\d\]|[¹²³]))+$|\s*\./\.?$")


def read(line: str) -> Reading:
    reading = Reading()
    line = words.unquoted(line)
    if people.may_be_provider(line):
        line = words.PROVIDED.sub(" – ", line)
    line = _NOTE_MARK.sub("", line).strip(_EDGE if line[-2:-1] != "." and not people.INITIALS.fullmatch(line) else " ")
    if line[:1] in "([" and line[-1:] in ")]" and line.count("(") + line.count("[") == 1:
        line = line[1:-1].strip(_EDGE)
    if credit := words.CREDIT.match(line):
        _read_credit(line[credit.end() :], reading)
        return reading
    if words.PHOTO_SOURCE.match(line):
        return reading
    if "(" in line or "[" in line:
        inner = [first or second for first, second in _PARENTHESIS.findall(line)]
        outside = _PARENTHESIS.sub(" – ", line).strip(_EDGE + "()[]")
        _read_outside(outside, reading)
        for part in inner:
            _read_parenthesis(clean(part).strip(" .,;:"), reading)
        return reading
    _read_outside(line, reading)
    return reading


def _read_outside(line: str, reading: Reading) -> None:
    if units.is_certain(line):
        _read_unit(line, "", reading)
        return
    if inside := words.CREDIT_INSIDE.search(line):
        source = line[inside.end() :]
        if credit := words.CREDIT.match(source):
            _read_credit(source[credit.end() :], reading)
            line = line[: inside.start()].rstrip(_EDGE)
    if (":" in line or line[:1] in "tTbBảẢhHcCvV") and (labels := list(words.LABEL.finditer(line))):
        for label in labels:
            role = label["jobs"] or label["did"] or label["bare"]
            reading.roles.append(role[0].upper() + role[1:].lower() if role.isupper() else role)
        line = words.LABEL.sub(" – ", line)
    done = words.DONE_AT_END.search(line)
    if done and not _TEAM_AT_END.search(line[: done.start()]):
        if not reading.authors:
            reading.roles.append(words.LONG_FORM.get(done[1].lower(), done[1].lower()))
        line = line[: done.start()]
    parts = _DASH.split(line)
    before = ""
    for index in range(0, len(parts), 2):
        part = parts[index].strip(" ,;:/&.*") if not people.INITIALS.fullmatch(parts[index]) else parts[index]
        if part:
            _read_part(part, before, reading)
            before = ""
        before += parts[index + 1] if index + 1 < len(parts) else ""


def _read_part(part: str, before: str, reading: Reading) -> None:
    """One piece between dashes: a unit, a source, what was done, or people (with one of those among them)."""
    if units.is_unit(part):
        _read_unit(part, before, reading)
        return
    if reading.unit_open and _TEAM.match(reading.unit or "") and units.continues(part):
        _extend_unit(part, before, reading)
        return
    if (
        reading.unit_open
        and part.isupper()
        and len(part) <= 5
        and part.isalpha()
        and not people.ANONYMOUS.fullmatch(part)
    ):
        _extend_unit(part, before, reading)
        return
    reading.unit_open = False
    if words.DONE.fullmatch(part) and (reading.authors or part.lower() in ("tổng hợp", "t/h")):
        reading.roles.append(words.LONG_FORM.get(part.lower(), part.lower()))
        return
    if words.is_outlet(part) and not people.ANONYMOUS.fullmatch(part):
        _read_source(part, reading)
        return
    if people.POSITION.match(part):
        _read_position(part, reading)
        return
    if inside := _UNIT_INSIDE.search(part):
        tail = part[inside.end() :]
        if units.is_unit(tail):
            if head := part[: inside.start()].strip(_EDGE):
                _read_part(head, before, reading)
            _read_unit(tail, ", ", reading)
            return
    if ": " in part:
        for piece in part.split(": "):
            _read_part(piece.strip(), " – ", reading)
        return
    _read_people(part, reading)


def _read_people(text: str, reading: Reading) -> None:
    if people.INITIALS.fullmatch(text):
        reading.authors.append(people.as_name(text))
        return
    text = _COMRADE.sub("", text)
    if not ("," in text or "/" in text or "&" in text or "+" in text or " và " in text or " VÀ " in text):
        _read_person(text, reading)
        return
    if people.ANONYMOUS.fullmatch(text):
        reading.authors.append(text)
        return
    for piece in _PEOPLE.split(text):
        piece = piece.strip()  # noqa: PLW2901
        if not piece:
            continue
        if units.is_unit(piece):
            _read_unit(piece, ", ", reading)
        elif words.is_outlet(piece):
            _read_source(piece, reading)
        elif people.POSITION.match(piece):
            _read_position(piece, reading)
        elif words.DONE.fullmatch(piece) and reading.authors:
            reading.roles.append(words.LONG_FORM.get(piece.lower(), piece.lower()))
        else:
            _read_person(piece, reading)


def _read_person(text: str, reading: Reading) -> None:
    bare = text.count("-")
    if bare == 1 and "'" not in text:
        left, _, right = text.partition("-")
        if " " in left and " " in right and people.looks_like_name(left) and people.looks_like_name(right):
            _read_person(left, reading)
            _read_person(right, reading)
            return
    if people.ONLY_TITLE.fullmatch(text) or (people.may_be_provider(text) and people.PROVIDER.fullmatch(text)):
        return
    name = people.as_name(text)
    if not name:
        return
    reading.authors.append(name)
    if not people.looks_like_name(name):
        reading.doubts += 1


def _read_position(text: str, reading: Reading) -> None:
    """“Phó Trưởng phòng PC08”: the office is dropped, the unit behind it kept."""
    found = people.POSITION.match(text)
    assert found is not None
    rest = text[found.end() :].strip(_EDGE)
    kind = found[0].lower()
    if rest and not units.is_unit(rest):
        if kind.endswith("phòng"):
            rest = f"Phòng {rest}"
        elif kind.endswith("công an"):
            rest = f"Công an {rest}"
        elif kind.startswith(("đội", "phó đội")):
            rest = f"Đội {rest}"
    if rest and units.is_unit(rest):
        _read_unit(rest, "", reading)
    elif rest:
        reading.doubts += 1


def _read_unit(part: str, before: str, reading: Reading) -> None:
    if ":" in part:
        part, _, person = part.partition(":")
        _read_people(person.strip(), reading)
    head, people_after = part, ""
    if "," in part and not units.is_certain(part):
        first, _, rest = part.partition(",")
        if people.looks_like_name(people.as_name(rest.strip())):
            head, people_after = first, rest.strip()
    if not units.is_certain(head):
        if units.is_likely(head):
            reading.guesses += 1
        else:
            reading.doubts += 1
    if reading.unit is None or not reading.unit_open:
        new = units.name(head)
        reading.unit = new if reading.unit in (None, new) else f"{reading.unit}, {new}"
    else:
        _extend_unit(head, before, reading)
    reading.unit_open = True
    if people_after:
        _read_people(people_after, reading)


def _extend_unit(part: str, before: str, reading: Reading) -> None:
    """A team and the force it belongs to are one unit: “Đội CSGT – Công an huyện Tuy Phong”; a code says enough."""
    assert reading.unit is not None
    if units.code(reading.unit) or (", " in reading.unit and units.code(reading.unit.partition(", ")[0])):
        if (other := units.code(part)) and other != reading.unit:
            reading.unit = f"{reading.unit}, {other}"
        return
    if found := units.code(part):
        reading.unit = found
        return
    joint = before if before.strip() else " - "
    reading.unit = units.name(f"{reading.unit}{joint}{units.name(part)}")


def _read_parenthesis(inner: str, reading: Reading) -> None:
    if not inner or inner.strip("*") == "":
        return
    if (found := units.code(inner)) and reading.unit and not units.code(reading.unit.partition(", ")[0]):
        reading.unit = found  # “Phòng Cảnh sát hình sự (PC02)”
        return
    if words.DONE.fullmatch(inner):
        if not (inner.lower() in ("th", "st") and inner.isupper() and not reading.authors):
            reading.roles.append(words.LONG_FORM.get(inner.lower(), inner.lower()))
    elif credit := words.CREDIT.match(inner):
        _read_credit(inner[credit.end() :], reading)
    elif words.is_outlet(inner):
        _read_source(inner, reading)
    else:
        reading.unit_open = False
        _read_outside(inner, reading)


def _read_source(text: str, reading: Reading) -> None:
    reading.marks += 1
    reading.credit = text if reading.credit is None else f"{reading.credit}, {text}"


def _read_credit(rest: str, reading: Reading) -> None:
    """What follows “Theo” or “Nguồn”: a source, with the person who wrote there before a slash or a dash."""
    rest = rest.strip(" .,;*")
    if rest.endswith(")") and rest.count("(") < rest.count(")"):
        rest = rest[:-1].rstrip(" .")
    reading.marks += 1
    if credit := words.CREDIT.match(rest):
        rest = rest[credit.end() :]
    if people.ANONYMOUS.fullmatch(rest):
        reading.authors.append(rest)
        return
    for sign in ("/", " - ", " – ", " — ", " ("):
        head, found, outlet = rest.partition(sign)
        head, outlet = head.strip(), outlet.strip(" )")
        if not found or not outlet or words.DOMAIN.fullmatch(rest) or words.is_outlet(head) or units.is_unit(head):
            continue
        names = _PEOPLE.split(head)
        if all(people.looks_like_name(people.as_name(name)) for name in names if name) and (
            sign == "/" or words.is_outlet(outlet) or (outlet.isupper() and " " not in outlet)
        ):
            reading.authors += [people.as_name(name) for name in names if name]
            reading.credit = outlet
            return
    reading.credit = rest if reading.credit is None else f"{reading.credit}, {rest}"
