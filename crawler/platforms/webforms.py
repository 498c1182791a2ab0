"""ASP.NET WebForms 2.0 to 4.8: home-made portals whose pages are one form and whose pagers post it back.

No product, so few class names: fields stand in labels whose ids end alike (`…_lblTieuDe`, `…_lblNoiDung`), the rest is
found as on any page. Seen addresses: `/article/<Slug>-27208-57` (id and section), `/Tin-An-ninh-trat-tu/<Slug>-184974.html`,
`/TTHC.aspx`, `/Tin-tuc/ChiTiet.aspx?id=12`. Facts: the ASP.NET reference (postback, hidden fields, GridView, DataPager),
addresses that public pages link to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from crawler.platforms import _postback
from crawler.platforms.base import Evidence, Post
from crawler.platforms.generic import Generic, is_in_folder_of_sections
from crawler.platforms.page import Page
from vietnam import urls

# `…-27208-57`: article and section; `…-184974.html`; `…/12345/slug.aspx`.
_TWO_IDS = re.compile(r"-(\d{2,9})-(\d{1,4})(?:\.(?:aspx|html?))?/?$", re.IGNORECASE)
_ONE_ID = re.compile(r"-[a-z]{0,4}(\d{3,9})(?:\.(?:aspx|html?))?/?$", re.IGNORECASE)
_DETAIL = re.compile(
    r"chi-?tiet|detail|view(?:news|article)|xem-?tin|doc-?tin|tin-?chi-?tiet|newsview|articleview|shownews",
    re.IGNORECASE,
)
_ID_NAMES = (
    "id",
    "newsid",
    "articleid",
    "itemid",
    "idtin",
    "tinid",
    "matin",
    "baivietid",
    "nid",
    "aid",
    "contentid",
    "news_id",
    "idbaiviet",
)
_OTHER = re.compile(
    r"/(?:tthc|thutuc\w*|vanban\w*|van-ban[^/]*|hoidap|hoi-dap|gopy|album\w*|thuvien\w*|video\w*|bieumau)(?:/|\.aspx|$)",
    re.IGNORECASE,
)


def id_in(query: str) -> str | None:
    """The number that a query names as an article's.

    >>> id_in("CatID=3&NewsID=12"), id_in("page=2")
    ('12', None)
    """
    named = {name.lower(): value for name, value in parse_qsl(query)}
    return next((named[name] for name in _ID_NAMES if named.get(name, "").isdigit()), None)


class WebForms(Generic):
    """Answers for pages of ASP.NET WebForms, and for products built on it."""

    name = "webforms"
    titles = (
        "[id$='lblTieuDe']", "[id$='lblTitle']", "[id$='lbTitle']", "[id$='lbTieuDe']", "[id$='ltrTitle']", "[id$='lblNewsTitle']", "[id$='lblTenBai']", ".title-detail", ".detail-title",
        ".tieude-chitiet", ".tieudetin", ".news-title-detail", ".newsdetail-title", *Generic.titles,
    )  # fmt: skip
    bodies = (
        "[id$='lblNoiDung']", "[id$='lblContent']", "[id$='lbNoiDung']", "[id$='lbContent']", "[id$='divNoiDung']", "[id$='divContent']", "[id$='lblBody']", "[id$='lblFullContent']",
        "[id$='lblNewsContent']", "[id$='pnlNoiDung']", ".noidung-chitiet", ".chitiet-noidung", ".noidungchitiet", ".NewsContent", ".newscontent", ".news_content", ".ndtin", *Generic.bodies,
    )  # fmt: skip
    leads = (
        "[id$='lblTomTat']", "[id$='lblSapo']", "[id$='lblTrichDan']", "[id$='lblDescription']", "[id$='lblSummary']", "[id$='lbTomTat']", "[id$='lblLead']", "[id$='lblMoTa']",
        ".tomtattin", *Generic.leads,
    )  # fmt: skip
    stamps: ClassVar[tuple[str, ...]] = (
        "[id$='lblNgayDang']", "[id$='lblDate']", "[id$='lblNgay']", "[id$='lblPublishDate']", "[id$='lblNgayTao']", "[id$='lbNgayDang']", "[id$='lbDate']", "[id$='lblTime']",
        "[id$='lblThoiGian']", "[id$='lblCreatedDate']",
    )  # fmt: skip
    signatures = (
        "[id$='lblTacGia']", "[id$='lblAuthor']", "[id$='lbTacGia']", "[id$='lblNguon']", "[id$='lblNguonTin']", "[id$='lblSource']", "[id$='lblButDanh']", *Generic.signatures,
    )  # fmt: skip
    section_labels: ClassVar[tuple[str, ...]] = (
        "[id$='lblChuyenMuc']", "[id$='lblCategory']", "[id$='lblCatName']", "[id$='hplChuyenMuc']", "[id$='lnkCategory']", "[id$='hplCategory']", "[id$='lblTenChuyenMuc']",
    )  # fmt: skip

    def recognize(self, page: Page) -> Evidence:
        reasons = []
        if "__VIEWSTATE" in page.text:
            reasons.append("hidden field __VIEWSTATE")
        if "__doPostBack" in page.text or "WebForm_" in page.text:
            reasons.append("postback scripts")
        if "/WebResource.axd" in page.text or "/ScriptResource.axd" in page.text:
            reasons.append("files WebResource.axd")
        if "aspnetForm" in page.text or "ctl00_" in page.text or "ctl00$" in page.text:
            reasons.append("names of ASP.NET controls")
        certain = "hidden field __VIEWSTATE" in reasons
        # Less than any product that is built on it.
        return Evidence(min(0.7, 0.5 * certain + 0.07 * (len(reasons) - certain)), tuple(reasons))

    def is_article_address(self, url: str) -> bool | None:
        parts = urlsplit(url)
        if _OTHER.search(parts.path):
            return False
        if self.page_number(url)[1] > 1:
            return False
        if is_in_folder_of_sections(parts.path):
            return None
        if parts.path not in {"", "/"} and id_in(parts.query) and _DETAIL.search(parts.path):
            return True
        last = parts.path.rstrip("/").rpartition("/")[2]
        if last.count("-") >= 3 and (_TWO_IDS.search(last) or _ONE_ID.search(last)):
            return True
        return super().is_article_address(url)

    def article_key(self, url: str) -> str:
        """The ids: the words before them change when a title is corrected, the folder with the menu."""
        parts = urlsplit(url)
        last = parts.path.rstrip("/").rpartition("/")[2]
        if named := id_in(parts.query):
            return f"{parts.path.casefold()}?{named}"
        if (found := _TWO_IDS.search(last)) and parts.path.lower().startswith("/article/"):
            return f"article {found[1]}"
        slug = re.sub(r"\.(?:aspx|html?)$", "", last.casefold())
        if (found := _ONE_ID.search(last)) and last.count("-") >= 3:
            # A short number may be the year that ends a headline.
            return found[1] if len(found[1]) > 4 else slug
        return urls.identity(url).partition("/")[2].casefold()

    def page_kind(self, page: Page) -> str | None:
        if self.is_article_address(page.address):
            return super().page_kind(page)
        # A pager that posts back, and headlines: no article has both, unless its address says so.
        number = _postback.shown(page)
        paged = number > 1 or next(self._posts(page), None) is not None
        if paged and len(self.listing(page).articles) > (0 if number > 1 else 1):
            return "list"
        return super().page_kind(page)

    def _pages(self, page: Page) -> Iterator[str | Post]:
        yield from super()._pages(page)
        yield from self._posts(page)

    def _posts(self, page: Page) -> Iterator[Post]:
        yield from _postback.pages(page, self.page_number(page.address)[0])


PLATFORM = WebForms()
