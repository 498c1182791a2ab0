"""Công an tỉnh Ninh Bình."""

from crawler.spider.dispatcher import PortalSpider


class NinhBinh(PortalSpider):
    """Articles: /<slug>, without a number."""

    name = "ninhbinh"
    home = "https://congan.ninhbinh.gov.vn/"
    hosts = ("congan.ninhbinh.gov.vn",)
    province = "ninh-binh"
    platform_name = None
    verified = False
    source = (
        "address met in public code, seen 2026-11: "
        "https://congan.ninhbinh.gov.vn/mot-so-diem-luu-y-ve-luat-an-ninh-mang-2025-co-hieu-luc-tu-ngay-172026"
    )
