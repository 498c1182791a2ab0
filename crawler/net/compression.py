"""Unpacks answers: gzip by isal, which takes half the time of zlib; everything else, and what is not whole, as Scrapy does."""

from __future__ import annotations

from isal import isal_zlib
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware

# zlib's window for a gzip member.
GZIP = 31
# Bytes that any answer may unpack to (the longest page that is read has them), and how many times its size a larger one; text packs to a twentieth at best.
UNASKED = 6_000_000
MOST_RATIO = 100


class Compression(HttpCompressionMiddleware):
    """Scrapy's middleware with another gzip."""

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        max_size = bound_of(len(body), max_size)
        plain = _gunzip(body, max_size) if encoding in {b"gzip", b"x-gzip"} else None
        return HttpCompressionMiddleware._decode(body, encoding, max_size) if plain is None else plain


def bound_of(packed: int, most: int) -> int:
    """Bytes that an answer of so many packed bytes may unpack to: at most `most`.

    >>> bound_of(10_000, 16_000_000), bound_of(100_000, 16_000_000), bound_of(1_000_000, 16_000_000)
    (6000000, 10000000, 16000000)
    """
    return min(most, max(UNASKED, MOST_RATIO * packed)) if most else most


def _gunzip(body: bytes, most: int) -> bytes | None:
    """The content of one whole gzip member of at most so many bytes; None of everything else.

    >>> import gzip
    >>> _gunzip(gzip.compress(b"Tin"), 3), _gunzip(gzip.compress(b"Tin tuc"), 3), _gunzip(b"Tin", 3)
    (b'Tin', None, None)
    >>> _gunzip(gzip.compress(b"Tin")[:-9], 3), _gunzip(gzip.compress(b"Tin") * 2, 9)
    (None, None)
    """
    packed = isal_zlib.decompressobj(GZIP)
    try:
        plain: bytes = packed.decompress(body, most + 1)
    except Exception:  # an error of isal that its types do not name as one
        return None
    return plain if packed.eof and not packed.unused_data and len(plain) <= most else None
