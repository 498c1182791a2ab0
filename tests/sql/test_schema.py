"""The statements fit the schema, the migrations make exactly it."""

from __future__ import annotations

import ast
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import psycopg
import pytest

from crawler.article import FIELDS
from crawler.fields import Field
from crawler.lines import Fetch
from ingest import migrate
from ingest.batch import prepare
from ingest.errors import DatabaseBusy, DatabaseOutdated, DatabaseTooNew, DatabaseUnfinished, DatabaseUnsuitable
from ingest.rows import copy_items, insert_new
from ingest.store import Figures, ingest_lines, store
from sql import columns
from sql.load import Migration, afterwards, command, migrations, of_articles, query
from tests import older
from tests.conftest import NewDatabase
from tests.support import article, at
from tintinh.embedded import postgres
from vietnam import provinces
from vietnam.units import TABLE, Unit
from work import queue

ROOT = Path(__file__).parents[2]
SQL = ROOT / "sql"
QUERIES = sorted([*(path.stem for path in (SQL / "queries").glob("*.sql")), *of_articles("query")])
COMMANDS = sorted([*(path.stem for path in (SQL / "commands").glob("*.sql")), *of_articles("command")])

# Everything a schema is made of, as rows of text; for servers that the bundled pg_dump is not made for.
CATALOG = {
    "columns": """
        SELECT relation.relname, relation.relkind, relation.reloptions, attnum, attname, format_type(atttypid, atttypmod),
               attnotnull, attidentity, attgenerated, pg_get_expr(adbin, adrelid)
        FROM pg_class AS relation JOIN pg_attribute ON attrelid = relation.oid
        LEFT JOIN pg_attrdef ON adrelid = relation.oid AND adnum = attnum
        WHERE relnamespace = 'news'::regnamespace AND attnum > 0 AND relkind <> 'i' ORDER BY 1, 4""",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'news' ORDER BY 1",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'news'::regnamespace ORDER BY 1, 2""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'news' ORDER BY 1",
    "functions": """
        SELECT proname, pg_get_functiondef(oid), proacl::text FROM pg_proc WHERE pronamespace = 'news'::regnamespace ORDER BY 1, 2""",
    "comments": """
        SELECT objoid::regclass::text, objsubid, description FROM pg_description
        WHERE classoid = 'pg_class'::regclass AND objoid IN (SELECT oid FROM pg_class WHERE relnamespace = 'news'::regnamespace)
        ORDER BY 1, 2""",
    "extensions": "SELECT extname, extnamespace::regnamespace::text FROM pg_extension ORDER BY 1",
    "rights": "SELECT relname, relacl::text FROM pg_class WHERE relnamespace = 'news'::regnamespace ORDER BY 1",
}


def catalog(uri: str) -> dict[str, list[tuple[object, ...]]]:
    with psycopg.connect(uri) as connection:
        return {name: connection.execute(text.encode()).fetchall() for name, text in CATALOG.items()}


def dump(uri: str) -> str:
    """The database as statements, without comments and the random keys of `\\restrict`."""
    done = subprocess.run(
        [postgres.binary("pg_dump"), "--schema-only", uri], capture_output=True, text=True, check=True
    )
    lines = [line for line in done.stdout.splitlines() if line and not line.startswith(("--", "\\"))]
    return "\n".join(lines)


def from_schema(database_of: NewDatabase) -> str:
    uri = database_of()
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute((SQL / "schema.sql").read_bytes())
        migrate.make_roles(connection)
    return uri


def from_migrations(database_of: NewDatabase) -> str:
    uri = database_of()
    with psycopg.connect(uri, autocommit=True) as connection:
        migrate.upgrade(connection)
    return uri


def test_the_migrations_make_exactly_the_schema(database_of: NewDatabase, server_uri: str) -> None:
    read, made = from_schema(database_of), from_migrations(database_of)
    assert catalog(read) == catalog(made)
    assert len(catalog(read)["columns"]) > 50
    with psycopg.connect(server_uri) as connection:
        bundled = connection.info.server_version // 10000 <= postgres.MAJOR
    if bundled:
        assert dump(read) == dump(made)
        assert "CREATE TABLE news.article_current" in dump(read)


