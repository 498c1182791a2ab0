"""`python -m bench.watches [WATCHES] [names]`: what an ingest of 500 articles costs with so many watches (10,000), and with none.

Watches of four manners, made up: a name of three syllables, the same in a portal, a phrase of two, four syllables anywhere in a province.
The last is broad, as made-up prose has few syllables: it gives nearly all hits. `names` has a name with a phrase of two instead.
Medians of three rounds with articles of their own, half of them edits, 4 KB each.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import psycopg

from bench.prose import SYLLABLES, body, syllables
from crawler.article import Article
from ingest import migrate
from ingest.store import store
from tintinh.embedded import postgres
from work import watches
from work.watches import Watch

ROUNDS = 3
ARTICLES = 500
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
PROVINCES = ("lam-dong", "dak-nong", "binh-thuan", "hue", "ca-mau")


def article(chance: random.Random, number: int) -> Article:
    """An article of 4 KB."""
    url = f"http://p{number % 5}.vn/tin/{number}"
    return Article(
        portal=f"p{number % 5}", province=PROVINCES[number % 5], platform="joomla", url=url, fetched_url=url, identity=url[7:],
        fetched_at=BEGAN + timedelta(seconds=number), title=" ".join(syllables(chance, 12)), published_at=BEGAN, published_precision="day",
        body=body(chance), body_html="", authors=("Ai Đó",), unit="PV05", section="Tin", extracted_by={},
    )  # fmt: skip


def watch(chance: random.Random, number: int, *, names: bool = False) -> Watch:
    """A saved search of one of four manners; with `names` none is of syllables anywhere."""
    three, four, two = (" ".join(chance.choices(SYLLABLES, k=count)) for count in (3, 4, 2))
    manners = (
        {"query": f'"{three}"'}, {"query": f'"{three}"', "portal": f"p{number % 5}"}, {"query": f'"{two}"'},
        {"query": f'"{three}" "{two}"' if names else four, "province": PROVINCES[number % 5]},
    )  # fmt: skip
    return Watch(name=f"w{number}", filters=manners[number % 4], kinds=("published", "edited", "gone"))


def round_of(connection: psycopg.Connection, chance: random.Random, first: int) -> tuple[float, float, int]:
    """Seconds of an ingest and of holding it against the watches, and the hits."""
    half = ARTICLES // 2
    made = [article(chance, first + place) for place in range(half)]
    store(connection, made)
    watches.react(connection)
    later = [
        replace(one, body=f"{one.body} {chance.random()}", fetched_at=one.fetched_at + timedelta(days=1))
        for one in made
    ]
    given = later + [article(chance, first + place) for place in range(half, ARTICLES)]
    began = time.perf_counter()
    store(connection, given)
    stored = time.perf_counter()
    hits = watches.react(connection)
    return stored - began, time.perf_counter() - stored, hits


def main() -> None:
    """Fill a database, then keep watches in it; print what each round takes."""
    names = "names" in sys.argv[1:]
    number = next((int(given) for given in sys.argv[1:] if given.isdigit()), 10_000)
    chance = random.Random(3)
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres.server(Path(folder)) as uri,
        psycopg.connect(uri, autocommit=True) as connection,
    ):
        migrate.upgrade(connection)
        found: dict[str, list[tuple[float, float, int]]] = {"none": [], "all": []}
        for turn in range(ROUNDS):
            found["none"].append(round_of(connection, chance, turn * 1_000))
        with connection.transaction():
            for place in range(number):
                watches.add(connection, watch(chance, place, names=names))
        connection.execute("ANALYZE")
        for turn in range(ROUNDS, 2 * ROUNDS):
            found["all"].append(round_of(connection, chance, turn * 1_000))
    for name, rounds in found.items():
        ingest, reaction = (median(one[place] for one in rounds) for place in (0, 1))
        print(
            f"{number if name == 'all' else 0:>6} watches: ingest of {ARTICLES} {ingest:.2f} s, watches {reaction:.2f} s "
            f"(worst {max(one[1] for one in rounds):.2f}), {median(one[2] for one in rounds):.0f} hits"
        )


if __name__ == "__main__":
    main()
