"""Is a word a Vietnamese syllable? Spelling rules, no word list."""

from __future__ import annotations

import re
from functools import lru_cache

_TONELESS = str.maketrans(
    {
        char: base
        for base, toned in {
            "a": "àáảãạ", "ă": "ằắẳẵặ", "â": "ầấẩẫậ", "e": "èéẻẽẹ", "ê": "ềếểễệ", "i": "ìíỉĩị",
            "o": "òóỏõọ", "ô": "ồốổỗộ", "ơ": "ờớởỡợ", "u": "ùúủũụ", "ư": "ừứửữự", "y": "ỳýỷỹỵ",
        }.items()
        for char in toned
    }
)  # fmt: skip

_ONSET = "ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx]"
_RHYME = (
    "a(?:ch|nh|ng|[cmnptiouy])?|ă(?:ng|[cmnpt])|â(?:ng|[cmnptuy])|e(?:ng|[cmnpto])?|ê(?:ch|nh|ng|[mnptu])?"
    "|i(?:ch|nh|[mnptua])?|iê(?:ng|[cmnptu])|o(?:ng|[cmnpti])?|oo(?:ng|[cn])|oa(?:ch|nh|ng|[cmnptioy])?|oă(?:ng|[cmnt])"
    "|oe(?:[mnto])?|ô(?:ng|[cmnpti])?|ơ(?:[mnpti])?|u(?:ng|[cmnptaiơ])?|uô(?:ng|[cmnti])|uâ(?:ng|[nty])|uê(?:ch|nh|n)?"
    "|uy(?:ch|nh|[ntupa])?|uyê[nt]|ư(?:ng|[cmntaui])?|ươ(?:ng|[cmnptiu])|y|yê(?:ng|[mntu])"
)
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_RHYME})")


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """Could Vietnamese spell this (case and tone aside)?

    >>> [is_syllable(word) for word in ("Nguyễn", "quý", "GIỮ", "Facebook", "brơi", "xyz")]
    [True, True, True, False, False, False]
    """
    return len(word) < 9 and _SYLLABLE.fullmatch(word.lower().translate(_TONELESS)) is not None