def test_a_difference_would_be_seen(database_of: NewDatabase) -> None:
    read, made = from_schema(database_of), from_migrations(database_of)
    with psycopg.connect(made, autocommit=True) as connection:
        connection.execute("ALTER TABLE news.run ALTER error SET NOT NULL")
    assert catalog(read) != catalog(made)
    assert dump(read) != dump(made)


@pytest.mark.parametrize("make", [from_schema, from_migrations])
def test_the_provinces_are_those_of_the_program(database_of: NewDatabase, make: Callable[[NewDatabase], str]) -> None:
    with psycopg.connect(make(database_of)) as connection:
        rows = connection.execute(
            "SELECT slug, name, kind, successor, ended_on, former_name, former_kind, changed_on FROM news.province"
        ).fetchall()
    known = {
        (one.slug, one.name, one.kind, one.successor, one.ended)
        + ((one.before.name, one.before.kind, one.before.until) if one.before else (None, None, None))
        for one in provinces.PROVINCES.values()
    }
    assert len(rows) == 63
    assert set(rows) == known


@pytest.mark.parametrize("make", [from_schema, from_migrations])
def test_the_units_are_those_of_the_program(database_of: NewDatabase, make: Callable[[NewDatabase], str]) -> None:
    with psycopg.connect(make(database_of)) as connection:
        rows = connection.execute(
            "SELECT code, name, valid_from, valid_to, successors, source, confirmed FROM news.unit_code"
        ).fetchall()
    assert {(one[0], Unit(*one[:4], tuple(one[4]), *one[5:])) for one in rows} == set(TABLE.items())


def prepared(statement: bytes) -> str:
    """The statement with `$1` for `%(name)s`; a `%` of SQL is written `%%` for psycopg."""
    names: dict[str, int] = {}
    text = re.sub(r"%\((\w+)\)s", lambda found: f"${names.setdefault(found[1], len(names) + 1)}", statement.decode())
    return text.replace("%%", "%").strip().rstrip(";")


@pytest.fixture(scope="module")
def read_only(database_of: NewDatabase, template: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_of(template), autocommit=True) as connection:
        queue.install(connection)
        yield connection


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_fits_the_schema(read_only: psycopg.Connection, name: str) -> None:
    connection = read_only
    connection.execute(command("create_incoming"))
    text = prepared(query(name))
    assert ";" not in re.sub(r"'[^']*'|--.*", "", text), "one statement a file"
    connection.execute(f"PREPARE {name} AS {text}".encode(), prepare=False)


def test_commands_run(connection: psycopg.Connection) -> None:
    connection.execute(command("create_incoming"))
    connection.execute(command("create_incoming"))  # every batch says it again
    copy_items(connection, [prepare(article())])
    assert insert_new(connection, [prepare(article())]) == {prepare(article()).identity: 1}
    for name in (
        "make_phrase_index",
        "drop_phrase_index",
        "analyze",
        "make_roles",
        "become_writer",
        "become_reader",
        "limit_statements",
    ):
        connection.execute(command(name))
    with connection.transaction():
        connection.execute(command("prefer_indexes"))
        assert connection.execute("SHOW enable_seqscan").fetchone() == ("off",)
    assert connection.execute("SHOW enable_seqscan").fetchone() == ("on",)
    connection.execute(command("reading_session"))
    assert connection.execute("SHOW default_transaction_read_only").fetchone() == ("on",)
    assert COMMANDS == [
        "analyze", "become_reader", "become_writer", "copy_articles", "copy_incoming", "create_incoming", "drop_phrase_index", "limit_statements", "make_phrase_index",
        "make_queue", "make_roles", "name_queue", "prefer_indexes", "queue_rights", "reading_session", "search_queue",
    ]  # fmt: skip


@pytest.mark.parametrize("name", columns.FILES)
def test_the_lists_of_columns_are_those_of_the_fields(name: str) -> None:
    """`make columns` would change nothing."""
    text = (SQL / name).read_text(encoding="utf-8")
    assert columns.written(text) == text
    assert text.count("-- end\n") == len(re.findall("-- (?:fields|lines) .*:", text)) > 4


def test_a_list_of_columns_that_lacks_a_field_would_be_seen() -> None:
    text = (SQL / "articles.sql").read_text(encoding="utf-8")
    assert columns.written(text.replace("byline = NULL, ", "")) == text
    with pytest.raises(ValueError, match="no set of fields is called some"):
        columns.written("-- fields some: {name}\n-- end\n")


