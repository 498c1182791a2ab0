"""`tintinh probe URL`: looks at a site, says what it is and what a person should check."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tintinh.cli.output import say

if TYPE_CHECKING:
    from crawler.look.report import Report
    from crawler.look.survey import Visit


class ReportFormat(StrEnum):
    table = "table"
    json = "json"


def probe(
    url: Annotated[str, typer.Argument(help="Home page of a site, or a section or an article of it.", metavar="URL")],
    form: Annotated[
        ReportFormat | None, typer.Option("--format", help="Default: a table on a terminal, json into a pipe.")
    ] = None,
) -> None:
    """What a site is: platform, sections, feeds, three articles with the rule behind every field, what to check.

    A dozen requests, no database. Nothing is stored.
    """
    from tintinh.cli import probe_view

    _, told = survey_of(url)
    if (form or (ReportFormat.table if sys.stdout.isatty() else ReportFormat.json)) is ReportFormat.table:
        probe_view.show(told)
    else:
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    if not read_articles(told):
        say(f"tintinh: {told['home']}: no article could be read")
        raise typer.Exit(1)


def survey_of(url: str) -> tuple[list[Visit], Report]:
    """The visits of a site and what they tell; ends the command with one line where there is no site to read."""
    from crawler.look.report import NoSite, report
    from crawler.net.reading import SOURCE_SECONDS, TookTooLong, bounded
    from tintinh.run import look

    try:
        address = look.address(url)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    visits = look.look({"url": address})
    try:
        with bounded(SOURCE_SECONDS):
            return visits, report(visits, now=datetime.now(UTC))
    except NoSite as error:
        say(f"tintinh: {error}")
        raise typer.Exit(1) from error
    except TookTooLong as error:
        say(f"tintinh: {address}: reading its pages takes more than {SOURCE_SECONDS:g} s of processor time")
        raise typer.Exit(1) from error


def read_articles(told: Report) -> list[dict[str, Any]]:
    """The sampled articles that could be read."""
    return [article for article in told["articles"] if "fields" in article]
