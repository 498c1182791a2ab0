"""Puts responses into the page archive; a thread of its own brings them to disk."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from scrapy.http import Request, Response

from crawler.archive import records
from crawler.archive.files import ArchiveWriter, Place, in_archive
from crawler.ports import Capture, Memory

CONDITIONS = ((b"If-None-Match", "etag"), (b"If-Modified-Since", "last_modified"))
_CAPTURE = "tintinh_capture"


class Archiver:
    """The archive as a crawl sees it.

    A page is packed in the crawl's own thread: in another it costs three times as much, waiting for the interpreter.
    """

    def __init__(self, root: Path, portal: str, software: str) -> None:
        self.root = root
        self.writer = ArchiveWriter(root, portal, software)
        self.syncing = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self.synced: Future[None] | None = None

    def ask_whole(self, request: Request, memory: Memory) -> None:
        """Ask for a whole page unless the archive holds the very one that the portal may call unmodified."""
        request.meta.pop(_CAPTURE, None)  # a redirect carries on what was noted of another address
        if not any(name in request.headers for name, _ in CONDITIONS):
            return
        capture = request.meta[_CAPTURE] = self.captured(request.url, memory)
        for name, field in CONDITIONS:
            asked = request.headers.get(name)
            if asked is not None and (capture is None or getattr(capture, field) != asked.decode("latin-1")):
                del request.headers[name]

    def captured(self, url: str, memory: Memory) -> Capture | None:
        """The last capture of an address; another machine's archive is not ours to refer to."""
        found = memory.captured(url)
        return found if found is not None and in_archive(self.root, found.file) else None

    def keep(self, request: Request, response: Response, moment: datetime, memory: Memory) -> Place:
        """Append a response and its request; where the response lies. Raises ArchiveFailed."""
        earlier = request.meta.get(_CAPTURE) or (self.captured(request.url, memory) if response.body else None)
        same = response.status == 304 or (earlier is not None and earlier.digest == records.digest(response.body))
        record, kind, number = records.response(
            request.url, moment, response.status, pairs(response), response.body,
            ip=str(response.ip_address) if response.ip_address else None, earlier=earlier if same else None,
        )  # fmt: skip
        asked = records.request(request.url, moment, request.method, pairs(request), request.body, concurrent_to=number)
        place = self.writer.write(moment, kind, record, asked)
        self.synced = self.syncing.submit(self.writer.sync)
        return place

    def sync(self) -> None:
        """Return once everything that `keep` gave a place for is on disk. Raises ArchiveFailed."""
        if self.synced is not None:
            self.synced.result()

    def close(self) -> None:
        """Finish. Raises ArchiveFailed."""
        self.syncing.shutdown()
        self.writer.close()


def pairs(message: Request | Response) -> list[tuple[str, str]]:
    """The headers of a message, one pair a line; a line end inside a value must not become a header."""
    return [
        (name.decode("latin-1"), " ".join(value.decode("latin-1").split()))
        for name, values in message.headers.items()
        for value in values
    ]
