"""Công an tỉnh Bình Thuận (the province is part of Lâm Đồng since 2025-07-01)."""

from crawler.spider.dispatcher import PortalSpider


class BinhThuan(PortalSpider):
    """Joomla 2.5 or 3 with the Vietnamese pack; the byline is the last line of an article, a comment form follows."""

    name = "binhthuan"
    home = "http://congan.binhthuan.gov.vn/"
    hosts = ("congan.binhthuan.gov.vn",)
    province = "binh-thuan"
    platform_name = "joomla"
    # Seen in captures of 2017; the site itself has not been reached from here.
    verified = False
    source = "a capture of 2017-08-11"
