"""How much an edit means to who reads the news: a typo nothing, another number or a paragraph gone a lot. Pure.

Two states are compared paragraph by paragraph, then word by word. What differs falls into categories, each with a weight; the
score is the chance that at least one of them matters, if each did with its weight.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from math import prod
from typing import Any

from vietnam.normalize import fold, same_tone

# Category and weight; the categories of an edit are told in this order.
WEIGHTS = {
    "paragraph_removed": 0.8, "number": 0.7, "title": 0.6, "name": 0.6, "negation": 0.6, "paragraph_added": 0.5,
    "published_at": 0.4, "byline": 0.3, "wording": 0.25, "order": 0.15, "files": 0.15, "section": 0.1, "spelling": 0.08, "layout": 0.02,
}  # fmt: skip
# Fields other than title, lead and text, and what a change of theirs is.
_OF_FIELD = {
    "published_at": "published_at", "published_precision": "layout", "byline": "byline", "authors": "byline", "unit": "byline",
    "credit": "byline", "section": "section", "images": "files", "attachments": "files",
}  # fmt: skip
_TEXTS = ("title", "body")  # `lead` is part of the body
# Words of two unmatched stretches that are compared one by one; beyond, they are only counted.
LONGEST_STRETCH = 1500
MOST_PARAGRAPHS = 1500  # whose order is looked at
GONE = 0.6  # of a paragraph's words: it is gone, not edited
_WORD = re.compile(r"[^\W_]+(?:[.,:/-][^\W_]+)*")
_GROUPED = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_NUMERALS = frozenset(
    [
        "không",
        "một",
        "mốt",
        "hai",
        "ba",
        "bốn",
        "tư",
        "năm",
        "lăm",
        "sáu",
        "bảy",
        "bẩy",
        "tám",
        "chín",
        "mười",
        "mươi",
        "chục",
        "trăm",
        "nghìn",
        "ngàn",
        "triệu",
        "tỷ",
        "tỉ",
    ]
)
_NEGATIONS = frozenset(["không", "chưa", "chẳng", "chả"])


@dataclass(slots=True)
class Edit:
    """What an edit changed: fields, categories (heaviest first), score from 0 to 1, words of title and text that came and went."""

    fields: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    score: float = 0.0
    words_added: int = 0
    words_removed: int = 0


def judge(before: Mapping[str, Any], after: Mapping[str, Any]) -> Edit:
    """What changed between two states, given their published fields by name.

    >>> judge({"title": "Bắt hai đối tượng"}, {"title": "Bắt ba đối tượng"})
    Edit(fields=['title'], categories=['number', 'title'], score=0.88, words_added=1, words_removed=1)
    >>> judge({"body": "Cơ quan đều tra"}, {"body": "Cơ quan điều tra"}).categories
    ['spelling']
    """
    edit = Edit(fields=[name for name in after if before[name] != after[name]])
    found: set[str] = set()
    for name in edit.fields:
        if name not in _TEXTS:
            if name != "lead":
                found.add(_OF_FIELD.get(name, "wording"))
            continue
        of_text = compare(before[name] or "", after[name] or "")
        found |= of_text.categories
        if name == "title" and of_text.categories - {"spelling", "layout"}:
            found.add("title")
        edit.words_added += of_text.added
        edit.words_removed += of_text.removed
    if edit.fields and not found:  # `lead` alone: its place on the page
        found.add("layout")
    edit.categories = [name for name in WEIGHTS if name in found]
    edit.score = round(1 - prod(1 - WEIGHTS[name] for name in edit.categories), 2)
    return edit


@dataclass(slots=True)
class Comparison:
    """What differs between two texts."""

    categories: set[str] = field(default_factory=set)
    added: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    paragraph: int
    opens: bool  # a sentence: that it is written with a capital tells nothing

    @property
    def is_name(self) -> bool:
        return self.text[0].isupper() and not self.opens


def compare(before: str, after: str) -> Comparison:
    """What differs between two texts of paragraphs; their words decide, then their characters.

    >>> sorted(compare("Bắt Nguyễn Văn A.\\n\\nTạm giam.", "Bắt Nguyễn Văn B.").categories)
    ['name', 'paragraph_removed']
    >>> compare("Không có thương vong, hoà giải.", "Không có  thương vong; hòa giải.").categories
    {'layout'}
    """
    told = Comparison()
    old, new = (text.split("\n\n") for text in (before, after))
    removed, added = _unmatched(old, new)
    moved = Counter(removed) & Counter(added)
    if moved:
        told.categories.add("order")
        removed, added = (_without(part, moved) for part in (removed, added))
    for olds, news in _stretches(list(_words(removed)), list(_words(added)), told, removed, added):
        told.categories |= _of_replacement(olds, news)
    if not told.categories and before != after:
        told.categories.add("layout")
    return told


def _unmatched(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    """Paragraphs that only one side has, in its order."""
    if max(len(old), len(new)) > MOST_PARAGRAPHS:
        same = Counter(old) & Counter(new)
        return _without(old, same), _without(new, same)
    removed: list[str] = []
    added: list[str] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            removed += old[i1:i2]
            added += new[j1:j2]
    return removed, added


def _without(paragraphs: Sequence[str], others: Counter[str]) -> list[str]:
    left = Counter(others)
    kept = []
    for one in paragraphs:
        if left[one]:
            left[one] -= 1
        else:
            kept.append(one)
    return kept


def _words(paragraphs: Sequence[str]) -> Iterator[_Word]:
    for number, paragraph in enumerate(paragraphs):
        end = 0
        for found in _WORD.finditer(paragraph):
            between = paragraph[end : found.start()]
            opens = not end or any(mark in between for mark in '.!?:…"“')
            yield _Word(_plain(found[0]), number, opens)
            end = found.end()


def _plain(word: str) -> str:
    """A word without what no reader minds: the place of its tone mark, marks between thousands."""
    if word[0].isdigit():
        return _GROUPED.sub("", word)
    return word if word.isascii() else same_tone(word)


def _stretches(
    old: list[_Word], new: list[_Word], told: Comparison, removed: Sequence[str], added: Sequence[str]
) -> Iterator[tuple[list[_Word], list[_Word]]]:
    """What was replaced, both sides; paragraphs that are gone or new as a whole are told and left out."""
    if max(len(old), len(new)) > LONGEST_STRETCH:
        blocks = [(_apart(old, new), _apart(new, old))]
    else:
        matcher = SequenceMatcher(None, [word.text for word in old], [word.text for word in new], autojunk=False)
        blocks = [(old[i1:i2], new[j1:j2]) for kind, i1, i2, j1, j2 in matcher.get_opcodes() if kind != "equal"]
    told.removed, told.added = (sum(len(block[side]) for block in blocks) for side in (0, 1))
    gone = _lost(old, [word for block in blocks for word in block[0]], len(removed))
    come = _lost(new, [word for block in blocks for word in block[1]], len(added))
    if len(gone) == len(come):  # one stands where the other stood
        yield from blocks
        return
    told.categories.add("paragraph_removed" if len(gone) > len(come) else "paragraph_added")
    for olds, news in blocks:
        yield (
            [word for word in olds if word.paragraph not in gone],
            [word for word in news if word.paragraph not in come],
        )


def _apart(words: Sequence[_Word], others: Sequence[_Word]) -> list[_Word]:
    """Words that the others do not have, or not as often."""
    left = Counter(word.text for word in others)
    kept = []
    for word in words:
        if left[word.text]:
            left[word.text] -= 1
        else:
            kept.append(word)
    return kept


def _lost(words: Sequence[_Word], unmatched: Sequence[_Word], paragraphs: int) -> set[int]:
    """Paragraphs most of whose words have no match; a text of a single one is no list of them."""
    whole, apart = Counter(word.paragraph for word in words), Counter(word.paragraph for word in unmatched)
    return {number for number in range(paragraphs) if whole[number] and apart[number] >= GONE * whole[number]}


def _of_replacement(old: Sequence[_Word], new: Sequence[_Word]) -> set[str]:
    """The categories of words that stand where others stood."""
    olds, news = [word.text for word in old], [word.text for word in new]
    if olds == news:
        return set()
    found: set[str] = set()
    if _figures(olds) != _figures(news) or (olds and news and _numerals(olds) != _numerals(news)):
        found.add("number")
    if _counted(olds, _NEGATIONS) != _counted(news, _NEGATIONS):
        found.add("negation")
    if [word.text for word in old if word.is_name] != [word.text for word in new if word.is_name]:
        if [text.lower() for text in olds] == [text.lower() for text in news]:
            return found | {"layout"}  # the same words, in other letters
        found.add("name")
    if found:
        return found
    if [text.lower() for text in olds] == [text.lower() for text in news]:
        return {"layout"}
    return {"spelling" if _alike("".join(olds), "".join(news)) else "wording"}


def _figures(texts: Sequence[str]) -> Counter[str]:
    return Counter(text for text in texts if any(char.isdigit() for char in text))


def _numerals(texts: Sequence[str]) -> Counter[str]:
    return _counted(texts, _NUMERALS - _NEGATIONS)


def _counted(texts: Sequence[str], among: frozenset[str]) -> Counter[str]:
    return Counter(text.lower() for text in texts if text.lower() in among)


def _alike(old: str, new: str) -> bool:
    """Whether one is a misprint of the other: the same letters but for marks, or one or two of them apart.

    >>> _alike("đều", "điều"), _alike("chuân", "chuẩn"), _alike("bắt", "thả"), _alike("", "ma")
    (True, True, False, False)
    """
    if not old or not new:
        return False
    if fold(old) == fold(new):
        return True
    same = sum(block.size for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks())
    return max(len(old), len(new)) - same <= (1 if len(old) < 6 else 2) and same >= 2
