"""The crash matrix: that it sees what is lost, duplicated or wrong; a short run of it."""

from __future__ import annotations

from datetime import datetime

import pytest

from bench.faults.__main__ import run
from bench.faults.kinds import KINDS
from bench.faults.reading import crawled
from bench.faults.verdict import Crawled, Sight, Stored, Verdict, judge
from ingest import spool
from tests.support import at, line

# Each sort of fault once; `python -m bench.faults` does all of them, and more often.
SHORT = (
    "kill -9: crawling child", "kill -9: parent and child", "kill -9: everything, the database too",
    "kill -9: tintinh ingest", "kill -9: postmaster", "kill -9: a backend", "database away until the run gives up",
    "spool: torn last line", "spool: a bit flipped", "disk full: spool", "disk full: archive", "a clock that jumps back",
)  # fmt: skip


@pytest.mark.slow
def test_a_short_run_finds_nothing_lost_duplicated_or_wrong() -> None:
    found = run([name for name in KINDS if name in SHORT], len(SHORT), seed=7, at_a_time=2, held=True)
    assert [len(trials) for trials in found.values()] == [1] * len(SHORT)
    assert [(name, *trial) for name, trials in found.items() for trial in trials if trial[1]] == []
    assert [name for name, trials in found.items() for _, verdict in trials if not verdict.hit] == []


def stored(*states: tuple[str, float], fetches: tuple[tuple[str, datetime], ...] = ()) -> Stored:
    return Stored({"a": {"title": "Tin"}}, {"a": [(content, at(minute)) for content, minute in states]}, fetches)


def seen(*states: tuple[str, float]) -> Crawled:
    return Crawled({Sight("a", at(minute), content) for content, minute in states})


QUIET = {"a": {"title": "Tin"}}


def counts(verdict: Verdict) -> tuple[int, int, int]:
    return len(verdict.lost), len(verdict.duplicated), len(verdict.wrong)


@pytest.mark.parametrize(
    ("have", "crawls", "expected"),
    [
        ([("x", 1), ("y", 3)], [("x", 1), ("x", 2), ("y", 3)], (0, 0, 0)),
        ([("x", 1)], [("x", 1), ("y", 3)], (1, 0, 0)),
        ([("x", 1), ("y", 3), ("x", 4)], [("x", 1), ("y", 3)], (0, 1, 0)),
        ([("y", 1), ("x", 3)], [("x", 1), ("y", 3)], (0, 0, 1)),
        ([("x", 2), ("y", 3)], [("x", 1), ("y", 3)], (0, 0, 1)),
    ],
)
def test_states_lost_from_nowhere_and_out_of_order(
    have: list[tuple[str, float]], crawls: list[tuple[str, float]], expected: tuple[int, int, int]
) -> None:
    assert counts(judge(stored(*have), QUIET, seen(*crawls))) == expected


def test_a_damaged_line_may_be_missing_or_there_but_not_another() -> None:
    for have, expected in (([("x", 1)], (0, 0, 0)), ([("x", 1), ("y", 2)], (0, 0, 0)), ([("z", 1)], (1, 1, 0))):
        assert counts(judge(stored(*have), QUIET, seen(("x", 1)), seen(("y", 2)))) == expected


def test_articles_and_fields_and_responses() -> None:
    sure = seen(("x", 1))
    assert counts(judge(stored(("x", 1)), QUIET | {"b": {"title": "Tin"}}, sure)) == (1, 0, 0)
    assert counts(judge(stored(("x", 1)), {}, sure)) == (0, 1, 0)
    assert counts(judge(stored(("x", 1)), {"a": {"title": "Khác"}}, sure)) == (0, 0, 1)
    twice = stored(("x", 1), fetches=(("u", at(1)), ("u", at(1)), ("v", at(1))))
    sure.fetches = {("u", at(1)), ("w", at(1))}
    assert counts(judge(twice, QUIET, sure)) == (1, 2, 0)


def test_lines_that_are_not_whole_say_nothing() -> None:
    whole = spool.seal(line())
    torn, flipped = whole[:-30], whole.replace(b"Tin an ninh", b"Tin an binh")
    assert flipped != whole
    assert len(crawled([whole]).sights) == 1
    assert crawled([torn, flipped, b"\xff"]) == Crawled()
