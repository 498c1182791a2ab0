"""Công an tỉnh An Giang."""

from crawler.spider.dispatcher import PortalSpider


class AnGiang(PortalSpider):
    """Articles: /<slug>, without a number."""

    name = "angiang"
    home = "https://congan.angiang.gov.vn/"
    hosts = ("congan.angiang.gov.vn",)
    province = "an-giang"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
