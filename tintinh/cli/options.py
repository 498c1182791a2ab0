"""Options that several commands have: formats, and the filters of `search`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Annotated, Any

import psycopg
import typer

from reader import filters
from reader import stored as articles
from tintinh.cli.output import Format

FormatOption = Annotated[
    Format | None, typer.Option("--format", help="Default: a table on a terminal, jsonl into a pipe.")
]
Portal = Annotated[str | None, typer.Option(help="Only this portal.")]
Province = Annotated[
    str | None,
    typer.Option(help="Only this province and those that are part of it now: lam-dong, 'Lâm Đồng', 'TP. HCM'."),
]
Notify = Annotated[
    list[str] | None,
    typer.Option(
        envvar="TINTINH_NOTIFY",
        metavar="URL",
        help="Webhook, or address of Apprise (mailto://…), that is told when a portal breaks, and when it is well again.",
    ),
]
FILTERS: dict[str, Any] = {
    "portal": Portal,
    "province": Province,
    "author": Annotated[str | None, typer.Option(help="Only articles by this person; diacritics do not matter.")],
    "unit": Annotated[
        str | None, typer.Option(help="Only articles signed by this unit; PV28 also finds its successor PV05.")
    ],
    "section": Annotated[str | None, typer.Option(help="Only this section.")],
    "since": Annotated[str | None, typer.Option(help="Published on this day or later (2026-11-05 or 5/11/2026).")],
    "until": Annotated[str | None, typer.Option(help="Published before this day.")],
    "gone": Annotated[
        bool | None, typer.Option("--gone/--not-gone", help="Only what was taken down; only what was not.")
    ],
    "fold": Annotated[bool | None, typer.Option("--fold", help="Of near-identical articles only the first.")],
}
InHistory = Annotated[
    bool,
    typer.Option("--in-history", help="Find by what articles said before, too; each hit tells which state matched."),
]


@contextmanager
def usage() -> Iterator[None]:
    """What people typed is read within; a filter that is none becomes typer.BadParameter."""
    try:
        yield
    except filters.WrongFilter as error:
        raise typer.BadParameter(str(error)) from error


def province_slug(text: str) -> str:
    """The slug of a province as people write it; typer.BadParameter that names near ones otherwise."""
    with usage():
        return filters.province(text)


def check_portal(connection: psycopg.Connection, name: str | None) -> None:
    """typer.BadParameter that names near ones where no portal has this name."""
    if name is None:
        return
    known = articles.portal_names(connection)
    if name not in known:
        from tintinh.run.portal_files import portals  # slow to load, and seldom asked

        known |= set(portals())
    with usage():
        filters.portal(name, known)


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command every filter of `search` as an option; it takes their sum as its parameter `wanted`.

    Where it has a parameter `typed`, it takes those that were given there, as texts.
    """
    takes_typed = "typed" in inspect.signature(command).parameters

    @wraps(command)
    def run(**given: Any) -> None:
        typed = {name: None if (one := given.pop(name)) is None else str(one) for name in FILTERS}
        with usage():
            wanted = filters.parse(typed)
        if takes_typed:
            given["typed"] = {name: text for name, text in typed.items() if text is not None}
        command(wanted=wanted, **given)

    parameters = []
    for one in inspect.signature(command, eval_str=True).parameters.values():
        if one.name == "typed":
            continue
        if one.name != "wanted":
            parameters.append(one.replace(kind=inspect.Parameter.KEYWORD_ONLY))
            continue
        parameters += [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=option)
            for name, option in FILTERS.items()
        ]
    run.__dict__["__signature__"] = inspect.Signature(parameters)
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run
