"""Công an TP. Cần Thơ."""

from crawler.spider.dispatcher import PortalSpider


class CanTho(PortalSpider):
    """Articles: /<section>/<slug>-<id>.html, as in Cần Thơ, Hậu Giang and Thái Nguyên; the vendor is not known."""

    name = "cantho"
    home = "https://congan.cantho.gov.vn/"
    hosts = ("congan.cantho.gov.vn",)
    province = "can-tho"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
