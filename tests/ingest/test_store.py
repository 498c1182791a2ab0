"""Articles become rows: once, with their history, whatever comes along with them."""

from __future__ import annotations

import io
import itertools
import json
import random
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import psycopg
import pytest

from crawler.article import Article, Attachment, Image, decode, encode
from crawler.lines import Fetch, Rejection
from ingest import store as store_module
from ingest.spool import seal
from ingest.store import Figures, ingest_file, ingest_lines, store
from tests.support import article, at, line

# Every state of every article; ids left out, because they tell only who came first.
HISTORY = """
    SELECT identity, state.revision, valid_from, valid_to, state.title, state.content_hash FROM (
        SELECT article_id, revision, valid_from, valid_to, title, content_hash FROM news.article_revision
        UNION ALL SELECT id, revision, changed_at, NULL, title, content_hash FROM news.article_current
    ) AS state JOIN news.article ON article.id = state.article_id ORDER BY identity, state.revision"""
PRESENT = """
    SELECT identity, title, revision, first_seen_at, last_seen_at, changed_at, content_hash
    FROM news.article ORDER BY identity"""


def rows(connection: psycopg.Connection, statement: str) -> list[tuple[Any, ...]]:
    return connection.execute(statement.encode()).fetchall()


def spooled(*articles: Article) -> io.BytesIO:
    return io.BytesIO(b"".join(seal(encode(one)) + b"\n" for one in articles))


def empty(connection: psycopg.Connection) -> None:
    connection.execute("TRUNCATE news.article_current, news.reject, news.fetch, news.run CASCADE")


def test_an_article_is_stored_as_it_is(connection: psycopg.Connection) -> None:
    given = article(
        lead="Đoạn một.", credit="Báo CAND", authors=("Hữu Liêm", 'Tên "lạ", có dấu phẩy', "{ngoặc}"),
        images=(Image(url="http://demo.vn/1.jpg", caption="Ảnh: Trần Long"), Image(url="http://demo.vn/2.jpg")),
        attachments=(Attachment(url="http://demo.vn/a.pdf", name="Quyết định"),),
        title="Tab\\t và\\N \\. gạch chéo ngược", body="Dòng 1\n\\.\n\nDòng\t2 🚓", extracted_by={"title": "h2", "body": "div"},
    )  # fmt: skip
    assert store(connection, [given]) == Figures(new=1)
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        row = cursor.execute("SELECT * FROM news.article").fetchone()
    assert row is not None
    for name in (
        "portal", "province", "platform", "url", "title", "published_at", "published_raw", "published_precision",
        "byline", "unit", "credit", "lead", "body", "body_html", "section", "content_hash",
    ):  # fmt: skip
        assert row[name] == getattr(given, name), name
    assert row["authors"] == list(given.authors)
    assert row["images"] == [
        {"url": "http://demo.vn/1.jpg", "caption": "Ảnh: Trần Long"},
        {"url": "http://demo.vn/2.jpg", "caption": None},
    ]
    assert row["attachments"] == [{"url": "http://demo.vn/a.pdf", "name": "Quyết định"}]
    assert row["extracted_by"] == {"title": "h2", "body": "div"}
    assert (row["revision"], row["gone_at"]) == (1, None)
    assert row["first_seen_at"] == row["last_seen_at"] == row["changed_at"] == at(0)


@pytest.mark.parametrize("in_one_batch", [True, False])
def test_the_four_items_that_break_another_crawler(connection: psycopg.Connection, in_one_batch: bool) -> None:
    """Article, the same edited, the same unchanged, one with a title of 5,000 characters."""
    long = "Dài " * 1250
    sequence = [
        article(1, 0, title="Bản đầu"), article(1, 1, title="Bản sửa"),
        article(1, 2, title="Bản sửa"), article(2, 3, title=long),
    ]  # fmt: skip
    figures = Figures()
    for batch in [sequence] if in_one_batch else [[one] for one in sequence]:
        figures += store(connection, batch)
    assert figures == Figures(new=2, changed=1, unchanged=1)
    assert [(row[0], row[1], row[2], row[3], row[4]) for row in rows(connection, HISTORY)] == [
        ("demo.vn/article/1", 1, at(0), at(1), "Bản đầu"),
        ("demo.vn/article/1", 2, at(1), None, "Bản sửa"),
        ("demo.vn/article/2", 1, at(3), None, long),
    ]
    assert [row[1:6] for row in rows(connection, PRESENT)] == [
        ("Bản sửa", 2, at(0), at(2), at(1)),
        (long, 1, at(3), at(3), at(3)),
    ]
    assert rows(connection, "SELECT * FROM news.reject") == []


