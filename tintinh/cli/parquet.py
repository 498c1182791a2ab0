"""Exports as Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from vietnam.dates import VIETNAM

# By the type of the column in PostgreSQL; what is not here is text.
_TYPES = {
    "bigint": pa.int64(), "integer": pa.int32(), "text[]": pa.list_(pa.string()),
    "timestamp with time zone": pa.timestamp("us", tz="UTC"), "date": pa.date32(), "boolean": pa.bool_(),
}  # fmt: skip
ROWS_A_GROUP = 5000  # what is held in memory at a time: some 50 MB of articles


def write(rows: Iterable[dict[str, Any]], path: Path, columns: Mapping[str, str]) -> int:
    """Write rows that have these columns, given with their types in PostgreSQL; jsonb is JSON text. Gives their number.

    `published_on` is the day of publication in Vietnam: a moment in UTC may fall on the day before.
    """
    schema = pa.schema([(name, _TYPES.get(type_, pa.string())) for name, type_ in columns.items()])
    objects = {name for name, type_ in columns.items() if type_ == "jsonb"}
    count = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _groups(iter(rows)):
            count += len(group)
            writer.write_table(pa.Table.from_pylist([_plain(row, objects) for row in group], schema=schema))
    return count


def write_months(rows: Iterable[dict[str, Any]], folder: Path, columns: Mapping[str, str]) -> int:
    """Write rows, newest first, into `month=2026-11/articles.parquet` and so on, as Hive names partitions; gives their number."""
    count = 0
    for month, ones in groupby(rows, key=month_of):
        (folder / f"month={month}").mkdir(parents=True)
        count += write(ones, folder / f"month={month}" / "articles.parquet", columns)
    return count


def month_of(row: Mapping[str, Any]) -> str:
    """The month of publication in Vietnam; what Hive calls nothing where that is not known.

    >>> from datetime import UTC, datetime
    >>> month_of({"published_at": datetime(2026, 10, 31, 18, tzinfo=UTC)}), month_of({"published_at": None})
    ('2026-11', '__HIVE_DEFAULT_PARTITION__')
    """
    return (
        row["published_at"].astimezone(VIETNAM).strftime("%Y-%m")
        if row["published_at"]
        else "__HIVE_DEFAULT_PARTITION__"
    )


def _groups(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while group := list(islice(rows, ROWS_A_GROUP)):
        yield group


def _plain(row: dict[str, Any], objects: set[str]) -> dict[str, Any]:
    told = {
        name: json.dumps(value, ensure_ascii=False) if name in objects and value is not None else value
        for name, value in row.items()
    }
    at = row["published_at"]
    return told | {"published_on": at.astimezone(VIETNAM).date() if at is not None else None}
