"""Công an tỉnh Lai Châu."""

from crawler.spider.dispatcher import PortalSpider


class LaiChau(PortalSpider):
    """Articles: /<section>/<slug>-<id>.html, also below /index.php/;

    files: /uploads/news/YYYY_MM/, /assets/news/YYYY_MM/.
    """

    name = "laichau"
    home = "https://congan.laichau.gov.vn/"
    hosts = ("congan.laichau.gov.vn",)
    province = "lai-chau"
    platform_name = None
    verified = False
    source = (
        "address met in public code, seen 2026-11: "
        "https://congan.laichau.gov.vn/thong-bao/xuat-nhap-canh-ap-dung-bieu-mau-moi-tu-01-7-2026-5427.html"
    )
