"""Công an TP. Đà Nẵng."""

from crawler.spider.dispatcher import PortalSpider


class DaNang(PortalSpider):
    name = "danang"
    home = "https://congan.danang.gov.vn/"
    hosts = ("congan.danang.gov.vn",)
    province = "da-nang"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
