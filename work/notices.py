"""Tells a webhook when a portal changes its state: once, and once more when it is well. What cannot be sent waits in the database."""

from __future__ import annotations

import hashlib
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.rows import dict_row

from sql.load import query

# Sends a notice to an address: its title, its text for people, its JSON for programs; why it was not taken, None where it was.
Deliver = Callable[[str, str, str, bytes], str | None]
# Seconds that a webhook may take to answer; a crawl's end waits for it.
TIMEOUT = 10.0


def targets(given: str) -> list[str]:
    """The addresses in a text, parted by white space or commas. ValueError for what is no http(s) address.

    >>> targets("http://a.vn/hook, https://b.vn/x?y=1"), targets("")
    (['http://a.vn/hook', 'https://b.vn/x?y=1'], [])
    >>> targets("mailto:a@b.vn")
    Traceback (most recent call last):
        ...
    ValueError: notices go to http(s) addresses, not to mailto:…
    """
    found = given.replace(",", " ").split()
    for url in found:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"notices go to http(s) addresses, not to {parts.scheme}:…")
    return found


def digest(url: str) -> str:
    """What the database calls an address, which may hold a password.

    >>> digest("http://a.vn/hook")
    '7cc1456c56535671'
    """
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def message(notice: Mapping[str, Any]) -> dict[str, Any]:
    """What is posted: fields for programs, `text` for people, where chat servers look for it. `made_at` is a moment.

    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 11, 26, tzinfo=UTC)
    >>> notice = {"portal": "hue", "state": "broken", "cause": "dns", "detail": "no such host", "before": "fine", "made_at": at, "id": 7}
    >>> message(notice)["text"], message(notice)["at"]
    ('hue is broken (dns): no such host', '2026-11-26T00:00:00+00:00')
    >>> message(notice | {"state": "fine", "cause": None, "detail": None, "before": "broken"})["text"]
    'hue is fine again'
    """
    if notice["state"] == "fine":
        text = f"{notice['portal']} is fine again"
    else:
        text = f"{notice['portal']} is {notice['state']} ({notice['cause']}): {notice['detail'] or ''}".rstrip(": ")
    fields = {name: notice[name] for name in ("id", "portal", "state", "cause", "detail", "before")}
    return {"event": "portal_state", **fields, "at": notice["made_at"].isoformat(), "text": text}


def tell(connection: psycopg.Connection, url: str, deliver: Deliver) -> str | None:
    """Note what changed for an address and send it what waits, in order; why something still waits, None where nothing does.

    A notice may come twice where this dies between the answer and the commit; it is never lost. Others may tell at the same time.
    """
    target = {"target": digest(url)}
    connection.execute(query("note_states"), target)
    reason = None
    while reason is None:
        with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
            notice = cursor.execute(query("next_notice"), target).fetchone()
            if notice is None:
                break
            told = message(notice)
            reason = deliver(url, "tintinh", told["text"], json.dumps(told, ensure_ascii=False).encode())
            if reason is None:
                cursor.execute(query("notice_sent"), {"id": notice["id"]})
            else:
                cursor.execute(query("notice_failed"), {"id": notice["id"], "error": reason})
    if reason is None:
        return None
    row = connection.execute(query("notices_waiting"), target).fetchone()
    return f"{row[0] if row else 0} notices wait for {urlsplit(url).hostname or urlsplit(url).scheme}: {reason}"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would turn the notice into a GET without it."""

    def redirect_request(self, *_: Any) -> None:
        """Follow none: the answer stands as an error."""


def post(url: str, body: bytes, headers: Mapping[str, str] | None = None) -> str | None:
    """Send JSON to an http(s) address: why it was not taken, without the address; None where it was."""
    return asked(url, body, {"Content-Type": "application/json", **(headers or {})})


def asked(url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> str | None:
    """Ask an http(s) address, or send it something; why that failed, without the address, None where it did not. No redirect is followed."""
    request = urllib.request.Request(  # noqa: S310 -- targets() lets only http(s) through
        url, body, {"User-Agent": "tintinh", **(headers or {})}
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT):
            return None
    except urllib.error.HTTPError as error:
        error.close()
        return f"it answers {error.code}"
    except urllib.error.URLError as error:
        return f"it does not answer: {error.reason}"
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"it does not answer: {type(error).__name__}"
