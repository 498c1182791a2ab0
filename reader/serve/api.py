"""The JSON API: the same rows that the command prints."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from reader import changes, overview
from reader import stored as articles
from reader.filters import Filters, WrongFilter
from reader.rows import Row
from reader.serve import asked
from reader.serve.answers import dumped, json_answer, plain
from reader.serve.asked import DEEPEST, FILTERS, MOST_ROWS, SEARCHED, Cursor
from reader.serve.database import Database
from vietnam import provinces, units

# Articles of a CSV or JSON Lines answer.
MOST_EXPORTED = 10_000
# What begins a formula in a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class NotFound(LookupError):
    """There is no such thing."""


def routes(database: Database) -> list[Route]:
    """The addresses of the API, for an app that holds this database."""
    api = Api(database)
    get: dict[str, Callable[[Request], Response]] = {
        "/articles": api.articles, "/articles.csv": api.exported, "/articles.jsonl": api.exported,
        "/articles/{id}": api.article, "/articles/{id}/revisions": api.revisions, "/articles/{id}/as-of": api.as_of,
        "/articles/{id}/copies": api.copies, "/changes": api.changes, "/portals": api.portals, "/runs": api.runs,
        "/coverage": api.coverage, "/units": api.units, "/authors": api.authors, "/provinces": api.provinces,
        "/facets": api.facets,
    }  # fmt: skip
    return [Route(f"/api/v1{path}", handler, methods=["GET"]) for path, handler in get.items()]


class Api:
    """Reads what an address asks for, and answers."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def articles(self, request: Request) -> Response:
        """A page of articles, the number of all that match, and where the next page begins."""
        given = request.query_params
        asked.known_only(given, {*SEARCHED, "sort", "limit", "cursor", "fields"})
        kind = request.headers.get("accept", "")
        if "text/csv" in kind or "application/x-ndjson" in kind:
            return self.exported(request)
        wanted, sort = asked.read_filters(given), sort_of(given)
        limit = asked.read_number(given, "limit", 20, MOST_ROWS)
        cursor = Cursor.of(given["cursor"]) if given.get("cursor") else Cursor()
        with self.database.reading() as connection:
            asked.known_portal(connection, wanted)
            found = articles.columns(connection, in_history=wanted.in_history)
            fields = fields_of(given, [*found, "snippet"] if wanted.in_history and wanted.query else found)
            rows, following = page(connection, wanted, sort, limit, cursor)
            number, is_exact = overview.count(connection, wanted)
        items = [{name: row[name] for name in fields} for row in rows]
        told = {"items": items, "next": following, "count": number, "count_is_exact": is_exact}
        return json_answer(request, told)

    def exported(self, request: Request) -> Response:
        """Up to 10,000 articles, newest first, as CSV or JSON Lines, as they come from the database."""
        given = request.query_params
        asked.known_only(given, {*SEARCHED, "limit", "fields", "sort", "cursor"})
        is_csv = request.url.path.endswith(".csv") or "text/csv" in request.headers.get("accept", "")
        wanted = asked.read_filters(given)
        limit = asked.read_number(given, "limit", MOST_EXPORTED, MOST_EXPORTED)
        sort_of(given)
        if given.get("cursor"):
            raise WrongFilter("cursor", "a file has no pages: narrow it by since and until")
        with self.database.reading() as connection:
            asked.known_portal(connection, wanted)
            fields = fields_of(given, articles.columns(connection, in_history=wanted.in_history))
        rows = self.rows(wanted, limit, fields)
        lines = csv_lines(rows, fields) if is_csv else (dumped(row) + b"\n" for row in rows)
        kind = "text/csv; charset=utf-8" if is_csv else "application/x-ndjson"
        named = f'attachment; filename="tintinh.{"csv" if is_csv else "jsonl"}"'
        return StreamingResponse(
            lines, media_type=kind, headers={"Cache-Control": "no-cache", "Content-Disposition": named}
        )

    def rows(self, wanted: Filters, limit: int, fields: list[str]) -> Iterator[Row]:
        """Articles one by one; a connection is held meanwhile."""
        with self.database.reading() as connection, closing(articles.export(connection, wanted, limit=limit)) as found:
            for row in found:
                yield {name: row[name] for name in fields}

    def article(self, request: Request) -> Response:
        """One article as it is now."""
        asked.known_only(request.query_params, {"fields"})
        with self.database.reading() as connection:
            fields = fields_of(request.query_params, articles.columns(connection))
            row = found_article(connection, request)
        return json_answer(request, {name: row[name] for name in fields})

    def revisions(self, request: Request) -> Response:
        """Every state of an article, oldest first."""
        asked.known_only(request.query_params, ())
        with self.database.reading() as connection:
            row = found_article(connection, request)
            return json_answer(request, {"items": articles.states(connection, row["id"])})

    def as_of(self, request: Request) -> Response:
        """An article as it stood in the database at a moment."""
        asked.known_only(request.query_params, {"at"})
        if not request.query_params.get("at"):
            raise WrongFilter("at", "say when: ?at=2026-11-05T10:00:00+07:00")
        moment = asked.read_moment(request.query_params["at"])
        with self.database.reading() as connection:
            row = found_article(connection, request)
            state = articles.article_as_of(connection, row["id"], moment)
        if state is None:
            raise NotFound(
                f"article {row['id']} was not known then: it was first seen {row['first_seen_at'].isoformat()}"
            )
        return json_answer(request, state)

    def copies(self, request: Request) -> Response:
        """An article and those near-identical to it, the first one first."""
        asked.known_only(request.query_params, ())
        with self.database.reading() as connection:
            row = found_article(connection, request)
            return json_answer(request, {"items": articles.copies(connection, row["id"])})

    def changes(self, request: Request) -> Response:
        """What happened to articles, newest first; since and until are moments of the change."""
        given = request.query_params
        asked.known_only(given, {*FILTERS, "kind", "min_score", "limit", "cursor"})
        limit = asked.read_number(given, "limit", 20, MOST_ROWS)
        wanted = asked.read_filters(given)
        with self.database.reading() as connection:
            asked.known_portal(connection, wanted)
            rows = changes.changes(
                connection, wanted, of=asked.read_kinds(given), least=asked.read_score(given),
                after=asked.read_place(given.get("cursor")), limit=limit,
            )  # fmt: skip
        following = asked.place_text(changes.Place.of(rows[-1])) if len(rows) == limit else None
        return json_answer(request, {"items": rows, "next": following})

    def portals(self, request: Request) -> Response:
        """How portals are, the worst first."""
        asked.known_only(request.query_params, {"portal"})
        with self.database.reading() as connection:
            return json_answer(
                request, {"items": overview.portal_states(connection, asked.read_text(request.query_params, "portal"))}
            )

    def runs(self, request: Request) -> Response:
        """Recent runs, newest first."""
        given = request.query_params
        asked.known_only(given, {"portal", "limit"})
        limit = asked.read_number(given, "limit", 20, MOST_ROWS)
        with self.database.reading() as connection:
            return json_answer(request, {"items": articles.runs(connection, asked.read_text(given, "portal"), limit)})

    def coverage(self, request: Request) -> Response:
        """What was looked at and stored, by portal and day."""
        given = request.query_params
        asked.known_only(given, {"portal", "days"})
        days = asked.read_number(given, "days", 90, 400)
        with self.database.reading() as connection:
            return json_answer(
                request, {"items": overview.coverage(connection, asked.read_text(given, "portal"), days)}
            )

    def units(self, request: Request) -> Response:
        """Units that signed, with what their codes stand for."""
        rows = self.listed(request, overview.units)
        return json_answer(request, {"items": [row | unit_facts(row["unit"]) for row in rows]})

    def authors(self, request: Request) -> Response:
        """People and pen names that signed."""
        return json_answer(request, {"items": self.listed(request, overview.authors)})

    def listed(self, request: Request, of: Callable[..., list[Row]]) -> list[Row]:
        """A list by numbers, the greatest first."""
        asked.known_only(request.query_params, {"limit"})
        limit = asked.read_number(request.query_params, "limit", MOST_ROWS, 1000)
        with self.database.reading() as connection:
            return of(connection, limit=limit)

    def provinces(self, request: Request) -> Response:
        """The 63 provinces before 2025-07-01, the 34 since, and what became of which."""
        asked.known_only(request.query_params, ())
        items = [
            {"slug": slug, "name": province.name, "successor": provinces.now(slug).slug}
            for slug, province in sorted(provinces.PROVINCES.items())
        ]
        return json_answer(request, {"items": items})

    def facets(self, request: Request) -> Response:
        """How many matching articles fall under which value."""
        given = request.query_params
        asked.known_only(given, SEARCHED)
        with self.database.reading() as connection:
            wanted = asked.read_filters(given)
            asked.known_portal(connection, wanted)
            found = overview.facets(connection, wanted)
        total = found.pop("total")[0][1]
        told = {name: [{"value": value, "count": number} for value, number in values] for name, values in found.items()}
        return json_answer(
            request,
            {"count": min(total, articles.COUNTED), "count_is_exact": total <= articles.COUNTED, "facets": told},
        )


