"""`tintinh show`: one article, its history, its copies, its pages in the archive."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import psycopg
import typer

from crawler.archive.files import NotInArchive
from crawler.archive.records import DamagedRecord
from reader import difference, filters
from reader import stored as articles
from reader.rows import Row
from tintinh import config
from tintinh.cli import copies_view
from tintinh.cli.options import FormatOption, usage
from tintinh.cli.output import Format, chosen_format, local, plain, printable, rows, say, text, wrapped
from tintinh.cli.paging import paged
from tintinh.run import bundle, source


@paged
def show(
    key: Annotated[str, typer.Argument(help="Id or address of an article.", metavar="ID|URL")],
    revisions: Annotated[bool, typer.Option("--revisions", help="Its history as a word diff.")] = False,
    copies: Annotated[bool, typer.Option("--copies", help="Near-identical articles, and what each changed.")] = False,
    pages: Annotated[bool, typer.Option("--source", help="Where its pages lie in the archive, newest first.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="With --source: the bytes of the newest page.")] = False,
    warc_file: Annotated[Path | None, typer.Option("--warc", help="Cut its newest page out into a WARC FILE.")] = None,
    bundle_file: Annotated[
        Path | None,
        typer.Option("--bundle", help="Evidence in a FILE.zip: page, text, history, archived records, digests."),
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="As it stood on this day or moment; of its pages, those until then.")
    ] = None,
    form: FormatOption = None,
) -> None:
    """One article."""
    if raw and not pages:
        raise typer.BadParameter("--raw goes with --source")
    if copies and (revisions or pages or warc_file or at):
        raise typer.BadParameter("--copies goes alone")
    if revisions and (pages or warc_file or at):
        raise typer.BadParameter("--revisions goes alone")
    if bundle_file and (revisions or copies or pages or warc_file or at):
        raise typer.BadParameter("--bundle goes alone")
    with usage():
        until = filters.moment(at) if at else None
    with config.database("news_reader") as connection:
        row = articles.article(connection, key)
        if row is None:
            say(f"no article {key}")
            raise typer.Exit(1)
        redaction = articles.redaction(connection, row["id"])
        if redaction and (pages or warc_file or bundle_file):
            say(f"article {row['id']} is {_redacted(redaction)}")
            raise typer.Exit(1)
        if bundle_file:
            _bundle(connection, row["id"], bundle_file)
        elif pages or warc_file:
            _show_source(connection, row, raw, warc_file, until, form)
        elif copies:
            copies_view.show(articles.copies(connection, row["id"]), row["id"], form)
        elif revisions:
            _show_history(articles.states(connection, row["id"]), form)
        elif until:
            before = articles.article_as_of(connection, row["id"], until)
            if before is None:
                say(f"article {row['id']} was not known on {local(until)}")
                raise typer.Exit(1)
            show_article(before, form)
        else:
            absences = {"absences": [plain(one) for one in articles.absences(connection, row["id"])]}
            show_article(row | absences | ({"redaction": _redacted(redaction)} if redaction else {}), form)


def _redacted(redaction: Row) -> str:
    return f"redacted {local(redaction['redacted_at'])} by {redaction['redacted_by']}: {redaction['reason']}"


def _bundle(connection: psycopg.Connection, number: int, output: Path) -> None:
    if output.exists():
        say(f"tintinh: {output} is there already: name another file")
        raise typer.Exit(1)
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    with connection.transaction():  # of one moment: a redaction is before it or after it
        row = articles.article(connection, str(number))
        if row is None or articles.redaction(connection, number):
            say(f"article {number} is redacted")
            raise typer.Exit(1)
        made = bundle.of(connection, row)
    bundle.write(made, output)
    for lost in made.lost:
        say(f"tintinh: not in the bundle: {lost}")
    say(f"{len(made.files)} files in {output}")
    if made.lost:
        raise typer.Exit(1)


def _show_source(
    connection: psycopg.Connection, row: Row, raw: bool, cut: Path | None, until: datetime | None, form: Format | None
) -> None:
    found = articles.captures(connection, row["id"], until)
    if not found:
        say(f"article {row['id']} has no page in the archive" + (f" of {local(until)} or earlier" if until else ""))
        raise typer.Exit(1)
    try:
        if cut:
            say(f"{source.cut(connection, found[0], cut)} records in {cut}")
        if raw:
            sys.stdout.buffer.write(source.payload(connection, found[0]))
        elif not cut:
            rows(
                found,
                ("fetched_at", "status", "archive_type", "archive_file", "archive_offset", "archive_length"),
                form,
            )
    except (NotInArchive, DamagedRecord) as error:
        say(f"tintinh: {error}")
        raise typer.Exit(1) from error


def show_article(row: Row, form: Format | None) -> None:
    """A readable page on a terminal, the whole row otherwise."""
    if chosen_format(form) is not Format.table:
        rows([row], (), form)
        return
    print_article(row)


def print_article(row: Row) -> None:
    """The article as text, labels first."""
    typer.secho(wrapped(printable(row["title"])), bold=True)
    labels = {
        "published": f"{local(row['published_at'])} ({row['published_precision']})" if row["published_at"] else None,
        "byline": row["byline"],
        "authors": ", ".join(row["authors"]) or None,
        "unit": row["unit"],
        "credit": row["credit"],
        "section": row["section"],
        "portal": f"{row['portal']} ({row['platform']})",
        "url": row["url"],
        "revision": f"{row['revision']}, first seen {local(row['first_seen_at'])}"
        + (f", last seen {local(row['last_seen_at'])}" if "last_seen_at" in row else ""),
        "gone": local(row.get("gone_at")),
        "missing": "; ".join(_absence(one) for one in row.get("absences", ())) or None,
        "text": row.get("redaction"),
    }
    for name, value in labels.items():
        if value:
            typer.echo(wrapped(printable(f"{name:<10}{value}")))
    typer.echo(wrapped(printable(f"\n{row['body']}")))
    for image in row["images"]:
        typer.echo(printable(f"\n[{image['caption'] or 'ảnh'}] {image['url']}"))
    for attachment in row["attachments"]:
        typer.echo(printable(f"\n[{attachment['name']}] {attachment['url']}"))


def _absence(absence: Row) -> str:
    """When an article was not there, why, and how that ended."""
    line = f"{local(datetime.fromisoformat(absence['first_missed_at']))}, {absence['how'].replace('_', ' ')}"
    if absence["moved_to"]:
        return f"{line}: moved from {absence['url']}"
    line += (
        ""
        if absence["confirmed_at"]
        else ", seen once"
        if absence["first_missed_at"] == absence["last_missed_at"]
        else ""
    )
    return line + (f", back {local(datetime.fromisoformat(absence['returned_at']))}" if absence["returned_at"] else "")


def _show_history(states: list[Row], form: Format | None) -> None:
    if chosen_format(form) is not Format.table:
        rows(states, (), form)
        return
    for number, state in enumerate(states):
        seen = f"first seen {local(state['valid_from'])}, last seen {local(state['last_seen_at'])}"
        if state["made_by"] == "reextracted":
            seen = f"read by newer rules {local(state['valid_from'])}, the portal changed nothing"
        typer.secho(f"revision {state['revision']}  {seen}", bold=True)
        if number == 0:
            typer.echo(printable(f"  {state['title']}"))
            continue
        before = states[number - 1]
        for name in difference.changed_fields(before, state):
            typer.echo(wrapped(f"  {name}: {difference.words(text(before[name]), text(state[name]))}"))
