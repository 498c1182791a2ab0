"""Công an tỉnh Khánh Hòa."""

from crawler.spider.dispatcher import PortalSpider


class KhanhHoa(PortalSpider):
    """Articles: /vi/<slug>."""

    name = "khanhhoa"
    home = "https://congan.khanhhoa.gov.vn/"
    hosts = ("congan.khanhhoa.gov.vn",)
    province = "khanh-hoa"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