def page(connection: Any, wanted: Filters, sort: str, limit: int, cursor: Cursor) -> tuple[list[Row], str | None]:
    """A page of articles and the cursor of the next; by date nothing is met twice, whatever is stored meanwhile."""
    if sort == "relevance":
        depth = min(limit, DEEPEST - cursor.skip)
        rows = overview.matching(connection, wanted, sort=sort, limit=depth, offset=cursor.skip) if depth > 0 else []
        end = cursor.skip + len(rows)
        return rows, Cursor(end).text() if len(rows) == limit and end < DEEPEST else None
    rows = []
    if not cursor.is_undated:
        rows = overview.matching(connection, cursor.narrowed(wanted), sort="date", limit=limit, offset=cursor.skip)
    if len(rows) < limit and (cursor.until or cursor.is_undated) and not (wanted.since or wanted.until):
        skip = overview.count_dated(connection, wanted) + (cursor.skip if cursor.is_undated else 0)
        rows += overview.matching(connection, wanted, sort="date", limit=limit - len(rows), offset=skip)
    if len(rows) < limit:
        return rows, None
    return rows, cursor.after([row["published_at"] for row in rows]).text()


def sort_of(given: Mapping[str, str]) -> str:
    """By relevance where there are words, else by date, if nobody says otherwise. Raises WrongFilter."""
    sort = given.get("sort") or ("relevance" if given.get("q", "").strip() else "date")
    if sort not in {"relevance", "date"}:
        raise WrongFilter("sort", f"sort={sort[:20]!r}: relevance or date")
    return sort


