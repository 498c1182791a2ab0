"""VNPT Portal, the ASP.NET portal of many provinces: `UIArticleInMenu`, `ArticleDetailControl` and their like.

Addresses: `/<section>/<slug>-<id>`; older `/Default.aspx?sname=…&sid=4&pageid=468&catid=…&id=…` and `/4/468/3999/215/<section>/<title>.aspx`
(site, page, section, article). Lists turn by script: it posts to `ArticleInMenuPagination.aspx/LoadArticle` what its own call names
(`article_category_id`, `site_id`, `page_size`, …) and gets the rows as HTML. Facts: public crawlers of such portals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from crawler.platforms.base import Evidence, Post
from crawler.platforms.page import Page
from crawler.platforms.webforms import WebForms

_LOADER = "/DesktopModule/UIArticleInMenu/ArticleInMenuPagination.aspx/LoadArticle"
_LOADS = re.compile(r"['\"]([^'\"\s]*Pagination\.aspx/\w+)['\"]", re.IGNORECASE)
_CALL = re.compile(r"\{[^{}]*\barticle_category_id\b[^{}]*\}")
_PAIR = re.compile(r"['\"]?(\w+)['\"]?\s*:\s*(?:\"([^\"]*)\"|'([^']*)'|([^,}\n]+))")
_LAST_PAGE = re.compile(
    r"(?:maxPage|totalPages?|total_page|pageCount)\s*[:=]\s*(?:parseInt\()?\s*['\"]?(\d{1,6})", re.IGNORECASE
)
_SLUG = re.compile(r"^/(?:[^/]+/)+[^/]*-(\d{2,9})/?$")
_PATH = re.compile(r"^/(\d+)/(\d+)/(\d+)/(\d+)/")
# More pages than any section has.
_MOST_PAGES = 2000


class Vnpt(WebForms):
    """Answers for pages of VNPT Portal."""

    name = "vnpt"
    titles = (
        ".ArticleDetailControl .ArticleHeader",
        ".ArticleHeader",
        "h1.Title",
        "[class*='UIArticleDetail'] h1",
        *WebForms.titles,
    )
    bodies = (
        ".ArticleDetailControl .ArticleContent",
        ".ArticleContent",
        "[class*='UIArticleDetail'] .Content",
        *WebForms.bodies,
    )
    leads = (".ArticleSummary", ".ArticleDetailControl .Summary", *WebForms.leads)
    stamps = (".ArticleDetailControl .PostDate", ".PostDate", ".ArticleDetailControl .Ngaydang", *WebForms.stamps)
    pictures = ("img.ImgDetailImage", ".ArticleDetailControl .ImageDetail", *WebForms.pictures)
    signatures = (
        ".ArticleDetailControl .author",
        ".ArticleDetailControl .Author",
        ".ArticleAuthor",
        ".ArticleSource",
        *WebForms.signatures,
    )
    chrome = (
        ".tool",
        ".UISocialShare",
        ".ArticleTool",
        ".ArticleOther",
        ".OtherArticle",
        "[class*='UIArticleOther']",
        ".view-gallery",
    )
    entries = (
        "ul.ArticleList h2.Title a",
        "ul.ArticleList a",
        "h2.Title a",
        "[class*='UIListNews'] .item a",
        "[class*='UIArticle'] .Title a",
    )

    def recognize(self, page: Page) -> Evidence:
        reasons = []
        if re.search(r"\bUI(?:Article|ListNews|Menu|News|Social)\w*", page.text):
            reasons.append("controls UIArticle…")
        if re.search(
            r"ArticleDetailControl|class=['\"](?:[^'\"]* )?Article(?:Header|List|Content|Summary)\b", page.text
        ):
            reasons.append("class names ArticleHeader, ArticleList")
        if "/DesktopModule/" in page.text or "ArticleInMenuPagination" in page.text:
            reasons.append("files under /DesktopModule/")
        if re.search(r"[?&;]sname=\w+|[?&;]pageid=\d+", page.text):
            reasons.append("addresses with sname, pageid")
        if re.search(r"vnptportal|vnpt portal|portal\.vnpt|vnpt-portal|VNPT", page.text):
            reasons.append("the vendor's name")
        certain = len(
            {"controls UIArticle…", "class names ArticleHeader, ArticleList", "files under /DesktopModule/"}
            & set(reasons)
        )
        return Evidence(min(1.0, 0.15 * len(reasons) + 0.35 * min(certain, 2)) if certain else 0.0, tuple(reasons))

    # -- addresses --------------------------------------------------------------------------------------

    def is_article_address(self, url: str) -> bool | None:
        parts = urlsplit(url)
        if "/DesktopModule/" in parts.path:
            return False
        query = _query(parts.query)
        if "pageid" in query or "sname" in query:
            return query.get("id", query.get("articleid", "")).isdigit()
        if _PATH.match(parts.path):
            return True
        if re.match(r"^/\d+/\d+(?:/\d+)?/", parts.path):
            return False
        if _SLUG.match(parts.path) and parts.path.rstrip("/").rpartition("/")[2].count("-") > 1:
            return True
        return super().is_article_address(url)

    def article_key(self, url: str) -> str:
        parts = urlsplit(url)
        query = _query(parts.query)
        if number := query.get("id") or query.get("articleid"):
            return f"article {number}"
        if found := _PATH.match(parts.path):
            return f"article {found[4]}"
        if (found := _SLUG.match(parts.path)) and len(found[1]) > 4:
            return f"article {found[1]}"
        return super().article_key(url)

    def is_list_query(self, query: str) -> bool:
        return "pageid" in _query(query)

    # -- pages ------------------------------------------------------------------------------------------

    def page_kind(self, page: Page) -> str | None:
        if urlsplit(page.url).path == urlsplit(_LOADER).path or "Pagination.aspx/" in page.url:
            return "list" if self.listing(page).articles else "other"
        if page.select("[class*='UIArticleInMenu'] ul.ArticleList") and not page.select(".ArticleDetailControl"):
            return "list" if self._is_list(page) else None
        return super().page_kind(page)

    def _pages(self, page: Page) -> Iterator[str | Post]:
        yield from super()._pages(page)
        call = _CALL.search(page.text)
        if call is None:
            return
        sent = dict(_arguments(call[0]))
        if not sent.get("article_category_id", "").isdigit():
            return
        address = found[1] if (found := _LOADS.search(page.text)) else _LOADER
        url = page.absolute(address) or page.url
        base = self.page_number(page.address)[0]
        for number in range(2, min(_last_page(page), _MOST_PAGES) + 1):
            yield Post(url=url, data=tuple((sent | {"page": str(number)}).items()), key=f"{base}@{number}")


def _query(query: str) -> dict[str, str]:
    return {name.lower(): value for name, value in parse_qsl(query)}


def _arguments(call: str) -> Iterator[tuple[str, str]]:
    """The members of the call's object, as a form sends them; a variable (what a reader may have typed) is empty.

    >>> dict(_arguments('{ site_id: 4, page: page, keyword: $("#k").val(), articlelang: "vi-VN", no: -15 }'))
    {'site_id': '4', 'page': '', 'keyword': '', 'articlelang': 'vi-VN', 'no': '-15'}
    """
    for name, double, single, bare in _PAIR.findall(call):
        literal = bare.strip() if re.fullmatch(r"-?\d+|true|false", bare.strip(), re.IGNORECASE) else ""
        yield name, double or single or literal


def _last_page(page: Page) -> int:
    """The number of pages that script or pager name."""
    told = _LAST_PAGE.search(page.text)
    shown = [
        int(value)
        for item in page.select("[data-page]")
        if (value := item.attr("data-page") or "").isdigit() and len(value) < 7
    ]
    return max([int(told[1]) if told else 1, *shown])


PLATFORM = Vnpt()
