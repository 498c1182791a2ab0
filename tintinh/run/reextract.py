"""Today's rules over the archived pages: all cores, no network; what changes becomes revisions marked `reextracted`."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import psycopg

from crawler.archive import files, records
from crawler.archive.files import NotInArchive
from crawler.article import Article, encode
from crawler.platforms import extract
from crawler.platforms.base import NotAnArticle
from crawler.platforms.page import UnreadablePage
from crawler.platforms.rules import version
from ingest.reextraction import write_reextracted
from reader import articles
from reader.difference import FIELDS
from sql.load import query

CHUNK = 100
SAMPLES = 3
COMPARED = (*FIELDS, "published_precision")
_DECODER = msgspec.json.Decoder(Article)


class Changed(NamedTuple):
    """An article that today's rules read otherwise."""

    id: int
    before: str  # the hash of the state it was compared with
    line: bytes


@dataclass(slots=True)
class Result:
    """What became of some articles. `unread`: today's rules find no article in any of their pages."""

    last: int = 0
    read: int = 0
    without_page: int = 0
    unread: int = 0
    changed: list[Changed] = field(default_factory=list)


@dataclass(slots=True)
class Total:
    """What became of a portal's articles, and for each field how many change, with samples."""

    read: int = 0
    without_page: int = 0
    unread: int = 0
    changed: int = 0
    fields: dict[str, int] = field(default_factory=dict)
    samples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, result: Result) -> None:
        self.read += result.read
        self.without_page += result.without_page
        self.unread += result.unread
        self.changed += len(result.changed)


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
) -> Total:
    """Re-extract a portal's articles in the order of their ids; the caller holds the portal's lock.

    A run that was interrupted is taken up where it stopped if the rules are still the same.
    """
    total, moment, rules = Total(), datetime.now(UTC), version()
    run_id, after = (None, 0) if dry else _start(connection, portal, rules)
    status, error = "interrupted", "stopped before its end"
    try:
        for result in _results(connection, uri, root, portal, after, moment, jobs):
            total.add(result)
            if dry:
                _describe(connection, result.changed, total)
            else:
                found = [(changed.before, _DECODER.decode(changed.line)) for changed in result.changed]
                written = write_reextracted(connection, found)
                total.changed += written - len(found)
                _record(connection, run_id, result.last, rules, total)
            progress(total)
        status, error = "ok", None  # type: ignore[assignment]
    finally:
        if run_id is not None and not connection.closed:
            connection.execute(query("finish_reextraction"), {"run": run_id, "status": status, "error": error})
    return total


def _start(connection: psycopg.Connection, portal: str, rules: str) -> tuple[int, int]:
    row = connection.execute(query("reextract_resume"), {"portal": portal, "rules": rules}).fetchone()
    after = int(row[0]) if row else 0
    connection.execute(query("interrupt_stale_runs"))
    row = connection.execute(query("start_run"), {"portal": portal, "kind": "reextract", "rules": rules}).fetchone()
    assert row is not None
    _record(connection, int(row[0]), after, rules, Total())
    return int(row[0]), after


def _record(connection: psycopg.Connection, run_id: int | None, reached: int, rules: str, total: Total) -> None:
    figures = {
        "fetched": total.read, "changed": total.changed, "rejected": total.unread,
        "unchanged": total.read - total.changed - total.unread,
    }  # fmt: skip
    connection.execute(query("reextract_reached"), {"run": run_id, "reached": reached, "rules": rules, **figures})


def _results(
    connection: psycopg.Connection, uri: str, root: Path, portal: str, after: int, moment: datetime, jobs: int
) -> Iterator[Result]:
    """Results of chunks of ids in order; only so many chunks are under way, so that memory stays flat."""
    chunks = _chunks(connection, portal, after)
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


def _chunks(connection: psycopg.Connection, portal: str, after: int) -> Iterator[list[int]]:
    while True:
        rows = connection.execute(query("reextract_next"), {"portal": portal, "after": after, "most": CHUNK}).fetchall()
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
        for name in COMPARED:
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
    result = Result(last=ids[-1])
    for row in _Worker.connection.execute(query("reextract_pages"), {"ids": ids}):
        number, portal, province, platform, identity, url, before, pages = row
        if not pages:
            result.without_page += 1
            continue
        result.read += 1
        article = reread(_Worker.root, pages, portal, province, platform, _Worker.moment)
        if article is None:
            result.unread += 1
            continue
        # The article stays itself, even if today's rules would name it otherwise.
        article = replace(article, identity=identity, url=url)
        if article.content_hash != before:
            result.changed.append(Changed(number, before, encode(article)))
    return result


def reread(
    root: Path, pages: Sequence[str], portal: str, province: str | None, platform: str | None, moment: datetime
) -> Article | None:
    """The article of the newest of these pages that is one: an address may have answered with a page of excuses since."""
    for page in pages:
        file, offset, length = page.rsplit(" ", 2)
        try:
            record = records.read(files.member(root, file, int(offset), int(length)))
            return extract.from_payload(
                record.url,
                record.payload,
                record.content_type,
                portal=portal,
                province=province,
                platform=platform,
                fetched_at=moment,
            )
        except (NotInArchive, records.DamagedRecord, NotAnArticle, UnreadablePage):
            continue
    return None
