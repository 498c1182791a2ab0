"""Text as people meant it: NFC, one kind of white space, nothing invisible."""

from __future__ import annotations

import re
import unicodedata

# Zero-width characters, soft hyphen, byte order mark, direction marks.
_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u202a-\u202e\u0000]")
_SPACE = re.compile(r"[\s\u00a0\u3000]+")
_PARAGRAPH_BREAK = re.compile(r"\n[ \t\u00a0]*\n\s*")
_WORD_RESIDUE = re.compile(
    r"^\s*(?:Normal\s+\d(?:\s+(?:false|true))+.*"
    r"|/\*\s*Style Definitions.*|st1\\:.*|@page\s+\S*Section\d.*|\{?\s*mso-[a-z-]+:.*"
    r"|MicrosoftInternetExplorer\d?|X-NONE(?:\s+X-NONE)*|EN-US\s+X-NONE.*)\s*$",
    re.DOTALL,
)


def clean(text: str) -> str:
    """One line: NFC, white space collapsed, invisible characters gone.

    >>> clean("  Hữu\\u00a0Liêm \\u200b–\\n PV28 ")
    'Hữu Liêm – PV28'
    """
    return _SPACE.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def clean_block(text: str) -> str:
    """The same, with paragraph breaks kept as one blank line.

    >>> clean_block("một\\n \\nhai  ba")
    'một\\n\\nhai ba'
    """
    return "\n\n".join(filter(None, map(clean, _PARAGRAPH_BREAK.split(text))))


def fold(text: str) -> str:
    """The form that search compares: lower case, no diacritics, đ as d.

    >>> fold("Đức Linh, HOÀ Thắng")
    'duc linh, hoa thang'
    """
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def is_word_residue(line: str) -> bool:
    """Whether a line is what Microsoft Word left behind, not text.

    >>> is_word_residue("Normal 0 false false false EN-US X-NONE X-NONE MicrosoftInternetExplorer4")
    True
    >>> is_word_residue("Normal life goes on")
    False
    """
    return _WORD_RESIDUE.match(line[:400]) is not None
