"""Công an tỉnh Thái Nguyên."""

from crawler.spider.dispatcher import PortalSpider


class ThaiNguyen(PortalSpider):
    """Articles: /<section>/<slug>-<id>.html, as in Cần Thơ, Hậu Giang and Thái Nguyên; the vendor is not known."""

    name = "thainguyen"
    home = "https://congan.thainguyen.gov.vn/"
    hosts = ("congan.thainguyen.gov.vn",)
    province = "thai-nguyen"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
