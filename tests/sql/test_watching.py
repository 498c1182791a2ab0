"""How days were looked at (news.coverage) and what state portals are in (news.portal_health), told from made runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from ingest.store import store
from tests.support import article

NOW = datetime.now(UTC)


def run(connection: psycopg.Connection, days_ago: float = 0, status: str = "ok", **given: Any) -> None:
    """A finished crawl of the portal `demo` that met 100 articles, unless `given` says otherwise."""
    started = given.pop("started_at", NOW - timedelta(days=days_ago, hours=1))
    values = {
        "portal": "demo", "kind": "crawl", "status": status, "started_at": started, "complete": status == "ok", "listed": 100,
        "finished_at": started + timedelta(minutes=5), "fetched": 100, "unchanged": 100, "accounts": {}, **given,
    }  # fmt: skip
    values["accounts"] = Jsonb(values["accounts"])
    names = ", ".join(values)
    places = ", ".join(f"%({name})s" for name in values)
    connection.execute(f"INSERT INTO news.run ({names}) VALUES ({places})".encode(), values)


def health(connection: psycopg.Connection) -> dict[str, Any]:
    with connection.cursor(row_factory=dict_row) as cursor:
        (row,) = cursor.execute("SELECT * FROM news.portal_health").fetchall()
    return row


def state(connection: psycopg.Connection) -> tuple[str, str | None]:
    row = health(connection)
    return row["state"], row["cause"]


def portal(connection: psycopg.Connection) -> None:
    connection.execute(
        "INSERT INTO news.portal (name, origin, home, hosts) VALUES ('demo', 'added', 'http://demo.vn/', '{demo.vn}')"
    )


def test_a_portal_that_no_run_looked_at(connection: psycopg.Connection) -> None:
    portal(connection)
    assert state(connection) == ("never", None)
    run(connection, status="interrupted", error="stopped by the user")
    run(connection, status="running", finished_at=None)
    run(connection, kind="fetch")
    assert state(connection) == ("never", None)
    connection.execute("UPDATE news.portal SET ended_at = now()")
    assert connection.execute("SELECT count(*) FROM news.portal_health").fetchone() == (0,)


# What crawls say when they end, and the class that it is.
ERRORS = [
    ("failed", "demo.vn does not answer: CannotResolveHost: demo.vn", "broken", "dns"),
    ("failed", "demo.vn does not answer: DownloadConnectionRefused: Connection was refused by other side: 111", "broken", "refused"),
    ("failed", "demo.vn does not answer: TLS: certificate verify failed", "broken", "tls"),
    ("failed", "demo.vn stopped answering: DownloadTimeout: took longer than 60 seconds", "broken", "timeout"),
    ("failed", "http://demo.vn/ answers 404", "broken", "404"),
    ("failed", "http://demo.vn/ answers 4040", "broken", "other"),
    ("failed", "http://demo.vn/ answers 502", "broken", "server"),
    ("failed", "robots.txt forbids 6 of 6 addresses", "broken", "robots"),
    ("failed", "robots.txt of demo.vn answers 500: until it gives rules again, that is a no", "broken", "robots"),
    ("failed", "demo.vn: no article found (3 lists, 0 other pages, read as joomla): is it a news site, has its layout changed?", "broken", "no_articles"),
    ("partial", "8 of 10 pages gave no article: has the layout changed?", "broken", "layout"),
    ("partial", "the layout has changed: title stood in h1", "broken", "layout"),
    ("partial", "9 of 12 listed articles are missing: do the lists lead elsewhere?", "thin", "dead_lists"),
    ("partial", "6 of 6 known articles are missing at once: taken for an outage, none counts", "thin", "outage"),
    ("partial", "3 requests failed, the last: http://demo.vn/a: TLS: wrong version number", "thin", "requests"),
    ("partial", "lists not followed to their end: http://demo.vn/tin: its second page is its first", "thin", "truncated"),
    ("partial", "bounds reached: requests", "thin", "truncated"),
    ("failed", "the crawl was killed by signal 9", "broken", "crash"),
    ("blocked", "demo.vn refuses access (403), 5 times in a row", "blocked", "blocked"),
    ("partial", "demo.vn answers 429 and is left alone until 26/11 21:00", "blocked", "blocked"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "error", "expected", "cause"), ERRORS, ids=[f"{row[3]}-{row[1][-12:]}" for row in ERRORS]
)
def test_what_the_last_run_says(
    connection: psycopg.Connection, status: str, error: str, expected: str, cause: str
) -> None:
    run(connection, 2)
    run(connection, 1, status, error=error)
    row = health(connection)
    assert (row["state"], row["cause"], row["detail"]) == (expected, cause, error)
    assert row["last_ok_at"] < row["failing_since"] == row["last_run_at"]
    run(connection, 0.5, "interrupted", error="stopped by the user")  # says nothing of the portal
    assert state(connection) == (expected, cause)
    run(connection)
    row = health(connection)
    assert (row["state"], row["cause"], row["failing_since"]) == ("fine", None, None)


def test_five_runs_that_met_nothing(connection: psycopg.Connection) -> None:
    """Each was fine by itself: an incremental run may have nothing to do."""
    run(connection, 9)
    for days_ago in (8, 7, 6, 5):
        run(connection, days_ago, listed=0, unchanged=0)
        assert state(connection)[1] != "no_articles"
    run(connection, 4, listed=0, unchanged=0)
    assert state(connection) == ("broken", "no_articles")
    run(connection, 3, listed=0, unchanged=0, accounts={"lists_resting": 4})
    assert state(connection) == ("fine", None)


@pytest.mark.parametrize(
    ("listed", "expected"), [(100, "fine"), (51, "fine"), (49, "thin"), (21, "thin"), (19, "broken")]
)
def test_lists_that_are_shorter_than_usual(connection: psycopg.Connection, listed: int, expected: str) -> None:
    for days_ago in (9, 8):
        run(connection, days_ago)
    run(connection, 7, listed=3, accounts={"lists_resting": 40})  # says nothing of what is usual
    run(connection, 6, listed=19)
    assert state(connection)[0] == "fine", "two runs are no habit"
    run(connection, 5)
    run(connection, listed=listed)
    row = health(connection)
    assert (row["state"], row["usually_listed"]) == (expected, 100)
    assert row["cause"] == (None if expected == "fine" else "fewer_listed")
    run(connection, -0.01, listed=3, accounts={"lists_resting": 40})
    assert state(connection) == ("fine", None)


@pytest.mark.parametrize(
    ("fetched", "duplicates", "expected"),
    [(60, 40, ("thin", "duplicates")), (80, 20, ("fine", None)), (5, 5, ("fine", None))],
)
def test_many_addresses_of_one_article(
    connection: psycopg.Connection, fetched: int, duplicates: int, expected: tuple[str, str | None]
) -> None:
    """A portal that answers every address with its home page's story is not well, however many pages were read."""
    run(connection, 2)
    run(connection, fetched=fetched, accounts={"duplicates": duplicates})
    assert state(connection) == expected
    if expected[1]:
        assert health(connection)["detail"] == "40 of 100 pages are articles that other addresses gave already"


