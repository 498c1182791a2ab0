"""Puts responses into the page archive."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from scrapy.http import Request, Response

from crawler.archive import records, store
from crawler.archive.files import ArchiveWriter, Place, in_archive
from crawler.ports import Capture

CONDITIONS = ((b"If-None-Match", "etag"), (b"If-Modified-Since", "last_modified"))
_CAPTURE = "tintinh_capture"


class Archiver:
    """The archive as a crawl sees it; `captured` tells the last capture of an address.

    A page is packed in the crawl's own thread: in another it costs three times as much, waiting for the interpreter.
    """

    def __init__(
        self, root: Path, portal: str, software: str, captured: Callable[[str], Awaitable[Capture | None]]
    ) -> None:
        self.root, self._captured = root, captured
        self.writer = ArchiveWriter(root, portal, software, is_shared=store.address() is not None)

    async def ask_whole(self, request: Request) -> None:
        """Ask for a whole page unless the archive holds the very one that the portal may call unmodified."""
        request.meta.pop(_CAPTURE, None)  # a redirect carries on what was noted of another address
        if not any(name in request.headers for name, _ in CONDITIONS):
            return
        capture = request.meta[_CAPTURE] = await self.captured(request.url)
        for name, field in CONDITIONS:
            asked = request.headers.get(name)
            if asked is not None and (capture is None or getattr(capture, field) != asked.decode("latin-1")):
                del request.headers[name]

    async def captured(self, url: str) -> Capture | None:
        """The last capture of an address; another machine's archive is not ours to refer to."""
        capture = await self._captured(url)
        return capture if capture is not None and in_archive(self.root, capture.file) else None

    async def keep(self, request: Request, response: Response, moment: datetime, sha256: bytes | None) -> Place:
        """Append a response and its request; where the response lies. Raises ArchiveFailed."""
        digest = records.spelled(sha256) if sha256 else None
        earlier = request.meta.get(_CAPTURE) or (await self.captured(request.url) if digest else None)
        same = response.status == 304 or (earlier is not None and earlier.digest == digest)
        record, kind, number = records.response(
            request.url, moment, response.status, pairs(response), response.body,
            ip=str(response.ip_address) if response.ip_address else None, earlier=earlier if same else None, digest=digest,
        )  # fmt: skip
        asked = records.request(request.url, moment, request.method, pairs(request), request.body, concurrent_to=number)
        return self.writer.write(moment, kind, record, asked)

    def sync(self) -> None:
        """Return once everything that `keep` gave a place for is on disk. Raises ArchiveFailed."""
        self.writer.sync()

    def close(self) -> None:
        """Finish the running file, if there is one. Raises ArchiveFailed."""
        self.writer.close()


def pairs(message: Request | Response) -> list[tuple[str, str]]:
    """The headers of a message, one pair a line; a line end inside a value must not become a header."""
    return [
        (name.decode("latin-1"), " ".join(value.decode("latin-1").split()))
        for name, values in message.headers.items()
        for value in values
    ]
