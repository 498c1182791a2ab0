"""Watches over HTTP: their pages, their feeds, their part of the API. Never where they tell."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reader import watches
from reader.rows import Row
from reader.serve import asked, feeds, pages, words
from reader.serve.answers import json_answer
from reader.serve.api import NotFound
from reader.serve.asked import MOST_ROWS
from reader.serve.database import Database

ROWS = 20
_SHOWN = ("name", "filters", "kinds", "min_score", "created_at", "paused_at", "hits", "last_hit_at")


def routes(database: Database) -> list[Route]:
    """The addresses of watches, for an app that holds this database."""

    def listed(request: Request) -> Response:
        """All watches."""
        with database.reading() as connection:
            rows = watches.watches(connection)
        return pages.rendered(request, "watches.html", watches=[row | {"asked": spoken(row)} for row in rows])

    def one(request: Request) -> Response:
        """A watch, and what it reacted to."""
        before = _before(request)
        with database.reading() as connection:
            row = _found(connection, request)
            hits = watches.hits(connection, row["id"], before=before, limit=ROWS)
        following = str(hits[-1]["hit_id"]) if len(hits) == ROWS else None
        return pages.rendered(
            request, "watch.html", watch=row, asked=spoken(row), rows=hits, following=following, search=watches.parameters(row["filters"])
        )  # fmt: skip

    def fed(request: Request) -> Response:
        """What a watch reacted to, as a feed."""
        given = request.query_params
        asked.known_only(given, {"lang", "limit"})
        with database.reading() as connection:
            row = _found(connection, request)
            hits = watches.hits(connection, row["id"], limit=asked.read_number(given, "limit", feeds.ROWS, 100))
        return feeds.feed(request, f"Tin tỉnh: {row['name']}", map(entry, hits))

    def api_listed(request: Request) -> Response:
        """All watches, for programs."""
        asked.known_only(request.query_params, ())
        with database.reading() as connection:
            return json_answer(request, {"items": [described(row) for row in watches.watches(connection)]})

    def api_hits(request: Request) -> Response:
        """What a watch reacted to, for programs."""
        given = request.query_params
        asked.known_only(given, {"limit", "cursor"})
        limit = asked.read_number(given, "limit", 20, MOST_ROWS)
        with database.reading() as connection:
            row = _found(connection, request)
            hits = watches.hits(connection, row["id"], before=_before(request), limit=limit)
        following = str(hits[-1]["hit_id"]) if len(hits) == limit else None
        items = [{name: value for name, value in hit.items() if name != "watch_id"} for hit in hits]
        return json_answer(request, {"items": items, "next": following})

    get = {
        "/watches": listed, "/watches/{name}": one, "/feeds/watches/{name}.atom": fed, "/api/v1/watches": api_listed,
        "/api/v1/watches/{name}/hits": api_hits,
    }  # fmt: skip
    return [Route(path, handler, methods=["GET"]) for path, handler in get.items()]


def described(row: Row) -> dict[str, Any]:
    """A watch as the API tells it."""
    told = row | {"min_score": row["least"]}
    return {name: told[name] for name in _SHOWN}


def spoken(row: Row) -> list[tuple[str, str]]:
    """The filters of a watch: the heading of each and its value.

    >>> spoken({"filters": {"portal": "hue", "query": "ma túy"}})
    [('Từ khóa', 'ma túy'), ('Cổng', 'hue')]
    """
    return [(label, str(row["filters"][name])) for name, label in words.FILTERS.items() if row["filters"].get(name)]


def entry(row: Row) -> feeds.Entry:
    """A hit as an entry: that of the change, with its difference; its id stays."""
    made = feeds.of_change(row)
    if row["difference"]:
        summary = made.find(f"{{{feeds.ATOM}}}summary")
        if summary is not None:
            diff = "; ".join(f"{words.said(name, 'vi')}: {text}" for name, text in row["difference"].items())
            summary.text = feeds.clean(f"{summary.text}. {diff}"[:4_000])
    return made


def _found(connection: Any, request: Request) -> Row:
    """The watch of an address. Raises NotFound."""
    name = asked.read_text(request.path_params, "name") or ""
    found = watches.watches(connection, name)
    if not name or not found:
        raise NotFound(f"no watch {name[:50]!r}")
    return found[0]


def _before(request: Request) -> int | None:
    """The hit that a page ended with. Raises WrongFilter."""
    given = request.query_params
    return asked.read_hit(given["cursor"]) if given.get("cursor") else None
