"""Where a crawl leaves what it found: sealed lines in the spool."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from crawler.article import Article, encode
from crawler.lines import Absence, Fetch, Missing, Rejection
from ingest.spool import SpoolWriter


class SpoolSink:
    """Articles are on disk when `article` returns; what was fetched for them goes in with them."""

    def __init__(self, *, spool: str, prefix: str, run: int | None = None, **_: object) -> None:
        self.writer = SpoolWriter(Path(spool), prefix)
        self.run = run
        self.waiting: list[bytes] = []
        self.before_write: Callable[[], None] = lambda: None

    def article(self, article: Article) -> None:
        waiting, self.waiting = self.waiting, []
        self.before_write()
        self.writer.write(encode(article), *waiting)

    def fetch(
        self,
        *,
        portal: str,
        url: str,
        fetched_at: datetime,
        status: int | None,
        etag: str | None,
        last_modified: str | None,
        size: int,
        digest: str | None,
        error: str | None,
        archive_file: str | None = None,
        archive_offset: int | None = None,
        archive_length: int | None = None,
        archive_type: str | None = None,
    ) -> None:
        record = Fetch(
            portal=portal, url=url, fetched_at=fetched_at, run_id=self.run, status=status, etag=etag,
            last_modified=last_modified, bytes=size, digest=digest, error=error,
            archive_file=archive_file, archive_offset=archive_offset, archive_length=archive_length,
            archive_type=archive_type,
        )  # fmt: skip
        self.waiting.append(msgspec.json.encode(record))
        if len(self.waiting) >= 50:
            self.flush()

    def rejection(self, *, portal: str, url: str, reason: str, fetched_at: datetime) -> None:
        self.waiting.append(
            msgspec.json.encode(Rejection(portal=portal, url=url, reason=reason, fetched_at=fetched_at))
        )
        self.flush()

    def absence(
        self,
        *,
        portal: str,
        url: str,
        identity: str,
        missing: Missing,
        fetched_at: datetime,
        confirm_after_hours: float,
    ) -> None:
        record = Absence(
            portal=portal, url=url, identity=identity, how=missing.how, led_to=missing.led_to, fetched_at=fetched_at,
            confirm_after_hours=confirm_after_hours,
        )  # fmt: skip
        self.waiting.append(msgspec.json.encode(record))

    def flush(self) -> None:
        waiting, self.waiting = self.waiting, []
        self.before_write()
        self.writer.write(*waiting)

    def close(self) -> None:
        self.flush()
        self.writer.close()
