"""One portal's run: a process crawls into the spool, this one loads the spool into the database meanwhile."""

from __future__ import annotations

import json
import math
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from crawler.archive import shared
from crawler.portals.site import is_name
from ingest import hosts as rows_of_hosts
from ingest import migrate, portals, spool
from ingest.errors import DatabaseUnreachable
from ingest.portals import StoredPortal
from ingest.schedule import note_lists
from ingest.segments import ingest_left, ingest_segment
from ingest.store import Figures
from ingest.syndication import compare_due
from sql.load import query
from tintinh import config
from tintinh.run import hosts, leases, newer_rules
from tintinh.run.giving_way import GivingWay
from tintinh.run.leases import Lease
from vietnam.dates import VIETNAM

# Seconds that the database may be away at a run's end before it gives up waiting; the spool keeps everything.
PATIENCE_SECONDS = 30.0
# Seconds that a crawl may take to end once it is told to.
STOP_SECONDS = 25
# Seconds that a single address waits for a crawl to step aside: an answer may be under way, or a worker frozen whose lease ends.
PATIENCE_FOR_HOSTS = 45.0
# Logs of a portal that are kept.
LOGS_KEPT = 20
# Figures that have a column of their own in news.run.
_OWN_COLUMNS = frozenset(
    {"listed", "fetched", "requests", "bytes", "error", "problem", "hosts", "blocked", "lists_read"}
)


@dataclass(slots=True)
class Job:
    """What to crawl: spider, its arguments, Scrapy settings given by the user."""

    portal: str
    spider: str
    arguments: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    kind: str = "crawl"
    # The row that the portal has, or gets once articles of it were found.
    keeps: StoredPortal | None = None
    # A worker's crawl holds its run by a lease, and waits for no other run: there is other work.
    is_leased: bool = False
    patience: float = field(init=False)
    reread_seconds: float = field(init=False)

    def __post_init__(self) -> None:
        if not is_name(self.portal):
            raise ValueError(
                f"a portal's name has letters without diacritics, figures, dots, - and _, not {self.portal!r}"
            )
        self.patience = self._seconds("TINTINH_PATIENCE", PATIENCE_SECONDS)
        self.reread_seconds = self._seconds("TINTINH_REREAD_SECONDS", newer_rules.REREAD_SECONDS)

    def addresses(self) -> list[str]:
        """What it asks first: its home, the hosts of its portal, or single articles."""
        only: list[str] = self.arguments.get("only", [])
        home = self.arguments.get("start") or (self.keeps.home if self.keeps is not None else None)
        named = [f"http://{host}/" for host in self.keeps.hosts] if self.keeps is not None else []
        return only or [url for url in (home, *named) if url]

    def _seconds(self, name: str, usual: float) -> float:
        given = self.settings.get(name, usual)
        try:
            return float(given)
        except ValueError:
            raise ValueError(f"{name} wants a number of seconds, not {given!r}") from None


@dataclass(slots=True)
class Outcome:
    """How a run ended. `status` is that of news.run, `busy` where another run of the portal is going on, `waits` where none may.

    `is_lost`: its worker was silent for so long that another may have it.
    """

    portal: str
    status: str
    run: int | None = None
    error: str | None = None
    figures: Figures = field(default_factory=Figures)
    stats: dict[str, Any] = field(default_factory=dict)
    ended_at: datetime | None = None
    is_lost: bool = False


class Stop(threading.Event):
    """Set once the user wants all runs to end; `at_once` once the user has said so again."""

    def __init__(self) -> None:
        super().__init__()
        self.at_once = threading.Event()
        self._runs: list[_Run] = []

    def watch(self, run: _Run) -> None:
        """Take in a run that `hurry` is to end."""
        self._runs.append(run)

    def hurry(self) -> None:
        """Kill the crawls of all runs and end the statements that they wait for; their spool waits for the next run."""
        for run in self._runs:
            run.end_at_once()


