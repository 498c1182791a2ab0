"""Articles into rows: compared first, written only where something changed, in one transaction with the history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import BinaryIO, NamedTuple

import psycopg
from psycopg import errors
from psycopg.rows import dict_row

from crawler.article import Article, encode
from crawler.lines import LONGEST_ADDRESS, Absence, Fetch
from ingest import absence, edits, locking, spool, told_dates
from ingest.batch import Batch, Item, sort_out
from ingest.history import insert_late
from ingest.redaction import redacted
from ingest.rows import copy_items, insert_new, mend_articles
from sql.load import query

# Lines of a transaction: what a failure undoes, and what others of the same portals wait for.
BATCH = 500
# What a bad item causes, unlike what a bad day causes.
ITEM_ERRORS = (
    psycopg.DataError,
    psycopg.IntegrityError,
    errors.ProgramLimitExceeded,
    UnicodeError,
    ValueError,
)


@dataclass(slots=True)
class Figures:
    """What became of the items of a batch, a segment, a run."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    gone: int = 0

    def __iadd__(self, other: Figures) -> Figures:
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.rejected += other.rejected
        self.gone += other.gone
        return self

    @property
    def items(self) -> int:
        """How many articles were met, rejects included; what is gone was not met."""
        return self.new + self.changed + self.unchanged + self.rejected


class Known(NamedTuple):
    """What the database holds of an article, as far as a comparison needs it."""

    id: int
    identity: str
    url: str
    content_hash: str
    changed_at: datetime
    last_seen_at: datetime
    made_by: str
    rules: str | None


def ingest_file(connection: psycopg.Connection, stream: BinaryIO, run: int | None = None) -> Figures:
    """Load every line of a spool segment or feed export; safe to repeat. Bad lines become rejects.

    Raises psycopg.OperationalError where the database fails; nothing of the running batch is kept then.
    """
    figures = Figures()
    for batch in _read_ahead(spool.lines(stream)):
        figures += _ingest(connection, batch, run)
    return figures


def _read_ahead(lines: Iterator[bytes]) -> Iterator[Batch]:
    """Sort out the next lines while the database is busy with the last ones."""
    with ThreadPoolExecutor(1) as beside:
        waiting: Future[Batch] | None = None
        while batch := list(islice(lines, BATCH)):
            coming = beside.submit(sort_out, batch)
            if waiting is not None:
                yield waiting.result()
            waiting = coming
        if waiting is not None:
            yield waiting.result()


def ingest_lines(connection: psycopg.Connection, lines: Sequence[bytes], run: int | None = None) -> Figures:
    """Load one batch of lines in one transaction; what other portals load meanwhile does not hold it up.

    Raises psycopg.OperationalError where the database fails; nothing of the batch is kept then.
    """
    return _ingest(connection, sort_out(lines), run)


def _ingest(connection: psycopg.Connection, batch: Batch, run: int | None) -> Figures:
    parts = batch.parts()
    return locking.tried_again(lambda: _ingest_batch(connection, batch, parts, run))


def _ingest_batch(connection: psycopg.Connection, batch: Batch, parts: Set[str], run: int | None) -> Figures:
    with connection.transaction():
        locking.hold(connection, parts)
        figures = _store(connection, batch.items, run)
        if figures.changed:
            _note_lying_validators(connection, [fetch for _, fetch in batch.fetches])
        figures.rejected += _record_fetches_or_split(connection, batch.fetches, run)
        figures += _record_absences(connection, batch.absences, run)
        for line, reason, portal, url in batch.rejects:
            _reject(connection, line, reason, portal, url, run)
        figures.rejected += len(batch.rejects)
        if run is not None:
            connection.execute(
                query("count_ingested"),
                {
                    "run": run,
                    "new": figures.new,
                    "changed": figures.changed,
                    "unchanged": figures.unchanged,
                    "rejected": figures.rejected,
                    "gone": figures.gone,
                },
            )
    return figures


def store(connection: psycopg.Connection, articles: Iterable[Article], run: int | None = None) -> Figures:
    """Store articles; the one entry for callers that hold objects, not lines."""
    return ingest_lines(connection, [encode(article) for article in articles], run)


def _store(connection: psycopg.Connection, items: Sequence[Item], run: int | None) -> Figures:
    """Store items in the order they were fetched; an item that the database refuses is rejected alone."""
    figures = Figures()
    for round_ in _rounds(sorted(items, key=lambda item: item.article.fetched_at)):
        figures += _store_or_split(connection, round_, run)
    return figures


