"""The web app: pages, API and feeds over one pool of readers' connections."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

import psycopg
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from reader import metrics, watching
from reader.filters import WrongFilter
from reader.serve import api, feeds, openapi, pages
from reader.serve import watching as watched
from reader.serve.answers import json_answer, problem
from reader.serve.api import NotFound
from reader.serve.database import Database, Unavailable
from reader.serve.fetching import Fetching
from reader.serve.fetching import routes as fetching_routes
from reader.serve.pages import Archived
from reader.serve.schemas import schemas

logger = logging.getLogger(__name__)

# Nothing from elsewhere is loaded, nothing inline runs, nobody frames a page.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Characters of an address; filters of 500 each have room in it.
LONGEST = 8_000
# What every address ends in that is a machine's.
_MACHINES = ("/api/v1", "/healthz", "/metrics")


def create(
    uri: str, become: Callable[[psycopg.Connection], object], archived: Archived, fetching: Fetching | None = None
) -> Starlette:
    """The app over a database. `become` gives a connection a reader's rights, `archived` finds the archived page of an article.

    `fetching` takes addresses that somebody wants fetched; without it none are.
    """
    database = Database(uri, become)

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        database.open()
        try:
            yield
        finally:
            await run_in_threadpool(database.close)

    def health(request: Request) -> Response:
        """Whether the database answers."""
        with database.reading() as connection:
            connection.execute(b"SELECT 1")
        return json_answer(request, {"status": "ok"})

    def measured(_: Request) -> Response:
        """What Prometheus reads."""
        with database.reading() as connection:
            found = {"portals": watching.portals(connection), "database": watching.database(connection)}
        return PlainTextResponse(metrics.text(found, time.time()), media_type="text/plain; version=0.0.4")

    def described(request: Request) -> Response:
        """The description of the API."""
        with database.reading() as connection:
            return json_answer(request, openapi.document(schemas(connection)))

    def crawlers(request: Request) -> Response:
        """Search engines may read articles; searches without end are for people."""
        root = request.scope.get("root_path", "").rstrip("/")
        shut = "".join(f"Disallow: {root}{path}\n" for path in ("/search", "/changes", "/api/", "/feeds/"))
        return PlainTextResponse(f"User-agent: *\n{shut}")

    def icon(request: Request) -> Response:
        """Where the icon is, for those who ask by habit."""
        return RedirectResponse(f"{request.scope.get('root_path', '').rstrip('/')}/static/icon.svg", 301)

    machine = [
        Route("/robots.txt", crawlers, methods=["GET"]), Route("/favicon.ico", icon, methods=["GET"]),
        Route("/healthz", health, methods=["GET"]), Route("/metrics", measured, methods=["GET"]),
        Route("/api/v1/openapi.json", described, methods=["GET"]),
        Mount("/static", StaticFiles(directory=str(files("reader.serve") / "static"))),
    ]  # fmt: skip
    handlers: dict[Any, Callable[[Request, Exception], Response | Awaitable[Response]]] = dict.fromkeys(
        (WrongFilter, NotFound, Unavailable, HTTPException, Exception), explain
    )
    return Starlette(
        routes=[
            *machine, *api.routes(database), *(fetching_routes(fetching) if fetching else ()), *feeds.routes(database), *watched.routes(database), *pages.routes(database, archived),
        ],
        middleware=[Middleware(Guarded)], exception_handlers=handlers, lifespan=life,
    )  # fmt: skip


def explain(request: Request, error: Exception) -> Response:
    """What went wrong: a problem for machines, a page for people."""
    headers: Mapping[str, str] = {}
    if isinstance(error, HTTPException):
        known = {404: "Không có trang này", 405: "Yêu cầu không đúng"}
        status, title, detail, english = error.status_code, known.get(error.status_code, "Có lỗi"), error.detail, None
        headers = error.headers or {}
    else:
        status, title, detail, english = pages.failed(request, error)
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    if path.startswith((*_MACHINES, "/feeds")):
        named = {"filter": "q" if error.name == "query" else error.name} if isinstance(error, WrongFilter) else {}
        about = {400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}.get(
            status, "Error"
        )
        answer = problem(status, about, english or detail, **named)
    else:
        answer = pages.rendered(request, "failed.html", status, title=title, detail=detail, original=english)
    answer.headers.update(headers)  # which methods there are
    return answer


class Guarded:
    """Puts the headers on every answer, and refuses addresses that nobody types."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """An ASGI call."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                told = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message.get("headers", []), *told]
            await send(message)

        if len(scope["path"]) + len(scope["query_string"]) > LONGEST:
            await problem(414, "URI Too Long", f"an address may have {LONGEST} characters")(scope, receive, guarded)
            return
        await self.app(scope, receive, guarded)
