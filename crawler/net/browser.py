"""Lists whose pager works by script alone, opened in a browser: the extra `tintinh[browser]`.

The browser shows a list, its “next” control is pressed until nothing new comes, and each state is read as a page of the
list. Articles are fetched without it. It keeps to robots.txt and to the public net as the rest of the crawl does.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import shutil
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import HtmlResponse, Request, Response
from scrapy.settings import BaseSettings

from crawler.net.guard import is_public

logger = logging.getLogger(__name__)
# The roles of requests that a browser may answer; links that a pager does have are followed without one.
ROLES = frozenset({"home", "section"})
# States of one list, at most: a control that always shows something new would be pressed for ever.
STATES = 200
# Presses in vain, one after the other, before a list counts as read.
VAIN = 3
# Seconds that a press may take to show.
SECONDS = 5.0
# Seconds longer where the portal has yet to answer.
ANSWER_SECONDS = 20.0
# Seconds between two looks at a page.
POLL = 0.15
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
NOT_NEEDED = frozenset({"image", "media", "font"})
# Requests whose answer may change what a page shows.
TELLING = frozenset({"document", "script", "xhr", "fetch"})
_HANDLER = "crawler.net.playwright_handler.BrowserHandler"
# A redirect inside the browser passes no middleware; private addresses are no hosts to it. IPv6 literals are none at all.
_PRIVATE = (
    "localhost", "*.localhost", "*.local", "*.internal", "0.*", "10.*", "127.*", "169.254.*", "192.168.*", "[*",
    *(f"100.{part}.*" for part in range(64, 128)), *(f"172.{part}.*" for part in range(16, 32)),
)  # fmt: skip
PUBLIC_ONLY = ", ".join(f"MAP {host} ~NOTFOUND" for host in _PRIVATE)

# What the page links to; a list that shows other articles links to other addresses.
_SHOWN = "() => Array.from(document.links, link => link.href).join(' ')"
# Presses the control that most surely leads on and marks it; false where there is none that was not pressed in vain.
_PRESS = r"""vain => {
  const pressed = document.querySelector('[data-tintinh="pressed"]');
  if (pressed) pressed.dataset.tintinh = vain ? 'vain' : '';
  const here = location.href.split('#')[0];
  const told = node => (node.innerText || node.value || '').trim() || node.title || node.getAttribute('aria-label') || '';
  const named = node => (node.className + ' ' + node.id + ' ' + (node.rel || '')).toLowerCase();
  const pages = node => node.closest('[class*="pag"],[id*="pag"],[class*="phantrang"],[class*="phan-trang"]');
  const current = Array.from(document.querySelectorAll('.active,.current,.selected,[aria-current]'))
    .filter(node => pages(node) && /^\d+$/.test(node.innerText.trim())).map(node => Number(node.innerText.trim()))[0];
  const rank = node => {
    const text = told(node).toLowerCase();
    if (/^(trang )?(sau|tiếp|tiếp theo|kế tiếp|next)( trang| page)?\s*[›»>→]*$/.test(text)) return 1;
    if (/^((xem|tải|hiển thị) thêm|(load|show) more)/.test(text)) return 2;
    if (/^[›>→]$/.test(text) && pages(node)) return 3;
    if (current && text === String(current + 1) && pages(node)) return 4;
    if (/(^|[\s_-])(next|load-?more|xem-?them)($|[\s_-])/.test(named(node))) return 5;
    return 0;
  };
  const usable = node => {
    if (node.dataset.tintinh === 'vain' || node.disabled || node.getAttribute('aria-disabled') === 'true') return false;
    if (node.closest('.disabled,[class*="slick"],[class*="swiper"],[class*="carousel"],[class*="owl-"],[class*="slider"]')) return false;
    if (!node.getClientRects().length || getComputedStyle(node).visibility === 'hidden') return false;
    return !(node.tagName === 'A' && /^https?:/.test(node.href) && node.href.split('#')[0] !== here);
  };
  const found = Array.from(document.querySelectorAll('a,button,[role="button"],input[type="button"],[onclick]'))
    .filter(node => rank(node) && usable(node)).sort((one, other) => rank(one) - rank(other))[0];
  if (!found) return false;
  found.dataset.tintinh = 'pressed';
  found.click();
  return true;
}"""


def prepare(settings: BaseSettings, *, wanted: bool) -> None:
    """Put the browser behind requests that ask for it, where the portal's file or TINTINH_BROWSER wants one."""
    if not (wanted or settings.getbool("TINTINH_BROWSER")):
        return
    settings.set("TINTINH_BROWSER", True, priority="spider")
    if lacking(settings):
        return  # the spider says so when it starts
    allow_private = settings.get("TINTINH_ALLOW_PRIVATE") in {"1", 1}
    launch = {
        "executable_path": _executable(settings),
        "chromium_sandbox": os.geteuid() != 0,  # the kernel refuses it to root
        "args": [] if allow_private else [f"--host-resolver-rules={PUBLIC_ONLY}"],
    }
    for name, value in {
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), _HANDLER),
        "PLAYWRIGHT_LAUNCH_OPTIONS": launch,
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 2,
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": settings.getint("DOWNLOAD_TIMEOUT") * 1000,
        "PLAYWRIGHT_ABORT_REQUEST": _unwanted(allow_private=allow_private),
    }.items():
        settings.set(name, value, priority="spider")


