"""`tintinh db phrases`: the index that answers phrases fast, where there is much to read and little to write."""

from __future__ import annotations

from typing import Annotated

import typer

from sql.load import command
from tintinh import config
from tintinh.cli.output import say


def register(database: typer.Typer) -> None:
    """Add the command to `tintinh db`."""
    database.command("phrases")(phrases)


def phrases(
    drop: Annotated[bool, typer.Option("--drop", help="Take the index away again.")] = False,
) -> None:
    """Make the index of phrases: search ranks old best matches of frequent words, phrases come by pairs of syllables.

    It takes four kilobytes an article, makes storing one five times as costly, and writing waits while it is made.
    """
    with config.dsn() as uri, config.connect(uri) as connection:
        connection.execute(command("drop_phrase_index" if drop else "make_phrase_index"))
    say("the index of phrases is gone" if drop else "the index of phrases is made")
