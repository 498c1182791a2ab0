"""Responses out of WARC files that others made: streamed, each bounded, damage told where it begins."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Bytes of an answer that are read, packed or not; no page of text is as long (a crawl takes no more, either).
MOST_BYTES = 16 * 1024 * 1024
# Bytes of a record's head, and of an answer's.
MOST_HEAD = 256 * 1024
_SKIPPED = 1 << 16
_MAGIC = b"\x1f\x8b"


class DamagedFile(Exception):
    """A WARC file cannot be read any further."""


@dataclass(frozen=True, slots=True)
class Captured:
    """A record of a WARC file. `status` is None for what is no whole response; then `payload` is empty, too.

    `moment` is when it was fetched, `headers` have lower-case names, `payload` is without encodings of the transfer.
    """

    type: str
    url: str
    moment: datetime | None
    status: int | None
    headers: dict[str, str]
    payload: bytes

    @property
    def content_type(self) -> str:
        """The answer's Content-Type; empty where it had none."""
        return self.headers.get("content-type", "")


def is_warc(path: Path) -> bool:
    """Whether a file begins as WARC files do, packed by gzip or not; a spool segment does not."""
    with path.open("rb") as file:
        start = file.read(64)
        if not start.startswith(_MAGIC):
            return start.startswith(b"WARC/") or path.name.endswith((".warc", ".warc.gz"))
        unpacked = zlib.decompressobj(31)
        try:
            return unpacked.decompress(start, 5) in {b"WARC/", b""} or path.name.endswith(".warc.gz")
        except zlib.error:
            return path.name.endswith(".warc.gz")


def records(file: BufferedReader) -> Iterator[Captured]:
    """The records of a WARC file in its order; `file` is its bytes, packed by gzip or not.

    Raises DamagedFile where it is cut off or no WARC any more; the records before have come.
    """
    packed = file.peek(2)[:2] == _MAGIC
    stream: BinaryIO = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if packed else file
    try:
        while (head := _record_head(stream)) is not None:
            yield _record(stream, head)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DamagedFile(f"the file is damaged or cut off: {error}") from error


def _record_head(stream: BinaryIO) -> dict[str, str] | None:
    """The named fields of the next record; None at the end of the file."""
    first = b"\r\n"
    while first in {b"\r\n", b"\n"}:
        first = stream.readline(MOST_HEAD)
    if not first:
        return None
    if not first.startswith(b"WARC/"):
        raise DamagedFile("the file is damaged: no WARC record where one should begin")
    fields, size = {}, 0
    while (line := stream.readline(MOST_HEAD)).strip():
        size += len(line)
        if size > MOST_HEAD:
            raise DamagedFile("the file is damaged: the head of a record does not end")
        name, _, value = line.decode("utf-8", "replace").partition(":")
        fields[name.strip().lower()] = value.strip()
    if not line:
        raise DamagedFile("the file is cut off in the head of a record")
    return fields


def _record(stream: BinaryIO, head: dict[str, str]) -> Captured:
    length = head.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        raise DamagedFile("the file is damaged: a record without a length")
    kind, left = head.get("warc-type", ""), int(length)
    is_response = kind == "response" and head.get("content-type", "application/http").startswith("application/http")
    block = _exactly(stream, min(left, MOST_BYTES + MOST_HEAD)) if is_response else b""
    left -= len(block)
    is_whole = is_response and not left and not head.get("warc-truncated")
    while left:
        left -= len(_exactly(stream, min(left, _SKIPPED)))
    status, headers, payload = _answer(block) if is_whole else (None, {}, b"")
    url = head.get("warc-target-uri", "").removeprefix("<").removesuffix(">")  # wget writes it so
    return Captured(kind, url, _moment(head.get("warc-date", "")), status, headers, payload)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise DamagedFile("the file is cut off in the middle of a record")
    return data


def _moment(text: str) -> datetime | None:
    """The moment of a WARC-Date; None for what is none.

    >>> _moment("2026-11-05T08:01:00Z").isoformat(), _moment("yesterday")
    ('2026-11-05T08:01:00+00:00', None)
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _answer(block: bytes) -> tuple[int | None, dict[str, str], bytes]:
    """Status, headers and plain body of an HTTP message; status None for what is none, or unpacks to too much."""
    head, blank, body = block.partition(b"\r\n\r\n")
    if not blank:
        head, blank, body = block.partition(b"\n\n")
    first, *lines = head.decode("latin-1").splitlines() or [""]
    words = first.split(None, 2)
    if not (blank and len(words) > 1 and words[0].startswith("HTTP/") and words[1].isdigit()):
        return None, {}, b""
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _unchunked(body)
    plain = _unpacked(body, headers.get("content-encoding", ""))
    return (None, {}, b"") if plain is None else (int(words[1]), headers, plain)


def _unchunked(body: bytes) -> bytes:
    r"""A body without the marks of its chunks; as it is where it has none, as some who write files leave it.

    >>> _unchunked(b"3\r\nTin\r\n4;a=b\r\n tuc\r\n0\r\n\r\n"), _unchunked(b"<html>")
    (b'Tin tuc', b'<html>')
    """
    found: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at)
        size = body[at:end].partition(b";")[0].strip() if end >= 0 else b""
        try:
            length = int(size, 16)
        except ValueError:
            return body
        if length == 0:
            return b"".join(found)
        begin = end + 2
        if length < 0 or begin + length > len(body):
            return body
        found.append(body[begin : begin + length])
        at = begin + length + 2


def _unpacked(body: bytes, encodings: str) -> bytes | None:
    """A body without its content encodings, as it came where it does not fit them; None for more than MOST_BYTES.

    >>> _unpacked(gzip.compress(b"Tin"), "gzip"), _unpacked(b"Tin", "gzip"), _unpacked(b"Tin", "")
    (b'Tin', b'Tin', b'Tin')
    >>> _unpacked(gzip.compress(bytes(MOST_BYTES + 1)), "gzip") is None
    True
    """
    for encoding in reversed([one.strip() for one in encodings.lower().split(",")]):
        try:
            match encoding:
                case "gzip" | "x-gzip":
                    body = zlib.decompressobj(31).decompress(body, MOST_BYTES + 1)
                case "deflate":
                    body = _inflated(body)
                case "br":
                    body = brotli.Decompressor().process(body, output_buffer_limit=MOST_BYTES + 1)
                case "zstd":
                    body = zstd.ZstdDecompressor().decompress(body, max_length=MOST_BYTES + 1)
        except (zlib.error, brotli.error, zstd.ZstdError):
            return body
        if len(body) > MOST_BYTES:
            return None
    return body if len(body) <= MOST_BYTES else None


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(body, MOST_BYTES + 1)
    except zlib.error:  # some servers leave the header out
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(body, MOST_BYTES + 1)
