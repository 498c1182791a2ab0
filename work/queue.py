"""The queue of what workers are to do: procrastinate in a schema of its own, jobs that crawl a portal or fetch an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import procrastinate
import psycopg
from procrastinate import exceptions, schema
from procrastinate.connector import BaseConnector
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row

from ingest.errors import DatabaseTooNew, DatabaseUnreachable
from sql.load import command, query

SCHEMA = "news_queue"
# Crawls that are due, or that somebody asked for, and single addresses, which overtake them in workers of their own.
CRAWLS, ADDRESSES = "crawls", "addresses"
# A portal that a person named goes before those that are merely due.
NAMED_PRIORITY = 10
# Finished jobs are kept for so many hours: whoever asked for an address may ask how it went; of crawls news.run tells.
KEPT_HOURS = {ADDRESSES: 7 * 24, CRAWLS: 24}
# How often a job is begun anew whose worker died or was told to end.
TRIES = 5


class NotInstalled(DatabaseUnreachable):
    """The database has no queue, and we may not make it."""


class PutBack(Exception):
    """A job that was begun is to be done later: its worker ends, or another asks the same server. `seconds`: how much later."""

    def __init__(self, reason: str, seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Undone(Exception):
    """A job could not be done; the reason in one line."""


class _AsTold(procrastinate.BaseRetryStrategy):
    """Begins again what was put back, as often as it was; what failed is not tried again: when it is due it is a new job."""

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate.jobs.Job
    ) -> procrastinate.RetryDecision | None:
        if isinstance(exception, PutBack):
            return procrastinate.RetryDecision(retry_in={"milliseconds": int(exception.seconds * 1000)})
        return None


def install(connection: psycopg.Connection) -> None:
    """Make the queue, or bring it to the version of the library. Two at once are safe.

    Raises NotInstalled where we may not, DatabaseTooNew where a newer library made it.
    """
    ours = version("procrastinate")
    if installed(connection) == ours:
        return
    connection.execute(query("lock_queue"))
    try:
        _bring_to(connection, ours)
    except psycopg.errors.InsufficientPrivilege as error:
        raise NotInstalled(
            f"the database has no queue yet, and {connection.info.user} may not make it: run `tintinh db upgrade` as the owner"
        ) from error
    finally:
        if not connection.closed:
            connection.execute(query("unlock_queue"))


def _bring_to(connection: psycopg.Connection, ours: str) -> None:
    """Make the queue, or apply the files that the library has added since: each in a transaction, for one may need another's committed."""
    files = sorted(Path(schema.SchemaManager.get_migrations_path()).glob("*.sql"))
    found = installed(connection)
    if found is None:
        with connection.transaction():
            connection.execute(command("make_queue"))
            _run(connection, schema.SchemaManager.get_schema(), ours, files[-1].name)
            give_rights(connection)
        return
    if _numbers(found) > _numbers(ours):
        raise DatabaseTooNew(f"the queue was made by procrastinate {found}, this program has {ours}: upgrade tintinh")
    row = connection.execute(query("queue_reached")).fetchone()
    reached = str(row[0]) if row and row[0] else None
    left = [file for file in files if (file.name > reached if reached else _numbers(file.name) > _numbers(found))]
    for file in left:
        with connection.transaction():
            _run(connection, file.read_text(encoding="utf-8"), found, file.name)
    with connection.transaction():
        _run(connection, "", ours, files[-1].name)
        give_rights(connection)


def _run(connection: psycopg.Connection, text: str, number: str, file: str) -> None:
    """Run statements of the library in its schema, and write down how far it is."""
    connection.execute(command("search_queue"))
    connection.execute(text.encode(), prepare=False)
    named = command("name_queue").replace(b"%(version)s", number.encode()).replace(b"%(file)s", file.encode())
    connection.execute(named)


def give_rights(connection: psycopg.Connection) -> None:
    """Let news_writer put jobs in and do them, news_reader see how they go, where there are those roles."""
    connection.execute(command("queue_rights"), prepare=False)


def installed(connection: psycopg.Connection) -> str | None:
    """The version of the library that the queue was made for; None where there is none."""
    row = connection.execute(query("queue_version")).fetchone()
    return str(row[0]) if row and row[0] else None


