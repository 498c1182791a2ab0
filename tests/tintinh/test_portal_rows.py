"""Portals that users add: kept, crawled by name, changed, removed; what a user set stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import psycopg
import pytest

from ingest import portals as rows
from ingest.portals import StoredPortal
from tests.conftest import Command
from tests.support import Portal
from tests.tintinh.crawled import ALLOWED
from tintinh.cli.portal_rows import hours_of
from tintinh.demo.articles import load
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite
from tintinh.demo.truth import expected
from tintinh.run import known_portals
from vietnam import urls

TOTAL = len(expected())


def asked(uri: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(uri) as connection:
        return connection.execute(statement.encode()).fetchall()


def stored(**fields: Any) -> StoredPortal:
    return StoredPortal(
        **{"name": "demo", "origin": "added", "home": "http://a.vn/", "hosts": ["a.vn"], "sections": []} | fields
    )


def test_a_site_that_was_crawled_is_a_portal_from_then_on(command: Command, database_uri: str) -> None:
    portal = Portal()
    with serve(site=portal) as address:
        first = command("crawl", "--site", address, "--name", "demo", "--province", "Bình Thuận", env=ALLOWED)
        assert first.returncode == 0, first.stderr
        assert asked(database_uri, "SELECT name, origin, home, hosts, province, platform FROM news.portal") == [
            ("demo", "added", f"{address}", [urls.site(address)], "binh-thuan", None)
        ]
        again = command("crawl", "demo", env=ALLOWED)
        assert again.returncode == 0, again.stderr
        assert f"unchanged {TOTAL}" in again.stderr

        first_one, *others = load()
        path = first_one.path
        portal.site = DemoSite([replace(first_one, published=first_one.published + timedelta(minutes=5)), *others])
        full = command("crawl", "--site", address, "--name", "demo", "--full", env=ALLOWED)
        assert full.returncode == 0, full.stderr
        assert "changed 1" in full.stderr
        fetched = command("fetch", f"{address}{path}", env=ALLOWED)
        assert fetched.returncode == 0, fetched.stderr
        assert '"portal":"demo"' in fetched.stdout.replace(" ", "")
    assert asked(database_uri, "SELECT DISTINCT portal, province FROM news.article") == [("demo", "binh-thuan")]
    assert asked(database_uri, "SELECT DISTINCT province FROM news.article_state") == [("binh-thuan",)]


def test_a_mistyped_site_leaves_nothing_behind(command: Command, database_uri: str) -> None:
    failed = command("crawl", "--site", "http://nowhere.invalid/", env=ALLOWED)
    assert failed.returncode == 1
    added = command("portals", "add", "http://nowhere.invalid/", env=ALLOWED)
    assert added.returncode == 1
    assert len(added.stderr.splitlines()) == 1
    assert asked(database_uri, "SELECT count(*) FROM news.portal") == [(0,)]


def test_add_set_remove_and_take_back(command: Command, database_uri: str) -> None:
    with serve(site=Portal()) as address:
        added = command("portals", "add", address, "--name", "demo", "--daily", "5", env=ALLOWED)
        assert added.returncode == 0, added.stderr
        assert added.stderr == f"demo: joomla, {address}/; `tintinh crawl demo` reads it\n"
        (row,) = asked(database_uri, "SELECT province, daily_requests, opens_at FROM news.portal")
        assert row == (None, 5, None)
        done = command("portals", "set", "demo", "--province", "lam-dong", "--daily", "0", "--hours", "22-5")
        assert done.returncode == 0, done.stderr
        (row,) = asked(database_uri, "SELECT province, daily_requests, opens_at, closes_at FROM news.portal")
        assert row == ("lam-dong", None, time(22), time(5))
        assert command("crawl", "demo", "--max-articles", "3", env=ALLOWED).returncode == 0
        assert asked(database_uri, "SELECT DISTINCT province FROM news.article") == [("lam-dong",)]
        assert command("portals", "set", "demo", "--province", "binh-thuan").returncode == 0
        assert asked(database_uri, "SELECT DISTINCT province FROM news.article") == [("binh-thuan",)]

        for wrong in (["--name", "other"], ["--daily", "99999999999"]):
            assert command("portals", "add", address, *wrong, env=ALLOWED).returncode == 2, wrong
        assert command("portals", "add", address, env=ALLOWED).stderr == "demo is crawled already\n"
        assert command("portals", "add", "http://localhost:9", "--name", "demo", env=ALLOWED).returncode == 2
        assert command("portals", "remove", "demo").stderr == "demo is crawled no more; its articles stay\n"
        refused = command("crawl", "demo", env=ALLOWED)
        assert refused.returncode == 2
        assert f"`tintinh portals add {address}/` takes it back" in " ".join(refused.stderr.split()).replace("│ ", "")
        assert asked(database_uri, "SELECT count(*) FROM news.article") == [(3,)]
        assert command("portals", "add", address, env=ALLOWED).stderr == "demo is crawled again\n"
    listed = command("portals", "--format", "csv").stdout
    assert "demo" in listed


def test_what_is_wrong_is_said_with_near_names(command: Command, database_uri: str) -> None:
    for arguments in (["crawl", "binhtuan"], ["search", "x", "--portal", "binhtuan"], ["runs", "--portal", "binhtuan"],
                      ["export", "--portal", "binhtuan"]):  # fmt: skip
        wrong = command(*arguments, env=ALLOWED)
        assert wrong.returncode == 2, arguments
        assert "binhthuan" in wrong.stderr, arguments
    assert command("search", "x", "--portal", "binhthuan").returncode == 0, "a portal that was never crawled is known"
    for arguments in (["remove", "binhtuan"], ["set", "binhtuan", "--daily", "3"], ["binhtuan"]):
        wrong = command("portals", *arguments)
        assert wrong.returncode == 2, arguments
        assert "binhthuan" in wrong.stderr, arguments
    assert command("portals", "set", "binhthuan", "--province", "hue").returncode == 2
    assert command("portals", "set", "demo").returncode == 2
    assert command("portals", "set", "demo", "--daily", "3").returncode == 2
    assert command("portals", "add", "http://a.invalid", "--name", "binhthuan", env=ALLOWED).returncode == 2


def test_a_portal_with_a_file_has_a_row_whose_settings_stay(command: Command, database_uri: str) -> None:
    assert command("portals", "set", "binhthuan", "--daily", "7").returncode == 0
    with psycopg.connect(database_uri, autocommit=True) as connection:
        file = known_portals.of_file("binhthuan")
        assert file is not None
        rows.keep(connection, file)
        kept = rows.stored(connection)["binhthuan"]
    assert (kept.origin, kept.province, kept.daily_requests) == ("file", "binh-thuan", 7)


def test_the_requests_of_a_day_are_a_budget(connection: psycopg.Connection) -> None:
    portal = stored(daily_requests=10)
    assert rows.left_today(connection, portal) == 10
    connection.execute(
        "INSERT INTO news.run (portal, kind, requests) VALUES ('demo', 'crawl', 7), ('other', 'crawl', 9)"
    )
    connection.execute(
        "INSERT INTO news.run (portal, kind, requests, started_at) VALUES ('demo', 'crawl', 7, now() - interval '25 hours')"
    )
    assert rows.left_today(connection, portal) == 3
    connection.execute("INSERT INTO news.run (portal, kind, requests) VALUES ('demo', 'fetch', 7)")
    assert rows.left_today(connection, portal) == 0
    assert rows.left_today(connection, stored()) is None


def test_a_spent_budget_makes_a_crawl_wait(command: Command, database_uri: str) -> None:
    with serve(site=Portal()) as address, psycopg.connect(database_uri, autocommit=True) as connection:
        rows.keep(connection, stored(home=address, hosts=[urls.site(address)]))
        rows.change(connection, "demo", daily_requests=4)
        connection.execute("INSERT INTO news.run (portal, kind, requests, status) VALUES ('demo', 'crawl', 4, 'ok')")
        done = command("crawl", "demo", env=ALLOWED)
    assert done.returncode == 0
    assert "demo: waits: its requests for today are spent" in done.stderr


def test_which_portals_all_means() -> None:
    known = {
        "demo": stored(),
        "night": stored(name="night", opens_at=time(22), closes_at=time(5)),
        "gone": stored(name="gone", ended_at=known_portals.datetime.now(known_portals.VIETNAM)),
        "binhthuan": stored(
            name="binhthuan", origin="file", ended_at=known_portals.datetime.now(known_portals.VIETNAM)
        ),
    }
    noon = {job.portal for job in known_portals.jobs(None, known, {}, {}, time(12))}
    night = {job.portal for job in known_portals.jobs(None, known, {}, {}, time(23))}
    assert "demo" in noon
    assert "angiang" in noon
    assert not {"gone", "binhthuan", "night"} & noon
    assert night == noon | {"night"}
    (job,) = known_portals.jobs(["night"], known, {"full": True}, {}, time(12))
    assert job.arguments == {"full": True, "start": "http://a.vn/", "name": "night"}, "who names it means it"
    with pytest.raises(known_portals.UnknownPortal, match="did you mean night"):
        known_portals.jobs(["nigt"], known, {}, {})


@pytest.mark.parametrize("text", ["22", "22-22", "25-3", "abc-5", "22-5-6", ""])
def test_what_are_no_hours(text: str) -> None:
    with pytest.raises(ValueError, match="no hours"):
        hours_of(text)


def test_an_unchanged_portal_costs_one_request_where_what_is_not_due_rests(command: Command, database_uri: str) -> None:
    portal = Portal()
    with serve(site=portal) as address:
        assert command("crawl", "--site", address, "--name", "demo", env=ALLOWED).returncode == 0
        rests = command("crawl", "demo", "--revisit", "due", env=ALLOWED)
        assert rests.returncode == 0, rests.stderr
        assert "requests 1\n" in rests.stderr, "the robots.txt of before holds for a day"
        with psycopg.connect(database_uri, autocommit=True) as connection:
            connection.execute("UPDATE news.host SET robots_read_at = now() - interval '25 hours'")
        assert "requests 2\n" in command("crawl", "demo", "--revisit", "due", env=ALLOWED).stderr
        with psycopg.connect(database_uri, autocommit=True) as connection:
            connection.execute("UPDATE news.host SET robots_text = E'User-agent: *\\nDisallow: /'")
        kept_out = command("crawl", "demo", "--revisit", "due", env=ALLOWED)
        assert "robots.txt forbids" in kept_out.stderr, "what was read before is obeyed"
        assert command("crawl", "demo", env=ALLOWED).returncode == 0, "who names a portal asks for it anew"
        portal.site = DemoSite(load()[1:])
        shown = command("portals", "demo", "--format", "json").stdout
        assert '"what": "lists"' in shown
        with psycopg.connect(database_uri, autocommit=True) as connection:
            connection.execute("UPDATE news.list SET next_due = now()")
            connection.execute("UPDATE news.sighting SET last_seen_at = last_seen_at - interval '91 days'")
        due = command("crawl", "demo", "--revisit", "due", env=ALLOWED)
        assert asked(database_uri, "SELECT accounts->>'missing' FROM news.run ORDER BY id DESC LIMIT 1") == [("1",)], (
            due.stderr
        )
    ((every,),) = asked(database_uri, "SELECT min(every) FROM news.list WHERE kind = 'section'")
    assert every > timedelta(hours=12), "without news it rests half as long again"