def crawl(uri: str, job: Job, stop: Stop, progress: Callable[[Outcome], None], say: Callable[[str], None]) -> Outcome:
    """Crawl and ingest one portal; always leaves a finished row in news.run if the database can be reached.

    `progress` is called as figures change, `say` with single lines for people. Raises DatabaseUnreachable.
    """
    connection = _as_writer(uri)
    try:
        if job.kind == "crawl":
            row = connection.execute(query("lock_portal"), {"portal": job.portal}).fetchone()
            if not (row and row[0]):
                connection.close()
                return Outcome(job.portal, "busy", error=f"another run of {job.portal} is going on")
        folder = config.spool_folder(connection)
        ingest_left(connection, folder)
        asked = hosts.of(connection, job.portal, job.addresses(), job.settings)
        if waits := _why_not_now(connection, job, asked):
            connection.close()
            return Outcome(job.portal, "waits", error=waits)
        reread = newer_rules.Reread()
        if job.kind == "crawl":
            reread = newer_rules.read_again(connection, uri, job.portal, stop.is_set, say, job.reread_seconds)
        if held := _take_hosts(connection, job, asked, stop, say):
            connection.close()
            return Outcome(job.portal, "waits" if stop.is_set() else "busy", error=held)
        row = connection.execute(query("start_run"), {"portal": job.portal, "kind": job.kind, "rules": None}).fetchone()
        assert row is not None
        run = _Run(uri, connection, job, int(row[0]), folder, stop, progress)
        run.reread, run.hosts = reread, asked
        stop.watch(run)
    except psycopg.OperationalError as error:
        connection.close()
        raise DatabaseUnreachable(f"the database went away: {' '.join(str(error).split())}") from error
    except BaseException:
        connection.close()
        raise
    try:
        outcome = run.go()
        _publish(say)
        return outcome
    except DatabaseUnreachable:
        raise
    except BaseException as error:
        run.give_up(f"{type(error).__name__}: {error}")
        raise
    finally:
        if run.lease is not None:
            run.lease.let_go()
        run.connection.close()


def _why_not_now(connection: psycopg.Connection, job: Job, asked: hosts.Hosts) -> str | None:
    """Why a run must not begin now; None where it may. A daily budget becomes its bound."""
    if (blocked := asked.blocked()) is not None:
        host, until = blocked
        return f"{host} is left alone until {datetime.fromtimestamp(until, VIETNAM):%d/%m %H:%M}: it refused requests"
    if job.kind != "crawl":
        return None
    if job.keeps is not None and job.keeps.origin == "file":
        portals.keep(connection, job.keeps)
    portal = portals.stored(connection).get(job.portal)
    left = portals.left_today(connection, portal) if portal is not None else None
    if left == 0:
        return "its requests for today are spent"
    if left is not None:
        job.arguments["max_requests"] = min(left, int(job.arguments.get("max_requests") or left))
    return None


def _take_hosts(
    connection: psycopg.Connection, job: Job, asked: hosts.Hosts, stop: Stop, say: Callable[[str], None]
) -> str | None:
    """Lock the hosts of a run; why that cannot be, None once it is done. A crawl goes on after a single address, which does not wait for its end."""
    if job.kind == "fetch":
        return asked.take(connection, stop.is_set, say, job.portal, seconds=PATIENCE_FOR_HOSTS, overtakes=True)
    # A worker's crawl does not wait: there is other work.
    return asked.take(connection, stop.is_set, say, job.portal, seconds=0.0 if job.is_leased else math.inf)


def _publish(say: Callable[[str], None]) -> None:
    """Bring the closed files of the archive to where machines share it; where that fails they wait for the next run."""
    try:
        shared.publish(config.archive_folder())
    except (shared.StoreFailed, OSError) as error:
        say(f"{error}; what it does not have yet waits in {config.archive_folder()}")


def _as_writer(uri: str) -> psycopg.Connection:
    connection = config.connect(uri)
    migrate.become(connection, "news_writer")
    return connection


