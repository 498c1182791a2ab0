"""What a worker does: crawls portals, fetches addresses, looks after the queue. Called in threads."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

import psycopg

from ingest import migrate, portals
from ingest.errors import DatabaseUnreachable
from sql.load import query
from tintinh import config
from tintinh.run import known_portals, watching
from tintinh.run.crawl import Job, Outcome, Stop, crawl
from tintinh.run.portal_files import of_file
from tintinh.run.portal_files import portals as files
from vietnam.dates import VIETNAM
from work import channels, notices, queue

# Seconds after which a job is looked at again whose server another run asks.
LATER_SECONDS = 15.0
# And one whose host wants to be left alone, or whose portal has had its requests of the day.
WAIT_SECONDS = 900.0
# Seconds that a run which was told to end at once may take, before the process ends whatever it waits for.
HURRY_SECONDS = 3.0


class NotNow(Exception):
    """A run must not begin now. `seconds`: after how long it is worth another look."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


@dataclass(slots=True)
class _Job:
    """How one ended: `done`, `later`, `failed`; empty before."""

    ended: str = ""


class Doing:
    """Does jobs with the database of a libpq URI; `say` gets one line a run, `told` are addresses of notices.

    `begin_anew` puts a new process in the place of this one. `ended` counts jobs by how they ended.
    """

    def __init__(
        self, uri: str, say: Callable[[str], None], told: Sequence[str], begin_anew: Callable[[], NoReturn]
    ) -> None:
        self.uri, self.say, self.told, self.begin_anew = uri, say, told, begin_anew
        self.ended = dict.fromkeys(("done", "later", "failed"), 0)
        self._counting = threading.Lock()
        self._stops: set[Stop] = set()
        self._ending = threading.Event()

    def crawl(self, portal: str, is_due: bool) -> None:
        """Crawl a portal; one that is due asks what is due. Raises PutBack, Undone."""
        with self._told_in_one_line(portal) as job:
            try:
                self._crawl(portal, is_due)
            except NotNow as error:  # a job of its own: how often one was put back says how many workers it ended
                with queue.Jobs(self.uri) as jobs:
                    jobs.crawl(portal, is_due=is_due, after=error.seconds)
                self.say(f"{portal}: later, {error}")
                job.ended = "later"

    def _crawl(self, portal: str, is_due: bool) -> None:
        with config.connect(self.uri) as connection:
            known = portals.stored(connection)
            if is_due and not _is_due(connection, portal):
                return  # somebody else crawled it meanwhile
        revisit = "due" if is_due else "all"
        (job,) = known_portals.jobs([portal], known, {}, {"TINTINH_REVISIT": revisit})
        self._run(job)

    def fetch(self, url: str) -> None:
        """Fetch a single article. Raises PutBack, Undone."""
        with self._told_in_one_line(url):
            with config.connect(self.uri) as connection:
                known = portals.stored(connection)
            for job in known_portals.fetch_jobs([url], known):
                try:
                    self._run(job)
                except NotNow as error:  # whoever wants it now is told that it cannot be
                    self.say(f"{url}: {error}")
                    raise queue.Undone(str(error)) from error

    def upkeep(self, begin_anew: Callable[[], None]) -> None:
        """Cut off workers that fell silent, have their jobs begun anew, queue what is due."""
        with config.connect(self.uri) as connection:
            row = connection.execute(query("lock_upkeep")).fetchone()
            if not (row and row[0]):
                return  # another worker does it just now
            for _, portal, _ in self._expired(connection):
                self.say(f"{portal}: its worker fell silent, its run is taken over")
            begin_anew()
            enqueue_due(self.uri, connection)
        watching.after_run(self.uri, self.say)  # digests and quiet hours end, notices are tried again

    def end(self, *, at_once: bool) -> None:
        """Let runs end as Ctrl-C does; `at_once` kills them, and then the process."""
        self._ending.set()
        for stop in list(self._stops):
            stop.set()
            if at_once:
                stop.at_once.set()
                stop.hurry()
        if at_once:
            timer = threading.Timer(HURRY_SECONDS, os._exit, (130,))
            timer.daemon = True
            timer.start()

    def revive(self) -> str:
        """The URI of the database once it answers again. Raises DatabaseUnreachable."""
        self.uri = config.revived(self.uri)
        config.connect(self.uri).close()
        return self.uri

    def _run(self, job: Job) -> None:
        if self._ending.is_set():
            raise queue.PutBack("the worker ends")
        job.is_leased = True
        stop = Stop()
        self._stops.add(stop)
        try:
            outcome = crawl(self.uri, job, stop, lambda _: None, self.say)
        finally:
            self._stops.discard(stop)
        if outcome.is_lost:  # this worker's jobs are others' by now: it must not say how they ended
            self.say(f"{job.portal}: this worker fell silent, others have its work; it begins anew")
            self.begin_anew()
        if outcome.status == "interrupted":
            raise queue.PutBack(outcome.error or "interrupted", 0.0 if self._ending.is_set() else LATER_SECONDS)
        if outcome.status in {"busy", "waits"}:
            raise NotNow(outcome.error or outcome.status, LATER_SECONDS if outcome.status == "busy" else WAIT_SECONDS)
        self.say(line(outcome))
        watching.after_run(self.uri, self.say)
        self._notify()
        if outcome.status in {"failed", "blocked"}:
            raise queue.Undone(outcome.error or outcome.status)

    def _expired(self, connection: psycopg.Connection) -> list[tuple[int, str, bool | None]]:
        try:
            return connection.execute(query("expire_leases")).fetchall()
        except psycopg.errors.InsufficientPrivilege as error:
            self.say(f"a worker that fell silent cannot be cut off: {error.diag.message_primary}")
            return []

    def _notify(self) -> None:
        """Tell of portals that changed their state; what cannot be told now waits."""
        with suppress(psycopg.Error, DatabaseUnreachable), config.connect(self.uri) as connection:
            migrate.become(connection, "news_writer")
            for address in self.told:
                if reason := notices.tell(connection, address, channels.deliver):
                    self.say(reason)

    @contextmanager
    def _told_in_one_line(self, what: str) -> Iterator[_Job]:
        """A job ends as done, put back or undone, each with a line; what nobody foresaw is undone, too, and the worker goes on."""
        job = _Job()
        try:
            yield job
            job.ended = job.ended or "done"
        except queue.PutBack as error:
            job.ended = "later"
            self.say(f"{what}: later, {error}")
            raise
        except queue.Undone:
            job.ended = "failed"
            raise
        except (psycopg.Error, DatabaseUnreachable) as error:
            job.ended = "later"
            self.say(f"{what}: {' '.join(str(error).split())}")
            raise queue.PutBack("the database went away", LATER_SECONDS) from error
        except Exception as error:
            job.ended = "failed"
            self.say(f"{what}: {type(error).__name__}: {' '.join(str(error).split())}")
            raise queue.Undone(str(error)) from error
        finally:
            with self._counting:
                self.ended[job.ended or "failed"] += 1


