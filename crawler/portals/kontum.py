"""Công an tỉnh Kon Tum (the province is part of Quảng Ngãi since 2025-07-01)."""

from crawler.spider.dispatcher import PortalSpider


class KonTum(PortalSpider):
    """Pictures: /upload/105000/20220603/…."""

    name = "kontum"
    home = "https://congan.kontum.gov.vn/"
    hosts = ("congan.kontum.gov.vn",)
    province = "kon-tum"
    platform_name = None
    verified = False
    source = (
        "address met in public code, seen 2026-11: "
        "https://congan.kontum.gov.vn/upload/105000/20220603/c-users-admin-desktop-untitled-png19f2.jpg"
    )
