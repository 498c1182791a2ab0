"""Công an tỉnh Yên Bái (the province is part of Lào Cai since 2025-07-01)."""

from crawler.spider.dispatcher import PortalSpider


class YenBai(PortalSpider):
    """Weak: the address stands in a comment of public code, nothing else is known."""

    name = "yenbai"
    home = "https://congan.yenbai.gov.vn/"
    hosts = ("congan.yenbai.gov.vn",)
    province = "yen-bai"
    platform_name = None
    verified = False
    source = "weak; the atlas of portals gathered from public material, 2026-11: a comment in public code"
