"""What was extracted from a recorded page beside what a person wrote down for it."""

from __future__ import annotations

import unicodedata
from typing import Any

from crawler.platforms.base import Fields

FIELDS = ("title", "published", "byline", "signature", "lead", "body", "section", "images", "attachments")


def nfc(text: str | None) -> str | None:
    return unicodedata.normalize("NFC", text) if text else text


def both(fields: Fields, expected: dict[str, Any], name: str) -> tuple[Any, Any]:
    """The value of a field as extracted, and as a person wrote it down."""
    if name == "published":
        given = fields.published_at.isoformat() if fields.published_at else None
        return (given, fields.published_precision), (expected["published"], expected["precision"])
    if name == "signature":
        authors = [nfc(author) for author in expected["authors"]]
        return (list(fields.authors), fields.unit, fields.credit), (
            authors,
            nfc(expected["unit"]),
            nfc(expected["credit"]),
        )
    if name == "body":
        paragraphs = [(nfc(paragraph) or "").replace(" | ", "\t") for paragraph in expected["body"]]
        return fields.body.split("\n\n"), paragraphs
    if name == "images":
        written = [{"url": image["url"], "caption": nfc(image["caption"])} for image in expected["images"]]
        return [{"url": image.url, "caption": image.caption} for image in fields.images], written
    if name == "attachments":
        return [{"url": file.url, "name": file.name} for file in fields.attachments], expected["attachments"]
    return getattr(fields, name), nfc(expected[name])
