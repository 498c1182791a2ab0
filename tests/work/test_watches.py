"""Watches: which events they react to, once each, whatever happens at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from crawler.lines import Absence
from ingest import absence, edits
from ingest.redaction import redact
from ingest.store import store
from ingest.syndication import compare_due
from reader import stored as articles
from reader import watches as shown
from reader.filters import WrongFilter
from tests.support import article, at
from work import watches
from work.watches import Watch

LONG = " ".join(f"từ{number}" for number in range(80))


def keep(connection: psycopg.Connection, name: str = "w", on: str = "new,edited,gone", **fields: Any) -> None:
    watch = Watch(name=name, filters=fields.pop("filters", {}), kinds=watches.kinds(on), **fields)
    assert watches.add(connection, watch)


def hits(connection: psycopg.Connection, name: str = "w") -> list[tuple[str, int]]:
    (row,) = shown.watches(connection, name)
    return [(hit["kind"], hit["article_id"]) for hit in reversed(shown.hits(connection, row["id"], limit=1000))]


def miss(connection: psycopg.Connection, number: int, minute: float) -> None:
    gone = Absence(
        portal="demo", identity=f"demo.vn/article/{number}", url=f"http://demo.vn/tin/{number}-bai.html", how="removed",
        fetched_at=at(minute), confirm_after_hours=0,
    )  # fmt: skip
    with connection.transaction():
        absence.record(connection, gone, None)


@pytest.fixture
def writer(connection: psycopg.Connection, database_uri: str) -> Iterator[psycopg.Connection]:
    """With the rights that an ingest has."""
    with psycopg.connect(database_uri, autocommit=True) as other:
        other.execute("SET ROLE news_writer")
        yield other


def test_what_happens_is_met_once(writer: psycopg.Connection) -> None:
    keep(writer, on="new,edited,gone,back")
    steps: list[tuple[Any, list[tuple[str, int]]]] = [
        (lambda: store(writer, [article(1)]), [("published", 1)]),
        (lambda: store(writer, [article(1, 5)]), []),
        (lambda: store(writer, [article(1, 10, title="Bài số một")]), [("edited", 1)]),
        (lambda: miss(writer, 1, 20), []),
        (lambda: miss(writer, 1, 30), [("gone", 1)]),
        (lambda: miss(writer, 1, 40), []),
        (lambda: store(writer, [article(1, 50, title="Bài số một")]), [("back", 1)]),
    ]
    expected: list[tuple[str, int]] = []
    for step, more in steps:
        step()
        assert watches.react(writer) == len(more)
        assert watches.react(writer) == 0
        expected += more
        assert hits(writer) == expected


def test_only_what_is_stored_after_it_was_saved(writer: psycopg.Connection) -> None:
    store(writer, [article(1), article(1, 5, title="Sửa")])
    keep(writer)
    store(writer, [article(2)])
    watches.react(writer)
    assert [kind for kind, _ in hits(writer)] == ["published"]


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({}, [1, 2, 3, 4]),
        ({"query": "ma tuy"}, [1, 2]),
        ({"query": '"ma túy"'}, [1]),
        ({"query": "ma -tuy"}, [3]),
        ({"query": "-tuy"}, [3, 4]),
        ({"query": "tuy OR cuop"}, [1, 2, 4]),
        ({"query": "-tuy OR cuop"}, [3, 4]),
        ({"query": "cuo*"}, [4]),
        ({"query": "không-có"}, []),
        ({"portal": "hue"}, [3]),
        ({"portal": "hue", "query": "ma"}, [3]),
        ({"province": "Lâm Đồng"}, [1, 2, 4]),
        ({"unit": "pv28", "author": "huu liem"}, [1, 2, 3]),
        ({"unit": "pv28", "query": "cuop"}, []),
        ({"section": "tin an ninh", "gone": "no"}, [1, 2, 3, 4]),
        ({"since": "2026-11-03", "until": "5/11/2026"}, [1, 2]),
    ],
)
def test_a_watch_meets_what_search_finds(
    writer: psycopg.Connection, filters: dict[str, str], numbers: list[int]
) -> None:
    keep(writer, filters=filters)
    store(
        writer,
        [
            article(1, body="Bắt ma túy ở chợ."), article(2, body="Cây tuy cũ, con ma."),
            article(3, portal="hue", province="hue", body="Con ma ở Huế", url="http://hue.vn/3", identity="hue.vn/3", fetched_url="http://hue.vn/3"),
            article(4, body="Vụ cướp", unit="PA01", authors=("Ai đó",), byline="Ai đó"),
        ],
    )  # fmt: skip
    watches.react(writer)
    met = sorted(number for _, number in hits(writer))
    asked = watches.wanted(filters)
    if filters.get("query") != "không-có":
        assert met == sorted(articles.search_ids(writer, asked, 10))
    titles = {row[0]: row[1] for row in writer.execute("SELECT id, title FROM news.article")}
    assert sorted(titles[number] for number in met) == [f"Bài số {number}" for number in numbers]


def test_an_edit_that_takes_the_words_away_is_met(writer: psycopg.Connection) -> None:
    keep(writer, "rieng", "edited", filters={"query": '"Nguyễn Văn Thử"'})
    keep(writer, "khac", "edited", filters={"query": "Bịa"})
    store(writer, [article(1, body="Bắt Nguyễn Văn Thử tại chợ.")])
    store(writer, [article(1, 5, body="Bắt một người tại chợ.")])
    watches.react(writer)
    assert hits(writer, "rieng") == [("edited", 1)]
    assert hits(writer, "khac") == []


def test_small_edits_are_left_out(writer: psycopg.Connection) -> None:
    keep(writer, least=0.5)
    store(writer, [article(1, body="Bắt 64 xe tại chợ lớn"), article(2, body="Một doạn văn dài ra")])
    store(writer, [article(1, 5, body="Bắt 46 xe tại chợ lớn"), article(2, 5, body="Một đoạn văn dài ra")])
    watches.react(writer)
    assert hits(writer) == [("published", 1), ("published", 2), ("edited", 1)]


def test_copies_are_told_and_folded(writer: psycopg.Connection) -> None:
    keep(writer, "copies", "copied")
    keep(writer, "folded", "new", filters={"fold": "yes"})
    other = {"url": "http://hue.vn/2", "fetched_url": "http://hue.vn/2", "identity": "hue.vn/2", "portal": "hue"}
    store(writer, [article(2, body=LONG), article(1, 5, body=LONG + " thêm", **other)])
    compare_due(writer)
    watches.react(writer)
    assert [kind for kind, _ in hits(writer, "copies")] == ["copied"]
    assert len(hits(writer, "folded")) == 1


def test_a_state_that_comes_late_tells_no_edit_twice(writer: psycopg.Connection) -> None:
    store(writer, [article(1), article(1, 20, title="Hai")])
    keep(writer)
    store(writer, [article(1, 40, title="Ba")])
    watches.react(writer)
    assert hits(writer) == [("edited", 1)]
    store(writer, [article(1, 30, title="Chen")])
    watches.react(writer)
    moments = writer.execute("SELECT at FROM news.watch_hit ORDER BY id").fetchall()
    assert moments == [(at(40),), (at(30),)]


def test_edits_of_long_ago_that_are_written_down_are_no_news(
    connection: psycopg.Connection, writer: psycopg.Connection
) -> None:
    store(writer, [article(1), article(1, 20, title="Hai")])
    keep(writer)
    connection.execute("DELETE FROM news.edit")
    assert edits.note_missing(writer) == 1
    assert watches.react(writer) == 0


def test_what_an_open_transaction_writes_is_not_lost(writer: psycopg.Connection, database_uri: str) -> None:
    keep(writer)
    with psycopg.connect(database_uri) as slow:
        slow.execute("SELECT news.fold('x')")
        store(slow, [article(1)])
        store(
            writer,
            [article(2, portal="hue", url="http://hue.vn/2", fetched_url="http://hue.vn/2", identity="hue.vn/2")],
        )
        assert watches.react(writer) == 1
        slow.commit()
    assert watches.react(writer) == 1
    assert watches.react(writer) == 0


def test_one_that_dies_while_it_looks_leaves_the_events_to_the_next(
    writer: psycopg.Connection, database_uri: str
) -> None:
    keep(writer)
    store(writer, [article(number) for number in range(1, 6)])
    with psycopg.connect(database_uri) as dying:
        row = dying.execute("SELECT hits FROM news.react(3)").fetchone()
        assert row == (3,)
        assert watches.react(writer) == 2, "what another has in hand is left to it"
        dying.rollback()
    assert watches.react(writer) == 3
    assert sorted(hits(writer)) == [("published", number) for number in range(1, 6)]


def test_what_is_redacted_is_told_of_no_more(connection: psycopg.Connection) -> None:
    keep(connection, on="new,edited,redacted")
    store(connection, [article(1), article(2)])
    watches.react(connection)
    store(connection, [article(1, 5, title="Sửa")])
    redact(connection, 1, "tòa án", "ai đó")
    assert watches.react(connection) == 1, "of the edit nothing is told"
    assert sorted(hits(connection)) == [("published", 2), ("redacted", 1)]
    (row,) = shown.watches(connection)
    assert row["hits"] == 2


def test_paused_it_does_not_react(writer: psycopg.Connection) -> None:
    keep(writer)
    assert watches.pause(writer, "w")
    store(writer, [article(1)])
    assert watches.react(writer) == 0
    watches.pause(writer, "w", paused=False)
    store(writer, [article(2)])
    assert watches.react(writer) == 1
    assert watches.remove(writer, "w")
    assert not watches.remove(writer, "w")
    assert shown.watches(writer) == []


def test_nothing_is_due_where_nobody_watches(writer: psycopg.Connection) -> None:
    store(writer, [article(1), article(1, 5, title="Sửa")])
    assert writer.execute("SELECT count(*) FROM news.watch_due").fetchone() == (0,)


def test_what_cannot_be_watched_is_refused_and_nothing_is_kept(writer: psycopg.Connection) -> None:
    for wrong in (
        Watch(name="Ma Túy", filters={}, kinds=["gone"]),
        Watch(name="w", filters={"query": "!!!"}, kinds=["gone"]),
        Watch(name="w", filters={"province": "không đâu"}, kinds=["gone"]),
    ):
        with pytest.raises(WrongFilter):
            watches.add(writer, wrong)
    assert shown.watches(writer) == []
    keep(writer, digest=timedelta(hours=1))
    assert not watches.add(writer, Watch(name="w", filters={}, kinds=["gone"]))


def test_readers_do_not_see_where_it_tells(connection: psycopg.Connection, writer: psycopg.Connection) -> None:
    keep(writer, addresses=["https://a.vn/secret"])
    connection.execute("SET ROLE news_reader")
    assert shown.watches(connection)[0]["name"] == "w"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT * FROM news.watch_address")
    connection.execute("RESET ROLE")
