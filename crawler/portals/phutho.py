"""Công an tỉnh Phú Thọ."""

from crawler.spider.dispatcher import PortalSpider


class PhuTho(PortalSpider):
    """Articles: /article/<Slug>-27208-57; other pages: /TTHC.aspx."""

    name = "phutho"
    home = "https://congan.phutho.gov.vn/"
    hosts = ("congan.phutho.gov.vn",)
    province = "phu-tho"
    platform_name = "webforms"
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
