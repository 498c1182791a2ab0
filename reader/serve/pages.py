"""The pages: rows in, HTML out. Whole without scripts; every state of a page is its address."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reader import changes, difference, overview, snippet
from reader import stored as articles
from reader.filters import WrongFilter
from reader.rows import Row
from reader.serve import asked, charts, words
from reader.serve.answers import answer
from reader.serve.api import NotFound, found_article, page, sort_of, unit_facts
from reader.serve.asked import FILTERS, SEARCHED, Cursor
from reader.serve.database import Database, Unavailable
from reader.serve.openapi import document
from reader.serve.schemas import schemas
from vietnam import provinces
from vietnam.dates import VIETNAM
from vietnam.normalize import fold

HTML = "text/html; charset=utf-8"
ROWS = 20
# Facets of a search, in their order: the filter each of them sets, and its heading.
FACETS = (
    ("province_now", "province", "Tỉnh hiện nay"), ("province", "province", "Tỉnh khi đăng"), ("portal", "portal", "Cổng"),
    ("unit", "unit", "Đơn vị"), ("author", "author", "Tác giả"), ("section", "section", "Chuyên mục"), ("gone", "gone", "Trạng thái"),
)  # fmt: skip
# Filters of changes that their form has no box for: they stay, and can be taken away.
OTHERS = ("author", "unit", "section", "until", "gone", "fold")
# What an archived page's elements lead to: in its frame nothing may be opened.
_LEADS = re.compile(r"""\s(?:href|action|formaction|target|ping)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
# Days of a coverage calendar.
DAYS = 7 * 26

# The page of an article as the archive keeps it: its text and when it was fetched. Raises NotFound.
Archived = Callable[[Any, int], tuple[str, datetime]]


def routes(database: Database, archived: Archived) -> list[Route]:
    """The addresses of the pages, for an app that holds this database."""
    pages = Pages(database, archived)
    get = {
        "/": pages.start, "/search": pages.search, "/articles/{id}": pages.article, "/articles/{id}/history": pages.history,
        "/articles/{id}/archived": pages.archived, "/changes": pages.changes, "/portals": pages.portals,
        "/portals/{name}": pages.portal, "/units": pages.units, "/units/{name:path}": pages.unit, "/authors": pages.authors,
        "/authors/{name:path}": pages.author, "/provinces": pages.provinces, "/api/docs": pages.docs,
    }  # fmt: skip
    return [Route(path, handler, methods=["GET"]) for path, handler in get.items()]


