"""Copies are found beside ingest: neither waits for the other, and nothing that is written meanwhile is forgotten."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import likeness, syndication
from ingest.candidates import Candidates
from ingest.store import Figures, store
from ingest.syndication import compare_due
from tests.ingest.test_syndication import clusters, elsewhere, long_notice, published, text
from tests.support import at
from vietnam.normalize import fold

Find = Callable[..., dict[tuple[int, int], float]]


@pytest.fixture
def meanwhile(connection: psycopg.Connection, database_uri: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Has a job done by another session once, after the first batch was compared and before anything of it is written."""

    def arrange(job: Callable[[psycopg.Connection], object]) -> list[object]:
        original, results = syndication._find, list[object]()

        def find(*arguments: Any) -> dict[tuple[int, int], float]:
            found = original(*arguments)
            if not results:
                with psycopg.connect(database_uri, autocommit=True) as other:
                    other.execute("SET lock_timeout = '60s'")  # instead of hanging, should it have to wait
                    results.append(job(other))
            return found

        monkeypatch.setattr(syndication, "_find", find)
        return results

    return arrange


def test_what_ingest_writes_while_it_is_compared_is_due_again(connection: psycopg.Connection, meanwhile: Any) -> None:
    body = text(1)
    store(connection, [published(1, body, title="a"), elsewhere(2, body, title="b"), elsewhere(3, text(3), title="c")])
    edits = [published(1, text(2), title="a", fetched_at=at(9)), elsewhere(3, body, title="c", fetched_at=at(9))]
    loaded = meanwhile(lambda other: store(other, [*edits, elsewhere(4, text(2), title="d")]))
    compare_due(connection)
    assert loaded == [Figures(new=1, changed=2)]
    assert clusters(connection) == [{"a", "d"}, {"b", "c"}]
    assert connection.execute("SELECT count(*) FROM news.fingerprint_due").fetchone() == (0,)


def test_an_article_that_goes_while_it_is_compared(connection: psycopg.Connection, meanwhile: Any) -> None:
    """A move takes away the row of what was taken for another article."""
    body = text(1)
    store(connection, [published(n, body, title=str(n)) for n in range(1, 4)])
    meanwhile(lambda other: other.execute("DELETE FROM news.article_current WHERE title = '2'"))
    compare_due(connection)
    assert clusters(connection) == [{"1", "3"}]
    assert connection.execute("SELECT count(*) FROM news.likeness").fetchone() == (1,)


def test_a_cluster_whose_first_article_went_is_numbered_anew(connection: psycopg.Connection) -> None:
    body = text(1)
    store(connection, [published(n, body, title=str(n)) for n in range(1, 4)])
    compare_due(connection)
    connection.execute("DELETE FROM news.article_current WHERE title = '1'")
    store(connection, [published(4, body, title="4")])
    compare_due(connection)
    assert clusters(connection) == [{"2", "3", "4"}]
    assert connection.execute(
        "SELECT min(cluster) = min(id) FROM news.article WHERE cluster IS NOT NULL"
    ).fetchone() == (True,)


def test_comparisons_and_ingests_at_once(connection: psycopg.Connection, database_uri: str) -> None:
    """Families of copies from two portals, edited while two sessions compare: what is left to compare gives the truth."""
    together = threading.Barrier(4)

    def load(portal: Any, seed: int) -> None:
        chance = random.Random(seed)
        with psycopg.connect(database_uri, autocommit=True) as own:
            together.wait()
            for version in range(4):
                for family in chance.sample(range(10), 10):
                    body = text((family + version) % 10)
                    store(own, [portal(family, body, title=f"{seed}/{family}", fetched_at=at(version))])

    def compare() -> None:
        with psycopg.connect(database_uri, autocommit=True) as own:
            together.wait()
            for _ in range(8):
                compare_due(own)

    with ThreadPoolExecutor(4) as threads:
        jobs = [threads.submit(load, published, 1), threads.submit(load, elsewhere, 2)]
        jobs += [threads.submit(compare) for _ in range(2)]
        for job in jobs:
            job.result()
    compare_due(connection)
    assert sorted(map(sorted, clusters(connection))) == [[f"1/{family}", f"2/{family}"] for family in range(10)]


def test_a_batch_that_met_a_deadlock_is_compared_again(
    connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = text(1)
    store(connection, [published(1, body, title="a"), elsewhere(2, body, title="b")])
    original, met = syndication._save_likeness, list[int]()

    def deadlocked(opened: psycopg.Connection, *arguments: Any) -> None:
        original(opened, *arguments)
        if not met:
            met.append(1)
            opened.execute("DO $$ BEGIN RAISE deadlock_detected; END $$")

    monkeypatch.setattr(syndication, "_save_likeness", deadlocked)
    assert compare_due(connection) == 2
    assert clusters(connection) == [{"a", "b"}]
    assert met


def test_a_copy_among_more_notices_of_its_form_than_are_looked_at(
    connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the keys of the form stand too many; what is filled in has keys of its own."""
    monkeypatch.setattr(syndication, "CROWD", 40)
    monkeypatch.setattr(syndication, "CROWD_OF_KEY", 10)
    monkeypatch.setattr(syndication, "BATCH", 50)
    chance = random.Random(5)
    names = ["Nguyễn", "Trần", "Lê", "Phạm", "Võ", "Đặng", "Bùi", "Hồ", "Ngô", "Dương", "Quốc", "Đạt", "Bền", "Sơn"]

    def notice() -> str:
        day, born = (
            f"{chance.randint(1, 28)}/{chance.randint(1, 12)}/{year}" for year in (2023, chance.randint(1950, 2005))
        )
        return long_notice(" ".join(chance.sample(names, 3)), born, str(chance.randint(1, 9999)), day)

    notices = [notice() for _ in range(300)]
    store(connection, [published(n, body, title=str(n)) for n, body in enumerate(notices)])
    compare_due(connection)
    store(connection, [elsewhere(n, notices[n], title=f"chép {n}") for n in (5, 150, 299)])
    compare_due(connection)
    for number in (5, 150, 299):
        assert any({str(number), f"chép {number}"} <= found for found in clusters(connection))


@given(st.dictionaries(st.integers(1, 10**12), st.lists(st.integers(-40, 40), unique=True, max_size=12), min_size=1))
def test_candidates_are_in_the_order_of_common_keys(keys: dict[int, list[int]]) -> None:
    found = Candidates(keys, list(keys))
    for number, own in keys.items():
        common = {other: len(set(own) & set(theirs)) for other, theirs in keys.items() if other != number}
        ordered = sorted((other for other in common if common[other]), key=lambda other: (-common[other], other))
        assert list(found.of(number)) == ordered


@given(st.text(alphabet=st.characters(max_codepoint=0x2070), max_size=60))
def test_words_are_the_same_by_themselves_and_in_the_text(given_text: str) -> None:
    assert likeness.words_of(given_text) == likeness._WORD.findall(fold(given_text))
