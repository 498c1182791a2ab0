"""Atom feeds of searches and of changes; an article keeps its id whatever becomes of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reader import changes, overview
from reader import stored as articles
from reader.rows import Row
from reader.serve import asked, words
from reader.serve.answers import answer
from reader.serve.asked import FILTERS, SEARCHED
from reader.serve.database import Database

ATOM = "http://www.w3.org/2005/Atom"
KIND = "application/atom+xml; charset=utf-8"
ROWS = 50
# What XML 1.0 has no place for.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
register_namespace("", ATOM)


# The page that shows what a feed tells.
PAGES = {"/feeds/articles.atom": "/search", "/feeds/changes.atom": "/changes"}


def routes(database: Database) -> list[Route]:
    """The addresses of the feeds, for an app that holds this database."""

    def of_articles(request: Request) -> Response:
        """The newest articles that match."""
        given = request.query_params
        asked.known_only(given, {*SEARCHED, "sort", "lang", "limit"})
        wanted = asked.read_filters(given)
        with database.reading() as connection:
            asked.known_portal(connection, wanted)
            rows = overview.matching(
                connection, wanted, sort="date", limit=asked.read_number(given, "limit", ROWS, 100)
            )
        return feed(request, f"Tin tỉnh: {wanted.query}" if wanted.query else "Tin tỉnh", map(of_article, rows))

    def of_changes(request: Request) -> Response:
        """The newest changes that match."""
        given = request.query_params
        asked.known_only(given, {*FILTERS, "kind", "min_score", "lang", "limit"})
        limit = asked.read_number(given, "limit", ROWS, 100)
        language = "en" if given.get("lang") == "en" else "vi"
        wanted = asked.read_filters(given)
        with database.reading() as connection:
            asked.known_portal(connection, wanted)
            rows = changes.changes(
                connection,
                wanted,
                of=asked.read_kinds(given),
                least=asked.read_score(given),
                limit=limit,
            )
        return feed(request, words.said("Tin tỉnh: thay đổi", language), (of_change(row, language) for row in rows))

    def of_portals(request: Request) -> Response:
        """A list of feeds, one a portal, as feed readers take it in."""
        with database.reading() as connection:
            names = sorted(articles.portal_names(connection))
        root = str(request.base_url).rstrip("/")
        made = Element("opml", {"version": "2.0"})
        SubElement(SubElement(made, "head"), "title").text = "Tin tỉnh"
        body = SubElement(made, "body")
        for name in map(clean, names):
            feed_of, page_of = (
                f"{root}{path}?{urlencode({'portal': name})}" for path in ("/feeds/articles.atom", "/search")
            )
            SubElement(
                body, "outline", {"type": "rss", "text": name, "title": name, "xmlUrl": feed_of, "htmlUrl": page_of}
            )
        return answer(request, tostring(made, encoding="utf-8", xml_declaration=True), "text/x-opml; charset=utf-8")

    return [
        Route("/feeds/articles.atom", of_articles, methods=["GET"]),
        Route("/feeds/changes.atom", of_changes, methods=["GET"]),
        Route("/feeds/portals.opml", of_portals, methods=["GET"]),
    ]


class Entry(Element):
    """An entry of a feed."""

    def __init__(self, identity: str, title: str, updated: datetime, path: str) -> None:
        super().__init__(f"{{{ATOM}}}entry")
        self.updated, self.path = updated, path
        self.say("id", identity)
        self.say("title", title)
        self.say("updated", stamp(updated))

    def say(self, name: str, text: str | None, **attributes: str) -> None:
        """One element of the entry."""
        SubElement(self, f"{{{ATOM}}}{name}", attributes).text = clean(text) if text is not None else None


def of_article(row: Row) -> Entry:
    """An article as an entry; `updated` is when its text or its presence on the portal changed last."""
    made = Entry(
        identity(row["id"]),
        row["title"],
        max(row["changed_at"], row["gone_at"] or row["changed_at"]),
        f"/articles/{row['id']}",
    )
    if row["published_at"] is not None:
        made.say("published", stamp(row["published_at"]))
    for name in row["authors"] or [row["unit"] or row["portal"]]:
        SubElement(SubElement(made, f"{{{ATOM}}}author"), f"{{{ATOM}}}name").text = clean(name)
    if row["section"]:
        made.say("category", None, term=clean(row["section"]))
    made.say("summary", row["lead"] or row["body"][:300])
    made.say("link", None, rel="related", href=clean(row["url"]))
    return made


def of_change(row: Row, language: str = "vi") -> Entry:
    """A change as an entry of its own."""
    what = words.said(row["kind"], language)
    named = f"{identity(row['article_id'])}:{row['kind']}:{row['number']}:{int(row['at'].timestamp())}"
    made = Entry(named, f"{what}: {row['title']}", row["at"], f"/articles/{row['article_id']}/history")
    SubElement(SubElement(made, f"{{{ATOM}}}author"), f"{{{ATOM}}}name").text = clean(row["portal"])
    made.say("category", None, term=row["kind"])
    fields = ", ".join(words.said(name, language) for name in row["fields"] or ())
    made.say("summary", f"{what} {words.moment(row['at'])}" + (f": {fields}" if fields else ""))
    return made


def feed(request: Request, title: str, entries: Iterable[Entry]) -> Response:
    """Entries as a feed; its address without the host is its id, so that it stays behind another name."""
    found = list(entries)
    root = str(request.base_url).rstrip("/")
    asked_for = urlencode(sorted((name, value) for name, value in request.query_params.items() if value))
    made = Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "vi"})
    page = request.url.path.removeprefix(request.scope.get("root_path", ""))
    for name, text in (
        ("id", f"urn:tintinh:feed:{page.rpartition('/')[2]}{'?' + asked_for if asked_for else ''}"), ("title", clean(title)),
        ("updated", stamp(max((entry.updated for entry in found), default=datetime.fromtimestamp(0, UTC)))),
    ):  # fmt: skip
        SubElement(made, f"{{{ATOM}}}{name}").text = text
    SubElement(made, f"{{{ATOM}}}link", {"rel": "self", "type": "application/atom+xml", "href": str(request.url)})
    shown = urlencode([(name, value) for name, value in request.query_params.items() if name != "limit"])
    beside = f"{root}{PAGES.get(page, '/')}" + (f"?{shown}" if shown else "")
    SubElement(made, f"{{{ATOM}}}link", {"rel": "alternate", "type": "text/html", "href": beside})
    for entry in found:
        SubElement(entry, f"{{{ATOM}}}link", {"rel": "alternate", "type": "text/html", "href": f"{root}{entry.path}"})
        made.append(entry)
    return answer(request, tostring(made, encoding="utf-8", xml_declaration=True), KIND)


def identity(article: int) -> str:
    """What an article is called in feeds, for good.

    >>> identity(12)
    'urn:tintinh:article:12'
    """
    return f"urn:tintinh:article:{article}"


def stamp(moment: datetime) -> str:
    """A moment as Atom writes it.

    >>> stamp(datetime(2026, 11, 5, 1, 15, tzinfo=UTC))
    '2026-11-05T01:15:00+00:00'
    """
    return moment.isoformat(timespec="seconds")


def clean(text: str) -> str:
    """Text without the characters that XML forbids.

    >>> clean("a\\x0bb")
    'ab'
    """
    return _NO_XML.sub("", text)
