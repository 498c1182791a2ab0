"""Công an tỉnh Quảng Trị."""

from crawler.spider.dispatcher import PortalSpider


class QuangTri(PortalSpider):
    """Theme tagDiv “Newspaper”; sections: /category/<slug>/."""

    name = "quangtri"
    home = "https://congan.quangtri.gov.vn/"
    hosts = ("congan.quangtri.gov.vn",)
    province = "quang-tri"
    platform_name = "wordpress"
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
