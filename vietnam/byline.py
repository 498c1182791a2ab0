"""Who signs: a printed byline divided, and whether a line of an article is one at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vietnam import _byline_lines as several
from vietnam import _byline_words as words
from vietnam import people, units
from vietnam._byline_parts import Reading, read
from vietnam.normalize import clean, fold

# Characters of a byline; of one that is to be told from a sentence.
_LONGEST = 200
_LONGEST_LINE = 140


@dataclass(frozen=True, slots=True)
class Byline:
    """A byline divided. `raw` as printed (NFC, one line), `role` what the people did, `confidence` from 0 to 1."""

    raw: str
    authors: tuple[str, ...] = ()
    unit: str | None = None
    credit: str | None = None
    role: str | None = None
    confidence: float = 1.0


# The three shapes that most bylines have; everything in them is looked at before it is believed.
_PLAIN = re.compile(
    rf"(?P<one>{people.TWO_TO_FOUR})(?:(?:, | ?[–—] ?| - | và )(?P<two>{people.TWO_TO_FOUR})"
    rf"|(?: ?[–—] ?| - | \()(?P<unit>P[ACHKVX]\d\d|Công an (?:huyện|xã|phường|thị xã|thị trấn|tỉnh|thành phố|quận)"
    rf" (?P<place>{people.TWO_TO_FOUR}))\)?)?"
)

# What themes print in front of a name.
_BY = re.compile(r"(?:by|bởi)(?![^\W_]) ?:? ?", re.IGNORECASE)
_QUOTES = re.compile('[“”"‘!?]')
# A template's label in front of what the editors wrote themselves.
_LABELLED_SOURCE = re.compile(r"(?i)^(?:tác giả|người viết)(?: bài viết)?\s*:\s*(?=\(?(?:theo|nguồn)\b)")
_UNFINISHED = re.compile(r"(?:^|\s)(?:huyện|xã|phường|phố|trấn|quận|công an)$", re.IGNORECASE)


def divide(text: str) -> Byline:
    """A line that is known to be a byline, divided into people, unit and source.

    >>> divide("Hữu Liêm – PV28")
    Byline(raw='Hữu Liêm – PV28', authors=('Hữu Liêm',), unit='PV28', credit=None, role=None, confidence=1.0)
    >>> divide("Theo Đức Anh/Báo Bình Thuận").authors, divide("Theo Đức Anh/Báo Bình Thuận").credit
    (('Đức Anh',), 'Báo Bình Thuận')
    >>> divide("TIN, ẢNH: XUÂN TRƯỜNG - CÔNG AN HUYỆN BẮC BÌNH").unit
    'CÔNG AN HUYỆN BẮC BÌNH'
    """
    raw = _one_line(text)
    if (found := _PLAIN.fullmatch(raw)) and "\n" not in text and (plain := _plain(found, raw)):
        return plain
    return _byline(raw, read(_lines(text, raw)))


def judge(
    text: str,
    *,
    after_image: bool = False,
    emphasized: bool = False,
    aligned_right: bool = False,
    last: bool = True,
) -> Byline | None:
    """The byline that a line of an article is; None for a sentence, a caption, a signature block, a slogan.

    >>> judge("Hữu Liêm – PV28").unit
    'PV28'
    >>> judge("An toàn giao thông – Hạnh phúc mọi nhà!", emphasized=True) is None
    True
    >>> judge("Ảnh: Trần Long", after_image=True) is None
    True
    >>> judge("Tác giả: Theo Báo Bình Thuận", emphasized=True).authors, judge("Tác giả: Theo Đức Anh/Báo Bình Thuận").authors
    ((), ('Đức Anh',))
    >>> judge("By Xuân Mai", emphasized=True).authors, judge("Bởi: Xuân Mai", emphasized=True).raw
    (('Xuân Mai',), 'Bởi: Xuân Mai')
    >>> judge("Người viết bài: Xuân Mai", emphasized=True).authors, judge("Duyệt: Thiếu tá Cao Thị Ngà", emphasized=True)
    (('Xuân Mai',), None)
    """
    raw = _one_line(text)
    if not raw or len(raw) > _LONGEST_LINE or len(text) > 20 * _LONGEST:
        return None
    if label := _BY.match(raw):
        named = judge(
            raw[label.end() :], after_image=after_image, emphasized=emphasized, aligned_right=aligned_right, last=last
        )
        return None if named is None else replace(named, raw=raw)
    signed = emphasized or aligned_right
    bare = raw.strip(" ()[]*_-–.")
    if not bare or words.NO_BYLINE.match(bare) or raw[-1] in "!?:;" or _QUOTES.search(words.unquoted(raw)):
        return None
    if words.APPROVED.match(bare) or (words.PHOTO_ONLY.match(bare) and not words.LABEL.match(bare)):
        return None
    if (label := words.LABEL.match(bare)) and words.PHOTO_ONLY.match(bare):
        jobs = (label["jobs"] or label["bare"] or "").lower()
        if "tin" not in jobs and "bài" not in jobs and (after_image or not aligned_right):
            return None
    reading = read(_lines(text, raw))
    if reading.roles and raw[0] == "(" and signed and not (reading.doubts or reading.authors or reading.unit):
        return _byline(raw, reading, 0.7)  # “(Tổng hợp)”: compiled, by nobody in particular
    if reading.doubts or (reading.guesses and not signed) or not (reading.authors or reading.unit or reading.credit):
        return None
    if label and words.PHOTO_ONLY.match(bare) and not reading.authors:
        return None
    if reading.credit == bare and words.is_no_line_of_a_source(bare):
        return None
    confidence = _context(reading, raw, after_image=after_image, signed=signed, last=last)
    if reading.credit is not None and not words.is_source(reading.credit):
        if not (words.may_be_source(reading.credit) and (last or signed)):
            return None
        confidence = min(confidence, 0.7)
    return _byline(raw, reading, confidence) if confidence > 0 else None


def joined(
    lines: Sequence[str], *, after_image: bool = False, emphasized: bool = False, aligned_right: bool = False
) -> tuple[Byline, int] | None:
    """The byline that a text ends with, and how many of its last lines are that one signature; None for none.

    `lines` are the last paragraphs, up to five, without captions: the one above a signature tells a list of people from it.
    `after_image`: a picture stands right above the first of them; the other flags are true of every line that may sign.
    `raw` is the lines joined by one space. None under the office of an official, whose name is no reporter's.

    >>> joined(["Vụ việc đang được điều tra, làm rõ.", "TRẦN NHẬT DUY", "(PC08)"])
    (Byline(raw='TRẦN NHẬT DUY (PC08)', authors=('Trần Nhật Duy',), unit='PC08', credit=None, role=None, confidence=0.95), 2)
    >>> joined(["Đại úy Trần Hữu Phước", "Trung úy Cao Thị Ngà", "Xuân Mai – PC08"])[1]
    1
    """
    rows = [_one_line(line) for line in lines[-several.MOST :]]
    if not rows:
        return None
    kinds = "".join(several.kind(row, lambda line: judge(line, aligned_right=True)) for row in rows)
    signed = emphasized or aligned_right
    count = several.together(kinds, signed=signed)
    own, below = kinds[-count:], after_image and count == len(rows)
    # Under a picture, a name and who took it are its caption.
    if count > 1 and not (below and "p" in own and not signed):
        line = (": " if own.startswith("un") else " – ").join(rows[-count:])
        found = judge(line, after_image=below, emphasized=emphasized, aligned_right=aligned_right)
        if found:
            return replace(found, raw=" ".join(rows[-count:])), count
    if count == 0:
        return None
    below = after_image and len(rows) == 1
    alone = judge(rows[-1], after_image=below, emphasized=emphasized, aligned_right=aligned_right)
    return (alone, 1) if alone else None


def without_others(text: str) -> str:
    """The label of an author without “và 1 tác giả khác”, which a script unfolds.

    >>> without_others("Xuân Mai và 1 tác giả khác"), without_others("Xuân Mai, Hà Bảo My"), without_others("Xuân Mai +2 tác giả")
    ('Xuân Mai', 'Xuân Mai, Hà Bảo My', 'Xuân Mai')
    """
    return several.OTHERS.sub("", _one_line(text))


def author_of_link(text: str) -> str | None:
    """The person, pen name or editorial unit that a link beside a heading names; None for sections, buttons and accounts.

    >>> author_of_link("Xem các bài viết của Hà Bảo My"), author_of_link("Ban Biên tập"), author_of_link("Hữu Liêm và 1 tác giả khác")
    ('Hà Bảo My', 'Ban Biên tập', 'Hữu Liêm')
    >>> [author_of_link(text) for text in ("Admin", "Quản trị viên", "PHÁP LUẬT", "Bình Thuận", "Chia sẻ", "Hạnh", "huuliem")]
    [None, None, None, None, None, None, None]
    """
    name = without_others(several.bare_link(_one_line(text))).strip(" :–-|")
    if not name or len(name) > several.LONGEST or is_account_name(name):
        return None
    found = judge(name, emphasized=True)
    if found is None or found.credit or found.confidence < 0.7:
        return None
    if found.unit:
        return found.unit if not found.authors and several.EDITORIAL.fullmatch(found.unit) else None
    if len(found.authors) != 1 or found.role or not people.is_unmistakable(found.authors[0]):
        return None
    return None if is_account_name(found.authors[0]) else found.authors[0]


def is_account_name(name: str) -> bool:
    """Is this the name of a CMS account and not of a person?

    >>> is_account_name("Super User"), is_account_name("Quản trị viên"), is_account_name("bbt_admin")
    (True, True, True)
    >>> is_account_name("Hữu Liêm"), is_account_name("BBT"), is_account_name("Hạnh")
    (False, False, False)
    """
    shown = clean(name[:_LONGEST])
    folded = fold(shown)
    if not folded:
        return False
    # An account is written in one word, in small letters and without diacritics; nobody signs like that.
    one_word = shown.isascii() and shown == shown.lower() and " " not in shown and any(map(str.isalpha, shown))
    if units.code(shown):
        return False
    return "@" in folded or one_word or words.ACCOUNT.fullmatch(folded) is not None


def _plain(found: re.Match[str], raw: str) -> Byline | None:
    one, two, unit, place = found.groups()
    if not _plain_name(one) or (two and not _plain_name(two)) or (place and not place.istitle()):
        return None
    if unit and (raw[-1] == ")") != (raw[found.start("unit") - 1] == "("):
        return None
    return Byline(raw, (one, two) if two and two != one else (one,), unit)


def _plain_name(name: str) -> bool:
    return name.istitle() and name[: name.index(" ")] not in people.BEGINS_OTHERWISE and people.looks_like_name(name)


def _one_line(text: str) -> str:
    return clean(text if len(text) <= 20 * _LONGEST else text[: 20 * _LONGEST])


def _lines(text: str, raw: str) -> str:
    """The line to read; a byline printed over several lines is joined by dashes where each line stands alone."""
    if "\n" not in text.strip():
        return _LABELLED_SOURCE.sub("", raw[: 2 * _LONGEST])
    rows = [row for row in map(clean, text[: 20 * _LONGEST].split("\n")) if row]
    whole = 1 < len(rows) <= 6 and all(
        units.is_certain(row) or words.CREDIT.match(row) or words.LABEL.match(row) or
        (people.looks_like_name(people.as_name(row)) and " " in row)
        for row in rows
    )  # fmt: skip
    # A line that ends in “huyện” waits for the name on the next.
    whole = whole and not any(_UNFINISHED.search(row) for row in rows)
    return " – ".join(rows) if whole else raw[: 2 * _LONGEST]


def _byline(raw: str, reading: Reading, confidence: float | None = None) -> Byline:
    if confidence is None:
        confidence = (
            max(0.2, 1.0 - 0.3 * reading.doubts - 0.1 * reading.guesses)
            if reading.authors or reading.unit or reading.credit or reading.roles
            else 0.0
        )
    role = ", ".join(dict.fromkeys(reading.roles)) or None
    authors = reading.authors
    if len(authors) > 1:
        authors = list(dict.fromkeys(authors))
    return Byline(raw, tuple(authors), reading.unit, reading.credit, role, round(confidence, 2))


def _context(reading: Reading, raw: str, *, after_image: bool, signed: bool, last: bool) -> float:
    """How sure it is that a line that reads like a byline stands where one would; 0 for no."""
    telling = bool(reading.unit or reading.roles or reading.marks)
    names = reading.authors
    confidence = 0.7 if reading.guesses else 0.95 if telling or signed else 0.8
    if not telling and len(names) == 1:
        name = names[0]
        if name.lower() in people.PLACES:
            confidence = 0.55 if signed and name.lower() in people.PEN_PLACES else 0.0
        elif " " not in name and not people.INITIALS.fullmatch(name) and not people.ANONYMOUS.fullmatch(name):
            confidence = 0.7 if signed else 0.0
        elif len(name.split()) > 4 and not signed:
            confidence = 0.0
    if not telling and len(names) > 1 and all(name.lower() in people.PLACES for name in names):
        confidence = 0.5 if signed else 0.0
    if not telling and len(names) > 5 and not signed:
        confidence = 0.0
    if after_image and not signed and not (names and all(map(people.INITIALS.fullmatch, names))):
        # Under a picture, a source or a bare name may be the picture's; initials are nobody's portrait.
        confidence = confidence * 0.7 if reading.unit or (reading.roles and not reading.credit) else 0.0
    if not last and not (signed or telling):
        confidence = 0.0
    if not signed and raw.endswith(".") and not people.INITIALS.fullmatch(raw.rpartition(" ")[2]):
        confidence *= 0.8
    return confidence
