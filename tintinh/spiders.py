"""The portals that have a file, by Scrapy's own loader."""

from __future__ import annotations

from functools import cache
from typing import Any

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.portal import PortalSpider
from crawler.text import urls


@cache
def portals() -> dict[str, type[PortalSpider]]:
    """Spider classes by portal name; `site` is no portal."""
    settings = Settings()
    settings.setmodule("crawler.settings")
    loader = SpiderLoader.from_settings(settings)
    found = {name: loader.load(name) for name in loader.list()}
    return {name: spider for name, spider in found.items() if name != "site" and issubclass(spider, PortalSpider)}


def facts() -> dict[str, dict[str, Any]]:
    """What the portal files say: province, platform, verified."""
    return {
        name: {"province": spider.province, "platform": spider.platform_name, "verified": spider.verified}
        for name, spider in portals().items()
    }


def portal_of(url: str) -> str | None:
    """The portal whose host an address has."""
    host = urls.site(url).partition(":")[0]
    return next(
        (name for name, spider in portals().items() if host in {h.removeprefix("www.") for h in spider.hosts}),
        None,
    )
