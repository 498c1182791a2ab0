"""`worker` and `enqueue`: crawls that wait in the database, done by whoever has time, on any machine."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from typing import Annotated, Any, NoReturn

import typer

from ingest import portals as rows_of_portals
from tintinh import config
from tintinh.cli.listening import answering, host_and_port, listening_at, named
from tintinh.cli.options import FormatOption, Notify
from tintinh.cli.output import rows, say
from vietnam import urls
from work import channels, queue


def worker(
    jobs: Annotated[int, typer.Option("-j", min=1, max=64, help="Portals at a time.")] = 2,
    once: Annotated[bool, typer.Option("--once", help="End when nothing waits any more.")] = False,
    notify: Notify = None,
    metrics: Annotated[
        str | None, typer.Option(help="Answer /metrics and /healthz there, for Prometheus.", metavar="[HOST:]PORT")
    ] = None,
) -> None:
    """Do what waits: portals that are due, those and the addresses that were asked for. SIGTERM or Ctrl-C ends it, twice: at once."""
    from tintinh.run.work import Doing
    from work.worker import Worker

    try:
        told = channels.every(" ".join(notify or ()))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with config.dsn() as uri, ExitStack() as open_ones:
        with config.connect(uri) as connection:
            queue.install(connection)
        doing = Doing(uri, say, told, _begin_anew)
        if metrics is not None:
            from reader.serve import measured
            from tintinh.run.state import gathered

            listening = listening_at(*host_and_port(metrics))
            say(f"http://{named(listening)}/metrics")
            open_ones.enter_context(answering(measured.app(gathered, lambda: doing.ended), listening))
        Worker(uri, doing, say, at_a_time=jobs, is_once=once).run()
    if once and doing.ended["failed"]:
        raise typer.Exit(1)


def _begin_anew() -> NoReturn:
    """The same command in a new process of the same number; crawls of this one end, since nobody reads them any more."""
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 -- the words that this process was begun with


def enqueue(
    what: Annotated[
        list[str] | None, typer.Argument(help="Portals, or addresses of articles.", metavar="PORTAL…|URL…")
    ] = None,
    due: Annotated[bool, typer.Option("--due", help="All portals that are due.")] = False,
    form: FormatOption = None,
) -> None:
    """Have workers crawl portals, or fetch single articles, which overtake."""
    from tintinh.run import known_portals, work

    if bool(what) == due:
        raise typer.BadParameter("name portals or addresses, or --due")
    addresses = [given for given in what or () if "://" in given]
    names = [given for given in what or () if "://" not in given]
    for url in addresses:
        if not urls.is_http(url):
            raise typer.BadParameter(f"{url!r} is not an http(s) address")
    with config.dsn() as uri, config.connect(uri) as connection:
        queue.install(connection)
        try:
            if names:  # none that is unknown, or removed
                known_portals.jobs(names, rows_of_portals.stored(connection), {}, {})
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        if due:
            found = [_row("crawl", name, number) for name, number in work.enqueue_due(uri, connection).items()]
        else:
            with queue.Jobs(uri) as jobs:
                found = [_row("crawl", name, jobs.crawl(name, is_due=False)) for name in names]
                found += [_row("fetch", url, jobs.fetch(url)) for url in addresses]
    rows(found, ("job", "kind", "what"), form)
    if due and not found:
        say("no portal is due")


def _row(kind: str, what: str, number: int | None) -> dict[str, Any]:
    return {"job": number, "kind": kind, "what": what}
