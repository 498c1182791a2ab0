"""A worker: takes jobs from the queue, some crawls at a time and single addresses beside them, and keeps the queue in order."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Protocol

import procrastinate
import psycopg
from procrastinate import exceptions
from procrastinate.jobs import Status

from ingest.errors import DatabaseUnreachable
from work import queue

# Seconds without a heartbeat after which a worker counts as dead, and between two heartbeats.
SILENCE_SECONDS = 30.0
HEARTBEAT_SECONDS = 8.0
# Seconds between two looks for jobs where the database's notice was lost, which a reconnect may do.
POLL_SECONDS = 3.0
# Seconds between two looks for what is due and whose worker died.
UPKEEP_SECONDS = 10.0
# Seconds between two times that finished jobs are forgotten.
FORGET_SECONDS = 3600.0
# Single addresses that are fetched at a time, beside the crawls.
ADDRESSES_AT_A_TIME = 2
# Seconds to wait for a database that is away.
PAUSE_SECONDS = 5.0

# What passes: a database that is away or restarts, one that no longer knows this worker, because its heartbeat was late.
PASSING = (psycopg.Error, exceptions.ConnectorException, DatabaseUnreachable, TimeoutError)


class Doing(Protocol):
    """What a worker does; called in threads."""

    def crawl(self, portal: str, is_due: bool) -> None:
        """Crawl a portal. Raises PutBack, Undone."""

    def fetch(self, url: str) -> None:
        """Fetch an address. Raises PutBack, Undone."""

    def upkeep(self, begin_anew: Callable[[], None]) -> None:
        """Take runs from workers that fell silent, have their jobs begun anew, queue what is due; one worker at a time does it."""

    def end(self, *, at_once: bool) -> None:
        """Let what is being done end."""

    def revive(self) -> str:
        """The libpq URI of the database, once it is there again. Raises DatabaseUnreachable."""


class Worker:
    """Works until `end` is called; with `is_once` until nothing waits."""

    def __init__(self, uri: str, doing: Doing, say: Callable[[str], None], *, at_a_time: int, is_once: bool) -> None:
        self.uri, self.doing, self.say, self.at_a_time, self.is_once = uri, doing, say, at_a_time, is_once
        self._tasks: list[asyncio.Task[None]] = []
        self._signals = 0
        self._forgets_at = 0.0

    def run(self) -> None:
        """Work; SIGTERM and SIGINT end it, a second one at once."""
        logging.getLogger("procrastinate").addHandler(logging.NullHandler())
        logging.getLogger("procrastinate").propagate = False  # what went wrong is said in one line, by us
        asyncio.run(self._run())

    def end(self) -> None:
        """Take no more jobs and let those under way end; called again, at once."""
        self._signals += 1
        self.doing.end(at_once=self._signals > 1)
        for task in self._tasks:
            task.cancel()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        # Every job is done in a thread, and so is the upkeep: none waits for another's.
        loop.set_default_executor(ThreadPoolExecutor(self.at_a_time + ADDRESSES_AT_A_TIME + 2))
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.end)
        while not self._signals:
            try:
                await self._work()
            except BaseExceptionGroup as group:
                await self._outlive(_first(group))
            except PASSING as error:
                await self._outlive(error)
            else:
                return

    async def _outlive(self, error: BaseException) -> None:
        """Wait for the database where that is what is missing. Raises every other error, and with `is_once` DatabaseUnreachable."""
        if not isinstance(error, PASSING):
            raise error
        reason = " ".join(str(error).split()) or type(error).__name__
        if self.is_once:
            raise DatabaseUnreachable(f"the database went away: {reason}") from error
        self.say(f"the database went away ({reason}): waiting for it")
        await self._wait_for_database()

    async def _work(self) -> None:
        connector = procrastinate.PsycopgConnector(min_size=1, max_size=6, conninfo=queue.conninfo(self.uri))
        app = queue.app(connector, self.doing.crawl, self.doing.fetch)
        async with app.open_async():
            await self._keep(app)
            async with asyncio.TaskGroup() as group:
                for name, number in ((queue.ADDRESSES, ADDRESSES_AT_A_TIME), (queue.CRAWLS, self.at_a_time)):
                    self._tasks.append(group.create_task(self._take(app, name, number)))
                if not self.is_once:
                    self._tasks.append(group.create_task(self._keep_in_order(app)))

    async def _take(self, app: procrastinate.App, name: str, number: int) -> None:
        with suppress(asyncio.CancelledError):
            await app.run_worker_async(
                queues=[name], name=name, concurrency=number, wait=not self.is_once, install_signal_handlers=False,
                fetch_job_polling_interval=POLL_SECONDS, update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=SILENCE_SECONDS,
            )  # fmt: skip

    async def _keep_in_order(self, app: procrastinate.App) -> None:
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(UPKEEP_SECONDS)
                await self._keep(app)

    async def _keep(self, app: procrastinate.App) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.to_thread(
            self.doing.upkeep, lambda: asyncio.run_coroutine_threadsafe(_begin_anew(app), loop).result(SILENCE_SECONDS)
        )
        if loop.time() >= self._forgets_at:  # it looks at every job: not each time
            self._forgets_at = loop.time() + FORGET_SECONDS
            for name, hours in queue.KEPT_HOURS.items():
                await app.job_manager.delete_old_jobs(
                    nb_hours=hours, queue=name, include_failed=True, include_cancelled=True, include_aborted=True
                )

    async def _wait_for_database(self) -> None:
        while not self._signals:
            await asyncio.sleep(PAUSE_SECONDS)
            with suppress(DatabaseUnreachable):
                self.uri = await asyncio.to_thread(self.doing.revive)
                return


async def _begin_anew(app: procrastinate.App) -> None:
    """Put the jobs of dead workers back; one that ended too many has failed, and so has one that waits a second time."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE_SECONDS):
        if job.attempts < queue.TRIES:
            with suppress(exceptions.UniqueViolation):
                await app.job_manager.retry_job(job)
                continue
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first exception of a group that is none itself."""
    found = group.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found
