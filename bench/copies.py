"""`python -m bench.copies [ARTICLES [AMONG]]`: how fast copies are found, and how many, by what they changed.

Every tenth article is a copy of one before it. Words are drawn from 800, so texts that are no copies have next to nothing in
common; what unrelated real texts have in common is measured over the captures, in tests/test_captures.py.

Then, among AMONG other articles (300,000; of them only the keys are made, by chance): articles of 4 KB, and notices of one form,
of which the database holds twice as many already. Every tenth is a copy with some words replaced.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg

from bench import prose
from crawler.article import Article
from ingest import migrate
from ingest.store import store
from ingest.syndication import compare_due
from tests.support import article
from tintinh.embedded import postgres

ARTICLES, AMONG, LENGTH = 5000, 300_000, 360
SYLLABLES = "an bình cường dũng em giang hà khánh lan minh nga oanh phúc quân sơn tâm uyên vân xuân yến"
WORDS = [f"{syllable}{number}" for number in range(40) for syllable in SYLLABLES.split()]
Change = Callable[[list[str], random.Random], list[str]]


def replaced(share: float) -> Change:
    """Single words replaced, here and there."""
    return lambda words, chance: [chance.choice(WORDS) if chance.random() < share else word for word in words]


def kept(share: float) -> Change:
    """The end cut off."""
    return lambda words, _: words[: int(len(words) * share)]


CHANGES: dict[str, Change] = {
    "nothing changed": kept(1),
    "2 % of the words replaced": replaced(0.02),
    "5 % of the words replaced": replaced(0.05),
    "8 % of the words replaced": replaced(0.08),
    "a quarter cut off": kept(0.75),
    "a third cut off": kept(2 / 3),
    "half cut off": kept(0.5),
}


def made(number: int, words: list[str]) -> Article:
    body = "\n\n".join(" ".join(words[start : start + 60]) for start in range(0, len(words), 60))
    return article(number, body=body, body_html="", published_at=None)


def by_what_changed(connection: psycopg.Connection, articles: int) -> None:
    chance = random.Random(1)
    originals: dict[int, list[str]] = {}
    copies: dict[int, tuple[str, int]] = {}
    batch = []
    for number in range(1, articles + 1):
        words = originals[number] = chance.choices(WORDS, k=LENGTH)
        if number % 10 == 0:
            name, source = list(CHANGES)[number // 10 % len(CHANGES)], number - 5
            words = CHANGES[name](originals[source], chance)
            copies[number] = name, source
        batch.append(made(number, words))
    rate = compared(connection, batch)
    rows = connection.execute("SELECT substring(url FROM '(\\d+)-')::int, cluster FROM news.article ORDER BY id")
    cluster = {int(number): value for number, value in rows}
    print(f"{articles} articles of {LENGTH} words, {rate:,.0f} compared a second")
    for name in CHANGES:
        pairs = [(number, source) for number, (given, source) in copies.items() if given == name]
        found = sum(cluster[number] is not None and cluster[number] == cluster[source] for number, source in pairs)
        print(f"{name:<28}{found:>6} of {len(pairs)} found")
    apart = set(cluster) - set(copies) - {source for _, source in copies.values()}
    print(f"{'no copy':<28}{sum(cluster[number] is not None for number in apart):>6} of {len(apart)} found")


def compared(connection: psycopg.Connection, given: list[Article]) -> float:
    """Store articles, then compare them: how many a second that was."""
    for start in range(0, len(given), 500):
        store(connection, given[start : start + 500])
    began, own = time.perf_counter(), time.process_time()
    server = psutil.Process(connection.info.backend_pid)
    spent = sum(server.cpu_times()[:2])
    compare_due(connection)
    print(
        f"  {1000 * (sum(server.cpu_times()[:2]) - spent) / len(given):.2f} ms of processor an article in the server, "
        f"{1000 * (time.process_time() - own) / len(given):.2f} in the client"
    )
    return len(given) / (time.perf_counter() - began)


def among_many(connection: psycopg.Connection, many: int, articles: int) -> None:
    connection.execute("TRUNCATE news.article_current CASCADE")
    connection.execute("ALTER TABLE news.article_current DISABLE TRIGGER USER")
    connection.execute(
        """INSERT INTO news.article_current (portal, identity, url, title, authors, body, body_html, images, attachments,
                                             content_hash, first_seen_at, changed_at, extracted_by)
           SELECT 'khac', n::text, n::text, 'bài', '{}', '', '', '[]', '[]', n::text, now(), now(), '{}'
           FROM generate_series(1, %s) AS n""",
        [many],
    )
    connection.execute("ALTER TABLE news.article_current ENABLE TRIGGER USER")
    connection.execute(
        """INSERT INTO news.fingerprint (article_id, content_hash, keys)
           SELECT id, content_hash, ARRAY(SELECT ((random() - 0.5) * 4294967294)::int FROM generate_series(1, 32) WHERE id > 0)
           FROM news.article_current"""
    )
    connection.execute("ANALYZE")
    chance = random.Random(2)
    number = 0

    def fresh(count: int, text: Callable[[random.Random], str]) -> list[Article]:
        nonlocal number
        found: list[Article] = []
        for place in range(count):
            number += 1
            body = text(chance)
            if place % 10 == 9:
                body = found[-5].body.replace(" và ", " cùng ") + " Theo Báo CAND"
            found.append(article(number, body=body, body_html="", published_at=None))
        return found

    rates: dict[str, list[float]] = {}
    compared(connection, fresh(2 * articles, prose.notice))
    for name, text in (("4 KB", prose.body), ("notices of one form", prose.notice), ("4 KB", prose.body)):
        given = fresh(articles, text)
        rates.setdefault(name, []).append(compared(connection, given))
        pairs = [(given[at].identity, given[at - 5].identity) for at in range(9, articles, 10)]
        clusters = dict(connection.execute("SELECT identity, cluster FROM news.article").fetchall())
        found = sum(clusters[a] is not None and clusters[a] == clusters[b] for a, b in pairs)
        others = {one.identity for one in given} - {name for pair in pairs for name in pair}
        wrong = sum(clusters[name] is not None for name in others)
        print(
            f"{name}: {rates[name][-1]:,.0f} compared a second; {found} of {len(pairs)} copies found, {wrong} that are none"
        )


def main() -> int:
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES
    many = int(sys.argv[2]) if len(sys.argv) > 2 else AMONG
    with (
        tempfile.TemporaryDirectory() as home,
        postgres.server(Path(home)) as uri,
        psycopg.connect(uri, autocommit=True) as connection,
    ):
        migrate.upgrade(connection)
        by_what_changed(connection, articles)
        if many:
            among_many(connection, many, articles)
    return 0


if __name__ == "__main__":
    sys.exit(main())
