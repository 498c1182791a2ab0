"""Reading a page has an end: code that is hostile to no one can still be kept busy for hours by a page that is.

A timer of the processor's time interrupts it, between two steps of Python or inside a regular expression; a tree is
built by C, in a time that `LONGEST_PAGE` bounds.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

# Seconds of processor time for all that one answer leads to; the longest page of a real portal takes a tenth of one.
SECONDS = 5.0
# Seconds for a feed or a sitemap, which may name 50,000 addresses; a page has some hundred.
SOURCE_SECONDS = 20.0
# Seconds until the timer strikes again, where what it raised got lost (in a destructor).
AGAIN = 0.05

_T = TypeVar("_T")


class TookTooLong(BaseException):
    """Reading used up its time. No Exception: what a reader swallows must not swallow this."""


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """What is done inside may use so many seconds of the process's time; then TookTooLong is raised in it.

    Outside the main thread, which alone hears signals, nothing is bounded; inside another bound that one holds.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getitimer(signal.ITIMER_PROF)[0]:
        yield
        return
    is_over = False

    def strike(*_: object) -> None:
        if not is_over:
            raise TookTooLong("reading took more than its time")

    before = signal.signal(signal.SIGPROF, strike)
    try:
        signal.setitimer(signal.ITIMER_PROF, max(seconds, 0.001), AGAIN)
        yield
    finally:
        is_over = True
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def stepwise(steps: Iterable[_T], seconds: float = SECONDS) -> Iterator[_T]:
    """The same steps, one by one, all of which together may use so many seconds; what is done between them does not count.

    >>> list(stepwise(n for n in range(3)))
    [0, 1, 2]
    """
    following = iter(steps)
    left = seconds
    while True:
        began = time.process_time()
        try:
            with bounded(left):
                step = next(following)
        except StopIteration:
            return
        except TookTooLong as error:
            raise TookTooLong(f"reading took more than {seconds:g} s of processor time") from error
        left -= time.process_time() - began
        yield step
