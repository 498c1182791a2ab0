"""Công an TP. Hà Nội."""

from crawler.spider.dispatcher import PortalSpider


class HaNoi(PortalSpider):
    """Lists come from a JSON API that the section pages ask by module; there is no sitemap.

    Articles: /tin-tuc/<slug>-<id>.
    """

    name = "hanoi"
    home = "https://congan.hanoi.gov.vn/"
    hosts = ("congan.hanoi.gov.vn",)
    province = "ha-noi"
    platform_name = "dotnetnuke"
    sections = (
        "https://congan.hanoi.gov.vn/chi-dao-dieu-hanh",
        "https://congan.hanoi.gov.vn/tin-antt-va-canh-bao-toi-pham",
        "https://congan.hanoi.gov.vn/an-toan-giao-thong",
        "https://congan.hanoi.gov.vn/cong-tac-pccc-va-cnch",
        "https://congan.hanoi.gov.vn/xay-dung-dang-va-xdll",
        "https://congan.hanoi.gov.vn/phan-hoi-thong-tin-bao-chi",
        "https://congan.hanoi.gov.vn/pho-bien-giao-duc-phap-luat",
        "https://congan.hanoi.gov.vn/cai-cach-thu-tuc-hanh-chinh",
        "https://congan.hanoi.gov.vn/ngay-ky-niem",
        "https://congan.hanoi.gov.vn/guong-nguoi-tot-viec-tot",
        "https://congan.hanoi.gov.vn/hoat-dong-cua-cac-don-vi",
    )
    verified = False
    source = (
        "the atlas of portals gathered from public material, 2026-11; sections: "
        "github.com/thuydung203/Crawl_data, crawl_congan_hanoi.py"
    )
