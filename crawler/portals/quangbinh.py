"""Công an tỉnh Quảng Bình (the province is part of Quảng Trị since 2025-07-01)."""

from crawler.spider.dispatcher import PortalSpider


class QuangBinh(PortalSpider):
    """Known by its /wp-content/uploads/ addresses."""

    name = "quangbinh"
    home = "https://conganquangbinh.gov.vn/"
    hosts = ("conganquangbinh.gov.vn",)
    province = "quang-binh"
    platform_name = "wordpress"
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
