"""The commands that print rows: search, runs, and the list of portals."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated

import typer

from ingest import portals as rows_of_portals
from reader import overview
from reader import stored as articles
from reader.filters import Filters
from tintinh import config
from tintinh.cli.changes import changes
from tintinh.cli.export import export
from tintinh.cli.options import FormatOption, InHistory, Portal, Province, check_portal, filtered, province_slug
from tintinh.cli.output import Format, chosen_format, entries, rows, say
from tintinh.cli.paging import paged
from tintinh.cli.show import show
from vietnam import provinces

__all__ = ["FormatOption", "Province", "portals", "province_slug", "register"]  # what `tintinh portals` takes from here
SORTS = ("relevance", "date")
# Of a search in earlier states, too: which one matched, and whether the present one does.
MATCHED = ("matched_revision", "matched_to", "matches_now", "snippet")
COLUMNS = ("id", "published_at", "title", "authors", "unit", "section", "portal", "copies")


def register(app: typer.Typer) -> None:
    """Add these commands, `show`, `changes` and `export` to the program."""
    for command in (search, show, changes, export, runs):
        app.command()(command)


@filtered
@paged
def search(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY",
            help="Words, with or without diacritics; in quotes: '\"a phrase\"', '-without', OR, begin*.",
        ),
    ],
    *,
    wanted: Filters,
    sort: Annotated[str, typer.Option(help="relevance or date")] = "relevance",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    offset: Annotated[int, typer.Option(min=0, max=2_000_000_000)] = 0,
    in_history: InHistory = False,
    form: FormatOption = None,
) -> None:
    """Search the articles."""
    if sort not in SORTS:
        raise typer.BadParameter(f"--sort takes {' or '.join(SORTS)}")
    with config.database("news_reader") as connection:
        check_portal(connection, wanted.portal)
        query = " ".join(words)
        wanted = replace(wanted, query=query, in_history=in_history)
        if chosen_format(form) is Format.table and sys.stdout.isatty():
            found = overview.matching(connection, wanted, sort=sort, limit=limit, offset=offset)
            entries(found, query)
            if not found:
                say("nothing found")
        else:
            found = articles.search(connection, wanted, sort=sort, limit=limit, offset=offset)
            rows(found, (*COLUMNS, *MATCHED) if in_history else COLUMNS, form)
        if found and chosen_format(form) is Format.table and (len(found) == limit or sys.stdout.isatty()):
            number = articles.count(connection, wanted)
            say("10.000+ articles match" if number > articles.COUNTED else f"{number} articles match")


@paged
def runs(
    portal: Portal = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    form: FormatOption = None,
) -> None:
    """Recent runs with their figures."""
    with config.database("news_reader") as connection:
        check_portal(connection, portal)
        columns = (
            "id",
            "portal",
            "started_at",
            "status",
            "listed",
            "fetched",
            "new",
            "changed",
            "gone",
            "rejected",
            "error",
        )
        rows(articles.runs(connection, portal, limit), columns, form)


def portals(province: Province = None, form: FormatOption = None) -> None:
    """Portals known, their province then and now, platform, hosts, whether verified, and how their last run went."""
    from tintinh.run.portal_files import UNKNOWN, facts, of_row

    known = facts()
    within = provinces.parts(province_slug(province)) if province is not None else None
    with config.database("news_reader") as connection:
        kept = rows_of_portals.stored(connection)
        known = {name: of_row(portal) for name, portal in kept.items() if portal.origin == "added"} | known
        found = [
            {
                "portal": row["portal"], **known.get(row["portal"], UNKNOWN),
                "removed": row["portal"] in kept and kept[row["portal"]].ended_at is not None, **row,
            }
            for row in articles.portals(connection, sorted(known))
            if row["portal"] != "-"
        ]  # fmt: skip
        found = [row for row in found if within is None or row["province"] in within]
        rows(
            found,
            (
                "portal",
                "place",
                "platform",
                "verified",
                "removed",
                "hosts",
                "articles",
                "newest",
                "last_run",
                "status",
                "error",
            ),
            form,
        )
