"""`python -m bench.copies [ARTICLES]`: how fast copies are found, and how many, by what they changed.

Every tenth article is a copy of one before it. Words are drawn from 800, so texts that are no copies have next to nothing in
common; what unrelated real texts have in common is measured over the captures, in tests/test_captures.py.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from crawler.article import Article
from ingest import migrate
from ingest.store import store
from ingest.syndication import compare_due
from tests.support import article
from tintinh.embedded import postgres

ARTICLES, LENGTH = 5000, 360
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


def main() -> int:
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES
    chance = random.Random(1)
    originals: dict[int, list[str]] = {}
    copies: dict[int, tuple[str, int]] = {}
    with (
        tempfile.TemporaryDirectory() as home,
        postgres.server(Path(home)) as uri,
        psycopg.connect(uri, autocommit=True) as connection,
    ):
        migrate.upgrade(connection)
        batch = []
        for number in range(1, articles + 1):
            words = originals[number] = chance.choices(WORDS, k=LENGTH)
            if number % 10 == 0:
                name, source = list(CHANGES)[number // 10 % len(CHANGES)], number - 5
                words = CHANGES[name](originals[source], chance)
                copies[number] = name, source
            batch.append(made(number, words))
        for start in range(0, articles, 500):
            store(connection, batch[start : start + 500])
        began = time.perf_counter()
        compare_due(connection)
        seconds = time.perf_counter() - began
        rows = connection.execute("SELECT substring(url FROM '(\\d+)-')::int, cluster FROM news.article ORDER BY id")
        cluster = {int(number): value for number, value in rows}
    print(f"{articles} articles of {LENGTH} words, {articles / seconds:,.0f} compared a second")
    for name in CHANGES:
        pairs = [(number, source) for number, (given, source) in copies.items() if given == name]
        found = sum(cluster[number] is not None and cluster[number] == cluster[source] for number, source in pairs)
        print(f"{name:<28}{found:>6} of {len(pairs)} found")
    apart = set(cluster) - set(copies) - {source for _, source in copies.values()}
    print(f"{'no copy':<28}{sum(cluster[number] is not None for number in apart):>6} of {len(apart)} found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