@cache
def environment() -> Environment:
    """The templates: everything is escaped, and a name that is missing is an error."""
    made = Environment(
        loader=PackageLoader("reader.serve"), autoescape=select_autoescape(default=True), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {"moment": words.moment, "day": words.day, "outside": outside}
    return made


def outside(url: str) -> str:
    """An address that a link may lead to: of the web, or nowhere.

    >>> outside("https://a.vn/1.jpg"), outside(" javascript:alert(1)"), outside("//a.vn")
    ('https://a.vn/1.jpg', '#', '#')
    """
    return url if url.lower().startswith(("http://", "https://")) else "#"


def language_of(request: Request) -> str:
    """`?lang=en` English; otherwise Vietnamese."""
    return "en" if request.query_params.get("lang") == "en" else "vi"


def rendered(request: Request, template: str, status: int = 200, **told: Any) -> Response:
    """A page in the reader's language."""
    language = language_of(request)
    root = request.scope.get("root_path", "").rstrip("/")

    def link(path: str, **parameters: Any) -> str:
        given = {name: value for name, value in parameters.items() if value not in (None, "")}
        given |= {"lang": "en"} if language == "en" and "lang" not in given else {}
        return f"{root}{quote(path)}{'?' + urlencode(given) if given else ''}"

    here = {name: value for name, value in request.query_params.items() if name != "lang"}
    other = link(request.url.path.removeprefix(root), **here, lang="vi" if language == "en" else "en")
    body = environment().get_template(template).render(
        t=partial(words.said, language=language), n=partial(words.number, language=language), share=partial(words.share, language=language), language=language, link=link,
        other_language=other, here=here, printed=partial(words.printed, language=language), province_name=province_name,
        path=request.url.path.removeprefix(root), labels=words.FILTERS, static=f"{root}/static", **told,
    )  # fmt: skip
    return answer(request, body.encode("utf-8", "replace"), HTML, status, Content_Language=language)


def province_name(slug: str | None) -> str:
    """A province's name; the slug itself where nobody knows it."""
    try:
        return provinces.get(slug).name if slug else ""
    except provinces.UnknownProvince:
        return slug or ""


class Pages:
    """Reads what a page shows."""

    def __init__(self, database: Database, archived: Archived) -> None:
        self.database, self._archived = database, archived

    def start(self, request: Request) -> Response:
        """Today's changes, newest articles, portals that need a look, articles a week."""
        with self.database.reading() as connection:
            newest = articles.search(connection, asked.read_filters({"fold": "yes"}), sort="date", limit=12)
            events = changes.changes(
                connection, asked.read_filters({}), of=("edited", "gone", "back", "moved", "redacted"), limit=8
            )
            states = overview.portal_states(connection)
            weeks = overview.weeks(connection)
        mondays, by_province = charts.weekly(weeks, datetime.now(VIETNAM).date())
        most = max((number for _, numbers in by_province for number in numbers), default=0)
        drawn = [
            (
                name,
                charts.bars(
                    [(words.day(day), number) for day, number in zip(mondays, numbers, strict=True)], 120, 22, 2, most
                ),
                numbers,
            )
            for name, numbers in by_province
        ]
        bad = [row for row in states if row["state"] != "fine"]
        return rendered(
            request, "start.html", newest=newest, events=events, bad=bad, states=states, weekly=drawn, mondays=mondays
        )

    def search(self, request: Request) -> Response:
        """What matches, with facets and a time line."""
        given = request.query_params
        wanted, sort = asked.read_filters(given), sort_of(given)
        cursor = Cursor.of(given["cursor"]) if given.get("cursor") else Cursor()
        with self.database.reading() as connection:
            asked.known_portal(connection, wanted)
            rows, following = page(connection, wanted, sort, ROWS, cursor)
            facets = overview.facets(connection, wanted)
        total = facets.pop("total")[0][1]
        hit = snippet.wanted(wanted.query)
        shown = [
            row
            | {
                "snippet": snippet.marked(row["snippet"], hit)
                if "snippet" in row
                else snippet.snippet(row["body"], hit),
                "marked": snippet.marked(row["title"], hit),
            }
            for row in rows
        ]
        kept = {name: given[name] for name in (*SEARCHED, "sort") if given.get(name, "").strip()}
        line = [
            (bar, *charts.month_ends(bar.label)) for bar in charts.bars(charts.months(facets.get("month", [])), 720, 64)
        ]
        return rendered(
            request, "search.html", rows=shown, following=following, facets=self.facets(facets, kept), chosen=kept.keys() - {"q", "sort", "in_history"}, total=min(total, articles.COUNTED),
            is_exact=total <= articles.COUNTED, kept=kept, sort=sort, line=line, watch=watch_command(kept), years=facets.get("year", []),
        )  # fmt: skip

    @staticmethod
    def facets(
        found: Mapping[str, list[tuple[str, int]]], kept: Mapping[str, str]
    ) -> list[tuple[str, str, list[tuple[str, str, int]]]]:
        """Facets that tell something: their filter, their heading, and (value, label, number) of each entry."""
        then, now = dict(found.get("province", [])), dict(found.get("province_now", []))
        told = []
        for facet, name, heading in FACETS:
            values = found.get(facet, [])
            if (
                name in kept
                or not values
                or (facet == "gone" and len(values) < 2)
                or (facet == "province" and then == now)
            ):
                continue
            labels = {"yes": "Đã gỡ", "no": "Còn trên cổng"} if facet == "gone" else {}
            entries = [
                (value, province_name(value) if name == "province" else labels.get(value, value), number)
                for value, number in values
            ]
            told.append((name, heading, entries))
        return told

    def article(self, request: Request) -> Response:
        """One article, as it is or as it stood."""
        moment = asked.read_moment(request.query_params["at"]) if request.query_params.get("at") else None
        with self.database.reading() as connection:
            row = now = found_article(connection, request)
            if moment is not None:
                state = articles.article_as_of(connection, now["id"], moment)
                if state is None:
                    first = words.moment(now["first_seen_at"])
                    raise NotFound(f"{now['title']}: Sổ chưa ghi nhận tin này vào lúc đó; ghi nhận lần đầu {first}")
                row = now | state
            others = [copy for copy in articles.copies(connection, row["id"]) if copy["id"] != row["id"]]
            events = changes.changes(connection, asked.read_filters({}), article=row["id"], limit=20)
            captures = articles.captures(connection, row["id"], moment)
        facts = unit_facts(row["unit"]) if row["unit"] else None
        return rendered(
            request, "article.html", article=row, now=now, as_of=moment, copies=others, events=events, unit=facts,
            paragraphs=paragraphs(row), linked=linked_data(row),
            is_archived=bool(captures), digest=next((capture["digest"] for capture in captures if capture["digest"]), None),
        )  # fmt: skip

    def history(self, request: Request) -> Response:
        """The states of an article, newest first, each with what changed in it."""
        with self.database.reading() as connection:
            row = found_article(connection, request)
            states = articles.states(connection, row["id"])
            absences = articles.absences(connection, row["id"])
        told: list[Row] = []
        for before, after in zip([None, *states], states, strict=False):
            changed = difference.changed_fields(before, after) if before is not None else []
            told.append(
                after
                | {"changed": [(name, parts_of(before, after, name)) for name in changed if name in words.VIETNAMESE]}
            )
        return rendered(request, "history.html", article=row, states=told[::-1], absences=absences)

    def archived(self, request: Request) -> Response:
        """The page as the portal sent it, in a frame where nothing runs and nothing is loaded."""
        with self.database.reading() as connection:
            row = found_article(connection, request)
            if row["redacted_at"] is not None:
                raise NotFound("the page was redacted")
            text, fetched_at = self._archived(connection, row["id"])
        return rendered(request, "archived.html", article=row, document=_LEADS.sub("", text), fetched_at=fetched_at)

    def changes(self, request: Request) -> Response:
        """What happened, newest first."""
        given = request.query_params
        wanted = asked.read_filters(given)
        of, least = asked.read_kinds(given), asked.read_score(given)
        with self.database.reading() as connection:
            asked.known_portal(connection, wanted)
            rows = changes.changes(
                connection, wanted, of=of, least=least, after=asked.read_place(given.get("cursor")), limit=ROWS
            )
        following = asked.place_text(changes.Place.of(rows[-1])) if len(rows) == ROWS else None
        kept = {name: given[name] for name in (*FILTERS, "kind", "min_score") if given.get(name, "").strip()}
        return rendered(
            request,
            "changes.html",
            rows=rows,
            following=following,
            kept=kept,
            kinds=changes.KINDS,
            others=OTHERS,
            of=of or (),
            least=least,
        )

    def portals(self, request: Request) -> Response:
        """All portals, the worst first."""
        with self.database.reading() as connection:
            return rendered(request, "portals.html", portals=overview.portal_states(connection))

    def portal(self, request: Request) -> Response:
        """One portal: its state, its days, its runs."""
        name = asked.read_text(request.path_params, "name") or ""
        with self.database.reading() as connection:
            states = overview.portal_states(connection, name)
            if not states and name not in articles.portal_names(connection):
                raise NotFound(f"no portal {name[:50]!r}")
            runs = articles.runs(connection, name, 20)
            days = overview.coverage(connection, name, DAYS)
        most = max((row["published"] for row in days), default=0)
        return rendered(
            request,
            "portal.html",
            name=name,
            portal=states[0] if states else None,
            runs=runs,
            days=days[::-1],
            most=most,
        )

    def units(self, request: Request) -> Response:
        """Units by how much they signed."""
        with self.database.reading() as connection:
            rows = [row | unit_facts(row["unit"]) for row in overview.units(connection, limit=300)]
        return rendered(request, "units.html", rows=rows)

    def unit(self, request: Request) -> Response:
        """One unit: what its code stands for, and what it signed."""
        return self.signed(request, "unit", overview.units, unit_facts)

    def authors(self, request: Request) -> Response:
        """People by how much they signed."""
        with self.database.reading() as connection:
            return rendered(request, "authors.html", rows=overview.authors(connection, limit=300))

    def provinces(self, request: Request) -> Response:
        """The provinces of today, each with those that became part of it and what was published under which name."""
        with self.database.reading() as connection:
            found = {row["province"]: row for row in overview.provinces(connection)}
        told = []
        for now in sorted(
            {provinces.now(slug) for slug in provinces.PROVINCES}, key=lambda province: fold(province.name)
        ):
            own = [found[slug] for slug in provinces.parts(now.slug) if slug in found]
            parts = [(slug, found[slug]["articles"] if slug in found else 0) for slug in provinces.parts(now.slug)]
            last = max((row["last_at"] for row in own if row["last_at"]), default=None)
            told.append((now.slug, sum(row["articles"] for row in own), parts if len(parts) > 1 else [], last))
        return rendered(request, "provinces.html", rows=told)

    def author(self, request: Request) -> Response:
        """One person: what they signed."""
        return self.signed(request, "author", overview.authors, None)

    def signed(
        self, request: Request, kind: str, figures: Callable[..., list[Row]], facts: Callable[[str], Row] | None
    ) -> Response:
        """What a unit or a person signed, newest first."""
        name = request.path_params["name"]
        if not name.strip():
            raise NotFound("nobody signs without a name")
        wanted = asked.read_filters({kind: name})
        if kind == "unit":
            wanted = replace(wanted, units=(name,))  # itself: what its successors signed is theirs
        cursor = Cursor.of(request.query_params["cursor"]) if request.query_params.get("cursor") else Cursor()
        with self.database.reading() as connection:
            rows, following = page(connection, wanted, "date", ROWS, cursor)
            numbers = figures(connection, name)
        if not rows and not numbers:
            raise NotFound(f"nobody signed as {name[:50]!r}")
        return rendered(
            request, "signed.html", name=name, kind=kind, rows=rows, following=following, figures=numbers[0] if numbers else None,
            unit=facts(name) if facts else None,
        )  # fmt: skip

    def docs(self, request: Request) -> Response:
        """What the API answers, as a page."""
        with self.database.reading() as connection:
            described = document(schemas(connection))
        return rendered(request, "docs.html", document=described, host=str(request.base_url).rstrip("/"))


def parts_of(before: Row | None, after: Row, name: str) -> list[tuple[str, str]]:
    """A field's change in pieces: (`same`, `gone` or `new`, words)."""
    assert before is not None
    old, new = (_text(state[name]) for state in (before, after))
    return difference.parts(old, new)


def _text(value: Any) -> str:
    """A field as words.

    >>> _text(["A", "B"]), _text([{"url": "http://a.vn/1.jpg", "caption": None}]), _text(None)
    ('A, B', 'http://a.vn/1.jpg', '')
    """
    if isinstance(value, datetime):
        return words.moment(value)
    if isinstance(value, list):
        return ", ".join(_text(part) for part in value)
    if isinstance(value, dict):
        return " ".join(_text(part) for part in value.values() if part)
    return "" if value is None else str(value)


def paragraphs(article: Row) -> list[str]:
    """The text by paragraphs, without the lead, which is shown above it.

    >>> paragraphs({"lead": "Mở đầu.", "body": "Mở đầu.\\n\\nThân bài."})
    ['Thân bài.']
    """
    found = [part.strip() for part in article["body"].split("\n\n") if part.strip()]
    return found[1:] if found and article["lead"] and found[0] == article["lead"].strip() else found


def linked_data(article: Row) -> dict[str, Any]:
    """An article as schema.org has it."""
    told = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": article["title"], "url": article["url"], "inLanguage": "vi",
        "datePublished": article["published_at"].astimezone(VIETNAM).isoformat() if article["published_at"] else None,
        "dateModified": article["changed_at"].astimezone(VIETNAM).isoformat() if article["changed_at"] else None,
        "author": [{"@type": "Person", "name": name} for name in article["authors"]] or None,
        "sourceOrganization": {"@type": "Organization", "name": article["unit"]} if article["unit"] else None,
        "articleSection": article["section"],
    }  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


