"""The spider behind `probe` and `portals check`: follows a plan, keeps the visits, yields nothing.

It goes through the same downloader as a crawl: robots.txt, user agent, guard, delays.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import scrapy
from scrapy.http import FormRequest, Request, Response

from crawler.look.survey import FORBIDDEN, LEFT_OUT, Fetch, Visit
from crawler.net import robots
from crawler.net.guard import NotAllowed
from crawler.net.responses import charset_of, reason_of
from crawler.platforms.base import Post
from vietnam import urls

# A look is short: who does not answer in so many seconds, counts as silent, and after so many nothing more is asked.
ANSWER_SECONDS = 10
LOOK_SECONDS = 40
SETTINGS = {"DOWNLOAD_TIMEOUT": ANSWER_SECONDS, "RETRY_TIMES": 0}

Plan = Callable[[Fetch], Awaitable[list[Visit]]]


class Look(scrapy.Spider):
    name = "look"
    custom_settings = SETTINGS

    def __init__(self, plan: Plan, addresses: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan, self.addresses = plan, tuple(addresses)
        self.visits: list[Visit] = []
        self.ends = time.monotonic() + LOOK_SECONDS

    async def start(self) -> AsyncIterator[Any]:
        self.visits = await self.plan(self.fetch)
        nothing: tuple[Any, ...] = ()
        for one in nothing:
            yield one

    async def fetch(self, wanted: str | Post, role: str) -> Visit:
        asked, at, began = wanted.url if isinstance(wanted, Post) else wanted, datetime.now(UTC), time.monotonic()
        if began > self.ends:
            return Visit(role=role, asked=asked, at=at, error=LEFT_OUT)
        try:
            if role == "robots":
                response = await robots.answer(self.crawler, asked)
            else:
                request = _request(wanted, {"max_retry_times": int(role == "home")})
                response = await self.crawler.engine.download_async(request)
        except Exception as error:
            return Visit(role=role, asked=asked, at=at, error=_why(asked, error), seconds=time.monotonic() - began)
        return Visit(
            role=role, asked=asked, at=at, url=response.url, status=response.status, body=response.body,
            content_type=(response.headers.get(b"Content-Type") or b"").decode("latin-1").lower(),
            charset=charset_of(response), seconds=round(response.meta.get("download_latency", 0.0), 3),
            certificate_ends=_certificate_ends(response),
        )  # fmt: skip


def _request(wanted: str | Post, meta: dict[str, Any]) -> Request:
    if isinstance(wanted, Post):
        return FormRequest(wanted.url, formdata=list(wanted.data), meta=meta, dont_filter=True)
    return Request(wanted, meta=meta, dont_filter=True)


def _why(asked: str, error: Exception) -> str:
    if type(error).__name__ == "IgnoreRequest":
        return FORBIDDEN
    if isinstance(error, NotAllowed):
        return str(error)
    if "certificate" in str(error).lower():
        return f"{urls.site(asked)}: TLS is broken, its certificate chain cannot be verified"
    return f"{urls.site(asked)} does not answer: {reason_of(error)}"


def _certificate_ends(response: Response) -> datetime | None:
    certificate = getattr(response.certificate, "original", None)
    return certificate.to_cryptography().not_valid_after_utc if certificate is not None else None
