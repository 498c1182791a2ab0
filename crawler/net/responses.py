"""What came of a request, in words and parts; for whatever sends requests."""

from __future__ import annotations

import re

from scrapy.http import Response, TextResponse

from crawler.net.recorder import fetched_at
from crawler.platforms.extract import charset
from crawler.platforms.page import Page, PageTooLarge, UnreadablePage

_TLS = re.compile(r"OpenSSL\.SSL\.Error: \[.*'([^']+)'\)\]")
_OWN = re.compile(r"Failure crawler\.net\.\w+\.(\w+): ([^>]+)>")


def reason_of(error: BaseException) -> str:
    """One line about a request that got no answer.

    >>> reason_of(TimeoutError("no answer\\nin time")), reason_of(KeyError())
    ('Timeout: no answer', 'Key')
    >>> reason_of(OSError("[<twisted.python.failure.Failure OpenSSL.SSL.Error: [('SSL routines', '', 'wrong version number')]>]"))
    'TLS: wrong version number'
    >>> reason_of(OSError("[<twisted.python.failure.Failure crawler.net.heads.HeadTooLong: more than 9 bytes>]"))
    'HeadTooLong: more than 9 bytes'
    """
    tls = _TLS.search(str(error))
    if tls:
        return f"TLS: {tls[1]}"
    if own := _OWN.search(str(error)):
        return f"{own[1]}: {own[2]}"
    text = str(error).strip().splitlines()
    name = type(error).__name__.removesuffix("Error")
    return f"{name}: {text[0][:200]}" if text and text[0] else name


def charset_of(response: Response) -> str | None:
    """The encoding that the header of an answer names."""
    return charset((response.headers.get(b"Content-Type") or b"").decode("latin-1"))


def page_of(response: Response) -> Page | None:
    """The page of text that an answer is; None where it is none. Raises PageTooLarge."""
    if (
        not isinstance(response, TextResponse)
        or b"html" not in (response.headers.get(b"Content-Type") or b"html").lower()
    ):
        return None
    try:
        return Page(response.url, response.body, charset_of(response), fetched_at=fetched_at(response))
    except PageTooLarge:
        raise
    except UnreadablePage:
        return None
