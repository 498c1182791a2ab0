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


def notice(chance: random.Random) -> str:
    """A wanted notice: one form, which tells a dozen figures and names of its own, filled in with a person's."""
    name = " ".join(word.capitalize() for word in chance.choices(SYLLABLES, k=3))
    village, district = (" ".join(word.capitalize() for word in chance.choices(SYLLABLES[:400], k=2)) for _ in range(2))
    day, born = (
        f"{chance.randint(1, 28):02}/{chance.randint(1, 12):02}/{year}" for year in (chance.randint(2012, 2026), 1988)
    )
    return (
        f"Ngày {day}, Cơ quan Cảnh sát điều tra Công an tỉnh Bình Thuận ra quyết định truy nã số {chance.randint(1, 999)}/QĐ-CSĐT đối "
        f"với {name}, sinh ngày {born}, thường trú xã {village}, huyện {district}, về tội trộm cắp tài sản theo khoản 1 Điều 173 Bộ "
        "luật Hình sự năm 2015, sửa đổi năm 2017. Ai biết người này ở đâu xin báo cho Phòng Cảnh sát hình sự, số 10 đường Trần Hưng Đạo, "
        "phường Phú Thủy, thành phố Phan Thiết, điện thoại 0252.3821.345, hoặc điều tra viên Nguyễn Thanh Hải, số 0913.456.789. Theo "
        "Điều 162 Bộ luật Tố tụng hình sự năm 2015, người che giấu bị xử lý; mọi người đều có quyền bắt và giải ngay người bị truy nã."
    )
