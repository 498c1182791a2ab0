"""Công an tỉnh Quảng Ngãi."""

from crawler.spider.dispatcher import PortalSpider


class QuangNgai(PortalSpider):
    """Files: /documents/<group>/<folder>/<name>/<uuid>."""

    name = "quangngai"
    home = "https://congan.quangngai.gov.vn/"
    hosts = ("congan.quangngai.gov.vn",)
    province = "quang-ngai"
    platform_name = "liferay"
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
