"""Hands lines to the sink in a thread of its own: what comes while the disk is busy goes down together, with one fsync."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence

from crawler.lines import Line
from crawler.ports import Sink

# Lines that wait for an article to go down with before they go without.
MOST_WAITING = 50


class Journal:
    """Lines of a crawl on their way to disk.

    `before` is called before every group: what its lines refer to must be on disk first. What goes wrong is handed to
    `failed`, in the thread of the crawl, and the lines of that group count as not written.
    """

    def __init__(self, sink: Sink, before: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        self.sink, self.before, self.failed = sink, before, failed
        self._lines: list[Line] = []
        self._waiting: list[asyncio.Future[bool]] = []
        self._is_closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work = threading.Condition()
        self._thread: threading.Thread | None = None

    def note(self, line: Line) -> None:
        """Take a line that may wait for others."""
        with self._work:
            self._lines.append(line)
            if len(self._lines) >= MOST_WAITING:
                self._wake()

    async def write(self, *lines: Line) -> bool:
        """Take lines; returns once they are on disk, False where that failed."""
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        with self._work:
            self._lines.extend(lines)
            self._waiting.append(written)
            self._wake()
        return await written

    def tell(self, error: Exception) -> None:
        """Hand over what went wrong in the journal's thread, but for its lines."""
        if threading.current_thread() is self._thread and self._loop is not None:
            self._loop.call_soon_threadsafe(self.failed, error)
        else:
            self.failed(error)

    def close(self) -> None:
        """Bring to disk what waits, and finish."""
        with self._work:
            self._is_closed = True
            self._work.notify()
        if self._thread is not None:
            self._thread.join()
        if error := self._put(self._lines):
            self.failed(error)
        try:
            self.sink.close()
        except Exception as error:
            self.failed(error)

    def _wake(self) -> None:
        if self._thread is None:
            self._loop = asyncio.get_running_loop()
            self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
            self._thread.start()
        self._work.notify()

    def _run(self) -> None:
        while True:
            with self._work:
                self._work.wait_for(lambda: self._is_closed or self._waiting or len(self._lines) >= MOST_WAITING)
                lines, self._lines = self._lines, []
                waiting, self._waiting = self._waiting, []
                is_last = self._is_closed
            error = self._put(lines)
            if error or waiting:
                assert self._loop is not None
                self._loop.call_soon_threadsafe(self._tell, waiting, error)
            if is_last:
                return

    def _put(self, lines: Sequence[Line]) -> Exception | None:
        try:
            if lines:
                self.before()
                self.sink.write(lines)
        except Exception as error:
            return error
        return None

    def _tell(self, waiting: Sequence[asyncio.Future[bool]], error: Exception | None) -> None:
        if error is not None:
            self.failed(error)
        for written in waiting:
            if not written.done():
                written.set_result(error is None)
