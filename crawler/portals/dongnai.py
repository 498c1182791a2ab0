"""Công an TP. Đồng Nai."""

from crawler.spider.dispatcher import PortalSpider


class DongNai(PortalSpider):
    name = "dongnai"
    home = "http://congan.dongnai.gov.vn/"
    hosts = ("congan.dongnai.gov.vn",)
    province = "dong-nai"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11; plain http as linked in public code"
