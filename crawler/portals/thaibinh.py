"""Công an tỉnh Thái Bình (the province is part of Hưng Yên since 2025-07-01)."""

from crawler.spider.dispatcher import PortalSpider


class ThaiBinh(PortalSpider):
    name = "thaibinh"
    home = "http://congan.thaibinh.gov.vn/"
    hosts = ("congan.thaibinh.gov.vn",)
    province = "thai-binh"
    platform_name = None
    verified = False
    source = "address met in public code, seen 2026-11: http://congan.thaibinh.gov.vn/Gop-y"
