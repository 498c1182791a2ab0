"""Any news page: what it tells machines, the usual names of parts, and where the long text is gathered."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from crawler.platforms.base import Card, Evidence
from crawler.platforms.evidence import text as article_text
from crawler.platforms.evidence import title
from crawler.platforms.lists import NOT_A_PAGE, NOT_NEWS, path_of
from crawler.platforms.markup import MarkupPlatform
from crawler.platforms.page import Page, kinds_of
from crawler.platforms.tree import text_of
from vietnam import urls

_ARTICLE_TYPES = frozenset(["article", "newsarticle", "blogposting", "reportagenewsarticle", "report"])
# A headline's words and a number: `-49010.html`, `-post123.html`, `-a123.html`, `-c218065.html`, `-931.mhtml`, `-27208-57`.
_SLUG_AND_ID = re.compile(
    r"(?:-|/)(?:post|a|c|d|t|n|p|i|ar|id|art)?\d{3,}(?:-\d+)?(?:\.\w{3,5})?/?$|/\d{2,}[-_][^/]*-[^/]*-[^/]*$",
    re.IGNORECASE,
)
# A headline and a number of one or two digits: of an article of a young portal or of a section; only the page tells.
_SHORT_NUMBER = re.compile(r"/[^/]*-[^/]*-[^/]*-\d{1,2}\.(?:html?|mhtml|aspx|chn|tpo|vnp|epi)$")
# Newspapers of one family: the month, a headline, seven digits of a hash.
_MONTH_AND_HASH = re.compile(r"/(?:19|20)\d{4}/[^/]*-[^/]*-[0-9a-f]{7}/?$")
# Folders that hold sections by name: what stands right in them is one, whatever number it ends in.
_OF_SECTIONS = re.compile(
    r"^/(?:vi/)?(?:chuyen-?muc|danh-?muc|the-loai|category)(?:/-)?(?:/(?:danh-?sach|list))?/[^/]+/?$", re.IGNORECASE
)
# A page that shows one story, whichever its query names.
_DETAIL = re.compile(
    r"^(?:(?:news|tin|article|bai-?viet|post)[-_]?)?(?:details?|chi-?tiet)(?:[-_]?(?:news|tin(?:-?tuc)?|bai-?viet|article))?(?:\.\w+)?$|^(?:tin-tuc-)chi-tiet(?:\.\w+)?$",
    re.IGNORECASE,
)
# What a portal tells of itself is marked up and dated as its news are.
_OF_ITSELF = re.compile(
    r"^/(?:vi/)?(?:about(?:-us)?|gioi-thieu(?:-chung)?|chuc-nang-nhiem-vu|co-cau-to-chuc)(?:/|\.html?$|\.aspx$|$)",
    re.IGNORECASE,
)
# Strongest first: Joomla's Itemid is a menu's number.
_ID_NAMES = ("id", "newsid", "news_id", "articleid", "idtin", "baiviet", "nid", "contentid", "dataid", "post", "itemid")
_SECTION_NAMES = re.compile(
    r"muc|chuyen_?muc|danh_?muc|cat|cate|category|cid|catid|zone|section|the_?loai|loai", re.IGNORECASE
)
# What a query shows, where it names more than a number: an article 8 is no category 8.
_SHOWN = frozenset(["view", "option", "mod", "module", "act", "action", "do", "op", "task", "controller"])


# Characters of text that an article has at least; fewer where the page is called what its heading says and prints a clock.
_NOTE = 200
_SHORT_NOTE = 100


def is_in_folder_of_sections(path: str) -> bool:
    """Whether what stands right in a folder is a section by the folder's name.

    >>> is_in_folder_of_sections("/chuyen-muc/-/danh-sach/tin-tuc-su-kien-301"), is_in_folder_of_sections("/tin/tin-301")
    (True, False)
    """
    return _OF_SECTIONS.match(path) is not None


class Generic(MarkupPlatform):
    """Answers for pages of systems nobody has told it of."""

    name = "generic"
    believes_accounts = True
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
        parts, path = urlsplit(url), path_of(url)
        if path in {"", "/"}:
            return None if self._names_a_number(parts.query) else False
        if self.page_number(url)[1] > 1 or _OF_ITSELF.match(path):
            return False
        path = re.sub(r"/index\.html?$", "/", path)
        last = path.rstrip("/").rpartition("/")[2]
        if is_in_folder_of_sections(path):
            return None
        # A number of one or two digits may be a section's.
        if (_SLUG_AND_ID.search(path) and last.count("-") >= 3) or _MONTH_AND_HASH.search(path):
            return True
        if self._id(parts.query):
            return True if last.count("-") >= 3 or _DETAIL.search(last) else None
        return None

    def _names_a_number(self, query: str) -> bool:
        """Whether a query of the home page asks for one thing by its number: `?id=33`, `?q=node/61`, `?tin=20261027-170`."""
        return any(re.fullmatch(r"(?:\w+/)?\d+(?:[-_.]\d+)*", value) for _, value in parse_qsl(query))

    def _id(self, query: str) -> str | None:
        given = {name.lower(): value for name, value in parse_qsl(query)}
        found = (re.match(r"\d+(?![^:-])", given[name]) for name in _ID_NAMES if name in given)
        return next((match[0] for match in found if match), None)

    def article_key(self, url: str) -> str:
        found = self._id(urlsplit(url).query)
        if found and (shown := [value for name, value in parse_qsl(urlsplit(url).query) if name.lower() in _SHOWN]):
            found = f"{found} {' '.join(shown)}"
        path = re.sub(r"/index\.(?:html?|aspx|php)$|\.(?:html?|aspx)$", "", urlsplit(url).path.rstrip("/"))
        return f"{path}?{found}" if found else urls.identity(url).removeprefix(urls.site(url))

    def page_kind(self, page: Page) -> str | None:
        home = path_of(page.url) in {"", "/"} and not self._names_a_number(urlsplit(page.url).query)
        if home:
            return "list" if self._is_list(page) else "other"
        if _OF_ITSELF.match(urlsplit(page.url).path):
            return "other"
        # What its path calls the page of one story, and whose query names it, is no list.
        is_detail = _DETAIL.search(urlsplit(page.address).path.rpartition("/")[2]) is not None
        if is_detail and self._id(urlsplit(page.address).query) and self.headline_of(page) is not None:
            return None
        return "list" if self.reads_as_list(page) else None

    def may_be_section(self, url: str) -> bool:
        path = path_of(url)
        return (
            (path not in {"", "/"} or self.is_list_query(urlsplit(url).query))
            and not NOT_A_PAGE.search(path)
            and not NOT_NEWS.search(path)
            and not _OF_ITSELF.match(path)
        )

    def is_list_query(self, query: str) -> bool:
        """Whether the home page is asked for one of its sections by name: `?muc=bien-va-dao`."""
        return any(_SECTION_NAMES.fullmatch(name) and value for name, value in parse_qsl(query))

    def _is_article(self, page: Page, card: Card | None = None) -> bool:
        """A page with a title, a date and a text; where only its text says so, more text than headlines."""
        if not super()._is_article(page, card):
            return False
        told = any(_ARTICLE_TYPES & kinds_of(data) for data in page.linked_data)
        if told or self.is_article_address(page.address) or _SHORT_NUMBER.search(urlsplit(page.address).path):
            return True
        bodies = self.bodies_of(page)
        found = self.title_of(page)
        # Stories of others in a box of the text say nothing against it.
        beside = self._foreign(page, bodies, found.text if found is not None else "").all
        left_out = {inner for part in beside for inner in part.iter_elements(include_self=True)}
        text = sum(len(text_of(body)) for body in bodies) - sum(len(text_of(part)) for part in beside)
        end = self._end_of_text(page)
        anchors = [
            anchor for body in bodies for anchor in body.iter_elements("a", include_self=True) if anchor not in left_out
        ]
        # Older stories behind the text say nothing against it.
        behind = sum(len(text_of(anchor)) for anchor in anchors if end is not None and page.place(anchor) > end)
        linked = sum(len(text_of(anchor)) for anchor in anchors) - behind
        dated = self.date_of(page)
        is_headed = found is not None and found.agreed and dated is not None and dated.stamp.precision != "day"
        return text - behind > (_SHORT_NOTE if is_headed else _NOTE) and linked * 3 < text - behind

    def find_title(self, page: Page) -> title.Title | None:
        text = article_text.find(page, None, self.bodies)
        around = text.elements[0] if text is not None else None
        return title.find(page, self.titles, around) or title.line_above(page, around)


PLATFORM = Generic()
