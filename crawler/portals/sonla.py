"""Công an tỉnh Sơn La."""

from crawler.spider.dispatcher import PortalSpider


class SonLa(PortalSpider):
    """Articles: /<slug>/; a teaser ends in “Đọc tiếp…”."""

    name = "sonla"
    home = "https://congan.sonla.gov.vn/"
    hosts = ("congan.sonla.gov.vn",)
    province = "son-la"
    platform_name = "wordpress"
    sections = ("https://congan.sonla.gov.vn/chong-dien-bien-hoa-binh/",)
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
