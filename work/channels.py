"""Ways to tell: webhooks of our own, signed; mail, Telegram and the rest through Apprise, where that is installed."""

from __future__ import annotations

import hashlib
import hmac
import time
from importlib.util import find_spec
from urllib.parse import urlsplit

from work import notices

# Schemes that are webhooks; the others are Apprise's.
WEBHOOKS = {"http": "http", "https": "https", "json": "http", "jsons": "https"}


def usable(given: str) -> str:
    """An address that can be told. ValueError, without the address, for one that cannot.

    >>> usable("https://a.vn/hook"), usable("json://a.vn/hook")
    ('https://a.vn/hook', 'http://a.vn/hook')
    >>> usable("hook")
    Traceback (most recent call last):
        ...
    ValueError: a notice goes to an address: https://…, mailto://…, tgram://…
    """
    scheme, found, rest = given.strip().partition("://")
    if not (found and rest):
        raise ValueError("a notice goes to an address: https://…, mailto://…, tgram://…")
    if (webhook := WEBHOOKS.get(scheme.lower())) is not None:
        try:
            return notices.targets(f"{webhook}://{rest}")[0]
        except ValueError as error:
            raise ValueError(f"the address {scheme}://… names no host") from error
    if find_spec("apprise") is None:
        raise ValueError(f"{scheme}:// goes through Apprise, which is not installed: pip install apprise")
    from apprise import Apprise

    if Apprise.instantiate(given.strip(), suppress_exceptions=True) is None:
        raise ValueError(f"Apprise cannot use this address {scheme}://…")
    return given.strip()


def is_webhook(url: str) -> bool:
    """Whether we post there ourselves.

    >>> is_webhook("https://a.vn/hook"), is_webhook("mailto://a@b.vn")
    (True, False)
    """
    return urlsplit(url).scheme in {"http", "https"}


def shown(url: str) -> str:
    """An address without what may be a password: scheme, and host of a webhook.

    >>> shown("https://u:p@a.vn:8443/hook/secret"), shown("tgram://123:secret/4")
    ('https://a.vn:8443/…', 'tgram://…')
    """
    parts = urlsplit(url)
    return (
        f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/…" if is_webhook(url) else f"{url.partition(':')[0]}://…"
    )


def signature(secret: str, moment: str, body: bytes) -> str:
    """What X-Tintinh-Signature says: HMAC-SHA256 with the secret over X-Tintinh-Timestamp, a dot, and the body.

    >>> signature("s", "1764201600", b"{}")[:20]
    'sha256=5d47fbbf06a15'
    """
    return "sha256=" + hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


def webhook(url: str, secret: str, identity: str, body: bytes) -> str | None:
    """Post a notice, signed; why it was not taken, None where it was. `identity` stays when it is sent again."""
    moment = str(int(time.time()))
    told = {
        "X-Tintinh-Notice": identity,
        "X-Tintinh-Timestamp": moment,
        "X-Tintinh-Signature": signature(secret, moment, body),
    }
    return notices.post(url, body, told)


def every(given: str) -> list[str]:
    """The addresses in a text, parted by white space or commas. ValueError, without the address, for one that cannot be told.

    >>> every("http://a.vn/hook, https://b.vn/x?y=1"), every("")
    (['http://a.vn/hook', 'https://b.vn/x?y=1'], [])
    """
    return [usable(one) for one in given.replace(",", " ").split()]


def deliver(url: str, title: str, text: str, body: bytes) -> str | None:
    """Post `body` to a webhook, send `text` to any other address; why it was not taken, None where it was."""
    return notices.post(url, body) if is_webhook(url) else through_apprise(url, title, text)


def through_apprise(url: str, title: str, text: str) -> str | None:
    """Send a text the way an address names; why that failed, None where it did not."""
    if find_spec("apprise") is None:
        return "Apprise is not installed: pip install apprise"
    from apprise import Apprise

    way = Apprise()
    if not way.add(url):
        return "Apprise cannot use this address"
    return None if way.notify(title=title, body=text) else "it was not taken"
