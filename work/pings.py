"""Dead man's switches: an address is asked when a crawl begins, and when it ended well or not; who hears nothing raises the alarm."""

from __future__ import annotations

from typing import Literal

from work import notices


def usable(given: str) -> str:
    """An address that can be pinged. ValueError, without the address, for one that cannot.

    >>> usable("https://hc.example.vn/abc/")
    'https://hc.example.vn/abc'
    """
    found = notices.targets(given)
    if len(found) != 1:
        raise ValueError("--ping takes one http(s) address")
    return found[0].rstrip("/")


def ping(url: str, what: Literal["start", "success", "fail"]) -> str | None:
    """Ask `URL/start`, `URL` or `URL/fail`; why nobody heard it, None where somebody did."""
    reason = notices.asked(url if what == "success" else f"{url}/{what}")
    return f"the ping of {what} was not heard: {reason}" if reason else None
