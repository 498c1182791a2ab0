"""`tintinh changes`: what happened to articles."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from typing import Annotated, Any

import typer

from reader import changes as events
from reader.filters import Filters
from tintinh import config
from tintinh.cli.options import FormatOption, check_portal, filtered, usage
from tintinh.cli.output import Format, chosen_format, local, printable, rows, say
from tintinh.cli.paging import paged

NARROW = 100  # columns under which an entry takes lines of its own instead of a row
_LONGEST = 400  # characters of a difference that an entry shows
_COLUMNS = ("at", "kind", "score", "article_id", "portal", "title", "what")


@filtered
@paged
def changes(
    query: Annotated[str, typer.Argument(help="Words as for `search`; none: every article.")] = "",
    *,
    wanted: Filters,
    kind: Annotated[
        str | None, typer.Option(help="Only these: published,edited,gone,back,moved,copied,redacted.")
    ] = None,
    min_score: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Of edits only those that mean so much: a typo 0.1, a number 0.7."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    form: FormatOption = None,
) -> None:
    """What happened to articles, newest first. Here --since and --until are days of the change."""
    with usage():
        of = events.kinds(kind)
    with config.database("news_reader") as connection:
        check_portal(connection, wanted.portal)
        found = events.changes(connection, replace(wanted, query=query), of=of, least=min_score, limit=limit)
        events.add_differences(connection, found)
    if chosen_format(form) is not Format.table:
        rows(found, _COLUMNS, form)
    elif not found:
        say("nothing found")
    elif (shutil.get_terminal_size().columns if sys.stdout.isatty() else 160) < NARROW:
        typer.echo("\n".join(line for row in found for line in entry(row)))
    else:
        rows([row | {"what": what(row)} for row in found], _COLUMNS, form)


def entry(row: dict[str, Any]) -> list[str]:
    """A change as lines of its own, for narrow terminals."""
    score = "" if row["score"] is None else f" {row['score']:.2f}"
    lines = [
        f"{local(row['at'])}  {row['kind']}{score}  {row['portal']} {row['article_id']}",
        f"  {printable(row['title'])}",
    ]
    lines += [f"  {what(row)}"] if what(row) else []
    for name, diff in (row.get("difference") or {}).items():
        lines.append(f"  {name}: {printable(shortened(diff))}")
    return lines


def what(row: dict[str, Any]) -> str:
    """What happened, in a few words.

    >>> what({"kind": "edited", "fields": ["title"], "categories": ["number", "title"], "words_added": 1, "words_removed": 0,
    ...       "rules_differ": False})
    'title: number, title; +1 −0 words'
    """
    if row["kind"] == "edited":
        words = f"; +{row['words_added']} −{row['words_removed']} words"
        rules = "; newer rules read it" if row["rules_differ"] else ""
        kinds = ", ".join(row["categories"]).replace("_", " ")
        return f"{', '.join(row['fields'])}: {kinds}{words}{rules}"
    if row["kind"] == "copied":
        return f"by {row['other_id']}, {row['likeness']:.0%} alike"
    return printable(f"from {row['old_url']}" if row["kind"] == "moved" else row["how"] or "")


def shortened(diff: str) -> str:
    """The beginning of a word diff, whole words of it.

    >>> shortened("a " * 300)[-5:]
    'a a …'
    """
    return diff if len(diff) <= _LONGEST else f"{diff[:_LONGEST].rpartition(' ')[0]} …"
