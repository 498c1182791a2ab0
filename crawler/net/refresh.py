"""Follows pages that refresh to another address, and reads no page for it that cannot be one."""

from __future__ import annotations

from scrapy import Spider
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import Request, Response

# Bytes from the start of a page within which Scrapy looks for a refresh: 4,096 characters of at most four bytes.
LOOKED_AT = 16_384


class Refresh(MetaRefreshMiddleware):
    """Scrapy's middleware decodes every page to look; hardly one holds the word."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """The request that a page leads on to, or the page."""
        start = response.body[:LOOKED_AT]
        if b"\x00" not in start[:64] and b"refresh" not in start.lower():
            return response
        followed: Request | Response = super().process_response(request, response)
        return followed
