"""Công an tỉnh Thanh Hóa."""

from crawler.spider.dispatcher import PortalSpider


class ThanhHoa(PortalSpider):
    """Articles: /<section>/<slug>.html; the pager loads the next page by script. The .vn host is the one of 2023."""

    name = "thanhhoa"
    home = "https://conganthanhhoa.gov.vn/"
    hosts = ("conganthanhhoa.gov.vn", "conganthanhhoa.vn")
    province = "thanh-hoa"
    platform_name = "vhv"
    sections = (
        "https://conganthanhhoa.gov.vn/tin-tuc-su-kien/tin-an-ninh-trat-tu/tin-antt-trong-tinh",
        "https://conganthanhhoa.gov.vn/tin-tuc-su-kien/tin-an-ninh-trat-tu/tin-trong-nuoc",
        "https://conganthanhhoa.gov.vn/tin-tuc-su-kien/tin-hoat-dong/vi-nhan-dan-phuc-vu",
        "https://conganthanhhoa.gov.vn/tin-tuc-su-kien/tin-hoat-dong/pho-bien-giao-duc-phap-luat",
        "https://conganthanhhoa.gov.vn/de-an-06",
        "https://conganthanhhoa.gov.vn/tin-tuc-su-kien/chong-dien-bien-hoa-binh",
        "https://conganthanhhoa.gov.vn/tin-tuc-su-kien/tin-trong-nuoc-va-the-gioi/hoc-tap-va-lam-theo-tu-tuong-dao-duc-phong-cach-ho-chi-minh",
        "https://conganthanhhoa.gov.vn/tin-tuc-su-kien/huong-ve-co-so2",
        "https://conganthanhhoa.gov.vn/tin-tuc-su-kien/tu-lieu/80-nam-ngay-truyen-thong-cand",
    )
    verified = False
    source = (
        "the atlas of portals gathered from public material, 2026-11; sections: "
        "github.com/thuydung203/Crawl_data, crawl_thanhhoa_final.py; conganthanhhoa.vn: baothanhhoa.vn, "
        "2023-11, “Công an Thanh Hóa nỗ lực xây dựng mạng lưới cung cấp thông tin trên môi trường mạng”"
    )
