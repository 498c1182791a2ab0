"""Dead man's switches: an address is asked when a crawl begins, and when it ended well or not; who hears nothing raises the alarm."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from typing import Literal

from work import notices

# Seconds that the other side may take; a crawl waits for it.
TIMEOUT = 10.0


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
    target = url if what == "success" else f"{url}/{what}"
    try:
        with urllib.request.urlopen(target, timeout=TIMEOUT):  # noqa: S310 -- usable() lets only http(s) through
            return None
    except urllib.error.HTTPError as error:
        error.close()
        return f"the ping of {what} was answered {error.code}"
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"the ping of {what} was not heard: {getattr(error, 'reason', None) or type(error).__name__}"
