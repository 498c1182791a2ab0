"""Newer rules over pages that are archived: revisions that say so, and a history that stays true."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from crawler.article import FIELDS
from crawler.platforms import rules
from tests.conftest import NewDatabase
from tests.support import PATIENCE, Portal, article, ended, environment, until
from tests.tintinh.test_source import Crawled
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite
from tintinh.demo.truth import expected
from tintinh.run import due, reextract

TOTAL = len(expected())
# What older rules might have stored: no unit, and another title.
OLDER = """
    UPDATE news.article_current SET unit = NULL, title = 'Cũ: ' || title, content_hash = 'older' || id
    WHERE id % 3 = 0"""
STATES = """
    SELECT article_id, revision, valid_from, valid_to, title, made_by FROM news.article_revision
    UNION ALL SELECT id, revision, changed_at, NULL, title, made_by FROM news.article_current ORDER BY 1, 2"""


@pytest.fixture(scope="module")
def whole(database_of: NewDatabase, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """The demo portal, crawled with an archive; it stays served."""
    portal = Portal()
    with serve(site=portal) as address:
        made = Crawled(database_of(template), address, tmp_path_factory.mktemp("crawled"), portal)
        made.crawl()
        yield made


@pytest.fixture
def crawled(whole: Crawled, database_of: NewDatabase) -> Iterator[Crawled]:
    """A copy of it that older rules have read."""
    copy = whole._replace(uri=database_of(whole.uri.partition("?")[0].rpartition("/")[2]))
    with psycopg.connect(copy.uri) as connection:
        connection.execute(OLDER)
    yield copy
    whole.portal.site = DemoSite()


def test_rules_that_did_not_change_change_nothing(whole: Crawled) -> None:
    before = whole.rows(STATES)
    done = whole("reextract")
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"demo: read {TOTAL}, changed 0, no article any more 0, without a page 0\n"
    assert whole.rows(STATES) == before


def test_a_dry_run_counts_and_changes_nothing(crawled: Crawled) -> None:
    before, runs = crawled.rows(STATES), crawled.rows("SELECT count(*) FROM news.run")
    done = crawled("reextract", "--dry-run", "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    assert crawled.rows(STATES) == before
    assert crawled.rows("SELECT count(*) FROM news.run") == runs
    told = {row["field"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert told["title"]["articles"] == TOTAL // 3
    assert set(told) == {"title", "unit"}
    assert 0 < told["unit"]["articles"] <= TOTAL // 3
    for sample in told["title"]["samples"]:
        assert sample["before"] == f"Cũ: {sample['after']}"
    shown = crawled("reextract", "--dry-run", "--format", "table").stdout
    assert f"demo  title: {TOTAL // 3} articles" in shown
    assert "[-Cũ:-]" in shown


def test_what_changes_becomes_a_revision_that_says_so(crawled: Crawled) -> None:
    before = {row[0]: row for row in crawled.rows(STATES)}
    seen = crawled.rows("SELECT id, first_seen_at, last_seen_at FROM news.article ORDER BY id")
    done = crawled("reextract", "--portal", "demo")
    assert done.returncode == 0, done.stderr
    assert f"read {TOTAL}, changed {TOTAL // 3}," in done.stderr
    assert crawled.rows("SELECT id, first_seen_at, last_seen_at FROM news.article ORDER BY id") == seen
    states: dict[int, list[tuple[Any, ...]]] = {}
    for row in crawled.rows(STATES):
        states.setdefault(row[0], []).append(row)
    for number, history in states.items():
        assert history[0][:3] == before[number][:3], "what was said when it was first seen does not move"
        assert history[0][5] == "edited"
        if number % 3:
            assert len(history) == 1
        else:
            old, new = history
            assert (new[1], new[5], new[4]) == (2, "reextracted", old[4].removeprefix("Cũ: "))
            assert old[3] == new[2] > old[2]
    ((status, fetched, changed, unchanged),) = crawled.rows(
        "SELECT status, fetched, changed, unchanged FROM news.run ORDER BY id DESC LIMIT 1"
    )
    assert (status, fetched, changed, unchanged) == ("ok", TOTAL, TOTAL // 3, TOTAL - TOTAL // 3)
    after = crawled.rows(STATES)
    assert crawled("reextract").returncode == 0
    assert crawled.rows(STATES) == after, "a second time there is nothing to do"
    shown = json.loads(crawled("show", "3").stdout)
    assert (shown["made_by"], shown["revision"]) == ("reextracted", 2)


def test_a_crawl_with_newer_rules_reads_the_archive_first(crawled: Crawled) -> None:
    """Else what the rules read otherwise would look like an edit of the portal."""
    with psycopg.connect(crawled.uri) as connection:
        connection.execute("UPDATE news.article_current SET rules = 'older'")
    done = crawled("crawl", "--site", crawled.address, "--name", "demo", "--full")
    assert done.returncode == 0, done.stderr
    assert (
        done.stderr.splitlines()[0] == f"demo: newer rules read {TOTAL} archived articles again, {TOTAL // 3} otherwise"
    )
    assert f"changed 0, unchanged {TOTAL}" in done.stderr
    made = {row[0]: row[5] for row in crawled.rows(STATES)}
    assert {made_by for number, made_by in made.items() if number % 3 == 0} == {"reextracted"}
    assert {made_by for number, made_by in made.items() if number % 3} == {"edited"}
    kinds = crawled.rows("SELECT kind, status, accounts -> 'reread' FROM news.run ORDER BY id DESC LIMIT 2")
    assert kinds == [("crawl", "ok", TOTAL), ("reextract", "ok", None)]
    assert crawled.rows("SELECT DISTINCT rules FROM news.article_current") == [(rules.of("joomla"),)]
    assert set(crawled.rows("SELECT rules FROM news.article_revision")) == {("older",)}
    done = crawled("crawl", "--site", crawled.address, "--name", "demo", "--full")
    assert "newer rules" not in done.stderr, "once"


def test_an_archive_that_is_elsewhere_stops_no_crawl(crawled: Crawled, tmp_path: Path) -> None:
    with psycopg.connect(crawled.uri) as connection:
        connection.execute("UPDATE news.article_current SET rules = 'older'")
    done = crawled._replace(home=tmp_path)("crawl", "--site", crawled.address, "--name", "demo", "--full")
    assert done.returncode == 0, done.stderr
    assert f"demo: of {TOTAL} they found no page in the archive that is an article" in done.stderr


def test_every_field_is_compared(crawled: Crawled) -> None:
    """Each field of one article is wrong in the database; what people read becomes a state, the rest is mended."""
    wrong = {
        "text": "'Sai'", "text NOT NULL": "'Sai'", "timestamptz": "'2001-01-01'", "text[] NOT NULL": "'{Sai}'",
        "jsonb NOT NULL": """'{"sai": "sai"}'""",
    }  # fmt: skip
    ids = {one.name: 3 * number + 1 for number, one in enumerate(FIELDS)}  # those that OLDER leaves alone

    def rows() -> dict[str, Any]:
        return {
            name: crawled.rows(f"SELECT {name}, revision FROM news.article WHERE id = {ids[name]}")[0] for name in ids
        }

    right = rows()
    with psycopg.connect(crawled.uri) as connection:
        for one in FIELDS:
            value = (
                "'year'" if one.name == "published_precision" else wrong[one.type]
            )  # the database takes six words only
            connection.execute(
                f"UPDATE news.article_current SET {one.name} = {value} WHERE id = {ids[one.name]}".encode()
            )
    dry = crawled("reextract", "--dry-run", "--format", "jsonl")
    told = {row["field"] for row in map(json.loads, dry.stdout.splitlines())}
    assert told == {one.name for one in FIELDS if one.name != "rules"}
    # A hash that stands for what is stored, as it would be.
    with psycopg.connect(crawled.uri) as connection:
        connection.execute("UPDATE news.article_current SET content_hash = 'other' || id WHERE id % 3 = 1")
    done = crawled("reextract")
    assert f"changed {TOTAL // 3 + sum(not one.mended for one in FIELDS)}," in done.stderr
    assert "made anew of" in done.stderr
    for one in FIELDS:
        value, revision = right[one.name]
        assert rows()[one.name] == (value, revision + (not one.mended)), one.name
    ((hashes,),) = crawled.rows("SELECT count(*) FROM news.article WHERE content_hash LIKE 'other%'")
    assert hashes == 0


def test_only_what_other_rules_read_is_read_again(crawled: Crawled) -> None:
    with psycopg.connect(crawled.uri) as connection:
        connection.execute("UPDATE news.article_current SET rules = 'older' WHERE id IN (3, 4, 5, 6)")
    done = crawled("crawl", "--site", crawled.address, "--name", "demo", "--full")
    assert done.stderr.splitlines()[0] == "demo: newer rules read 4 archived articles again, 2 otherwise"
    assert crawled.rows("SELECT count(*) FROM news.article WHERE rules = 'older'") == [(0,)]
    made = crawled.rows("SELECT made_by, count(*) FROM news.article WHERE id IN (3, 6) GROUP BY 1")
    assert made == [("reextracted", 2)]


def test_markup_reaches_the_rows_without_a_state(crawled: Crawled) -> None:
    """A sanitizer that was mended: nothing that people read is another."""
    states = crawled.rows("SELECT id, body_html, content_hash FROM news.article WHERE id % 3 <> 0 ORDER BY id")
    with psycopg.connect(crawled.uri) as connection:
        connection.execute(
            "UPDATE news.article_current SET body_html = '<script>' || body_html, rules = 'older' WHERE id % 3 <> 0"
        )
    done = crawled("crawl", "--site", crawled.address, "--name", "demo")
    assert done.stderr.splitlines()[0].endswith(f"read {len(states)} archived articles again, 0 otherwise")
    assert crawled.rows("SELECT id, body_html, content_hash FROM news.article WHERE id % 3 <> 0 ORDER BY id") == states
    assert crawled.rows("SELECT count(*) FROM news.article_revision") == [(0,)]


def test_a_crawl_waits_only_so_long(crawled: Crawled) -> None:
    """What is left is read when the crawl meets it: even then no difference between rules is an edit of the portal."""
    with psycopg.connect(crawled.uri) as connection:
        connection.execute("UPDATE news.article_current SET rules = 'older'")
        # Without validators every page comes whole, so that every article met is one to read.
        connection.execute("UPDATE news.sighting SET etag = NULL, last_modified = NULL")
    options = ("-s", "TINTINH_REREAD_SECONDS=0")
    done = crawled("crawl", "--site", crawled.address, "--name", "demo", "--full", "--max-articles", "30", *options)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[0] == (
        f"demo: {TOTAL} are left after 0 seconds: they are read when the crawl meets them, or before the next"
    )
    made = crawled.rows(
        "SELECT state.made_by, state.rules = 'older' FROM news.article_state AS state WHERE revision = 2"
    )
    # Which articles the crawl meets first is its own affair, and not each of them is read otherwise.
    assert set(made) <= {("reextracted", False)}
    ((left, read),) = crawled.rows(
        "SELECT (accounts ->> 'reread_left')::int, (accounts ->> 'reread')::int FROM news.run WHERE kind = 'crawl' ORDER BY id DESC LIMIT 1"
    )
    assert (left, read) == (TOTAL - 30, 30)
    ((older,),) = crawled.rows("SELECT count(*) FROM news.article WHERE rules = 'older'")
    assert older == left
    ((status, error),) = crawled.rows(
        "SELECT status, error FROM news.run WHERE kind = 'reextract' ORDER BY id DESC LIMIT 1"
    )
    assert (status, error) == ("partial", "the time was up")
    done = crawled("crawl", "--site", crawled.address, "--name", "demo", "--full")
    assert done.stderr.splitlines()[0].startswith(f"demo: newer rules read {left} archived articles again, ")
    assert crawled.rows("SELECT count(*) FROM news.article WHERE rules = 'older'") == [(0,)]
    made = crawled.rows("SELECT DISTINCT made_by FROM news.article_state WHERE revision = 2")
    assert made == [("reextracted",)]


def test_a_state_that_the_crawl_made_meanwhile_comes_after(crawled: Crawled) -> None:
    """An article that the portal edited, and that other rules had read: first as it was, then the edit."""
    with psycopg.connect(crawled.uri) as connection:
        connection.execute("UPDATE news.article_current SET rules = 'older'")
    ((title, url),) = crawled.rows("SELECT title, url FROM news.article WHERE id = 3")
    path, title = url.removeprefix(crawled.address.rstrip("/")), title.removeprefix("Cũ: ")

    class Edited(DemoSite):
        def page(self, target: str) -> Any:
            page = super().page(target)
            return replace(page, body=page.body.replace(title.encode(), b"Tin moi")) if target == path else page

    crawled.portal.site = Edited()
    crawled.crawl("--full", "-s", "TINTINH_REREAD_SECONDS=0")
    mine = [row for row in crawled.rows(STATES) if row[0] == 3]
    assert [row[4:] for row in mine] == [(f"Cũ: {title}", "edited"), (title, "reextracted"), ("Tin moi", "edited")]
    assert [row[3] for row in mine] == [mine[1][2], mine[2][2], None]


def test_what_is_in_no_page_is_looked_for_once(crawled: Crawled) -> None:
    """Else every crawl would look for it again."""
    with psycopg.connect(crawled.uri) as connection:
        connection.execute("UPDATE news.article_current SET rules = 'older' WHERE id IN (4, 5)")
        connection.execute(
            "UPDATE news.fetch SET archive_file = NULL, archive_type = NULL, archive_offset = NULL, archive_length = NULL "
            "WHERE url = (SELECT url FROM news.article WHERE id = 4)"
        )
        connection.execute(
            "UPDATE news.fetch SET archive_file = 'demo/lost.warc.gz' WHERE url = (SELECT url FROM news.article WHERE id = 5)"
        )
        connection.commit()
        assert due.left(connection, due.parameters(connection, "demo")) == 2
        connection.commit()
        connection.autocommit = True
        total = run(crawled, connection, only_due=True)
        assert (total.read, total.unread, total.without_page, total.left) == (1, 1, 1, 0)
        assert due.left(connection, due.parameters(connection, "demo")) == 0
        assert connection.execute("SELECT DISTINCT rules FROM news.article_current WHERE id IN (4, 5)").fetchall() == [
            ("older",)
        ]


@contextmanager
def reading_again(crawled: Crawled) -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """A crawl that reads the archive first, in a group of its own, and the processes that read."""
    with psycopg.connect(crawled.uri) as connection:
        connection.execute("UPDATE news.article_current SET rules = 'older'")
    process = subprocess.Popen(
        [sys.executable, "-m", "tintinh", "crawl", "--site", crawled.address, "--name", "demo", "--full"],
        env=environment(crawled.home, DATABASE_URL=crawled.uri, TINTINH_ALLOW_PRIVATE="1"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    with process:
        readers: list[psutil.Process] = []
        try:
            while not readers:
                assert process.poll() is None
                with suppress(psutil.NoSuchProcess):  # a helper that ended between two looks
                    children = psutil.Process(process.pid).children()
                    readers += [one for one in children if "spawn_main" in str(one.cmdline())]
            for one in readers:
                one.suspend()  # nothing is read before the test has done what it does
            yield process, readers
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_terminal_tells_all_processes_to_stop(crawled: Crawled, number: signal.Signals) -> None:
    with reading_again(crawled) as (process, readers):
        os.killpg(process.pid, number)
        assert process.stderr
        said = process.stderr.readline()
        for one in readers:
            one.resume()
        said += process.communicate(timeout=PATIENCE)[1]
    assert process.returncode == 130, said
    assert said.splitlines()[0] == f"{number.name}: finishing what is under way …"
    assert said.splitlines()[-1] == "demo: interrupted: stopped by the user"
    assert all(line.startswith((number.name, "demo: ")) for line in said.splitlines())
    assert "look like edits" not in said
    (row,) = crawled.rows("SELECT kind, status FROM news.run ORDER BY id DESC LIMIT 1")
    assert row == ("crawl", "interrupted")


def test_who_reads_ends_with_who_leads(crawled: Crawled) -> None:
    with reading_again(crawled) as (process, readers):
        process.kill()
        process.wait()
        for one in readers:
            one.resume()
        until(lambda: all(map(ended, readers)))


def test_an_edit_after_it_is_still_an_edit(crawled: Crawled) -> None:
    assert crawled("reextract").returncode == 0
    after = crawled.rows(STATES)
    crawled.crawl("--full")
    assert crawled.rows(STATES) == after, "a crawl that finds nothing new makes no revision"
    ((title, url),) = crawled.rows("SELECT title, url FROM news.article WHERE id = 3")
    path = url.removeprefix(crawled.address.rstrip("/"))

    class Edited(DemoSite):
        def page(self, target: str) -> Any:
            page = super().page(target)
            if target != path:
                return page
            return replace(page, body=page.body.replace(title.encode(), b"Tin moi " + title.encode()))

    crawled.portal.site = Edited()
    crawled.crawl("--full")
    mine = [row for row in crawled.rows(STATES) if row[0] == 3]
    assert [row[5] for row in mine] == ["edited", "reextracted", "edited"]
    assert mine[2][4] == f"Tin moi {title}"
    assert mine[2][2] == mine[1][3]
    shown = crawled("show", "3", "--revisions", "--format", "table").stdout
    assert "revision 1  first seen 20" in shown
    assert "revision 2  read by newer rules 20" in shown
    assert "revision 3  first seen 20" in shown
    assert "{+Tin moi+}" in shown
    states = [json.loads(line) for line in crawled("show", "3", "--revisions").stdout.splitlines()]
    assert [state["made_by"] for state in states] == ["edited", "reextracted", "edited"]
    assert all(state["valid_from"] <= state["last_seen_at"] for state in (states[0], states[2]))
    then = json.loads(crawled("show", "3", "--at", states[0]["valid_from"]).stdout)
    assert (then["title"], then["revision"]) == (states[0]["title"], 1)
    assert crawled("show", "3", "--at", "1/1/2020").returncode == 1


def run(crawled: Crawled, connection: psycopg.Connection, **options: Any) -> reextract.Total:
    return reextract.run(connection, crawled.uri, crawled.root, "demo", dry=False, jobs=2, **options)


def test_an_interrupted_run_goes_on_where_it_stopped(crawled: Crawled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reextract, "CHUNK", 10)

    def stop(total: reextract.Total) -> None:
        if total.read >= 30:
            raise KeyboardInterrupt

    with psycopg.connect(crawled.uri, autocommit=True) as connection:
        with pytest.raises(KeyboardInterrupt):
            run(crawled, connection, progress=stop)
        ((status, reached),) = crawled.rows("SELECT status, reached FROM news.run ORDER BY id DESC LIMIT 1")
        assert status == "interrupted"
        assert (
            reached == crawled.rows("SELECT max(id) FROM (SELECT id FROM news.article ORDER BY id LIMIT 30) AS a")[0][0]
        )
        assert run(crawled, connection).read == TOTAL - 30
        assert crawled.rows("SELECT count(*) FROM news.article WHERE title LIKE 'Cũ:%'") == [(0,)]
        assert run(crawled, connection).read == TOTAL, "after a whole run the next is whole again"
        with pytest.raises(KeyboardInterrupt):
            run(crawled, connection, progress=stop)
        monkeypatch.setattr(rules, "together", lambda _: "newer")
        assert run(crawled, connection).read == TOTAL, "other rules begin anew"


def test_a_portal_that_is_being_crawled_is_left_alone(crawled: Crawled) -> None:
    before = crawled.rows(STATES)
    with psycopg.connect(crawled.uri) as busy:
        busy.execute("SELECT pg_advisory_lock(hashtext('tintinh.portal'), hashtext('demo'))")
        done = crawled("reextract")
    assert done.returncode == 4
    assert "another run of demo is going on" in done.stderr
    assert crawled.rows(STATES) == before


def test_an_unknown_portal(whole: Crawled) -> None:
    assert whole("reextract", "--portal", "none").returncode == 2


def test_pages_that_are_gone_or_no_article_are_counted(crawled: Crawled, tmp_path: Path) -> None:
    with psycopg.connect(crawled.uri, autocommit=True) as connection:
        connection.execute("UPDATE news.article_current SET platform = 'none' WHERE id = 3")
        connection.execute(
            "UPDATE news.fetch SET archive_file = 'demo/lost.warc.gz' WHERE url = (SELECT url FROM news.article WHERE id = 6)"
        )
        connection.execute(
            "UPDATE news.fetch SET archive_file = NULL, archive_type = NULL, archive_offset = NULL, archive_length = NULL "
            "WHERE url = (SELECT url FROM news.article WHERE id = 9)"
        )
    done = crawled("reextract")
    assert "no article any more 2, without a page 1" in done.stderr
    assert crawled.rows("SELECT count(*) FROM news.article WHERE title LIKE 'Cũ:%'") == [(3,)]


def test_a_newer_page_of_excuses_does_not_hide_the_article(crawled: Crawled) -> None:
    """An address that answers 200 with something else: the page before is read."""
    with psycopg.connect(crawled.uri, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO news.fetch (portal, url, fetched_at, status, archive_file, archive_offset, archive_length, archive_type) "
            "SELECT page.portal, article.url, now(), 200, page.archive_file, page.archive_offset, page.archive_length, 'response' "
            "FROM news.article, news.fetch AS page WHERE article.id = 3 AND page.url LIKE '%/an-toan-giao-thong.html' AND page.status = 200"
        )
    assert f"changed {TOTAL // 3}, no article any more 0" in crawled("reextract").stderr


def test_dates_that_lists_told_stay_though_no_archived_page_has_them(crawled: Crawled) -> None:
    with psycopg.connect(crawled.uri) as connection:
        connection.execute("""
            UPDATE news.article_current SET published_at = published_at + interval '1 minute', content_hash = 'told' || id,
                extracted_by = extracted_by || '{"published_at": "elsewhere: card of a list"}'
            WHERE id % 3 = 1""")
    row = crawled.rows("SELECT id, published_at FROM news.article WHERE id % 3 = 1 ORDER BY id LIMIT 1")[0]
    undated = article(7, published_at=None, published_raw=None, published_precision=None)
    stored = {"published_at": row[1], "published_raw": "5/11", "published_precision": "minute",
              "extracted_by": {"published_at": "elsewhere: card of a list"}}  # fmt: skip
    known = {"identity": undated.identity, "url": undated.url, **stored}
    read = reextract._itself(undated, known)
    assert read is not None
    assert read.published_at == row[1]
    done = crawled("reextract")
    assert done.returncode == 0, done.stderr
    assert crawled.rows(
        f"SELECT published_at <> '{row[1]}', extracted_by ->> 'published_at' FROM news.article WHERE id = {row[0]}"
    )[0][0], "the demo's pages print the minute themselves: that counts"
