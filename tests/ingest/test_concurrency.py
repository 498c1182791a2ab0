"""Ingests of different portals do not wait for each other; those that could meet the same article do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from crawler.article import Article
from ingest import locking, reextraction
from ingest import store as store_module
from ingest.locking import MOST_PARTS, hold, parts_of
from ingest.redaction import redact
from ingest.reextraction import note_rules, note_unread, write_reextracted
from ingest.store import Figures, store
from tests.support import article, until

Beside = Callable[[Callable[[psycopg.Connection], Any]], Future[Any]]


def elsewhere(number: int = 1, minute: float = 0, **fields: Any) -> Article:
    address = f"http://khac.vn/{number}.html"
    given = {"portal": "khac", "url": address, "fetched_url": address, "identity": f"khac.vn/{number}"}
    return article(number, minute, **(given | fields))


@pytest.fixture
def beside(database_uri: str) -> Iterator[Beside]:
    """Runs a job in a thread with a connection of its own."""
    with ThreadPoolExecutor(8) as threads:

        def run(job: Callable[[psycopg.Connection], Any]) -> Future[Any]:
            def work() -> Any:
                with psycopg.connect(database_uri, autocommit=True) as own:
                    return job(own)

            return threads.submit(work)

        yield run


def until_waiting(connection: psycopg.Connection, count: int = 1) -> None:
    waiting = (
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory' AND database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    until(lambda: connection.execute(waiting).fetchone() == (count,))


@pytest.fixture
def holder(database_uri: str) -> Iterator[psycopg.Connection]:
    """A session that is in the middle of a batch of the portal `demo`."""
    with psycopg.connect(database_uri) as opened:
        hold(opened, parts_of("demo", "http://demo.vn/tin/1-bai.html", "demo.vn/article/1"))
        yield opened
        opened.rollback()


def test_another_portal_does_not_wait(holder: psycopg.Connection, connection: psycopg.Connection) -> None:
    connection.execute("SET lock_timeout = '60s'")  # instead of hanging, should it wait
    assert store(connection, [elsewhere(1), elsewhere(2)]) == Figures(new=2)


@pytest.mark.parametrize(
    "given",
    [
        article(1),
        elsewhere(1, portal="demo"),
        elsewhere(1, fetched_url="http://demo.vn/print/1"),
        elsewhere(1, identity="demo.vn/article/1"),
    ],
    ids=["the same", "another host of the portal", "led there from its host", "under another portal's name"],
)
def test_who_could_meet_the_same_article_waits(
    holder: psycopg.Connection, connection: psycopg.Connection, beside: Beside, given: Article
) -> None:
    done = beside(lambda own: store(own, [given]))
    until_waiting(connection)
    assert not done.done()
    holder.rollback()
    assert done.result() == Figures(new=1)


def test_a_feed_of_many_hosts_waits_for_all(
    holder: psycopg.Connection, connection: psycopg.Connection, beside: Beside
) -> None:
    mixed = [elsewhere(n, url=f"http://{n}.vn/", fetched_url="", identity=f"{n}.vn/1") for n in range(MOST_PARTS)]
    done = beside(lambda own: store(own, mixed))
    until_waiting(connection)
    holder.rollback()
    assert done.result() == Figures(new=MOST_PARTS)


def test_a_redaction_waits_for_every_ingest_and_they_for_it(
    connection: psycopg.Connection, beside: Beside, database_uri: str
) -> None:
    store(connection, [article(1), elsewhere(1)])
    (number,) = connection.execute("SELECT id FROM news.article WHERE portal = 'khac'").fetchone() or (0,)
    with psycopg.connect(database_uri) as holder:
        hold(holder, parts_of("demo", "http://demo.vn/1"))
        redacted = beside(lambda own: redact(own, number, "tòa án yêu cầu", "Lan"))
        until_waiting(connection)
        edited = beside(lambda own: store(own, [elsewhere(1, 5, title="Sửa")]))
        until_waiting(connection, 2)
        holder.rollback()
    assert redacted.result() is True
    assert edited.result() == Figures(unchanged=1)
    told = connection.execute("SELECT title FROM news.article WHERE portal = 'khac'").fetchone()
    assert told == ("[redacted]",)


BEFORE = article(1).content_hash


@pytest.mark.parametrize(
    "job",
    [
        lambda own: write_reextracted(own, [(BEFORE, article(1, 60, title="Khác", rules="newer"))]),
        lambda own: write_reextracted(own, [], [(BEFORE, article(1, 60, body_html="<p>Khác</p>", rules="newer"))]),
        lambda own: note_rules(own, [1], ["newer"]),
        lambda own: note_unread(own, [1], ["newer"]),
    ],
    ids=["another state", "the same state, mended", "only the rules", "no article in the pages"],
)
def test_a_reextraction_waits_for_its_portal_only(
    connection: psycopg.Connection, beside: Beside, database_uri: str, job: Callable[[psycopg.Connection], Any]
) -> None:
    store(connection, [article(1)])
    with psycopg.connect(database_uri) as holder:
        hold(holder, parts_of("khac", "http://khac.vn/1"))
        with psycopg.connect(database_uri) as own:
            own.execute("SET lock_timeout = '60s'")  # instead of hanging, should it wait
            job(own)
            own.rollback()
        hold(holder, parts_of("alias", "http://demo.vn/1"))
        done = beside(job)
        until_waiting(connection)
        holder.rollback()
    done.result()
    told = "SELECT rules, unread_by FROM news.article_current JOIN news.sighting ON article_id = id"
    assert "newer" in (connection.execute(told).fetchone() or ())


def test_one_site_under_two_names_at_once_is_one_set_of_articles(
    connection: psycopg.Connection, beside: Beside
) -> None:
    """`crawl NAME` beside `crawl --site`: batches of the same articles in other orders, edits among them."""
    together = threading.Barrier(4)

    def load(name: str, step: int) -> Callable[[psycopg.Connection], Figures]:
        def job(own: psycopg.Connection) -> Figures:
            together.wait()
            figures = Figures()
            for version in range(3):
                given = [article(n, 10 * version, portal=name, title=f"Bài {n}, bản {version}") for n in range(40)]
                for start in range(0, 40, 8):
                    figures += store(own, given[::step][start : start + 8])
            return figures

        return job

    done = [beside(load(name, step)) for name, step in (("demo", 1), ("demo", -1), ("alias", 1), ("alias", -1))]
    figures = [one.result() for one in done]
    assert sum(one.new for one in figures) == 40
    assert sum(one.rejected for one in figures) == 0
    assert connection.execute("SELECT count(*), min(revision), max(revision) FROM news.article").fetchone() == (
        40,
        3,
        3,
    )
    assert connection.execute("SELECT count(*) FROM news.article_revision").fetchone() == (80,)


def test_the_same_rubbish_in_two_orders(connection: psycopg.Connection, beside: Beside) -> None:
    """Who rejects lines waits for who does, else each would wait for a line of the other."""
    together = threading.Barrier(4)
    lines = [b"{nothing %d" % number for number in range(200)]

    def load(own: psycopg.Connection, given: list[bytes]) -> Figures:
        together.wait()
        return store_module.ingest_lines(own, given)

    done = [beside(lambda own, step=step: load(own, lines[::step])) for step in (1, -1, 1, -1)]
    assert [one.result() for one in done] == [Figures(rejected=200)] * 4
    assert connection.execute("SELECT count(*) FROM news.reject").fetchone() == (200,)


def test_a_batch_that_met_a_deadlock_is_loaded_again(
    connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, met = store_module._record_seen, []

    def deadlocked(opened: psycopg.Connection, *arguments: Any) -> None:
        original(opened, *arguments)
        if len(met) < locking.TRIES - 1:
            met.append(1)
            opened.execute("DO $$ BEGIN RAISE deadlock_detected; END $$")

    monkeypatch.setattr(store_module, "_record_seen", deadlocked)
    assert store(connection, [article(1), article(2)]) == Figures(new=2)
    assert connection.execute("SELECT count(*) FROM news.article").fetchone() == (2,)
    assert len(met) == locking.TRIES - 1


def test_re_extraction_that_met_a_deadlock_is_stored_again(
    connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(connection, [article(1)])
    ((before,),) = connection.execute("SELECT content_hash FROM news.article").fetchall()
    original, met = reextraction.mend_articles, []

    def deadlocked(opened: psycopg.Connection, *arguments: Any) -> None:
        original(opened, *arguments)
        if len(met) < locking.TRIES - 1:
            met.append(1)
            opened.execute("DO $$ BEGIN RAISE deadlock_detected; END $$")

    monkeypatch.setattr(reextraction, "mend_articles", deadlocked)
    assert write_reextracted(connection, [(before, article(1, 60, title="Khác"))]) == 1
    assert connection.execute("SELECT title, revision FROM news.article").fetchall() == [("Khác", 2)]
    assert len(met) == locking.TRIES - 1
