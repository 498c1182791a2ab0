"""WARC records as bytes: one gzip member each, WARC 1.1, SHA-256 digests."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import brotli
from isal import isal_zlib
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from crawler.ports import Capture

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP = 31  # zlib's window for a gzip member
LEVEL = 3  # 6 takes twice the time and saves a tenth of the bytes
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
Headers = Sequence[tuple[str, str]]  # bytes as Latin-1


class DamagedRecord(ValueError):
    """These bytes are not one whole WARC record."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record read back. `payload` is what extraction reads: without the encodings of the transfer."""

    type: str
    headers: dict[str, str]
    status: int | None
    http_headers: dict[str, str]
    payload: bytes

    @property
    def url(self) -> str:
        """The address that was asked for."""
        return self.headers["WARC-Target-URI"]

    @property
    def content_type(self) -> str:
        """The answer's Content-Type; empty where it had none."""
        return self.http_headers.get("content-type", "")


def stamp(moment: datetime) -> str:
    """A moment as WARC-Date, to the microsecond, so that it finds its row in news.fetch.

    >>> from datetime import UTC
    >>> stamp(datetime(2026, 11, 5, 8, 1, tzinfo=UTC))
    '2026-11-05T08:01:00.000000Z'
    """
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment_of(text: str) -> datetime:
    """The moment of a WARC-Date.

    >>> moment_of("2026-11-05T08:01:00.000000Z").isoformat()
    '2026-11-05T08:01:00+00:00'
    """
    return datetime.fromisoformat(text)


def digest(data: bytes) -> str:
    """The digest of a payload in WARC's spelling.

    >>> digest(b"")
    'sha256:4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ===='
    """
    digester = Digester("sha256")
    digester.update(data)
    return str(digester)


def warcinfo(file: str, software: str) -> bytes:
    """The record that opens a file."""
    writer = _writer()
    info = {"software": software, "format": "WARC File Format 1.1", "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"}  # fmt: skip
    return _written(writer, writer.create_warcinfo_record(file, info))


def response(
    url: str,
    moment: datetime,
    status: int,
    headers: Headers,
    payload: bytes,
    *,
    ip: str | None,
    earlier: Capture | None = None,
) -> tuple[bytes, str, str]:
    """The record of a response, its type and its id: a `revisit` where the payload is that of `earlier`."""
    writer = _writer()
    told = {"WARC-Date": stamp(moment)} | ({"WARC-IP-Address": ip} if ip else {})
    http = _AsItCame.of(f"HTTP/1.1 {status} {_phrase(status)}", headers)
    if status == HTTPStatus.NOT_MODIFIED or (earlier is not None and payload):
        if earlier is not None:
            told |= {
                "WARC-Refers-To-Target-URI": earlier.url, "WARC-Refers-To-Date": stamp(earlier.fetched_at),
                "WARC-Payload-Digest": earlier.digest,
            }  # fmt: skip
        told["WARC-Profile"] = NOT_MODIFIED if status == HTTPStatus.NOT_MODIFIED else IDENTICAL
        record = writer.create_warc_record(url, "revisit", warc_headers_dict=told, http_headers=http)
    else:
        told["WARC-Payload-Digest"] = digest(payload)
        record = writer.create_warc_record(
            url, "response", payload=BytesIO(payload), length=len(payload), warc_headers_dict=told, http_headers=http
        )
    packed = any(name.lower() == "content-encoding" for name, _ in headers)
    return (
        _written(writer, record, 1 if packed else LEVEL),
        record.rec_type,
        record.rec_headers.get_header("WARC-Record-ID"),
    )


def request(url: str, moment: datetime, method: str, headers: Headers, body: bytes, *, concurrent_to: str) -> bytes:
    """The record of the request that a response answers."""
    writer, parts = _writer(), urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc.rpartition("@")[2]
    http = _AsItCame.of(f"{method} {target} HTTP/1.1", [("Host", host), *headers])
    told = {"WARC-Date": stamp(moment), "WARC-Concurrent-To": concurrent_to}
    record = writer.create_warc_record(
        url, "request", payload=BytesIO(body), length=len(body), warc_headers_dict=told, http_headers=http
    )
    return _written(writer, record)


def read(member: bytes) -> Record:
    """The record in one gzip member; raises DamagedRecord."""
    try:
        plain = zlib.decompressobj(GZIP)
        stream = BytesIO(plain.decompress(member))
        if not plain.eof:
            raise DamagedRecord("the record is cut off")
        record = ArcWarcRecordLoader().parse_record_stream(stream, known_format="warc")
        http = record.http_headers
        status = http.get_statuscode() if http is not None and record.rec_type != "request" else None
        return Record(
            type=record.rec_type,
            headers=dict(record.rec_headers.headers),
            status=int(status) if status and status.isdigit() else None,
            http_headers={name.lower(): value for name, value in http.headers} if http is not None else {},
            payload=decoded(
                record.raw_stream.read(), http.get_header("Content-Encoding") if http is not None else None
            ),
        )
    except (zlib.error, EOFError, AttributeError, TypeError) as error:
        raise DamagedRecord(f"the record cannot be read: {error}") from error


def decoded(body: bytes, encodings: str | None) -> bytes:
    """A body without its content encodings; one that does not fit its encoding is left as it came, as Scrapy does.

    >>> decoded(zlib.compress(b"Tin"), "deflate"), decoded(b"Tin", "gzip")
    (b'Tin', b'Tin')
    """
    for encoding in reversed((encodings or "").lower().split(",")):
        try:
            match encoding.strip():
                case "gzip" | "x-gzip":
                    body = zlib.decompressobj(GZIP).decompress(body)
                case "deflate":
                    body = _inflated(body)
                case "br":
                    body = brotli.decompress(body)
                case "zstd":
                    body = zstd.decompress(body)
        except (zlib.error, brotli.error, zstd.ZstdError):
            return body
    return body


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompress(body)
    except zlib.error:  # some servers leave the header out
        return zlib.decompress(body, -zlib.MAX_WBITS)


def whole_length(chunks: Iterable[bytes]) -> int:
    """How many bytes from the start are whole gzip members: what follows was torn.

    >>> member = warcinfo("a.warc.gz", "doctest")
    >>> whole_length([member, member[:40]]) == whole_length([member, bytes(9)]) == len(member)
    True
    """
    whole = seen = 0
    member = zlib.decompressobj(GZIP)
    for chunk in chunks:
        rest = chunk
        seen += len(chunk)
        while rest:
            try:
                member.decompress(rest)
            except zlib.error:
                return whole
            if not member.eof:
                break
            rest = member.unused_data
            whole = seen - len(rest)
            member = zlib.decompressobj(GZIP)
    return whole


class _AsItCame(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """Header lines in the very bytes of the message: warcio alone would spell what is not ASCII otherwise."""

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        lines = (f"{name}: {value}" for name, value in self.headers)
        self.headers_buff = "\r\n".join([self._first, *lines, "", ""]).encode("latin-1", "replace")

    @classmethod
    def of(cls, first: str, headers: Headers) -> _AsItCame:
        made = cls(first, list(headers))
        made._first = first
        return made


def _writer() -> Any:
    writer = WARCWriter(BytesIO(), gzip=False, warc_version="1.1")
    writer._create_digester = lambda: Digester("sha256")
    return writer


def _written(writer: Any, record: Any, level: int = LEVEL) -> bytes:
    writer.write_record(record)
    packed = isal_zlib.compressobj(level, isal_zlib.DEFLATED, GZIP)
    return packed.compress(writer.out.getvalue()) + packed.flush()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
