"""Công an TP. Hải Phòng."""

from crawler.spider.dispatcher import PortalSpider


class HaiPhong(PortalSpider):
    """An ASP.NET portal, which one is not known.

    Articles: /Tin-An-ninh-trat-tu/<Slug>-184974.html; pictures: /uploads/haiphong/portal/congan/news/YYYY_MM/DD/.
    """

    name = "haiphong"
    home = "https://congan.haiphong.gov.vn/"
    hosts = ("congan.haiphong.gov.vn",)
    province = "hai-phong"
    platform_name = None
    verified = False
    source = "the atlas of portals gathered from public material, 2026-11"
