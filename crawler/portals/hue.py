"""Công an TP. Huế."""

from crawler.spider.dispatcher import PortalSpider


class Hue(PortalSpider):
    """The host of Thừa Thiên Huế; that of the city of Huế is not known.

    Articles: /tin-tuc-su-kien/<section>/<id>-<slug>.
    """

    name = "hue"
    home = "http://congan.thuathienhue.gov.vn/"
    hosts = ("congan.thuathienhue.gov.vn",)
    province = "hue"
    platform_name = None
    verified = False
    source = (
        "address met in public code, seen 2026-11: "
        "http://congan.thuathienhue.gov.vn/tin-tuc-su-kien/tin-ho-t-d-ng/1814-…"
    )
