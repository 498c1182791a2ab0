"""What rows of the API look like, as JSON Schema: the columns of the statements that answer, as the database describes them."""

from __future__ import annotations

from typing import Any

import psycopg

from reader.rows import rows_of
from reader.states import MATCHED
from sql.load import query

# Whose rows a schema describes: the statement, and what the API adds to each or leaves out.
_STATEMENTS = {
    "Article": "article_by_id",
    "Revision": "article_states",
    "Copy": "copies",
    "Change": "changes",
    "Portal": "portals_shown",
    "Run": "recent_runs",
    "Coverage": "coverage",
    "Unit": "units_signing",
    "Author": "authors_signing",
    "Watch": "watches",
    "Hit": "watch_hits",
}
_TEXTS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
_TEXT_OR_NONE: dict[str, Any] = {"type": ["string", "null"]}
_ADDED: dict[str, dict[str, Any]] = {
    "Unit": {
        "name": _TEXT_OR_NONE | {"description": "What the code stands for"},
        "successors": _TEXTS | {"description": "Codes of today"},
        "valid_from": _TEXT_OR_NONE | {"format": "date", "description": "Since when the code was used"},
        "valid_to": _TEXT_OR_NONE | {"format": "date", "description": "Until when"},
    },
    "Hit": {
        "difference": {"type": ["object", "null"], "description": "Of an edit, by field: the words that differ"},
    },
    "Watch": {"min_score": {"type": ["number", "null"], "description": "Of edits those that mean so much"}},
}
_LEFT_OUT = {"Hit": {"watch_id"}, "Watch": {"id", "least", "quiet_from", "quiet_to", "digest_seconds", "told_at"}}
# Columns that are never null; of views the database does not know.
_GIVEN = frozenset(["id", "article_id", "hit_id", "portal", "at", "day"])
# How PostgreSQL's types are told in JSON.
_TYPES: dict[str, dict[str, Any]] = {
    "bigint": {"type": "integer"},
    "integer": {"type": "integer"},
    "smallint": {"type": "integer"},
    "real": {"type": "number"},
    "double precision": {"type": "number"},
    "numeric": {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"},
    "interval": {"type": "number"},
    "boolean": {"type": "boolean"},
    "text": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "timestamp with time zone": {"type": "string", "format": "date-time"},
}


def schemas(connection: psycopg.Connection) -> dict[str, dict[str, Any]]:
    """The schema of each kind of row by its name; what the database says of a column is its description."""
    found = {name: _row_of(connection, statement) for name, statement in _STATEMENTS.items()}
    only = {"description": "Only with in_history"}
    hit = MATCHED | {"snippet": "text"}
    found["Article"] |= {name: _or_null(_schema(kind, is_array=False)) | only for name, kind in hit.items()}
    told = {
        name: {column: schema for column, schema in columns.items() if column not in _LEFT_OUT.get(name, ())}
        | _ADDED.get(name, {})
        for name, columns in found.items()
    }
    # Of articles `fields` may leave out any.
    return {
        name: {"type": "object", "properties": columns} | ({} if name == "Article" else {"required": [*columns]})
        for name, columns in told.items()
    }


def _row_of(connection: psycopg.Connection, statement: str) -> dict[str, dict[str, Any]]:
    """The columns of a statement's rows, each with its schema; nothing of it is run."""

    class Nothing(dict[str, None]):
        def __missing__(self, name: str) -> None:
            return None

    wrapped = b"SELECT * FROM (" + query(statement).strip().removesuffix(b";") + b") AS described LIMIT 0"
    with connection.cursor() as cursor:
        cursor.execute(wrapped, Nothing(), prepare=False)
        told = cursor.description or []
        result = cursor.pgresult
        assert result is not None
        origins = [(result.ftable(place), result.ftablecol(place)) for place in range(len(told))]
    comments = _comments(connection, origins)
    columns = {}
    for column, origin in zip(told, origins, strict=True):
        info = connection.adapters.types.get(column.type_code)
        kind, is_array = (info.regtype, info.oid != column.type_code) if info else ("", False)
        schema = dict(_schema(kind, is_array=is_array))
        if column.name not in _GIVEN:
            schema = _or_null(schema)
        if comment := comments.get(origin):
            schema["description"] = comment
        columns[column.name] = schema
    return columns


def _schema(kind: str, *, is_array: bool) -> dict[str, Any]:
    """The schema of a type as PostgreSQL writes it; of one that may hold anything an empty one.

    >>> _schema("text", is_array=True), _schema("jsonb", is_array=False)
    ({'type': 'array', 'items': {'type': 'string'}}, {})
    """
    one = _TYPES.get(kind, {})
    return {"type": "array", "items": one} if is_array else one


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return schema | {"type": [schema["type"], "null"]} if "type" in schema else schema


def _comments(connection: psycopg.Connection, origins: list[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """What the database says of columns, by relation and number."""
    relations, numbers = zip(*origins, strict=True)
    rows = rows_of(connection, "comments_of", {"relations": list(relations), "numbers": list(numbers)})
    return {(row["relation"], row["number"]): row["comment"] for row in rows}
