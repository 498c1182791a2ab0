"""Công an tỉnh Bắc Ninh."""

from crawler.spider.dispatcher import PortalSpider


class BacNinh(PortalSpider):
    """Only its address is known."""

    name = "bacninh"
    home = "https://conganbacninh.gov.vn/"
    hosts = ("conganbacninh.gov.vn",)
    province = "bac-ninh"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11: address met in public code"
