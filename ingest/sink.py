"""Where a crawl leaves what it found: sealed lines in the spool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from crawler.article import Article, encode
from crawler.lines import Fetch, Line
from ingest.spool import SpoolWriter


class SpoolSink:
    """Lines are on disk when `write` returns, all of them with one fsync."""

    def __init__(self, *, spool: str, prefix: str, run: int | None = None, **_: object) -> None:
        self.writer = SpoolWriter(Path(spool), prefix)
        self.run = run

    def write(self, lines: Sequence[Line]) -> None:
        """Append lines in this order. Raises SpoolFailed."""
        self.writer.write(*map(self._encoded, lines))

    def close(self) -> None:
        """Finish the segment, so that it can be ingested. Raises SpoolFailed."""
        self.writer.close()

    def _encoded(self, line: Line) -> bytes:
        if isinstance(line, Article):
            return encode(line)
        return msgspec.json.encode(replace(line, run_id=self.run) if isinstance(line, Fetch) else line)
