"""The kinds of lines a spool holds besides articles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, NamedTuple

import msgspec

from crawler.article import Article

# Bytes of an address that the database can index; a longer one is rejected.
LONGEST_ADDRESS = 2000
# How an article can be missing.
How = Literal["removed", "soft_404", "redirect_home", "redirect_section", "redirect_article"]


class Verdict(NamedTuple):
    """What an answer says of an article that is not there; `led_to` is the address that a redirect ended at."""

    how: How
    led_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One response, or one request that got none (`status` None, `error` says why); `address` is the IP address that answered."""

    portal: str
    url: str
    fetched_at: datetime
    run_id: int | None = None
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    bytes: int = 0
    digest: str | None = None
    error: str | None = None
    archive_file: str | None = None
    archive_offset: int | None = None
    archive_length: int | None = None
    archive_type: str | None = None
    address: str | None = None
    kind: Literal["fetch"] = "fetch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A page that was to be an article and gave none."""

    portal: str
    url: str
    reason: str
    fetched_at: datetime
    kind: Literal["rejection"] = "rejection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A known article that was not there when it was asked for again; `led_to` is where a redirect ended.

    It counts once another one, so many hours older or younger, says the same.
    """

    portal: str
    url: str
    identity: str
    how: How
    fetched_at: datetime
    led_to: str | None = None
    confirm_after_hours: Annotated[float, msgspec.Meta(ge=0)] = 6.0
    kind: Literal["absence"] = "absence"


# What a crawl leaves behind, line by line.
Line = Article | Fetch | Rejection | Absence


class _Kind(msgspec.Struct):
    kind: str = "article"


_KIND = msgspec.json.Decoder(_Kind)
FETCH = msgspec.json.Decoder(Fetch)
REJECTION = msgspec.json.Decoder(Rejection)
ABSENCE = msgspec.json.Decoder(Absence)


def kind_of(line: bytes) -> str:
    """`article`, `fetch`, `rejection` or `absence`; `article` for what is not even JSON, so that it is rejected as one."""
    try:
        return _KIND.decode(line).kind
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return "article"
