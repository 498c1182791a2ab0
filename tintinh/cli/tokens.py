"""`tintinh tokens`: who may have addresses fetched over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from tintinh import config
from tintinh.cli.options import FormatOption
from tintinh.cli.output import rows, say
from work import tokens as stored

tokens = typer.Typer(no_args_is_help=True, help="Tokens of the API, with which addresses are fetched.")
FAILED = 1


@tokens.command("add")
def add(name: Annotated[str, typer.Argument(help="Whose it is.")]) -> None:
    """Make a token and print it; it cannot be printed again."""
    with config.dsn() as uri, config.connect(uri) as connection:
        try:
            typer.echo(stored.add(connection, name))
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error


@tokens.command("list")
def every(form: FormatOption = None) -> None:
    """Tokens by name."""
    with config.database("news_reader") as connection:
        rows(stored.every(connection), ("name", "made_at"), form)


@tokens.command("remove")
def remove(name: Annotated[str, typer.Argument(help="Whose it is.")]) -> None:
    """End a token, from the next request on."""
    with config.dsn() as uri, config.connect(uri) as connection:
        if not stored.remove(connection, name):
            say(f"no token named {name}")
            raise typer.Exit(FAILED)
