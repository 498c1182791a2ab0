"""Any news page: what it tells machines, the usual names of parts, and where the long text is gathered."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from crawler.platforms.base import Evidence
from crawler.platforms.evidence import density, title
from crawler.platforms.markup import MarkupPlatform
from crawler.platforms.page import Page
from vietnam import urls
from vietnam.normalize import clean

_ARTICLE_TYPES = frozenset(["Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "Report"])
# A headline's words and a number: `-49010.html`, `-post123.html`, `-a123.html`, `-c218065.html`, `-931.mhtml`, `-27208-57`.
_SLUG_AND_ID = re.compile(
    r"(?:-|/)(?:post|a|c|d|t|n|p|i|ar|id|art)?\d{3,}(?:-\d+)?(?:\.\w{3,5})?/?$|-\d+\.(?:html?|mhtml|aspx|chn|tpo|vnp|epi)$|/\d{2,}[-_][^/]*-[^/]*-[^/]*$",
    re.IGNORECASE,
)
# What a portal tells of itself is marked up and dated as its news are.
_OF_ITSELF = re.compile(
    r"^/(?:vi/)?(?:about(?:-us)?|gioi-thieu(?:-chung)?|chuc-nang-nhiem-vu|co-cau-to-chuc)(?:/|\.html?$|\.aspx$|$)",
    re.IGNORECASE,
)
# Strongest first: Joomla's Itemid is a menu's number.
_ID_NAMES = ("id", "newsid", "news_id", "articleid", "idtin", "baiviet", "nid", "contentid", "dataid", "post", "itemid")
# Below this share of the page's long text an element is no safe choice.
_SURE = 0.5
# More articles than this a text of its own does not link to: it is a list with long teasers.
_TEASERS = 2


class Generic(MarkupPlatform):
    """Answers for pages of systems nobody has told it of."""

    name = "generic"
    titles: ClassVar[tuple[str, ...]] = (
        "[itemtype*='Article'] [itemprop='headline']",
        "h1[class*='title']",
        "h1[class*='headline']",
        "[class*='tieude']",
        "[class*='TieuDe']",
        "[class*='tieu-de']",
        ".title-detail",
        ".detail-title",
        ".news-title",
        ".title-news",
        ".article-title",
    )
    bodies: ClassVar[tuple[str, ...]] = (
        "[itemprop='articleBody']", ".detail-content", ".content-detail", ".detail-content-body", ".article-content", ".article-body", ".article__body", ".article-detail",
        ".news-content", ".news-detail", ".newsdetail", ".entry-content", ".post-content", ".post-body", ".content-news", ".noidung", ".noi-dung", ".noidungtin", "[class*='NoiDung']", "[class*='noi_dung']",
        ".chi-tiet", ".chitiet", ".fck_detail", ".cms-body", ".the-article-body", ".singular-content", ".ArticleContent", ".detail__content", ".content_detail", "#content-detail",
        ".box-content-detail", ".journal-content-article", ".field--name-body", ".bodytext", ".td-post-content",
    )  # fmt: skip
    leads: ClassVar[tuple[str, ...]] = (
        ".sapo", ".detail-sapo", ".article-sapo", ".article__sapo", ".lead", ".chapeau", ".hometext", ".news-sapo", ".singular-sapo", ".the-article-summary", ".article-summary",
        ".trichdan", ".trich-dan", ".tomtat", ".tom-tat", ".summary", "[itemprop='description']:not(meta)",
    )  # fmt: skip
    pictures: ClassVar[tuple[str, ...]] = (
        "figure.article", ".article-image", ".article-img", ".post-thumbnail", ".entry-thumbnail", ".featured-image", ".post-featured-image", ".detail-image", ".avatar-news",
    )  # fmt: skip
    files: ClassVar[tuple[str, ...]] = (
        ".attachments",
        ".attachment-list",
        ".file-dinh-kem",
        ".tep-dinh-kem",
        ".news-download-file",
    )
    signatures: ClassVar[tuple[str, ...]] = (
        ".author",
        ".article-author",
        ".tacgia",
        ".tac-gia",
        ".detail-author",
        ".news-author",
        ".post-author",
        "[itemprop='author'] [itemprop='name']",
        "[rel='author']",
        ".nguontin",
        ".nguon-tin",
        ".source",
    )
    section_labels: ClassVar[tuple[str, ...]] = (".article-category a", ".post-category a", "[rel~='category']")

    def recognize(self, page: Page) -> Evidence:
        return Evidence(0.0)

    def is_article_address(self, url: str) -> bool | None:
        parts = urlsplit(url)
        if parts.path in {"", "/"}:
            return None if self._id(parts.query) else False
        if self.page_number(url)[1] > 1 or _OF_ITSELF.match(parts.path):
            return False
        last = parts.path.rstrip("/").rpartition("/")[2]
        if _SLUG_AND_ID.search(parts.path) and last.count("-") >= 3:
            return True
        if self._id(parts.query):
            return None if last.count("-") < 3 else True
        return None

    def _id(self, query: str) -> str | None:
        given = {name.lower(): value for name, value in parse_qsl(query)}
        found = (re.match(r"\d+(?![^:-])", given[name]) for name in _ID_NAMES if name in given)
        return next((match[0] for match in found if match), None)

    def article_key(self, url: str) -> str:
        found = self._id(urlsplit(url).query)
        path = re.sub(r"/index\.(?:html?|aspx|php)$|\.(?:html?|aspx)$", "", urlsplit(url).path.rstrip("/"))
        return f"{path}?{found}" if found else urls.identity(url).removeprefix(urls.site(url))

    def page_kind(self, page: Page) -> str | None:
        home = urlsplit(page.url).path in {"", "/"} and not self._id(urlsplit(page.url).query)
        if home:
            return "list" if self._is_list(page) else "other"
        return "other" if _OF_ITSELF.match(urlsplit(page.url).path) else None

    def _is_article(self, page: Page) -> bool:
        """A page with a title, a date and a text; where only its text says so, more text than headlines."""
        if not super()._is_article(page):
            return False
        told = page.meta.get("og:type", "").lower() == "article" or any(
            _ARTICLE_TYPES & set(kinds if isinstance(kinds := data.get("@type"), list) else [kinds])
            for data in page.linked_data
        )
        if told or self.is_article_address(page.address):
            return True
        body = self.bodies_of(page)[0]
        if len({url for _, url in page.links(body) if self.is_article_address(url)}) > _TEASERS:
            return False
        text = len(clean("".join(body.itertext())))
        linked = sum(len(clean("".join(anchor.itertext()))) for anchor in body.iter("a"))
        return text > 200 and linked * 3 < text and not self._heads_teasers(page, body)

    def _heads_teasers(self, page: Page, body: HtmlElement) -> bool:
        """Whether a headline in the text leads to another page: then it is a teaser's."""
        own = self.identity(page.address)
        for heading in body.iter("h1", "h2", "h3", "h4"):
            for anchor in heading.iter("a"):
                url = page.absolute(anchor.get("href") or "")
                if url and urls.same_site(url, page.url) and self.identity(url) != own:
                    return True
        return False

    def find_title(self, page: Page) -> title.Title | None:
        bodies = self.bodies_of(page)
        return title.find(page, self.titles, bodies[0] if bodies else None)

    def find_bodies(self, page: Page) -> list[HtmlElement]:
        named = super().find_bodies(page)
        if named and len(clean("".join(named[0].itertext()))) > 100:
            return named
        found = density.densest(page.root)
        if found is not None and found[1] >= _SURE:
            return [found[0]]
        return self._by_library(page) or ([found[0]] if found is not None else [])

    def _by_library(self, page: Page) -> list[HtmlElement]:
        """The element that holds the paragraphs which a general extractor takes for the text."""
        try:
            document = bare_extraction(
                page.text,
                url=page.url,
                with_metadata=False,
                include_comments=False,
                include_tables=True,
                deduplicate=False,
            )
        except (ValueError, TypeError, AttributeError):
            return []
        text = getattr(document, "text", None) or ""
        wanted = [line.strip() for line in text.splitlines() if len(line.strip()) >= 40][:12]
        holders = [
            element
            for element in page.root.iter()
            if isinstance(element.tag, str)
            and element.text
            and any(line.startswith(clean(element.text)[:40]) for line in wanted if len(clean(element.text)) >= 20)
        ]
        if not holders:
            return []
        counts: dict[HtmlElement, int] = {}
        for holder in holders:
            for ancestor in holder.iterancestors():
                counts[ancestor] = counts.get(ancestor, 0) + 1
        most = max(counts.values())
        smallest = [element for element in counts if counts[element] >= 0.8 * most]
        return [max(smallest, key=lambda element: sum(1 for _ in element.iterancestors()))]


PLATFORM = Generic()
