"""Công an tỉnh Hậu Giang (the province is part of Cần Thơ since 2025-07-01)."""

from crawler.spider.dispatcher import PortalSpider


class HauGiang(PortalSpider):
    """Articles: /<section>/<slug>-<id>.html, as in Cần Thơ, Hậu Giang and Thái Nguyên; the vendor is not known."""

    name = "haugiang"
    home = "https://congan.haugiang.gov.vn/"
    hosts = ("congan.haugiang.gov.vn",)
    province = "hau-giang"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
