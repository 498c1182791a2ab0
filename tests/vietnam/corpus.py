"""The corpora as rows. They are tables that a Vietnamese reader can check; the first line of each says how to read it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
NOT_A_TIMESTAMP = "–"


class TimestampCase(NamedTuple):
    text: str
    expected: str
    precision: str
    traits: str
    note: str


class BylineCase(NamedTuple):
    text: str
    kind: str
    authors: str
    unit: str
    credit: str
    role: str
    note: str


def _rows(name: str) -> list[list[str]]:
    lines = (FOLDER / name).read_text(encoding="utf-8").split("\n")
    return [line.split("\t") for line in lines[2:] if line]


def timestamps() -> list[TimestampCase]:
    return [TimestampCase(*row) for row in _rows("timestamps.tsv")]


def bylines() -> list[BylineCase]:
    return [BylineCase(*row) for row in _rows("bylines.tsv")]
