"""The commands that read: search, show, export, runs; and the list of portals."""

from __future__ import annotations

import sys
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Annotated, Any

import psycopg
import typer

from crawler.archive.files import NotInArchive
from crawler.archive.records import DamagedRecord
from reader import articles, difference
from reader.articles import Row, Wanted
from tintinh import config
from tintinh.cli import copies_view
from tintinh.cli.output import Format, chosen_format, local, plain, rows, say, text, write_csv
from tintinh.run import source
from vietnam import dates, provinces, units, urls

LENGTHS = {
    "day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1), "second": timedelta(seconds=1)
}  # fmt: skip
SORTS = ("relevance", "date")
ENDINGS = ("jsonl", "csv", "parquet")

Portal = Annotated[str | None, typer.Option(help="Only this portal.")]
Province = Annotated[
    str | None,
    typer.Option(help="Only this province and those that are part of it now: lam-dong, 'Lâm Đồng', 'TP. HCM'."),
]
Author = Annotated[str | None, typer.Option(help="Only articles by this person; diacritics do not matter.")]
Unit = Annotated[
    str | None, typer.Option(help="Only articles signed by this unit; PV28 also finds its successor PV05.")
]
Section = Annotated[str | None, typer.Option(help="Only this section.")]
Since = Annotated[str | None, typer.Option(help="Published on this day or later (2026-11-05 or 5/11/2026).")]
Until = Annotated[str | None, typer.Option(help="Published before this day.")]
FormatOption = Annotated[
    Format | None, typer.Option("--format", help="Default: a table on a terminal, jsonl into a pipe.")
]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (search, show, export, runs):
        app.command()(command)


def day(text: str) -> datetime:
    """A day as people write it, day first; typer.BadParameter otherwise."""
    try:
        return dates.parse(text).at
    except dates.TimestampError as error:
        raise typer.BadParameter(f"{text!r} is not a day: write 2026-11-05 or 5/11/2026") from error


def province_slug(text: str) -> str:
    """The slug of a province as people write it; typer.BadParameter that names near ones otherwise."""
    try:
        return provinces.find(text).slug
    except provinces.UnknownProvince as error:
        raise typer.BadParameter(str(error)) from error


def moment(text: str) -> datetime:
    """The end of a moment as people write it: of the day, the minute, the second. typer.BadParameter otherwise."""
    try:
        read = dates.parse(text)
    except dates.TimestampError as error:
        raise typer.BadParameter(f"{text!r} is not a moment: write 2026-11-05 or 5/11/2026 14:30") from error
    if read.precision not in LENGTHS:
        raise typer.BadParameter(f"{text!r} is no day and no moment: write 2026-11-05 or 5/11/2026 14:30")
    return read.at + LENGTHS[read.precision] - timedelta(microseconds=1)


def search(
    query: Annotated[str, typer.Argument(help='Words, with or without diacritics; "a phrase", -without, OR.')],
    portal: Portal = None,
    province: Province = None,
    author: Author = None,
    unit: Unit = None,
    section: Section = None,
    since: Since = None,
    until: Until = None,
    gone: Annotated[
        bool | None, typer.Option("--gone/--not-gone", help="Only what was taken down; only what was not.")
    ] = None,
    fold: Annotated[bool, typer.Option("--fold", help="Of near-identical articles only the first.")] = False,
    sort: Annotated[str, typer.Option(help="relevance or date")] = "relevance",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    offset: Annotated[int, typer.Option(min=0, max=2_000_000_000)] = 0,
    form: FormatOption = None,
) -> None:
    """Search the articles."""
    if sort not in SORTS:
        raise typer.BadParameter(f"--sort takes {' or '.join(SORTS)}")
    wanted = _wanted(
        query, portal, province, author, unit, section, since, until, limit=limit, offset=offset, sort=sort, gone=gone,
        fold=fold,
    )  # fmt: skip
    with config.database("news_reader") as connection:
        rows(
            articles.search(connection, wanted),
            ("id", "published_at", "title", "authors", "unit", "section", "portal", "copies"),
            form,
        )


