"""The article: the one contract between crawler, spool and ingest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from crawler.fields import kept, of, of_the_article

ENCODER = msgspec.json.Encoder()


class InvalidArticle(ValueError):
    """This is not an article."""


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


# Scrapy's own JSON encoder drops the time zone; its exporters honour this instead.
_WITH_ZONE = {"serializer": _iso}


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of the article; `caption` as printed under it, None where there is none."""

    url: str
    caption: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file offered for download; `name` is its link text."""

    url: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as one page printed it at one moment.

    Text is NFC. `body` holds the whole article in reading order, lead included, paragraphs separated by a
    blank line. `published_at` and `fetched_at` carry a time zone. `identity` is the same for every address
    of the article (print view, other menu item); `extracted_by` names, for each field, the rule that gave it,
    `rules` the version of all rules together (`crawler/platforms/rules.py`).

    This is the one table of the fields. What the database does with each is said beside it (`crawler/fields.py`): first what
    it tells of the column; without another word the field is published, counts in the hash and is emptied by redaction.
    """

    portal: str = field(metadata=of_the_article())
    url: str = field(metadata=of_the_article())
    title: str = field(metadata=kept("As printed; NFC, white space collapsed", left="'[redacted]'"))
    fetched_at: datetime = field(metadata=_WITH_ZONE | of_the_article())
    province: str | None = field(default=None, metadata=of_the_article())
    platform: str | None = field(default=None, metadata=of_the_article())
    identity: str = field(default="", metadata=of_the_article())
    fetched_url: str = field(default="", metadata=of_the_article())
    published_at: datetime | None = field(
        default=None,
        metadata=_WITH_ZONE | kept("When the portal says that it was published; null where it says nothing", left=None),
    )
    published_raw: str | None = field(
        default=None, metadata=kept("The text that published_at was read from", published=False)
    )
    published_precision: str | None = field(
        default=None,
        metadata=kept("What the portal tells of published_at: second, minute, hour, day, month or year", left=None),
    )
    byline: str | None = field(default=None, metadata=kept("As printed; NFC, white space collapsed"))
    authors: tuple[str, ...] = field(default=(), metadata=kept("People and pen names of the byline"))
    unit: str | None = field(default=None, metadata=kept("Unit that signs: its code, else its name as printed"))
    credit: str | None = field(default=None, metadata=kept("Where the article was taken from"))
    lead: str | None = field(default=None, metadata=kept("The teaser, where the page sets one apart; part of body"))
    body: str = field(default="", metadata=kept("The whole text, paragraphs separated by a blank line"))
    body_html: str = field(default="", metadata=kept("The same, sanitized markup", published=False))
    section: str | None = field(default=None, metadata=kept("As printed", left=None))
    images: tuple[Image, ...] = field(default=(), metadata=kept('[{"url", "caption"}]', mended=True))
    attachments: tuple[Attachment, ...] = field(default=(), metadata=kept('[{"url", "name"}]'))
    extracted_by: Mapping[str, str] = field(
        default_factory=dict,
        metadata=kept("For each field the rule that gave it, and what speaks against it", published=False),
    )
    rules: str | None = field(
        default=None,
        metadata=kept(
            "The rules that read this state: a digest of the code and libraries that its platform reads with",
            published=False,
            left=None,
            since=10,
        ),
    )

    @property
    def content_hash(self) -> str:
        """Changes if and only if a published field changes; markup, addresses and rules do not count.

        >>> from datetime import UTC
        >>> seen = datetime(2026, 11, 5, tzinfo=UTC)
        >>> first = Article(portal="demo", url="http://a/1", title="Tin", fetched_at=seen)
        >>> again = Article(portal="demo", url="http://a/1?print=1", title="Tin", fetched_at=seen, body_html="<p>")
        >>> first.content_hash == again.content_hash
        True
        """
        return hashlib.sha256(ENCODER.encode(_published(self))).hexdigest()[:32]


FIELDS = of(Article)
_FIRST = tuple(one.name for one in FIELDS if one.published and one.since == 1)
_LATER = tuple(one for one in FIELDS if one.published and one.since > 1)


def _published(article: Article) -> list[object]:
    """What the hash is made of. A field that came later counts where it is given, else it would change every hash."""
    values = [getattr(article, name) for name in _FIRST]
    values += [[one.name, value] for one in _LATER if (value := getattr(article, one.name)) != one.default]
    return [value.timestamp() if isinstance(value, datetime) else value for value in values]


def encode(article: Article) -> bytes:
    """One JSON object, UTF-8, without a line end."""
    return ENCODER.encode(article)


_DECODER = msgspec.json.Decoder(Article)


def decode(line: bytes | str) -> Article:
    """The article of one JSON line, checked; raises InvalidArticle with the reason."""
    try:
        article = _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise InvalidArticle(str(error)) from error
    check(article)
    return article


def check(article: Article) -> None:
    """Raise InvalidArticle for what a type cannot say: empty title, time without a zone, foreign scheme."""
    for name in ("fetched_at", "published_at"):
        moment: Any = getattr(article, name)
        if moment is not None and moment.tzinfo is None:
            raise InvalidArticle(f"`{name}` has no time zone")
    if not article.title.strip():
        raise InvalidArticle("`title` is empty")
    if not article.portal.strip():
        raise InvalidArticle("`portal` is empty")
    if not article.url.startswith(("http://", "https://")):
        raise InvalidArticle("`url` is not an http(s) address")
