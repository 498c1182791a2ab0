"""The API described for machines: OpenAPI 3.1, from the parameters that are really read."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any

from reader.serve.asked import FILTERS, PARAMETERS, SEARCHED

_ITEM: dict[str, Any] = {"type": "object"}
_PAGE: dict[str, Any] = {
    "type": "object", "required": ["items"],
    "properties": {"items": {"type": "array", "items": _ITEM}, "next": {"type": ["string", "null"]}, "count": {"type": "integer"},
                   "count_is_exact": {"type": "boolean"}},
}  # fmt: skip
_PROBLEM: dict[str, Any] = {
    "type": "object", "required": ["title", "status", "detail"],
    "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}},
}  # fmt: skip
# Path: (what it answers, its parameters, the schema of an answer).
CALLS: dict[str, tuple[str, tuple[str, ...], dict[str, Any]]] = {
    "/articles": ("Articles that match, with their number", (*SEARCHED, "sort", "limit", "cursor", "fields"), _PAGE),
    "/articles/{id}": ("One article as it is now", ("fields",), _ITEM),
    "/articles/{id}/revisions": ("Every state of an article, oldest first", (), _PAGE),
    "/articles/{id}/as-of": ("An article as it stood in the database at a moment", ("at",), _ITEM),
    "/articles/{id}/copies": ("An article and those near-identical to it, the first one first", (), _PAGE),
    "/changes": ("What happened to articles, newest first; since and until are moments of the change",
                 (*FILTERS, "kind", "min_score", "limit", "cursor"), _PAGE),
    "/portals": ("How portals are, the worst first", ("portal",), _PAGE),
    "/runs": ("Recent runs, newest first", ("portal", "limit"), _PAGE),
    "/coverage": ("What was looked at and stored, by portal and day", ("portal", "days"), _PAGE),
    "/units": ("Units that signed, most first, with what their codes stand for", ("limit",), _PAGE),
    "/authors": ("People and pen names that signed, most first", ("limit",), _PAGE),
    "/provinces": ("The 63 provinces before 2025-07-01 and the 34 since", (), _PAGE),
    "/watches": ("Saved searches, with how often they reacted", (), _PAGE),
    "/watches/{name}/hits": ("What a watch reacted to, the last found first", ("limit", "cursor"), _PAGE),
    "/facets": ("How many of the newest 10,000 matches fall under which value", SEARCHED, _ITEM),
}  # fmt: skip


@cache
def document() -> dict[str, Any]:
    """The whole description."""
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
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
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
    return {"400": _problem("a parameter cannot be read"), "503": _problem("the database does not answer")}


def _problem(about: str) -> dict[str, Any]:
    return {"description": about, "content": {"application/problem+json": {"schema": _PROBLEM}}}
