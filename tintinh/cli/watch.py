"""`tintinh watch`: saved searches that tell."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import psycopg
import typer

from reader import changes as events
from reader import watches as rows_of_watches
from reader.filters import Filters
from tintinh import config
from tintinh.cli.changes import what
from tintinh.cli.options import FormatOption, check_portal, filtered, usage
from tintinh.cli.output import Format, chosen_format, local, plain, printable, rows, say
from tintinh.run.watching import root
from vietnam.dates import VIETNAM
from work import channels, telling, watches
from work.watches import Watch

FAILED = 1  # an exit code, as in main.py
DEFAULT_KINDS = "new,edited,gone"
COLUMNS = ("name", "on", "query", "filters", "notify", "hits", "last_hit_at", "paused_at")
HIT_COLUMNS = ("found_at", "kind", "score", "article_id", "portal", "title", "what")
Name = Annotated[str, typer.Argument(help="Name of the watch.")]

group = typer.Typer(help="Saved searches that tell what happens to the articles that match.", no_args_is_help=True)


@group.command("add")
@filtered
def add(
    name: Annotated[str, typer.Argument(help="Its name: small letters, digits, - and _.")],
    query: Annotated[str, typer.Argument(help="Words as for `search`; none: every article.")] = "",
    *,
    wanted: Filters,
    typed: dict[str, str],
    on: Annotated[
        str, typer.Option(help="What it reacts to: new,edited,gone,back,moved,copied,redacted.")
    ] = DEFAULT_KINDS,
    notify: Annotated[
        list[str] | None,
        typer.Option(
            metavar="URL", help="Where it tells: a webhook (https://…), or an address of Apprise (mailto://…)."
        ),
    ] = None,
    min_score: Annotated[
        float | None, typer.Option(min=0, max=1, help="Of edits only those that mean so much.")
    ] = None,
    quiet: Annotated[
        str | None, typer.Option(metavar="FROM-TO", help="Send nothing in these hours, 22:00-06:00 in Vietnam time.")
    ] = None,
    digest: Annotated[
        str | None, typer.Option(metavar="TIME", help="At most one notice in this time: 30m, 6h, 1d.")
    ] = None,
) -> None:
    """Save a search; it reacts to what is stored from now on."""
    with usage():
        watches.name(name)
        watch = Watch(
            name=name, filters=({"query": query} if query.strip() else {}) | typed, kinds=watches.kinds(on),
            least=min_score, quiet=watches.hours(quiet) if quiet else None, digest=watches.length(digest) if digest else None,
        )  # fmt: skip
    try:
        to = tuple(dict.fromkeys(map(channels.usable, notify or ())))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with config.database() as connection:
        check_portal(connection, wanted.portal)
        with usage():
            is_new = watches.add(connection, replace(watch, addresses=to))
    if not is_new:
        raise typer.BadParameter(f"there is a watch {name!r} already: `tintinh watch remove {name}` first")
    say(
        f"watch {name} reacts to {spoken(watch.kinds)} from now on, and tells {', '.join(map(channels.shown, to)) or 'nobody'}"
    )
    if any(map(channels.is_webhook, to)):
        say(f"webhooks are signed: `tintinh watch show {name} --secret`")


@group.command("list")
def list_(form: FormatOption = None) -> None:
    """All watches."""
    with config.database() as connection:
        found = [of_watch(row, _where(connection, row["name"])) for row in rows_of_watches.watches(connection)]
    if not found and chosen_format(form) is Format.table:
        say("no watch yet: `tintinh watch add NAME WORDS`")
        return
    rows(found, COLUMNS, form)


@group.command("show")
def show(
    name: Name,
    secret: Annotated[bool, typer.Option("--secret", help="Addresses in full, and the secrets that sign.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    form: FormatOption = None,
) -> None:
    """One watch, and what it reacted to, newest first."""
    with config.database() as connection:
        row = _found(connection, name)
        told = of_watch(row, _where(connection, name))
        hits = rows_of_watches.hits(connection, row["id"], limit=limit)
        if secret:
            told["addresses"] = [{"url": url, "secret": one} for url, one in watches.addresses(connection, name)]
    chosen = chosen_format(form)
    if chosen is Format.csv:
        rows(hits, HIT_COLUMNS, chosen)
    elif chosen is not Format.table:
        whole = plain(told | {"events": [plain(hit) for hit in hits]})
        typer.echo(json.dumps(whole, ensure_ascii=False, indent=2 if chosen is Format.json else None))
    else:
        for key, value in told.items():
            if value not in (None, "", [], {}):
                typer.echo(printable(f"{key:<12} {local(value) if isinstance(value, datetime) else value}"))
        rows([hit | {"what": what(hit)} for hit in hits], HIT_COLUMNS, chosen)


@group.command("test")
def tried(
    name: Name,
    days: Annotated[int, typer.Option(min=1, max=4000, help="Look so far back.")] = 7,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    send: Annotated[bool, typer.Option("--send", help="Send the newest of it, marked as a test.")] = False,
    form: FormatOption = None,
) -> None:
    """What would have matched in the last days; nothing of it counts as told."""
    with config.database() as connection:
        row = _found(connection, name)
        with usage():
            wanted = watches.wanted(row["filters"])
        since = datetime.now(UTC) - timedelta(days=days)
        found = events.changes(
            connection, replace(wanted, since=since, until=None), of=row["kinds"], least=row["least"], limit=limit
        )
        events.add_differences(connection, found)
        reasons = _send_test(connection, name, found) if send else []
    rows([hit | {"what": what(hit)} for hit in found], ("at", *HIT_COLUMNS[1:]), form)
    if not found:
        say(f"nothing in the last {days} days")
    for reason in reasons:
        say(reason)
    if reasons:
        raise typer.Exit(FAILED)


def _send_test(connection: psycopg.Connection, name: str, found: list[dict[str, Any]]) -> list[str]:
    """Send some of it, marked; what went wrong."""
    now = datetime.now(VIETNAM)
    to = watches.addresses(connection, name)
    events_of_it = [row | {"published_at": row.get("published_at")} for row in found[:5]]
    reasons = [] if to else [f"watch {name} tells nobody: add it with --notify URL"]
    for url, secret in to:
        address = {"url": url, "secret": secret, "name": name}
        identity = f"{name}-test-{now:%Y%m%d%H%M%S}"
        if reason := telling.send(address, identity, now, events_of_it, root(), test=True):
            reasons.append(f"{channels.shown(url)}: {reason}")
        else:
            say(f"{channels.shown(url)} took a test notice")
    return reasons


@group.command("pause")
def pause(name: Name) -> None:
    """Let a watch rest: it does not react, and what waits is not sent."""
    _pause(name, paused=True)


@group.command("resume")
def resume(name: Name) -> None:
    """Let a paused watch go on."""
    _pause(name, paused=False)


def _pause(name: str, *, paused: bool) -> None:
    with config.database() as connection:
        _found(connection, name)
        watches.pause(connection, name, paused=paused)
    say(f"watch {name} {'is paused' if paused else 'goes on'}")


@group.command("remove")
def remove(name: Name) -> None:
    """Forget a watch, what it reacted to, and what waits to be sent."""
    with config.database() as connection:
        _found(connection, name)
        watches.remove(connection, name)
    say(f"watch {name} is removed")


@group.command("tell")
def tell() -> None:
    """Send what waits now, for cron: after quiet hours, or when a digest is due. Every crawl and ingest does so, too."""
    with config.database() as connection:
        watches.react(connection)
        left = telling.tell(connection, root())
    for line in left:
        say(line)
    if left:
        raise typer.Exit(FAILED)


def of_watch(row: dict[str, Any], notify: list[str]) -> dict[str, Any]:
    """A watch as it is printed."""
    filters = dict(row["filters"])
    quiet = f"{row['quiet_from']:%H:%M}-{row['quiet_to']:%H:%M}" if row["quiet_from"] is not None else None
    return {
        "name": row["name"], "on": spoken(row["kinds"]), "query": filters.pop("query", ""),
        "filters": ", ".join(f"{name}={text}" for name, text in filters.items()), "min_score": row["least"], "notify": ", ".join(notify),
        "quiet": quiet, "digest_seconds": row["digest_seconds"], "hits": row["hits"], "last_hit_at": row["last_hit_at"],
        "created_at": row["created_at"], "paused_at": row["paused_at"],
    }  # fmt: skip


def spoken(kinds: Any) -> str:
    """Kinds as they are typed.

    >>> spoken(["published", "gone"])
    'new,gone'
    """
    return ",".join(telling.NEW.get(kind, kind) for kind in kinds)


def _where(connection: psycopg.Connection, name: str) -> list[str]:
    return [channels.shown(url) for url, _ in watches.addresses(connection, name)]


def _found(connection: psycopg.Connection, name: str) -> dict[str, Any]:
    """The watch of this name; typer.BadParameter that names near ones."""
    found = rows_of_watches.watches(connection, name)
    if not found:
        with usage():
            watches.known(name, [row["name"] for row in rows_of_watches.watches(connection)])
    return found[0]
