"""What happened to articles, from what ingest stored of them."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg.rows import dict_row

from crawler.article import encode
from crawler.lines import Absence, Fetch
from ingest import edits
from ingest.redaction import redact
from ingest.reextraction import write_reextracted
from ingest.store import ingest_lines, store
from ingest.syndication import compare_due
from reader import changes
from reader.changes import Place
from reader.filters import Filters
from tests import older
from tests.conftest import Command, NewDatabase
from tests.ingest.test_syndication import elsewhere, published, text
from tests.support import article, at

HOURS = 60.0


def happened(connection: psycopg.Connection, **wanted: Any) -> list[tuple[Any, ...]]:
    """Moment, article, kind of what happened, oldest first."""
    window = {name: wanted.pop(name) for name in ("of", "least", "article") if name in wanted}
    rows = changes.changes(connection, Filters(**wanted), limit=1000, **window)
    return [(row["at"], row["article_id"], row["kind"]) for row in reversed(rows)]


def missed(number: int, minute: float, **fields: Any) -> bytes:
    one = article(number)
    given = {"portal": "demo", "url": one.url, "identity": one.identity, "how": "removed", "fetched_at": at(minute)}
    return msgspec.json.encode(Absence(**given | fields))


def test_an_edit_is_told_with_what_it_changed(connection: psycopg.Connection) -> None:
    run = connection.execute("INSERT INTO news.run (portal, kind) VALUES ('demo', 'crawl') RETURNING id").fetchone()
    assert run is not None
    store(connection, [article(1, title="Bắt hai đối tượng")])
    visit = Fetch(portal="demo", url=article(1).url, fetched_at=at(10), status=200)
    edited = article(1, 10, title="Bắt ba đối tượng", section="Tin khác")
    ingest_lines(connection, [encode(edited), msgspec.json.encode(visit)], run[0])
    after, before = changes.changes(connection, Filters())
    assert (before["kind"], before["at"], before["title"]) == ("published", at(0), "Bắt ba đối tượng")
    assert (after["kind"], after["at"], after["revision"], after["run_id"]) == ("edited", at(10), 2, run[0])
    assert (after["fields"], after["categories"]) == (["title", "section"], ["number", "title", "section"])
    assert (after["words_added"], after["words_removed"]) == (1, 1)
    assert after["score"] == pytest.approx(0.89, abs=0.01)
    changes.add_differences(connection, [after, before])
    assert after["difference"] == {"title": "Bắt [-hai-] {+ba+} đối tượng"}
    assert before["difference"] is None


def test_gone_and_back_and_gone(connection: psycopg.Connection) -> None:
    store(connection, [article(1), article(2)])
    ingest_lines(connection, [missed(1, 10), missed(2, 10)])
    assert len(happened(connection)) == 2, "missed once is nothing yet"
    ingest_lines(connection, [missed(1, 10 + 7 * HOURS)])
    assert happened(connection, article=1)[1:] == [(at(10), 1, "gone")]
    store(connection, [article(1, 20 + 7 * HOURS), article(2, 20 + 7 * HOURS)])
    assert happened(connection)[2:] == [(at(10), 1, "gone"), (at(20 + 7 * HOURS), 1, "back")]
    ingest_lines(connection, [missed(1, 100 * HOURS), missed(1, 110 * HOURS)])
    assert [kind for _, _, kind in happened(connection, article=1)] == ["published", "gone", "back", "gone"]


def test_a_move(connection: psycopg.Connection) -> None:
    store(connection, [article(1)])
    ingest_lines(connection, [missed(1, 10)])
    new = "http://demo.vn/moi/1-bai.html"
    store(connection, [article(1, 20, url=new, fetched_url=new, identity="demo.vn/moi/1")])
    (row,) = changes.changes(connection, Filters(), of=["moved"])
    assert (row["at"], row["article_id"], row["url"], row["old_url"]) == (at(20), 1, new, article(1).url)


def test_newer_rules_are_no_event(connection: psycopg.Connection) -> None:
    store(connection, [article(1)])
    ((content_hash,),) = connection.execute("SELECT content_hash FROM news.article").fetchall()
    assert write_reextracted(connection, [(content_hash, article(1, 30, title="Anders gelesen", rules="x"))]) == 1
    assert [kind for _, _, kind in happened(connection)] == ["published"]
    store(connection, [article(1, 60, title="Anders geschrieben", rules="x")])
    (row,) = changes.changes(connection, Filters(), of=["edited"])
    assert (row["revision"], row["rules_differ"], row["words_added"]) == (3, False, 1)
    store(connection, [article(1, 90, title="Noch anders", rules="y")])
    assert changes.changes(connection, Filters(), of=["edited"])[0]["rules_differ"]


def test_a_copy_is_told_of_the_article_that_was_there_first_and_once(connection: psycopg.Connection) -> None:
    store(connection, [published(1, text(1)), elsewhere(2, text(1)), published(3, text(9))])
    compare_due(connection)
    ((_, first, _),) = happened(connection, of=["copied"])
    (row,) = changes.changes(connection, Filters(), of=["copied"])
    assert (first, row["other_id"], row["likeness"], row["portal"]) == (1, 2, 1.0, "demo")
    store(connection, [elsewhere(2, text(77), fetched_at=at(5))])
    compare_due(connection)
    store(connection, [elsewhere(2, text(1), fetched_at=at(9))])
    compare_due(connection)
    assert len(happened(connection, of=["copied"])) == 1


def test_a_redaction_leaks_nothing(connection: psycopg.Connection) -> None:
    store(connection, [published(1, text(1), title="Geheim hai"), elsewhere(2, text(1))])
    store(connection, [published(1, text(1) + " lộ ra", title="Geheim ba", fetched_at=at(9))])
    compare_due(connection)
    assert {kind for _, _, kind in happened(connection)} == {"published", "edited", "copied"}
    redact(connection, 1, "toà án", "wir")
    edits.note_missing(connection)
    rows = changes.changes(connection, Filters())
    changes.add_differences(connection, rows)
    assert [row["kind"] for row in rows if row["article_id"] == 1] == ["redacted", "edited", "published"]
    told = repr(
        [{name: value for name, value in row.items() if name != "url"} for row in rows if row["article_id"] == 1]
    )
    assert "Geheim" not in told
    assert "lộ ra" not in told
    assert not happened(connection, of=["copied"]), "the copy has the text"


def test_any_order_of_loading_gives_the_same_changes(connection: psycopg.Connection) -> None:
    given = [
        article(1, 0),
        article(1, 10, title="Hai"),
        article(1, 20, title="Ba người"),
        article(1, 30, section="Khác"),
    ]
    told = []
    for order in itertools.permutations(given):
        connection.execute("TRUNCATE news.article_current RESTART IDENTITY CASCADE")
        for one in order:
            store(connection, [one])
        rows = changes.changes(connection, Filters())
        told.append([(row["at"], row["kind"], row["fields"], row["score"]) for row in rows])
    assert all(one == told[0] for one in told)
    assert [kind for _, kind, *_ in told[0]] == ["edited", "edited", "edited", "published"]


def test_edits_of_before_are_told_after_an_upgrade(
    database_of: NewDatabase, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    uri = database_of()
    with psycopg.connect(uri, autocommit=True) as connection:
        older.make(connection, 17, monkeypatch)
        for number in (1, 2):
            older.insert(connection, article(number, 5, title="Bắt ba đối tượng"))
        connection.execute(
            """INSERT INTO news.article_revision
               SELECT id, 1, %s, %s, url, 'Bắt hai đối tượng', published_at, published_raw, published_precision, byline, authors,
                      unit, credit, lead, body, body_html, section, images, attachments, 'x', extracted_by, made_by, rules
               FROM news.article_current WHERE id = 1""",
            [at(0), at(5)],
        )
        connection.execute("UPDATE news.article_current SET revision = 2, first_seen_at = %s WHERE id = 1", [at(0)])
    done = command("db", "upgrade", env={"DATABASE_URL": uri})
    assert done.returncode == 0, done.stderr
    with psycopg.connect(uri, autocommit=True) as connection:
        (row,) = changes.changes(connection, Filters(), of=["edited"])
        assert (row["article_id"], row["categories"]) == (1, ["number", "title"])
        assert edits.note_missing(connection) == 0


def test_every_kind_is_read_from_where_the_view_reads_it(connection: psycopg.Connection) -> None:
    """`news.changes_of` says once more what `news.change` says."""
    store(
        connection,
        [
            published(1, text(1)),
            elsewhere(2, text(1)),
            published(3, text(3)),
            published(4, text(4)),
            published(5, text(5)),
        ],
    )
    store(connection, [published(3, text(3), title="Sửa", fetched_at=at(5))])
    ingest_lines(connection, [missed(number, minute) for number in (1, 3, 4) for minute in (10, 10 + 7 * HOURS)])
    new = "http://demo.vn/moi/4.html"
    moved = published(4, text(4), url=new, fetched_url=new, identity="demo.vn/moi/4", fetched_at=at(20 + 7 * HOURS))
    store(connection, [published(3, text(3), title="Sửa", fetched_at=at(20 + 7 * HOURS)), moved])
    compare_due(connection)
    redact(connection, 5, "toà án", "wir")
    rows = changes.changes(connection, Filters(), limit=100)
    assert {row["kind"] for row in rows} == set(changes.KINDS)
    with connection.cursor(row_factory=dict_row) as cursor:
        view = cursor.execute(
            "SELECT * FROM news.change ORDER BY at DESC, article_id DESC, kind DESC, number DESC"
        ).fetchall()
    assert rows == view


def test_filters_are_those_of_search(connection: psycopg.Connection) -> None:
    store(
        connection,
        [article(1, title="Bắt ma túy"), article(2, portal="khac", unit=None), article(3, province="dak-nong")],
    )
    store(connection, [article(1, 10, title="Bắt vụ ma túy"), article(2, 20, portal="khac", unit=None, title="Số 9")])
    assert happened(connection, query="ma túy") == [(at(0), 1, "published"), (at(10), 1, "edited")]
    assert {number for _, number, _ in happened(connection, portal="khac")} == {2}
    assert {number for _, number, _ in happened(connection, units=("pv28",))} == {1, 3}
    assert {number for _, number, _ in happened(connection, province="lam-dong")} == {1, 2, 3}
    assert {number for _, number, _ in happened(connection, province="dak-nong")} == {3}
    assert {number for _, number, _ in happened(connection, author="huu liem", section="tin an ninh")} == {1, 2, 3}
    assert happened(connection, since=at(10), until=at(20)) == [(at(10), 1, "edited")]
    assert happened(connection, gone=True) == []
    assert [number for _, number, _ in happened(connection, least=0.75, of=["edited"])] == [2]


def test_pages_follow_on_though_something_happens_meanwhile(connection: psycopg.Connection) -> None:
    """Events of one moment among them."""
    store(connection, [article(number) for number in range(1, 8)])
    for number in range(1, 4):
        store(connection, [article(number, 10, title=f"Sửa {number}")])
    whole = [Place.of(row) for row in changes.changes(connection, Filters())]
    assert whole == sorted(
        whole, key=lambda place: (place.at, place.article_id, place.kind, place.number), reverse=True
    )
    seen: list[Place] = []
    after: Place | None = None
    for minute in itertools.count(100):
        page = changes.changes(connection, Filters(), after=after, limit=3)
        if not page:
            break
        seen += [Place.of(row) for row in page]
        after = seen[-1]
        store(connection, [article(4, minute, title=f"Lúc {minute}")])
    assert seen == whole


def test_the_command(connection: psycopg.Connection, command: Command) -> None:
    store(connection, [article(1), article(2, title="Bắt hai đối tượng")])
    store(connection, [article(2, 10, title="Bắt ba đối tượng")])
    table = command("changes", "--kind", "edited", "--format", "table")
    assert table.returncode == 0, table.stderr
    assert "2026-11-05 15:10" in table.stdout, "in Vietnam's time"
    assert "title: number, title; +1 −1 words" in table.stdout
    rows = [msgspec.json.decode(line) for line in command("changes", "bắt", "--until", "6/11/2026").stdout.splitlines()]
    assert [(row["kind"], row["difference"]) for row in rows] == [
        ("edited", {"title": "Bắt [-hai-] {+ba+} đối tượng"}), ("published", None),
    ]  # fmt: skip
    assert command("changes", "--kind", "gone", "--format", "table").stderr == "nothing found\n"
    wrong = command("changes", "--kind", "deleted")
    assert (wrong.returncode, "unknown kind 'deleted'" in wrong.stderr) == (2, True)


def test_an_entry_of_its_own_is_no_wider_than_it_must() -> None:
    from tintinh.cli.changes import entry

    row = {
        "at": datetime.fromisoformat("2026-11-05T15:10:00+07:00"), "kind": "gone", "score": None, "portal": "demo", "article_id": 7,
        "title": "Bắt\x1b[31m ba", "how": "removed",
    }  # fmt: skip
    assert entry(row) == ["2026-11-05 15:10  gone  demo 7", "  Bắt?[31m ba", "  removed"]