def test_the_migration_of_a_new_field_is_written(
    connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = migrate.target_version() + 1
    later = Field("video_urls", "text[] NOT NULL DEFAULT '{}'", True, False, "'{}'", version, (), "The page's videos")
    monkeypatch.setattr(columns, "FIELDS", (*FIELDS, later))
    store(connection, [article(1)])
    schema = columns.written((SQL / "schema.sql").read_text(encoding="utf-8"))
    connection.execute(columns.migration(version, schema).encode(), prepare=False)
    told = connection.execute(
        "SELECT col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'news.article_current'::regclass AND attname = 'video_urls'"
    ).fetchone()
    assert told == ("The page's videos",)
    for place in ("article_current", "article_revision", "article", "article_state", "article_as_of(now())"):
        rows = connection.execute(f"SELECT video_urls FROM news.{place}".encode()).fetchall()
        assert rows == ([([],)] if place != "article_revision" else [])


@pytest.mark.parametrize("table", ["article_current", "article_revision"])
def test_every_field_has_its_column(read_only: psycopg.Connection, table: str) -> None:
    rows = read_only.execute(
        """
        SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
        WHERE attrelid = %s::regclass AND attnum > 0""",
        [f"news.{table}"],
    )
    present = {name: (type_.replace("timestamp with time zone", "timestamptz"), full) for name, type_, full in rows}
    for one in FIELDS:
        assert present[one.name] == (one.type.split(" ")[0], "NOT NULL" in one.type), one.name


def test_no_two_statements_have_one_name() -> None:
    assert len(set(QUERIES)) == len(QUERIES)
    assert len(set(COMMANDS)) == len(COMMANDS)


def test_every_statement_is_used_and_every_use_has_a_statement() -> None:
    used: dict[str, set[str]] = {"query": set(), "command": set()}
    strings: set[str] = set()
    for wing in ("crawler", "ingest", "reader", "sql", "tintinh", "work"):
        for path in (ROOT / wing).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    strings.add(node.value)
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in used
                    and node.args
                    and isinstance(node.args[0], ast.Constant)
                ):
                    used[node.func.id].add(node.args[0].value)
    assert set(QUERIES) - strings == set()
    assert set(COMMANDS) - strings == set()
    assert used["query"] - set(QUERIES) == set()
    assert used["command"] - set(COMMANDS) == set()
    assert len(used["query"]) > 20


def test_migrations_are_numbered_in_order() -> None:
    """A number may be left out: who works beside others takes some beforehand."""
    numbers = [migration.version for migration in migrations()]
    assert numbers == sorted(set(numbers))
    assert migrate.target_version() == numbers[-1]


def test_upgrade_twice_does_nothing_the_second_time(database_of: NewDatabase) -> None:
    with psycopg.connect(database_of(), autocommit=True) as connection:
        assert migrate.version(connection) == 0
        assert migrate.upgrade(connection) == [f"{m.version:04} {m.name}" for m in migrations()]
        before = connection.execute("SELECT * FROM news.migration").fetchall()
        assert migrate.upgrade(connection) == []
        migrate.ensure(connection)
        assert connection.execute("SELECT * FROM news.migration").fetchall() == before
        assert migrate.version(connection) == migrate.target_version()


def test_an_empty_database_is_made_ready(database_of: NewDatabase) -> None:
    with psycopg.connect(database_of(), autocommit=True) as connection:
        migrate.ensure(connection)
        assert migrate.version(connection) == migrate.target_version()


def test_a_database_newer_than_the_program_is_refused(connection: psycopg.Connection) -> None:
    newer = migrate.target_version() + 7
    connection.execute("INSERT INTO news.migration (version, name) VALUES (%s, 'later')", [newer])
    for refuse in (migrate.upgrade, migrate.ensure):
        with pytest.raises(DatabaseTooNew, match=f"schema {newer}.*upgrade tintinh"):
            refuse(connection)
    locks = connection.execute(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    ).fetchone()
    assert locks == (0,)


