"""Công an tỉnh Gia Lai."""

from crawler.spider.dispatcher import PortalSpider


class GiaLai(PortalSpider):
    name = "gialai"
    home = "http://congan.gialai.gov.vn/"
    hosts = ("congan.gialai.gov.vn",)
    province = "gia-lai"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11; plain http as linked in public code"