class _Run:
    def __init__(
        self,
        uri: str,
        connection: psycopg.Connection,
        job: Job,
        run: int,
        folder: Path,
        stop: Stop,
        progress: Callable[[Outcome], None],
    ) -> None:
        self.uri, self.connection, self.job, self.stop, self.progress = uri, connection, job, stop, progress
        self.folder = folder
        self.prefix = f"{job.portal}-{run}"
        self.outcome = Outcome(job.portal, "running", run)
        self.process: subprocess.Popen[bytes] | None = None
        self.reason: str | None = None
        self.is_recording = False
        self.next_ingest = self.next_look_aside = 0.0
        self.reread = newer_rules.Reread()
        self.hosts = hosts.Hosts()
        self.kept_hosts: dict[str, Any] = {}
        self.lease = Lease(uri, run) if job.is_leased else None
        self.giving_way: GivingWay | None = None
        # Before every page of this crawl: what newer rules read otherwise was so before.
        self.began_at = datetime.now(UTC)

    def go(self) -> Outcome:
        log = _log_file(self.job.portal)
        receive, send = os.pipe()
        with log.open("ab") as errors:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "tintinh.run.crawl_process"],
                stdin=subprocess.PIPE, stdout=errors, stderr=errors, pass_fds=(send,), start_new_session=True,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            )  # fmt: skip
        self.process = process
        os.close(send)
        assert process.stdin is not None
        process.stdin.write(json.dumps(self._message(send)).encode() + b"\n")
        process.stdin.flush()
        self.giving_way = GivingWay(self.hosts.locked, process.stdin, overtakes=self.job.kind == "fetch")
        if self.lease is not None:
            self.lease.hold_for(process)
        try:
            self._follow(process, receive)
        finally:
            os.close(receive)
            if process.poll() is None:
                process.kill()
            process.wait()
            with suppress(OSError):
                process.stdin.close()
        return self._finish(process.returncode, log)

    def _message(self, descriptor: int) -> dict[str, Any]:
        wiring = {
            "dsn": self.uri,
            "portal": self.job.portal,
            "spool": str(self.folder),
            "prefix": self.prefix,
            "run": self.outcome.run,
        }
        return {
            "spider": self.job.spider,
            "arguments": self.job.arguments,
            "settings": {
                "TINTINH_SINK": "ingest.sink.SpoolSink",
                "TINTINH_MEMORY": "ingest.memory.DatabaseMemory",
                "TINTINH_ARCHIVE_FOLDER": str(config.archive_folder()) if config.archive_wanted() else "",
                "TINTINH_WIRING": wiring,
                "TINTINH_PROGRESS_FD": descriptor,
                "TINTINH_HOSTS": self.hosts.states,
                "TINTINH_LEASE_SECONDS": 0 if self.lease is None else leases.SILENCE_SECONDS,
                **self.job.settings,
            },
        }

    def _follow(self, process: subprocess.Popen[bytes], receive: int) -> None:
        rest = b""
        stopped_at: float | None = None
        begun = asked = False
        while True:
            readable, _, _ = select.select([receive], [], [], 0.25)
            if readable:
                data = os.read(receive, 65536)
                if not data:
                    return
                *whole, rest = (rest + data).split(b"\n")
                for line in whole:
                    begun = True
                    message = json.loads(line)
                    if "paused" in message and self.giving_way is not None:
                        self.giving_way.hear(message["paused"])
                    self.outcome.stats = message["stats"]
                    self.reason = message.get("reason", self.reason)
                self.progress(self.outcome)
            elif process.poll() is not None:
                return
            if self.stop.is_set():
                stopped_at = stopped_at or time.monotonic()
                if begun and not asked:  # before it has begun, it would not hear
                    asked = True
                    process.send_signal(signal.SIGINT)
                elif self.stop.at_once.is_set() or time.monotonic() - stopped_at > STOP_SECONDS:
                    process.kill()
            if self.lease is not None and self.lease.is_lost:
                return
            if begun:
                self._stand_aside()
            self._ingest_while_crawling()

    def _stand_aside(self) -> None:
        """Let a single address of its hosts in, if somebody wants one."""
        assert self.giving_way is not None
        if time.monotonic() < self.next_look_aside:
            return
        try:
            if self.giving_way.state == "told":  # whoever comes in must know when they were asked last
                self._keep_hosts()
            self.giving_way.look(self._connected())
        except (psycopg.OperationalError, DatabaseUnreachable):
            self.next_look_aside = time.monotonic() + 10

    def _ingest_while_crawling(self) -> None:
        if time.monotonic() < self.next_ingest:
            return
        self.next_ingest = time.monotonic() + 2
        try:
            self._ingest()
            self._keep_hosts()
        except (psycopg.OperationalError, DatabaseUnreachable):
            self.next_ingest = time.monotonic() + 10  # the spool waits; so can we

    def _ingest(self) -> None:
        for segment in spool.pending(self.folder):
            if spool.run_of(segment) != self.outcome.run:
                continue
            try:
                if self.reread.left > 0:
                    self.reread += newer_rules.read_met(self._connected(), self.job.portal, segment, self.began_at)
                self.outcome.figures += ingest_segment(self._connected(), segment, self.outcome.run)
            except FileNotFoundError:
                continue  # another run took it
            self.progress(self.outcome)

    def _connected(self) -> psycopg.Connection:
        if self.connection.closed or self.connection.broken:
            self.connection.close()
            self.uri = config.revived(self.uri)
            self.connection = _as_writer(self.uri)
            # The locks went with the session. Where the portal's is taken by now, another run of it goes on: harmless.
            self.connection.execute(query("hold_run"), {"run": self.outcome.run})
            if self.job.kind == "crawl":
                self.connection.execute(query("lock_portal"), {"portal": self.job.portal})
            if self.giving_way is not None:
                self.giving_way.take_again(self.connection)
        return self.connection

    def _finish(self, code: int, log: Path) -> Outcome:
        outcome, stats = self.outcome, self.outcome.stats
        outcome.error = stats.get("error")
        if self.lease is not None and (self.lease.is_lost or self.reason == "lease_lost"):
            outcome.status, outcome.error, outcome.is_lost = "interrupted", "its worker fell silent", True
        elif self.stop.is_set() or (self.reason is None and code < 0) or self.reason in {"shutdown", "parent_gone"}:
            outcome.status = "interrupted"
            outcome.error = outcome.error or (
                "stopped by the user" if self.stop.is_set() else f"the crawl was killed by signal {-code}"
            )
        elif self.reason is None or code != 0:
            outcome.status, outcome.error = (
                "failed",
                outcome.error or f"the crawl ended without a word: see {log}",
            )
        elif stats.get("blocked"):
            outcome.status = "blocked"
        elif outcome.error:
            outcome.status = "partial" if stats.get("fetched") else "failed"
        elif stats.get("outage"):
            outcome.status, outcome.error = "partial", stats["outage"]
        elif stats.get("bounds_reached"):
            outcome.status, outcome.error = "partial", f"bounds reached: {', '.join(stats['bounds_reached'])}"
        elif stats.get("failed_requests"):
            outcome.status = "partial"
            outcome.error = f"{stats['failed_requests']} requests failed, the last: {stats.get('problem')}"
        elif stats.get("lists_not_followed"):
            outcome.status = "partial"
            outcome.error = f"lists not followed to their end: {'; '.join(stats['lists_not_followed'])}"
        elif stats.get("layout_changed"):
            outcome.status = "partial"
            outcome.error = f"the layout has changed: {'; '.join(stats['layout_changed'])}"
        else:
            outcome.status = "ok"
        deadline = time.monotonic() + self.job.patience
        while True:
            try:
                self._keep_hosts()
                if self.giving_way is not None:  # nothing more is asked
                    self.giving_way.end(self._connected())
                if not self.stop.at_once.is_set():  # else the spool waits for the next run
                    self._ingest()
                    compare_due(self._connected(), stopped=self.stop.is_set)
                self._record()
                self._keep_portal()
                if outcome.status in {"ok", "partial"}:
                    note_lists(self._connected(), self.job.portal, stats.get("lists_read", []), self.began_at)
            except (psycopg.OperationalError, DatabaseUnreachable) as error:
                if isinstance(error, psycopg.errors.QueryCanceled) and self.stop.at_once.is_set():
                    continue
                if time.monotonic() > deadline or self.stop.at_once.is_set():
                    waiting = len(spool.pending(self.folder))
                    raise DatabaseUnreachable(
                        f"the database is gone ({' '.join(str(error).split())}); {waiting} spool segments wait in "
                        f"{self.folder}: run `tintinh ingest` when it is back"
                    ) from error
                time.sleep(1)
            else:
                return outcome

    def _keep_hosts(self) -> None:
        """Write down what the crawl has learned of its hosts so far."""
        told = self.outcome.stats.get("hosts", {})
        if told != self.kept_hosts:
            rows_of_hosts.keep(self._connected(), told, self.hosts.addresses, self.outcome.run)
            self.kept_hosts = told

    def _keep_portal(self) -> None:
        """Keep a site that gave articles; one that was mistyped leaves nothing behind."""
        keeps, figures = self.job.keeps, self.outcome.figures
        is_portal = figures.new + figures.changed + figures.unchanged > 0 or self.outcome.stats.get("not_modified", 0)
        if keeps is not None and keeps.origin == "added" and is_portal:
            portals.keep_found(self._connected(), keeps)

    def end_at_once(self) -> None:
        """Kill the crawl, and end the statement that this run waits for. Called from another thread."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
        if not self.is_recording:
            with suppress(psycopg.Error):
                self.connection.cancel_safe(timeout=1)

    def give_up(self, reason: str) -> None:
        """Close the run's row when something unforeseen ends it; what is in the spool waits for the next run."""
        self.outcome.status, self.outcome.error = "failed", reason
        with suppress(psycopg.Error, DatabaseUnreachable):
            self._record()

    def _record(self) -> None:
        self.is_recording = True  # short, and the last that is to be done
        stats = self.outcome.stats
        complete = (
            self.outcome.status == "ok"
            and not stats.get("lists_left_out")
            and not self.job.arguments.get("max_articles")
        )
        self._connected().execute(
            query("finish_run"),
            {
                "run": self.outcome.run,
                "status": self.outcome.status,
                "complete": complete,
                "error": self.outcome.error,
                "accounts": Jsonb(_figures(stats | self.reread.figures())),
                **{name: stats.get(name, 0) for name in ("listed", "fetched", "requests", "bytes")},
            },
        )


def _figures(stats: dict[str, Any]) -> dict[str, Any]:
    """The figures of a crawl that have no column of their own."""
    return {name: value for name, value in sorted(stats.items()) if name not in _OWN_COLUMNS}


def _log_file(portal: str) -> Path:
    folder = config.home() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob(f"{portal}-*.log"))[: -LOGS_KEPT + 1 or None]:
        old.unlink(missing_ok=True)
    return folder / f"{portal}-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
