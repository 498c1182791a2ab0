"""Made-up Vietnamese prose: syllables as unevenly frequent as real ones, so that indexes and texts weigh what they weigh."""

from __future__ import annotations

import itertools
import random
import re

ONSETS = re.findall(r"\S+", "b c ch d đ g gi h kh l m n ng nh ph qu r s t th tr v x")
RHYMES = re.findall(
    r"\S+",
    """
a à á ạ ai ài ao áo an àn án ang àng áng anh ánh ăn ăng ất ân âu ây e è é em en eo ê ề ệ ên ết i ì ị ia in ính iên iện iểu iệp
o ó ọ oa oá oan oàn oi ong ông ống ôi ội ơ ở ời ơi u ù ụ ua ui uy uý un ung úc uôn uộc ư ử ưa ưng ước ương ường ượng ươi yên yết
""",
)
SYLLABLES = ["".join(pair) for pair in itertools.product(ONSETS, RHYMES)]
random.Random(7).shuffle(SYLLABLES)
_WEIGHTS = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(SYLLABLES))))


def syllables(chance: random.Random, count: int) -> list[str]:
    """So many syllables by their frequency (Zipf), now and then a figure."""
    drawn = chance.choices(SYLLABLES, cum_weights=_WEIGHTS, k=count)
    return [str(chance.randint(1, 9999)) if chance.random() < 0.02 else word for word in drawn]


def body(chance: random.Random, count: int = 820) -> str:
    """Paragraphs of sentences; 820 syllables are some 4 KB."""
    words = syllables(chance, count)
    sentences = [" ".join(words[at : at + 20]).capitalize() + "." for at in range(0, count, 20)]
    return "\n\n".join(" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4))
