"""Công an tỉnh Tây Ninh."""

from crawler.spider.dispatcher import PortalSpider


class TayNinh(PortalSpider):
    name = "tayninh"
    home = "https://congan.tayninh.gov.vn/"
    hosts = ("congan.tayninh.gov.vn",)
    province = "tay-ninh"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
