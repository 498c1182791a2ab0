"""Công an tỉnh Vĩnh Long."""

from crawler.spider.dispatcher import PortalSpider


class VinhLong(PortalSpider):
    name = "vinhlong"
    home = "https://congan.vinhlong.gov.vn/"
    hosts = ("congan.vinhlong.gov.vn",)
    province = "vinh-long"
    platform_name = None
    verified = False
    source = (
        "the atlas of portals gathered from public material, 2026-11; address met in public code, seen "
        "2026-11: https://congan.vinhlong.gov.vn/trang/duong-day-nong.html"
    )
