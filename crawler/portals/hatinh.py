"""Công an tỉnh Hà Tĩnh."""

from crawler.spider.dispatcher import PortalSpider


class HaTinh(PortalSpider):
    """Laravel-like since 2026 at the latest: pictures under /storage/photos/<uniqid>.jpg.

    Before that Liferay at conganhatinh.gov.vn (/web/guest/home).
    """

    name = "hatinh"
    home = "https://congan.hatinh.gov.vn/"
    hosts = ("congan.hatinh.gov.vn", "conganhatinh.gov.vn")
    province = "ha-tinh"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
