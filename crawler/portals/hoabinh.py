"""Công an tỉnh Hòa Bình (the province is part of Phú Thọ since 2025-07-01)."""

from crawler.spider.dispatcher import PortalSpider


class HoaBinh(PortalSpider):
    """Articles: /articles/<slug>, their text from /api/pub/articles/slug?slug=<slug>."""

    name = "hoabinh"
    home = "https://congan.hoabinh.gov.vn/"
    hosts = ("congan.hoabinh.gov.vn",)
    province = "hoa-binh"
    platform_name = None
    verified = False
    source = "a spider in public code, seen 2026-11: class CongAnHoaBinhVNSpider (congan_hoabinh)"
