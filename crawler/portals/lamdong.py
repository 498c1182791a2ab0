"""Công an tỉnh Lâm Đồng."""

from crawler.spider.dispatcher import PortalSpider


class LamDong(PortalSpider):
    """Files lie under /UpLoaded/files/."""

    name = "lamdong"
    home = "https://congan.lamdong.gov.vn/"
    hosts = ("congan.lamdong.gov.vn",)
    province = "lam-dong"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
