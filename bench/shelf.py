"""A shelf of made-up articles of some 4 KB each, as many as wanted, straight into a database: `python -m bench.shelf FOLDER 300000`.

Texts are made of words, most of them of two syllables, as unevenly frequent as real ones; TOPICS stand in a known share of them.
Everything follows from the seed, so that two runs compare the same articles.
"""

from __future__ import annotations

import itertools
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing import Process
from pathlib import Path

import psycopg

from bench.prose import SYLLABLES
from ingest import migrate
from sql.load import command
from tintinh.embedded import postgres
from vietnam import units

# Phrases and the share of articles that hold them, each at one or more places.
TOPICS = {
    "công an tỉnh": 0.6, "ma túy": 0.24, "lừa đảo": 0.07, "tín dụng đen": 0.005, "đánh bạc": 0.02, "giao thông": 0.15,
    "cảnh sát hình sự": 0.03, "căn cước công dân": 0.01, "truy nã": 0.04, "buôn lậu thuốc lá": 0.001, "hổ mang chúa": 0.0001,
}  # fmt: skip
WORDS = 30_000
PORTALS = 60
FIRST = datetime(2012, 1, 1, tzinfo=UTC)
DAYS = 5400
AUTHORS = 400
# What happened to the articles: a tenth was edited (before it had the text of another one), one in sixty was taken down, a seventh are copies of the one before.
HAPPENED = """
INSERT INTO news.edit SELECT id, 2, first_seen_at + interval '3 days', '{body}', '{number}', 0.7, 3, 3, false
FROM news.article_current WHERE id % 10 = 0;
INSERT INTO news.article_revision (article_id, revision, valid_from, valid_to, url, title, published_at, byline, authors, unit, body, body_html,
    section, images, attachments, content_hash, extracted_by, words)
SELECT one.id, 1, one.first_seen_at, one.first_seen_at + interval '3 days', one.url, other.title, one.published_at, one.byline, one.authors, one.unit,
    other.body, other.body_html, one.section, '[]', '[]', other.content_hash, '{}', other.words
FROM news.article_current AS one JOIN news.article_current AS other ON other.id = one.id - 1 WHERE one.id % 10 = 0;
INSERT INTO news.absence (article_id, how, url, first_missed_at, last_missed_at, confirmed_at)
SELECT id, 'removed', url, first_seen_at + interval '9 days', first_seen_at + interval '10 days', first_seen_at + interval '10 days'
FROM news.article_current WHERE id % 60 = 0;
INSERT INTO news.fingerprint SELECT id, content_hash, '{}', CASE WHEN id % 7 < 2 THEN id - id % 7 END FROM news.article_current
WHERE id > 7;
INSERT INTO news.copying SELECT id, id - 1, 0.9, first_seen_at FROM news.article_current WHERE id % 7 = 1 AND id > 7;
ANALYZE news.edit, news.article_revision, news.absence, news.fingerprint, news.copying
"""
INDEXES = (
    "article_lexemes",
    "article_words",
    "article_labels",
    "article_newest",
    "article_portal",
    "article_rules",
    "revision_words",
)
_CHANCE = random.Random(11)
VOCABULARY = [" ".join(_CHANCE.choices(SYLLABLES, k=2 if _CHANCE.random() < 0.75 else 1)) for _ in range(WORDS)]
_WEIGHTS = list(itertools.accumulate(1 / (rank + 8) for rank in range(WORDS)))
NAMES = [" ".join(word.capitalize() for word in _CHANCE.choices(SYLLABLES, k=3)) for _ in range(AUTHORS)]
SECTIONS = ("Tin an ninh", "Thông báo - Truy nã", "An toàn giao thông", "Phòng chống tội phạm", "Hoạt động")


def text(chance: random.Random, words: int) -> str:
    """Paragraphs of sentences, topics strewn in; 480 words are some 4 KB."""
    drawn = chance.choices(VOCABULARY, cum_weights=_WEIGHTS, k=words)
    for topic, share in TOPICS.items():
        if chance.random() < share:
            for _ in range(chance.choice((1, 1, 1, 2, 5))):
                drawn[chance.randrange(words)] = topic
    lines = [" ".join(drawn[at : at + 12]).capitalize() + "." for at in range(0, words, 12)]
    return "\n\n".join(" ".join(lines[at : at + 4]) for at in range(0, len(lines), 4))


def rows(first: int, last: int, provinces: list[str]) -> Iterator[tuple[object, ...]]:
    """Articles by their numbers, in the order of the columns of `copy_articles`; the same number gives the same article."""
    codes = sorted(units.TABLE)
    for number in range(first, last):
        chance = random.Random(number)
        portal = chance.randrange(PORTALS)
        at = FIRST + timedelta(days=chance.randrange(DAYS), minutes=chance.randrange(1440))
        name, unit = chance.choice(NAMES), chance.choice(codes) if chance.random() < 0.5 else None
        title = " ".join(text(chance, 7).split()).rstrip(".")
        body, url = text(chance, 480), f"http://p{portal}.vn/tin/{number}"
        fields = (
            title, at, None, "minute", name, [name], unit, None, None, body, "", chance.choice(SECTIONS), "[]", "[]",
            "{}", "bench",
        )  # fmt: skip
        yield (f"p{portal}", provinces[portal], "joomla", url[7:], url, *fields, f"{number:032}", "edited", at, at)


def fill(uri: str, first: int, last: int) -> None:
    """Copy the articles of these numbers into a database."""
    with psycopg.connect(uri, autocommit=True) as connection:
        slugs = [row[0] for row in connection.execute("SELECT slug FROM news.province ORDER BY slug")]
        for start in range(first, last, 5000):
            with connection.cursor() as cursor, cursor.copy(command("copy_articles")) as copy:
                for row in rows(start, min(last, start + 5000), slugs):
                    copy.write_row(row)


def make(uri: str, articles: int) -> None:
    """Fill an empty database; indexes and what triggers would write come after, which is faster."""
    with psycopg.connect(uri, autocommit=True) as connection:
        migrate.upgrade(connection)
        known = dict(
            connection.execute("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'news'").fetchall()
        )
        later = [known[name] for name in INDEXES if name in known]
        for name in INDEXES:
            connection.execute(f"DROP INDEX IF EXISTS news.{name}".encode())
        connection.execute("ALTER TABLE news.article_current DISABLE TRIGGER USER")
        middle = articles // 2
        helpers = [Process(target=fill, args=(uri, *part)) for part in ((0, middle), (middle, articles))]
        for helper in helpers:
            helper.start()
        for helper in helpers:
            helper.join()
        connection.execute("ALTER TABLE news.article_current ENABLE TRIGGER USER")
        connection.execute("SET maintenance_work_mem = '512MB'")
        for definition in later:
            connection.execute(definition.encode())
        for statement in HAPPENED.split(";"):
            connection.execute(statement.encode())
        connection.execute("VACUUM ANALYZE news.article_current")


def main() -> None:
    """Make the shelf in a folder, once."""
    folder, articles = Path(sys.argv[1]), int(sys.argv[2])
    start = time.perf_counter()
    with postgres.server(folder) as uri:
        make(uri, articles)
    print(f"{articles} articles in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
