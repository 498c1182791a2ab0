"""TCVN3, VNI and mis-decoded text: converted where that, and only that, makes Vietnamese of it."""

from __future__ import annotations

import re

from vietnam._syllables import is_syllable

_TCVN3 = str.maketrans(
    "\xb8\xb5\xb6\xb7\xb9\xa8\xbe\xbb\xbc\xbd\xc6\xa9\xca\xc7\xc8\xc9\xcb\xae\xd0\xcc\xce\xcf\xd1\xaa\xd5\xd2\xd3"
    "\xd4\xd6\xdd\xd7\xd8\xdc\xde\xe3\xdf\xe1\xe2\xe4\xab\xe8\xe5\xe6\xe7\xe9\xac\xed\xea\xeb\xec\xee\xf3\xef\xf1"
    "\xf2\xf4\xad\xf8\xf5\xf6\xf7\xf9\xfd\xfa\xfb\xfc\xfe\xa1\xa2\xa7\xa3\xa4\xa5\xa6",
    "áàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵĂÂĐÊÔƠƯ",
)

# VNI writes most letters as a plain vowel and a mark behind it.
_VNI_MARKS = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_HATS = {"â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303",
             "ä": "\u0302\u0323"}  # fmt: skip
_VNI_BREVES = {"ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303",
               "ë": "\u0306\u0323"}  # fmt: skip
_VNI_SINGLE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "í": "í", "ì": "ì"}


def _vni_table() -> dict[str, str]:
    import unicodedata

    table = dict(_VNI_SINGLE)
    for vowel in "aeoyu":
        table |= {vowel + mark: vowel + tone for mark, tone in _VNI_MARKS.items()}
    for vowel, horned in (("ô", "ơ"), ("ö", "ư")):
        table |= {vowel + mark: horned + tone for mark, tone in _VNI_MARKS.items()}
    for vowel in "aeo":
        table |= {vowel + mark: vowel + hat for mark, hat in _VNI_HATS.items()}
    table |= {"a" + mark: "a" + breve for mark, breve in _VNI_BREVES.items()}
    table = {key: unicodedata.normalize("NFC", value) for key, value in table.items()}
    upper = {key.upper(): value.upper() for key, value in table.items()}
    mixed = {key[0].upper() + key[1:]: value.upper() for key, value in table.items() if len(key) == 2}
    return table | mixed | upper


_VNI = _vni_table()
_VNI_LETTER = re.compile(
    "[aA][ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË]|[eoEO][ùøûõïâáàåãäÙØÛÕÏÂÁÀÅÃÄ]|[uyôöUYÔÖ][ùøûõïÙØÛÕÏ]"
    "|[ôöñæóòîíìÔÖÑÆÓÒÎÍÌ]"
)

# Latin-1 letters and signs that Unicode Vietnamese does not use, or that stand where no Vietnamese word has them.
_SUSPICIOUS = re.compile(
    "[\xa1-\xbf\xc4-\xc7\xcb\xce-\xd1\xd6-\xd8\xdb-\xdc\xde-\xdf\xe4-\xe7\xeb\xee-\xf1\xf6-\xf8\xfb-\xfc\xfe-\xff\u0192-\u20ac]|[aeouyAEOUY][À-ÿ]"
)
_HIGH = re.compile("[\u1ea0-\u1ef9ăĂđĐơƠưƯ]")
_WORD = re.compile(r"[^\s\d.,;:!?()\[\]\"“”‘’'/…–—-]+")
_MOJIBAKE = re.compile("[ÃÄÆÅÂ][\x80-\xbf\u0152-\u20ac]|á[º»\xba\xbb]")


class Budget:
    """How much text ftfy may still look at in this call; it is thorough, not fast."""

    def __init__(self) -> None:
        self.ftfy = 20_000


def suspicious(text: str) -> bool:
    """Does anything in the text call for a closer look?"""
    return _SUSPICIOUS.search(text) is not None


def _strange(text: str) -> tuple[int, int]:
    """(words with non-ASCII letters, how many of them Vietnamese can spell), over a sample."""
    words = [word for word in _WORD.findall(text[:3000]) if not word.isascii() and len(word) > 1]
    return len(words), sum(map(is_syllable, words))


def _better(before: str, after: str) -> bool:
    total, good = _strange(before)
    total_after, good_after = _strange(after)
    if not total or not total_after:
        return False
    return good_after >= 0.8 * total_after and good <= 0.6 * total and good_after > good


def repair_line(line: str, budget: Budget) -> str:
    """One paragraph, converted if one of the legacy tables makes it Vietnamese; else as it is."""
    if line.isascii() or not _SUSPICIOUS.search(line):
        return line
    if _MOJIBAKE.search(line):
        mended = _undo_mojibake(line, budget)
        if mended != line and _better(line, mended):
            return mended
    if _HIGH.search(line):
        return line
    for mended in (line.translate(_TCVN3), _VNI_LETTER.sub(lambda found: _VNI.get(found[0], found[0]), line)):
        if mended != line and _better(line, mended):
            return mended
    return line


def _byte(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1")


def _undo_mojibake(line: str, budget: Budget) -> str:
    try:
        raw = b"".join(map(_byte, line)) if len(line) < 20_000 else line.encode("cp1252")
        return raw.decode()
    except UnicodeError:
        pass
    if len(line) > budget.ftfy:
        return line
    budget.ftfy -= len(line)
    import ftfy

    return ftfy.fix_encoding(line)
