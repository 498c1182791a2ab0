"""NukeViet 3 and 4, with the eGovernment edition: module `news` under any name, or as the home page.

Class names and ids are those of the themes `default`, `modern` (3), `egov` and `mobile_egov` in the repositories nukeviet/nukeviet and
nukeviet/eGovernment. The machine date of the head is malformed (`2025-05-11+0708:15:00`), `itemprop=author` names the CMS account.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from crawler.platforms.base import Evidence
from crawler.platforms.markup import MarkupPlatform
from crawler.platforms.page import Page
from vietnam import urls

_ID = re.compile(r"-(\d{1,9})(?:\.html)?/?$")
_ARTICLE = re.compile(r"/[^/]*-[^/]*-\d{1,9}\.html$")
# Modules of other things; their pages carry ids and dates too.
_OTHER_MODULE = re.compile(
    r"^/(?:[a-z]{2}/)?(?:about|page|siteterms|voting|banners|contact|users|seek|statistics|feeds|rss|laws|organs?|faq|hoi-dap|"
    r"documents?|van-ban|videoclips?|album|photos?|download|shops|tms|comment|menu|freecontent|two-step-verification|"
    r"savefile|print|sendmail|tag|topic|author|groups|content|search|viewcat|detail|nvtools|myapi|archive)(?:/|$)"
)
_OTHER_OP = re.compile(
    r"/(?:tag|savefile|print|sendmail|rss|groups|content|search|author|rating|instant-rss|detail|area|cat|subject|signer|person|vieworg|alias)(?:/|$)"
)
# Version 2 was PHP-Nuke by another name: none of what is said here holds for it.
_OF_NUKE = re.compile(r"modules\.php\?name=News", re.IGNORECASE)


class NukeViet(MarkupPlatform):
    """Answers for pages of NukeViet."""

    name = "nukeviet"
    titles = (
        "[itemtype*='NewsArticle'] [itemprop='headline']", "h1[itemprop='headline']", ".news_column h1.title", "h1.title", ".news_column h1", ".detail-title", "h1.post-title",
    )  # fmt: skip
    bodies = (
        "#news-bodyhtml",
        ".news_column .bodytext",
        "[itemtype*='NewsArticle'] [itemprop='articleBody']",
        ".bodytext",
        "#bodytext",
    )
    leads = (
        "[itemtype*='NewsArticle'] [itemprop='description']",
        ".news_column .hometext",
        ".hometext",
        "#hometext h2",
        "#hometext",
    )
    pictures = (".news_column figure.article", "figure.article", "#hometext div")
    stamps = (".news_column span.h5", ".header-details .small", ".news_column .time", "[itemtype*='NewsArticle'] .h5")
    # “Tác giả:” and “Nguồn tin:” are fields of their own, printed below the text.
    signatures = (".news_column p.h5.text-right", ".aright.source", ".news_column .author")
    files = (".news-download-file", ".list-download-file")
    entries = (
        ".news_column h2", ".news_column h3", ".news_column h4", ".news-column h3", ".viewcat h3", ".list-news h3", ".news_list h3",
    )  # fmt: skip
    section_labels = ("[class*='temp-breadcrumbs'] li:last-child [itemprop='name']",)

    def recognize(self, page: Page) -> Evidence:
        if _OF_NUKE.search(page.text):
            return Evidence(0.0)
        reasons = []
        if "nukeviet" in page.generator.lower():
            reasons.append("meta generator")
        if re.search(
            r"nv_(?:base_siteurl|lang_data|is_user|my_domain|cookie_prefix)|nv_site_lang|nv_name_variable", page.text
        ):
            reasons.append("script variables nv_…")
        if re.search(r"/themes/[\w-]+/(?:css|js|images)/|/data/cache/css/|/assets/js/language/[a-z]{2}\.js", page.text):
            reasons.append("files under /themes/…, /assets/js/language/")
        if re.search(r"[?&]nv=\w+|language=vi&(?:amp;)?nv=", page.text):
            reasons.append("addresses with nv=…")
        if re.search(r"class=\"[^\"]*\bnews_column\b|id=\"news-bodyhtml\"|\bnv-(?:block|fullbg|list)", page.text):
            reasons.append("class names of the default themes")
        certain = {"meta generator", "script variables nv_…"} & set(reasons)
        return Evidence(min(1.0, 0.25 * len(reasons) + 0.35 * len(certain)), tuple(reasons))

    def is_article_address(self, url: str) -> bool | None:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        if "nv" in query:
            operation = query.get("op", [""])[-1]
            return bool(_ID.search(operation)) and not _OTHER_OP.search(f"/{operation}")
        if "download" in query or _OTHER_MODULE.search(parts.path) or _OTHER_OP.search(parts.path):
            return False
        if _ARTICLE.search(parts.path):
            return True
        # Rewriting without `.html` is a setting; other modules end in a number and a stroke as well.
        return None if _ID.search(parts.path) and not self._is_page(parts.path) else False

    def could_be_section(self, url: str) -> bool:
        path = urlsplit(url).path
        return super().could_be_section(url) and not _OTHER_MODULE.search(path) and not path.endswith(".html")

    def is_list_query(self, query: str) -> bool:
        return "nv" in parse_qs(query)

    def _is_page(self, path: str) -> bool:
        return bool(re.search(r"/page-\d+/?$", path))

    def article_key(self, url: str) -> str:
        """The id: an article hangs under every category it belongs to, and under /savefile/ and /print/."""
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        operation = query["op"][-1] if "nv" in query and "op" in query else parts.path
        last = operation.rstrip("/").rpartition("/")[2]
        found = _ID.search(last)
        module = query["nv"][-1] + "/" if "nv" in query else ""
        return f"{module}{last.removesuffix('.html')}" if found else urls.identity(url).removeprefix(urls.site(url))

    def page_kind(self, page: Page) -> str | None:
        if page.select("#news-bodyhtml") and self.is_article_address(page.address):
            return "article"
        if page.select("#page-bodyhtml, .law-detail, #print, .cd-faq-items"):
            return "other"
        return None


PLATFORM = NukeViet()
