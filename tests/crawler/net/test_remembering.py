"""A memory that is slow or gone: the crawl goes on, counts it, says so once; its own thread never asks."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from crawler.net import remembering
from crawler.net.remembering import Recollection
from crawler.ports import Capture, MemoryGone, NoMemory
from tests.support import START


class Memory(NoMemory):
    """Knows everything; may be gone, or hang until it is let go."""

    def __init__(self) -> None:
        self.threads: set[str] = set()
        self.asked: Counter[str] = Counter()
        self.is_gone = False
        self.hangs = threading.Event()
        self.hangs.set()
        self.is_first = False

    def answer(self, question: str) -> None:
        self.threads.add(threading.current_thread().name)
        self.asked[question] += 1
        self.hangs.wait()
        if self.is_gone:
            raise MemoryGone("no route to host")

    def known(self, identities: Sequence[str]) -> set[str]:
        self.answer("known")
        return set(identities)

    def met_before(self) -> bool:
        self.answer("met_before")
        return not self.is_first

    def captured(self, url: str) -> Capture | None:
        self.answer("captured")
        return Capture(url, START, "sha256:A")


@pytest.fixture
def memory() -> Iterator[Memory]:
    made = Memory()
    yield made
    made.hangs.set()


def test_it_asks_in_a_thread_of_its_own(memory: Memory) -> None:
    async def ask() -> tuple[set[str], Capture | None]:
        crawl = Recollection(memory)
        return await crawl.known(["a"]), await crawl.captured("http://a.vn/")

    known, captured = asyncio.run(ask())
    assert known == {"a"}
    assert captured is not None
    assert memory.threads == {"memory"}


def test_a_first_crawl_asks_once_whether_anything_was_captured(memory: Memory) -> None:
    memory.is_first = True

    async def ask() -> list[Capture | None]:
        crawl = Recollection(memory)
        return [await crawl.captured(f"http://a.vn/{number}") for number in range(3)]

    assert asyncio.run(ask()) == [None] * 3
    assert memory.asked == {"met_before": 1}


def test_what_is_gone_is_forgotten_counted_and_told_once(
    memory: Memory, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembering, "QUIET", 0.0)
    counted: list[str] = []

    async def ask() -> None:
        crawl = Recollection(memory, counted.append)
        memory.is_gone = True
        assert [await crawl.known(["a"]), await crawl.known(["a"]), await crawl.captured("http://a.vn/")] == [
            set(),
            set(),
            None,
        ]
        memory.is_gone = False
        assert await crawl.known(["a"]) == {"a"}, "it remembers again"

    with caplog.at_level(logging.WARNING):
        asyncio.run(ask())
    assert counted == ["memory_unanswered"] * 3
    assert [record.getMessage() for record in caplog.records] == [
        "the database does not answer, going on without memory: no route to host"
    ]


def test_one_that_hangs_holds_up_nothing(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "PATIENCE", 0.05)
    monkeypatch.setattr(Recollection._ask, "__kwdefaults__", {"patience": 0.05})
    counted: list[str] = []

    async def ask() -> None:
        crawl = Recollection(memory, counted.append)
        memory.hangs.clear()
        turns = 0

        async def turn() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        others = asyncio.create_task(turn())
        assert await crawl.known(["a"]) == set()
        assert turns > 1, "the crawl goes on meanwhile"
        assert [await crawl.known(["a"]) for _ in range(5)] == [set()] * 5
        others.cancel()

    asyncio.run(ask())
    assert memory.asked == {"known": 1}, "for a while nobody asks"
    assert counted == ["memory_unanswered"] * 6
