"""Exports as Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

# By the type of the column in PostgreSQL; what is not here is text.
_TYPES = {
    "bigint": pa.int64(), "integer": pa.int32(), "text[]": pa.list_(pa.string()),
    "timestamp with time zone": pa.timestamp("us", tz="UTC"),
}  # fmt: skip
ROWS_A_GROUP = 5000  # what is held in memory at a time: some 50 MB of articles


def write(rows: Iterable[dict[str, Any]], path: Path, columns: Mapping[str, str]) -> int:
    """Write rows that have these columns, given with their types in PostgreSQL; jsonb is JSON text. Gives their number."""
    schema = pa.schema([(name, _TYPES.get(type_, pa.string())) for name, type_ in columns.items()])
    objects = {name for name, type_ in columns.items() if type_ == "jsonb"}
    count = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _groups(iter(rows)):
            count += len(group)
            writer.write_table(pa.Table.from_pylist([_plain(row, objects) for row in group], schema=schema))
    return count


def _groups(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while group := list(islice(rows, ROWS_A_GROUP)):
        yield group


def _plain(row: dict[str, Any], objects: set[str]) -> dict[str, Any]:
    return {
        name: json.dumps(value, ensure_ascii=False) if name in objects and value is not None else value
        for name, value in row.items()
    }
