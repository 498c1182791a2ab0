"""Công an tỉnh Cà Mau."""

from crawler.spider.dispatcher import PortalSpider


class CaMau(PortalSpider):
    """Articles: /ch40/7679-<Slug>.mhtml. The server leaves out its intermediate TLS certificate."""

    name = "camau"
    home = "https://congan.camau.gov.vn/"
    hosts = ("congan.camau.gov.vn",)
    province = "ca-mau"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
