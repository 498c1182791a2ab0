"""A crawl's hosts go to whoever wants a single address of them, and come back."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest

from ingest import hosts as rows
from tintinh.run import giving_way
from tintinh.run.giving_way import GivingWay
from tintinh.run.hosts import Hosts

HOSTS = ["congan.example", "192.0.2.7"]


@pytest.fixture
def session(database_uri: str) -> Iterator[Callable[[], psycopg.Connection]]:
    with ExitStack() as stack:
        yield lambda: stack.enter_context(psycopg.connect(database_uri, autocommit=True))


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [1000.0]
    monkeypatch.setattr(giving_way.time, "monotonic", lambda: moment[0])
    return moment


def test_hosts_are_given_once_the_crawl_stands_and_come_back(
    session: Callable[[], psycopg.Connection], now: list[float]
) -> None:
    crawl, other, fetch, told = session(), session(), session(), io.BytesIO()
    assert rows.lock(crawl, HOSTS) is None
    way = GivingWay(HOSTS, told)

    def look() -> None:
        now[0] += giving_way.EVERY
        way.look(crawl)

    look()
    assert told.getvalue() == b""
    rows.claim(fetch, HOSTS[:1], rows.WANTED)
    look()
    assert told.getvalue() == b"p"
    assert rows.lock(fetch, HOSTS[:1], overtakes=True) == HOSTS[0], "an answer may be under way"
    way.hear(1)
    way.look(crawl)
    assert rows.lock(other, HOSTS) is not None, "another crawl does not slip in"
    assert rows.lock(fetch, HOSTS[:1], overtakes=True) is None
    look()
    assert told.getvalue() == b"p"
    fetch.close()
    assert rows.lock(other, HOSTS) is not None, "neither now"
    look()
    assert told.getvalue() == b"pr"
    assert rows.lock(other, HOSTS) is not None, "the crawl has them again"
    way.end(crawl)
    assert rows.lock(other, HOSTS) is None


def test_a_crawl_that_stood_still_for_an_earlier_wish_gives_nothing(
    session: Callable[[], psycopg.Connection], now: list[float]
) -> None:
    crawl, fetch, told = session(), session(), io.BytesIO()
    rows.lock(crawl, HOSTS)
    way = GivingWay(HOSTS, told)
    for _ in range(2):
        rows.claim(fetch, HOSTS, rows.WANTED)
        now[0] += giving_way.EVERY
        way.look(crawl)
        rows.unclaim(fetch, HOSTS, rows.WANTED)
        now[0] += giving_way.EVERY
        way.look(crawl)
    rows.claim(fetch, HOSTS, rows.WANTED)
    now[0] += giving_way.EVERY
    way.look(crawl)
    way.hear(2)
    way.look(crawl)
    assert (told.getvalue(), way.state) == (b"prprp", "told")
    way.hear(3)
    way.look(crawl)
    assert way.state == "standing"


def test_who_wants_hosts_and_does_not_take_them_is_not_waited_for(
    session: Callable[[], psycopg.Connection], now: list[float]
) -> None:
    crawl, frozen, told = session(), session(), io.BytesIO()
    rows.lock(crawl, HOSTS)
    way = GivingWay(HOSTS, told)
    rows.claim(frozen, HOSTS, rows.WANTED)
    now[0] += giving_way.EVERY
    way.look(crawl)
    way.hear(1)
    way.look(crawl)
    now[0] += giving_way.UNUSED + 1
    way.look(crawl)
    assert (told.getvalue(), way.state) == (b"pr", "going")
    assert rows.lock(frozen, HOSTS, overtakes=True) is not None
    now[0] += giving_way.EVERY
    way.look(crawl)
    assert told.getvalue() == b"pr", "it is not heard for a while"


def test_two_crawls_that_stand_still_do_not_wait_for_each_other(
    session: Callable[[], psycopg.Connection], now: list[float]
) -> None:
    one, two, fetch = session(), session(), session()
    rows.lock(one, HOSTS)
    ways = [GivingWay(HOSTS, io.BytesIO()), GivingWay(HOSTS, io.BytesIO())]
    one.close()
    rows.lock(two, HOSTS)
    one = session()
    ways[0].take_again(one)
    assert ways[0].state == "standing", "another has them by now"
    rows.claim(fetch, HOSTS, rows.WANTED)
    now[0] += giving_way.EVERY
    ways[1].look(two)
    ways[1].hear(1)
    ways[1].look(two)
    assert [way.state for way in ways] == ["standing", "standing"]
    assert rows.lock(fetch, HOSTS, overtakes=True) is None
    rows.unclaim(fetch, HOSTS, rows.WANTED)
    rows.unlock(fetch, HOSTS)
    now[0] += giving_way.EVERY
    for way, connection in zip(ways, (one, two), strict=True):
        way.look(connection)
    assert sorted(way.state for way in ways) == ["going", "standing"]
    (going,) = (number for number, way in enumerate(ways) if way.state == "going")
    ways[going].end((one, two)[going])
    now[0] += giving_way.EVERY
    ways[1 - going].look((one, two)[1 - going])
    assert ways[1 - going].state == "going"


def test_a_fetch_in_a_new_session_still_has_the_hosts(
    session: Callable[[], psycopg.Connection], now: list[float]
) -> None:
    crawl, fetch, told = session(), session(), io.BytesIO()
    rows.lock(crawl, HOSTS)
    way = GivingWay(HOSTS, told)
    rows.claim(fetch, HOSTS, rows.WANTED)
    now[0] += giving_way.EVERY
    way.look(crawl)
    way.hear(1)
    way.look(crawl)
    fetching = GivingWay(HOSTS, io.BytesIO(), overtakes=True)
    rows.lock(fetch, HOSTS, overtakes=True)
    fetch.close()
    again = session()
    fetching.take_again(again)
    now[0] += giving_way.EVERY
    way.look(crawl)
    assert way.state == "standing"
    now[0] += giving_way.UNUSED
    way.look(crawl)
    assert way.state == "standing", "they are used"
    another = session()
    rows.claim(another, HOSTS, rows.WANTED)
    fetching.end(again)
    again.close()
    now[0] += giving_way.EVERY
    way.look(crawl)
    assert way.state == "standing", "the next one has its time, too"


def test_a_session_that_was_cut_off_holds_what_it_held(
    session: Callable[[], psycopg.Connection], now: list[float]
) -> None:
    crawl, fetch, other, told = session(), session(), session(), io.BytesIO()
    rows.lock(crawl, HOSTS)
    way = GivingWay(HOSTS, told)
    rows.claim(fetch, HOSTS, rows.WANTED)
    now[0] += giving_way.EVERY
    way.look(crawl)
    way.hear(1)
    way.look(crawl)
    crawl.close()
    again = session()
    way.take_again(again)
    rows.lock(fetch, HOSTS, overtakes=True)
    fetch.close()
    assert rows.lock(other, HOSTS) is not None, "it is left, not given up"
    now[0] += giving_way.EVERY
    way.look(again)
    assert told.getvalue() == b"pr"


def test_a_run_that_waits_for_no_crawl_waits_for_a_single_address(session: Callable[[], psycopg.Connection]) -> None:
    holder, comer = session(), session()
    hosts = Hosts(locked=HOSTS)
    rows.lock(holder, HOSTS)
    why = hosts.take(comer, lambda: False, lambda _: None, "demo", seconds=0.0)
    assert why is not None
    assert why.startswith("another run asks the same server")
    rows.claim(holder, HOSTS, rows.WANTED)
    waited: list[bool] = []

    def stopped() -> bool:
        waited.append(True)
        if len(waited) == 3:
            rows.unclaim(holder, HOSTS, rows.WANTED)
            rows.unlock(holder, HOSTS)
        return False

    assert hosts.take(comer, stopped, lambda _: None, "demo", seconds=0.0) is None
    assert len(waited) == 3
