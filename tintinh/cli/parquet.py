"""Exports as Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

_TIMES = {"published_at", "first_seen_at", "last_seen_at", "changed_at", "gone_at", "redacted_at"}
_JSON = {"images", "attachments", "extracted_by"}
_SPECIAL = {"id": pa.int64(), "cluster": pa.int64(), "revision": pa.int32(), "authors": pa.list_(pa.string())}
_COLUMNS = [
    "id", "portal", "province", "platform", "url", "title", "published_at", "published_raw", "published_precision", "byline",
    "authors", "unit", "credit", "lead", "body", "body_html", "section", "images", "attachments", "content_hash", "revision",
    "first_seen_at", "last_seen_at", "changed_at", "gone_at", "extracted_by", "province_now", "made_by", "redacted_at", "cluster",
]  # fmt: skip
SCHEMA = pa.schema(
    [(name, _SPECIAL.get(name, pa.timestamp("us", tz="UTC") if name in _TIMES else pa.string())) for name in _COLUMNS]
)
ROWS_A_GROUP = 5000


def write(rows: Iterable[dict[str, Any]], path: Path) -> int:
    """Write articles; images, attachments and extracted_by are JSON text. Gives their number."""
    count = 0
    with parquet.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
        for group in _groups(iter(rows)):
            count += len(group)
            writer.write_table(pa.Table.from_pylist([_plain(row) for row in group], schema=SCHEMA))
    return count


def _groups(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while group := list(islice(rows, ROWS_A_GROUP)):
        yield group


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: json.dumps(row[name], ensure_ascii=False) if name in _JSON else row[name] for name in _COLUMNS}
