"""Which articles are asked again, and when: by what their visits showed, on a clock that the test winds."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import psycopg
import pytest

from crawler.article import encode
from crawler.lines import Fetch
from ingest.schedule import note_lists
from ingest.store import ingest_lines, store
from sql.load import query
from tests.support import article

NOW = datetime(2026, 11, 5, 3, tzinfo=UTC)
DAY = timedelta(days=1)
# Days between two crawls.
NIGHTLY = 1.0


def rate(visits: int, changes: int, watched: float, age: float) -> float:
    """Changes a day, as `news.change_rate` says it."""
    prior = max(0.0005, 0.2 / (1 + age / 3))
    seen = 0.0
    if visits:
        seen = -math.log((visits - min(changes, visits) + 0.5) / (visits + 0.5)) * visits / max(watched, 0.04)
    return min(7.0, max(0.0005, prior / 2, (2 * prior + visits * seen) / (2 + visits)))


def rests(per_day: float, age: float) -> float:
    """Days that an article rests."""
    return min(90.0, 0.105 / per_day * (0.5 if age < 3 else 1))


def promise(age: float) -> float:
    """Days within which a change of an article of that age is found by nightly crawls, unless the budget is too small.

    Visits without a change let it rest up to twice as long, and it grows older meanwhile.
    """
    return min(90.0, 2 * 0.105 / 0.2 * (1 + age / 3) / (1 - 2 * 0.105 / 0.2 / 3)) + NIGHTLY


def value(connection: psycopg.Connection, statement: str, *given: Any) -> float:
    row = connection.execute(statement.encode(), given).fetchone()
    assert row is not None
    return float(row[0])


@pytest.mark.parametrize("visits", [0, 1, 5, 40])
@pytest.mark.parametrize("changes", [0, 1, 4, 90])
@pytest.mark.parametrize("age", [0.5, 10.0, 100.0, 4000.0])
def test_the_rate_is_that_of_the_formula(connection: psycopg.Connection, visits: int, changes: int, age: float) -> None:
    watched = age / 2
    found = value(
        connection, "SELECT news.change_rate(%s, %s, %s, %s)", visits, changes, watched * DAY, age * DAY
    )  # fmt: skip
    assert found == pytest.approx(rate(visits, changes, watched, age), rel=1e-6)
    after = value(connection, "SELECT extract(epoch FROM news.revisit_after(%s, %s)) / 86400", found, age * DAY)
    assert after == pytest.approx(rests(found, age), rel=1e-4)
    worth = value(connection, "SELECT news.revisit_value(%s, %s, %s)", found, 3.0, age * DAY)
    assert worth == pytest.approx(
        (2 if age < 3 else 1) / found * (1 - (1 + 3 * found) * math.exp(-3 * found)), rel=1e-6
    )


def due(connection: psycopg.Connection, now: datetime, most: int = 500) -> list[str]:
    rows = connection.execute(query("memory_due"), {"portal": "demo", "most": most, "resting": True, "now": now})
    return [str(row[1]) for row in rows]


def test_nothing_is_due_at_once_and_the_young_are_due_first(connection: psycopg.Connection) -> None:
    ages = {1: 0.2, 2: 10.0, 3: 200.0, 4: 2000.0}
    store(connection, [article(n, published_at=NOW - age * DAY, fetched_at=NOW) for n, age in ages.items()])
    assert due(connection, NOW + timedelta(minutes=5)) == []
    identities = {number: article(number).identity for number in ages}
    assert due(connection, NOW + 0.4 * DAY) == [identities[1]]
    assert set(due(connection, NOW + 6 * DAY)) == {identities[1], identities[2]}
    assert set(due(connection, NOW + 91 * DAY)) == set(identities.values()), "nothing rests for more than ninety days"
    assert due(connection, NOW + 91 * DAY, most=1) == [identities[1]], "of equal worth the newest first"


def test_what_changes_often_is_asked_more_often(connection: psycopg.Connection) -> None:
    for night in range(6):
        store(connection, [
            article(1, published_at=NOW - 100 * DAY, fetched_at=NOW + night * DAY, title=f"Sửa lần {night}"),
            article(2, published_at=NOW - 100 * DAY, fetched_at=NOW + night * DAY),
        ])  # fmt: skip
    counts = connection.execute("SELECT visits FROM news.sighting ORDER BY article_id").fetchall()
    assert counts == [(5,), (5,)]
    assert due(connection, NOW + 6 * DAY) == [article(1).identity]


def test_edits_and_takedowns_of_all_ages_are_found_within_what_is_promised(connection: psycopg.Connection) -> None:
    """A portal of 300 articles crawled every night for 150 days; 20 edits and 10 takedowns at moments of their own."""
    chance = random.Random(5)
    ages = {number: math.exp(chance.uniform(math.log(0.3), math.log(2000))) for number in range(300)}
    identities = {article(number).identity: number for number in ages}
    store(connection, [
        article(n, published_at=NOW - age * DAY, fetched_at=NOW, title=f"Tin {n}") for n, age in ages.items()
    ])  # fmt: skip
    happens = {number: chance.uniform(1.0, 55.0) for number in chance.sample(sorted(ages), 30)}
    edited, taken = sorted(happens)[:20], set(sorted(happens)[20:])
    found: dict[int, float] = {}
    asked: list[int] = []
    for night in range(1, 151):
        now = NOW + night * NIGHTLY * DAY
        visited = [identities[identity] for identity in due(connection, now)]
        asked.append(len(visited))
        for number in visited:
            if number in happens and happens[number] <= night and number not in found:
                found[number] = night
        there = [number for number in visited if number not in taken or happens[number] > night]
        store(connection, [
            article(
                number, published_at=NOW - ages[number] * DAY, fetched_at=now,
                title=f"Đã sửa {number}" if number in edited and happens[number] <= night else f"Tin {number}",
            )
            for number in there
        ])  # fmt: skip
    assert set(found) == set(happens)
    for number, moment in happens.items():
        age = ages[number] + moment
        assert found[number] - moment <= promise(age), (number, age, moment, found[number])
    assert sum(asked) / len(asked) < 30, "a tenth of the portal a night"


def test_a_portal_that_edits_more_than_others_is_asked_more_often(connection: psycopg.Connection) -> None:
    """What its watched articles did tells of one that was never asked again."""
    often = [article(n, published_at=NOW - 100 * DAY, fetched_at=NOW) for n in range(10, 40)]
    store(connection, [article(1, published_at=NOW - 100 * DAY, fetched_at=NOW), *often])
    assert value(connection, "SELECT news.portal_habit('demo')") == 1
    usual = value(connection, "SELECT news.change_rate(0, 0, '0', '100 days')")
    store(connection, [
        article(n, published_at=NOW - 100 * DAY, fetched_at=NOW + DAY, title=f"Sửa tin {n}") for n in range(10, 40)
    ])  # fmt: skip
    assert value(connection, "SELECT news.portal_habit('demo')") == 4
    assert value(connection, "SELECT news.portal_habit('another')") == 1
    assert value(connection, "SELECT news.change_rate(0, 0, '0', '100 days', 4)") == pytest.approx(4 * usual)
    rested = value(connection, "SELECT extract(epoch FROM news.revisit_after(%s, '100 days')) / 86400", 4 * usual)
    assert article(1).identity in due(connection, NOW + (rested + 0.1) * DAY)


def test_a_list_is_read_no_oftener_than_its_portal_publishes(connection: psycopg.Connection) -> None:
    store(connection, [article(n, published_at=NOW - 2 * n * DAY, fetched_at=NOW) for n in range(1, 9)])
    for hours in range(0, 80, 8):
        note_lists(connection, "demo", [("section", "a.vn/tin", True)], NOW + timedelta(hours=hours))
    assert value(connection, "SELECT extract(epoch FROM every) / 3600 FROM news.list") == 12, "a quarter of two days"


def test_lists_that_show_news_are_read_more_often(connection: psycopg.Connection) -> None:
    def read(hours: float, *, news: bool) -> None:
        note_lists(connection, "demo", [("section", "a.vn/tin", news)], NOW + timedelta(hours=hours))

    def resting(hours: float) -> bool:
        parameters = {"portal": "demo", "now": NOW + timedelta(hours=hours)}
        return bool(connection.execute(query("memory_resting"), parameters).fetchall())

    def every() -> float:
        return value(connection, "SELECT extract(epoch FROM every) / 3600 FROM news.list")

    read(0, news=True)
    assert (every(), resting(11.9), resting(12.1)) == (12, True, False)
    read(13, news=False)
    assert (every(), resting(13 + 17), resting(13 + 19)) == (18, True, False)
    for hours in range(40, 400, 40):
        read(hours, news=False)
    assert every() == 72
    for hours in range(400, 800, 40):
        read(hours, news=True)
    assert every() == 1
    read(5, news=False)
    assert every() == 1, "what comes in late says nothing"


def conditional(connection: psycopg.Connection) -> list[str | None]:
    rows = connection.execute(
        query("memory_due"), {"portal": "demo", "most": 9, "resting": False, "now": NOW + 99 * DAY}
    ).fetchall()
    return [row[2] for row in rows]


@pytest.mark.parametrize(("second", "lies"), [('"a"', True), ('"b"', False)])
def test_validators_that_lie_are_dropped(connection: psycopg.Connection, second: str, lies: bool) -> None:
    for hour, (title, etag) in enumerate([("Tin", '"a"'), ("Tin đã sửa", second)]):
        at = NOW + timedelta(hours=hour)
        one = article(1, title=title, fetched_at=at)
        answer = Fetch(portal="demo", url=one.url, fetched_at=at, status=200, etag=etag)
        ingest_lines(connection, [encode(one), msgspec.json.encode(answer)])
    assert conditional(connection) == [None if lies else second]


def test_every_fifth_visit_is_unconditional(connection: psycopg.Connection) -> None:
    asked = []
    for visit in range(10):
        at = NOW + visit * DAY
        one = article(1, fetched_at=at)
        answer = Fetch(portal="demo", url=one.url, fetched_at=at, status=200, etag='"a"')
        ingest_lines(connection, [encode(one), msgspec.json.encode(answer)])
        asked += conditional(connection)
    assert asked == ['"a"'] * 4 + [None] + ['"a"'] * 4 + [None]