def _numbers(text: str) -> tuple[int, ...]:
    """The three numbers of a version, or of the version in a migration's name.

    >>> _numbers("03.04.00_50_post_add_retry_failed_job_procedure.sql"), _numbers("3.10.0")
    ((3, 4, 0), (3, 10, 0))
    """
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])


def conninfo(uri: str) -> str:
    """How a connector of the library reaches the queue of the database that a libpq URI names."""
    given = conninfo_to_dict(uri)
    options = f"{given.get('options') or ''} -c search_path={SCHEMA}".strip()
    return make_conninfo(uri, options=options, application_name="tintinh worker", connect_timeout=10)


def app(connector: BaseConnector, crawl: Callable[..., None], fetch: Callable[..., None]) -> procrastinate.App:
    """The library's application with our two kinds of jobs: `crawl(portal=, is_due=)`, `fetch(url=)`.

    A function that returns has done its job; it raises PutBack or Undone.
    """
    made = procrastinate.App(connector=connector)
    made.task(name="crawl", queue=CRAWLS, retry=_AsTold())(crawl)
    made.task(name="fetch", queue=ADDRESSES, retry=_AsTold())(fetch)
    return made


class Jobs:
    """Puts jobs into the queue of a database. Use it as a context."""

    def __init__(self, uri: str) -> None:
        self._connector = procrastinate.SyncPsycopgConnector(min_size=1, max_size=1, conninfo=conninfo(uri))
        self._app = app(self._connector, _nothing, _nothing)

    def __enter__(self) -> Jobs:
        self._app.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._app.close()

    def crawl(self, portal: str, *, is_due: bool, after: float = 0.0) -> int | None:
        """Have a portal crawled, once, no sooner than in so many seconds; the number of the job, or of the one that waits for it already."""
        lock, priority = (crawl_lock(portal, is_due=is_due), 0 if is_due else NAMED_PRIORITY)
        return self._defer("crawl", CRAWLS, lock, priority, after, portal=portal, is_due=is_due)

    def fetch(self, url: str) -> int | None:
        """Have an address fetched, before all crawls; the number of the job, or of the one that waits for it already."""
        return self._defer("fetch", ADDRESSES, f"fetch {url}", 0, 0.0, url=url)

    def _defer(self, kind: str, name: str, lock: str, priority: int, after: float, **arguments: Any) -> int | None:
        when = {"milliseconds": int(after * 1000)} if after else None
        configured = self._app.configure_task(kind, queue=name, queueing_lock=lock, priority=priority, schedule_in=when)
        try:
            return int(configured.defer(**arguments))
        except exceptions.AlreadyEnqueued:
            return self._waiting(lock)

    def _waiting(self, lock: str) -> int | None:
        found = self._app.job_manager.list_jobs(queueing_lock=lock, status="todo")
        return next((found_job.id for found_job in found), None)


def crawl_lock(portal: str, *, is_due: bool) -> str:
    """What no two waiting jobs have in common; one of a person beside one that is due, which then finds nothing left to do."""
    return f"crawl {portal}" if is_due else f"crawl {portal} now"


def _nothing(**_: Any) -> None:
    raise AssertionError("whoever puts jobs into the queue does none")


def waiting_portals(connection: psycopg.Connection) -> set[str]:
    """The portals that a job is to crawl, or is crawling."""
    return {str(row[0]) for row in connection.execute(query("queued_portals"))}


def job(connection: psycopg.Connection, number: int) -> dict[str, Any] | None:
    """A job: `id`, `kind` (crawl, fetch), `what` (portal or address), `state`, `attempts`, `at` (of its last event)."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query("queued_job"), {"job": number}).fetchone()


def addresses_waiting(connection: psycopg.Connection) -> int:
    """How many addresses wait to be fetched."""
    row = connection.execute(query("addresses_waiting")).fetchone()
    return int(row[0]) if row else 0


def counts(connection: psycopg.Connection) -> Mapping[str, int]:
    """How many jobs wait, are done now, failed in the last day; and workers that are alive. Nothing where there is no queue."""
    if installed(connection) is None:
        return {}
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query("queue_counts")).fetchone() or {}
