"""`make bench`: extraction against its own limit (parsing alone), ingest against row-by-row upserts.

Medians of five interleaved rounds on the demo portal's pages; ratios carry over to other machines, figures do not.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import psycopg
from lxml import html

from crawler.article import Article
from crawler.platforms.page import Page
from crawler.platforms.registry import platforms
from ingest import migrate
from ingest.store import store
from tintinh.demo.site import DemoSite
from tintinh.demo.truth import expected
from tintinh.embedded import postgres

ROUNDS = 5
COPIES = 30


def timed(jobs: dict[str, Callable[[int], int]]) -> dict[str, float]:
    """Items a second of each job, median over interleaved rounds; a job is given the round's number."""
    rates: dict[str, list[float]] = {name: [] for name in jobs}
    for round_ in range(ROUNDS):
        for name, job in jobs.items():
            start = time.perf_counter()
            items = job(round_)
            rates[name].append(items / (time.perf_counter() - start))
    return {name: median(found) for name, found in rates.items()}


def table(title: str, rates: dict[str, float], base: str) -> None:
    print(f"\n{title}")
    for name, rate in rates.items():
        print(f"  {name:<44}{rate:>10.0f} /s {rate / rates[base]:>8.2f} x")


def extraction() -> list[Article]:
    portal, joomla = DemoSite(), platforms()["joomla"]
    pages = [(f"http://demo.example.vn{truth.path}", portal.page(truth.path).body) for truth in expected()]

    def parse(_: int) -> int:
        for _, body in pages:
            html.fromstring(body.decode())
        return len(pages)

    def extract(_: int) -> int:
        for url, body in pages:
            joomla.extract(Page(url, body))
        return len(pages)

    table(
        "Extraction (pages)", timed({"lxml, parse alone": parse, "tintinh, all fields": extract}), "lxml, parse alone"
    )
    seen = datetime(2026, 1, 1, tzinfo=UTC)
    articles = []
    for url, body in pages:
        fields = joomla.extract(Page(url, body))
        articles.append(
            Article(portal="bench", url=url, title=fields.title, body=fields.body, byline=fields.byline,
                    authors=fields.authors, unit=fields.unit, fetched_at=seen, published_at=fields.published_at)
        )  # fmt: skip
    return articles


def ingest(articles: list[Article], connection: psycopg.Connection) -> None:
    def batch(round_: int, kind: str) -> list[Article]:
        return [
            replace(
                a, url=f"{a.url}?id={kind}{round_}-{n}", identity="", fetched_at=a.fetched_at + timedelta(days=round_)
            )
            for n in range(COPIES)
            for a in articles
        ]

    def one_by_one(round_: int) -> int:
        fresh = batch(round_, "s")
        for article in fresh:
            store(connection, [article])
        return len(fresh)

    def batches(round_: int) -> int:
        fresh = batch(round_, "b")
        for start in range(0, len(fresh), 500):
            store(connection, fresh[start : start + 500])
        return len(fresh)

    def unchanged(round_: int) -> int:
        again = [replace(a, fetched_at=a.fetched_at + timedelta(hours=round_ + 1)) for a in batch(0, "b")]
        for start in range(0, len(again), 500):
            store(connection, again[start : start + 500])
        return len(again)

    jobs = {
        "one article a transaction": one_by_one,
        "batches of 500, new": batches,
        "batches of 500, unchanged": unchanged,
    }
    table("Ingest (articles)", timed(jobs), "one article a transaction")


def main() -> None:
    articles = extraction()
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres.server(Path(folder)) as uri,
        psycopg.connect(uri, autocommit=True) as connection,
    ):
        migrate.upgrade(connection)
        ingest(articles, connection)


if __name__ == "__main__":
    sys.exit(main())
