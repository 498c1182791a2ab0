"""What the crawl is told about earlier crawls."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import psycopg
import pytest

from crawler import ports
from crawler.lines import Absence, Fetch
from crawler.ports import MemoryGone
from ingest.memory import DatabaseMemory
from ingest.store import ingest_lines, store
from tests.support import article, at


@pytest.fixture
def memory(database_uri: str) -> Iterator[DatabaseMemory]:
    made = DatabaseMemory(dsn=database_uri, portal="demo", spool="unused")
    yield made
    made.close()


def finish_run(connection: psycopg.Connection, status: str, complete: bool, portal: str = "demo") -> None:
    connection.execute(
        "INSERT INTO news.run (portal, kind, status, complete, started_at) VALUES (%s, 'crawl', %s, %s, clock_timestamp())",
        [portal, status, complete],
    )


def test_it_offers_what_the_crawler_asks_for(memory: DatabaseMemory) -> None:
    for name in ("known", "due", "complete", "met_before", "captured"):
        assert callable(getattr(memory, name))
        assert hasattr(ports.Memory, name)


def test_an_empty_database_knows_nothing(memory: DatabaseMemory) -> None:
    assert memory.known(["demo.vn/article/1"]) == set()
    assert memory.known([]) == set()
    assert list(memory.due(10)) == []
    assert memory.complete() is False


def test_known_articles(memory: DatabaseMemory, connection: psycopg.Connection) -> None:
    store(connection, [article(1), article(2), article(3, portal="khac")])
    wanted = [f"demo.vn/article/{n}" for n in (1, 3, 4)]
    assert memory.known(wanted) == {"demo.vn/article/1", "demo.vn/article/3"}


def test_due_are_those_longest_unseen_of_this_portal_with_their_validators(
    memory: DatabaseMemory, connection: psycopg.Connection
) -> None:
    store(connection, [article(1, 5), article(2, 3), article(3, 1, portal="khac"), article(4, 9)])
    answer = Fetch(portal="demo", url=article(2).url, fetched_at=at(3), status=200, etag='"2"', last_modified="Mon")
    ingest_lines(connection, [msgspec.json.encode(answer)])
    connection.execute("UPDATE news.article_current SET gone_at = now() WHERE identity = 'demo.vn/article/4'")
    due = list(memory.due(10))
    assert [(one.identity, one.etag, one.last_modified) for one in due] == [
        ("demo.vn/article/2", '"2"', "Mon"),
        ("demo.vn/article/1", None, None),
        ("demo.vn/article/4", None, None),
    ]
    assert due[0].url == article(2).url
    assert [one.identity for one in memory.due(1)] == ["demo.vn/article/2"]
    store(connection, [article(2, 20)])
    assert [one.identity for one in memory.due(1)] == ["demo.vn/article/1"]


def test_what_was_missed_once_is_due_first(memory: DatabaseMemory, connection: psycopg.Connection) -> None:
    """Before what was not seen for longer: only asked again it is known to be gone, or back. Confirmed, it waits its turn."""
    store(connection, [article(number, 100 + number) for number in range(1, 5)])

    def miss(number: int, minute: float, hours: float = 6) -> None:
        missed = Absence(
            portal="demo", url=article(number).url, identity=article(number).identity, how="removed", fetched_at=at(minute),
            confirm_after_hours=hours,
        )  # fmt: skip
        ingest_lines(connection, [msgspec.json.encode(missed)])

    miss(4, 900)
    miss(3, 700)
    for minute in (200, 800):
        miss(2, minute, hours=1)
    due = [(one.url, one.missed) for one in memory.due(10)]
    assert due == [(article(number).url, number > 1) for number in (3, 4, 1, 2)]
    assert [one.url for one in memory.due(1)] == [article(3).url]


@pytest.mark.parametrize(
    ("runs", "complete"),
    [
        ([("ok", True)], True),
        ([("ok", False)], False),
        ([("ok", True), ("running", False)], True),
        ([("ok", True), ("failed", False)], False),
        ([("interrupted", False), ("ok", True)], True),
    ],
)
def test_complete_is_what_the_last_finished_crawl_was(
    memory: DatabaseMemory, connection: psycopg.Connection, runs: list[tuple[str, bool]], complete: bool
) -> None:
    finish_run(connection, "ok", not complete, portal="khac")
    for status, whole in runs:
        finish_run(connection, status, whole)
    assert memory.complete() is complete


def test_without_a_database_it_says_so() -> None:
    memory = DatabaseMemory(dsn="postgresql://nobody@127.0.0.1:1/none", portal="demo")
    for question in (memory.complete, memory.met_before):
        with pytest.raises(MemoryGone, match="Connection refused"):
            question()
    with pytest.raises(MemoryGone):
        memory.known(["x"])
    with pytest.raises(MemoryGone):
        memory.due(5)


def test_it_remembers_again_once_the_database_is_back(memory: DatabaseMemory, connection: psycopg.Connection) -> None:
    store(connection, [article(1)])
    assert memory.known(["demo.vn/article/1"])
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    with pytest.raises(MemoryGone):
        memory.known(["demo.vn/article/1"])
    assert memory.known(["demo.vn/article/1"]) == {"demo.vn/article/1"}


def test_a_statement_that_takes_too_long_is_given_up(
    memory: DatabaseMemory, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.memory.STATEMENT_MS", 50)
    with connection.transaction():
        connection.execute("LOCK news.article_current IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(MemoryGone, match="statement timeout"):
            memory.known(["demo.vn/article/1"])
    assert memory.known(["demo.vn/article/1"]) == set()


def test_options_of_the_address_are_kept(database_uri: str) -> None:
    memory = DatabaseMemory(dsn=f"{database_uri}&options=-c%20application_name%3Dtold", portal="demo")
    with memory._connect(77) as connection:
        for name, value in (("application_name", "told"), ("statement_timeout", "77ms")):
            assert connection.execute("SELECT current_setting(%s)", [name]).fetchone() == (value,)


def test_captures_and_whether_there_was_a_run_before(
    memory: DatabaseMemory, connection: psycopg.Connection, database_uri: str
) -> None:
    kept = Fetch(
        portal="demo", url=article(1).url, fetched_at=at(3), status=200, digest="ab" * 32,
        archive_file="demo/a.warc.gz", archive_offset=0, archive_length=9, archive_type="response",
    )  # fmt: skip
    ingest_lines(connection, [msgspec.json.encode(kept)])
    finish_run(connection, "ok", complete=True)
    ((run,),) = connection.execute("SELECT id FROM news.run").fetchall()
    first, second = (DatabaseMemory(dsn=database_uri, portal="demo", run=number) for number in (run, run + 1))
    assert (first.met_before(), second.met_before()) == (False, True)
    found = second.captured(kept.url)
    assert found is not None
    assert (found.fetched_at, found.file) == (at(3), "demo/a.warc.gz")
    assert second.captured(article(2).url) is None
    for made in (first, second):
        made.close()


def test_what_the_last_crawl_learned(memory: DatabaseMemory, connection: psycopg.Connection) -> None:
    assert memory.learned() is None
    for number, (portal, accounts) in enumerate(
        [("demo", '{"wrapper": {"articles": 3}}'), ("demo", "{}"), ("other", '{"wrapper": {}}')]
    ):
        connection.execute(
            "INSERT INTO news.run (portal, kind, status, accounts, started_at) VALUES (%s, 'crawl', 'ok', %s, now() + %s * interval '1 minute')",
            (portal, accounts, number),
        )
    assert memory.learned() == {"articles": 3}
