"""`python -m bench.ingest [ARTICLES]`: ingest of new articles with 4 KB bodies against what PostgreSQL itself can do.

Compared are COPY into the very table of articles, upserts row by row without history, and ingest: of new articles, of the
same ones unchanged, of two portals at once. Interleaved rounds on one growing database, medians; ratios carry over
to other machines, rates do not. Processor time of server and client tells what other work on the machine does not.
"""

from __future__ import annotations

import io
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

import psutil
import psycopg

from bench import prose
from crawler.article import FIELDS, Article, encode
from ingest import migrate
from ingest.batch import prepare
from ingest.rows import row
from ingest.spool import seal
from ingest.store import BATCH, ingest_file
from sql.load import command
from tests.support import article
from tintinh.embedded import postgres

ARTICLES, ROUNDS = 2000, 5
_NAMES = [one.name for one in FIELDS]
_COLUMNS = (
    "portal",
    "province",
    "platform",
    "identity",
    "url",
    *_NAMES,
    "content_hash",
    "made_by",
    "changed_at",
    "first_seen_at",
)
UPSERT = (
    f"INSERT INTO news.article_current ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))}) "
    "ON CONFLICT (identity) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in (*_NAMES, "content_hash", "changed_at"))
).encode()


class Measured(NamedTuple):
    """Articles a second by the clock; milliseconds of processor an article, of the server and of this process."""

    rate: float
    server: float
    client: float


def articles(count: int, name: str) -> list[Article]:
    """New articles of a portal of that name."""
    chance = random.Random(name)
    made = []
    for number in range(count):
        body = prose.body(chance)
        address = f"http://{name}.vn/tin/{number}.html"
        made.append(
            article(number, number / 60, portal=name, url=address, fetched_url=address, identity=f"{name}.vn/{number}",
                    title=" ".join(prose.syllables(chance, 12)), body=body,
                    body_html="".join(f"<p>{part}</p>" for part in body.split("\n\n")))
        )  # fmt: skip
    return made


def spooled(given: Sequence[Article]) -> bytes:
    return b"".join(seal(encode(one)) + b"\n" for one in given)


def ingested(connection: psycopg.Connection, data: bytes) -> None:
    ingest_file(connection, io.BytesIO(data))


def copied(connection: psycopg.Connection, given: Sequence[Article]) -> None:
    """COPY in batches as large as those of ingest."""
    items = [prepare(one) for one in given]
    for start in range(0, len(items), BATCH):
        with connection.cursor() as cursor, cursor.copy(command("copy_articles")) as copy:
            for item in items[start : start + BATCH]:
                copy.write_row((*row(item), item.article.fetched_at))


def upserted(connection: psycopg.Connection, given: Sequence[Article]) -> None:
    for one in given:
        connection.execute(UPSERT, (*row(prepare(one)), one.fetched_at))


def measured(uri: str, jobs: Sequence[Callable[[psycopg.Connection], None]], count: int) -> Measured:
    """Run jobs at once, each with a connection of its own."""
    connections = [psycopg.connect(uri, autocommit=True) for _ in jobs]
    servers = [psutil.Process(one.info.backend_pid) for one in connections]
    ours = psutil.Process()

    def spent(process: psutil.Process) -> float:
        return sum(process.cpu_times()[:2])

    before, own, start = [spent(one) for one in servers], spent(ours), time.perf_counter()
    threads = [threading.Thread(target=job, args=(one,)) for job, one in zip(jobs, connections, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    server = sum(spent(one) - earlier for one, earlier in zip(servers, before, strict=True))
    client = spent(ours) - own
    for one in connections:
        one.close()
    return Measured(count / seconds, 1000 * server / count, 1000 * client / count)


def round_(uri: str, number: int, count: int) -> dict[str, Measured]:
    fresh = {kind: articles(count, f"{kind}{number}") for kind in ("copy", "row", "new", "one", "two")}
    lines = {kind: spooled(given) for kind, given in fresh.items()}
    again = spooled([replace(one, fetched_at=one.fetched_at + timedelta(days=1)) for one in fresh["new"]])
    return {
        "COPY into the same table": measured(uri, [lambda c: copied(c, fresh["copy"])], count),
        "row-by-row upserts, no history": measured(uri, [lambda c: upserted(c, fresh["row"])], count),
        "ingest, new": measured(uri, [lambda c: ingested(c, lines["new"])], count),
        "ingest, unchanged": measured(uri, [lambda c: ingested(c, again)], count),
        "ingest, new, two portals at once": measured(
            uri, [lambda c: ingested(c, lines["one"]), lambda c: ingested(c, lines["two"])], 2 * count
        ),
    }


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES
    with tempfile.TemporaryDirectory() as home, postgres.server(Path(home)) as uri:
        with psycopg.connect(uri, autocommit=True) as connection:
            migrate.upgrade(connection)
        rounds = [round_(uri, number, count) for number in range(ROUNDS)]
    print(f"{ROUNDS} rounds of {count} articles, medians{'':>14}articles/s   x COPY   ms of server, of client")
    base = median(found["COPY into the same table"].rate for found in rounds)
    for name in rounds[0]:
        rate, server, client = (median(found[name][place] for found in rounds) for place in range(3))
        print(f"  {name:<44}{rate:>12,.0f}{rate / base:>9.2f}{server:>15.2f}{client:>11.2f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