def fields_of(given: Mapping[str, str], columns: Iterable[str]) -> list[str]:
    """The columns asked for, in their order. Raises WrongFilter for one that there is not."""
    columns = list(columns)
    named = [name for part in given.get("fields", "").split(",") if (name := part.strip())]
    for name in named:
        if name not in columns:
            raise WrongFilter("fields", f"unknown field {name[:50]!r}: {', '.join(columns)}")
    return named or columns


def found_article(connection: Any, request: Request) -> Row:
    """The article of an address. Raises NotFound."""
    key = request.path_params["id"]
    row = articles.article(connection, key) if key.isascii() and key.isdigit() else None
    if row is None:
        raise NotFound(f"no article {key[:50]!r}")
    return row


def unit_facts(unit: str) -> Row:
    """What is known of a unit: its `name`, from and until when its code was used, `successors`."""
    known = units.lookup(unit)
    return {
        "name": known.name if known else units.name(unit), "successors": list(units.successors(unit)),
        "valid_from": known.valid_from if known else None, "valid_to": known.valid_to if known else None,
    }  # fmt: skip


def csv_lines(rows: Iterable[Row], fields: list[str]) -> Iterator[bytes]:
    """Lines of a CSV file; what a spreadsheet would take for a formula gets an apostrophe in front."""
    yield _csv_line(fields)
    for row in rows:
        yield _csv_line([cell(row[name]) for name in fields])


def cell(value: Any) -> str:
    """A value in a table.

    >>> cell(None), cell(["Hữu Liêm", "T.H"]), cell("=1+1"), cell(-5)
    ('', '["Hữu Liêm", "T.H"]', "'=1+1", '-5')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return dumped(value).decode() if isinstance(value, (list, dict)) else str(plain(value))


def _csv_line(cells: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode("utf-8", "replace")
