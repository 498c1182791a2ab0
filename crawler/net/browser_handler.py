"""Downloads by a browser whose only way out is our proxy; without a page to open, it downloads as Scrapy does."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Request, Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.net import lease, pause, robots
from crawler.net.guard import Guard, NotAllowed
from crawler.net.heads import BoundedHeads
from crawler.net.proxy import Proxy
from crawler.net.reach import host_and_port

NOT_NEEDED = frozenset({"image", "media", "font"})
# What a page may load that asks no server.
_LOCAL = frozenset({"about", "blob", "data"})
# Settings of scrapy-playwright's that lead past the browser that is started here.
ELSEWHERE = ("PLAYWRIGHT_CDP_URL", "PLAYWRIGHT_CONNECT_URL", "PLAYWRIGHT_BROWSER_PROVIDER", "PLAYWRIGHT_CONTEXTS")
# The proxy is asked for loopback, too; no name is looked up by the browser itself; nothing goes out by UDP, or unasked.
SWITCHES = (
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--dns-prefetch-disable",
    "--no-pings",
)


# Characters of a page as it stands; the limit of a download (settings.DOWNLOAD_MAXSIZE) knows nothing of what scripts write.
LARGEST_PAGE = 16 * 1024 * 1024
_SIZE = "() => document.documentElement ? document.documentElement.outerHTML.length : 0"
# Seconds in which a page's scripts must let somebody else ask something.
HANG_SECONDS = 30
# Seconds that one list may be read: 200 states at a pace of some seconds.
VISIT_SECONDS = 1200
# Seconds between two looks at a page's health.
WATCH_SECONDS = 1

logger = logging.getLogger(__name__)


class BrowserHandler(ScrapyPlaywrightDownloadHandler, BoundedHeads):
    """scrapy-playwright's handler, held to what is in reach, to robots.txt and to the portal's hosts."""

    def __init__(self, crawler: Crawler) -> None:
        if named := [name for name in ELSEWHERE if crawler.settings.get(name)]:
            raise NotConfigured(f"{', '.join(named)} would lead past the proxy that guards the browser")
        if crawler.settings.get("TINTINH_PROXY"):
            raise NotConfigured("lists that need a browser are not read through TINTINH_PROXY")
        super().__init__(crawler)
        self.abort_request = self.is_unwanted
        self.opened: Counter[str] = Counter()
        self.watches: set[asyncio.Task[None]] = set()
        self.config.target_closed_max_retries = 0  # a page that had to be closed is not opened again

    async def _launch(self) -> None:
        guard = self._crawler.get_downloader_middleware(Guard)
        assert guard is not None, "nothing says where the browser may go"
        self.proxy = Proxy(guard.reach, self.may_read)
        await self.proxy.start()
        options = {name: value for name, value in self.config.launch_options.items() if name != "proxy"}
        switches = [*options.get("args", ()), f"--proxy-server=http://127.0.0.1:{self.proxy.port}", *SWITCHES]
        self.config.launch_options, self.config.browser_type_name = {**options, "args": switches}, "chromium"
        await super()._launch()

    async def _close(self) -> None:
        await super()._close()
        await asyncio.gather(*self.watches)
        if hasattr(self, "proxy"):
            await self.proxy.close()
            for name, count in self.proxy.counts.items():
                self.stats.set_value(f"tintinh/browser_{name}", count)

    async def _create_browser_context(self, name: str, context_kwargs: Any, spider: Any = None) -> Any:
        kwargs = {**(context_kwargs or {}), "service_workers": "block"}
        wrapper = await super()._create_browser_context(name, kwargs, spider)
        # Our own pages have a route each; what comes here is of a pop-up.
        await wrapper.context.route("**", lambda route: route.abort())
        return wrapper

    async def _create_page(self, request: Request, spider: Any) -> Any:
        page = await super()._create_page(request, spider)
        page.on("popup", _shut)
        page.on("response", lambda _: self.stats.inc_value("tintinh/requests"))
        self.watches.add(watch := asyncio.ensure_future(_watch(page, request.url)))
        watch.add_done_callback(self.watches.discard)
        return page

    async def download_request(self, request: Request) -> Response:
        """The answer, with the address that gave it. Raises NotAllowed where the browser ended at a page that may not be read."""
        if not request.meta.get("playwright"):
            return await super().download_request(request)
        host, _ = host_and_port(request.url)
        self.opened[host] += 1
        try:
            async with pause.turn(self._crawler, request):
                lease.require(self._crawler)
                response: Response = await super().download_request(request)
            if response.url != request.url and not await self.may_read(response.url):
                raise NotAllowed(f"{request.url} led the browser to {response.url}, which may not be read")
        finally:
            self.opened[host] -= 1
        self.stats.inc_value("tintinh/requests", -1)  # the answer itself is counted by whoever keeps it
        known = self.proxy.addresses.get(host_and_port(response.url))
        response.ip_address = ip_address(known) if known else None
        return response

    async def is_unwanted(self, request: Any) -> bool:
        """Whether the browser is not to send a request: pictures, what is out of reach, documents that may not be read."""
        scheme = urlsplit(request.url).scheme
        if request.resource_type in NOT_NEEDED:
            return True
        if scheme not in {"http", "https"}:
            return scheme not in _LOCAL
        if self.proxy.reach.refusal(*host_and_port(request.url)):
            return True
        return request.is_navigation_request() and not await self.may_read(request.url)

    async def may_read(self, url: str) -> bool:
        """Whether a document is of the portal's own hosts, and allowed by their robots.txt."""
        is_own = getattr(self._crawler.spider, "is_own", lambda _: True)
        if not (self.opened[host_and_port(url)[0]] > 0 or is_own(url)):
            return False
        try:
            await robots.allow(self._crawler, url)
        except IgnoreRequest:
            return False
        return True


async def _watch(page: Any, url: str) -> None:
    """Close a page whose scripts never let go, that grows too large, or that is read for too long: nothing else ends these."""
    clock = asyncio.get_running_loop().time
    ends, reason = clock() + VISIT_SECONDS, ""
    while not reason and not page.is_closed():
        try:
            async with asyncio.timeout(HANG_SECONDS):
                if await page.evaluate(_SIZE) > LARGEST_PAGE:
                    reason = f"it has more than {LARGEST_PAGE} characters"
        except Error:
            pass  # between two pages, or closed meanwhile
        except TimeoutError:
            reason = f"its scripts do not let go for {HANG_SECONDS} s"
        if clock() > ends:
            reason = f"it is read for more than {VISIT_SECONDS} s"
        await asyncio.sleep(WATCH_SECONDS)
    if reason and not page.is_closed():
        logger.warning("%s is closed in the browser: %s", url, reason)
        await _shut(page)


async def _shut(page: Any) -> None:
    page.on("popup", _shut)
    try:
        await page.close()
    except Error:
        return  # it has closed by itself
