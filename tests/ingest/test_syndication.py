"""Copies are found, told from one another and from notices of the same form; what is due survives everything."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from crawler.article import Article, encode
from ingest import likeness
from ingest.redaction import redact
from ingest.store import store
from ingest.syndication import compare_due
from reader import stored as articles
from reader.filters import Filters
from tests import older
from tests.conftest import Command, NewDatabase
from tests.support import START, article, at

# What a text is made of here; ordinary words, so that two texts of other words have nothing in common.
SAYING = """
lực lượng chức năng tuần tra khu vực bến cảng phát hiện nhóm thanh niên điều khiển phương tiện vượt tốc độ quy
định người dân cung cấp thông tin quan trọng giúp tổ công tác nhanh chóng xác minh làm rõ hành vi vi phạm hồ sơ
chuyển cơ quan thẩm quyền xử lý nghiêm minh đúng pháp luật góp phần giữ bình yên địa bàn chiến sĩ trẻ tham gia
hiến máu trao quà học sinh nghèo vượt khó sửa đường làng trồng cây xanh hướng dẫn cài đặt ứng dụng định danh mức
hai tiếp nhận hồ sơ
"""
WORDS = SAYING.split()


def text(seed: int, words: int = 240) -> str:
    """Sentences of words drawn by a seed."""
    chance = random.Random(seed)
    sentences = [" ".join(chance.choices(WORDS, k=12)).capitalize() + "." for _ in range(words // 12)]
    return "\n\n".join(" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3))


def published(number: int, body: str, **fields: Any) -> Article:
    given: dict[str, Any] = {
        "published_at": START + timedelta(days=number),
        "body": body,
        "body_html": f"<p>{body}</p>",
    }
    return article(number, **(given | fields))


def elsewhere(number: int, body: str, **fields: Any) -> Article:
    """An article of another portal."""
    address = f"http://khac.vn/{number}.html"
    return published(
        number, body, portal="khac", url=address, fetched_url=address, identity=f"khac.vn/{number}", **fields
    )


def clusters(connection: psycopg.Connection) -> list[set[str]]:
    """The titles of each cluster, in the order of their numbers."""
    rows = connection.execute(
        "SELECT array_agg(title) FROM news.article WHERE cluster IS NOT NULL GROUP BY cluster ORDER BY cluster"
    )
    return [set(row[0]) for row in rows]


def compared(connection: psycopg.Connection, *given: Article) -> list[set[str]]:
    store(connection, given)
    compare_due(connection)
    return clusters(connection)


# Copies


def test_a_copy_on_another_portal_and_one_on_the_same(connection: psycopg.Connection) -> None:
    body = text(1)
    assert compared(
        connection,
        published(1, body, title="Bài gốc"),
        elsewhere(2, body, title="Bài chép"),
        published(3, body.replace("tuần tra", "kiểm tra"), title="Bài đăng lại"),
        published(4, text(2), title="Bài khác"),
    ) == [{"Bài gốc", "Bài chép", "Bài đăng lại"}]


@pytest.mark.parametrize(
    "changed",
    [
        lambda body: body.upper(),
        lambda body: body.replace("\n\n", " "),
        lambda body: body.replace("òa", "oà").replace("đ", "d"),
        lambda body: "Tin mới nhận. " + body + "\n\nTheo Báo CAND",
        lambda body: body[: int(len(body) * 0.75)],
        lambda body: "\n\n".join(reversed(body.split("\n\n"))),
    ],
    ids=["capitals", "one paragraph", "no diacritics", "more around", "a quarter less", "another order"],
)
def test_what_a_copy_may_change(connection: psycopg.Connection, changed: Any) -> None:
    body = text(3)
    assert compared(connection, published(1, body, title="a"), elsewhere(2, changed(body), title="b")) == [{"a", "b"}]


def test_half_of_a_text_is_no_copy(connection: psycopg.Connection) -> None:
    body = text(4)
    assert compared(connection, published(1, body), elsewhere(2, body[: len(body) // 2])) == []


def test_same_title_and_another_date_stay_two(connection: psycopg.Connection) -> None:
    assert (
        compared(connection, published(1, text(5), title="Tin an ninh"), published(2, text(6), title="Tin an ninh"))
        == []
    )
    assert connection.execute("SELECT count(*) FROM news.article").fetchone() == (2,)


def notice(number: int, name: str, born: str, decision: str) -> str:
    return (
        f"Cơ quan Cảnh sát điều tra Công an tỉnh ra quyết định truy nã số {decision} đối với {name}, sinh ngày {born}, về tội trộm "
        "cắp tài sản. Ai biết thông tin về người nói trên đề nghị báo ngay cho cơ quan công an nơi gần nhất hoặc Phòng Cảnh sát "
        f"hình sự, số điện thoại 02523.{number}. Bất kỳ ai cũng có quyền bắt và giải ngay người bị truy nã đến cơ quan công an, "
        "viện kiểm sát hoặc ủy ban nhân dân nơi gần nhất. Người che giấu hoặc không tố giác bị xử lý theo quy định của pháp luật."
    )


def test_a_notice_filled_in_anew_is_no_copy(connection: psycopg.Connection) -> None:
    one = notice(821345, "Nguyễn Văn Bền", "04/03/1988", "12/QĐ-PC02")
    other = notice(821999, "Trần Quốc Đạt", "17/11/1995", "31/QĐ-PC02")
    first, second = likeness.read(one), likeness.read(other)
    assert first
    assert second
    common = len(first.triples & second.triples) / len(first.triples | second.triples)
    assert common > likeness.NEAR  # the form alone would make them copies
    assert compared(connection, published(1, one), elsewhere(2, other)) == []


def long_notice(name: str, born: str, decision: str, day: str) -> str:
    """One whose form tells more figures and names than what is filled in."""
    return (
        f"Ngày {day}, Cơ quan Cảnh sát điều tra Công an tỉnh Bình Thuận ra quyết định truy nã số {decision}/QĐ-CSĐT đối với {name}, "
        "sinh ngày "
        f"{born}, thường trú xã Hàm Liêm, huyện Hàm Thuận Bắc, về tội trộm cắp tài sản theo khoản 1 Điều 173 Bộ luật Hình sự năm 2015, "
        "sửa đổi năm 2017. Ai biết người này ở đâu xin báo cho Phòng Cảnh sát hình sự, số 10 đường Trần Hưng Đạo, phường Phú Thủy, thành "
        "phố Phan Thiết, điện thoại 0252.3821.345, hoặc điều tra viên Nguyễn Thanh Hải, số 0913.456.789. Theo Điều 162 Bộ luật Tố tụng "
        "hình sự năm 2015, người che giấu bị xử lý; mọi người đều có quyền bắt và giải ngay người bị truy nã đến nơi gần nhất."
    )


@pytest.mark.parametrize("day", ["05/6/2023", "19/9/2023"])
def test_a_long_notice_filled_in_anew_is_no_copy(connection: psycopg.Connection, day: str) -> None:
    one = long_notice("Nguyễn Văn Bền", "04/03/1988", "12", "05/6/2023")
    assert (
        compared(connection, published(1, one), elsewhere(2, long_notice("Trần Quốc Đạt", "17/11/1995", "31", day)))
        == []
    )


@pytest.mark.parametrize(
    "changed",
    [
        str.upper,
        lambda body: body.replace(" ", "\u00a0"),
        lambda body: (
            body.replace("Văn Bền", "Văn\nBền").replace("Trần Hưng", "Trần\nHưng").replace("Phan Thiết", "Phan\nThiết")
        ),
        lambda body: (
            body.replace("04/03/1988", "4-3-1988")
            .replace("05/6/2023", "5.6.2023")
            .replace("0252.3821.345", "02523821345")
        ),
        lambda body: "Công an tỉnh vừa thông tin về việc này. " + body[: int(len(body) * 0.85)],
    ],
    ids=["capitals", "other spaces", "other lines", "figures written otherwise", "a lead, and less at the end"],
)
def test_a_copy_of_a_notice_may_look_otherwise(connection: psycopg.Connection, changed: Any) -> None:
    one = long_notice("Nguyễn Văn Bền", "04/03/1988", "12", "05/6/2023")
    assert compared(connection, published(1, one, title="a"), elsewhere(2, changed(one), title="b")) == [{"a", "b"}]


def test_of_an_endless_text_the_beginning_is_compared(connection: psycopg.Connection) -> None:
    body = text(20, 60_000)
    assert len(body) > likeness.LONGEST
    assert compared(connection, published(1, body, title="a"), elsewhere(2, body[: likeness.LONGEST], title="b")) == [
        {"a", "b"}
    ]
    reading = likeness.read(body)
    assert reading == likeness.read(body[: likeness.LONGEST])


def test_a_copy_may_correct_a_figure(connection: psycopg.Connection) -> None:
    one = notice(821345, "Nguyễn Văn Bền", "04/03/1988", "12/QĐ-PC02")
    assert compared(
        connection, published(1, one, title="a"), elsewhere(2, one.replace("04/03/1988", "05/03/1988"), title="b")
    ) == [{"a", "b"}]


def test_short_texts_are_not_compared(connection: psycopg.Connection) -> None:
    assert compared(connection, published(1, "Xem tập tin đính kèm."), published(2, "Xem tập tin đính kèm.")) == []
    assert connection.execute("SELECT count(*) FROM news.fingerprint").fetchone() == (2,)


# What changes later


def test_an_edit_leaves_a_cluster_and_comes_back(connection: psycopg.Connection) -> None:
    body = text(7)
    three = [published(number, body, title=f"bài {number}") for number in (1, 2, 3)]
    assert compared(connection, *three) == [{"bài 1", "bài 2", "bài 3"}]
    edited = published(1, text(8), title="bài 1", fetched_at=at(10))
    assert compared(connection, edited) == [{"bài 2", "bài 3"}]
    assert (
        connection.execute("SELECT min(cluster) FROM news.article").fetchone()
        == connection.execute("SELECT min(id) FROM news.article WHERE title = 'bài 2'").fetchone()
    )
    assert compared(connection, published(1, body, title="bài 1", fetched_at=at(20))) == [{"bài 1", "bài 2", "bài 3"}]


def test_a_cluster_held_by_one_article_falls_apart_without_it(connection: psycopg.Connection) -> None:
    parts = text(9, 480).split("\n\n")
    quarter = len(parts) // 4
    left, middle, right = parts[: 3 * quarter], parts[: 4 * quarter], parts[quarter:]
    given = [
        published(number, "\n\n".join(part), title=title)
        for number, (title, part) in enumerate((("trái", left), ("giữa", middle), ("phải", right)), 1)
    ]
    one, two = likeness.read(given[0].body), likeness.read(given[2].body)
    assert one
    assert two
    assert likeness.likeness(one, two) is None  # only the middle one is like both
    assert compared(connection, *given) == [{"trái", "giữa", "phải"}]
    assert compared(connection, published(2, text(10), title="giữa", fetched_at=at(10))) == []
    assert connection.execute("SELECT count(*) FROM news.likeness").fetchone() == (0,)


def test_copies_stay_together_when_those_they_were_compared_with_are_edited(connection: psycopg.Connection) -> None:
    """Each is compared with 64 others only, all of them with the same ones."""
    body = text(21)
    compared(connection, *(published(number, body, title=str(number)) for number in range(1, 101)))
    edited = [published(number, text(100 + number), title=str(number), fetched_at=at(10)) for number in range(1, 71)]
    assert compared(connection, *edited) == [{str(number) for number in range(71, 101)}]


def test_a_redacted_article_leaves_its_cluster(connection: psycopg.Connection) -> None:
    body = text(11)
    assert compared(connection, published(1, body, title="a"), elsewhere(2, body, title="b")) == [{"a", "b"}]
    (number,) = connection.execute("SELECT id FROM news.article WHERE title = 'a'").fetchone() or (0,)
    assert redact(connection, number, "tòa án yêu cầu", "Lan")
    compare_due(connection)
    assert clusters(connection) == []
    assert connection.execute("SELECT keys FROM news.fingerprint WHERE article_id = %s", [number]).fetchone() == ([],)


def test_nothing_is_compared_twice(connection: psycopg.Connection) -> None:
    given = [published(number, text(number)) for number in range(1, 6)]
    store(connection, given)
    assert compare_due(connection) == 5
    assert compare_due(connection) == 0
    store(connection, [published(1, text(1), fetched_at=at(30))])
    assert compare_due(connection) == 0


def test_what_is_due_outlives_a_failure(connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    body = text(12)
    store(connection, [published(1, body, title="a"), elsewhere(2, body, title="b")])

    def fail(*_: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr("ingest.syndication._save_clusters", fail)
        with pytest.raises(RuntimeError):
            compare_due(connection)
    assert connection.execute("SELECT count(*) FROM news.fingerprint").fetchone() == (0,)
    assert compare_due(connection) == 2
    assert clusters(connection) == [{"a", "b"}]


def test_many_copies_of_one_text(connection: psycopg.Connection) -> None:
    """More than are compared with one of them, over several batches."""
    body = text(13)
    given = [published(number, f"{body} Bản thứ {number}.", title=f"bản {number}") for number in range(1, 231)]
    assert compared(connection, *given) == [{f"bản {number}" for number in range(1, 231)}]


@pytest.mark.parametrize("seed", range(4))
def test_any_order_gives_the_same_clusters(connection: psycopg.Connection, seed: int) -> None:
    chance = random.Random(seed)
    given = [
        published(10 * family + member, f"{text(family)} {'Thêm một câu khác. ' * member}", title=f"{family}/{member}")
        for family in range(1, 8)
        for member in range(family % 4 + 1)
    ]
    chance.shuffle(given)
    for start in range(0, len(given), 3):
        store(connection, given[start : start + 3])
        if chance.random() < 0.5:
            compare_due(connection)
    compare_due(connection)
    wanted = [{f"{family}/{member}" for member in range(family % 4 + 1)} for family in range(1, 8) if family % 4]
    assert sorted(map(sorted, clusters(connection))) == sorted(map(sorted, wanted))


def test_keys_are_those_that_are_stored(connection: psycopg.Connection) -> None:
    """Other keys would not meet the stored ones: METHOD changes then, and a migration makes all of them anew."""
    reading = likeness.read(text(1))
    assert reading
    assert likeness.METHOD == (2, 3, 32, 5, 1)
    assert likeness.keys(reading)[:3] == [-1660995104, -484657121, -2020940985]


def test_an_older_database_is_compared_when_it_is_upgraded(
    command: Command, database_of: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = database_of()
    with psycopg.connect(uri, autocommit=True) as connection:
        older.make(connection, 8, monkeypatch)
        older.insert(connection, published(1, text(19), title="a"))
        older.insert(connection, elsewhere(2, text(19), title="b"))
        done = command("db", "upgrade", env={"DATABASE_URL": uri})
        assert done.returncode == 0, done.stderr
        assert "2 articles compared with each other" in done.stderr.splitlines()
        assert clusters(connection) == [{"a", "b"}]


# What readers see


def test_search_folds_copies_on_request(connection: psycopg.Connection) -> None:
    body = "Tuần tra đêm. " + text(14)
    compared(
        connection,
        published(3, body + " Bản sau.", title="Bản sau"),
        elsewhere(1, body, title="Bản đầu"),
        published(2, "Tuần tra ngày. " + text(15), title="Bài khác"),
    )

    def titles(portal: str | None = None, fold: bool = False, **window: Any) -> list[str]:
        wanted = Filters(query='"tuần tra"', portal=portal, fold=fold)
        return [row["title"] for row in articles.search(connection, wanted, **window)]

    assert set(titles()) == {"Bản sau", "Bản đầu", "Bài khác"}
    assert sorted(titles(fold=True)) == ["Bài khác", "Bản đầu"]
    assert titles(fold=True, sort="date") == ["Bài khác", "Bản đầu"]
    assert titles(fold=True, sort="date", limit=1, offset=1) == ["Bản đầu"]
    assert titles(fold=True, portal="demo", sort="date") == ["Bản sau", "Bài khác"]  # the first of those that match
    copies = {row["title"]: row["copies"] for row in articles.search(connection, Filters())}
    exported = [row["title"] for row in articles.export(connection, Filters(query='"tuần tra"', fold=True))]
    assert exported == ["Bài khác", "Bản đầu"]
    assert copies == {"Bản sau": 1, "Bản đầu": 1, "Bài khác": 0}


@pytest.mark.parametrize("sort", ["date", "relevance"])
def test_pages_of_folded_articles_lack_none(connection: psycopg.Connection, sort: str) -> None:
    """More copies than are ranked, and what is older than all of them."""
    connection.execute(
        "INSERT INTO news.article_current (portal, identity, url, title, published_at, authors, body, body_html, images, attachments, "
        "content_hash, first_seen_at, changed_at, extracted_by) SELECT 'demo', n::text, n::text, 'bài', now() - n * interval '1 hour', "
        "'{}', 'tuần tra', '', '[]', '[]', n::text, now(), now(), '{}' FROM generate_series(1, 5100) AS n"
    )
    connection.execute(
        "INSERT INTO news.fingerprint SELECT id, content_hash, '{}', CASE WHEN id <= 5020 THEN 1 END FROM news.article_current"
    )
    pages = [
        [
            row["id"]
            for row in articles.search(
                connection, Filters(query="tuan tra", fold=True), sort=sort, limit=50, offset=start
            )
        ]
        for start in (0, 50, 100)
    ]
    assert [number for page in pages for number in page] == list(range(5020, 5101))


def test_who_writes_articles_need_not_know_of_copies(connection: psycopg.Connection) -> None:
    store(connection, [published(1, text(1))])
    compare_due(connection)
    with connection.transaction(force_rollback=True):
        connection.execute("CREATE ROLE tintinh_test_writer")
        connection.execute("GRANT USAGE ON SCHEMA news TO tintinh_test_writer")
        connection.execute("GRANT SELECT, UPDATE ON news.article_current TO tintinh_test_writer")
        connection.execute("SET LOCAL ROLE tintinh_test_writer")
        connection.execute("UPDATE news.article_current SET section = 'Tin'")
        connection.execute("RESET ROLE")
        assert connection.execute("SELECT count(*) FROM news.fingerprint_due").fetchone() == (1,)


def test_the_first_and_its_copies(connection: psycopg.Connection) -> None:
    body = text(16)
    compared(
        connection,
        published(5, body, title="Chép lại", credit="Báo CAND"),
        elsewhere(1, body, title="Bài gốc"),
        published(7, body, title="Không rõ ngày", published_at=None),
    )
    (number,) = connection.execute("SELECT id FROM news.article WHERE title = 'Chép lại'").fetchone() or (0,)
    found = articles.copies(connection, number)
    # Without a date of publication the day it was met counts.
    assert [row["title"] for row in found] == ["Không rõ ngày", "Bài gốc", "Chép lại"]
    assert [row["likeness"] for row in found] == [None, 1.0, 1.0]
    assert articles.copies(connection, 10**9) == []


# The command


@pytest.fixture
def filled(command: Command) -> Command:
    """The command over a database with an article, its copy, and another article."""
    body = "Tuần tra đêm. " + text(17)
    given = [
        published(1, body, title="Bài gốc"),
        elsewhere(2, body.replace("đêm", "khuya"), title="Bài chép", byline="Theo Báo CAND", credit="Báo CAND"),
        published(3, text(18), title="Bài khác"),
    ]
    done = command("ingest", "-", stdin=b"\n".join(map(encode, given)))
    assert done.returncode == 0, done.stderr
    return command


def test_what_each_copy_changed(filled: Command) -> None:
    told = filled("show", "http://khac.vn/2.html", "--copies", "--format", "table").stdout.splitlines()
    assert [line.split()[0] for line in told if not line.startswith(" ")] == ["first", "copy"]
    assert told[0].startswith("first  1  demo, published 2026-11-06 15:00, first seen 2026-11-05 15:00")
    assert told[2].endswith("http://khac.vn/2.html, 98% alike")
    assert "  title: Bài [-gốc-] {+chép+}" in told
    assert "  credit: {+Báo CAND+}" in told
    assert any(line.startswith("  body: Tuần tra [-đêm.-] {+khuya.+}") for line in told)
    rows = [json.loads(line) for line in filled("show", "1", "--copies").stdout.splitlines()]
    assert [(row["portal"], sorted(row["changed"])) for row in rows] == [
        ("demo", []),
        ("khac", ["body", "byline", "credit", "title"]),
    ]


def test_an_article_without_copies(filled: Command) -> None:
    done = filled("show", "3", "--copies")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "article 3 has no copies\n")


@pytest.mark.parametrize("other", ["--revisions", "--source", "--at=2026-11-05", "--warc=a.warc.gz"])
def test_copies_are_shown_alone(filled: Command, other: str) -> None:
    done = filled("show", "1", "--copies", other)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--copies goes alone" in done.stderr


def test_fold_on_the_command_line(filled: Command) -> None:
    rows = [json.loads(line) for line in filled("search", '"tuần tra"', "--fold").stdout.splitlines()]
    assert [(row["title"], row["copies"], row["cluster"]) for row in rows if row["copies"]] == [("Bài gốc", 1, 1)]
    both = [json.loads(line)["title"] for line in filled("search", '"tuần tra"').stdout.splitlines()]
    assert {"Bài gốc", "Bài chép"} <= set(both)
    exported = [json.loads(line) for line in filled("export").stdout.splitlines()]
    assert {row["title"]: row["cluster"] for row in exported} == {"Bài gốc": 1, "Bài chép": 1, "Bài khác": None}
