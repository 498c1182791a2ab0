"""The captured portals: how much of their bylines and dates is read right. Skipped where no captures lie beside the project."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from vietnam.byline import divide, judge
from vietnam.dates import find
from vietnam.normalize import clean

CAPTURES = Path(os.environ.get("TINTINH_CAPTURES") or Path(__file__).parents[2].parent / "shared" / "portals")
TRUTHS = sorted(CAPTURES.glob("*.truth.jsonl"))
Article = dict[str, Any]

if not TRUTHS:
    pytest.skip("no captures beside the project", allow_module_level=True)
pytestmark = pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: path.name.partition(".")[0])


def articles(truth: Path) -> list[Article]:
    return [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]


def same(one: str | None, other: str | None) -> bool:
    return clean(one or "").casefold() == clean(other or "").casefold()


def share(results: Iterable[bool]) -> float:
    found = list(results)
    return sum(found) / len(found)


def test_bylines_divided(truth: Path) -> None:
    known = [article["byline"] for article in articles(truth) if article["byline"]["raw"]]
    read = [divide(byline["raw"]) for byline in known]
    pairs = list(zip(read, known, strict=True))
    assert share(same("; ".join(ours.authors), "; ".join(theirs["authors"])) for ours, theirs in pairs) >= 0.97
    assert share(same(ours.unit, theirs["unit"]) for ours, theirs in pairs) >= 0.98
    assert share(same(ours.credit, theirs["credit"]) for ours, theirs in pairs) >= 0.97


def test_whether_there_is_a_byline(truth: Path) -> None:
    """The last line of every article, set as the portal sets bylines: the hardest case for a closing sentence."""

    def right(article: Article) -> bool:
        printed = article["byline"]["raw"]
        line = printed or article["paragraphs"][-1]
        return (judge(line, emphasized=True, aligned_right=bool(printed)) is not None) == bool(printed)

    assert share(map(right, articles(truth))) >= 0.99


def test_no_paragraph_title_or_caption_is_a_byline(truth: Path) -> None:
    for article in articles(truth):
        for text in filter(None, [article["title"], article["lead"], *article["paragraphs"]]):
            assert judge(text, emphasized=True, aligned_right=True) is None, text
        for image in article["images"]:
            assert not image["caption"] or judge(image["caption"], after_image=True) is None, image


def test_printed_dates(truth: Path) -> None:
    for article in articles(truth):
        if printed := article.get("date_printed"):
            stamp = find(printed)
            assert stamp is not None, printed
            assert stamp.at.isoformat()[:16] == article["published"][:16]
            assert not stamp.weekday_conflict


def test_no_paragraph_or_title_is_a_timestamp(truth: Path) -> None:
    for article in articles(truth):
        for text in filter(None, [article["title"], article["lead"], *article["paragraphs"]]):
            assert find(text) is None, text
