"""Lines on their way to disk: none before what it refers to, many with one fsync, failures told."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

from crawler.lines import Fetch, Line, Rejection
from crawler.net.journal import MOST_WAITING, Journal
from tests.support import article, at


class Disk:
    """A sink, and the archive before it; may be held, or full."""

    def __init__(self) -> None:
        self.done: list[str | list[Line]] = []
        self.gate, self.reached = threading.Event(), threading.Event()
        self.gate.set()
        self.is_full = False
        self.errors: list[str] = []

    def sync(self) -> None:
        self.done.append("archive")

    def write(self, lines: Sequence[Line]) -> None:
        self.reached.set()
        self.gate.wait()
        if self.is_full:
            raise OSError("no space left on device")
        self.done.append(list(lines))

    def close(self) -> None:
        self.done.append("closed")

    def journal(self) -> Journal:
        return Journal(self, self.sync, lambda error: self.errors.append(str(error)))


def fetch(number: int) -> Fetch:
    return Fetch(portal="demo", url=f"http://demo.vn/{number}", fetched_at=at(number), status=200)


def test_an_article_is_on_disk_when_it_counts_and_after_its_page() -> None:
    disk = Disk()

    async def crawl() -> None:
        journal = disk.journal()
        journal.note(fetch(1))
        assert disk.done == []
        assert await journal.write(article(1))
        assert disk.done == ["archive", [fetch(1), article(1)]]
        journal.note(fetch(2))
        journal.close()

    asyncio.run(crawl())
    assert disk.done[2:] == ["archive", [fetch(2)], "closed"]
    assert disk.errors == []


def test_what_comes_while_the_disk_is_busy_goes_down_together() -> None:
    disk = Disk()
    disk.gate.clear()

    async def crawl() -> None:
        journal = disk.journal()
        first = asyncio.create_task(journal.write(article(1)))
        await asyncio.get_running_loop().run_in_executor(None, disk.reached.wait)
        others = [asyncio.create_task(journal.write(article(number))) for number in range(2, 9)]
        await asyncio.sleep(0)
        assert not any(task.done() for task in (first, *others)), "nothing counts that is not on disk"
        disk.gate.set()
        assert all(await asyncio.gather(first, *others))
        journal.close()

    asyncio.run(crawl())
    groups = [lines for lines in disk.done if isinstance(lines, list)]
    assert groups == [[article(1)], [article(number) for number in range(2, 9)]]


def test_lines_without_an_article_do_not_wait_for_ever() -> None:
    disk = Disk()

    async def crawl() -> None:
        journal = disk.journal()
        for number in range(MOST_WAITING):
            journal.note(fetch(number))
        await asyncio.get_running_loop().run_in_executor(None, disk.reached.wait)
        journal.close()

    asyncio.run(crawl())
    assert sum(len(lines) for lines in disk.done if isinstance(lines, list)) == MOST_WAITING


def test_a_full_disk_is_told_and_nothing_counts() -> None:
    disk = Disk()
    disk.is_full = True

    async def crawl() -> None:
        journal = disk.journal()
        assert not await journal.write(article(1))
        assert disk.errors == ["no space left on device"]
        journal.note(Rejection(portal="demo", url="http://demo.vn/x", reason="no title", fetched_at=at(1)))
        journal.close()

    asyncio.run(crawl())
    assert set(disk.errors) == {"no space left on device"}


def test_without_a_line_there_is_no_thread_and_no_write() -> None:
    disk = Disk()
    disk.journal().close()
    assert disk.done == ["closed"]
