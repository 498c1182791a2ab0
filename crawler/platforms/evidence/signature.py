"""Who signed, told by the first and last paragraphs."""

from __future__ import annotations

import re

from crawler.platforms.evidence.blocks import FILE, LONG_LINE, Block
from vietnam import byline as bylines
from vietnam.byline import Byline
from vietnam.people import is_unmistakable


def take_byline(blocks: list[Block], files: set[str]) -> tuple[Byline | None, str | None, list[Block]]:
    """The closing byline (else one at the top), and the blocks without it."""
    texts = [
        index for index, block in enumerate(blocks) if block.kind in {"text", "row", "item"} and block.text not in files
    ]
    if not texts:
        return None, None, blocks
    found, taken = _signature(blocks, texts)
    if found is not None and 1 < taken < len(texts):
        gone = set(texts[-taken:])
        return found, "closing lines", [block for index, block in enumerate(blocks) if index not in gone]
    for position in reversed(texts[-3:]):
        block = blocks[position]
        found = _judged(block, last=position == texts[-1])
        if found and len(texts) > 1:
            return found, "closing line", blocks[:position] + blocks[position + 1 :]
        if not re.match(
            r"^(?:\(?Nguồn|\(?Theo|Tệp đính kèm|File đính kèm|Tải về|Đính kèm|Xem chi tiết)", block.text
        ) and not FILE.search(block.text):
            break
    first = blocks[texts[0]]
    if len(texts) > 1 and (first.right or first.italic or first.bold) and not first.centered:
        found = _judged(first, last=True)
        if found and (found.authors or found.unit):
            return found, "opening line", blocks[: texts[0]] + blocks[texts[0] + 1 :]
    if len(texts) > 1 and not first.centered and len(blocks[texts[1]].text) >= LONG_LINE:
        # Not set apart: only what could not be the name of a part.
        found = _judged(first, last=True)
        if found and all(map(is_unmistakable, found.authors)):
            return found, "opening line", blocks[: texts[0]] + blocks[texts[0] + 1 :]
    return None, None, blocks


# Last paragraphs that are looked at: a signature is spread over three at most, and what stands above tells it from a list.
_LAST = 5


def _signature(blocks: list[Block], texts: list[int]) -> tuple[Byline | None, int]:
    """A signature spread over the last paragraphs: a name, then the unit, the source, or who took the pictures."""
    last: list[Block] = []
    for index in reversed(texts[-_LAST:]):
        block = blocks[index]
        if block.kind != "text" or block.heading:
            break
        last.insert(0, block)
        if block.after_image:
            break
    if len(last) < 2:
        return None, 0
    set_apart = [block.bold or block.italic or block.right for block in last[-2:]]
    found = bylines.joined(
        [block.text for block in last],
        after_image=last[0].after_image,
        emphasized=all(set_apart),
        aligned_right=all(block.right for block in last[-2:]),
    )
    return found if found is not None else (None, 0)


def _judged(block: Block, *, last: bool) -> Byline | None:
    if block.kind != "text" or block.heading or FILE.search(block.text):
        return None
    return bylines.judge(
        block.text,
        after_image=block.after_image,
        emphasized=block.set_apart,
        aligned_right=block.right,
        last=last,
    )
