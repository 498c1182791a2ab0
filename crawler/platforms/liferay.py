"""Liferay Portal 5 to 7: web contents shown by the Asset Publisher, a display page or a portlet of the vendor's own.

An article has many addresses: `/web/guest/-/slug`, `/-/slug`, `/vi/-/slug`, `/w/slug` (7.4), below any page as
`/web/guest/home/-/asset_publisher/<id>/content/<slug>`, by number `…/content/id/12345`, with `redirect=…` behind them.
Lists turn their pages with `…_cur=2` among a dozen parameters of the portlet. The date is metadata of the publisher
(`metadata-publish-date`), or the vendor's template prints it in the text; `metadata-author` is the account.
Files: `/documents/<group>/<folder>/<name>/<uuid>`, pictures `/image/journal/article?img_id=…`.
Facts: Liferay's own templates (asset_publisher display_full_content, asset_metadata, journal) of 6.1 to 7.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from crawler.platforms.base import Card, Evidence, Fields, Listing, Post
from crawler.platforms.evidence import dating
from crawler.platforms.generic import Generic
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, text_of

_CONTENT = re.compile(r"/-/asset_publisher/[^/]+/(?:content|document)/(?P<rest>[^?]+?)/?$")
_FRIENDLY = re.compile(r"^(?:/[a-z]{2}(?:_[A-Z]{2})?)?(?:/(?:web|group)/[^/]+)?(?:/[^/]+)*?/(?:-|w)/(?P<slug>[^/]+)/?$")
_NUMBERED = re.compile(r"^/(?:[^/]+/)*(?:detail|chi-tiet|news)/[^/]*-(?P<id>\d{3,})/?$")
# Parameters of portlets that say how a page is shown, not which.
_NOISE = re.compile(
    r"^(?:p_p_(?:id|lifecycle|state|mode|col_id|col_pos|col_count|auth|cacheability)|p_r_p_.*|p_l_id|redirect|inheritRedirect|backURL|"
    r".*_(?:delta|keywords|advancedSearch|andOperator|resetCur|redirect|viewMode|urlTitle|type|assetEntryId|struts_action|orderByCol|orderByType|cur))$"
)
_WAY_BACK = re.compile(r"(?:.*_)?(?:redirect|inheritRedirect|backURL)=")
_INSTANCE = re.compile(r"^_?(?P<id>.*)_cur$")
_NO_PAGE = re.compile(
    r"^/(?:c|o|combo|html|image|documents|documentos|api|webdav|group)(?:/|$)|/-/(?:journal|blogs|rss|message_boards|wiki)(?:/|$)"
)
_IDS = ("articleid", "newsid", "id", "baiviet", "idtin")


class Liferay(Generic):
    """Answers for pages of Liferay Portal."""

    name = "liferay"
    titles = (
        ".asset-full-content .asset-title", ".portlet-asset-publisher .component-title", ".portlet-asset-publisher .header-title", ".taglib-header .header-title",
        ".journal-content-article h1", ".journal-content-article [class*='title']", ".news-title", ".detail-title", *Generic.titles,
    )  # fmt: skip
    bodies = (
        ".asset-full-content .journal-content-article [class*='detail-content']", ".asset-full-content .journal-content-article", ".asset-full-content .asset-content",
        ".portlet-asset-publisher .asset-content .journal-content-article", "[class*='news-detail'] .content", *Generic.bodies,
    )  # fmt: skip
    stamps: ClassVar[tuple[str, ...]] = (
        ".asset-full-content .metadata-publish-date", ".asset-full-content .metadata-display-date", ".portlet-asset-publisher .metadata-publish-date",
        ".asset-full-content .metadata-create-date",
    )  # fmt: skip
    section_labels = (
        ".taglib-asset-categories-summary .asset-category", ".asset-categories .asset-category", ".metadata-categories a", *Generic.section_labels,
    )  # fmt: skip
    chrome = (
        ".taglib-header", ".asset-metadata", ".metadata-entry", ".asset-user-actions", ".asset-actions", ".taglib-social-bookmarks", ".taglib-ratings", ".asset-ratings",
        ".taglib-asset-links", ".asset-links", ".taglib-asset-tags-summary", ".taglib-asset-categories-summary", ".taglib-discussion", ".lfr-discussion", ".asset-flag", ".asset-more",
        ".lfr-meta-actions", ".print-action", ".export-actions", ".locale-actions", ".asset-anchor", ".related-assets",
    )  # fmt: skip
    entries = (
        ".portlet-asset-publisher .asset-title a", ".asset-abstract .asset-title a", ".asset-abstract a.asset-title", ".portlet-asset-publisher .title-list a", ".asset-entries-group h4 a",
    )  # fmt: skip

    def recognize(self, page: Page) -> Evidence:
        reasons = []
        if "Liferay." in page.text and re.search(
            r"Liferay\.(?:Browser|ThemeDisplay|AUI|Language|Portlet|PropsValues|currentURL)\b", page.text
        ):
            reasons.append("script object Liferay")
        if "p_p_id" in page.text and re.search(r"id=['\"]p_p_id_|[?&;]p_p_id=", page.text):
            reasons.append("portlet ids p_p_id…")
        if (
            "portlet-boundary" in page.text
            or "portlet-asset-publisher" in page.text
            or "journal-content-article" in page.text
        ):
            reasons.append("class names of portlets")
        if re.search(
            r"/html/(?:js|css|portlet|themes)/|/o/[\w-]+(?:-theme|theme|-web)/|/combo/?\?|/o/combo|/[\w-]+-theme/(?:css|js|images)/",
            page.text,
        ):
            reasons.append("theme and combo files")
        if "/-/asset_publisher/" in page.text:
            reasons.append("addresses /-/asset_publisher/")
        elif re.search(r"href=['\"][^'\"]*/web/guest/", page.text):
            reasons.append("addresses /web/guest/")
        certain = {"script object Liferay", "portlet ids p_p_id…", "addresses /-/asset_publisher/"} & set(reasons)
        return Evidence(min(1.0, 0.2 * len(reasons) + 0.2 * len(certain)), tuple(reasons))

    # -- addresses --------------------------------------------------------------------------------------

    def is_article_address(self, url: str) -> bool | None:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if (
            _NO_PAGE.search(parts.path)
            or query.get("p_p_lifecycle") in {"1", "2"}
            or query.get("p_p_state") in {"pop_up", "exclusive"}
        ):
            return False
        if any(name.endswith("_viewMode") and value == "print" for name, value in query.items()):
            return False
        if self._id(parts.query) or any(name.endswith("_urlTitle") for name in query):
            return True
        if self.page_number(url)[1] > 1:
            return False
        if _CONTENT.search(parts.path) or (_FRIENDLY.match(parts.path) and "/-/asset_publisher" not in parts.path):
            return True
        if _NUMBERED.match(parts.path):
            return True
        return super().is_article_address(url)

    def _id(self, query: str) -> str | None:
        """The number that a vendor's portlet shows an article by; plain or behind its namespace."""
        for name, value in parse_qsl(query):
            if value.isdigit() and re.sub(r"^_.*_", "", name).lower() in _IDS:
                return value
        return None

    def article_key(self, url: str) -> str:
        """The title in the address, below whatever page."""
        parts = urlsplit(url)
        if found := _CONTENT.search(parts.path):
            words = [part for part in found["rest"].split("/") if part not in {"id", "maximized"}]
            slug = next((word for word in words if not word.isdigit()), None)
            return slug.casefold() if slug else f"id {words[0] if words else found['rest']}"
        if (found := _FRIENDLY.match(parts.path)) and "/-/asset_publisher" not in parts.path:
            return found["slug"].casefold()
        for name, value in parse_qsl(parts.query):
            if name.endswith("_urlTitle"):
                return value.casefold()
        if number := self._id(parts.query):
            return f"article {number}"
        if found := _NUMBERED.match(parts.path):
            return f"article {found['id']}"
        return super().article_key(url)

    def page_number(self, url: str) -> tuple[str, int]:
        parts = urlsplit(url)
        kept, number = [], 1
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            if (name.endswith("_cur") or name == "cur") and value.isdigit() and len(value) < 7:
                number = max(number, int(value))
            if not _NOISE.match(name):
                kept.append(f"{name}={value}")
        base, other = super().page_number(parts._replace(query="&".join(kept)).geturl())
        return re.sub(r"^([^/]+)(?:/[a-z]{2})?/web/guest(?=/|$)", r"\1", base), max(number, other)

    def list_key(self, url: str) -> str:
        """Two publishers on one page turn their pages apart."""
        base, number = self.page_number(url)
        instance = _turned(url)
        return f"{base}{' ' + instance if instance and number > 1 else ''}@{number}"

    def listing(self, page: Page) -> Listing:
        """Where one publisher turns its pages, they are the page's own."""
        found = super().listing(page)
        pages = [url for url in found.pages if isinstance(url, str)]
        if len({_turned(url) for url in pages}) == 1:
            found.marks.update({url: str(self.page_number(url)[1]) for url in pages if url not in found.marks})
        return found

    def could_be_section(self, url: str) -> bool:
        parts = urlsplit(url)
        return super().could_be_section(url) and "p_p_id=" not in parts.query and not _NO_PAGE.search(parts.path)

    # -- pages ------------------------------------------------------------------------------------------

    def page_kind(self, page: Page) -> str | None:
        home = urlsplit(page.url).path.rstrip("/") in {
            "",
            "/web/guest",
            "/web/guest/home",
            "/home",
            "/vi",
            "/trang-chu",
        }
        if home and not urlsplit(page.url).query:
            return "list" if self._is_list(page) else "other"
        if not self.is_article_address(page.address) and len(self._published_here(page)) > 1:
            return "list"
        return super().page_kind(page)

    def _published_here(self, page: Page) -> set[str]:
        """Articles that the publishers of this page list."""
        return {
            url
            for hint in self.entries
            for anchor in page.select(hint)
            if (url := page.absolute(anchor.attr("href") or "")) and self.is_article_address(url)
        }

    def _pages(self, page: Page) -> Iterator[str | Post]:
        here = self.page_number(page.address)[1]
        for one in super()._pages(page):
            if isinstance(one, Post) or self.page_number(one)[1] != here:
                yield one

    def extract(self, page: Page, card: Card | None = None) -> Fields:
        fields = super().extract(page, card)
        parts = urlsplit(page.address)
        kept = [pair for pair in parts.query.split("&") if not _WAY_BACK.match(pair)]
        fields.url = parts._replace(query="&".join(kept)).geturl()
        return fields

    # -- fields -----------------------------------------------------------------------------------------

    def find_date(self, page: Page, heading: Element | None, bodies: list[Element]) -> dating.Dated | None:
        """The vendor's own print beside the title says the clock, where the publisher's metadata says only the day."""
        told = super().find_date(page, heading, bodies)
        if told is None or told.stamp.precision != "day":
            return told
        beside = dating.published(page, heading, bodies)
        return beside if beside is not None and beside.stamp.at.date() == told.stamp.at.date() else told

    def find_section(self, page: Page, title: str) -> tuple[str, str] | None:
        found = super().find_section(page, title)
        if found is not None:
            return found
        for element in page.select("h2.page-title, h1.page-title, .portlet-asset-publisher .portlet-title-text"):
            label = text_of(element)
            # A section may have a dash in its name; the menu tells.
            is_linked = any(text_of(anchor) == label for anchor, _ in page.links())
            name = label if is_linked else re.split(r"\s+[-|–]\s+", label)[0]
            if (
                name
                and len(name) < 80
                and name.casefold() not in {title.casefold(), "asset publisher", "xuất bản nội dung"}
            ):
                return name, "heading of the page"
        return None


def _turned(url: str) -> str:
    """The publisher whose pages an address turns; empty for none.

    >>> _turned("http://a.vn/tin?_101_INSTANCE_Ab1_cur=2"), _turned("http://a.vn/tin?cur=2")
    ('101_INSTANCE_Ab1', '')
    """
    names = (name for name, value in parse_qsl(urlsplit(url).query) if name.endswith("_cur") and value != "1")
    found = _INSTANCE.match(next(names, ""))
    return found["id"] if found else ""


PLATFORM = Liferay()