def watch_command(kept: Mapping[str, str]) -> str:
    r"""How this very search is kept as a watch.

    >>> watch_command({"q": '"ma túy"', "province": "lam-dong", "gone": "no", "sort": "date"})
    'tintinh watch add TEN \'"ma túy"\' --province lam-dong --not-gone'
    """
    flags = {("gone", "yes"): "--gone", ("gone", "no"): "--not-gone", ("fold", "yes"): "--fold"}
    words = ["tintinh", "watch", "add", "TEN", *([kept["q"]] if kept.get("q") else [])]
    for name, value in kept.items():
        if flag := flags.get((name, value)):
            words.append(flag)
        elif name not in {"q", "sort", "gone", "fold", "in_history"}:
            words += [f"--{name}", value]
    return shlex.join(words)


# What people call other parameters of an address.
PARAMETERS = {
    "day": "ngày", "moment": "thời điểm", "at": "thời điểm", "kind": "loại thay đổi", "min_score": "mức quan trọng", "cursor": "con trỏ trang",
    "sort": "cách xếp",
}  # fmt: skip


def failed(request: Request, error: Exception) -> tuple[int, str, str, str | None]:
    """The status, title and detail of what went wrong in the reader's language, and the English of the detail where that says more."""
    language = language_of(request)
    if isinstance(error, WrongFilter):
        told = words.said(
            "Điều kiện “{name}” không dùng được.",
            language,
            name=words.said((words.FILTERS | PARAMETERS).get(error.name, error.name), language),
        )
        near = re.search(r"did you mean (.+)\?$", str(error))
        if near:
            names = near[1].replace(" or ", words.said(" hay ", language))
            told += " " + words.said("Ý bạn là: {names}?", language, names=names)
        return 400, "Yêu cầu không đúng", told, str(error)
    if isinstance(error, NotFound):
        detail = str(error.args[0]) if error.args else request.url.path
        return 404, "Không có trang này", words.said("Không tìm thấy thứ bạn hỏi.", language), detail
    if isinstance(error, Unavailable):
        return 503, "Cơ sở dữ liệu không trả lời", words.said("Hãy thử lại sau ít phút.", language), str(error)
    return 500, "Có lỗi", words.said("Lỗi của chúng tôi; nhật ký máy chủ ghi chi tiết.", language), None
