"""Today's rules over the archived pages: all cores, no network; what changes becomes revisions marked `reextracted`.

Markup, pictures and the rules themselves (`Field.mended`) are put into the state that is there.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from crawler.archive import files, records
from crawler.archive.files import NotInArchive
from crawler.article import FIELDS, Article, InvalidArticle, encode
from crawler.fields import Field
from crawler.net import reading
from crawler.platforms import extract, rules
from crawler.platforms.base import NotAnArticle
from crawler.platforms.page import UnreadablePage
from ingest import told_dates
from ingest.batch import prepare
from ingest.reextraction import note_rules, note_unread, write_reextracted
from reader import stored as articles
from sql.load import query
from tintinh.run import due

CHUNK = 100  # articles that a process takes at a time: a second's work
SAMPLES = 3  # differences of a field that a dry run shows
_DECODER = msgspec.json.Decoder(Article)


class Changed(NamedTuple):
    """An article that today's rules read otherwise."""

    id: int
    before: str  # the hash of the state it was compared with
    line: bytes


@dataclass(slots=True)
class Result:
    """What became of some articles.

    `changed` become new states, `mended` do not; `same` are as they were read before, by the rules named beside.
    `unread`: today's rules find no article in any of their pages; `in_vain` names these and those without a page.
    """

    last: int = 0
    read: int = 0
    without_page: int = 0
    unread: int = 0
    changed: list[Changed] = field(default_factory=list)
    mended: list[Changed] = field(default_factory=list)
    same: list[tuple[int, str]] = field(default_factory=list)
    in_vain: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Total:
    """What became of a portal's articles, and for each field how many change, with samples.

    `left`: articles that other rules read and for which the time was up.
    """

    read: int = 0
    without_page: int = 0
    unread: int = 0
    changed: int = 0
    mended: int = 0
    left: int = 0
    fields: dict[str, int] = field(default_factory=dict)
    samples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, result: Result) -> None:
        """Count what became of some articles more."""
        self.read += result.read
        self.without_page += result.without_page
        self.unread += result.unread
        self.changed += len(result.changed)
        self.mended += len(result.mended)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    connection: psycopg.Connection,
    uri: str,
    root: Path,
    portal: str,
    *,
    dry: bool,
    jobs: int,
    progress: Callable[[Total], None] = lambda _: None,
    only_due: bool = False,
    seconds: float = math.inf,
) -> Total:
    """Re-extract a portal's articles in the order of their ids; the caller holds the portal's lock.

    A run that was interrupted is taken up where it stopped if the rules are still the same. `only_due`: only what other
    rules than today's read last; what is read then is not due any more. After so many seconds no more is begun.
    """
    total, moment = Total(), datetime.now(UTC)
    today = due.parameters(connection, portal)
    version = rules.together(today["platforms"])
    run_id, after = (None, 0) if dry else _start(connection, portal, version, anew=only_due)
    status: str
    error: str | None
    status, error = "interrupted", "stopped before its end"
    chunks = _chunks(connection, "reread_next" if only_due else "reextract_next", today, after, seconds)
    try:
        for result in _results(chunks, uri, root, moment, jobs):
            total.add(result)
            if dry:
                _describe(connection, [*result.changed, *result.mended], total)
            else:
                written = _write(connection, result)
                total.changed += written - len(result.changed)
                _record(connection, run_id, None if only_due else result.last, version, total)
            progress(total)
        total.left = due.left(connection, today) if only_due else 0
        status, error = ("partial", "the time was up") if total.left else ("ok", None)
    finally:
        if run_id is not None and not connection.closed:
            accounts = {"mended": total.mended, "without_page": total.without_page, "left": total.left}
            connection.execute(
                query("finish_reextraction"),
                {"run": run_id, "status": status, "error": error, "accounts": Jsonb(accounts)},
            )
    return total


def read_here(connection: psycopg.Connection, root: Path, ids: Sequence[int], moment: datetime) -> Result:
    """Re-extract a few articles in this process; their new states begin at `moment`."""
    result = _read(connection, root, moment, ids)
    _write(connection, result)
    return result


def _write(connection: psycopg.Connection, result: Result) -> int:
    """Store what became of some articles; how many got a new state."""
    readings = [[(one.before, _DECODER.decode(one.line)) for one in found] for found in (result.changed, result.mended)]
    written = write_reextracted(connection, *readings)
    for note, found in ((note_rules, result.same), (note_unread, result.in_vain)):
        if found:
            note(connection, [number for number, _ in found], [version for _, version in found])
    return written


def _start(connection: psycopg.Connection, portal: str, version: str, *, anew: bool) -> tuple[int, int]:
    row = connection.execute(query("reextract_resume"), {"portal": portal, "rules": version}).fetchone()
    after = int(row[0]) if row and not anew else 0
    connection.execute(query("interrupt_stale_runs"))
    row = connection.execute(query("start_run"), {"portal": portal, "kind": "reextract", "rules": version}).fetchone()
    assert row is not None
    _record(connection, int(row[0]), None if anew else after, version, Total())
    return int(row[0]), after


