"""VHV, the portal system that many provinces and schools run: modules in `div.ModuleWrapper`, layouts named by type.

Articles: `/<section>/<slug>.html`, layouts `news-detail-layout-type-N` with `h1.title-detail`, `.post-date` (`Thứ năm, 20/11/2025 | 14:24`),
`.brief`, `.content-detail` or `.detail-content`; below it share bars and `Tổng số điểm của bài viết là`. Lists: `article.Article-News`,
`.post-item`, `.item`, `.news-item`; their pager calls a script that posts the module's settings with another `pageNo` to
`/?module=Content.Listing&moduleId=…&cmd=redraw` and draws the HTML it gets. The settings stand in the page as JSON or its base64.
Facts: saved pages and public crawlers of such portals.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.platforms.base import Evidence, Post
from crawler.platforms.generic import Generic
from crawler.platforms.page import Page
from vietnam.normalize import clean

_ENCODED = re.compile(r"eyJ[A-Za-z0-9+/]{40,20000}={0,2}")
_SETTINGS = re.compile(r"\{[^{}]*\"(?:service|layout)\"\s*:\s*\"[^{}]*\}")
_SITE = re.compile(r"[?&\"'{,;]\s*site(?:Id)?[\"']?\s*[=:]\s*[\"']?(\d{3,9})|/upload/(\d{3,9})/")
_MODULE = re.compile(r"(?:pagination|section|module)-?(\d{1,6})$")
_OTHER = re.compile(
    r"/(?:van-ban[^/]*|thu-tuc[^/]*|hoi-dap[^/]*|lien-he[^/]*|album[^/]*|thu-vien[^/]*|video[^/]*|gioi-thieu)(?:/|\.html|$)"
)
_STATIC = re.compile(r"^/(?:gioi-thieu|lien-he|so-do-[^/]*|dang-nhap|tim-kiem|page)(?:/|\.html|$)")


class Vhv(Generic):
    """Answers for pages of VHV."""

    name = "vhv"
    titles = (
        "h1.title-detail",
        "[class*='news-detail-layout'] h1",
        ".article-detail-title",
        ".detail-title",
        "h1.title",
        *Generic.titles,
    )
    bodies = (
        "[class*='news-detail-layout'] .content-detail", "[class*='news-detail-layout'] .detail-content", ".content-detail", ".detail-content", "#content-detail",
        "[class*='news-detail-layout'] .article-content", *Generic.bodies,
    )  # fmt: skip
    leads = (
        "[class*='news-detail-layout'] .brief",
        ".article-content .brief",
        ".detail-brief",
        ".brief-detail",
        ".article-brief-detail",
        *Generic.leads,
    )
    stamps: ClassVar[tuple[str, ...]] = (
        "[class*='news-detail-layout'] .post-date", ".article-detail .post-date", ".detail-header .date", ".published-time",
    )  # fmt: skip
    signatures = (
        ".article-author-name",
        "[class*='news-detail-layout'] .author-name",
        ".source-detail",
        *Generic.signatures,
    )
    section_labels = (".pathway-category .last-item a", *Generic.section_labels)
    pictures = ("[class*='news-detail-layout'] .image-detail", *Generic.pictures)
    files = (".file-attach", ".attach-file", ".list-file", *Generic.files)
    chrome = (
        ".rating", "#star-rating", ".star-rating", ".network-share", ".social-connect", ".block_share", ".show-article", ".relatedArticles", "[id^='audio']", ".button-bookmark",
        ".article-tags", ".author-view", "header .post-date", ".post-view",
    )  # fmt: skip
    entries = (
        "article.Article-News .post-title a", "article.item-block .entry-title a", ".post-item .post-title a", ".news-item .news-title a", ".title-news-listType10 a", "a.article-title",
        "div.item h2 a", "div.item h3 a", "div.item h4 a", "div.item .title a", ".post-item h3 a",
    )  # fmt: skip

    def recognize(self, page: Page) -> Evidence:
        reasons = []
        if re.search(r"\bVHV\.(?:load|alert|using|lang|App|Model|site|config|\w+\()|new VHV\.", page.text):
            reasons.append("script object VHV")
        if re.search(r"class=['\"]ModuleWrapper|moduleRootId=", page.text, re.IGNORECASE):
            reasons.append("modules in ModuleWrapper")
        if re.search(
            r"news-detail-layout-|Article-Detail-\w+|Article-News|navigation-menu-type-|columns-widget", page.text
        ):
            reasons.append("class names of layouts")
        if re.search(r"module=Content\.|\"Content\.(?:Listing|Article)|vhv\.vn|/App/Corporate/", page.text):
            reasons.append("module Content.Listing, files of the vendor")
        if re.search(r"/upload/\d{3,9}/(?:fck/)?|vhv(?:platform|cms|\.)", page.text, re.IGNORECASE):
            reasons.append("files under /upload/<site>/")
        return Evidence(min(1.0, 0.3 * len(reasons)) if len(reasons) > 1 else 0.2 * len(reasons), tuple(reasons))

    # -- addresses --------------------------------------------------------------------------------------

    def is_article_address(self, url: str) -> bool | None:
        parts = urlsplit(url)
        if "module=" in parts.query or _STATIC.match(parts.path):
            return False
        if parts.path.endswith(".html") and self.page_number(url)[1] == 1:
            # Sections have no ending; documents and questions have one.
            last = parts.path.rpartition("/")[2]
            return None if last.count("-") < 3 or _OTHER.search(parts.path) else True
        return super().is_article_address(url)

    def article_key(self, url: str) -> str:
        """The last part: an article hangs under every section it belongs to."""
        path = urlsplit(url).path
        if path.endswith(".html") and "module=" not in urlsplit(url).query:
            return path.rpartition("/")[2].removesuffix(".html").casefold()
        return super().article_key(url)

    def could_be_section(self, url: str) -> bool:
        return super().could_be_section(url) and not urlsplit(url).path.endswith(".html")

    # -- pages ------------------------------------------------------------------------------------------

    def page_kind(self, page: Page) -> str | None:
        if "cmd=redraw" in urlsplit(page.url).query:
            return "list" if self.listing(page).articles else "other"
        if not urlsplit(page.url).path.endswith(".html") and page.select(_LISTS):
            return "list" if self._is_list(page) else None
        return super().page_kind(page)

    def _pages(self, page: Page) -> Iterator[str | Post]:
        plain = list(super()._pages(page))
        yield from plain
        if not plain:
            yield from self._redrawn(page)

    def _redrawn(self, page: Page) -> Iterator[Post]:
        """The pages that the list's own script would ask for."""
        pager = _pager(page)
        if pager is None:
            return
        module, last = pager
        settings = next((one for one in _settings(page) if _is_list_of(one, module)), None)
        if settings is None or last < 2:
            return
        site = next((one or two for one, two in _SITE.findall(page.text)), "")
        module = module or str(settings.get("moduleId") or settings.get("id") or "")
        query = {
            "module": "Content.Listing", "moduleId": module, "cmd": "redraw", "site": site, "url_mode": "rewrite", "submitFormId": module,
            "page": str(settings.get("page") or ""),
        }  # fmt: skip
        address = page.absolute("/?" + "&".join(f"{name}={value}" for name, value in query.items()))
        base = self.page_number(page.address)[0]
        sent = {
            name: str(value)
            for name, value in settings.items()
            if isinstance(value, str | int | float) and not isinstance(value, bool)
        }
        for number in range(2, last + 1):
            if address:
                yield Post(url=address, data=tuple((sent | {"pageNo": str(number)}).items()), key=f"{base}@{number}")


