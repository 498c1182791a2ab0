"""Công an tỉnh Quảng Nam (the province is part of Đà Nẵng since 2025-07-01)."""

from crawler.spider.dispatcher import PortalSpider


class QuangNam(PortalSpider):
    """Pictures: /Portals/0/PX03/…, as DotNetNuke keeps them."""

    name = "quangnam"
    home = "https://congan.quangnam.gov.vn/"
    hosts = ("congan.quangnam.gov.vn",)
    province = "quang-nam"
    platform_name = None
    verified = False
    source = (
        "address met in public code, seen 2026-11: "
        "https://congan.quangnam.gov.vn/Portals/0/PX03/NAM%202023/anh%20minh%20hoa.png"
    )
