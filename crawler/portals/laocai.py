"""Công an tỉnh Lào Cai."""

from crawler.spider.dispatcher import PortalSpider


class LaoCai(PortalSpider):
    """Articles: /<section>/<slug>-<id>; shared links carry ?fbclid=."""

    name = "laocai"
    home = "https://congan.laocai.gov.vn/"
    hosts = ("congan.laocai.gov.vn",)
    province = "lao-cai"
    platform_name = "vnpt"
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
