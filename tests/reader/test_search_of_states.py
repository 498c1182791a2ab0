"""What articles said before is found, by every way of asking, told with the state that said it; what was redacted never is."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from ingest import migrate
from ingest.redaction import redact
from ingest.store import ingest_lines, store
from ingest.syndication import compare_due
from reader import articles as of_programs
from reader import overview
from reader import stored as articles
from reader.filters import Filters
from reader.rows import Row
from reader.serve import asked
from reader.serve.api import page
from sql.load import afterwards, command
from tests import older
from tests.conftest import NewDatabase
from tests.ingest.test_fields import FIELDS, full
from tests.ingest.test_search import ARTICLES, PAIRS
from tests.reader.serving import serving
from tests.support import article, at
from vietnam.dates import VIETNAM


def found(connection: psycopg.Connection, query: str, **wanted: Any) -> list[Row]:
    window = {name: wanted.pop(name) for name in ("sort", "limit", "offset") if name in wanted}
    return articles.search(connection, Filters(query=query, in_history=True, **wanted), **window)


def numbers(rows: list[Row]) -> list[int]:
    return [int(row["url"].rpartition("/")[2].partition("-")[0]) for row in rows]


def ids(connection: psycopg.Connection, number: int) -> int:
    (row,) = connection.execute("SELECT id FROM news.article WHERE url LIKE %s", [f"%/{number}-bai.html"]).fetchall()
    return int(row[0])


@pytest.fixture
def edited(connection: psycopg.Connection) -> psycopg.Connection:
    """Of four articles that spoke of ma túy: one does no more, one never changed, one does still, one is gone and does no more."""
    store(connection, [
        article(1, 0, title="Vụ thứ nhất", body="Bắt nhóm mua bán ma túy tại Hàm Tiến."), article(2, 0, body="Vụ ma túy thứ hai."),
        article(3, 0, body="Vụ ma túy thứ ba."), article(4, 0, title="Thu giữ ma túy", body="Tin thứ tư.", portal="khac", unit="PC04"),
        article(5, 0, body="Chuyện khác."),
    ])  # fmt: skip
    store(connection, [
        article(1, 10, title="Vụ thứ nhất", body="Bắt nhóm buôn lậu tại Hàm Tiến."), article(3, 10, body="Vụ ma túy thứ ba, nói thêm."),
        article(4, 10, title="Thu giữ tang vật", body="Tin thứ tư.", portal="khac", unit="PC04"),
    ])  # fmt: skip
    store(connection, [article(1, 20, title="Vụ thứ nhất", body="Bắt nhóm buôn lậu tại Hàm Tiến, Mũi Né.")])
    connection.execute("UPDATE news.article_current SET gone_at = %s WHERE url LIKE '%%/4-bai.html'", [at(30)])
    return connection


def test_an_earlier_state_is_found_and_told(edited: psycopg.Connection) -> None:
    rows = {number: row for row in found(edited, "ma túy") for number in numbers([row])}
    assert rows.keys() == {1, 2, 3, 4}
    told = {
        number: (row["matched_revision"], row["matched_from"], row["matched_to"], row["matches_now"])
        for number, row in rows.items()
    }
    assert told == {
        1: (1, at(0), at(10), False), 2: (None, None, None, True), 3: (1, at(0), at(10), True), 4: (1, at(0), at(10), False),
    }  # fmt: skip
    assert rows[1]["snippet"] == "Bắt nhóm mua bán ma túy tại Hàm Tiến.", "of the state that matched"
    assert rows[4]["snippet"].startswith("Thu giữ ma túy"), "an earlier title is part of it"
    assert rows[3]["snippet"] == "Vụ ma túy thứ ba, nói thêm.", "of the present one, which matches, too"
    assert (rows[1]["title"], rows[4]["gone_at"]) == ("Vụ thứ nhất", at(30))
    (buon_lau,) = found(edited, '"buôn lậu"')
    assert (buon_lau["matched_revision"], buon_lau["matches_now"]) == (2, True)
    assert [row["matched_revision"] for row in found(edited, '"nhóm mua bán"')] == [1]


def test_without_it_nothing_is_other_than_before(edited: psycopg.Connection) -> None:
    rows = articles.search(edited, Filters(query="ma túy"))
    assert sorted(numbers(rows)) == [2, 3]
    assert not {"matched_revision", "matches_now", "matched_text", "snippet"} & rows[0].keys()
    assert not {"matched_revision", "matches_now", "matched_text"} & overview.matching(edited, Filters())[0].keys()
    assert not {"matched_revision", "matches_now"} & next(articles.export(edited, Filters())).keys()
    assert numbers(found(edited, "")) == numbers(articles.search(edited, Filters())), "no words, nothing to look for"


@pytest.mark.parametrize(
    ("query", "wanted", "expected"),
    [
        ("ma túy -mũi", {}, {1, 2, 3, 4}), ("ma túy -hàm", {}, {2, 3, 4}), ('"hàm tiến" -mua', {}, {1}), ("mua*", {}, {1}),
        ('"ma túy" OR chuyện', {}, {1, 2, 3, 4, 5}), ("MA TUY", {}, {1, 2, 3, 4}), ('"túy ma"', {}, set()), ("mua lậu", {}, set()),
        ("ma túy", {"portal": "khac"}, {4}), ("ma túy", {"gone": True}, {4}), ("ma túy", {"gone": False}, {1, 2, 3}),
        ("ma túy", {"units": ("PC04",)}, {4}), ("ma túy", {"units": ()}, set()), ("ma túy", {"author": "huu liem", "province": "lam-dong"}, {1, 2, 3, 4}),
        ("ma túy", {"section": "Chuyện"}, set()), ("ma túy", {"since": at(-60 * 24 * 1.5)}, {1}), ("ma túy", {"until": at(-60 * 24 * 3.5)}, {4}),
        ("-", {}, set()), ("\0"[:0] + "?!", {}, set()),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_words_and_filters_as_ever(
    edited: psycopg.Connection, query: str, wanted: dict[str, Any], expected: set[int], sort: str
) -> None:
    rows = found(edited, query, sort=sort, **wanted)
    assert set(numbers(rows)) == expected
    assert articles.count(edited, Filters(query=query, in_history=True, **wanted)) == len(rows) == len(expected)


@pytest.mark.parametrize("index", ["words", "phrases", "none"])
def test_what_people_ask_for_is_found_in_earlier_states(connection: psycopg.Connection, index: str) -> None:
    """The pairs of query and article that search is held against, with every article edited since."""
    plain: dict[str, Any] = {"byline": None, "authors": (), "unit": None, "section": None}
    store(connection, [article(int(n), title=title, body=body, **plain) for n, title, body in ARTICLES])
    store(connection, [article(int(n), 10, title=f"Đề mục {n}", body="Nội dung.", **plain) for n, *_ in ARTICLES])
    if index == "phrases":
        connection.execute(command("make_phrase_index"))
    elif index == "none":
        connection.execute("DROP INDEX news.article_words, news.article_labels, news.revision_words")
    failed = []
    for query, number, how in PAIRS:
        rows = found(connection, query, sort="date", limit=1000)
        hits = [row for row in rows if not row["matches_now"]]
        if (int(number) in numbers(hits)) != (how != "absent"):
            failed.append((query, number, how, numbers(rows)))
    assert failed == []


@pytest.mark.parametrize("sort", ["relevance", "date"])
@pytest.mark.parametrize("fold", [False, True])
def test_pages_leave_nothing_out(connection: psycopg.Connection, sort: str, fold: bool) -> None:
    """Sixty articles: a third matches no more, a third does still, a third was never edited."""
    many = range(1, 61)
    store(connection, [article(n, 0, body=f"Vụ đánh bạc số {n}") for n in many])
    store(
        connection,
        [article(n, 10, body=f"Vụ khác số {n}" if n % 3 else f"Vụ đánh bạc số {n} nữa") for n in many if n % 3 < 2],
    )
    pages = [
        row
        for at_row in range(0, 70, 7)
        for row in found(connection, "đánh bạc", sort=sort, fold=fold, limit=7, offset=at_row)
    ]
    assert sorted(numbers(pages)) == list(many)
    only_earlier = [n for n in many if n % 3 == 1]
    assert sorted(numbers([row for row in pages if not row["matches_now"]])) == only_earlier
    if sort == "date":
        assert numbers(pages) == list(many), "newest first"
    else:
        assert numbers(pages)[: len(only_earlier)] == only_earlier, "what the present text hides comes first"
        assert [row["rank"] for row in pages] == sorted((row["rank"] for row in pages), reverse=True)


def test_beyond_what_is_looked_at_first_others_follow(connection: psycopg.Connection) -> None:
    """More than 5,000 that match no more: the last of them come last."""
    connection.execute("""
        INSERT INTO news.article_current (portal, identity, url, title, published_at, authors, body, body_html, images, attachments, content_hash,
                                          first_seen_at, changed_at, extracted_by, revision)
        SELECT 'demo', n::text, 'http://demo.vn/tin/' || n || '-bai.html', 'Tin', timestamptz '2026-01-01Z' - n * interval '1 hour', '{}',
               CASE n WHEN 5100 THEN 'đánh bạc' ELSE '' END, '', '[]', '[]', n::text, now(), now(), '{}', 2
        FROM generate_series(1, 5100) AS n""")
    connection.execute("""
        INSERT INTO news.article_revision (article_id, revision, valid_from, valid_to, url, title, authors, body, body_html, images, attachments,
                                           content_hash, extracted_by, words)
        SELECT id, 1, now(), now(), url, title, '{}', 'đánh bạc', '', '[]', '[]', 'x', '{}', news.words(title, NULL, 'đánh bạc')
        FROM news.article_current""")
    rows = found(connection, "đánh bạc", limit=10_000)
    assert numbers(rows) == [*range(1, 5001), 5100, *range(5001, 5100)]
    assert numbers(found(connection, "đánh bạc", limit=3, offset=4999)) == [5000, 5100, 5001]
    assert articles.count(connection, Filters(query="đánh bạc", in_history=True)) == 5100


def test_what_is_spelt_as_typed_is_before_the_others(connection: psycopg.Connection) -> None:
    store(connection, [article(1, body="Má tuý"), article(2, body="Vụ ma túy"), article(3, title="Ma túy")])
    store(connection, [article(n, 10, body="Khác") for n in (1, 2, 3)])
    assert numbers(found(connection, "ma túy")) == [3, 2, 1]
    assert numbers(found(connection, "ma tuy")) == [1, 2, 3]


def test_of_copies_the_first_stands_for_all_states(connection: psycopg.Connection) -> None:
    body = "\n\n".join(f"Đoạn {n} kể chi tiết về vụ việc tại thôn {n} với nhiều người chứng kiến." for n in range(12))
    store(
        connection,
        [
            article(1, body=f"{body} Ma túy.", published_at=at(0)),
            article(2, body=f"{body} Ma túy.", published_at=at(-900)),
        ],
    )
    store(connection, [article(2, 10, body=f"{body} Tang vật.", published_at=at(-900))])
    compare_due(connection)
    for sort in ("relevance", "date"):
        assert sorted(numbers(found(connection, '"ma túy"', sort=sort))) == [1, 2]
        assert numbers(found(connection, '"ma túy"', sort=sort, fold=True)) == [2], (
            "the earlier of the two, by what it said before"
        )
    assert articles.count(connection, Filters(query='"ma túy"', fold=True, in_history=True)) == 1


@pytest.mark.parametrize("field", [one for one in FIELDS if one.left is not None], ids=lambda one: one.name)
def test_what_was_redacted_is_never_found(connection: psycopg.Connection, field: Any) -> None:
    """Of no field: what is found by before is not afterwards, and nothing is left of what it was found by."""
    store(connection, [full(1, 0), full(2, 10), full(2, 10, article_number=2)])
    store(connection, [full(3, 0, article_number=2)])  # late
    query = f'"{field.name} 1" OR "{field.name} 3" OR "giá trị"'
    first, second = ids(connection, 1), ids(connection, 2)
    assert {row["id"] for row in found(connection, query)} == {first, second}
    redact(connection, first, "Quyết định 12", "Lan")
    assert {row["id"] for row in found(connection, query)} == {second}
    for sort in ("relevance", "date"):
        assert all(
            row["matched_revision"] is None
            for row in found(connection, "redacted OR -xyz", sort=sort)
            if row["id"] == first
        )
    assert connection.execute("SELECT words FROM news.article_revision WHERE article_id = %s", [first]).fetchall() == [
        (None,)
    ]
    everything = connection.execute(
        "SELECT to_jsonb(t) FROM news.article_revision AS t WHERE article_id = %s", [first]
    ).fetchall()
    assert "tri" not in json.dumps(everything)


def test_states_by_every_way_of_writing_have_their_words(connection: psycopg.Connection) -> None:
    """Edited, met late, moved in between: the words are those of the state's own text."""
    store(connection, [article(1, 10, body="Hai.")])
    store(connection, [article(1, 20, body="Ba.")])
    store(connection, [article(1, 0, body="Một.")])
    store(connection, [article(1, 15, body="Hai rưỡi.")])
    rows = connection.execute(
        "SELECT revision, words = news.words(title, byline, body) FROM news.article_revision ORDER BY revision"
    ).fetchall()
    assert rows == [(1, True), (2, True), (3, True)]
    assert [row["matched_revision"] for row in found(connection, "một")] == [1]
    assert [row["matched_revision"] for row in found(connection, "hai")] == [3], "the newest of two"