def test_a_database_older_than_the_program_is_not_upgraded_in_passing(
    connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = Migration(migrate.target_version() + 1, "later", b"CREATE TABLE news.later ()")
    monkeypatch.setattr(migrate, "migrations", lambda: [*migrations(), later])
    with pytest.raises(DatabaseOutdated, match="tintinh db upgrade"):
        migrate.ensure(connection)
    assert migrate.upgrade(connection) == [f"{later.version:04} later"]
    migrate.ensure(connection)


def test_articles_of_an_older_database_get_their_province_of_today(
    database_of: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(database_of(), autocommit=True) as connection:
        older.make(connection, 1, monkeypatch)
        for number, province in ((1, "binh-thuan"), (2, None)):
            older.insert(connection, article(number, province=province))
        migrate.upgrade(connection)
        told = connection.execute("SELECT province, province_now FROM news.article ORDER BY url").fetchall()
    assert told == [("binh-thuan", "lam-dong"), (None, None)]


@pytest.mark.parametrize("version", range(1, migrate.target_version()))
def test_a_database_of_every_version_goes_on(
    database_of: NewDatabase, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    """What was stored under an older schema is what it was; today's statements work on it once it is upgraded."""
    with psycopg.connect(database_of(), autocommit=True) as connection:
        older.make(connection, version, monkeypatch)
        older.insert(connection, article(1))
        migrate.upgrade(connection)
        assert store(connection, [article(1, 5)]) == Figures(unchanged=1)
        assert store(connection, [article(1, 9, title="Sửa")]) == Figures(changed=1)
        states = connection.execute("SELECT title FROM news.article_state ORDER BY revision").fetchall()
    assert states == [(article(1).title,), ("Sửa",)]


def test_a_migration_that_fails_leaves_nothing_behind(
    connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Migration(migrate.target_version() + 1, "wrong", b"CREATE TABLE news.half (); SELECT 1/0;")
    monkeypatch.setattr(migrate, "migrations", lambda: [*migrations(), wrong])
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate.upgrade(connection)
    assert migrate.version(connection) == wrong.version - 1
    assert connection.execute("SELECT to_regclass('news.half')").fetchone() == (None,)
    assert connection.execute(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    ).fetchone() == (0,)


def test_upgrades_at_the_same_time_are_safe(database_of: NewDatabase) -> None:
    uri = database_of()
    together = threading.Barrier(6)
    applied: list[list[str]] = []
    failures: list[BaseException] = []

    def upgrade() -> None:
        try:
            with psycopg.connect(uri, autocommit=True) as connection:
                together.wait()
                applied.append(migrate.upgrade(connection))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(map(len, applied)) == [0] * 5 + [len(migrations())]


# Without waiting


def test_a_migration_does_not_wait_long_for_a_table(database_of: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    uri = database_of()
    monkeypatch.setattr(migrate, "LOCK_WAIT", "20ms")
    monkeypatch.setattr(migrate, "LOCK_TRIES", 2)
    monkeypatch.setattr(migrate, "LOCK_PAUSE", 0.0)
    with psycopg.connect(uri, autocommit=True) as connection, psycopg.connect(uri) as reader:
        older.make(connection, 1, monkeypatch)
        reader.execute("SELECT count(*) FROM news.article_current")  # and its transaction stays open
        with pytest.raises(DatabaseBusy, match=r"in use 2 times.*pg_stat_activity"):
            migrate.upgrade(connection)
        assert connection.execute("SHOW lock_timeout").fetchone() == ("0",)
        reader.rollback()
        migrate.upgrade(connection)
        assert migrate.version(connection) == migrate.target_version()


def test_old_rows_are_looked_through_after_the_release(
    database_of: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The schema is in use at once; what does not fit is said, and may be mended."""
    with psycopg.connect(database_of(), autocommit=True) as connection:
        older.make(connection, 1, monkeypatch)
        for number, province in ((1, "binh-thuan"), (2, "atlantis")):
            older.insert(connection, article(number, province=province))
        migrate.upgrade(connection, finish=False)
        assert migrate.version(connection) == migrate.target_version()
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            older.insert(connection, article(3, province="atlantis"))
        for _ in range(2):
            with pytest.raises(DatabaseUnfinished, match="article_province"):
                migrate.upgrade(connection)
        connection.execute("UPDATE news.article_current SET province = NULL WHERE province = 'atlantis'")
        assert migrate.upgrade(connection) == []
        assert connection.execute("SELECT count(*) FROM pg_constraint WHERE NOT convalidated").fetchone() == (0,)
        finished = connection.execute("SELECT count(*) FROM news.migration WHERE finished_at IS NOT NULL").fetchone()
        assert finished == (len(afterwards()),)


def test_what_comes_afterwards_belongs_to_a_migration_and_may_be_said_again(connection: psycopg.Connection) -> None:
    assert {work.version for work in afterwards()} <= {migration.version for migration in migrations()}
    connection.execute("UPDATE news.migration SET finished_at = NULL")
    migrate.upgrade(connection)


# What the database itself holds its rows to


def test_an_unknown_province_or_precision_is_a_reject(connection: psycopg.Connection) -> None:
    given = [
        article(1),
        article(2, province="atlantis"),
        article(3, published_precision="fortnight"),
        article(4, province=None),
    ]
    assert store(connection, given) == Figures(new=2, rejected=2)
    reasons = [row[0] for row in connection.execute("SELECT reason FROM news.reject ORDER BY reason")]
    assert [
        name in reason for name, reason in zip(("article_province", "article_precision"), reasons, strict=True)
    ] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": 7},
        {"bytes": -1},
        {"archive_file": "demo/a.warc.gz"},
        {"archive_file": "a", "archive_type": "response", "archive_offset": -1, "archive_length": 5},
        {"archive_file": "a", "archive_type": "response", "archive_offset": 0, "archive_length": 0},
    ],
)
def test_a_response_that_cannot_be_is_a_reject(connection: psycopg.Connection, wrong: dict[str, Any]) -> None:
    given = Fetch(portal="demo", url="http://demo.vn/", fetched_at=at(0), **({"status": 200} | wrong))
    right = Fetch(portal="demo", url="http://demo.vn/2", fetched_at=at(0), status=200)
    assert ingest_lines(connection, [msgspec.json.encode(one) for one in (given, right)]) == Figures(rejected=1)
    assert connection.execute("SELECT url FROM news.fetch").fetchall() == [("http://demo.vn/2",)]


def test_an_endless_address_can_be_rejected(connection: psycopg.Connection) -> None:
    assert store(connection, [article(1, url="http://demo.vn/" + "x" * 50_000)]) == Figures(rejected=1)
    connection.execute(
        "INSERT INTO news.reject (url, reason, item) VALUES (%s, 'x', 'x')", ["http://demo.vn/" + "y" * 50_000]
    )


def test_every_table_and_every_field_of_an_article_is_told_of(connection: psycopg.Connection) -> None:
    silent = connection.execute(
        """SELECT relname FROM pg_class AS relation
           WHERE relnamespace = 'news'::regnamespace AND relkind IN ('r', 'v') AND obj_description(oid, 'pg_class') IS NULL
           UNION ALL
           SELECT attname FROM pg_attribute WHERE attrelid = 'news.article_current'::regclass AND attnum > 0 AND attname <> 'id'
             AND NOT attisdropped AND col_description(attrelid, attnum) IS NULL"""
    ).fetchall()
    assert silent == []


def test_words_are_folded_wherever_unaccent_is(database_of: NewDatabase) -> None:
    """And whatever path a session has."""
    with psycopg.connect(database_of(), autocommit=True) as connection:
        connection.execute('CREATE SCHEMA "Phần mở rộng"')
        connection.execute('CREATE EXTENSION unaccent SCHEMA "Phần mở rộng"')
        migrate.ensure(connection)
        connection.execute("SET search_path = ''")
        folded = connection.execute("SELECT news.fold('Đức Linh'), news.fold(normalize('Hữu Liêm', NFD))").fetchone()
        assert folded == ("duc linh", "huu liem")
        connection.execute("SELECT * FROM news.search('đức linh')")


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_is_not_in_utf8_is_refused(database_of: NewDatabase, encoding: str) -> None:
    uri = database_of(options=f"ENCODING '{encoding}' LOCALE 'C'")
    with psycopg.connect(uri, autocommit=True) as connection:
        with pytest.raises(DatabaseUnsuitable, match=f"UTF8.*{encoding}"):
            migrate.ensure(connection)
        assert connection.execute("SELECT to_regnamespace('news')").fetchone() == (None,)


def test_the_template_is_not_the_database_of_the_server(database_uri: str, server_uri: str) -> None:
    assert urlsplit(database_uri).path != urlsplit(server_uri).path
