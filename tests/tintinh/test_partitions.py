"""Parquet for analysts: by month, with Vietnam's day, the same that SQL gives."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import psycopg
from pyarrow import dataset, parquet

from ingest.store import store
from tests.conftest import Command
from tests.support import article

# The last is the first of November in Vietnam, and still October in UTC.
MOMENTS = [
    datetime(2026, 9, 5, 1, tzinfo=UTC),
    datetime(2026, 10, 31, 16, 59, tzinfo=UTC),
    datetime(2026, 10, 31, 17, 1, tzinfo=UTC),
    None,
]


def test_months_and_days_are_those_of_vietnam_and_of_sql(
    command: Command, connection: psycopg.Connection, tmp_path: Path
) -> None:
    store(connection, [article(number, published_at=at) for number, at in enumerate(MOMENTS, 1)])
    folder = tmp_path / "tin"
    done = command("export", "-o", folder, "--partition", "month")
    assert (done.returncode, done.stderr) == (0, f"4 articles in {folder}\n")
    assert sorted(path.name for path in folder.iterdir()) == [
        "month=2026-09", "month=2026-10", "month=2026-11", "month=__HIVE_DEFAULT_PARTITION__",
    ]  # fmt: skip
    read = dataset.dataset(folder, partitioning="hive").to_table().to_pylist()
    in_sql = connection.execute(
        "SELECT id, (published_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, to_char(published_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM') FROM news.article"
    )
    assert {(row["id"], row["published_on"], row["month"]) for row in read} == set(in_sql.fetchall())
    assert (
        parquet.read_schema(folder / "month=2026-09" / "articles.parquet").field("published_on").type == "date32[day]"
    )


def test_a_folder_that_holds_something_is_left_alone(command: Command, tmp_path: Path) -> None:
    (tmp_path / "tin").mkdir()
    (tmp_path / "tin" / "khac").touch()
    for output in ("tin", "tin.parquet"):
        done = command("export", "-o", tmp_path / output, "--partition", "month")
        assert done.returncode == 2
        assert "a new one or an empty one" in " ".join(done.stderr.replace("│", "").split())
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and "home" not in path.parts] == ["khac"]
