"""How fast a host may be asked, told from its answers. Pure functions; moments are seconds since 1970."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from random import SystemRandom

# Between two requests lies so many times what an answer took: a server that is slow is under load.
PER_ANSWER = 5.0
# Seconds between two requests, at most, however slow the answers are.
SLOWEST = 30.0
# Seconds of Crawl-delay and Request-rate that are obeyed; more is said and cut to this.
MOST_CRAWL_DELAY = 60.0
# Seconds to stay away after a first refusal that names no time (429, 503); each one after it doubles that.
FIRST_WAIT = 60.0
# Seconds that a host can be stayed away from, at most.
LONGEST_WAIT = 86_400.0
# Seconds without a refusal after which the refusals before are forgiven.
FORGIVEN_AFTER = 1_800.0
REFUSALS = frozenset({429, 503})
# Seconds for which a robots.txt holds that was read, and characters of one that is kept.
ROBOTS_KEPT = 86_400.0
LONGEST_KEPT_ROBOTS = 20_000
# Bytes that a page may have which only asks who is there, and characters that it may show.
LONGEST_CHALLENGE = 60_000
SHORT_TEXT = 600
_SCRIPTS = re.compile(r"<(script|style|noscript)\b.*?(?:</\1\s*>|\Z)", re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")
# What such a page says, and what it is made of; a script from captcha's maker alone is on pages with forms, too.
_ASKS = re.compile(
    r"just a moment|checking your browser|đang kiểm tra trình duyệt|xác minh (?:bạn|trình duyệt)|không phải (?:là )?(?:người máy|robot)|"
    r"are you (?:a )?(?:human|robot)|captcha"
)
_MADE_OF = re.compile(
    r"cf[-_]chl|class\s*=\s*[\"']?(?:g-recaptcha|h-captcha|cf-turnstile)|"
    r"document\.cookie\s*=.{0,2000}?location(?:\.reload|\.href|\.replace|\s*=)",
    re.DOTALL,
)
# Links of a page; one that has more leads somewhere, whatever it asks.
_MOST_LINKS = 4


@dataclass(slots=True)
class HostState:
    """What is known of a host from one crawl to the next.

    `delay` and `crawl_delay` in seconds, moments in seconds since 1970, `refusals` in a row; `robots_text` of the robots.txt at `robots_url`.
    """

    delay: float = 0.0
    crawl_delay: float = 0.0
    refusals: int = 0
    refused_at: float = 0.0
    blocked_until: float = 0.0
    robots_failing_since: float = 0.0
    asked_at: float = 0.0
    robots_url: str = ""
    robots_text: str = ""
    robots_read_at: float = 0.0

    def remember_robots(self, url: str, text: str, now: float) -> None:
        """Keep what a robots.txt says, if it is short."""
        is_short = len(text) <= LONGEST_KEPT_ROBOTS and "\0" not in text
        self.robots_url, self.robots_text, self.robots_read_at = (url, text, now) if is_short else ("", "", 0.0)

    def robots_still(self, url: str, now: float) -> str | None:
        """What the robots.txt at an address said, if that was read within a day (RFC 9309, 2.4); else None.

        >>> host = HostState()
        >>> host.remember_robots("http://a.vn/robots.txt", "Disallow:", 0.0)
        >>> host.robots_still("http://a.vn/robots.txt", 86_400.0), host.robots_still("http://a.vn/robots.txt", 86_401.0)
        ('Disallow:', None)
        >>> host.robots_still("https://a.vn/robots.txt", 1.0)
        """
        is_kept = self.robots_url == url and 0 <= now - self.robots_read_at <= ROBOTS_KEPT
        return self.robots_text if is_kept else None

    def refuse(self, now: float, retry_after: float | None, first: float = FIRST_WAIT, jitter: float = 0.0) -> float:
        """Take in a refusal; the seconds to stay away, at most a day.

        `jitter`: how much longer than the usual wait, as a share of it, so that crawlers do not come back all at once.

        >>> host = HostState()
        >>> [host.refuse(0.0, None) for _ in range(3)], host.refuse(0.0, 5.0), host.refuse(0.0, 10.0 ** 9)
        ([60.0, 120.0, 240.0], 5.0, 86400.0)
        >>> host.refuse(host.refused_at + FORGIVEN_AFTER, None)
        60.0
        """
        if now - self.refused_at >= FORGIVEN_AFTER:
            self.refusals = 0
        self.refused_at = now
        self.refusals += 1
        usual = first * 2.0 ** min(self.refusals - 1, 20) * (1 + jitter)
        wait = min(usual if retry_after is None else retry_after, LONGEST_WAIT)
        self.blocked_until = max(self.blocked_until, now + wait)
        return wait


def slower(delay: float, seconds: float, least: float) -> float:
    """The next delay of a host whose answer took so many seconds; half of the way at a time, never below `least`.

    >>> slower(0.5, 0.02, 0.5), slower(0.5, 2.0, 0.5), slower(20.0, 100.0, 0.5), slower(20.0, 0.1, 15.0)
    (0.5, 5.25, 25.0, 15.0)
    """
    return max(least, (delay + min(PER_ANSWER * seconds, SLOWEST)) / 2)


def retry_after(told: str, now: float) -> float | None:
    """The seconds that a header Retry-After asks for, in either of its forms; None where it asks for nothing.

    >>> retry_after("120", 0.0), retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 20.0), retry_after("soon", 0.0), retry_after("-1", 0.0)
    (120.0, 40.0, None, None)
    """
    text = told.strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def is_challenge(body: bytes) -> bool:
    """Whether a page is only there to find out who asks: a captcha, a cookie set by script, a check of the browser.

    >>> is_challenge("<title>Just a moment...</title><p>Đang kiểm tra trình duyệt của bạn".encode())
    True
    >>> is_challenge(b"<script>document.cookie='a=1'; location.reload()</script>")
    True
    >>> is_challenge(b"<form><div class='g-recaptcha'></div></form>" + b"<p>" + b"Tin an ninh trong ngay. " * 40)
    False
    >>> is_challenge(b"<script src=//www.google.com/recaptcha/api.js></script><div id=app></div>")
    False
    """
    if len(body) > LONGEST_CHALLENGE or body.count(b"<a ") > _MOST_LINKS:  # nearly every page ends here
        return False
    told = body.decode("utf-8", "replace").lower()
    shown = _TAGS.sub(" ", _SCRIPTS.sub(" ", told))
    shown = " ".join(shown.split())
    if len(shown) > SHORT_TEXT or told.count("<a ") > _MOST_LINKS:
        return False
    return bool(_ASKS.search(shown) or _MADE_OF.search(told))


def some_more() -> float:
    """A share by which a wait is longer than usual, at random: up to a fifth."""
    return SystemRandom().uniform(0.0, 0.2)
