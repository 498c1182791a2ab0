"""The report of a probe for people at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawler.look.report import CONFIRMED, DISPUTED, MISSING, Report
from tintinh.cli.output import local

_MARKS = {CONFIRMED: "[green]confirmed[/]", DISPUTED: "[red]disputed[/]", MISSING: "[dim]–[/]"}
_LONGEST = 70


def show(told: Report) -> None:
    """Print the report: what the site is, its lists, the sample, and last what a person should check."""
    console = Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else 160)
    console.print(f"[bold]{escape(told['home'])}[/]")
    console.print(_facts(told))
    _heading(console, f"Sections ({len(told['sections'])})")
    console.print(_sections(told["sections"]))
    for article in told["articles"]:
        _heading(console, article["url"])
        if "fields" in article:
            console.print(_article(article["fields"]))
        else:
            console.print(f"[red]{escape(article['problem'])}[/]")
    if told["lost"]:
        _heading(console, "Would be lost")
        for one in told["lost"]:
            console.print(f"• {escape(one['url'])}: [red]{escape(one['reason'])}[/]")
    _heading(console, "To check")
    for line in told["check"] or ["nothing stands out; compare an article with its page all the same"]:
        console.print(f"• {escape(line)}")


def _heading(console: Console, text: str) -> None:
    console.print(f"\n[bold]{escape(text)}[/]")


def _grid() -> Table:
    grid = Table(box=None, show_header=False, pad_edge=False)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


def _facts(told: Report) -> Table:
    platform, robots, grid = told["platform"], told["robots"], _grid()
    grid.add_row("platform", f"[bold]{platform['name']}[/] {platform['score']:.2f}  {_joined(platform['evidence'])}")
    for other in platform["others"]:
        grid.add_row("", f"[dim]{other['name']} {other['score']:.2f}  {_joined(other['evidence'])}[/]")
    grid.add_row(
        "robots",
        f"answers {robots['status']}" + (f", forbids {_joined(robots['forbids'])}" if robots["forbids"] else ""),
    )
    for name in ("feeds", "sitemaps"):
        for number, source in enumerate(told[name] or [{"url": "none found"}]):
            grid.add_row("" if number else name, escape(source["url"]) + _found(source))
    grid.add_row("answers", f"{told['requests']} requests, half of them within {told['seconds']} s")
    return grid


def _found(source: dict[str, Any]) -> str:
    if "problem" in source:
        return f"  [red]{escape(source['problem'])}[/]"
    counts = [f"{source[name]} {name}" for name in ("addresses", "parts") if name in source]
    return f"  [dim]{', '.join(counts)}[/]" if counts else ""


def _sections(found: list[dict[str, Any]]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(overflow="fold")
    table.add_column(justify="right", style="dim", no_wrap=True)
    for section in found:
        if "problem" in section:
            about = f"[red]{escape(section['problem'])}[/]"
        elif "articles" in section:
            about = _list(section)
        else:
            about = ""
        table.add_row(escape(section["url"]), about)
    return table


def _list(section: dict[str, Any]) -> str:
    """What a list showed: how many articles, what their cards print, where it ends, and what its second page showed.

    >>> _list({"articles": 10, "next_page": True, "cards": {"date": 10, "teaser": 4}, "end_reason": "page 1 of 3",
    ...        "second_page": {"articles": 10, "new": 9, "end_reason": "page 2 of 3"}})
    '10 articles (date 10, teaser 4), page 1 of 3; then 10, 9 of them new, page 2 of 3'
    """
    cards = ", ".join(f"{name} {count}" for name, count in section.get("cards", {}).items())
    parts = [f"{section['articles']} articles" + (f" ({cards})" if cards else "")]
    parts += [section["end_reason"]] if section.get("end_reason") else []
    parts += [] if section["next_page"] else ["no next page"]
    about = ", ".join(parts)
    if second := section.get("second_page"):
        about += f"; then {second['articles']}, {second['new']} of them new"
        about += f", {second['end_reason']}" if second["end_reason"] else ""
    return escape(about)


def _article(fields: dict[str, Any]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("field", style="dim", no_wrap=True)
    table.add_column("value", overflow="fold", ratio=3)
    table.add_column("confidence", no_wrap=True)
    table.add_column("found by", style="dim", overflow="fold", ratio=2)
    table.add_column("witnesses", style="dim", overflow="fold", ratio=2)
    for name, field in fields.items():
        if isinstance(field, dict):
            mark = _MARKS.get(field["confidence"], field["confidence"])
            witnesses = [*(f"+ {source}" for source in field["for"]), *(f"- {told}" for told in field["against"])]
            table.add_row(
                name,
                escape(_short(name, field["value"])),
                mark,
                escape(field["rule"] or ""),
                escape("; ".join(witnesses)),
            )
    return table


def _short(name: str, value: Any) -> str:
    """A value in one line.

    >>> _short("authors", ["Hữu Liêm", "Thu Hà"]), _short("images", [{"url": "http://a/1.jpg", "caption": None}])
    ('Hữu Liêm, Thu Hà', 'http://a/1.jpg')
    """
    if name == "published_at" and value:
        return local(datetime.fromisoformat(value))
    if isinstance(value, list):
        return ", ".join(part["url"] if isinstance(part, dict) else part for part in value)
    text = " ".join((value or "").split())
    if name != "body" or len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]} … ({len(text)} characters)"


def _joined(parts: Iterable[str]) -> str:
    return escape(", ".join(parts))
