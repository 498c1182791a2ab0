"""Công an tỉnh Bình Thuận (the province is part of Lâm Đồng since 2025-07-01)."""

from crawler.portal import PortalSpider


class BinhThuan(PortalSpider):
    name = "binhthuan"
    home = "http://congan.binhthuan.gov.vn/"
    hosts = ("congan.binhthuan.gov.vn",)
    province = "binh-thuan"
    platform_name = "joomla"
    # Seen in captures of 2017; the site itself has not been reached from here.
    verified = False
    source = "a capture of 2017-08-11"
