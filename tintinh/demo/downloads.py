"""The files of the demo portal that are no pages: pictures, documents, a style sheet, robots.txt."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

from tintinh.demo.articles import DemoArticle
from tintinh.demo.page import Page
from tintinh.demo.truth import truth

_ROBOTS = """User-agent: *
Disallow: /administrator/
Disallow: /cache/
Disallow: /includes/
Disallow: /language/
Disallow: /plugins/
Disallow: /tmp/
"""
_CSS = "body { font-family: sans-serif; margin: 1em auto; max-width: 70em; }\n"


def downloads(articles: Iterable[DemoArticle]) -> dict[str, Page]:
    """Every such file by its path."""
    found = {"/robots.txt": Page(_ROBOTS.encode(), "text/plain; charset=utf-8")}
    for name in ("printButton", "emailButton", "arrow"):
        found[f"/media/system/images/{name}.png"] = Page(_png(16, 16, 0x99), "image/png")
    found["/templates/beez_20/css/template.css"] = Page(_CSS.encode(), "text/css; charset=utf-8")
    for article in articles:
        known = truth(article)
        for number, image in enumerate(known.images):
            found[image.path] = Page(_png(500, 333, 96 + (article.id * 5 + number) % 128), "image/png")
        for attachment in known.attachments:
            found[attachment.path] = Page(_pdf(attachment.name), "application/pdf")
    return found


def _png(width: int, height: int, grey: int) -> bytes:
    """A plain grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes([grey]) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def _pdf(title: str) -> bytes:
    """A document with one empty page; its title is in its metadata."""
    name = ("\ufeff" + title).encode("utf-16-be").hex().upper()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        f"<< /Title <{name}> >>".encode(),
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    count = len(objects) + 1
    return (
        out
        + (
            f"xref\n0 {count}\n0000000000 65535 f \n{table}"
            f"trailer\n<< /Size {count} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
        ).encode()
    )
