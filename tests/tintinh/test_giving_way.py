"""A crawl's hosts go to whoever wants a single address of them, and come back."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest

from ingest import hosts as rows
from tintinh.run import giving_way
from tintinh.run.giving_way import GivingWay
from tintinh.run.hosts import Hosts

HOSTS = ["congan.example", "192.0.2.7"]


class Crawling:
    """A crawl that has the hosts, what it was told, and the clock that it looks at."""

    def __init__(self, connection: psycopg.Connection, now: list[float]) -> None:
        self.connection, self.now, self.told = connection, now, io.BytesIO()
        rows.lock(connection, HOSTS)
        self.way = GivingWay(HOSTS, self.told)

    def look(self, after: float = giving_way.EVERY) -> None:
        self.now[0] += after
        self.way.look(self.connection)

    def stands_aside_for(self, fetch: psycopg.Connection) -> None:
        rows.claim(fetch, HOSTS, rows.WANTED)
        self.look()
        self.way.hear(1)
        self.look(0.0)
        assert self.way.state == "standing"


def ended(fetch: psycopg.Connection, observer: psycopg.Connection) -> None:
    """End a session; the server takes a moment to notice, and no clock can be asked here but by counting."""
    fetch.close()
    for _ in range(400):
        if not rows.is_claimed(observer, HOSTS, [rows.WANTED]):
            return
        time.sleep(0.05)
    raise AssertionError("the server never noticed")


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
    crawl, other, fetch = Crawling(session(), now), session(), session()
    way, told = crawl.way, crawl.told
    crawl.look()
    assert told.getvalue() == b""
    rows.claim(fetch, HOSTS[:1], rows.WANTED)
    crawl.look()
    assert told.getvalue() == b"p"
    assert rows.lock(fetch, HOSTS[:1], overtakes=True) == HOSTS[0], "an answer may be under way"
    way.hear(1)
    crawl.look(0.0)
    assert rows.lock(other, HOSTS) is not None, "another crawl does not slip in"
    assert rows.lock(fetch, HOSTS[:1], overtakes=True) is None
    crawl.look()
    assert told.getvalue() == b"p"
    ended(fetch, other)
    assert rows.lock(other, HOSTS) is not None, "neither now"
    crawl.look()
    assert told.getvalue() == b"pr"
    assert rows.lock(other, HOSTS) is not None, "the crawl has them again"
    way.end(crawl.connection)
    assert rows.lock(other, HOSTS) is None


def test_a_crawl_that_stood_still_for_an_earlier_wish_gives_nothing(
    session: Callable[[], psycopg.Connection], now: list[float]
) -> None:
    crawl, fetch = Crawling(session(), now), session()
    for _ in range(2):
        rows.claim(fetch, HOSTS, rows.WANTED)
        crawl.look()
        rows.unclaim(fetch, HOSTS, rows.WANTED)
        crawl.look()
    rows.claim(fetch, HOSTS, rows.WANTED)
    crawl.look()
    crawl.way.hear(2)
    crawl.look(0.0)
    assert (crawl.told.getvalue(), crawl.way.state) == (b"prprp", "told")
    crawl.way.hear(3)
    crawl.look(0.0)
    assert crawl.way.state == "standing"


def test_who_wants_hosts_and_does_not_take_them_is_not_waited_for(
    session: Callable[[], psycopg.Connection], now: list[float]
) -> None:
    crawl, frozen = Crawling(session(), now), session()
    crawl.stands_aside_for(frozen)
    crawl.look(giving_way.UNUSED + 1)
    assert (crawl.told.getvalue(), crawl.way.state) == (b"pr", "going")
    assert rows.lock(frozen, HOSTS, overtakes=True) is not None
    crawl.look()
    assert crawl.told.getvalue() == b"pr", "it is not heard for a while"


def test_two_crawls_that_stand_still_do_not_wait_for_each_other(
    session: Callable[[], psycopg.Connection], now: list[float]
) -> None:
    one, two, fetch = session(), session(), session()
    rows.lock(one, HOSTS)
    ways = [GivingWay(HOSTS, io.BytesIO()), GivingWay(HOSTS, io.BytesIO())]
    rows.unlock(one, HOSTS)  # as the end of its session does
    assert rows.lock(two, HOSTS) is None
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
    crawl, fetch = Crawling(session(), now), session()
    crawl.stands_aside_for(fetch)
    fetching = GivingWay(HOSTS, io.BytesIO(), overtakes=True)
    rows.lock(fetch, HOSTS, overtakes=True)
    again = session()
    ended(fetch, again)
    fetching.take_again(again)
    crawl.look()
    assert crawl.way.state == "standing"
    crawl.look(giving_way.UNUSED)
    assert crawl.way.state == "standing", "they are used"
    another = session()
    rows.claim(another, HOSTS, rows.WANTED)
    fetching.end(again)
    again.close()
    crawl.look()
    assert crawl.way.state == "standing", "the next one has its time, too"


def test_a_session_that_was_cut_off_holds_what_it_held(
    session: Callable[[], psycopg.Connection], now: list[float]
) -> None:
    crawl, fetch, other = Crawling(session(), now), session(), session()
    crawl.stands_aside_for(fetch)
    crawl.connection.close()
    crawl.connection = session()
    crawl.way.take_again(crawl.connection)
    rows.lock(fetch, HOSTS, overtakes=True)
    ended(fetch, other)
    assert rows.lock(other, HOSTS) is not None, "it is left, not given up"
    crawl.look()
    assert crawl.told.getvalue() == b"pr"


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
