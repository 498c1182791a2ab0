"""Text as printed → text as stored: one Unicode form, one kind of white space, nothing invisible.

Order matters: `repair` first (in TCVN3 the letter ư is the soft hyphen that `clean` removes), then `clean`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal

from vietnam import _legacy

# Invisible or not storable: controls, soft hyphen, zero-width and direction marks, byte order mark, lone surrogates.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]+"
)
# Printable, composed, and nothing that a later step would change: most lines most of the time.
_TIDY = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u1e00-\u1eff\u2010-\u2027\u2030-\u205e]*")
_RUN = re.compile(r"[^\w\s\x00-\x7f]{31,}")
_MARK = re.compile("[\u0300-\u036f]+")
_OLD_PLACE = {
    unicodedata.normalize("NFC", first + second + tone): unicodedata.normalize("NFC", first + tone) + second
    for first, seconds in (("o", "ae"), ("u", "y"), ("O", "aeAE"), ("U", "yY"))
    for second in seconds
    for tone in "\u0300\u0301\u0303\u0309\u0323"
}
_NEW_PLACE = re.compile(f"([oOuU](?<![qQ].)[{''.join({pair[1] for pair in _OLD_PLACE})}])(?!\\w)")


def _compose(text: str, form: Literal["NFC", "NFD"]) -> str:
    return unicodedata.normalize(form, _RUN.sub(_shorten, text))


def _shorten(run: re.Match[str]) -> str:
    # Sorting a run of combining marks is quadratic; Unicode's stream-safe form ends a run after 30 as well.
    marks = "".join(char for char in set(run[0]) if unicodedata.combining(char))
    return re.sub(f"([{marks}]{{30}})[{marks}]+", r"\1", run[0]) if marks else run[0]


def _visible(text: str) -> str:
    if text.isprintable() and text.isascii():
        return text
    text = _INVISIBLE.sub("", text)
    return text if text.isascii() else _compose(text, "NFC")


def clean(text: str) -> str:
    """One line: NFC, any white space as one space, invisible characters removed, quotes as printed.

    >>> clean("  Hữu\\u00a0Liêm \\u200b–\\tPV28 \\n")
    'Hữu Liêm – PV28'
    >>> clean("Hu\\u031b\\u0303u Li\\u00eam") == "Hữu Liêm"
    True
    """
    text = " ".join(text.split())
    return text if _TIDY.fullmatch(text) else " ".join(_visible(text).split())


def clean_block(text: str) -> str:
    """The same for several paragraphs, which stay divided by one blank line.

    >>> clean_block(" Dòng một \\r\\n vẫn đoạn một\\n \\u00a0\\n\\n Đoạn hai ")
    'Dòng một vẫn đoạn một\\n\\nĐoạn hai'
    """
    paragraphs: list[str] = []
    words: list[str] = []
    for line in _visible(text).replace("\u2029", "\n\n").splitlines():
        if found := line.split():
            words += found
        elif words:
            paragraphs.append(" ".join(words))
            words = []
    if words:
        paragraphs.append(" ".join(words))
    return "\n\n".join(paragraphs)


def fold(text: str) -> str:
    """The form to compare and to search with: lower case, no diacritics, `đ` as `d`.

    >>> fold("Đức Linh, hoà/hòa")
    'duc linh, hoa/hoa'
    """
    if text.isascii():
        return text.lower()
    if _TIDY.fullmatch(text):
        return text.translate(_folded())
    return _fold(text)


def _fold(text: str) -> str:
    bare = _MARK.sub("", _compose(text.replace("İ", "I").lower(), "NFD"))
    return unicodedata.normalize("NFC", bare.replace("đ", "d"))


@cache
def _folded() -> dict[int, str]:
    """The folded form of every character that a tidy line may hold."""
    characters = map(chr, (*range(0x20, 0x300), *range(0x1E00, 0x1F00)))
    return {ord(char): _fold(char) for char in characters if _TIDY.fullmatch(char)}


def same_tone(text: str) -> str:
    """Tone marks where the older spelling puts them, so that `hoà` and `hòa`, `thuý` and `thúy` are equal.

    >>> same_tone("hoà bình, Thuý, quý, hoàn, KHOẺ")
    'hòa bình, Thúy, quý, hoàn, KHỎE'
    """
    parts = _NEW_PLACE.split(_visible(text))
    parts[1::2] = [_OLD_PLACE.get(pair, pair) for pair in parts[1::2]]
    return "".join(parts)


_RESIDUE_START = re.compile(
    r"<!--|/\*\s*(?:Style|Font|Page|List) Definitions|(?:st1|v|o|w)\\:\*\s*\{|@(?:font-face|page|list)\b"
    r"|\{?\s?mso-[a-z-]{1,40}:|(?:table|p|li|div|span)\.Mso|\.?Mso(?:Normal|ChpDefault|PapDefault)\b|<!\[endif\]"
    r"|\[(?:if|endif)\b|</?(?:o|w|m|st1|xml|v):?[^<>]{0,60}>",
    re.IGNORECASE,
)
# What Word's document settings leave behind when a browser shows them as text.
_RESIDUE_WORD = re.compile(
    r"(?:normal|false|true|\d{1,4}|x-none|none|[a-z]{2}-[a-z]{2}|microsoftinternetexplorer4|print|clean|\d\.\d|pt)\Z",
    re.IGNORECASE,
)
_TELLING = re.compile(r"false|true|x-none|microsoftinternetexplorer4", re.IGNORECASE)


def is_word_residue(text: str) -> bool:
    """Is this line what a paste from Word left behind, and nothing a person wrote?

    >>> is_word_residue("Normal 0 false false false EN-US X-NONE X-NONE MicrosoftInternetExplorer4")
    True
    >>> is_word_residue("st1\\\\:*{behavior:url(#ieooui) }")
    True
    >>> is_word_residue("Normal life goes on"), is_word_residue("Bình thường")
    (False, False)
    """
    line = clean(text[:4000])
    if not line:
        return False
    if _RESIDUE_START.match(line):
        # A style sheet has no letters with diacritics; a sentence that a bracket opens has.
        return sum(1 for char in line if char > "\xbf" and char.isalpha()) < 6
    if not _RESIDUE_WORD.match(line.partition(" ")[0]):
        return False
    words = line.split(" ")
    return line == "Normal" or (
        len(words) > 2 and _TELLING.search(line) is not None and all(_RESIDUE_WORD.match(word) for word in words)
    )


def repair(text: str) -> str:
    """Text in TCVN3 or VNI encoding, or decoded by the wrong table, as Unicode; any other text unchanged.

    Each paragraph is judged alone. Text longer than 60,000 characters is no article and is left as it is.

    >>> repair("C«ng an tØnh B×nh ThuËn")
    'Công an tỉnh Bình Thuận'
    >>> repair("Coâng an tænh Bình Thuaän")
    'Công an tỉnh Bình Thuận'
    >>> repair("CÃ´ng an tá»‰nh BÃ¬nh Thuáº\\xadn")
    'Công an tỉnh Bình Thuận'
    >>> repair("Café Gdańsk «Công an» hòa bình")
    'Café Gdańsk «Công an» hòa bình'
    """
    if text.isascii() or len(text) > 60_000 or not _legacy.suspicious(text):
        return text
    budget = _legacy.Budget()
    # Not splitlines: in mis-decoded text the “next line” character is half of a letter.
    return "\n".join(_legacy.repair_line(line, budget) for line in text.split("\n"))