def line(outcome: Outcome) -> str:
    """How a run ended, in one line.

    >>> line(Outcome("hue", "ok", 7))
    'hue: ok, 0 new, 0 changed, 0 gone'
    >>> line(Outcome("hue", "failed", 8, error="no such host"))
    'hue: failed, 0 new, 0 changed, 0 gone: no such host'
    """
    figures = outcome.figures
    reason = f": {' '.join(outcome.error.split())}" if outcome.error else ""
    return (
        f"{outcome.portal}: {outcome.status}, {figures.new} new, {figures.changed} changed, {figures.gone} gone{reason}"
    )


def enqueue_due(uri: str, connection: psycopg.Connection) -> dict[str, int]:
    """Queue the portals that are due and open at this hour, and that no job is for yet; the job of each by its name."""
    known = portals.stored(connection)
    for name in files():
        row = of_file(name)
        if row is not None and name not in known:  # a portal with a file is known from the first look on
            portals.keep(connection, row)
            known[name] = row
    waiting, hour = queue.waiting_portals(connection), datetime.now(VIETNAM).time()
    wanted = [name for name in _due(connection) if name not in waiting and known[name].is_open(hour)]
    if not wanted:
        return {}
    with queue.Jobs(uri) as jobs:
        found = {name: jobs.crawl(name, is_due=True) for name in wanted}
    return {name: number for name, number in found.items() if number is not None}


def _is_due(connection: psycopg.Connection, portal: str) -> bool:
    """Whether a portal is due. Raises NotNow while a run of it goes on, which may be one that nobody has taken over yet."""
    row = connection.execute(query("portal_is_due"), {"portal": portal}).fetchone()
    if row is not None and row[0] is None:
        raise NotNow("a run of it goes on", LATER_SECONDS)
    return row is not None and bool(row[0])


def _due(connection: psycopg.Connection) -> list[str]:
    return [str(row[0]) for row in connection.execute(query("due_portals"))]