_LISTS = "[class*='Article-Detail-'] article, article.Article-News, .default-pagination, .section-list article"
_PAGERS = "[id^='pagination'], .default-pagination, ul.pagination, .pagination"


def _pager(page: Page) -> tuple[str, int] | None:
    """The number of the module whose list has a pager, and the number of its pages."""
    for element in page.select(_PAGERS):
        numbers = [
            int(text)
            for anchor in element.iter("a")
            if (text := clean("".join(anchor.itertext()))).isdigit() and len(text) < 6
        ]
        totals = [
            value
            for name in ("data-total-page", "data-totalpage", "data-total", "data-pages")
            if (value := element.get(name) or "").isdigit()
        ]
        if numbers or totals:
            return _module_of(element), max([*numbers, *map(int, totals[:1])])
    return None


def _module_of(element: HtmlElement) -> str:
    for node in (element, *element.iterancestors()):
        if found := _MODULE.search(node.get("id") or ""):
            return found[1]
    return ""


def _settings(page: Page) -> Iterator[dict[str, Any]]:
    """The settings of the page's modules: JSON in scripts and attributes, or its base64."""
    texts = [match[0] for match in _SETTINGS.finditer(page.text)]
    texts += [html.unescape(match[0]) for match in re.finditer(r"\{[^{}<>]*&quot;service&quot;[^{}<>]*\}", page.text)]
    for match in _ENCODED.finditer(page.text):
        try:
            texts.append(base64.b64decode(match[0] + "=" * (-len(match[0]) % 4)).decode())
        except (binascii.Error, UnicodeDecodeError):
            continue
    for text in texts:
        try:
            found = json.loads(text)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found


def _is_list_of(settings: dict[str, Any], module: str) -> bool:
    """Whether settings are those of a list of articles, of that module where they say which."""
    named = str(settings.get("moduleId") or settings.get("id") or module)
    kind = f"{settings.get('service', '')} {settings.get('type', '')}"
    return "Article" in kind and (not module or not named.isdigit() or named == module)


PLATFORM = Vhv()
