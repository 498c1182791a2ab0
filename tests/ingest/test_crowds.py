"""A crowd of nearly identical articles: the work grows with their number, and can be stopped in the middle."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from crawler.article import encode
from ingest import likeness, syndication
from ingest.store import ingest_lines
from ingest.syndication import compare_due
from tests.support import article

WORDS = " ".join(f"từ{number}" for number in range(200))


def crowd(size: int, first: int = 0) -> list[bytes]:
    return [encode(replace(article(n), body=f"{WORDS} bản số {n}")) for n in range(first, first + size)]


def test_work_grows_with_the_crowd_and_not_with_its_square(
    connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syndication, "BATCH", 50)
    compared: list[int] = []
    share = likeness.share

    def counted(*pair: likeness.Reading) -> float | None:
        compared[-1] += 1
        return share(*pair)

    monkeypatch.setattr(likeness, "share", counted)
    for part in range(4):
        ingest_lines(connection, crowd(150, 150 * part))
        compared.append(0)
        assert compare_due(connection) == 150
    assert compared[0] > 150
    assert compared[-1] <= 1.2 * compared[0], "the fourth part has no more work than the first"
    assert connection.execute("SELECT count(DISTINCT cluster) FROM news.fingerprint").fetchone() == (1,)


def test_comparing_stops_when_it_is_told_to(connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syndication, "BATCH", 10)
    ingest_lines(connection, crowd(40))
    told = iter([False, False, True])
    assert compare_due(connection, stopped=lambda: next(told)) == 20
    assert compare_due(connection) == 20, "the others stayed due"
