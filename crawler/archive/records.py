"""WARC records as bytes: one gzip member each, WARC 1.1, SHA-256 digests."""

from __future__ import annotations

import base64
import hashlib
import sys
import uuid
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from urllib.parse import urlsplit

import brotli
from isal import isal_zlib
from warcio.recordloader import ArcWarcRecordLoader

from crawler.ports import Capture

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP = 31  # zlib's window for a gzip member
LEVEL = 3  # 6 takes twice the time and saves a tenth of the bytes
CONFORMS_TO = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
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
    return spelled(hashlib.sha256(data).digest())


def spelled(sha256: bytes) -> str:
    """A SHA-256 in WARC's spelling."""
    return f"sha256:{base64.b32encode(sha256).decode()}"


# `digest` is what some functions call what they are given.
_digest_of = digest


def warcinfo(file: str, software: str) -> bytes:
    """The record that opens a file."""
    told = f"software: {software}\r\nformat: WARC File Format 1.1\r\nconformsTo: {CONFORMS_TO}\r\n".encode()
    head = _head(
        "warcinfo", _number(), datetime.now(UTC), ("WARC-Filename", file), ("Content-Type", "application/warc-fields")
    )
    return _packed(head, (("WARC-Block-Digest", digest(told)),), told)


def response(
    url: str,
    moment: datetime,
    status: int,
    headers: Headers,
    payload: bytes,
    *,
    ip: str | None,
    earlier: Capture | None = None,
    digest: str | None = None,
) -> tuple[bytes, str, str]:
    """The record of a response, its type and its id: a `revisit` where the payload is that of `earlier`.

    `digest` is that of the payload, where it is known already. A response has no digest of its block: its payload is
    all of it but for the headers, and hashing a page twice costs more than packing one that came packed.
    """
    number, told = _number(), [("WARC-Target-URI", url), *([("WARC-IP-Address", ip)] if ip else [])]
    content_type = ("Content-Type", "application/http; msgtype=response")
    http = _message(f"HTTP/1.1 {status} {_phrase(status)}", headers)
    is_packed = any(name.lower() == "content-encoding" for name, _ in headers)
    if status == HTTPStatus.NOT_MODIFIED or (earlier is not None and payload):
        if earlier is not None:
            told += [
                ("WARC-Refers-To-Target-URI", earlier.url), ("WARC-Refers-To-Date", stamp(earlier.fetched_at)),
                ("WARC-Payload-Digest", earlier.digest),
            ]  # fmt: skip
        told.append(("WARC-Profile", NOT_MODIFIED if status == HTTPStatus.NOT_MODIFIED else IDENTICAL))
        head = _head("revisit", number, moment, *told, content_type)
        return _packed(head, (("WARC-Block-Digest", _digest_of(http)),), http), "revisit", number
    told.append(("WARC-Payload-Digest", digest or _digest_of(payload)))
    head = _head("response", number, moment, *told, content_type)
    return _packed(head, (), http, payload, level=1 if is_packed else LEVEL), "response", number


def request(url: str, moment: datetime, method: str, headers: Headers, body: bytes, *, concurrent_to: str) -> bytes:
    """The record of the request that a response answers."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc.rpartition("@")[2]
    block = _message(f"{method} {target} HTTP/1.1", [("Host", host), *headers]) + body
    told = [("WARC-Target-URI", url), ("WARC-Concurrent-To", concurrent_to)]
    head = _head("request", _number(), moment, *told, ("Content-Type", "application/http; msgtype=request"))
    return _packed(head, (("WARC-Block-Digest", _digest_of(block)),), block)


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


def _head(kind: str, number: str, moment: datetime, *fields: tuple[str, str]) -> str:
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {number}\r\nWARC-Date: {stamp(moment)}\r\n{lines}"


def _message(first: str, headers: Headers) -> bytes:
    """The head of an HTTP message, its header lines in the very bytes that came."""
    return "\r\n".join([first, *(f"{name}: {value}" for name, value in headers), "", ""]).encode("latin-1", "replace")


def _number() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _packed(head: str, digests: Headers, *block: bytes, level: int = LEVEL) -> bytes:
    """A whole record as one gzip member."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in digests)
    whole = f"{head}{lines}Content-Length: {sum(map(len, block))}\r\n\r\n"
    packer = isal_zlib.compressobj(level, isal_zlib.DEFLATED, GZIP)
    return b"".join([packer.compress(b"".join((whole.encode(), *block, b"\r\n\r\n"))), packer.flush()])


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
