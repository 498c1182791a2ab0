"""Công an tỉnh Lạng Sơn."""

from crawler.spider.dispatcher import PortalSpider


class LangSon(PortalSpider):
    """Articles: /<id>/<section>/<number>/<slug>."""

    name = "langson"
    home = "https://congan.langson.gov.vn/"
    hosts = ("congan.langson.gov.vn",)
    province = "lang-son"
    platform_name = None
    verified = False
    source = (
        "address met in public code, seen 2026-11: "
        "https://congan.langson.gov.vn/9688/pho-bien-giao-duc-phap-luat/68/… (Circular 79/2024/TT-BCA)"
    )
