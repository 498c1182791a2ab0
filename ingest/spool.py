"""Durable segments between crawl and database: JSON Lines, on disk before anything counts as crawled.

A segment being written is `NAME.open` and locked by its writer; a finished one is `NAME.jsonl`. Every line ends in
its own checksum, so that a torn or flipped line is known for what it is. Lines without one (a Scrapy feed export)
are taken as they are.
"""

from __future__ import annotations

import fcntl
import os
import re
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from ingest.errors import SpoolFailed

_CHECKSUM = re.compile(rb',"crc":"([0-9a-f]{8})"\}$')
# Bytes after which a segment is finished: about 1,500 articles, so that ingest begins while the crawl goes on.
SEGMENT_BYTES = 8_000_000
# Bytes of a line; four times the largest page, so that only rubbish is cut.
LONGEST_LINE = 64_000_000


def seal(line: bytes) -> bytes:
    """A JSON object with its checksum as the last member.

    >>> seal(b'{"a":1}')
    b'{"a":1,"crc":"561bacaf"}'
    >>> unseal(seal(b'{"a":1}'))
    b'{"a":1}'
    """
    return b'%s,"crc":"%08x"}' % (line[:-1], zlib.crc32(line))


def unseal(line: bytes) -> bytes:
    """The object without its checksum; ValueError where the two do not agree."""
    found = _CHECKSUM.search(line[-32:])
    if not found:
        return line
    content = line[: len(line) - len(found[0])] + b"}"
    if zlib.crc32(content) != int(found[1], 16):
        raise ValueError("the line was damaged on disk: its checksum does not fit")
    return content


class SpoolWriter:
    """Appends sealed lines to segments of one run; `write` returns once the line is on disk."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self.folder, self.prefix, self.count = folder, prefix, 0
        self._file: BinaryIO | None = None
        self._path = folder

    def write(self, *lines: bytes) -> None:
        """Append lines and fsync; SpoolFailed with the system's reason (disk full, read-only)."""
        if not lines:
            return
        data = b"".join(seal(line) + b"\n" for line in lines)
        try:
            file = self._file or self._open()
            start = file.tell()
            try:
                _write_all(file, data)
                os.fsync(file.fileno())
            except OSError:
                file.truncate(start)  # a half-written line must not precede the next one
                file.seek(start)
                raise
            if file.tell() >= SEGMENT_BYTES:
                self.rotate()
        except OSError as error:
            raise SpoolFailed(f"the spool cannot be written: {error.strerror} ({self.folder})") from error

    def rotate(self) -> None:
        """Finish the running segment, so that it can be ingested."""
        if self._file is None:
            return
        self._file.flush()
        os.fsync(self._file.fileno())
        self._path.rename(self._path.with_suffix(".jsonl"))
        self._file.close()
        self._file = None
        _sync_folder(self.folder)

    close = rotate

    def _open(self) -> BinaryIO:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.count += 1
        self._path = self.folder / f"{self.prefix}-{time.time_ns():020}-{self.count:05}.open"
        fresh = self._path.with_suffix(".new")  # nobody looks at it before it is locked
        file = fresh.open("xb", buffering=0)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            fresh.rename(self._path)
        except OSError:
            file.close()
            fresh.unlink(missing_ok=True)
            raise
        _sync_folder(self.folder)
        self._file = file
        return file


def pending(folder: Path) -> list[Path]:
    """Segments that wait for ingest, oldest first; one left open by a dead writer is among them."""
    if not folder.is_dir():
        return []
    for path in folder.glob("*.open"):
        if not _is_being_written(path):
            with suppress(FileNotFoundError):  # renamed by another a moment ago
                path.rename(path.with_suffix(".jsonl"))
    return sorted(folder.glob("*.jsonl"), key=lambda path: path.stem.split("-")[-2:])


def run_of(segment: Path) -> int | None:
    """The number of the run that wrote a segment, as its name tells; None for files of another make.

    >>> run_of(Path("binh-thuan-17-00001764000000000000-00001.jsonl")), run_of(Path("export.jsonl"))
    (17, None)
    """
    parts = segment.stem.split("-")
    return int(parts[-3]) if len(parts) > 3 and parts[-3].isdecimal() else None


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a segment or feed export, without line ends; blank ones left out."""
    while line := stream.readline(LONGEST_LINE):
        if stripped := line.strip():
            yield stripped


def _write_all(file: BinaryIO, data: bytes) -> None:
    """A disk that is nearly full takes a part without complaint; only the next write fails."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _is_being_written(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return True  # renamed by its writer a moment ago
    return False


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
