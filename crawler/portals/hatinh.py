"""Công an tỉnh Hà Tĩnh."""

from crawler.spider.dispatcher import PortalSpider


class HaTinh(PortalSpider):
    name = "hatinh"
    home = "https://conganhatinh.gov.vn/web/guest/home"
    hosts = ("conganhatinh.gov.vn",)
    province = "ha-tinh"
    platform_name = "liferay"
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
