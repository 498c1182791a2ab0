"""Công an tỉnh Bắc Giang (the province is part of Bắc Ninh since 2025-07-01)."""

from crawler.spider.dispatcher import PortalSpider


class BacGiang(PortalSpider):
    """Pictures: /uploads/files/…."""

    name = "bacgiang"
    home = "https://conganbacgiang.gov.vn/"
    hosts = ("conganbacgiang.gov.vn",)
    province = "bac-giang"
    platform_name = None
    verified = False
    source = (
        "address met in public code, seen 2026-11: "
        "https://conganbacgiang.gov.vn/uploads/files/z5276432595221_9a474bb4703ca808ad0c7a7da9497ea2.jpg"
    )
