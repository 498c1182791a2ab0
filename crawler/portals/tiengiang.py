"""Công an tỉnh Tiền Giang (the province is part of Đồng Tháp since 2025-07-01)."""

from crawler.spider.dispatcher import PortalSpider


class TienGiang(PortalSpider):
    """Files: /documents/<group>/<folder>/<name>/<uuid>?t=…, as Liferay keeps them."""

    name = "tiengiang"
    home = "https://congan.tiengiang.gov.vn/"
    hosts = ("congan.tiengiang.gov.vn",)
    province = "tien-giang"
    platform_name = None
    verified = False
    source = (
        "address met in public code, seen 2026-11: "
        "https://congan.tiengiang.gov.vn/documents/2261410/29734928/image005.jpg/a25a6795-e346-4d5c-9fc8-ad977f68c258"
    )
