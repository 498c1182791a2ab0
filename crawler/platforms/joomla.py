"""Joomla 1.5 to 5: com_content and K2, the usual templates, and overrides that drop the wrappers.

Joomla writes the site's own clock into `datetime`, whatever zone stands behind it.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.platforms import _joomla_addresses as addresses
from crawler.platforms.base import Evidence
from crawler.platforms.evidence import content
from crawler.platforms.evidence.cards import Entry
from crawler.platforms.markup import MarkupPlatform
from crawler.platforms.page import Page
from crawler.platforms.tree import text_of
from vietnam import urls

_LISTS = frozenset(["category", "featured", "frontpage", "section", "categories", "itemlist", "archive"])
_CONTENT = frozenset(["com_content", "com_k2"])
# What Joomla puts around a page that is asked for without the site around it.
_BARE = "contentpane"
_CHILDREN = ".cat-children, .category-children, .com-content-category__children, [class*='ubCategor'], .categories-list"
# Characters of a section's name.
_LONGEST_SECTION = 80
# What com_content calls its own lists.
_LIST_OF_CORE = ".blog, .blog-featured, .category-list, table.category, .items-row, .cat-items"


class Joomla(MarkupPlatform):
    """Answers for pages of Joomla."""

    name = "joomla"
    titles = (
        ".itemView .itemTitle", ".item-page [itemprop='headline']", ".item-page [itemprop='name']", ".com-content-article [itemprop='headline']",
        "td.contentheading", ".contentheading", ".item-page .page-header h2", ".item-page h2", ".article-title", ".title-detail",
    )  # fmt: skip
    bodies = (
        "[itemprop='articleBody']", ".com-content-article__body", ".itemView .itemBody", ".item-page .article-content",
        ".article-body", ".item-page", ".com-content-article",
    )  # fmt: skip
    leads = (".itemView .itemIntroText",)
    pictures = (
        ".item-page [class*='item-image']", "[class*='article-full-image']", ".itemView [class*='itemImageBlock']", "[class*='img-fulltext']",
    )  # fmt: skip
    chrome = (
        ".article-info", ".articleinfo", ".buttonheading", ".content_rating", ".content_vote", ".itemToolbar", ".itemRatingBlock", ".pagenav", ".item-separator",
        ".createdate", ".modifydate", ".icons", ".actions", ".content-links", ".itemExtraFields", ".itemTagsBlock",
    )  # fmt: skip
    entries = (
        ".blog h2 a", ".blog-featured h2 a", ".items-leading h2 a", ".items-row h2 a", ".contentheading a", "a.contentpagetitle", ".blogsection", "td.list-title a", "th.list-title a",
        ".list-title a", ".items-more a", ".item-title a", ".catItemTitle a", ".itemList h3 a", ".com-content-category-blog__links a", ".com-content-category__articles a",
        ".blog_more a", ".latestItemTitle a", ".page-header h2 a", "tr[class*='sectiontableentry'] a",
    )  # fmt: skip
    section_labels = (
        ".category-name a", ".itemCategory a", "[class*='article-info'] a[href*='category']", "[class*='article-info'] [itemprop='genre']", "[class*='sublevel'] a",
    )  # fmt: skip
    utc_is_wall = True

    def recognize(self, page: Page) -> Evidence:
        reasons = []
        if page.generator.lower().startswith("joomla"):
            reasons.append("meta generator")
        if re.search(r"option=com_\w+", page.text):
            reasons.append("addresses with option=com_…")
        if re.search(
            r"/(?:media/(?:system|jui|vendor/joomla\w*|com_content)|components/com_\w+|plugins/system)/",
            page.text,
        ):
            reasons.append("files under /media/system, /components/com_…")
        if re.search(
            r"class=[\"'][^\"']*\b(?:contentpaneopen|contentheading|moduletable|article-info|com-content-\w+)",
            page.text,
        ):
            reasons.append("class names of com_content")
        if 'class="joomla-script-options' in page.text or "Joomla.JText" in page.text:
            reasons.append("Joomla script options")
        certain = {"meta generator", "addresses with option=com_…"} & set(reasons)
        score = min(1.0, 0.3 * len(reasons) + 0.3 * len(certain))
        return Evidence(score, tuple(reasons))

    # -- addresses --------------------------------------------------------------------------------------

    def is_article_address(self, url: str) -> bool | None:
        return addresses.is_article_address(url)

    def identity(self, url: str) -> str:
        return addresses.identity(url)

    def article_key(self, url: str) -> str:
        return addresses.identity(url).removeprefix(urls.site(url))

    def could_be_article(self, url: str) -> bool:
        return addresses.could_be_article(url)

    def could_be_section(self, url: str) -> bool:
        return addresses.could_be_section(url)

    def may_be_section(self, url: str) -> bool:
        """A category's address may begin with its number, as an article's does: `8-tin`."""
        return addresses.could_be_section(url, labelled=True)

    def sections(self, page: Page) -> list[str]:
        """With the categories that a category's page names as its children."""
        found = {self.list_key(url): url for url in super().sections(page)}
        for url in self._children(page):
            found.setdefault(self.list_key(url), url)
        return list(found.values())

    def _children(self, page: Page) -> list[str]:
        return page.once(
            "joomla children", lambda: [url for scope in page.select(_CHILDREN) for _, url in page.links(scope)]
        )

    def _entries(self, page: Page) -> list[Entry]:
        children = set(self._children(page))
        return [entry for entry in super()._entries(page) if entry.url not in children]

    def find_section(self, page: Page, title: str) -> tuple[str, str] | None:
        """Joomla 1.5 prints the menu item's name above everything."""
        found = super().find_section(page, title)
        for element in page.select(".componentheading") if found is None else ():
            name = text_of(element)
            if name and len(name) < _LONGEST_SECTION and not content.same_words(name, title):
                return name, "page heading"
        return found

    def page_number(self, url: str) -> tuple[str, int]:
        base, _, start = addresses.list_key(url).rpartition("@")
        return base, int(start) + (start != "0")

    def list_key(self, url: str) -> str:
        return addresses.list_key(url)

    # -- pages ------------------------------------------------------------------------------------------

    def page_kind(self, page: Page) -> str | None:
        query = addresses.query_of(page.url)
        if (
            not self.could_be_article(page.url)
            or _BARE in page.body_classes
            or query.get("option", "com_content") not in _CONTENT
        ):
            return "other"
        view = query.get("view") or next(
            (name.removeprefix("view-") for name in page.body_classes if name.startswith("view-")), ""
        )
        if view in _LISTS:
            return "list"
        if view in {"article", "item"}:
            if self._is_article(page):
                return "article"
            # Some templates call every page one of an article.
            return "list" if page.select(_LIST_OF_CORE) and self.reads_as_list(page) else "other"
        if urlsplit(page.url).path in {"", "/", "/index.php"} and not query.get("view"):
            return "list" if self._is_list(page) else "other"
        return "list" if self.reads_as_list(page) else None


PLATFORM = Joomla()