@pytest.mark.parametrize(
    ("fetched", "without", "expected"),
    [(100, 0, "fine"), (100, 5, "fine"), (100, 40, "broken"), (19, 19, "fine"), (20, 20, "broken")],
)
def test_fields_that_are_gone(connection: psycopg.Connection, fetched: int, without: int, expected: str) -> None:
    for days_ago in (3, 2):
        run(connection, days_ago, accounts={"without_byline": 1, "without_lead": 70})
    run(connection, fetched=fetched, accounts={"without_byline": without, "without_lead": fetched * 8 // 10})
    row = health(connection)
    assert row["state"] == expected
    if expected == "broken":
        assert (row["cause"], "byline" in row["detail"], "lead" in row["detail"]) == ("fields", True, False)


@pytest.mark.parametrize(("rejected", "expected"), [(0, "fine"), (40, "fine"), (60, "thin")])
def test_many_rejected_items(connection: psycopg.Connection, rejected: int, expected: str) -> None:
    run(connection, rejected=rejected)
    assert state(connection)[0] == expected


@pytest.mark.parametrize(("days", "expected"), [(1, "fine"), (4.9, "fine"), (5.2, "quiet"), (30, "quiet")])
def test_a_portal_that_is_silent_for_longer_than_it_ever_was(
    connection: psycopg.Connection, days: float, expected: str
) -> None:
    """Its articles come every five days; a daily one would be missed after a day."""
    newest = NOW - timedelta(days=days, hours=1)
    store(connection, [article(number, published_at=newest - timedelta(days=5 * number)) for number in range(60)])
    run(connection)
    row = health(connection)
    assert (row["state"], row["newest_at"], row["longest_gap"]) == (expected, newest, timedelta(days=5))
    connection.execute("DELETE FROM news.article_current WHERE id > 40")
    assert state(connection) == ("fine", None), "forty articles are no habit"


def test_nobody_looked_is_not_silence(connection: psycopg.Connection) -> None:
    store(connection, [article(number, published_at=NOW - timedelta(days=30 + number)) for number in range(60)])
    run(connection, 30)
    assert state(connection) == ("fine", None)


def coverage(connection: psycopg.Connection) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute("SELECT * FROM news.coverage WHERE portal = 'demo' ORDER BY day").fetchall()


def test_a_gap_a_failure_and_a_quiet_day_are_told_apart(connection: psycopg.Connection) -> None:
    noon = (NOW + timedelta(hours=7)).replace(
        hour=5, minute=0, second=0, microsecond=0
    )  # noon in Vietnam, today or later

    def on(days_ago: int, status: str = "ok", **given: Any) -> None:
        run(connection, status=status, started_at=noon - timedelta(days=days_ago), **given)

    on(8, new=60, unchanged=40)
    on(7)
    # On the sixth day before, nobody looked.
    on(5, "failed", error="demo.vn does not answer: CannotResolveHost: demo.vn", listed=0, fetched=0, unchanged=0)
    on(4, "blocked", error="demo.vn refuses access (403), 5 times in a row", listed=0, fetched=0)
    on(
        3,
        "partial",
        error="bounds reached: requests",
        new=5,
        rejected=2,
        accounts={"listed_as": {"failed": 10, "rejected": 2, "left_out": 30, "stored": 58}},
    )
    on(2, "interrupted", error="stopped by the user")
    on(1, "failed", error="http://demo.vn/ answers 502")
    on(1, new=3, listed=120)
    days = coverage(connection)[:8]
    assert [day["state"] for day in days] == [
        "complete",
        "quiet",
        "no_run",
        "failed",
        "blocked",
        "partial",
        "interrupted",
        "complete",
    ]
    assert [day["causes"] for day in days] == [
        None,
        None,
        None,
        ["dns"],
        ["blocked"],
        ["truncated"],
        ["stopped"],
        ["server"],
    ]
    assert [day["stored"] for day in days] == [60, 0, 0, 0, 0, 5, 0, 3]
    assert [day["runs"] for day in days] == [1, 1, 0, 1, 1, 1, 1, 2]
    assert (float(days[5]["share"]), days[5]["rejected"], days[5]["why"]) == (0.58, 2, "bounds reached: requests")
    assert (days[7]["listed"], days[7]["fetched"], days[7]["why"]) == (120, 200, "http://demo.vn/ answers 502")
    # What the days without a look published was caught by the run of the last one.
    assert days[0]["covered_at"] == noon - timedelta(days=7) + timedelta(minutes=5)
    assert {day["covered_at"] for day in days[1:7]} == {noon - timedelta(days=1) + timedelta(minutes=5)}
    assert days[7]["covered_at"] is None


@pytest.mark.parametrize(("hour", "day"), [(16, 5), (17, 6)])
def test_days_are_those_of_vietnam(connection: psycopg.Connection, hour: int, day: int) -> None:
    moment = datetime(2026, 11, 5, hour, 30, tzinfo=UTC)
    run(connection, started_at=moment)
    store(connection, [article(1, published_at=moment), article(2, published_at=moment - timedelta(days=1))])
    first = coverage(connection)[0]
    assert (first["day"].day, first["published"]) == (day, 1)


def test_an_ordinary_reader_may_ask(connection: psycopg.Connection) -> None:
    run(connection)
    connection.execute("SET ROLE news_reader")
    assert state(connection) == ("fine", None)
    assert coverage(connection)