def test_states_from_before_are_found_after_the_upgrade(
    database_of: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(database_of(), autocommit=True) as connection:
        older.make(connection, 34, monkeypatch)
        for number in (1, 2):
            older.insert(connection, article(number, body="Vụ việc đã sửa."))
        connection.execute("""
            INSERT INTO news.article_revision (article_id, revision, valid_from, valid_to, url, title, authors, body, body_html, images,
                                               attachments, content_hash, extracted_by)
            SELECT id, 1, changed_at, changed_at, url, CASE id WHEN 1 THEN 'Bài cũ' ELSE '[redacted]' END, '{}',
                   CASE id WHEN 1 THEN 'Vụ ma túy.' ELSE '' END, '', '[]', '[]', CASE id WHEN 1 THEN 'x' ELSE 'redacted' END, '{}'
            FROM news.article_current""")
        migrate.upgrade(connection, finish=False)
        assert found(connection, '"ma túy"') == [], "nobody is held up by what there is to do"
        migrate.upgrade(connection)
        for work in afterwards():
            if work.version == 35:
                for statement in migrate._statements(work.statements):
                    connection.execute(statement)  # safe to repeat
        assert [row["matched_revision"] for row in found(connection, '"ma túy"')] == [1]
        assert connection.execute(
            "SELECT article_id, words IS NULL FROM news.article_revision ORDER BY 1"
        ).fetchall() == [(1, False), (2, True)]


def test_programs_are_told(edited: psycopg.Connection, database_uri: str) -> None:
    def told(**wanted: Any) -> list[tuple[int | None, bool]]:
        rows = of_programs("ma túy", database=database_uri, **wanted)
        return [(one.matched_revision, one.matches_now) for one in rows]

    assert told() == told(in_history=False) == [(None, True), (None, True)]
    assert told(in_history=True) == [(1, False), (None, True), (1, True), (1, False)]
    (one,) = of_programs("mua", database=database_uri, in_history=True)
    assert (one.matched_from, one.matched_to, "mua" in one.body) == (at(0), at(10), False)


def test_the_web_tells_it(edited: psycopg.Connection, database_uri: str) -> None:
    with serving(database_uri) as web:
        assert web.get("/api/v1/articles", q="mua").json["count"] == 0
        answer = web.get("/api/v1/articles", q="mua", in_history="1").json
        (item,) = answer["items"]
        assert (answer["count"], item["matched_revision"], item["matches_now"]) == (1, 1, False)
        assert item["matched_to"] == at(10).astimezone(VIETNAM).isoformat()
        assert item["snippet"] == "Bắt nhóm mua bán ma túy tại Hàm Tiến."
        assert "matched_revision" not in web.get("/api/v1/articles", q="ma").json["items"][0]
        (line,) = web.get(
            "/api/v1/articles.csv", q="mua", in_history="1", fields="id,matched_revision,matches_now"
        ).text.splitlines()[1:]
        assert line == f"{ids(edited, 1)},1,False"
        assert web.get("/api/v1/facets", q="mua", in_history="1").json["count"] == 1
        assert web.get("/api/v1/articles", q="mua", in_history="so").status == 400
        assert web.get("/api/v1/changes", q="mua", in_history="1").status == 400
        assert "Vụ thứ nhất" in web.get("/feeds/articles.atom", q="mua", in_history="1").text


def test_pages_of_the_api_by_date_go_on(edited: psycopg.Connection) -> None:
    wanted, cursor, given = Filters(query="ma túy", in_history=True), asked.Cursor(), []
    for _ in range(5):
        rows, following = page(edited, wanted, "date", 1, cursor)
        given += numbers(rows)
        if following is None:
            break
        cursor = asked.Cursor.of(following)
    assert given == [1, 2, 3, 4]


def test_the_page_has_a_box_and_says_which_state(edited: psycopg.Connection, database_uri: str) -> None:
    with serving(database_uri) as web:
        plain = web.get("/search", q="ma túy", portal="demo").text
        assert 'name="in_history" value="1">' in plain
        assert "Tìm cả trong bản cũ" in plain
        ticked = web.get("/search", q="ma túy", in_history="1").text
        assert 'name="in_history" value="1" checked>' in ticked
        assert ticked.count("chỉ có trong bản 1") == 2
        assert ticked.count("có cả trong bản 1") == 1
        assert "mua bán <mark>ma</mark> <mark>túy</mark>" in ticked
        assert "--in_history" not in ticked, "a watch asks no history"
        (address,) = [
            part.split('"')[0]
            for part in ticked.split('href="')[1:]
            if part.startswith(f"/articles/{ids(edited, 1)}?at=")
        ]
        assert "mua bán ma túy" in web.get(address.replace("&amp;", "&")).text, "it leads to that state"
        assert "Also in earlier versions" in web.get("/search", q="x", lang="en").text


def test_a_hit_has_what_a_late_line_brought(connection: psycopg.Connection) -> None:
    """Whatever an article from a file holds, its earlier state is stored."""
    from tests.support import line

    huge = "ma túy " * 60_000
    ingest_lines(connection, [line(body=huge), line(body="Khác.", fetched_at=at(30).isoformat())])
    (row,) = found(connection, '"ma túy"')
    assert (row["matched_revision"], row["matches_now"]) == (1, False)


def test_an_article_of_the_wrong_kind_is_no_hit(connection: psycopg.Connection) -> None:
    """A query that no text can have finds nothing, and breaks nothing."""
    store(connection, [article(1), article(1, 10, body="Khác")])
    for query in ('"', "''", "\\", "a & b | !c", "(:*", "%", "'; --", "-", "OR OR", "*", "x" * 5000, "a " * 2000):
        found(connection, query)
