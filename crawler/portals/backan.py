"""Công an tỉnh Bắc Kạn (the province is part of Thái Nguyên since 2025-07-01)."""

from crawler.spider.dispatcher import PortalSpider


class BacKan(PortalSpider):
    """Addresses: /vi/news/tag/<slug>, /Mang-xa-hoi/<slug>-49010.html."""

    name = "backan"
    home = "http://conganbackan.vn/"
    hosts = ("conganbackan.vn",)
    province = "bac-kan"
    platform_name = "nukeviet"
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