def _record(
    connection: psycopg.Connection, run_id: int | None, reached: int | None, version: str, total: Total
) -> None:
    figures = {
        "fetched": total.read, "changed": total.changed, "rejected": total.unread,
        "unchanged": total.read - total.changed - total.unread,
    }  # fmt: skip
    connection.execute(query("reextract_reached"), {"run": run_id, "reached": reached, "rules": version, **figures})


def _results(chunks: Iterator[list[int]], uri: str, root: Path, moment: datetime, jobs: int) -> Iterator[Result]:
    """Results of chunks of ids in order; only so many chunks are under way, so that memory stays flat."""
    # spawn: a forked process would share this one's connection
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _prepare, (uri, str(root), moment)) as pool:
        under_way: deque[Future[Result]] = deque()
        try:
            for ids in chunks:
                with _deaf():  # the pool starts its processes here
                    under_way.append(pool.submit(_work, ids))
                if len(under_way) > 2 * jobs:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes started meanwhile hear no Ctrl-C and no SIGTERM, which may be sent to all: the one that leads decides."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _chunks(
    connection: psycopg.Connection, statement: str, today: Mapping[str, Any], after: int, seconds: float
) -> Iterator[list[int]]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        rows = connection.execute(query(statement), {**today, "after": after, "most": CHUNK}).fetchall()
        if not rows:
            return
        ids = [int(row[0]) for row in rows]
        after = ids[-1]
        yield ids


def _describe(connection: psycopg.Connection, changed: Sequence[Changed], total: Total) -> None:
    for one in changed:
        before = articles.article(connection, str(one.id))
        if before is None:
            continue
        after = msgspec.json.decode(one.line)
        after["published_at"] = _DECODER.decode(one.line).published_at
        for name in (known.name for known in FIELDS if known.name != "rules"):
            if before[name] != after[name]:
                total.fields[name] = total.fields.get(name, 0) + 1
                samples = total.samples.setdefault(name, [])
                if len(samples) < SAMPLES:
                    samples.append({"id": one.id, "before": before[name], "after": after[name]})


class _Worker:
    """What a process of the pool keeps between chunks."""

    connection: psycopg.Connection
    root: Path
    moment: datetime


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _prepare(uri: str, root: str, moment: datetime) -> None:
    # After `kill -9` of the leading process nobody would tell this one, and it would hold its connection for ever.
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _Worker.connection = psycopg.connect(uri, autocommit=True, application_name="tintinh")
    _Worker.root, _Worker.moment = Path(root), moment


def _work(ids: list[int]) -> Result:
    return _read(_Worker.connection, _Worker.root, _Worker.moment, ids)


def _read(connection: psycopg.Connection, root: Path, moment: datetime, ids: Sequence[int]) -> Result:
    result = Result(last=ids[-1])
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(query("reextract_pages"), {"ids": list(ids)}):
            version = rules.of(row["platform"] or "")
            article = None
            if not row["pages"]:
                result.without_page += 1
            else:
                result.read += 1
                article = _itself(
                    reread(root, row["pages"], row["portal"], row["province"], row["platform"], moment), row
                )
                result.unread += article is None
            if article is not None:
                _compare(article, row, result)
            elif version is not None:
                result.in_vain.append((row["id"], version))
    return result


def _itself(article: Article | None, row: Mapping[str, Any]) -> Article | None:
    """An article under the name and address that it has, even if today's rules would name it otherwise; None if unstorable."""
    if article is None:
        return None
    try:
        named = replace(article, identity=row["identity"], url=row["url"])
        return prepare(told_dates.keep(named, row)).article
    except InvalidArticle:
        return None


def _compare(article: Article, row: Mapping[str, Any], result: Result) -> None:
    """Put an article where it belongs: as every field of its present state is, or not."""
    other = differences(article, row)
    changed = Changed(row["id"], row["content_hash"], encode(article))
    if any(not one.mended for one in other):
        result.changed.append(changed)
    elif article.content_hash != row["content_hash"] or any(one.name != "rules" for one in other):
        result.mended.append(changed)
    elif other and article.rules:
        result.same.append((row["id"], article.rules))


def differences(article: Article, row: Mapping[str, Any]) -> list[Field]:
    """The fields in which an article is not what a row of the database holds."""
    return [one for one in FIELDS if one.stored(getattr(article, one.name)) != row[one.name]]


def reread(
    root: Path, pages: Sequence[str], portal: str, province: str | None, platform: str | None, moment: datetime
) -> Article | None:
    """The article of the newest of these pages that is one: an address may have answered with a page of excuses since."""
    for page in pages:
        file, offset, length = page.rsplit(" ", 2)
        try:
            record = records.read(files.member(root, file, int(offset), int(length)))
            with reading.bounded(reading.SECONDS):
                article = extract.from_payload(
                    record.url,
                    record.payload,
                    record.content_type,
                    portal=portal,
                    province=province,
                    platform=platform,
                    fetched_at=records.moment_of(record.headers["WARC-Date"]),  # “2 giờ trước” counts from there
                )
            return replace(article, fetched_at=moment)
        except (NotInArchive, records.DamagedRecord, NotAnArticle, UnreadablePage, reading.TookTooLong):
            continue
    return None