def versions(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    """Where each article row lies and who wrote it: any write at all changes this."""
    return rows(connection, "SELECT ctid, xmin, id FROM news.article_current ORDER BY id")


def written(connection: psycopg.Connection) -> tuple[int, int, int, int]:
    connection.execute("SELECT pg_stat_force_next_flush()")
    found = rows(
        connection,
        "SELECT n_tup_ins, n_tup_upd, n_tup_del, n_dead_tup FROM pg_stat_user_tables WHERE relname = 'article_current'",
    )
    return found[0]


def test_an_unchanged_article_writes_no_article_row(connection: psycopg.Connection) -> None:
    if connection.info.server_version < 150000:
        pytest.skip("the statistics cannot be asked for at once before PostgreSQL 15")
    connection.execute("ALTER TABLE news.article_current SET (autovacuum_enabled = off)")
    store(connection, [article(number) for number in range(50)])
    before, counted = versions(connection), written(connection)
    assert counted == (50, 0, 0, 0)
    figures = store(connection, [article(number, 5) for number in range(50)])
    assert figures == Figures(unchanged=50)
    assert versions(connection) == before
    assert written(connection) == counted
    assert rows(connection, "SELECT * FROM news.article_revision") == []
    assert {row[4] for row in rows(connection, PRESENT)} == {at(5)}
    assert {row[5] for row in rows(connection, PRESENT)} == {at(0)}
    store(connection, [article(1, 9, title="Sửa")])
    assert written(connection) == (50, 1, 0, 1), "an edit is seen by this very check"


def test_markup_and_addresses_alone_are_no_change(connection: psycopg.Connection) -> None:
    store(connection, [article(1)])
    before = versions(connection)
    again = article(1, 1, body_html="<div>", url="http://demo.vn/?id=1", extracted_by={}, published_raw="khác")
    assert store(connection, [again]) == Figures(unchanged=1)
    assert versions(connection) == before
    known = rows(connection, "SELECT url FROM news.article_address ORDER BY url")
    assert known == [("http://demo.vn/?id=1",), ("http://demo.vn/tin/1-bai.html",)]


def test_duplicates_inside_a_batch(connection: psycopg.Connection) -> None:
    batch = [article(1, 0), article(2, 0), article(1, 0), article(1, 1), article(2, 1, title="Sửa"), article(2, 0)]
    assert store(connection, batch) == Figures(new=2, changed=1, unchanged=3)
    assert [row[1:3] for row in rows(connection, PRESENT)] == [("Bài số 1", 1), ("Sửa", 2)]
    assert len(rows(connection, HISTORY)) == 3


def test_the_same_file_twice(connection: psycopg.Connection) -> None:
    edits = [article(n % 7, n, title=f"Bản {n // 14}") for n in range(40)]
    first = ingest_file(connection, spooled(*edits))
    assert first.new == 7
    assert first.changed > 7
    history, present = rows(connection, HISTORY), rows(connection, PRESENT)
    again = ingest_file(connection, spooled(*edits))
    assert again == Figures(unchanged=40)
    assert rows(connection, HISTORY) == history
    assert rows(connection, PRESENT) == present


def test_a_file_of_many_batches(connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "BATCH", 7)
    assert ingest_file(connection, spooled(*(article(n) for n in range(40)))) == Figures(new=40)


BAD: dict[str, tuple[bytes, str]] = {
    "not json": (b"{nothing", ""),
    "a list": (b"[]", "object"),
    "deep": (b"[" * 20_000, ""),
    "deep inside": (b'{"title":' + b"[" * 20_000, ""),
    "not utf-8": (b'{"title":"\xff"}', ""),
    "wrong type": (line(title=5), "title"),
    "a kind that is no text": (line(kind=5, title=5), "title"),
    "no title": (line(title=" "), "title"),
    "no portal": (line(portal=""), "portal"),
    "title missing": (b'{"portal":"demo","url":"http://demo.vn/1","fetched_at":"2026-11-05T00:00:00Z"}', "title"),
    "naive time": (line(published_at="2026-11-05T08:00:00"), "time zone"),
    "naive fetch time": (line(fetched_at="2026-11-05T08:00:00"), "time zone"),
    "year 0": (line(published_at="0000-11-05T08:00:00Z"), ""),
    "year 10000": (line(published_at="10000-11-05T08:00:00Z"), ""),
    "no such day": (line(published_at="2026-02-30T08:00:00Z"), ""),
    "NUL in the title": (line(title="a\0b"), "NUL"),
    "NUL in the body": (line(body="a\0b"), "NUL"),
    "NUL in the unit": (line(unit="a\0b"), ""),
    "NUL in the portal": (line(portal="a\0b"), ""),
    "NUL in an author": (line(authors=["a\0b"]), ""),
    "NUL in a caption": (line(images=[{"url": "http://demo.vn/1.jpg", "caption": "a\0b"}]), ""),
    "NUL in a rule": (line(extracted_by={"title": "a\0b"}), ""),
    "NUL in the other address": (line(fetched_url="http://demo.vn/\0"), ""),
    "lone surrogate": (line().replace("Bài số 1".encode(), b"x").replace(b'"B\\u00e0i s\\u1ed1 1"', b'"\\ud800"'), ""),
    "foreign scheme": (line(url="ftp://demo.vn/1"), "http"),
    "no host": (line(url="http:///1"), "host"),
    "address of too many brackets": (line(url="http://[/1"), ""),
    "address too long": (line(url="http://demo.vn/" + "x" * 3000), "longer"),
    "identity too long": (line(identity="ẩ" * 1000), "longer"),
    "damaged": (seal(line()).replace(b"2026", b"2027", 1), "checksum"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_stored_is_kept_as_reject_and_the_rest_goes_in(
    connection: psycopg.Connection, name: str
) -> None:
    bad, reason = BAD[name]
    batch = [encode(article(7)), bad, encode(article(8))]
    assert ingest_lines(connection, batch) == Figures(new=2, rejected=1)
    assert [row[0] for row in rows(connection, PRESENT)] == ["demo.vn/article/7", "demo.vn/article/8"]
    ((why, item),) = rows(connection, "SELECT reason, item FROM news.reject")
    assert reason in why
    assert why.strip()
    if bytes(item) != bad:  # one that the database refused is kept as it was read
        assert bytes(item) == encode(decode(bad))
    assert ingest_lines(connection, batch) == Figures(unchanged=2, rejected=1)
    assert len(rows(connection, "SELECT FROM news.reject")) == 1, "the same bad item is kept once"


def test_all_bad_items_at_once(connection: psycopg.Connection) -> None:
    batch = [part for n, (bad, _) in enumerate(BAD.values()) for part in (bad, encode(article(100 + n)))]
    assert ingest_lines(connection, batch) == Figures(new=len(BAD), rejected=len(BAD))
    assert len(rows(connection, "SELECT FROM news.reject")) == len(BAD)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Tiêu đề " * 40_000},
        {"body": "khác nhau " + " ".join(f"từ{n}" for n in range(400_000))},
        {"body": "x" * 5_000_000},
        {"published_at": datetime(1900, 1, 1, tzinfo=UTC)},
        {"published_at": datetime(2100, 12, 31, 23, 59, tzinfo=UTC)},
        {"body": "", "body_html": ""},
        {"authors": tuple(f"Người {n}" for n in range(5000))},
        {"section": "x" * 100_000, "byline": "y" * 100_000},
        {"url": "http://demo.vn/" + "x" * 1900},
        {"title": "’\u200b\ufeff🚓\ufffe"},
    ],
    ids=["title", "words", "word", "oldest", "newest", "empty", "authors", "labels", "address", "characters"],
)
def test_what_is_only_unusual_is_stored(connection: psycopg.Connection, fields: dict[str, Any]) -> None:
    given = article(1, **fields)
    assert store(connection, [given]) == Figures(new=1), rows(connection, "SELECT reason FROM news.reject")
    ((title, body, url, authors),) = rows(connection, "SELECT title, body, url, authors FROM news.article")
    assert (title, body, url, tuple(authors)) == (given.title, given.body, given.url, given.authors)
    assert store(connection, [replace(given, fetched_at=at(1))]) == Figures(unchanged=1)


def fetch(**fields: Any) -> bytes:
    return msgspec.json.encode(Fetch(**{"portal": "demo", "url": "http://demo.vn/", "fetched_at": at(0), **fields}))


@pytest.mark.parametrize(
    "bad",
    [
        fetch(url="http://demo.vn/\0"),
        fetch(etag="\0"),
        fetch(status=2**40),
        fetch(bytes=2**62 * 4 - 1),
        fetch(run_id=2**63),
        fetch().replace(b'"bytes":0', b'"bytes":"many"'),
        fetch(fetched_at=datetime(2026, 11, 5)),
        msgspec.json.encode(Rejection(portal="a\0", url="http://demo.vn/\0", reason="\0", fetched_at=at(0))),
    ],
    ids=["address", "etag", "status", "bytes", "run", "type", "naive", "rejection"],
)
def test_bad_records_of_fetches_do_not_keep_articles_out(connection: psycopg.Connection, bad: bytes) -> None:
    batch = [fetch(url="http://demo.vn/a"), bad, encode(article(1)), fetch(url="http://demo.vn/b")]
    assert ingest_lines(connection, batch) == Figures(new=1, rejected=1)
    assert rows(connection, "SELECT url FROM news.fetch ORDER BY url") == [
        ("http://demo.vn/a",),
        ("http://demo.vn/b",),
    ]
    assert [bytes(row[0]) for row in rows(connection, "SELECT item FROM news.reject")] == [bad]


def test_fetches_are_recorded_once_with_their_run(connection: psycopg.Connection) -> None:
    ((run,),) = rows(connection, "INSERT INTO news.run (portal, kind) VALUES ('demo', 'crawl') RETURNING id")
    batch = [
        encode(article(1)),
        fetch(url="http://demo.vn/tin/1-bai.html", status=200, etag='"1"', bytes=2**40, digest="d", run_id=run),
        fetch(url="http://demo.vn/x", error="timeout", run_id=run + 1000),
        fetch(url="http://demo.vn/" + "x" * 3000, status=200),
    ]
    for _ in range(2):
        ingest_lines(connection, batch, run)
    assert rows(connection, "SELECT run_id, url, status, bytes, error FROM news.fetch ORDER BY url") == [
        (run, "http://demo.vn/tin/1-bai.html", 200, 2**40, None),
        (None, "http://demo.vn/x", None, 0, "timeout"),
    ]
    assert rows(connection, "SELECT new, changed, unchanged, rejected FROM news.run") == [(1, 0, 1, 0)]


def test_validators_follow_the_last_answer(connection: psycopg.Connection) -> None:
    url = "http://demo.vn/tin/1-bai.html"
    ingest_lines(connection, [encode(article(1)), fetch(url=url, status=200, etag='"1"', last_modified="Mon")])
    ingest_lines(connection, [fetch(url=url, fetched_at=at(5), status=304)])
    assert rows(connection, "SELECT last_seen_at, etag, last_modified FROM news.sighting") == [(at(5), '"1"', "Mon")]
    assert rows(connection, PRESENT)[0][4] == at(5)
    ingest_lines(connection, [encode(article(1, 6)), fetch(url=url, fetched_at=at(6), status=200, etag='"2"')])
    assert rows(connection, "SELECT last_seen_at, etag FROM news.sighting") == [(at(6), '"2"')]
    ingest_lines(connection, [fetch(url=url, fetched_at=at(7), status=500, etag='"error"')])
    ingest_lines(connection, [fetch(url=url, fetched_at=at(8), status=200, etag='"not found, said with 200"')])
    assert rows(connection, "SELECT last_seen_at, etag FROM news.sighting") == [(at(6), '"2"')]


def test_a_known_address_under_another_identity_is_the_same_article(connection: psycopg.Connection) -> None:
    store(connection, [article(1)])
    figures = store(connection, [article(1, 1, identity="demo.vn/other/1", title="Sửa")])
    assert figures == Figures(changed=1)
    assert [row[:3] for row in rows(connection, PRESENT)] == [("demo.vn/other/1", "Sửa", 2)]
    assert len(rows(connection, HISTORY)) == 2


def test_an_address_and_an_identity_of_two_articles(connection: psycopg.Connection) -> None:
    """The identity decides; the address stays with the article that had it first."""
    store(connection, [article(1), article(2)])
    figures = store(connection, [article(1, 1, url=article(2).url, title="Sửa")])
    assert figures == Figures(changed=1)
    assert [row[:3] for row in rows(connection, PRESENT)] == [
        ("demo.vn/article/1", "Sửa", 2),
        ("demo.vn/article/2", "Bài số 2", 1),
    ]
    urls = rows(connection, "SELECT url FROM news.article ORDER BY id")
    assert urls == [(article(1).url,), (article(2).url,)]


def test_an_article_without_identity_gets_one_of_its_address(connection: psycopg.Connection) -> None:
    assert store(connection, [article(1, identity=""), article(1, 1, identity="")]) == Figures(new=1, unchanged=1)


def test_a_failing_database_keeps_nothing_of_the_batch(
    connection: psycopg.Connection, database_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = store_module._record_seen

    def die(opened: psycopg.Connection, *arguments: Any) -> None:
        original(opened, *arguments)
        opened.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with psycopg.connect(database_uri, autocommit=True) as other, monkeypatch.context() as patch:
        patch.setattr(store_module, "_record_seen", die)
        with pytest.raises(psycopg.OperationalError):
            store(other, [article(1), article(2)])
    assert rows(connection, PRESENT) == []
    assert store(connection, [article(1), article(2)]) == Figures(new=2)


def load_together(uri: str, files: Sequence[Sequence[Article]], batch: int) -> None:
    together = threading.Barrier(len(files))
    failures: list[BaseException] = []

    def load(articles: Sequence[Article]) -> None:
        try:
            with psycopg.connect(uri, autocommit=True) as connection:
                together.wait()
                lines = [encode(one) for one in articles]
                for start in range(0, len(lines), batch):
                    ingest_lines(connection, lines[start : start + batch])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=load, args=(articles,)) for articles in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_two_ingests_at_once_leave_the_history_of_a_quiet_one(
    connection: psycopg.Connection, database_uri: str
) -> None:
    edits = [article(n, 10 * v + n / 100, title=f"Bài {n}, bản {v}") for v in range(4) for n in range(300)]
    store(connection, edits)
    quiet = rows(connection, HISTORY), rows(connection, PRESENT)
    assert len(quiet[0]) == 1200
    empty(connection)
    load_together(database_uri, [edits, edits], 50)
    assert (rows(connection, HISTORY), rows(connection, PRESENT)) == quiet
    empty(connection)
    load_together(database_uri, [edits[::2], edits[1::2]], 50)
    assert (rows(connection, HISTORY), rows(connection, PRESENT)) == quiet
    assert rows(connection, "SELECT FROM news.reject") == []


def sightings(random_: random.Random) -> list[Article]:
    """Three articles, each seen in up to five versions, every version up to three times, edits never taken back."""
    found = []
    for number in range(3):
        minute = random_.randint(0, 5)
        for version in range(random_.randint(1, 5)):
            for _ in range(random_.randint(1, 3)):
                minute += random_.randint(1, 9)
                found.append(article(number, minute, title=f"Bài {number}, bản {version}"))
    return found


def in_segments(random_: random.Random, seen: Iterable[Article]) -> list[list[Article]]:
    rest, segments = list(seen), []
    while rest:
        size = random_.randint(1, 4)
        segments.append(rest[:size])
        rest = rest[size:]
    return segments


@pytest.mark.parametrize("seed", range(12))
def test_the_order_of_segments_does_not_matter(connection: psycopg.Connection, seed: int) -> None:
    random_ = random.Random(seed)
    seen = sorted(sightings(random_), key=lambda one: one.fetched_at)
    for one in seen:
        store(connection, [one])
    expected = rows(connection, HISTORY), rows(connection, PRESENT)
    for _ in range(3):
        empty(connection)
        segments = in_segments(random_, random_.sample(seen, len(seen)))
        for segment in segments:
            store(connection, segment)
        told = [[(one.title, one.fetched_at.minute) for one in segment] for segment in segments]
        assert (rows(connection, HISTORY), rows(connection, PRESENT)) == expected, told


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_an_edit_that_was_taken_back_is_three_states_in_any_order(
    connection: psycopg.Connection, order: Sequence[int]
) -> None:
    seen = [article(1, 0, title="A"), article(1, 5, title="B"), article(1, 9, title="A")]
    for place in order:
        store(connection, [seen[place]])
    assert [row[1:5] for row in rows(connection, HISTORY)] == [
        (1, at(0), at(5), "A"),
        (2, at(5), at(9), "B"),
        (3, at(9), None, "A"),
    ]
    assert rows(connection, PRESENT)[0][1:6] == ("A", 3, at(0), at(9), at(9))


@pytest.mark.parametrize("seed", range(6))
def test_histories_have_no_gaps_even_with_edits_taken_back(connection: psycopg.Connection, seed: int) -> None:
    """Sightings between two loaded ones may be forgotten, never contradicted: every state follows on the last."""
    random_ = random.Random(seed)
    seen = [article(1, minute, title=random_.choice("ABC")) for minute in range(12)]
    for one in random_.sample(seen, len(seen)):
        store(connection, [one])
    states = [row[1:5] for row in rows(connection, HISTORY)]
    assert [state[0] for state in states] == list(range(1, len(states) + 1))
    assert states[0][1] == at(0)
    for before, after in itertools.pairwise(states):
        assert before[2] == after[1]
        assert before[1] < before[2]
        assert before[3] != after[3]
    assert states[-1][3] == seen[-1].title
    truth = {one.fetched_at: one.title for one in seen}
    assert all(truth[state[1]] == state[3] for state in states)


def test_a_feed_export_of_scrapy_goes_in(connection: psycopg.Connection) -> None:
    exported = json.loads(encode(article(1))) | {"published_at": "2017-08-11T15:21:00+07:00"}
    figures = ingest_file(connection, io.BytesIO(json.dumps(exported, ensure_ascii=False).encode() + b"\n"))
    assert figures == Figures(new=1)
    assert rows(connection, "SELECT published_at FROM news.article") == [(datetime(2017, 8, 11, 8, 21, tzinfo=UTC),)]


def test_a_date_that_a_list_told_outlives_readings_of_the_page_alone(connection: psycopg.Connection) -> None:
    by = {"title": "h1", "published_at": "elsewhere: card of a list"}
    first = article(published_raw="5/11 8:47", published_precision="minute", extracted_by=by)
    assert first.published_at is not None
    alone = replace(
        first, published_at=None, published_raw=None, published_precision=None, extracted_by={"title": "h1"}
    )
    store(connection, [first])
    assert store(connection, [replace(alone, fetched_at=at(1))]) == Figures(unchanged=1)
    day = first.published_at.replace(hour=0, minute=0)
    assert store(
        connection, [replace(alone, published_at=day, published_precision="day", fetched_at=at(2))]
    ) == Figures(unchanged=1)
    assert store(connection, [replace(alone, title="Sửa tít", fetched_at=at(3))]) == Figures(changed=1)
    told = rows(connection, "SELECT published_at, published_raw, extracted_by ->> 'published_at' FROM news.article")
    assert told == [(first.published_at, "5/11 8:47", "elsewhere: card of a list")]
    other = day + timedelta(days=2)
    moved = replace(alone, title="Sửa tít", published_at=other, published_precision="day", fetched_at=at(4))
    assert store(connection, [moved]) == Figures(changed=1), "a day that the page prints counts where it is another"
    assert rows(connection, "SELECT published_at, published_precision FROM news.article") == [(other, "day")]
