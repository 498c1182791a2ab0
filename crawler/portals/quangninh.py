"""Công an tỉnh Quảng Ninh."""

from crawler.spider.dispatcher import PortalSpider


class QuangNinh(PortalSpider):
    """Markup of article and time elements; RSS at /rss/."""

    name = "quangninh"
    home = "https://conganquangninh.gov.vn/"
    hosts = ("conganquangninh.gov.vn",)
    province = "quang-ninh"
    platform_name = None
    sections = (
        "https://conganquangninh.gov.vn/tin-antt-va-canh-bao-toi-pham/",
        "https://conganquangninh.gov.vn/pctp-tren-khong-gian-mang/",
        "https://conganquangninh.gov.vn/thong-bao/thu-doan-toi-pham/",
    )
    verified = False
    source = (
        "the atlas of portals gathered from public material, 2026-11; two more sections from a crawler's list"
        " of addresses in public code"
    )
