"""Công an tỉnh Nghệ An."""

from crawler.spider.dispatcher import PortalSpider


class NgheAn(PortalSpider):
    """A newspaper system.

    An article has two addresses: /<section>/<sub>/YYYYMM/<slug>-<id>/ with and without index.htm.
    """

    name = "nghean"
    home = "https://congan.nghean.gov.vn/"
    hosts = ("congan.nghean.gov.vn",)
    province = "nghe-an"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
