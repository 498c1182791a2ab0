"""`python -m bench.reextract [ARTICLES]`: re-extraction from the archive against extraction alone, per core.

The demo portal's pages under many numbers, stored and archived as a crawl would; every tenth article was read otherwise
by “older rules”. Extraction alone reads the same pages from memory. Processor time, because other
work on the machine does not count there.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import psycopg

from crawler.archive import records
from crawler.archive.files import ArchiveWriter
from crawler.article import Article
from crawler.lines import Fetch
from crawler.platforms import extract
from ingest import migrate
from ingest.store import ingest_lines
from ingest.store import store as store_articles
from tintinh.demo.site import DemoSite
from tintinh.demo.truth import expected
from tintinh.embedded import postgres
from tintinh.run import reextract

ARTICLES, ROUNDS = 2000, 3
SEEN = datetime(2026, 11, 5, tzinfo=UTC)
HEADERS = [("Content-Type", "text/html; charset=utf-8")]


def pages() -> list[tuple[str, bytes]]:
    portal = DemoSite()
    return [(f"http://demo.example.vn{truth.path}", portal.page(truth.path).body) for truth in expected()]


def fill(connection: psycopg.Connection, root: Path, articles: int) -> None:
    """Store and archive so many articles."""
    import msgspec

    writer = ArchiveWriter(root, "bench", "bench")
    given = pages()
    batch: list[Article] = []
    fetches: list[bytes] = []
    for number in range(articles):
        url, body = given[number % len(given)]
        url, moment = f"{url}?n={number}", SEEN + timedelta(seconds=number)
        record, kind, _ = records.response(url, moment, 200, HEADERS, body, ip=None)
        place = writer.write(moment, kind, record)
        read = records.read(record)
        article = extract.from_payload(
            read.url,
            read.payload,
            read.content_type,
            portal="bench",
            province=None,
            platform="joomla",
            fetched_at=moment,
        )
        title = f"Cũ: {article.title}" if number % 10 == 0 else article.title
        batch.append(replace(article, title=title, url=url, fetched_url=url, identity=f"bench/{number}"))
        fetch = Fetch(
            portal="bench", url=url, fetched_at=moment, status=200, archive_file=place.file, archive_offset=place.offset,
            archive_length=place.length, archive_type=place.type,
        )  # fmt: skip
        fetches.append(msgspec.json.encode(fetch))
        if len(batch) == 500 or number == articles - 1:
            store_articles(connection, batch)
            ingest_lines(connection, fetches)
            batch, fetches = [], []
    writer.close()


def alone(articles: int) -> float:
    """Extraction alone, pages a second of processor time."""
    given = pages()
    start = time.process_time()
    for number in range(articles):
        url, body = given[number % len(given)]
        record = records.Record("response", {"WARC-Target-URI": url}, 200, {}, body)
        extract.from_payload(
            record.url,
            record.payload,
            record.content_type,
            portal="bench",
            province=None,
            platform="joomla",
            fetched_at=SEEN,
        )
    return articles / (time.process_time() - start)


def children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def again(connection: psycopg.Connection, uri: str, root: Path, *, dry: bool) -> tuple[float, float, reextract.Total]:
    """Re-extraction on all cores: pages a second of the processes' processor time, of the clock, and what came of it.

    The start of the processes is part of it.
    """
    before, start = children(), time.perf_counter()
    total = reextract.run(connection, uri, root, "bench", dry=dry, jobs=reextract.cores())
    return total.read / (children() - before), total.read / (time.perf_counter() - start), total


def peaks() -> str:
    of = (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)
    most, mine = (resource.getrusage(who).ru_maxrss // 1024 for who in of)
    return f"{most} MB a process, {mine} MB the one that leads them"


def main() -> None:
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES
    with tempfile.TemporaryDirectory() as folder, postgres.server(Path(folder)) as uri:
        root = Path(folder) / "archive"
        with psycopg.connect(uri, autocommit=True) as connection:
            migrate.upgrade(connection)
            fill(connection, root, articles)
            base, whole = [alone(1000)], []
            for _ in range(ROUNDS):
                whole.append(again(connection, uri, root, dry=True))
                base.append(alone(1000))
            _, clock, total = again(connection, uri, root, dry=False)
    rate = median(cpu for cpu, _, _ in whole)
    print(f"\nRe-extraction of {articles} articles (pages a second of processor time, median of {ROUNDS})")
    print(f"  {'extraction alone':<44}{median(base):>10.0f}")
    print(f"  {'from the archive':<44}{rate:>10.0f} {rate / median(base):>8.2f} x")
    print(
        f"  by the clock, {reextract.cores()} processes: {median(wall for _, wall, _ in whole):.0f}, with writing {clock:.0f}"
    )
    print(f"  {total.changed} changed; memory at most {peaks()}")


if __name__ == "__main__":
    main()
