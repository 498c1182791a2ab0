"""Công an TP. Hồ Chí Minh."""

from crawler.spider.dispatcher import PortalSpider


class HoChiMinh(PortalSpider):
    """The second host is the earlier one."""

    name = "tphcm"
    home = "https://congan.tphcm.gov.vn/"
    hosts = ("congan.tphcm.gov.vn", "congan.hochiminhcity.gov.vn")
    province = "ho-chi-minh"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
