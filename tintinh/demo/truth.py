"""What a crawl of the demo portal must find, made of its blocks by another way than its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tintinh.demo.articles import SECTIONS, DemoArticle, file_path, image_path, load


@dataclass(frozen=True, slots=True)
class ExpectedImage:
    """A picture that a crawl must find; `path` is relative to the origin."""

    path: str
    caption: str | None


@dataclass(frozen=True, slots=True)
class ExpectedAttachment:
    """A file that a crawl must find; `path` is relative to the origin."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What a right crawl stores for one article: NFC, white space collapsed, times of Vietnam."""

    id: int
    path: str
    title: str
    section: str
    published: datetime
    byline: str | None
    authors: tuple[str, ...]
    unit: str | None
    credit: str | None
    lead: str | None
    paragraphs: tuple[str, ...]
    images: tuple[ExpectedImage, ...]
    attachments: tuple[ExpectedAttachment, ...]

    @property
    def body(self) -> str:
        """The paragraphs with a blank line between them, as the database keeps a body."""
        return "\n\n".join(self.paragraphs)


def expected() -> list[Expected]:
    """The truth about every article of the portal, newest first."""
    return [truth(article) for article in load()]


def truth(article: DemoArticle) -> Expected:
    """What a right crawl stores for this article. Raises ValueError for a block of an unknown kind."""
    paragraphs: list[str] = []
    images: list[ExpectedImage] = []
    attachments: list[ExpectedAttachment] = []
    lead = None
    for block in article.content:
        match block:
            case str():
                paragraphs.append(block)
            case {"lead": str(text)}:
                lead = text
                paragraphs.append(text)
            case {"bold": str(text)}:
                paragraphs.append(text)
            case {"table": list(rows)}:
                paragraphs.extend("\t".join(row) for row in rows)
            case {"list": list(items)}:
                paragraphs.extend(items)
            case {"image": str(name)}:
                images.append(ExpectedImage(image_path(article, name), block.get("caption")))
            case {"file": str(name), "name": str(label)}:
                attachments.append(ExpectedAttachment(file_path(name), label))
            case _:
                raise ValueError(f"unknown block in article {article.id}: {block!r}")
    byline = article.byline
    return Expected(
        id=article.id,
        path=article.path,
        title=article.title,
        section=SECTIONS[article.section],
        published=article.published,
        byline=byline.raw if byline else None,
        authors=byline.authors if byline else (),
        unit=byline.unit if byline else None,
        credit=byline.credit if byline else None,
        lead=lead,
        paragraphs=tuple(paragraphs),
        images=tuple(images),
        attachments=tuple(attachments),
    )