def lacking(settings: BaseSettings) -> str | None:
    """What must be installed before a browser can be used, as one line; None where nothing is lacking."""
    if not settings.getbool("TINTINH_BROWSER"):
        return None
    try:
        import scrapy_playwright.handler  # noqa: F401 -- installed or not is the question
    except ImportError:
        return "this portal's lists need a browser: pip install 'tintinh[browser]', and Debian's package chromium"
    if _executable(settings) is None:
        return "this portal's lists need a browser: install Debian's package chromium, or set TINTINH_CHROMIUM to one"
    return None


def _executable(settings: BaseSettings) -> str | None:
    given = settings.get("TINTINH_CHROMIUM")
    return shutil.which(given) if given else next(filter(None, map(shutil.which, NAMES)), None)


def _unwanted(*, allow_private: bool) -> Callable[[Any], Any]:
    """Whether the browser is not to send a request: pictures, and whatever leads to a private address."""

    async def unwanted(request: Any) -> bool:
        if request.resource_type in NOT_NEEDED:
            return True
        host = urlsplit(request.url).hostname or ""
        return not allow_private and not await _is_public(host)

    return unwanted


async def _is_public(host: str) -> bool:
    if not is_public(host):
        return False
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None)
    except OSError:
        return False
    return all(is_public(str(ipaddress.ip_address(str(address[4][0]).partition("%")[0]))) for address in found)


def request(made: Request, states: States) -> Request:
    """The request that opens a list in the browser; its states come back in the response's `meta`."""
    from scrapy_playwright.page import PageMethod

    meta = {
        "playwright": True, "playwright_page_init_callback": states.watch,
        "playwright_page_methods": [PageMethod(states.collect)], "tintinh_states": states,
    }  # fmt: skip
    return made.replace(meta={**made.meta, **meta})


def was_pressed(response: Response) -> bool:
    """Whether a browser opened the page and pressed its control."""
    return response.request is not None and "tintinh_states" in response.request.meta


def shown(response: Response) -> list[Response]:
    """The states that a browser met, each as an answer; of an answer without a browser, or without states, itself."""
    states: States | None = response.meta.get("tintinh_states") if response.request is not None else None
    is_page = b"html" in (response.headers.get(b"Content-Type") or b"html")
    if states is None or response.status >= 400 or not is_page or not states.pages:
        return [response]
    headers = {b"Content-Type": b"text/html; charset=utf-8"}
    return [
        HtmlResponse(response.url, body=html.encode(), headers=headers, request=response.request)
        for html in states.pages
    ]


class States:
    """The states that a list shows as its control is pressed; `leads_on` tells from the newest whether to press again."""

    def __init__(self, url: str, settings: BaseSettings, leads_on: Callable[[States], Awaitable[bool]]) -> None:
        self.url, self.leads_on = url, leads_on
        self.pages: list[str] = []
        self.met: set[str] = set()
        delays = settings.getdict("DOWNLOAD_SLOTS").get(urlsplit(url).hostname, {})
        self.unanswered: dict[Any, float] = {}
        self.delay: float = delays.get("delay", settings.getfloat("DOWNLOAD_DELAY"))

    async def watch(self, page: Any, _: Request) -> None:
        """Know of every request that the page has sent and that is not answered."""

        def sent(request: Any) -> None:
            if request.resource_type in TELLING:
                self.unanswered[request] = asyncio.get_running_loop().time()

        def done(request: Any) -> None:
            self.unanswered.pop(request, None)

        page.on("request", sent)
        page.on("requestfinished", done)
        page.on("requestfailed", done)

    def waits(self) -> bool:
        """Whether the page waits for an answer; for one that never comes, not for ever."""
        now = asyncio.get_running_loop().time()
        return any(now - sent < ANSWER_SECONDS for sent in self.unanswered.values())

    async def collect(self, page: Any) -> None:
        """Press on until nothing new comes; what was shown until then counts, whatever happens."""
        from playwright.async_api import Error

        try:
            shown, vain = await _settled(page, None, self.waits), 0
            self.pages.append(await page.content())
            while vain < VAIN and len(self.pages) < STATES and await self.leads_on(self):
                await asyncio.sleep(self.delay)
                if not await _press(page, vain=bool(vain)):
                    return
                after = await _settled(page, shown, self.waits)
                if after == shown:
                    vain += 1
                    continue
                shown, vain = after, 0
                self.pages.append(await page.content())
        except Error as error:
            logger.warning("%s in the browser: %s", self.url, str(error).partition("\n")[0])


async def _press(page: Any, *, vain: bool) -> bool:
    from playwright.async_api import Error

    try:
        return bool(await page.evaluate(_PRESS, vain))
    except Error as error:
        if "context was destroyed" in str(error) or "navigation" in str(error):
            return True  # the control submitted a form: the page is being loaded again
        raise


async def _settled(page: Any, before: str | None, waits: Callable[[], bool]) -> str:
    """What the page links to once it has all answers and stays the same for a moment; `before` where nothing else came in time."""
    from playwright.async_api import Error

    calm: str | None = None  # what it showed the last time, if nothing was under way
    shown = before or ""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while loop.time() < began + SECONDS + (ANSWER_SECONDS if waits() else 0):
        await asyncio.sleep(POLL)
        try:
            shown = str(await page.evaluate(_SHOWN))
        except Error:
            if page.is_closed():
                raise
            continue  # between two pages
        if shown == calm and shown != before and not waits():
            return shown
        calm = None if waits() else shown
    return shown
