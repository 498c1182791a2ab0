"""The portals that have a file, by Scrapy's own loader."""

from __future__ import annotations

from functools import cache
from typing import Any

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.spider.dispatcher import PortalSpider
from ingest.portals import StoredPortal
from vietnam import provinces, urls


@cache
def portals() -> dict[str, type[PortalSpider]]:
    """Spider classes by portal name; `site` is no portal."""
    settings = Settings()
    settings.setmodule("crawler.net.settings")
    loader = SpiderLoader.from_settings(settings)
    found = {name: loader.load(name) for name in loader.list()}
    return {name: spider for name, spider in found.items() if name != "site" and issubclass(spider, PortalSpider)}


def facts() -> dict[str, dict[str, Any]]:
    """What the portal files say; `place` is the province and what it belongs to now, as printed."""
    return {name: _facts(spider) for name, spider in portals().items()}


# A portal met without a file.
UNKNOWN: dict[str, Any] = dict.fromkeys(
    ("province", "province_now", "place", "platform", "verified", "home", "hosts", "source")
)


def of_row(portal: StoredPortal) -> dict[str, Any]:
    """The same facts of a portal without a file."""
    slug = portal.province
    return UNKNOWN | {
        "province": slug,
        "province_now": provinces.now(slug).slug if slug else None,
        "place": provinces.label(slug) if slug else None,
        "platform": portal.platform,
        "verified": False,
        "home": portal.home,
        "hosts": portal.hosts,
        "source": "added by a user",
    }


def _facts(spider: type[PortalSpider]) -> dict[str, Any]:
    slug = spider.province
    return UNKNOWN | {
        "province": slug,
        "province_now": provinces.now(slug).slug if slug else None,
        "place": provinces.label(slug) if slug else None,
        "platform": spider.platform_name,
        "verified": spider.verified,
        "home": spider.home,
        "hosts": list(spider.hosts),
        "source": spider.source,
    }


def of_file(name: str) -> StoredPortal | None:
    """What a portal's file says; None for a portal without one."""
    spider = portals().get(name)
    if spider is None:
        return None
    return StoredPortal(
        name=name, origin="file", home=spider.home, hosts=list(spider.hosts), province=spider.province,
        platform=spider.platform_name, sections=list(spider.sections), browser=spider.browser,
    )  # fmt: skip


def portal_of(url: str) -> str | None:
    """The portal whose host an address has."""
    host = urls.site(url).partition(":")[0]
    return next(
        (name for name, spider in portals().items() if host in {h.removeprefix("www.") for h in spider.hosts}),
        None,
    )
