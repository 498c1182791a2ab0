"""`crawl` and `fetch`: plans jobs, runs some at a time, shows how they go, sums up."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import Any, Literal
from urllib.parse import urlsplit

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from crawler.platforms.registry import platforms
from ingest import migrate
from ingest.errors import DatabaseUnreachable
from reader import stored as articles
from tintinh import config
from tintinh.cli import log
from tintinh.cli.output import Format, errors, local, rows, say
from tintinh.run import watching
from tintinh.run.crawl import Job, Outcome, Stop, crawl
from vietnam import urls
from work import channels, notices, pings

# Seconds that a run may take to end at once, before the process ends whatever it waits for.
HURRY_SECONDS = 3.0
COLUMNS = (
    "id",
    "portal",
    "status",
    "listed",
    "fetched",
    "new",
    "changed",
    "unchanged",
    "gone",
    "rejected",
    "requests",
    "error",
)


def address_of(site: str, platform: str | None = None) -> str:
    """The address of a site that a person named. ValueError for what is none, and for an unknown platform."""
    url = site
    if "://" not in url and not re.match(r"[A-Za-z]+:/", url):  # that is a scheme, misspelt
        url = f"https://{url}"
    if not urls.is_http(url):
        raise ValueError(f"{url!r} is not an http(s) address")
    if platform and platform not in platforms():
        raise ValueError(f"no platform named {platform}; there are: {', '.join(sorted(platforms()))}")
    return url


def run(
    jobs: Sequence[Job],
    at_a_time: int,
    form: Format | None,
    *,
    quiet: bool = False,
    log_file: Path | None = None,
    notify: Sequence[str] = (),
    ping: str | None = None,
) -> int:
    """Run jobs; the exit code.

    `quiet` says nothing of what went well; `log_file` gets a line a run as it ends; `notify` are addresses that are told of portals
    that changed their state, `ping` one that is asked when it begins and when it ends.
    """
    _ping(ping, "start")
    try:
        code = _run(jobs, at_a_time, form, quiet=quiet, log_file=log_file, notify=notify)
    except BaseException:
        _ping(ping, "fail")
        raise
    _ping(ping, "success" if code in {0, 4} else "fail")
    return code


def _ping(url: str | None, what: Literal["start", "success", "fail"]) -> None:
    if url is not None and (reason := pings.ping(url, what)):
        say(reason)


def _run(
    jobs: Sequence[Job],
    at_a_time: int,
    form: Format | None,
    *,
    quiet: bool,
    log_file: Path | None,
    notify: Sequence[str],
) -> int:
    if log_file is not None:
        log.append(
            log_file, {"at": _now(), "event": "start", "portals": [job.portal for job in jobs]}
        )  # fails before, not after
    if not quiet:
        _say_who_is_missing(jobs)
    with config.dsn() as uri:
        outcomes, interrupted = run_all(uri, jobs, at_a_time, quiet=quiet, log_file=log_file)
        if quiet:
            _say_failures(outcomes)
        else:
            _report(uri, outcomes, form)
        _notify(uri, notify)
    if interrupted:
        return 130
    if any(outcome.status in {"failed", "partial", "interrupted", "blocked"} for outcome in outcomes):
        return 1
    return 4 if any(outcome.status == "busy" for outcome in outcomes) else 0


def _say_who_is_missing(jobs: Sequence[Job]) -> None:
    """Say once that portals cannot tell whom to write to; nobody needs to on loopback."""
    named = os.environ.get("TINTINH_CONTACT") or os.environ.get("TINTINH_USER_AGENT")
    hosts = {urlsplit(url).hostname for job in jobs for url in job.addresses()} - {"localhost", "127.0.0.1", "::1"}
    if not named and hosts:
        say("tintinh: TINTINH_CONTACT is not set: portals cannot tell whom to write to")


def fetch(addresses: Sequence[str], jobs: Sequence[Job], form: Format | None) -> int:
    """Run jobs of single articles, print the stored rows; the exit code."""
    with config.dsn() as uri:
        outcomes, interrupted = run_all(uri, jobs, 2)
        missing = 0
        with config.connect(uri) as connection:
            found = []
            for url in addresses:
                row = articles.article(connection, urls.canonical(url)) or articles.article(connection, url)
                if row is None:
                    missing += 1
                    reason = articles.reject_reason(connection, url) or "it was not fetched"
                    say(f"{url}: not stored, {reason}")
                else:
                    found.append(row)
            rows(found, ("id", "published_at", "title", "authors", "unit", "section", "portal"), form)
    _say_errors(outcomes)
    if interrupted:
        return 130
    return 1 if missing or any(outcome.status != "ok" for outcome in outcomes) else 0


def run_all(
    uri: str, jobs: Sequence[Job], at_a_time: int, *, quiet: bool = False, log_file: Path | None = None
) -> tuple[list[Outcome], bool]:
    """Run jobs, some at a time; Ctrl-C and SIGTERM end them cleanly."""
    stop = Stop()
    config.connect(uri).close()  # one clear failure instead of one a portal
    outcomes: list[Outcome] = []
    with _signals(stop) as heard, _display(len(jobs)) as show, ThreadPoolExecutor(at_a_time) as pool:
        tell = _nothing if quiet else say
        waiting = {pool.submit(_guarded, uri, job, stop, show, tell): job for job in jobs}
        hurried: float | None = None
        while waiting:
            done, _ = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            while not heard.empty():
                say(heard.get())
            if stop.at_once.is_set():
                hurried = hurried or time.monotonic()
                stop.hurry()
                if time.monotonic() - hurried > HURRY_SECONDS:  # a database that does not even hear that it is to stop
                    os._exit(130)
            for future in done:
                job = waiting.pop(future)
                outcomes.append(_outcome(future, job))
                outcomes[-1].ended_at = datetime.now(UTC)
                if log_file is not None:
                    _log(log_file, outcomes[-1])
    return outcomes, stop.is_set()


def _notify(uri: str, addresses: Sequence[str]) -> None:
    """Tell addresses of portals that changed their state; what cannot be told now waits for the next crawl."""
    if not addresses:
        return
    with config.connect(uri) as connection:
        migrate.become(connection, "news_writer")
        for address in addresses:
            if reason := notices.tell(connection, address, channels.deliver):
                say(reason)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _log(file: Path, outcome: Outcome) -> None:
    """Add how a run ended; a disk that is full now does not end the others."""
    figures, stats = outcome.figures, outcome.stats
    counted = {name: stats.get(name, 0) for name in ("listed", "fetched", "requests", "bytes")}
    stored = {name: getattr(figures, name) for name in ("new", "changed", "unchanged", "gone", "rejected")}
    ended = {"at": _now(), "event": "run", "portal": outcome.portal, "run": outcome.run, "status": outcome.status}
    try:
        log.append(file, {**ended, "error": outcome.error, **counted, **stored})
    except OSError as error:
        say(f"{file} cannot be written: {error.strerror}")


def _nothing(_: str) -> None:
    """Say nothing."""


def _guarded(uri: str, job: Job, stop: Stop, show: Any, tell: Callable[[str], None]) -> Outcome:
    if stop.is_set():
        return Outcome(job.portal, "interrupted", error="not started")
    outcome = crawl(uri, job, stop, show, tell)
    if not stop.is_set():  # else the next one tells
        watching.after_run(uri, say)
    return outcome


def _outcome(future: Future[Outcome], job: Job) -> Outcome:
    try:
        return future.result()
    except DatabaseUnreachable:
        raise
    except OSError as error:
        return Outcome(job.portal, "failed", error=str(error))


@contextlib.contextmanager
def _signals(stop: Stop) -> Iterator[SimpleQueue[str]]:
    """Heed Ctrl-C and SIGTERM; what there is to say of them is said outside of the handler, which may interrupt anything."""
    heard: SimpleQueue[str] = SimpleQueue()

    def handle(number: int, _: FrameType | None) -> None:
        is_first = not stop.is_set()
        (stop if is_first else stop.at_once).set()
        ending = "finishing what is under way" if is_first else "ending at once, what is crawled waits in the spool"
        heard.put(f"{signal.Signals(number).name}: {ending} …")

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield heard
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _display(total: int) -> Iterator[Any]:
    """A bar for each portal on a terminal; nothing in cron."""
    if not errors.is_terminal or not total:
        yield lambda _: None
        return
    columns = (
        SpinnerColumn(), TextColumn("[bold]{task.description}"), BarColumn(), TextColumn("{task.completed:.0f}/{task.total:.0f} articles"),
        TextColumn("{task.fields[rate]}"), TextColumn("{task.fields[figures]}"), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=errors, transient=True) as progress:
        tasks: dict[str, Any] = {}

        def show(outcome: Outcome) -> None:
            task = tasks.get(outcome.portal)
            if task is None:
                task = tasks[outcome.portal] = progress.add_task(outcome.portal, total=1, rate="", figures="")
            stats, figures = outcome.stats, outcome.figures
            seconds = progress.tasks[task].elapsed or 0.0
            progress.update(
                task,
                completed=stats.get("fetched", 0) + stats.get("not_modified", 0),
                total=max(1, stats.get("listed", 0), stats.get("fetched", 0)),
                rate=f"{stats.get('requests', 0) / seconds:.1f} requests/s" if seconds > 1 else "",
                figures=f"new {figures.new}, changed {figures.changed}",
            )

        yield show


def _report(uri: str, outcomes: Sequence[Outcome], form: Format | None) -> None:
    if sys.stdout.isatty() or form:
        with config.connect(uri) as connection:
            found = [articles.run(connection, outcome.run) for outcome in outcomes if outcome.run is not None]
        rows(found, COLUMNS, form)
    else:
        for outcome in outcomes:
            figures, stats = outcome.figures, outcome.stats
            say(
                f"{outcome.portal}: {outcome.status}, listed {stats.get('listed', 0)}, fetched {stats.get('fetched', 0)}, new {figures.new}, "
                f"changed {figures.changed}, unchanged {figures.unchanged + stats.get('not_modified', 0)}, rejected {figures.rejected}, "
                f"gone {figures.gone}, requests {stats.get('requests', 0)}"
            )
    _say_errors(outcomes)


def _say_failures(outcomes: Sequence[Outcome]) -> None:
    """A line a portal that failed, with the time, and a summary; nothing where none did."""
    failed = [outcome for outcome in outcomes if outcome.status not in {"ok", "busy", "waits"}]
    for outcome in failed:
        reason = f": {outcome.error}" if outcome.error else ""
        say(f"{local(outcome.ended_at)} {outcome.portal}: {outcome.status}{reason}")
    if failed:
        new = sum(outcome.figures.new for outcome in outcomes)
        say(f"{len(failed)} of {len(outcomes)} portals failed; {new} new articles")


def _say_errors(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.error and outcome.status != "ok":
            say(f"{outcome.portal}: {outcome.status}: {outcome.error}")
