"""What becomes of an article that was missing: gone, back, moved; in whatever order it is told."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
import psycopg
import pytest

from crawler.article import encode
from crawler.lines import Absence
from ingest import migrate
from ingest.store import Figures, ingest_lines, store
from tests.support import article, at

HOURS = 60.0
TEXT = "Đoạn một.\n\nĐoạn hai."


def absence(number: int = 1, minute: float = 10, **fields: Any) -> bytes:
    """The line that says that an article was missing."""
    given: dict[str, Any] = {
        "portal": "demo", "url": article(number).url, "identity": article(number).identity, "how": "removed",
        "fetched_at": at(minute),
    }  # fmt: skip
    return msgspec.json.encode(Absence(**given | fields))


def gone(connection: psycopg.Connection) -> dict[str, Any]:
    return dict(connection.execute("SELECT identity, gone_at FROM news.article ORDER BY identity").fetchall())


def history(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        "SELECT article_id, how, first_missed_at, confirmed_at, returned_at, moved_to FROM news.absence "
        "ORDER BY article_id, first_missed_at"
    ).fetchall()


def test_only_what_is_missed_again_hours_later_is_gone(connection: psycopg.Connection) -> None:
    store(connection, [article(1)])
    assert ingest_lines(connection, [absence(minute=10)]) == Figures()
    assert ingest_lines(connection, [absence(minute=10 + 5 * HOURS)]) == Figures()
    assert gone(connection) == {"demo.vn/article/1": None}
    assert ingest_lines(connection, [absence(minute=10 + 6 * HOURS, how="soft_404")]) == Figures(gone=1)
    assert gone(connection) == {"demo.vn/article/1": at(10)}
    assert history(connection) == [(1, "soft_404", at(10), at(10 + 6 * HOURS), None, None)]
    assert ingest_lines(connection, [absence(minute=10 + 30 * HOURS)]) == Figures(), "counted once"
    ((body, revision),) = connection.execute("SELECT body, revision FROM news.article").fetchall()
    assert (body, revision) == (TEXT, 1), "the last good text stays"


def test_the_same_line_again_confirms_nothing(connection: psycopg.Connection) -> None:
    store(connection, [article(1)])
    for _ in range(3):
        assert ingest_lines(connection, [absence(confirm_after_hours=0)]) == Figures()
    assert gone(connection) == {"demo.vn/article/1": None}
    assert ingest_lines(connection, [absence(minute=11, confirm_after_hours=0)]) == Figures(gone=1)


def test_back_again(connection: psycopg.Connection) -> None:
    store(connection, [article(1)])
    ingest_lines(connection, [absence(minute=10), absence(minute=10 + 6 * HOURS)])
    assert store(connection, [article(1, 20 + 6 * HOURS)]) == Figures(unchanged=1)
    assert gone(connection) == {"demo.vn/article/1": None}
    assert history(connection) == [(1, "removed", at(10), at(10 + 6 * HOURS), at(20 + 6 * HOURS), None)]
    ingest_lines(connection, [absence(minute=10), absence(minute=10 + 6 * HOURS)])
    assert gone(connection) == {"demo.vn/article/1": None}, "replayed lines take nothing down"
    ingest_lines(connection, [absence(minute=10 + 50 * HOURS), absence(minute=10 + 60 * HOURS)])
    assert gone(connection) == {"demo.vn/article/1": at(10 + 50 * HOURS)}
    assert len(history(connection)) == 2


def test_a_single_miss_leaves_a_trace_and_no_more(connection: psycopg.Connection) -> None:
    store(connection, [article(1)])
    ingest_lines(connection, [absence(minute=10)])
    store(connection, [article(1, 20)])
    ingest_lines(connection, [absence(minute=10 + 8 * HOURS)])
    assert gone(connection) == {"demo.vn/article/1": None}, "it was there in between"
    assert [row[3:5] for row in history(connection)] == [(None, at(20)), (None, None)]


def test_any_order_gives_the_same(connection: psycopg.Connection) -> None:
    lines = [absence(minute=10), absence(minute=10 + 4 * HOURS), absence(minute=10 + 7 * HOURS)]
    for order in itertools.permutations(lines):
        connection.execute("TRUNCATE news.article_current RESTART IDENTITY CASCADE")
        store(connection, [article(1)])
        assert sum(ingest_lines(connection, [line]).gone for line in order) == 1
        assert gone(connection) == {"demo.vn/article/1": at(10)}


def test_a_sighting_between_two_misses_that_is_loaded_late(connection: psycopg.Connection) -> None:
    store(connection, [article(1)])
    ingest_lines(connection, [absence(minute=10), absence(minute=10 + 7 * HOURS)])
    store(connection, [article(1, 60)])
    assert gone(connection) == {"demo.vn/article/1": None}
    assert history(connection) == [(1, "removed", at(10 + 7 * HOURS), None, None, None)]


@pytest.mark.parametrize(
    "fields",
    [
        {"identity": "demo.vn/article/9"},
        {"portal": "khac"},
        {"url": "http://demo.vn/menu-khac/1-bai.html"},
        {"minute": -5},
    ],
    ids=["unknown", "another portal", "another address", "seen since"],
)
def test_what_says_nothing_of_the_article(connection: psycopg.Connection, fields: dict[str, Any]) -> None:
    store(connection, [article(1)])
    assert ingest_lines(connection, [absence(**fields)]) == Figures()
    assert history(connection) == []


@pytest.mark.parametrize(
    "change", [{"how": "tired"}, {"confirm_after_hours": -1}, {"fetched_at": "2026-11-05T08:00:00"}, {"led_to": "\0"}]
)
def test_lines_that_are_none_are_rejected(connection: psycopg.Connection, change: dict[str, Any]) -> None:
    store(connection, [article(1)])
    line = msgspec.json.encode(msgspec.json.decode(absence()) | change)
    assert ingest_lines(connection, [line, absence(minute=12)]) == Figures(rejected=1)
    assert len(history(connection)) == 1


def elsewhere(minute: float, **fields: Any) -> Any:
    """Article 1 under another address and identity."""
    new = "http://demo.vn/tin-moi/901-bai.html"
    return article(1, minute, url=new, fetched_url=new, identity="demo.vn/article/901", **fields)


@pytest.mark.parametrize("first", ["met", "missed"])
def test_an_article_that_moved_goes_on_under_its_id(connection: psycopg.Connection, first: str) -> None:
    """The portal lists the new address before the old one is found missing, or after."""
    assert migrate.become(connection, "news_writer")
    store(connection, [article(1), article(2)])
    lines = [[encode(elsewhere(20))], [absence(minute=21, how="redirect_article", led_to=elsewhere(20).url)]]
    if first == "missed":
        lines = [[absence(minute=19)], [encode(elsewhere(20))]]
    run = connection.execute("INSERT INTO news.run (portal, kind, started_at) VALUES ('demo', 'crawl', %s) RETURNING id", [at(5)]).fetchone()  # fmt: skip
    assert run is not None
    total = Figures()
    for batch in lines:
        total += ingest_lines(connection, batch, run[0])
    assert total == Figures(unchanged=1)
    assert connection.execute("SELECT new, unchanged, gone FROM news.run").fetchall() == [(0, 1, 0)]
    assert connection.execute("SELECT id, url, identity, revision FROM news.article ORDER BY id").fetchall() == [
        (1, elsewhere(0).url, "demo.vn/article/901", 1), (2, article(2).url, "demo.vn/article/2", 1),
    ]  # fmt: skip
    addresses = connection.execute("SELECT url FROM news.article_address WHERE article_id = 1").fetchall()
    assert set(addresses) == {(article(1).url,), (elsewhere(0).url,)}
    ((*_, returned, moved_to),) = history(connection)
    assert returned is not None
    assert moved_to == elsewhere(0).url
    assert store(connection, [elsewhere(30, title="Sửa")]) == Figures(changed=1)
    assert connection.execute("SELECT id, title FROM news.article WHERE id = 1").fetchall() == [(1, "Sửa")]


def test_a_segment_from_before_a_move_that_is_loaded_again(connection: psycopg.Connection) -> None:
    before = [article(1), article(1, 8, title="Sửa")]
    store(connection, before)
    moved = elsewhere(20, title="Sửa")
    ingest_lines(connection, [encode(moved), absence(minute=21)])
    for batch in ([*before], [moved], [article(1, 9, title="Sửa"), moved]):
        assert store(connection, batch) == Figures(unchanged=len(batch))
    assert gone(connection) == {"demo.vn/article/901": None}
    store(connection, [article(1, 40, title="Bài mới ở chỗ cũ")])
    assert len(gone(connection)) == 2, "the old address is given to another article later"


@pytest.mark.parametrize(
    "other",
    [elsewhere(20, title="Bài khác"), elsewhere(20, body="Đoạn khác."), elsewhere(20, published_at=at(-9)),
     elsewhere(20, portal="khac"), elsewhere(0)],
    ids=["title", "text", "date", "portal", "both were there"],
)  # fmt: skip
def test_another_article_is_not_adopted(connection: psycopg.Connection, other: Any) -> None:
    store(connection, [article(1), other])
    ingest_lines(connection, [absence(minute=21), absence(minute=21 + 7 * HOURS)])
    assert gone(connection) == {"demo.vn/article/1": at(21), "demo.vn/article/901": None}


def test_two_copies_that_both_answer_stay_two(connection: psycopg.Connection) -> None:
    store(connection, [article(1), elsewhere(5)])
    store(connection, [article(1, 30), elsewhere(30)])
    assert len(gone(connection)) == 2


def test_what_was_taken_down_and_comes_back_elsewhere(connection: psycopg.Connection) -> None:
    store(connection, [article(1)])
    ingest_lines(connection, [absence(minute=10), absence(minute=10 + 7 * HOURS)])
    assert store(connection, [elsewhere(30 + 7 * HOURS)]) == Figures(unchanged=1)
    assert gone(connection) == {"demo.vn/article/901": None}


def test_a_writer_may_not_merge_by_itself(connection: psycopg.Connection) -> None:
    """The one function that deletes checks everything again."""
    assert migrate.become(connection, "news_writer")
    store(connection, [article(1), elsewhere(5)])
    assert connection.execute("SELECT merged FROM news.adopt_moved(1)").fetchall() == [(None,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM news.absence")


def test_a_reader_may_not_merge_at_all(connection: psycopg.Connection) -> None:
    assert migrate.become(connection, "news_reader")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT news.adopt_moved(1)")
