"""Công an tỉnh Đồng Tháp."""

from crawler.spider.dispatcher import PortalSpider


class DongThap(PortalSpider):
    name = "dongthap"
    home = "https://congan.dongthap.gov.vn/"
    hosts = ("congan.dongthap.gov.vn",)
    province = "dong-thap"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
