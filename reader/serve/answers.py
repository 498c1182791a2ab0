"""Answers: JSON, problems, tags by which a client asks whether anything changed."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, time, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

PROBLEM = "application/problem+json"


def plain(value: Any) -> Any:
    """What JSON has no form for, as text: moments in ISO 8601 with their offset. TypeError for what is neither.

    >>> plain(timedelta(hours=1, seconds=30))
    3630.0
    """
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value)


def dumped(value: Any) -> bytes:
    """A value as JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, default=plain).encode("utf-8", "replace")


def answer(request: Request, body: bytes, kind: str, status: int = 200, **headers: str) -> Response:
    """An answer with its tag; 304 without a body where the client has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    named = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept, Accept-Language"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    asked = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    if status == 200 and asked & {tag, "*"}:
        return Response(status_code=304, headers=named)
    return Response(body, status_code=status, media_type=kind, headers=named)


def json_answer(request: Request, value: Any, status: int = 200) -> Response:
    """A value as JSON."""
    return answer(request, dumped(value), "application/json", status)


def problem(status: int, title: str, detail: str, **more: Any) -> Response:
    """What went wrong, as RFC 9457 has it."""
    body = dumped({"type": "about:blank", "title": title, "status": status, "detail": detail} | more)
    return Response(body, status_code=status, media_type=PROBLEM, headers={"Cache-Control": "no-store"})
