"""Search finds what people mean, and no query can break it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.store import store
from reader import stored as articles
from reader.filters import Filters
from sql.load import command
from tests.conftest import NewDatabase
from tests.support import article
from vietnam import units


def day(year: int) -> datetime:
    return datetime(year, 6, 1, tzinfo=UTC)


SHELF = [
    article(1, title="Phòng chống ma túy ở Đức Linh", body="Đối tượng bị bắt giữ.", unit="PV28", published_at=day(2013)),
    article(2, title="Cảnh báo lừa đảo qua mạng", body="Thủ đoạn mới: ma túy đá.", unit="PV05", authors=("Trần Trọng Hải",), published_at=day(2015)),
    article(3, title="Đảo Phú Quý: lừa bán đất", body="Người dân cảnh giác.", unit=None, byline=None, authors=(), published_at=day(2017)),
    article(4, title="Truy nã", body="Nguyễn Văn Đạt, Hồ Thị Ước", section="Thông báo - Truy nã", portal="khac", published_at=day(2019)),
    article(5, title="Không rõ ngày", body="ma tuy viết không dấu", province="lam-dong", published_at=None),
    article(6, title="Đèo Bảo Lộc", body="Xe tải.", unit=None, byline=None, authors=(), section=None, province="dak-nong", published_at=day(2011)),
    article(7, title="Cầu Nhật Lệ", body="Xe khách.", unit=None, byline=None, authors=(), section=None, province="quang-binh", published_at=day(2010)),
]  # fmt: skip
ALL = set(range(1, len(SHELF) + 1))


@pytest.fixture(scope="module")
def shelf_uri(database_of: NewDatabase, template: str) -> str:
    uri = database_of(template)
    with psycopg.connect(uri, autocommit=True) as connection:
        store(connection, SHELF)
    return uri


@pytest.fixture
def shelf(shelf_uri: str) -> Iterator[psycopg.Connection]:
    """A database with these articles, to be read only."""
    with psycopg.connect(shelf_uri, autocommit=True) as connection:
        yield connection


def found(connection: psycopg.Connection, query: str = "", **wanted: Any) -> list[int]:
    """Numbers of the articles found, in order."""
    window = {name: wanted.pop(name) for name in ("sort", "limit", "offset") if name in wanted}
    rows = articles.search(connection, Filters(query=query, **wanted), **window)
    return [int(row["url"].rpartition("/")[2].partition("-")[0]) for row in rows]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("ma túy", {1, 2, 5}),
        ("ma tuy", {1, 2, 5}),
        ("MA TÚY", {1, 2, 5}),
        ("ma tu\u0301y", {1, 2, 5}),
        ("đức linh", {1}),
        ("DUC LINH", {1}),
        ("ĐỨC LINH", {1}),
        ("uoc", {4}),
        ("lừa đảo", {2, 3}),
        ('"lừa đảo"', {2}),
        ('"lua dao"', {2}),
        ('"đảo lừa"', set()),
        ("lừa -đảo", set()),
        ("lừa -mạng", {3}),
        ("đức OR ước", {1, 4}),
        ("Hữu Liêm", {1, 4, 5, 2}),
        ("không-có-từ-này", set()),
        ("", ALL),
        ("   ", ALL),
        ("-", set()),
    ],
)
def test_words(shelf: psycopg.Connection, query: str, numbers: set[int]) -> None:
    assert set(found(shelf, query)) == numbers


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"portal": "khac"}, {4}),
        ({"portal": "demo", "query": "truy"}, set()),
        ({"province": "lam-dong"}, ALL - {7}),
        ({"province": "binh-thuan"}, {1, 2, 3, 4}),
        ({"province": "dak-nong"}, {6}),
        ({"province": "quang-binh"}, {7}),
        ({"province": "ha-noi"}, set()),
        ({"author": "tran trong hai"}, {2}),
        ({"author": "Trần Trọng Hải"}, {2}),
        ({"author": "trần"}, set()),
        ({"units": ("PV28",)}, {1, 4, 5}),
        ({"units": ("pv05",)}, {2}),
        ({"units": units.related("PV28")}, {1, 2, 4, 5}),
        ({"units": ()}, set()),
        ({"section": "thong bao - truy na"}, {4}),
        ({"since": day(2015)}, {2, 3, 4}),
        ({"until": day(2015)}, {1, 6, 7}),
        ({"since": day(2015), "until": day(2019)}, {2, 3}),
        ({"query": "ma túy", "since": day(2014)}, {2}),
    ],
)
def test_filters(shelf: psycopg.Connection, wanted: dict[str, Any], numbers: set[int]) -> None:
    assert set(found(shelf, **wanted)) == numbers
    exported = articles.export(shelf, Filters(**wanted))
    assert len(list(exported)) == len(numbers)


def test_an_article_knows_its_province_then_and_now(shelf: psycopg.Connection) -> None:
    """A province that nobody knows stays as it is."""
    told = {(row["province"], row["province_now"]) for row in articles.search(shelf, Filters(), limit=100)}
    assert told == {
        ("binh-thuan", "lam-dong"), ("dak-nong", "lam-dong"), ("lam-dong", "lam-dong"), ("quang-binh", "quang-tri"),
    }  # fmt: skip
    exported = list(articles.export(shelf, Filters()))
    assert {(row["province"], row["province_now"]) for row in exported} == told
    assert all(
        articles.article(shelf, str(row["id"])) == row == articles.article(shelf, row["url"]) for row in exported
    )


def test_order(shelf: psycopg.Connection) -> None:
    assert found(shelf, "ma túy") == [1, 2, 5], "the title weighs more than the text"
    assert found(shelf, sort="date") == [4, 3, 2, 1, 6, 7, 5]
    assert found(shelf, "ma túy", sort="date") == [2, 1, 5]
    assert found(shelf) == [4, 3, 2, 1, 6, 7, 5]


def test_pages(shelf: psycopg.Connection) -> None:
    whole = found(shelf, sort="date")
    assert [found(shelf, sort="date", limit=2, offset=n) for n in (0, 2, 6, 8)] == [
        whole[:2],
        whole[2:4],
        whole[6:],
        [],
    ]
    assert found(shelf, "ma túy", limit=1, offset=1) == [2]
    assert found(shelf, limit=articles.EVERYTHING, offset=50_000) == []
    exported = articles.export(shelf, Filters(), offset=20_000)
    assert list(exported) == []


def test_an_edit_is_found_by_its_new_words_only(connection: psycopg.Connection) -> None:
    store(connection, [article(4, body="Nguyễn Văn Đạt")])
    assert found(connection, "nguyen van dat") == [4]
    store(connection, [article(4, 1, title="Đã bắt", portal="khac", body="kết thúc")])
    assert found(connection, "nguyen van dat") == []
    assert found(connection, "ket thuc") == [4]


FOLDER = Path(__file__).parent
ARTICLES = [line.split("\t") for line in (FOLDER / "search_articles.tsv").read_text(encoding="utf-8").splitlines()]
PAIRS = [line.split("\t") for line in (FOLDER / "search_pairs.tsv").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def library_uri(database_of: NewDatabase, template: str) -> str:
    """A database with the articles of the pairs; what is asked for first is not the newest."""
    uri = database_of(template)
    with psycopg.connect(uri, autocommit=True) as connection:
        plain = {"byline": None, "authors": (), "unit": None, "section": None}
        store(connection, [article(int(n), title=title, body=body, **plain) for n, title, body in ARTICLES])
    return uri


def pairs_that_fail(connection: psycopg.Connection) -> list[tuple[str, str, str, list[int]]]:
    """Of the pairs written by hand those that do not hold, with what was found."""
    failed = []
    for query, number, how in PAIRS:
        numbers = found(connection, query)
        holds = {
            "first": numbers[:1] == [int(number)],
            "found": int(number) in numbers,
            "absent": int(number) not in numbers,
        }
        if not holds[how]:
            failed.append((query, number, how, numbers))
    return failed


@pytest.mark.parametrize("index", ["words", "phrases", "none"])
def test_what_people_ask_for_is_found(library_uri: str, index: str) -> None:
    assert len(PAIRS) >= 200
    with psycopg.connect(library_uri) as connection:
        if index == "phrases":
            connection.execute(command("make_phrase_index"))
        elif index == "none":
            connection.execute("DROP INDEX news.article_words, news.article_labels")
        assert pairs_that_fail(connection) == []
        connection.rollback()


def test_what_matches_is_counted_up_to_a_bound(shelf: psycopg.Connection) -> None:
    assert articles.count(shelf, Filters(query="ma túy")) == 3
    assert articles.count(shelf, Filters(query='"lừa đảo"')) == 1
    assert articles.count(shelf, Filters(query="ma túy", since=day(2014))) == 1
    assert articles.count(shelf, Filters(portal="khac")) == 1
    assert articles.count(shelf, Filters()) == len(SHELF)
    assert articles.count(shelf, Filters(query="-")) == 0
    more = shelf.execute("SELECT news.count_found('ma tuy', most => 1), news.count_found('', most => 1)").fetchone()
    assert more == (2, 2), "one more than was asked for"


def test_an_old_match_is_not_lost_among_many_new_ones(connection: psycopg.Connection) -> None:
    """Twelve hundred newer articles have the words somewhere, in the text or apart."""
    old = article(1, title="Tín dụng đen", body="Tín dụng đen. " * 5, published_at=day(2011))
    newer = [
        article(
            number,
            title="Tin khác",
            body="dụng cụ màu đen, tin mới" if number % 2 else "về tín dụng đen",
            published_at=day(2020),
        )
        for number in range(2, 1202)
    ]
    connection.execute(command("make_phrase_index"))
    store(connection, [old, *newer])
    assert found(connection, "tín dụng đen", limit=1) == [1]
    assert found(connection, "tin dung den", limit=1) == [1]
    assert found(connection, "tín dụng đen -mới", limit=1) == [1], "what is excluded says nothing of rank"
    side_by_side = {row % 2 for row in found(connection, "tín dụng đen", limit=41)[1:]}
    assert side_by_side == {0}
    pages = [
        number
        for offset in range(0, 1400, 100)
        for number in found(connection, "tín dụng đen", limit=100, offset=offset)
    ]
    assert sorted(pages) == list(range(1, 1202)), "pages leave nothing out, and nothing comes twice"


@pytest.mark.parametrize("length", [3, 8, 14, 30, 900])
def test_a_text_of_nothing_but_rare_words_is_stored_and_found(connection: psycopg.Connection, length: int) -> None:
    """Pairs of all that would be more than a vector holds."""
    connection.execute(command("make_phrase_index"))
    many = " ".join(f"{number}x{'y' * length}" for number in range(200_000 // (length + 6)))
    store(connection, [article(1, title="Rất dài", body=f"ma túy {many}")])
    assert found(connection, "ma túy") == [1]
    assert found(connection, f"7x{'y' * length}") == [1]
    assert connection.execute("SELECT count(*) FROM news.reject").fetchone() == (0,)


HOSTILE = [
    "'", '"', "\\", "%", "%s", "%(x)s", "a & | ! <-> b", "((((", "!!!", ":*", "a:*b", "<->", "' OR 1=1 --", "; DROP TABLE news.run",
    '"""""', '" - "', "--", "- - -", "OR", "OR OR", "-OR", '-"a b', "\u202e\u200b", "🚓", "x" * 100_000, "a " * 20_000, "\ufffe\uffff", "\x01\x1f",
    "$1", "{}", "[]", "\n\r\t", "İıẞſ", "\u0301" * 1000,
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_no_query_raises(shelf: psycopg.Connection, query: str, sort: str) -> None:
    assert set(found(shelf, query, sort=sort)) <= ALL
    assert set(found(shelf, author=query, section=query, units=(query,))) <= ALL


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("-")
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60) | st.text("\"-()&|!<>:*' OrRaảÁđ"))
def test_no_text_raises(shelf: psycopg.Connection, query: str) -> None:
    assert set(found(shelf, query)) <= ALL


def test_readers_of_the_function_need_no_other_arguments(shelf: psycopg.Connection) -> None:
    assert len(shelf.execute("SELECT * FROM news.search('ma tuy')").fetchall()) == 3
    assert len(shelf.execute("SELECT * FROM news.search(NULL)").fetchall()) == len(ALL)
    shelf.execute("SET search_path = ''")
    assert len(shelf.execute("SELECT * FROM news.search('ma tuy')").fetchall()) == 3