def _rounds(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Split so that no article comes twice in one round."""
    rest = list(items)
    while rest:
        seen: set[str] = set()
        now: list[Item] = []
        later: list[Item] = []
        for item in rest:
            if item.identity in seen or item.article.url in seen:
                later.append(item)
            else:
                now.append(item)
            seen |= {item.identity, item.article.url}
        yield now
        rest = later


def _store_or_split(connection: psycopg.Connection, items: list[Item], run: int | None) -> Figures:
    try:
        with connection.transaction():
            return _store_round(connection, items)
    except ITEM_ERRORS as error:
        if len(items) == 1:
            article = items[0].article
            _reject(connection, encode(article), _told(error), article.portal, article.url, run)
            return Figures(rejected=1)
        middle = len(items) // 2
        figures = _store_or_split(connection, items[:middle], run)
        figures += _store_or_split(connection, items[middle:], run)
        return figures


def _store_round(connection: psycopg.Connection, items: list[Item]) -> Figures:
    figures = Figures()
    by_identity, by_url = _known(connection, items)
    seen: list[tuple[int, Item]] = []
    new: list[Item] = []
    write: list[Item] = []
    mend: list[Item] = []
    any_missing, any_redacted = connection.execute(query("exceptions")).fetchone() or (True, True)
    barred = redacted(connection, [item.article for item in items]) if any_redacted else {}
    if any_missing and (moved := _find_moved(connection, items, {*by_identity, *by_url, *barred})):
        items = moved
        by_identity, by_url = _known(connection, items)
    items = _with_dates_told_elsewhere(connection, items, by_identity, by_url)
    for given in items:
        if (number := _barred(barred, given)) is not None:
            figures.unchanged += 1
            seen.append((number, given))
            continue
        item, known = given, by_identity.get(given.identity)
        if known is None and (known := by_url.get(item.article.url)) is not None:
            connection.execute(query("adopt_identity"), {"id": known.id, "identity": item.identity})
        if known is not None and _is_behind_reextraction(known, given):
            item = given._replace(article=replace(given.article, fetched_at=known.changed_at))
        if known is None:
            figures.new += 1
            new.append(item)
        elif known.content_hash == item.content_hash and item.article.fetched_at >= known.changed_at:
            figures.unchanged += 1
            seen.append((known.id, item))
            if item.article.rules not in {None, known.rules} and item.article.fetched_at >= known.last_seen_at:
                mend.append(item)
        elif item.article.fetched_at >= known.last_seen_at:
            figures.changed += 1
            write.append(item)
        else:
            copy_items(connection, [item])
            inserted = insert_late(connection, known.id, item.article.fetched_at, item.content_hash, known.last_seen_at)
            connection.execute(b"TRUNCATE incoming")
            edits.note(connection, [known.id], anew=True)
            figures.changed += inserted
            figures.unchanged += not inserted
            seen.append((known.id, item))
    if new:
        ids = insert_new(connection, new)
        seen += [(ids[item.identity], item) for item in new]
    if write:
        copy_items(connection, write)
        connection.execute(query("save_revisions"))
        ids = {identity: int(key) for key, identity in connection.execute(query("upsert_articles"))}
        connection.execute(b"TRUNCATE incoming")
        edits.note(connection, list(ids.values()))
        seen += [(ids[item.identity], item) for item in write]
    if mend:
        mend_articles(connection, mend)
    _record_seen(connection, seen)
    if any_missing:
        absence.end(connection, [key for key, _ in seen], [item.article.fetched_at for _, item in seen])
    return figures


def _with_dates_told_elsewhere(
    connection: psycopg.Connection, items: list[Item], by_identity: Mapping[str, Known], by_url: Mapping[str, Known]
) -> list[Item]:
    """The items; those whose page alone was read keep the date that a list or an API told before."""
    lacking: dict[int, int] = {}
    for place, item in enumerate(items):
        known = by_identity.get(item.identity) or by_url.get(item.article.url)
        if known is not None and known.content_hash != item.content_hash and told_dates.may_lack(item.article):
            lacking[known.id] = place
    if not lacking:
        return items
    kept = list(items)
    with connection.cursor(row_factory=dict_row) as cursor:
        for stored in cursor.execute(query("dates_told_elsewhere"), {"ids": list(lacking)}):
            place = lacking[stored["id"]]
            article = told_dates.keep(items[place].article, stored)
            kept[place] = items[place]._replace(article=article, content_hash=article.content_hash)
    return kept


def _find_moved(connection: psycopg.Connection, items: Sequence[Item], known: Set[str]) -> list[Item] | None:
    """The items, known by the name that their article has now, where one has moved; None where none has."""
    unknown = [one for one in items if known.isdisjoint({one.identity, one.article.url, one.article.fetched_url})]
    names = absence.moved_since(connection, [one.article for one in unknown])
    called = {one.identity: names[place] for place, one in enumerate(unknown) if place in names}
    rest = [(one.article, one.identity) for one in unknown if one.identity not in called]
    if not absence.adopt(connection, rest) and not called:
        return None
    return [one._replace(identity=called.get(one.identity, one.identity)) for one in items]


def _barred(barred: Mapping[str, int], item: Item) -> int | None:
    keys = (item.identity, item.article.url, item.article.fetched_url)
    return next((barred[key] for key in keys if key in barred), None)


def _is_behind_reextraction(known: Known, item: Item) -> bool:
    """A page newer than every page that was read, loaded after newer rules were run over an older one.

    It counts from then on: the state that the rules made is in the history already.
    """
    return known.made_by == "reextracted" and known.last_seen_at <= item.article.fetched_at < known.changed_at


def _known(connection: psycopg.Connection, items: list[Item]) -> tuple[dict[str, Known], dict[str, Known]]:
    rows = connection.execute(
        query("known_articles"),
        {"identities": [item.identity for item in items], "urls": [item.article.url for item in items]},
    ).fetchall()
    known = [Known(*row) for row in rows]
    return {row.identity: row for row in known}, {row.url: row for row in known}


def _record_seen(connection: psycopg.Connection, seen: list[tuple[int, Item]]) -> None:
    if not seen:
        return
    ids = [key for key, _ in seen]
    moments = [item.article.fetched_at for _, item in seen]
    connection.execute(query("record_sightings"), {"ids": ids, "moments": moments})
    addresses = [
        (url, key, item.article.fetched_at)
        for key, item in seen
        for url in dict.fromkeys((item.article.url, item.article.fetched_url))
        if url and len(url.encode()) <= LONGEST_ADDRESS
    ]
    connection.execute(
        query("record_addresses"),
        {
            "urls": [a[0] for a in addresses],
            "ids": [a[1] for a in addresses],
            "moments": [a[2] for a in addresses],
        },
    )


def _record_absences(
    connection: psycopg.Connection, absences: Sequence[tuple[bytes, Absence]], run: int | None
) -> Figures:
    """Record what was missing; a line that the database refuses is rejected alone."""
    figures = Figures()
    for line, one in absences:
        try:
            with connection.transaction():
                gone, moved = absence.record(connection, one, run)
        except ITEM_ERRORS as error:
            _reject(connection, line, _told(error), one.portal, one.url, run)
            figures.rejected += 1
        else:
            figures += Figures(gone=gone, new=-moved, unchanged=moved)
    return figures


def _note_lying_validators(connection: psycopg.Connection, fetches: Sequence[Fetch]) -> None:
    """Write down hosts whose pages changed under the validators of before; those of before are still in the database."""
    given = [fetch for fetch in fetches if fetch.status == 200 and (fetch.etag or fetch.last_modified)]
    connection.execute(
        query("note_lying_validators"),
        {
            "urls": [fetch.url for fetch in given], "moments": [fetch.fetched_at for fetch in given],
            "etags": [fetch.etag for fetch in given], "modified": [fetch.last_modified for fetch in given],
        },
    )  # fmt: skip


def _record_fetches_or_split(
    connection: psycopg.Connection, fetches: list[tuple[bytes, Fetch]], run: int | None
) -> int:
    """Record responses; one that the database refuses is rejected alone. How many were."""
    try:
        with connection.transaction():
            _record_fetches(connection, [fetch for _, fetch in fetches], run)
    except ITEM_ERRORS as error:
        if len(fetches) == 1:
            line, fetch = fetches[0]
            _reject(connection, line, _told(error), fetch.portal, fetch.url, run)
            return 1
        middle = len(fetches) // 2
        return _record_fetches_or_split(connection, fetches[:middle], run) + _record_fetches_or_split(
            connection, fetches[middle:], run
        )
    return 0


def _told(error: BaseException) -> str:
    return getattr(getattr(error, "diag", None), "message_primary", None) or str(error)


def _record_fetches(connection: psycopg.Connection, fetches: list[Fetch], run: int | None) -> None:
    fetches = [fetch for fetch in fetches if len(fetch.url.encode()) <= LONGEST_ADDRESS]
    if not fetches:
        return
    columns = {
        "runs": [fetch.run_id if fetch.run_id is not None else run for fetch in fetches],
        "portals": [fetch.portal for fetch in fetches],
        "urls": [fetch.url for fetch in fetches],
        "moments": [fetch.fetched_at for fetch in fetches],
        "statuses": [fetch.status for fetch in fetches],
        "etags": [fetch.etag for fetch in fetches],
        "modified": [fetch.last_modified for fetch in fetches],
        "bytes": [fetch.bytes for fetch in fetches],
        "digests": [fetch.digest for fetch in fetches],
        "errors": [fetch.error for fetch in fetches],
        "files": [fetch.archive_file for fetch in fetches],
        "offsets": [fetch.archive_offset for fetch in fetches],
        "lengths": [fetch.archive_length for fetch in fetches],
        "types": [fetch.archive_type for fetch in fetches],
        "addresses": [fetch.address for fetch in fetches],
    }
    connection.execute(query("record_fetches"), columns)
    good = [fetch for fetch in fetches if fetch.status in {200, 304}]
    connection.execute(
        query("record_validators"),
        {
            "urls": [fetch.url for fetch in good],
            "moments": [fetch.fetched_at for fetch in good],
            "statuses": [fetch.status for fetch in good],
            "etags": [fetch.etag for fetch in good],
            "modified": [fetch.last_modified for fetch in good],
        },
    )


def _reject(
    connection: psycopg.Connection,
    item: bytes,
    reason: str,
    portal: str | None,
    url: str | None,
    run: int | None,
) -> None:
    clean = [
        value.replace("\x00", "").encode("utf-8", "replace").decode() if value else value
        for value in (reason, portal, url)
    ]
    connection.execute(
        query("record_reject"),
        {"run": run, "portal": clean[1], "url": clean[2], "reason": clean[0], "item": item},
    )
