"""Công an tỉnh Tuyên Quang."""

from crawler.spider.dispatcher import PortalSpider


class TuyenQuang(PortalSpider):
    """Articles: /vi/tin-bai/<slug>?type=NEWS&id=163145; the number in the query is the article."""

    name = "tuyenquang"
    home = "https://congan.tuyenquang.gov.vn/"
    hosts = ("congan.tuyenquang.gov.vn",)
    province = "tuyen-quang"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
