"""Công an tỉnh Đắk Lắk."""

from crawler.portal import PortalSpider


class DakLak(PortalSpider):
    # Liferay by its older pictures (/image/journal/article?img_id=…), newer pages are /laws/detail/<slug>-<id>/: to
    # be found by looking.
    name = "daklak"
    home = "https://congan.daklak.gov.vn/"
    hosts = ("congan.daklak.gov.vn",)
    province = "dak-lak"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
