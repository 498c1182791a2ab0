"""`python -m bench.peers`: what we and other tools read from the same article pages.

Three sets: the specimens of `tests/platforms` with the platform withheld, the pages of `tests/zoo`, and the captures of
TINTINH_CAPTURES (`NAME.warc.gz` with `NAME.truth.jsonl`) where it is set. Runs in the environment of `requirements-bench.lock`.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

from bench import pages
from bench.pages import Found, Reader
from crawler.platforms.base import NotAnArticle
from crawler.platforms.generic import PLATFORM
from crawler.platforms.page import Page, UnreadablePage
from crawler.platforms.registry import recognize

SPECIMENS = Path(__file__).parents[1] / "tests" / "platforms"
ZOO = SPECIMENS.with_name("zoo")
ROUNDS = 3
# What “hôm qua” counts from in the pages of the zoo.
SEEN = datetime(2026, 11, 26, 9, tzinfo=UTC)


class Case(NamedTuple):
    """A page and what it says; `body` without white space at its ends, paragraphs in order, `published` empty where it has none."""

    url: str
    page: str
    title: str
    published: str
    precision: str
    authors: list[str]
    body: str


def specimens() -> list[Case]:
    """The article pages of every platform but the generic one."""
    found = []
    for file in sorted(SPECIMENS.glob("*/*.json")):
        truth = json.loads(file.read_text())
        if truth["kind"] == "article" and file.parent.name != "generic" and file.with_suffix(".html").exists():
            page, body = file.with_suffix(".html").read_text(errors="replace"), " ".join(truth["body"])
            found.append(
                Case(truth["url"], page, truth["title"], truth["published"] or "", truth["precision"] or "",
                     truth["authors"], body.replace(" | ", " "))
            )  # fmt: skip
    return found


def zoo() -> list[Case]:
    """The article pages in the manner of themes and home-made templates whose truth tells the text."""
    found = []
    for file in sorted(ZOO.glob("*/truth.json")):
        told = json.loads(file.read_text())
        truth, page = told["article"], (file.parent / "article.html").read_bytes().decode("utf-8", "replace")
        if "paragraphs" in truth:
            body = " ".join([*([truth["lead"]] if truth.get("lead") else []), *truth["paragraphs"]])
            found.append(
                Case(told["url"], page, truth["title"], truth.get("published_at") or "",
                     truth.get("published_precision") or "", truth.get("authors", []), body)
            )  # fmt: skip
    return found


def captures(folder: Path) -> list[Case]:
    """The article pages of captured portals."""
    read = import_module("warcio.archiveiterator").ArchiveIterator
    found = []
    for file in sorted(folder.rglob("*.truth.jsonl")):
        told = {truth["url"]: truth for truth in map(json.loads, file.read_text().splitlines())}
        with Path(str(file).replace(".truth.jsonl", ".warc.gz")).open("rb") as packed:
            for record in read(packed):
                truth = told.pop(record.rec_headers.get_header("WARC-Target-URI"), None)
                if record.rec_type == "response" and truth is not None:
                    page = record.content_stream().read().decode("utf-8", "replace")
                    table, items = (truth["table"] or {}).get("rows", []), truth["list"] or []
                    listed = items["items"] if isinstance(items, dict) else items
                    parts = [truth["lead"], *truth["paragraphs"], *(cell for row in table for cell in row), *listed]
                    found.append(
                        Case(truth["url"], page, truth["title"], truth["published"], "minute",
                             truth["byline"]["authors"] or [], " ".join(str(part) for part in parts if part))
                    )  # fmt: skip
    return found


def ours(page: str, url: str, *, withheld: bool = False) -> Found:
    """Our own reading, in the shape of the others."""
    try:
        read = Page(url, page.encode(), fetched_at=SEEN)
        fields = (PLATFORM if withheld else recognize(read)[0]).extract(read)
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
    """The share of the pages of which each field is right."""
    right: dict[str, list[float]] = defaultdict(list)
    for case in told:
        found = read(case.page, case.url)
        right["title"].append(plain(found.title) == plain(case.title))
        if case.published:
            right["day"].append(found.date[:10] == case.published[:10])
            if case.precision == "minute":
                right["minute"].append(found.date[:16] == case.published[:16])
        right["authors"].append([folded(name) for name in found.authors] == [folded(name) for name in case.authors])
        right["body F1"].append(f1(found.body, case.body))
        right["F1 ≥ .98"].append(right["body F1"][-1] >= 0.98)
    return {name: mean(values) for name, values in right.items()}


def folded(name: str) -> str:
    return plain(name).casefold()


def rates(tools: dict[str, Reader], told: list[Case], rounds: int) -> dict[str, float]:
    """Pages a second of processor time: medians of interleaved rounds."""
    measured: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for name, read in tools.items():
            began = time.process_time()
            for case in told:
                read(case.page, case.url)
            measured[name].append(len(told) / (time.process_time() - began))
    return {name: median(values) for name, values in measured.items()}


def compare(title: str, told: list[Case], tools: dict[str, Reader], *, rounds: int) -> None:
    """Print a table of what each tool reads right."""
    speed = rates(tools, told, rounds)
    print(
        f"\n{title}: {len(told)} article pages of {len({case.url.split('/')[2] for case in told})} hosts, share right"
    )
    columns = ("title", "day", "minute", "authors", "body F1", "F1 ≥ .98")
    print(f"  {'tool':<18}" + "".join(f"{name:>10}" for name in columns) + f"{'pages/s':>10}")
    for name, read in tools.items():
        found = score(read, told)
        print(
            f"  {name:<18}" + "".join(f"{found[column]:10.3f}" for column in columns) + f"{speed[name]:10.0f}",
            flush=True,
        )


def main() -> int:
    """Compare on every set there is."""
    peers = {name: read for name, read in pages.installed().items() if name != "htmldate"}
    compare(
        "specimens, platform withheld",
        specimens(),
        {"tintinh generic": partial(ours, withheld=True)} | peers,
        rounds=ROUNDS,
    )
    compare("zoo", zoo(), {"tintinh": ours} | peers, rounds=1)
    if folder := os.environ.get("TINTINH_CAPTURES"):
        compare("captures", captures(Path(folder)), {"tintinh": ours} | peers, rounds=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
