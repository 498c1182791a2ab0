"""The handler of portals that want a browser. In a file of its own: it needs the extra `tintinh[browser]`."""

from __future__ import annotations

from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.net.heads import BoundedHeads


class BrowserHandler(ScrapyPlaywrightDownloadHandler, BoundedHeads):
    """The browser for requests that ask for it; the others are answered as anywhere else."""