def show(
    key: Annotated[str, typer.Argument(help="Id or address of an article.", metavar="ID|URL")],
    revisions: Annotated[bool, typer.Option("--revisions", help="Its history as a word diff.")] = False,
    copies: Annotated[bool, typer.Option("--copies", help="Near-identical articles, and what each changed.")] = False,
    pages: Annotated[bool, typer.Option("--source", help="Where its pages lie in the archive, newest first.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="With --source: the bytes of the newest page.")] = False,
    warc_file: Annotated[Path | None, typer.Option("--warc", help="Cut its newest page out into a WARC FILE.")] = None,
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
    until = moment(at) if at else None
    with config.database("news_reader") as connection:
        row = articles.article(connection, key)
        if row is None and urls.is_http(key):
            row = articles.article(connection, urls.canonical(key))
        if row is None:
            say(f"no article {key}")
            raise typer.Exit(1)
        redaction = articles.redaction(connection, row["id"])
        if redaction and (pages or warc_file):
            say(f"article {row['id']} is {_redacted(redaction)}")
            raise typer.Exit(1)
        if pages or warc_file:
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
            told = {"absences": [plain(one) for one in articles.absences(connection, row["id"])]}
            show_article(row | told | ({"redaction": _redacted(redaction)} if redaction else {}), form)


def _redacted(redaction: Row) -> str:
    return f"redacted {local(redaction['redacted_at'])} by {redaction['redacted_by']}: {redaction['reason']}"


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
    typer.secho(row["title"], bold=True)
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
            typer.echo(f"{name:<10}{value}")
    typer.echo(f"\n{row['body']}")
    for image in row["images"]:
        typer.echo(f"\n[{image['caption'] or 'ảnh'}] {image['url']}")
    for attachment in row["attachments"]:
        typer.echo(f"\n[{attachment['name']}] {attachment['url']}")


def _absence(one: Row) -> str:
    """When an article was not there, why, and how that ended."""
    told = f"{local(datetime.fromisoformat(one['first_missed_at']))}, {one['how'].replace('_', ' ')}"
    if one["moved_to"]:
        return f"{told}: moved from {one['url']}"
    told += "" if one["confirmed_at"] else ", seen once" if one["first_missed_at"] == one["last_missed_at"] else ""
    return told + (f", back {local(datetime.fromisoformat(one['returned_at']))}" if one["returned_at"] else "")


def export(
    output: Annotated[Path | None, typer.Option("-o", help="FILE.jsonl, .csv or .parquet; default stdout.")] = None,
    query: Annotated[str, typer.Argument(help="Words; none: everything.")] = "",
    portal: Portal = None,
    province: Province = None,
    author: Author = None,
    unit: Unit = None,
    section: Section = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int | None, typer.Option(min=1, max=2_000_000_000)] = None,
    offset: Annotated[int, typer.Option(min=0, max=2_000_000_000)] = 0,
    form: FormatOption = None,
) -> None:
    """Export whole articles, newest first."""
    ending = output.suffix.lstrip(".").lower() if output else None
    if output and ending not in ENDINGS:
        raise typer.BadParameter(f"-o wants a file that ends in {', '.join('.' + name for name in ENDINGS)}")
    wanted = _wanted(
        query,
        portal,
        province,
        author,
        unit,
        section,
        since,
        until,
        limit=limit or articles.EVERYTHING,
        offset=offset,
    )
    with config.database("news_reader") as connection, ExitStack() as stack:
        found = stack.enter_context(closing(articles.export(connection, wanted)))
        if output is None:
            rows(
                found,
                ("id", "published_at", "title", "authors", "unit", "section", "portal"),
                form or Format.jsonl,
            )
            return
        partial = output.with_name(f".{output.name}.part")
        try:
            if ending == "parquet":
                from tintinh.cli import parquet

                count = parquet.write(found, partial)
            else:
                with partial.open("w", encoding="utf-8", newline="") as file:
                    count = _write(found, file, ending or "jsonl")
            partial.replace(output)
        finally:
            partial.unlink(missing_ok=True)
        say(f"{count} articles in {output}")


def runs(
    portal: Portal = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    form: FormatOption = None,
) -> None:
    """Recent runs with their figures."""
    with config.database("news_reader") as connection:
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
    from tintinh.run.portal_files import UNKNOWN, facts

    known = facts()
    within = provinces.parts(province_slug(province)) if province is not None else None
    with config.database("news_reader") as connection:
        found = [
            {"portal": row["portal"], **known.get(row["portal"], UNKNOWN), **row}
            for row in articles.portals(connection, sorted(known))
            if row["portal"] != "-"
        ]
        found = [row for row in found if within is None or row["province"] in within]
        rows(
            found,
            (
                "portal",
                "place",
                "platform",
                "verified",
                "hosts",
                "articles",
                "newest",
                "last_run",
                "status",
                "error",
            ),
            form,
        )


def _wanted(
    query: str,
    portal: str | None,
    province: str | None,
    author: str | None,
    unit: str | None,
    section: str | None,
    since: str | None,
    until: str | None,
    **window: Any,
) -> Wanted:
    return Wanted(
        query=query,
        portal=portal,
        province=province_slug(province) if province is not None else None,
        author=author,
        units=list(units.related(unit)) if unit else None,
        section=section,
        since=day(since) if since else None,
        until=day(until) if until else None,
        **window,
    )


def _write(found: Any, file: IO[str], ending: str) -> int:
    count = 0

    def counted() -> Any:
        nonlocal count
        for row in found:
            count += 1
            yield row

    if ending == "csv":
        write_csv(counted(), file)
    else:
        rows(counted(), (), Format.jsonl, file)
    return count


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
            typer.echo(f"  {state['title']}")
            continue
        before = states[number - 1]
        for name in difference.changed_fields(before, state):
            typer.echo(f"  {name}: {difference.words(text(before[name]), text(state[name]))}")
