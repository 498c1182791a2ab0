"""Near-identical articles as people read them: the first one, its copies, what each changed."""

from __future__ import annotations

from typing import Any

import typer

from reader import difference
from reader.rows import Row
from tintinh.cli.output import Format, chosen_format, local, printable, rows, say, text

COMPARED = ("title", "byline", "credit", "lead", "body")


def show(found: list[Row], article_id: int, form: Format | None) -> None:
    """Print an article's cluster; one line on stderr and exit code 1 where it stands alone."""
    if not found:
        say(f"article {article_id} has no copies")
        raise typer.Exit(1)
    first, *others = [one | {"changed": changes(found[0], one)} for one in found]
    if chosen_format(form) is not Format.table:
        rows([_brief(one) for one in (first, *others)], (), form)
        return
    typer.secho(f"first  {_where(first)}", bold=True)
    typer.echo(printable(f"  {first['title']}"))
    for one in others:
        alike = f", {one['likeness']:.0%} alike" if one["likeness"] else ""
        typer.secho(f"copy   {_where(one)}{alike}", bold=True)
        for name, changed in one["changed"].items():
            typer.echo(f"  {name}: {changed}")


def changes(first: Row, copy: Row) -> dict[str, str]:
    """What a copy says otherwise than the first, field by field, as a word diff."""
    return {
        name: difference.words(text(first[name]), text(copy[name])) for name in COMPARED if first[name] != copy[name]
    }


def _where(one: Row) -> str:
    dated = f"published {local(one['published_at'])}" if one["published_at"] else "no date"
    gone = f", gone {local(one['gone_at'])}" if one["gone_at"] else ""
    return f"{one['id']}  {one['portal']}, {dated}, first seen {local(one['first_seen_at'])}{gone}  {one['url']}"


def _brief(one: Row) -> dict[str, Any]:
    left_out = {"body", "lead", "byline", "credit"}
    return {name: value for name, value in one.items() if name not in left_out}
