"""Asks the memory in a thread of its own: a database that is slow or gone holds up no crawl."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Self, TypeVar

from scrapy.crawler import Crawler

from crawler.net import wiring
from crawler.ports import Capture, Due, Memory, MemoryGone, NoMemory

# Seconds that an answer may take, while a page waits for it.
PATIENCE = 8.0
# Seconds that the questions at the start of a crawl may take: they go over all articles of a portal.
START_PATIENCE = 120.0
# Seconds without a question after one that was not answered: asking for every page would hold up the crawl.
QUIET = 10.0

_Answer = TypeVar("_Answer")
logger = logging.getLogger(__name__)


class Recollection:
    """The memory as a crawl asks it, an extension that all its parts share; what is not answered counts as forgotten.

    Forgetting harms nothing: an article is fetched once more, a page archived once more.
    """

    def __init__(self, memory: Memory, count: Callable[[str], None] = lambda _: None) -> None:
        self.memory, self.count = memory, count
        self._is_blank = type(memory) is NoMemory
        self._met_before: bool | None = None
        self._quiet_until = 0.0
        self._has_complained = False
        self._questions: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What TINTINH_MEMORY names, asked in a thread; questions left unanswered count among the crawl's figures."""
        return cls(wiring.memory(crawler.settings), lambda name: crawler.stats.inc_value(f"tintinh/{name}"))

    async def known(self, identities: Sequence[str]) -> set[str]:
        """Those of the identities that are stored already and not taken down."""
        nothing: set[str] = set()
        return await self._ask(nothing, self.memory.known, identities) if identities else nothing

    async def due(self, most: int, *, resting: bool) -> list[Due]:
        """Stored articles to ask again: longest unseen first, or where the others may rest, those that are due."""
        nothing: list[Due] = []
        return await self._ask(nothing, lambda: list(self.memory.due(most, resting=resting)), patience=START_PATIENCE)

    async def resting(self) -> set[str]:
        """The keys of lists, feeds and sitemaps that are not due yet."""
        nothing: set[str] = set()
        return await self._ask(nothing, self.memory.resting, patience=START_PATIENCE)

    async def complete(self) -> bool:
        """Whether the last crawl followed every list to its end."""
        return await self._ask(False, self.memory.complete, patience=START_PATIENCE)

    async def learned(self) -> Mapping[str, Any] | None:
        """What the last crawl that read articles learned of the portal's layout; None before that."""
        nothing: Mapping[str, Any] | None = None
        return await self._ask(nothing, self.memory.learned, patience=START_PATIENCE)

    async def captured(self, url: str) -> Capture | None:
        """The last response to this address whose payload is in the archive; a first crawl need not ask."""
        if self._met_before is None:
            unknown: bool | None = None
            self._met_before = await self._ask(unknown, self.memory.met_before)
        return await self._ask(None, self.memory.captured, url) if self._met_before else None

    async def _ask(
        self, forgotten: _Answer, question: Callable[..., _Answer], *arguments: Any, patience: float = PATIENCE
    ) -> _Answer:
        if self._is_blank:
            return question(*arguments)
        if time.monotonic() < self._quiet_until:
            self.count("memory_unanswered")
            return forgotten
        answer = self._in_thread(question, *arguments)
        try:
            return await asyncio.wait_for(answer, patience)
        except (MemoryGone, TimeoutError) as error:
            self._complain(str(error) or f"no answer in {patience:.0f} seconds")
            return forgotten

    def _complain(self, reason: str) -> None:
        self.count("memory_unanswered")
        self._quiet_until = time.monotonic() + QUIET
        if not self._has_complained:
            self._has_complained = True
            logger.warning("the database does not answer, going on without memory: %s", reason)

    def _in_thread(self, question: Callable[..., _Answer], *arguments: Any) -> asyncio.Future[_Answer]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[_Answer] = loop.create_future()

        def ask() -> None:
            try:
                given = question(*arguments)
            except Exception as error:
                _later(loop, partial(_fail, answer, error))
            else:
                _later(loop, partial(_give, answer, given))

        self._questions.put(ask)
        if self._thread is None:
            # A daemon: one that waits for a database that hangs must not keep the process from ending.
            self._thread = threading.Thread(target=self._answer, name="memory", daemon=True)
            self._thread.start()
        return answer

    def _answer(self) -> None:
        while True:
            self._questions.get()()


def _give(answer: asyncio.Future[_Answer], given: _Answer) -> None:
    if not answer.done():  # nobody waits any longer
        answer.set_result(given)


def _fail(answer: asyncio.Future[Any], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)


def _later(loop: asyncio.AbstractEventLoop, call: Callable[[], object]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(call)
