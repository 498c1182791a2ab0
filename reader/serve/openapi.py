"""The API described for machines: OpenAPI 3.1, from the parameters that are really read."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from reader.serve.asked import FILTERS, PARAMETERS, SEARCHED

_PROBLEM: dict[str, Any] = {
    "type": "object", "required": ["title", "status", "detail"],
    "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}},
}  # fmt: skip
_COUNTED: dict[str, Any] = {"count": {"type": "integer", "description": "Matches, up to 10,000"}, "count_is_exact": {"type": "boolean"}}  # fmt: skip
_NEXT: dict[str, Any] = {"next": {"type": ["string", "null"], "description": "The cursor of the next page; null on the last"}}  # fmt: skip


def _row(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _rows(name: str, **more: Any) -> dict[str, Any]:
    items = {"items": {"type": "array", "items": _row(name)}}
    return {"type": "object", "required": ["items", *more], "properties": items | more}


# Path: (what it answers, its parameters, the schema of an answer).
CALLS: dict[str, tuple[str, tuple[str, ...], dict[str, Any]]] = {
    "/articles": ("Articles that match, with their number", (*SEARCHED, "sort", "limit", "cursor", "fields"), _rows("Article", **_NEXT, **_COUNTED)),
    "/articles/{id}": ("One article as it is now", ("fields",), _row("Article")),
    "/articles/{id}/revisions": ("Every state of an article, oldest first", (), _rows("Revision")),
    "/articles/{id}/as-of": ("An article as it stood in the database at a moment", ("at",), _row("Article")),
    "/articles/{id}/copies": ("An article and those near-identical to it, the first one first", (), _rows("Copy")),
    "/changes": ("What happened to articles, newest first; since and until are moments of the change",
                 (*FILTERS, "kind", "min_score", "limit", "cursor"), _rows("Change", **_NEXT)),
    "/portals": ("How portals are, the worst first", ("portal",), _rows("Portal")),
    "/runs": ("Recent runs, newest first", ("portal", "limit"), _rows("Run")),
    "/coverage": ("What was looked at and stored, by portal and day", ("portal", "days"), _rows("Coverage")),
    "/units": ("Units that signed, most first, with what their codes stand for", ("limit",), _rows("Unit")),
    "/authors": ("People and pen names that signed, most first", ("limit",), _rows("Author")),
    "/provinces": ("The 63 provinces before 2025-07-01 and the 34 since", (), _rows("Province")),
    "/watches": ("Saved searches, with how often they reacted", (), _rows("Watch")),
    "/watches/{name}/hits": ("What a watch reacted to, the last found first", ("limit", "cursor"), _rows("Hit", **_NEXT)),
    "/facets": ("How many of the newest 10,000 matches fall under which value", SEARCHED, _row("Facets")),
}  # fmt: skip
_TEXT: dict[str, Any] = {"type": "string"}
# Kinds of rows that no statement answers.
_OTHER_ROWS: dict[str, Any] = {
    "Province": {"type": "object", "required": ["slug", "name", "successor"], "properties": {
        "slug": _TEXT, "name": _TEXT, "successor": _TEXT | {"description": "Slug of the province of today; its own where it is one"}}},
    "Facets": {"type": "object", "required": [*_COUNTED, "facets"], "properties": _COUNTED | {"facets": {
        "type": "object", "description": "By facet (portal, province, province_now, unit, section, author, gone, year, month) its values, the most frequent first",
        "additionalProperties": {"type": "array", "items": {"type": "object", "required": ["value", "count"], "properties": {
            "value": _TEXT, "count": {"type": "integer"}}}}}}},
}  # fmt: skip


def document(rows: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """The whole description; `rows`: the schemas of kinds of rows by name, as the database tells them."""
    paths: dict[str, Any] = {}
    for path, (about, names, schema) in CALLS.items():
        parameters = [
            {
                "name": name,
                "in": "query",
                "description": PARAMETERS[name].about,
                "required": name == "at",
                "schema": PARAMETERS[name].schema,
            }
            for name in names
        ]
        if "{id}" in path:
            number = {"type": "integer", "minimum": 1}
            parameters.insert(
                0, {"name": "id", "in": "path", "description": "The article's id", "required": True, "schema": number}
            )
        if "{name}" in path:
            text = {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,62}$"}
            parameters.insert(
                0, {"name": "name", "in": "path", "description": "The watch's name", "required": True, "schema": text}
            )
        paths[f"/api/v1{path}"] = {
            "get": {"summary": about, "parameters": parameters, "responses": _responses(schema, "{" in path)}
        }
    for ending, kind in (("csv", "text/csv"), ("jsonl", "application/x-ndjson")):
        parameters = [
            {
                "name": name,
                "in": "query",
                "description": PARAMETERS[name].about,
                "required": False,
                "schema": PARAMETERS[name].schema,
            }
            for name in (*SEARCHED, "fields")
        ]
        responses = {
            "200": {
                "description": "up to 10,000 articles, newest first",
                "content": {kind: {"schema": {"type": "string"}}},
            }
        }
        paths[f"/api/v1/articles.{ending}"] = {
            "get": {
                "summary": "Articles that match, as a file",
                "parameters": parameters,
                "responses": responses | _errors(),
            }
        }
    paths |= _fetching()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "tintinh", "version": version("tintinh"), "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": "What Vietnam's provincial police portals published, with every earlier state. Moments are in Vietnam time.",
        },
        "paths": paths,
        "components": {"schemas": {**(rows or {}), **_OTHER_ROWS}, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }  # fmt: skip


def _fetching() -> dict[str, Any]:
    """What has addresses fetched."""
    body = {"type": "object", "required": ["url"], "properties": {"url": {"type": "string", "format": "uri"}}}
    taken = {"type": "object", "required": ["id", "url", "state", "location"],
             "properties": {"id": {"type": "integer"}, "url": {"type": "string"}, "state": {"type": "string"}, "location": {"type": "string"}}}  # fmt: skip
    job = {"type": "object", "required": ["id", "url", "state"],
           "properties": {"id": {"type": "integer"}, "url": {"type": "string"}, "at": {"type": ["string", "null"]},
                          "state": {"enum": ["waiting", "fetching", "done", "failed", "cancelled", "aborted"]},
                          "article": {"type": ["integer", "null"]}, "reason": {"type": ["string", "null"]}}}  # fmt: skip
    number = {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "The job's number",
        "schema": {"type": "integer", "minimum": 0},
    }
    responses = {
        "202": {"description": "a worker will fetch it; Location says where to ask how it went", "content": {"application/json": {"schema": taken}}},
        "400": _problem("the address is none, or must not be asked"), "401": _problem("no token, or nobody's"),
        "429": _problem("too many addresses of this token within an hour"), "503": _problem("the database does not answer, or too much waits"),
    }  # fmt: skip
    return {
        "/api/v1/fetch": {"post": {
            "summary": "Have an article fetched now, by a worker", "parameters": [], "security": [{"token": []}], "responses": responses,
            "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        }},
        "/api/v1/jobs/{id}": {"get": {"summary": "How that goes", "parameters": [number], "responses": _responses(job, has_id=True)}},
    }  # fmt: skip


def _responses(schema: dict[str, Any], has_id: bool) -> dict[str, Any]:
    found = {"200": {"description": "what was asked for", "content": {"application/json": {"schema": schema}}}}
    missing = {"404": _problem("there is no such thing")} if has_id else {}
    return found | {"304": {"description": "unchanged since the ETag that was sent"}} | missing | _errors()


def _errors() -> dict[str, Any]:
    return {
        "400": _problem("a parameter cannot be read"),
        "414": _problem("the address is too long"),
        "503": _problem("the database does not answer"),
    }


def _problem(about: str) -> dict[str, Any]:
    return {"description": about, "content": {"application/problem+json": {"schema": _PROBLEM}}}
