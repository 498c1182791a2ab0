"""Công an tỉnh Hưng Yên."""

from crawler.spider.dispatcher import PortalSpider


class HungYen(PortalSpider):
    """Articles: /<slug>-c218065.html."""

    name = "hungyen"
    home = "https://congan.hungyen.gov.vn/"
    hosts = ("congan.hungyen.gov.vn",)
    province = "hung-yen"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
