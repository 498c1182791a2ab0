"""Công an tỉnh Đắk Lắk."""

from crawler.spider.dispatcher import PortalSpider


class DakLak(PortalSpider):
    """Older pictures are of Liferay (/image/journal/article?img_id=…), newer pages are /laws/detail/<slug>-<id>/.

    Which it is now, the crawl finds out.
    """

    name = "daklak"
    home = "https://congan.daklak.gov.vn/"
    hosts = ("congan.daklak.gov.vn",)
    province = "dak-lak"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
