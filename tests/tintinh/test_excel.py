"""`export --excel`: what Excel opens by a double click."""

from __future__ import annotations

import csv
from pathlib import Path

import psycopg

from ingest.store import store
from tests.conftest import Command
from tests.support import article


def test_it_opens_in_excel_and_runs_nothing(command: Command, connection: psycopg.Connection, tmp_path: Path) -> None:
    store(
        connection,
        [article(1, title='=HYPERLINK("http://a.vn";"x")'), article(2, body="Đoạn; một\n\nhai " + "dài " * 9000)],
    )
    file = tmp_path / "a.csv"
    done = command("export", "--excel", "-o", file)
    assert done.returncode == 0, done.stderr
    assert "1 texts are longer than a cell" in done.stderr
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfid;portal;")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        first, second = csv.DictReader(opened, delimiter=";")
    assert first["title"].startswith("'=HYPERLINK")
    assert (first["published_at"], first["authors"]) == ("2026-11-04 15:00:00", "Hữu Liêm")
    assert (len(second["body"]), second["body"][:10]) == (32767, "Đoạn; một\n")
    assert command("export", "--excel", "-o", tmp_path / "a.jsonl").returncode == 2
