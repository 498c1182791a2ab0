"""`tintinh portals NAME`: one portal, what is due of it and when, how its hosts are asked."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from ingest import portals as rows_of_portals
from reader import stored as articles
from tintinh import config
from tintinh.cli.options import FormatOption, check_portal
from tintinh.cli.output import Format
from vietnam.dates import VIETNAM


def show(
    name: Annotated[str, typer.Argument(help="Name of a portal.", metavar="PORTAL")],
    form: FormatOption = None,
) -> None:
    """One portal: its facts and settings, what of it is due when and why, how its hosts are asked."""
    from tintinh.run.portal_files import UNKNOWN, facts, of_row

    with config.database("news_reader") as connection:
        check_portal(connection, name)
        kept = rows_of_portals.stored(connection).get(name)
        known = facts().get(name) or (of_row(kept) if kept is not None else UNKNOWN)
        told: dict[str, Any] = {"portal": name, **known}
        if kept is not None:
            told |= {
                "daily_requests": kept.daily_requests,
                "hours": f"{kept.opens_at:%H:%M}-{kept.closes_at:%H:%M}" if kept.opens_at and kept.closes_at else None,
                "removed": kept.ended_at is not None,
            }
        told["schedule"] = articles.schedule(connection, name)
        names = [host.partition(":")[0] for host in told["hosts"] or []]
        told["asked"] = articles.hosts(connection, names)
    if (form or (Format.table if sys.stdout.isatty() else Format.json)) is not Format.table:
        sys.stdout.write(json.dumps(told, ensure_ascii=False, default=_plain) + "\n")
        return
    for line in lines(told):
        typer.echo(line)


def lines(told: dict[str, Any]) -> list[str]:
    """A portal as people read it."""
    shown = [f"{told['portal']}  {told['home'] or ''}"]
    named = ("place", "platform", "source", "daily_requests", "hours")
    shown += [f"  {name.replace('_', ' ')}: {told[name]}" for name in named if told.get(name)]
    if told.get("removed"):
        shown.append("  removed: it is crawled no more")
    if told["schedule"]:
        shown.append("asked again")
    for row in told["schedule"]:
        then = f", the next on {_moment(row['next_due'])}" if row["next_due"] else ""
        shown.append(
            f"  {row['what']}: {row['number']}, {row['due']} due now{then}; every {_span(row['shortest'])} to {_span(row['longest'])}"
        )
    for host in told["asked"]:
        pace = f"{max(host['delay'], host['crawl_delay']):.1f} s between requests"
        until = f", left alone until {_moment(host['blocked_until'])}" if host["blocked_until"] else ""
        shown.append(f"host {host['host']} ({host['address'] or 'address unknown'}): {pace}{until}")
    return shown


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def _span(span: timedelta) -> str:
    """How long something rests, in hours or days.

    >>> _span(timedelta(hours=6)), _span(timedelta(days=9, hours=12))
    ('6 h', '9.5 d')
    """
    hours = span.total_seconds() / 3600
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:g} d" if hours % 12 == 0 else f"{hours / 24:.1f} d"


def _plain(value: object) -> object:
    return (
        value.isoformat()
        if isinstance(value, datetime)
        else value.total_seconds()
        if isinstance(value, timedelta)
        else str(value)
    )
