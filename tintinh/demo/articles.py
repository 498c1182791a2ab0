"""What the demo portal says: its articles as its editors would know them.

Everything is made up: the articles lie beside this file, one JSON file a section, written as blocks
(paragraph, lead, image, table, list, file).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from typing import Any, Literal
from urllib.parse import quote

VIETNAM = timezone(timedelta(hours=7))

SECTIONS: Mapping[str, str] = {
    "tin-an-ninh-trat-tu": "Tin an ninh trật tự",
    "guong-nguoi-tot-viec-tot": "Gương người tốt việc tốt",
    "cai-cach-hanh-chinh": "Cải cách hành chính",
    "phong-chong-ma-tuy": "Phòng chống ma túy",
    "an-toan-giao-thong": "An toàn giao thông",
    "thong-bao-truy-na": "Thông báo - Truy nã",
}

Style = Literal["p", "br", "div", "word", "nbsp"]
Sign = Literal["right", "div", "word", "split", "br", "nbsp", "plain"]


@dataclass(frozen=True, slots=True)
class Byline:
    """A byline as printed, how it divides, and the markup it is printed in."""

    raw: str
    authors: tuple[str, ...] = ()
    unit: str | None = None
    credit: str | None = None
    markup: Sign = "right"


@dataclass(frozen=True, slots=True)
class Comment:
    """A reader's comment under an article."""

    author: str
    title: str
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """An article of the portal as its editors would know it; `content` is a list of blocks."""

    id: int
    section: str
    title: str
    published: datetime
    content: tuple[Any, ...]
    byline: Byline | None = None
    style: Style = "p"
    nfd: bool = False
    comments: tuple[Comment, ...] = ()

    @property
    def path(self) -> str:
        """Its address from the root of the portal, made as Joomla makes it: section, number, alias."""
        return f"/{self.section}/{self.id}-{slug(self.title)}.html"

    @property
    def hits(self) -> int:
        """How often it was read, as the page prints: any number, but always the same."""
        return 40 + self.id * 7919 % 4111

    @property
    def folder(self) -> str:
        """Year and month, the folder that its pictures lie in."""
        return f"{self.published:%Y/%m}"


def slug(title: str, limit: int = 80) -> str:
    """The alias Joomla would make of a title.

    >>> slug("Đức Linh: “Tiếng kẻng an ninh” vang xa")
    'duc-linh-tieng-keng-an-ninh-vang-xa'
    """
    plain = unicodedata.normalize("NFD", title.lower().replace("đ", "d"))
    ascii_only = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:limit].strip("-")


def load() -> tuple[DemoArticle, ...]:
    """All articles of the portal, newest first."""
    articles = [_article(section, entry) for section in SECTIONS for entry in read(section)]
    return tuple(sorted(articles, key=lambda article: (article.published, article.id), reverse=True))


def read(name: str) -> Any:
    """What `<name>.json` beside this file holds."""
    return json.loads((files("tintinh.demo") / f"{name}.json").read_text(encoding="utf-8"))


def _article(section: str, entry: Mapping[str, Any]) -> DemoArticle:
    byline = entry.get("byline")
    return DemoArticle(
        id=entry["id"],
        section=section,
        title=entry["title"],
        published=datetime.fromisoformat(entry["published"]).replace(tzinfo=VIETNAM),
        content=tuple(entry["content"]),
        byline=Byline(**{**byline, "authors": tuple(byline.get("authors", ()))}) if byline else None,
        style=entry.get("style", "p"),
        nfd=entry.get("nfd", False),
        comments=tuple(Comment(**comment) for comment in entry.get("comments", ())),
    )


def image_path(article: DemoArticle, name: str) -> str:
    """The address of a picture of an article, from the root of the portal."""
    return f"/images/stories/{article.folder}/{quote(name)}"


def file_path(name: str) -> str:
    """The address of a file that articles offer, from the root of the portal."""
    return f"/images/files/{quote(name)}"
