"""`export --since-change`: a mirror that takes what changed has the same table, whatever happened in between."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
from pyarrow import parquet

from ingest.redaction import redact
from ingest.store import store
from tests.conftest import Command
from tests.support import article

# When an article was last met is no change of it.
BESIDE = ("last_seen_at", "merged_into")


class Mirror:
    """A copy of the table, by what a command told."""

    def __init__(self, command: Command, folder: Path) -> None:
        self.command, self.file = command, folder / "changed.jsonl"
        self.rows: dict[int, dict[str, Any]] = {}
        self.cursor = "0"

    def take(self) -> list[int]:
        """Take what changed; the ids."""
        done = self.command("export", "--since-change", self.cursor, "-o", self.file)
        assert done.returncode == 0, done.stderr
        self.cursor = done.stderr.split()[-1]
        met = [json.loads(line) for line in self.file.read_text().splitlines()]
        for row in met:
            if row["merged_into"] is None:
                self.rows[row["id"]] = row
            else:
                self.rows.pop(row["id"], None)
        return sorted(row["id"] for row in met)

    def is_the_same(self) -> bool:
        """Whether a whole export gives the same."""
        done = self.command("export")
        whole = [json.loads(line) for line in done.stdout.splitlines()]
        mine = sorted(self.rows.values(), key=lambda row: int(row["id"]))
        return [told(row) for row in sorted(whole, key=lambda row: int(row["id"]))] == [told(row) for row in mine]


def told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in BESIDE}


def test_a_mirror_has_the_same_table(command: Command, connection: psycopg.Connection, tmp_path: Path) -> None:
    store(connection, [article(number) for number in range(1, 7)])
    mirror = Mirror(command, tmp_path)
    assert len(mirror.take()) == 6
    assert mirror.is_the_same()
    assert mirror.take() == []
    store(connection, [article(1, 20, title="Khác"), article(7, 20)])
    connection.execute("UPDATE news.article_current SET gone_at = now() WHERE url LIKE '%/2-%'")
    ids = dict(connection.execute("SELECT split_part(identity, '/', 3), id FROM news.article_current").fetchall())
    assert redact(connection, ids["3"], "a court", "the editor")
    # Another turned out to be an article that had moved.
    connection.execute("DELETE FROM news.article_current WHERE id = %s", (ids["5"],))
    connection.execute("UPDATE news.article_current SET url = 'http://demo.vn/neu' WHERE id = %s", (ids["4"],))
    connection.execute(
        "INSERT INTO news.absence (article_id, how, url, first_missed_at, last_missed_at, returned_at, moved_to, merged_id) "
        "VALUES (%s, 'removed', 'http://demo.vn/alt', now(), now(), now(), 'http://demo.vn/neu', %s)",
        (ids["4"], ids["5"]),
    )
    assert not mirror.is_the_same()
    assert mirror.take() == sorted(ids[number] for number in "123457")
    assert mirror.is_the_same()
    assert (mirror.rows[ids["3"]]["title"], mirror.rows[ids["3"]]["body"]) == ("[redacted]", "")
    assert mirror.take() == []


def test_what_an_open_transaction_writes_comes_next_time(
    command: Command, connection: psycopg.Connection, database_uri: str, tmp_path: Path
) -> None:
    store(connection, [article(1), article(2)])
    mirror = Mirror(command, tmp_path)
    with psycopg.connect(database_uri) as late:
        late.execute("UPDATE news.article_current SET gone_at = now() WHERE url LIKE '%/1-%'")
        mirror.take()
        store(connection, [article(3)])  # a later transaction is over before
        assert len(mirror.take()) == 1
    assert len(mirror.take()) == 2  # it, and once more what is later than it
    assert mirror.is_the_same()
    assert mirror.take() == []


def test_cursors_of_others_and_filters_are_refused(
    command: Command, connection: psycopg.Connection, tmp_path: Path
) -> None:
    store(connection, [article(1)])
    for cursor, said in (("gestern", "is no cursor"), ("1.2.3", "of another database")):
        done = command("export", "--since-change", cursor)
        assert (done.returncode, said in done.stderr, done.stdout) == (2, True, "")
    assert command("export", "--since-change", "0", "--gone").returncode == 2
    file = tmp_path / "all.parquet"
    assert command("export", "--since-change", "0", "-o", file).returncode == 0
    assert parquet.read_table(file).column("merged_into").to_pylist() == [None]
    piped = command("export", "--since-change", "0")
    assert piped.stdout.count("\n") == 1
    assert "next: --since-change " in piped.stderr
