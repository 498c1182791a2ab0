"""What a worker outlives, and what ends it with an error of its own."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from ingest.errors import DatabaseOutdated, DatabaseUnreachable
from work import queue
from work.worker import Worker


class Failing:
    """Does nothing but keep things in order, which fails; ends its worker at the second try."""

    def __init__(self, uri: str, error: Exception) -> None:
        self.uri, self.error, self.tries = uri, error, 0
        self.worker: Worker | None = None

    def crawl(self, portal: str, is_due: bool) -> None:
        """Nothing is to be crawled."""

    def fetch(self, url: str) -> None:
        """Nothing is to be fetched."""

    def upkeep(self, begin_anew: Callable[[], None]) -> None:
        self.tries += 1
        if self.tries > 1:
            assert self.worker is not None
            self.worker._signals += 1
            begin_anew()
        raise self.error

    def end(self, *, at_once: bool) -> None:
        """Nothing goes on."""

    def revive(self) -> str:
        return self.uri


@pytest.fixture
def queued(connection: psycopg.Connection, database_uri: str) -> str:
    queue.install(connection)
    return database_uri


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (DatabaseOutdated("run `tintinh db upgrade`"), DatabaseOutdated), (DatabaseUnreachable("gone"), DatabaseUnreachable),
        (psycopg.OperationalError("terminated"), DatabaseUnreachable), (ZeroDivisionError("ours"), ZeroDivisionError),
    ],
)  # fmt: skip
def test_an_error_comes_as_what_it_is(queued: str, error: Exception, raised: type[Exception]) -> None:
    said: list[str] = []
    with pytest.raises(raised):
        Worker(queued, Failing(queued, error), said.append, at_a_time=1, is_once=True).run()
    assert said == []


@pytest.mark.parametrize("error", [psycopg.OperationalError("terminated"), DatabaseUnreachable("gone"), TimeoutError()])
def test_a_database_that_is_away_is_waited_for(queued: str, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("work.worker.PAUSE_SECONDS", 0.05)
    said: list[str] = []
    doing = Failing(queued, error)
    doing.worker = Worker(queued, doing, said.append, at_a_time=1, is_once=False)
    doing.worker.run()
    assert doing.tries == 2
    assert len(said) == 2
    assert all(line.startswith("the database went away (") for line in said)
