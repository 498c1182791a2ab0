"""SharePoint 2010 to 2019: publishing pages (`/Pages/…aspx`), list items and the vendors' web parts over them.

Addresses: a publishing page is an article itself (`/tin-tuc/Pages/bat-nhom-trom.aspx`); a web part shows an item
(`/Pages/chi-tiet-tin.aspx?ItemID=207&l=TinTuc`, `/Lists/TinTuc/View_Detail.aspx?ItemID=207`); a list shows its own
(`/Lists/TinTuc/DispForm.aspx?ID=12`, its fields told by comments). An item's number counts in its list only.
Pagers: `Paged=TRUE&p_ID=30&PageFirstRow=31`, `?Page=2`, postbacks. Names and paths know no capitals.
Facts: SharePoint's field controls and forms (ms-formbody, RichHtmlField, `_spPageContextInfo`), addresses of public offices.
"""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.platforms.base import Card, Evidence, Fields
from crawler.platforms.evidence import dating, title
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, text_of
from crawler.platforms.webforms import WebForms
from vietnam import dates, urls

_FORM = re.compile(r"/(?:dispform|view_detail|viewdetail|chitiet|detail)\.aspx$", re.IGNORECASE)
_SYSTEM = re.compile(
    r"/(?:_layouts|_vti_bin|_catalogs|_api|_login|_controltemplates|SitePages/(?:forms|devhome)|Forms)(?:/|$)|/(?:AllItems|NewForm|EditForm|MyItems|Upload|viewlsts|"
    r"searchcenter|results|osssearchresults|login|authenticate|sitemap|timkiem|tim-kiem)\.aspx",
    re.IGNORECASE,
)
# Pages that a firm wrote lie in a folder of their own among the system's.
_CUSTOM = re.compile(r"/_layouts/(?:1\d/)?(?!(?:images|inc|styles|mobile|\d{4})/)[^/]+/[^/]+\.aspx$", re.IGNORECASE)
_WELCOME = re.compile(
    r"/(?:pages/)?(?:default|home|trang-?chu|index|tin-?tuc|news|danh-?sach|chuyen-?muc|list|category|sitemap|lien-?he|gioi-?thieu)\.aspx$",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(r"/pages/[^/]+\.aspx$", re.IGNORECASE)
_ITEM = ("itemid", "newsid", "idtin", "id", "articleid", "nid", "tinid")
_LIST = ("l", "list", "listid", "lst", "listname", "listurl")
_PAGED = re.compile(r"^(?:paged|pageddir|pagedprev|pagelastrow|p_.*|sort.*|view|folderctid|rootfolder)$", re.IGNORECASE)


class SharePoint(WebForms):
    """Answers for pages of SharePoint."""

    name = "sharepoint"
    titles = (
        ".article-header h1", "[id*='DeltaPlaceHolderPageTitleInTitleArea'] h1", ".news-detail .title", ".tieu-de-chi-tiet", "td#SPFieldText.ms-formbody", *WebForms.titles,
    )  # fmt: skip
    bodies = (
        "[id*='RichHtmlField']", ".article-content .ms-rtestate-field", "[id*='PlaceHolderMain'] .ms-rtestate-field", "td#SPFieldNote.ms-formbody [class^='ExternalClass']",
        "td#SPFieldNote.ms-formbody", ".news-detail [class^='ExternalClass']", "[class*='noi-dung'] [class^='ExternalClass']", "[class^='ExternalClass']", ".ms-rtestate-field",
        *WebForms.bodies,
    )  # fmt: skip
    leads = (".article-byline-lead", "[id*='Comments'] .ms-rtestate-field", ".news-detail .desc", *WebForms.leads)
    stamps: ClassVar[tuple[str, ...]] = (
        "td#SPFieldDateTime.ms-formbody", "[id*='ArticleStartDate']", ".article-date", ".ngay-dang-tin", *WebForms.stamps,
    )  # fmt: skip
    chrome = (
        ".ms-formlabel",
        ".ms-descriptiontext",
        "[id*='onetidinfoblock']",
        ".ms-socialNotif-Container",
        ".ms-comm-ratingCountContainer",
        ".ms-hidden",
    )

    def recognize(self, page: Page) -> Evidence:
        reasons = []
        if "sharepoint" in page.generator.lower() or 'content="SharePoint' in page.text[:6000]:
            reasons.append("meta generator")
        if "_spPageContextInfo" in page.text or "_spBodyOnLoadFunction" in page.text:
            reasons.append("script variables _sp…")
        if re.search(r"/_layouts/(?:1[4-6]/)?|/_catalogs/masterpage|/Style%20Library/|/PublishingImages/", page.text):
            reasons.append("files under /_layouts/, /PublishingImages/")
        if re.search(
            r"ms-rtestate-field|ms-formbody|ms-webpart|s4-workspace|DeltaPlaceHolder|ExternalClass[0-9A-F]{8}",
            page.text,
        ):
            reasons.append("class names ms-…")
        if "MSOWebPartPage_" in page.text or "__REQUESTDIGEST" in page.text:
            reasons.append("hidden fields of web parts")
        certain = {"meta generator", "script variables _sp…", "hidden fields of web parts"} & set(reasons)
        return Evidence(min(1.0, 0.25 * len(reasons) + 0.5 * bool(certain)) if reasons else 0.0, tuple(reasons))

    # -- addresses --------------------------------------------------------------------------------------

    def is_article_address(self, url: str) -> bool | None:
        parts = urlsplit(url)
        if _SYSTEM.search(parts.path) and not (_CUSTOM.search(parts.path) and _number(parts.query) is not None):
            return False
        if self.page_number(url)[1] > 1:
            return False
        if _number(parts.query) is not None and (parts.path.lower().endswith(".aspx") or _FORM.search(parts.path)):
            return None if _WELCOME.search(parts.path) and "itemid" not in parts.query.lower() else True
        if _WELCOME.search(parts.path):
            return False
        if _PUBLISHED.search(parts.path):
            # The words of a headline; a single word is a section or a page of the office.
            return True if parts.path.rpartition("/")[2].count("-") >= 4 else None
        return super().is_article_address(url)

    def article_key(self, url: str) -> str:
        """The number and its list: which page shows the item is the menu's affair."""
        parts = urlsplit(url)
        path = unquote(parts.path).casefold()
        number = _number(parts.query)
        if number is None:
            return path.removeprefix("/").replace("/pages/", "/").removesuffix(".aspx")
        named = {name.lower(): value for name, value in parse_qsl(parts.query)}
        listed = next((named[name].casefold() for name in _LIST if named.get(name)), "")
        folder, _, page = path.rpartition("/")
        if _FORM.search(path) and "/lists/" in path:
            return f"{folder} {number}"
        return f"{listed or folder + '/' + page} {number}"

    def page_number(self, url: str) -> tuple[str, int]:
        parts = urlsplit(url)
        kept, row = [], 1
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            if name.lower() == "pagefirstrow" and value.isdigit():
                row = int(value)
            elif not _PAGED.match(name):
                kept.append(f"{name}={value}")
        base, number = super().page_number(parts._replace(query="&".join(kept)).geturl())
        base = re.sub(r"/(?:pages/)?default\.aspx(?=\?|$)", "", base, flags=re.IGNORECASE)
        return base, max(row, number)

    def is_list_query(self, query: str) -> bool:
        return False

    # -- fields -----------------------------------------------------------------------------------------

    def extract(self, page: Page, card: Card | None = None) -> Fields:
        """A published page is itself under its path; a query tells which list led to it (`?CateID=7`)."""
        fields, parts = super().extract(page, card), urlsplit(page.url)
        if parts.query and _PUBLISHED.search(parts.path) and _number(parts.query) is None:
            fields.url = urls.canonical(parts._replace(query="").geturl())
        return fields

    def _is_article(self, page: Page, card: Card | None = None) -> bool:
        if _FORM.search(urlsplit(page.url).path) and page.select("td.ms-formbody"):
            return bool(self.find_bodies(page)) and title.find(page, self.titles) is not None
        return super()._is_article(page, card)

    def find_date(self, page: Page, heading: Element | None, bodies: list[Element]) -> dating.Dated | None:
        told = super().find_date(page, heading, bodies)
        if told is None and page.select("td.ms-formbody"):
            # What the form says of the item itself: created, by which account.
            created = page.select("[id*='onetidinfoblock1'], .ms-descriptiontext")
            text = re.split(r"\bby\b|\bbởi\b", text_of(created[0]))[0] if created else ""
            stamp = dates.find(re.sub(r"(?i)^(?:created|được tạo|tạo)\s*(?:at|on|vào|lúc)?\s*", "", text))
            return dating.Dated(stamp, "the form's line on the item") if stamp else None
        return told


def _number(query: str) -> str | None:
    named = {name.lower(): value for name, value in parse_qsl(query)}
    return next((named[name] for name in _ITEM if named.get(name, "").isdigit()), None)


PLATFORM = SharePoint()
