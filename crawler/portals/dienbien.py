"""Công an tỉnh Điện Biên."""

from crawler.spider.dispatcher import PortalSpider


class DienBien(PortalSpider):
    """Weak: the address stands in public demo data, nothing else is known."""

    name = "dienbien"
    home = "https://congan.dienbien.gov.vn/"
    hosts = ("congan.dienbien.gov.vn",)
    province = "dien-bien"
    platform_name = None
    verified = False
    source = "weak; the atlas of portals gathered from public material, 2026-11: demo data in public code"
