"""Reading that never ends is interrupted, whatever it is busy with; what is quick is left alone."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from crawler.net.reading import TookTooLong, bounded, stepwise

SHORT = 0.2


@pytest.fixture(autouse=True)
def alarm() -> Iterator[None]:
    """Ends a test whose work is not interrupted."""

    def strike(*_: object) -> None:
        pytest.fail("it was not interrupted")

    before = signal.signal(signal.SIGALRM, strike)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def count_for_ever() -> None:
    while True:
        pass


def swallow_for_ever() -> None:
    while True:
        try:
            sum(range(1000))
        except Exception:
            continue


def backtrack_for_ever() -> None:
    re.match(r"(?:a|a)*b", "a" * 60)


@pytest.mark.parametrize("work", [count_for_ever, swallow_for_ever, backtrack_for_ever])
def test_what_never_ends_is_interrupted(work: Callable[[], None]) -> None:
    with pytest.raises(TookTooLong), bounded(SHORT):
        work()
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_steps_share_their_time_and_what_is_done_between_them_does_not_count() -> None:
    def work() -> Iterator[int]:
        yield 1
        yield 2
        count_for_ever()

    taken = []
    steps = stepwise(work(), SHORT)
    for step in islice(steps, 2):
        taken.append(step)
        sum(range(20_000_000))
    with pytest.raises(TookTooLong):
        next(steps)
    assert taken == [1, 2]


def test_a_thread_is_left_alone() -> None:
    done = []

    def work() -> None:
        with bounded(SHORT):
            done.append(signal.getitimer(signal.ITIMER_PROF))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [(0.0, 0.0)]
