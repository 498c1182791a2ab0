"""`python -m bench.search [FOLDER] [ARTICLES]`: each kind of query on a shelf of made-up articles (`bench.shelf`), p50 and p95 in ms.

Beside it the ratio to what would be there without us: ILIKE over title and text, and a plain `to_tsvector` of the text under a GIN
index, ranked by ts_rank, both with the newest 20 rows. The shelf is made in FOLDER where there is none. Every query runs warm.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg

from bench import shelf
from ingest import migrate
from reader import changes
from reader import stored as articles
from reader.filters import Filters
from sql.load import command
from tintinh.embedded import postgres

ROUNDS = 15
ROUNDS_OF_OTHERS = 3
PLAIN = """
CREATE TABLE IF NOT EXISTS plain AS
    SELECT id, published_at, to_tsvector('simple', title || ' ' || body) AS words FROM news.article_current;
CREATE INDEX IF NOT EXISTS plain_words ON plain USING gin (words);
CREATE INDEX IF NOT EXISTS plain_newest ON plain (published_at DESC);
ANALYZE plain;
"""
ILIKE = "SELECT id FROM news.article_current WHERE title ILIKE %(like)s OR body ILIKE %(like)s ORDER BY published_at DESC LIMIT 20"
PLAIN_DATE = (
    "SELECT id FROM plain WHERE words @@ websearch_to_tsquery('simple', %(query)s) ORDER BY published_at DESC LIMIT 20"
)
PLAIN_RANK = """
SELECT id FROM plain, websearch_to_tsquery('simple', %(query)s) AS wanted WHERE words @@ wanted
ORDER BY ts_rank(words, wanted) DESC LIMIT 20
"""
WORDS = {
    "frequent word (60 %)": "tỉnh", "two words (24 %)": "ma túy", "phrase of two (24 %)": '"ma túy"', "phrase of two (7 %)": '"lừa đảo"',
    "phrase of three (0.5 %)": '"tín dụng đen"', "three words": "tín dụng đen", "phrase of four (0.1 %)": '"buôn lậu thuốc lá"',
    "rare phrase (0.01 %)": '"hổ mang chúa"', "rare, no quotes": "hổ mang chúa", "OR": '"ma túy" OR "đánh bạc"',
    "excluded": 'ma túy -"công an tỉnh"', "prefix": '"ma tu*"', "no diacritics": "danh bac",
}  # fmt: skip


def kinds(author: str, unit: str) -> dict[str, tuple[Filters, str]]:
    """What is asked, with its order."""
    found: dict[str, tuple[Filters, str]] = {}
    for name, query in WORDS.items():
        for sort in ("relevance", "date"):
            found[f"{name}, by {sort}"] = (Filters(query=query), sort)
            found[f"{name}, in history, by {sort}"] = (Filters(query=query, in_history=True), sort)
    for name, query in (("frequent word", "tỉnh"), ("phrase", '"ma túy"')):
        for sort in ("relevance", "date"):
            found[f"{name} in a province, by {sort}"] = (Filters(query=query, province="lam-dong"), sort)
            found[f"{name}, copies folded, by {sort}"] = (Filters(query=query, fold=True), sort)
    found["author alone"] = (Filters(author=author), "date")
    found["unit alone"] = (Filters(units=(unit,)), "date")
    found["section alone"] = (Filters(section="an toan giao thong"), "date")
    found["portal and word"] = (Filters(query="ma túy", portal="p1"), "relevance")
    found["author and phrase"] = (Filters(query='"ma túy"', author=author), "relevance")
    return found


def times(job: Callable[[], Any], rounds: int) -> list[float]:
    """Milliseconds of each round; one before them warms up."""
    job()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        job()
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def told(name: str, taken: list[float], others: str = "") -> None:
    print(f"{name:<46}{median(taken):>8.1f}{quantiles(taken, n=20)[-1]:>8.1f}{others}", flush=True)


def measure(connection: psycopg.Connection, *, others: bool) -> None:
    (states,) = connection.execute("SELECT count(*) FROM news.article_revision").fetchone() or (0,)
    (size,) = connection.execute("SELECT pg_relation_size('news.revision_words')").fetchone() or (0,)
    print(f"revision_words: {size / max(states, 1):.0f} bytes a state, {states} states")
    connection.prepare_threshold = None  # a cached plan would fit another query
    (count,) = connection.execute("SELECT count(*) FROM news.article_current").fetchone() or (1,)
    for relation in ("article_words", "article_labels", "article_lexemes", "article_current"):
        (size,) = connection.execute(
            "SELECT pg_total_relation_size(to_regclass(%s))", [f"news.{relation}"]
        ).fetchone() or (0,)
        if size is not None:
            print(f"{relation}: {size / count:.0f} bytes an article")
    if others:
        connection.execute(PLAIN.encode())
        (size,) = connection.execute("SELECT pg_relation_size('plain_words')").fetchone() or (0,)
        print(f"a plain index of words: {size / count:.0f} bytes an article")
    print(f"{'':<46}{'p50 ms':>8}{'p95 ms':>8}{'ILIKE x':>9}{'plain x':>9}")
    for name, (wanted, sort) in kinds(shelf.NAMES[3], "PV01").items():
        taken = times(lambda wanted=wanted, sort=sort: articles.search(connection, wanted, sort=sort), ROUNDS)
        ratios = ""
        if others and wanted.query and wanted == Filters(query=wanted.query):
            given = {"query": wanted.query, "like": f"%{wanted.query.replace(chr(34), '')}%"}
            for statement in (ILIKE, PLAIN_RANK if sort == "relevance" else PLAIN_DATE):
                other = times(
                    lambda s=statement, g=given: connection.execute(s.encode(), g).fetchall(), ROUNDS_OF_OTHERS
                )
                ratios += f"{median(other) / median(taken):>9.1f}"
        told(name, taken, ratios)
    for name, query in WORDS.items():
        told(f"count, {name}", times(lambda query=query: articles.count(connection, Filters(query=query)), ROUNDS))
    for name, given in {
        "changes, newest": {}, "changes, edited": {"of": ["edited"]}, "changes, gone": {"of": ["gone"]},
    }.items():  # fmt: skip
        told(name, times(lambda given=given: changes.changes(connection, Filters(), **given), ROUNDS))
    for name, query in (("frequent words", "ma túy"), ("rare words", '"hổ mang chúa"')):
        told(f"changes, {name}", times(lambda query=query: changes.changes(connection, Filters(query=query)), ROUNDS))


def main() -> None:
    folder, number = (
        Path(sys.argv[1]) if len(sys.argv) > 1 else None,
        int(sys.argv[2]) if len(sys.argv) > 2 else 300_000,
    )
    with (
        tempfile.TemporaryDirectory() as made,
        postgres.server(folder or Path(made)) as uri,
        psycopg.connect(uri, autocommit=True) as connection,
    ):
        if not migrate.version(connection):
            shelf.make(uri, number)
        migrate.upgrade(connection)
        connection.execute(command("make_phrase_index" if "--phrases" in sys.argv else "drop_phrase_index"))
        measure(connection, others="--alone" not in sys.argv)


if __name__ == "__main__":
    main()
