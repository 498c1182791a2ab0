"""Each segment is loaded once and counted for the run that wrote it, whoever loads it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from crawler.article import encode
from ingest import segments
from ingest.segments import ingest_left, ingest_segment
from ingest.spool import SpoolWriter, pending
from ingest.store import Figures
from sql.load import query
from tests.support import article, until_alone

Figured = dict[str, tuple[str, int]]


def begin(connection: psycopg.Connection, portal: str) -> int:
    row = connection.execute(query("start_run"), {"portal": portal, "kind": "crawl", "rules": None}).fetchone()
    assert row is not None
    return int(row[0])


def write(folder: Path, prefix: str, *numbers: int) -> None:
    writer = SpoolWriter(folder, prefix)
    writer.write(*(encode(article(number)) for number in numbers))
    writer.close()


def figures(connection: psycopg.Connection) -> Figured:
    rows = connection.execute("SELECT portal, status, new + unchanged FROM news.run")
    return {portal: (status, items) for portal, status, items in rows}


def test_what_is_left_counts_for_who_wrote_it_and_runs_that_go_on_load_their_own(
    connection: psycopg.Connection, database_uri: str, tmp_path: Path
) -> None:
    with psycopg.connect(database_uri, autocommit=True) as alive:
        with psycopg.connect(database_uri, autocommit=True) as dead:
            write(tmp_path, f"mot-{begin(dead, 'mot')}", 1, 2, 3)
        write(tmp_path, f"hai-{begin(alive, 'hai')}", 4, 5)
        write(tmp_path, "ba-999999", 6)
        write(tmp_path, "export", 7)
        until_alone(connection, alive.info.backend_pid)
        assert ingest_left(connection, tmp_path) == Figures(new=5)
        assert figures(connection) == {"mot": ("interrupted", 3), "hai": ("running", 0)}
        assert [path.name.partition("-")[0] for path in pending(tmp_path)] == ["hai"]
    until_alone(connection)
    assert ingest_left(connection, tmp_path) == Figures(new=2)
    assert figures(connection) == {"mot": ("interrupted", 3), "hai": ("interrupted", 2)}


def test_two_who_want_one_segment_count_it_once(
    connection: psycopg.Connection, database_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "demo-1", 1)
    (segment,) = pending(tmp_path)
    load: Callable[..., Figures] = segments.ingest_file
    reached, gate, second = threading.Event(), threading.Event(), list[BaseException]()

    def held(*arguments: object) -> Figures:
        reached.set()
        assert gate.wait(60)
        return load(*arguments)

    def beside() -> None:
        with psycopg.connect(database_uri, autocommit=True) as other:
            try:
                ingest_segment(other, segment)
            except FileNotFoundError as error:
                second.append(error)

    monkeypatch.setattr(segments, "ingest_file", held)
    first = threading.Thread(target=ingest_segment, args=(connection, segment))
    first.start()
    assert reached.wait(60)
    late = threading.Thread(target=beside)
    late.start()
    gate.set()
    first.join()
    late.join()
    assert len(second) == 1
    assert connection.execute("SELECT count(*) FROM news.article").fetchone() == (1,)
