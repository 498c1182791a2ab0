"""`python -m bench.generic`: the generic platform against other tools on pages of platforms it has no file for.

The pages are the article specimens of every other platform in `tests/platforms` (and, where they lie beside the project, of the
captures): the platform's own file is not asked. Runs in the environment of `requirements-bench.lock`.
"""

from __future__ import annotations

import json
import re
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from statistics import mean, median
from typing import Any, NamedTuple

from bench import pages
from bench.pages import Found, Reader
from crawler.platforms.base import NotAnArticle
from crawler.platforms.generic import PLATFORM
from crawler.platforms.page import Page, UnreadablePage

SPECIMENS = Path(__file__).parents[1] / "tests" / "platforms"
ROUNDS = 5


class Case(NamedTuple):
    url: str
    page: str
    truth: dict[str, Any]


def cases() -> list[Case]:
    found = []
    for file in sorted(SPECIMENS.glob("*/*.json")):
        truth = json.loads(file.read_text())
        if truth["kind"] == "article" and file.parent.name != "generic" and file.with_suffix(".html").exists():
            found.append(Case(truth["url"], file.with_suffix(".html").read_text(errors="replace"), truth))
    return found


def ours(page: str, url: str) -> Found:
    try:
        fields = PLATFORM.extract(Page(url, page.encode()))
    except (NotAnArticle, UnreadablePage):
        return Found((), "")
    moment = fields.published_at.isoformat() if fields.published_at else ""
    return Found(fields.authors, moment, fields.title, fields.body)


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\S+", unicodedata.normalize("NFC", text)))


def f1(one: str, other: str) -> float:
    a, b = words(one), words(other)
    return 2 * (a & b).total() / max(1, a.total() + b.total())


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def score(read: Reader, told: list[Case]) -> dict[str, float]:
    right: dict[str, list[float]] = defaultdict(list)
    for case in told:
        found, truth = read(case.page, case.url), case.truth
        right["title"].append(plain(found.title) == plain(truth["title"]))
        if truth["published"]:
            right["day"].append(found.date[:10] == truth["published"][:10])
            if truth["precision"] == "minute":
                right["minute"].append(found.date[:16] == truth["published"][:16])
        right["authors"].append([plain(name) for name in found.authors] == [plain(name) for name in truth["authors"]])
        right["body F1"].append(f1(found.body, " ".join(truth["body"]).replace(" | ", " ")))
        right["F1 ≥ .98"].append(right["body F1"][-1] >= 0.98)
    return {name: mean(values) for name, values in right.items()}


def rates(tools: dict[str, Reader], told: list[Case]) -> dict[str, float]:
    """Pages a second of processor time: medians of interleaved rounds."""
    measured: dict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        for name, read in tools.items():
            began = time.process_time()
            for case in told:
                read(case.page, case.url)
            measured[name].append(len(told) / (time.process_time() - began))
    return {name: median(values) for name, values in measured.items()}


def main() -> int:
    told = cases()
    tools: dict[str, Reader] = {"tintinh generic": ours}
    tools |= {name: read for name, read in pages.installed().items() if name != "htmldate"}
    speed = rates(tools, told)
    print(f"\n{len(told)} article pages of {len({case.url.split('/')[2] for case in told})} hosts, share right")
    columns = ("title", "day", "minute", "authors", "body F1", "F1 ≥ .98")
    print(f"  {'tool':<18}" + "".join(f"{name:>10}" for name in columns) + f"{'pages/s':>10}")
    for name, read in tools.items():
        found = score(read, told)
        print(
            f"  {name:<18}" + "".join(f"{found[column]:10.3f}" for column in columns) + f"{speed[name]:10.0f}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
