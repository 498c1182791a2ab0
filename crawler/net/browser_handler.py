"""Downloads by a browser whose only way out is our proxy; without a page to open, it downloads as Scrapy does."""

from __future__ import annotations

from collections import Counter
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Request, Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.net import robots
from crawler.net.guard import Guard, NotAllowed
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


class BrowserHandler(ScrapyPlaywrightDownloadHandler):
    """scrapy-playwright's handler, held to what is in reach, to robots.txt and to the portal's hosts."""

    def __init__(self, crawler: Crawler) -> None:
        if named := [name for name in ELSEWHERE if crawler.settings.get(name)]:
            raise NotConfigured(f"{', '.join(named)} would lead past the proxy that guards the browser")
        if crawler.settings.get("TINTINH_PROXY"):
            raise NotConfigured("lists that need a browser are not read through TINTINH_PROXY")
        super().__init__(crawler)
        self.abort_request = self.is_unwanted
        self.opened: Counter[str] = Counter()

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
        return page

    async def download_request(self, request: Request) -> Response:
        """The answer, with the address that gave it. Raises NotAllowed where the browser ended at a page that may not be read."""
        if not request.meta.get("playwright"):
            return await super().download_request(request)
        host, _ = host_and_port(request.url)
        self.opened[host] += 1
        try:
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


async def _shut(page: Any) -> None:
    page.on("popup", _shut)
    try:
        await page.close()
    except Error:
        return  # it has closed by itself
