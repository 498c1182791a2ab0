"""WordPress 2 to 6: classic themes (Twenty Ten to Twenty Twenty-One and their many kin), block themes, page builders.

Facts: `body_class()` and `post_class()` name a page's part in the site in nearly every theme; since 4.4 `<link rel="alternate">`
to `/wp-json/wp/v2/<type>/<id>` does too; `time[datetime]` is printed by `get_the_date('c')`, so its digits are the site's own clock
(tagDiv's themes print them with a zone that is always UTC), while Yoast's and Rank Math's `article:published_time` is a true
moment in UTC. The hAtom class `updated` says nothing where no `published` stands beside it. `rel=author`, `.author.vcard`, JSON-LD
`author` and `dc:creator` name the account, never who wrote. The REST API gives nothing that the pages do not print, so it is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.platforms import _wordpress_dates
from crawler.platforms.base import Evidence, Post
from crawler.platforms.evidence import date_labels, dating, section
from crawler.platforms.markup import MarkupPlatform
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, ancestors, text_of
from vietnam import urls

_DATED = re.compile(r"^/(?:index\.php/)?(?:[a-z]{2}/)?\d{4}/\d{1,2}/(?:\d{1,2}/)?[^/]*[^\d/][^/]*/?$")
_DAYS = re.compile(r"^/(?:index\.php/)?(?:[a-z]{2}/)?\d{4}(?:/\d{1,2}){0,2}/?$")
_NUMBERED = re.compile(r"/archives/\d+/?$")
# Archives and other parts of the site; the bases of the archives are often translated.
_CATEGORY = re.compile(
    r"^/(?:index\.php/)?(?:[a-z]{2}/)?(?:category|chuyen-muc|danh-muc|the-loai|topics?)/", re.IGNORECASE
)
_REPEATS = re.compile(
    r"^/(?:index\.php/)?(?:[a-z]{2}/)?(?:author|tac-gia|tag|tags|the|nhan|tu-khoa|type|date|archives?/date)/|"
    r"/(?:attachment|trackback|comment-page-\d+|feed|embed|oembed)(?:/|$)|^/(?:wp-|xmlrpc\.php|comments?/)",
    re.IGNORECASE,
)
_NO_POST = frozenset(["cat", "category_name", "tag", "author", "author_name", "m", "s", "page_id", "attachment_id", "feed", "paged", "rest_route"])  # fmt: skip
_REPEATED = frozenset(["tag", "author", "author_name", "m", "s", "page_id", "attachment_id", "feed", "rest_route", "p"])
_NEWEST = (
    ".widget_recent_entries a, .widget_recent_comments a, .widget_rss a, .recentcomments a, .wp-block-latest-posts a, .wp-block-latest-comments a, .post-navigation a, .nav-links a[rel], "
    ".navigation-post a, [class*='recent-posts'] a, [class*='recent_posts'] a, [class*='popular-posts'] a, .wpp-list a"
)  # fmt: skip
_REST = re.compile(r"/wp/v2/([\w-]+)/\d+")
_PAGE_OF_ARCHIVE = re.compile(r"/page/\d+/?$|[?&]paged=\d+$")
_NEWS_TYPE = re.compile(r"^(?:post|news|tin|bai|article|su-?kien|thong-?tin|blog)", re.IGNORECASE)
_PAGED = re.compile(r"^query(?:-\d+)?-page$")
_UNFILED = re.compile(r"(?i)^(?:uncategori[sz]ed|chưa (?:được )?phân loại)$")
_LABELS = re.compile(r"(?:^|\s)(?:postmetadata|entry-meta|entry-footer|cat-links|post-meta|entry-utility)(?:\s|$)")
_CATEGORY_LABELS = (".cat-links a", "a[rel~='category']", ".taxonomy-category a", ".entry-categories a", ".post-categories a", ".entry-category a", ".td-category a",
                     ".tdb-category a", ".tdb-entry-category", ".entry-meta-categories a", ".cat_links a", ".meta-category a", ".post-category a", ".category-links a",
                     ".ast-terms-link a", ".jeg_post_category a", ".jeg_meta_category a", ".elementor-post-info__terms-list a", ".post-cats a", ".cm-post-categories a", ".entry-category")  # fmt: skip


class WordPress(MarkupPlatform):
    """Answers for pages of WordPress."""

    name = "wordpress"
    titles = (
        "h1.entry-title", "h1.wp-block-post-title", "h1.td-post-title", "h1.tdb-title-text", "h1.post-title", ".entry-header h1", "h1.jeg_post_title", ".single-post h1[class*='title']",
        ".elementor-widget-theme-post-title h1", ".single .hentry .entry-title", ".post > h2", ".hentry > h2", ".post > h3", ".wp-block-post-title",
    )  # fmt: skip
    bodies = (
        ".td-post-content", ".tdb_single_content .tdb-block-inner", ".wp-block-post-content", ".elementor-widget-theme-post-content .elementor-widget-container",
        ".elementor-widget-theme-post-content", "[itemprop='articleBody']", ".hentry .entry-content", ".entry-content", ".jeg_main_content .content-inner", ".et_pb_post_content",
        ".fl-post-content", ".brxe-post-content", ".the-content", ".the_content", ".entry .post-content", ".post-content", ".post_content", ".single-content", ".single-post-content",
        ".post-body", ".article-content", ".content-post", ".detail-content", ".noidung", ".post .entry", ".single .hentry .content", ".post .storycontent", ".post > .content",
    )  # fmt: skip
    leads = (
        ".td-post-sub-title", ".tdb_single_subtitle", ".jeg_post_subtitle", ".entry-subtitle", ".post-subtitle", ".single-subtitle", ".wp-block-post-excerpt", ".entry-header .intro-text",
        ".single-excerpt", ".entry-excerpt", ".post-excerpt", ".article-excerpt", ".entry-header .entry-summary", ".elementor-widget-theme-post-excerpt", ".sapo",
    )  # fmt: skip
    pictures = (
        ".td-post-featured-image", ".tdb_single_featured_image", ".wp-block-post-featured-image", ".single-featured-image-header", ".featured-media", ".post-thumbnail", ".entry-thumbnail",
        ".featured-image", ".post-thumb-img-content", ".entry-image", ".jeg_featured", ".single-thumbnail", ".post-featured-image", ".elementor-widget-theme-post-featured-image",
        ".attachment-post-thumbnail", "img.wp-post-image",
    )  # fmt: skip
    chrome = (
        ".sharedaddy", ".jp-relatedposts", ".wp-block-post-author", ".yarpp", ".yarpp-related", ".crp_related", ".rp4wp-related-posts", ".relpost-thumb-wrapper", ".code-block",
        ".post-views", ".kk-star-ratings", ".post-ratings", ".rmp-main", ".wpulike", ".postmetadata", "#toc_container", "#ez-toc-container", ".lwptoc", ".rank-math-toc", ".wp-block-rank-math-toc-block",
        ".page-links", ".post-tags", ".tags-links", ".cat-links", ".entry-meta", ".entry-footer", ".a2a_kit", ".heateor_sss_sharing_container", ".essb_links", ".td-post-sharing", ".td-a-rec",
        ".td-post-source-tags", ".author-box", ".saboxplugin-wrap", ".pp-multiple-authors-boxes-wrapper", ".abh_box", ".printfriendly", ".dkpdf-button-container", ".wp-embedded-content",
        ".wp-block-latest-posts", ".wp-block-query", ".wp-block-file__button", ".wp-block-embed", ".wpcf7", ".blog-share", ".navigation-post", ".screen-reader-text", ".entry-author",
        ".wp-block-comments", ".wp-block-post-terms", ".wp-block-post-date", ".td-post-featured-image.td-hidden", ".devvn_related", ".tptn_counter", ".adsbygoogle", ".wp-video",
    )  # fmt: skip
    entries = (
        "a[rel~='bookmark']", ".entry-title a", ".wp-block-post-title a", ".td-module-title a", ".post-title a", ".td_module_wrap h3 a", ".wp-block-latest-posts__post-title",
        ".mh-loop-title a", ".mh-posts-list-title a", ".mh-custom-posts-small-title a", ".cm-entry-title a", ".jeg_post_title a", ".elementor-post__title a", ".eael-entry-title a",
        ".uael-post__title a", ".gb-headline a", ".ultp-block-title a", ".post-item a.plain", ".box-blog-post a", ".entry-header h2 a", ".hentry h2 a", ".hentry h3 a", ".post h2 a", ".post h3 a",
        "article h2 a", "article h3 a", "main h2 a", "main h3 a",
    )  # fmt: skip

    def recognize(self, page: Page) -> Evidence:
        reasons = []
        if page.generator.startswith("WordPress") or re.search(r"generator[\"'][^>]{0,40}WordPress", page.text):
            reasons.append("meta generator")
        if page.select("link[rel='https://api.w.org/']") or "/wp-json/" in page.text or "rest_route=" in page.text:
            reasons.append("REST API")
        if re.search(r"/wp-content/(?:themes|plugins|uploads|cache)/", page.text):
            reasons.append("files under /wp-content/")
        if "/wp-includes/" in page.text:
            reasons.append("files under /wp-includes/")
        if "xmlrpc.php" in page.text or "wlwmanifest" in page.text:
            reasons.append("xmlrpc.php")
        if re.search(
            r"<body[^>]*\b(?:postid-\d+|page-id-\d+|wp-[\w-]+|post-type-archive|category-\d+|single-format-\w+)",
            page.text,
        ):
            reasons.append("class names of body")
        if re.search(
            r"\bclass=[\"'][^\"']*\b(?:wp-block-|hentry\b|td-post-|wp-post-image|wp-caption|entry-content\b|menu-item-object-)",
            page.text,
        ):
            reasons.append("class names of WordPress")
        return Evidence(min(1.0, 0.25 * len(reasons) + 0.3 * ("meta generator" in reasons)), tuple(reasons))

    # -- addresses --------------------------------------------------------------------------------------

    def is_article_address(self, url: str) -> bool | None:
        parts = urlsplit(url)
        query = parse_qs(parts.query, keep_blank_values=True)
        if parts.path in {"", "/", "/index.php"}:
            if query.get("p", [""])[-1].isdigit():
                return not {"feed", "s", "attachment_id", "rest_route"} & query.keys()
            return None if "post_type" in query and not _NO_POST & query.keys() else False
        if _REPEATS.search(parts.path) or _CATEGORY.search(parts.path) or _DAYS.search(parts.path):
            return False
        if _NO_POST & query.keys() or re.search(r"/page/\d+/?$", parts.path):
            return False
        return True if _DATED.search(parts.path) or _NUMBERED.search(parts.path) else None

    def could_be_section(self, url: str) -> bool:
        parts = urlsplit(url)
        if _REPEATS.search(parts.path) or _DAYS.search(parts.path) or _REPEATED & parse_qs(parts.query).keys():
            return False
        return super().could_be_section(url)

    def is_list_query(self, query: str) -> bool:
        return bool({"cat", "category_name", "post_type", "paged"} & parse_qs(query).keys())

    def page_number(self, url: str) -> tuple[str, int]:
        parts = urlsplit(url)
        pairs = [pair for pair in parts.query.split("&") if pair]
        for pair in pairs:
            name, _, value = pair.partition("=")
            if _PAGED.match(name) and value.isdigit():
                rest = "&".join(sorted(other for other in pairs if other != pair))
                return super().page_number(parts._replace(query=rest).geturl())[0], int(value)
        return super().page_number(url)

    def article_key(self, url: str) -> str:
        """The slug, which no two posts share: it stands below every category, date, or nothing; or the number of a plain address."""
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        if "p" in query:
            return f"?p={query['p'][-1]}"
        path = urls.identity(parts._replace(query="").geturl()).partition("/")[2]
        names = [
            name
            for name in re.sub(r"/(?:print|amp|feed|embed|comment-page-\d+)(?:/|$)", "/", f"{path}/").split("/")
            if name
        ]
        if len(names) > 1 and names[-1].isdigit() and int(names[-1]) < 20 and names[-2].count("-") > 5:
            names.pop()  # a later part of a long post
        if not names:
            return urls.identity(url).partition("/")[2]
        last = unquote(names[-1]).lower()
        return re.sub(r"\.(?:html?|php)$", "", last) if not last.isdigit() else "/".join(names[-2:])

    # -- pages ------------------------------------------------------------------------------------------

    def page_kind(self, page: Page) -> str | None:
        classes = page.body_classes
        if classes & {"error404", "search", "search-results", "search-no-results", "attachment"}:
            return "other"
        archived = [name[18:] for name in classes if name.startswith("post-type-archive-")]
        if archived and not any(_NEWS_TYPE.match(name) for name in archived):
            return "other"
        if classes & {"home", "blog", "archive", "category", "post-type-archive"} or "front-page" in classes:
            return "list" if self._is_list(page) else "other"
        if (told := _type_of(page)) is None:
            return None
        if told in {"page", "pages"}:
            return "list" if self._holds_a_list(page) else "other"
        if told in {"posts", "post"} or _NEWS_TYPE.match(told):
            # Home-made themes call every page a single one; only archives count their pages so, a long post's are `/slug/2/`.
            region = self.region_of(page)
            of_teasers = region is not None and region.is_of_teasers
            is_list = _PAGE_OF_ARCHIVE.search(page.address) or of_teasers or self.reads_as_list(page)
            return "list" if is_list else "article"
        return "list" if told in {"categories", "tags", "users"} and self._is_list(page) else "other"

    def _holds_a_list(self, page: Page) -> bool:
        """Whether a page shows articles of its own, not only beside its text."""
        listed = {url for hint in self.entries for anchor in page.select(hint) if not page.asides.lies_in(anchor)
                  and (url := page.absolute(anchor.attr("href") or "")) and urls.same_site(url, page.url) and self.could_be_article(url)}  # fmt: skip
        return len(listed) > 2

    def sections(self, page: Page) -> list[str]:
        """Without what the widgets of new posts and comments lead to: some themes call them navigation."""
        beside = {page.absolute(anchor.attr("href") or "") for anchor in page.select(_NEWEST)}
        return [url for url in super().sections(page) if url not in beside]

    def _pages(self, page: Page) -> Iterator[str | Post]:
        found = list(super()._pages(page))
        yield from found
        # tagDiv's lists have a button where others have a pager; the addresses of their pages work all the same.
        if not found and page.select(
            ".td-load-more-wrap, .td_ajax_load_more, .tdb-load-more, .elementor-button-load-more"
        ):
            number = self.page_number(page.address)[1]
            parts = urlsplit(page.address)
            if not parts.query:
                base = re.sub(r"/page/\d+/?$", "", parts.path).rstrip("/")
                yield parts._replace(path=f"{base}/page/{number + 1}/").geturl()

    # -- fields -----------------------------------------------------------------------------------------

    def find_date(self, page: Page, heading: Element | None, bodies: list[Element]) -> dating.Dated | None:
        return _wordpress_dates.published(page, heading, bodies)

    def find_section(self, page: Page, title: str) -> tuple[str, str] | None:
        labels = self._labels(page)
        if len(labels) == 1:
            return labels[0], "category of the post"
        heading = self.title_of(page)
        bodies = self.bodies_of(page)
        general = section.find(page, title, (), heading.element if heading is not None else None, bodies)
        if labels:
            agreed = general is not None and next(
                (label for label in labels if label.casefold() == general[0].casefold()), None
            )
            return agreed or labels[0], "category of the post"
        for element in page.select("li.current-post-parent > a, li.current-post-ancestor > a"):
            if text := text_of(element):
                return text, "menu item of the post's category"
        return general if general is None or not _UNFILED.match(general[0]) else None

    def _labels(self, page: Page) -> list[str]:
        """The categories printed at the article itself, not those of other articles on the page."""
        bodies = self.find_bodies(page)
        headings = [element for hint in self.titles for element in page.select(hint)[:1]]
        scope = date_labels.common([*headings[:1], *bodies]) if bodies else page.root
        if scope.tag in {"body", "html"}:
            scope = page.root
        for hint in _CATEGORY_LABELS:
            found = []
            for element in page.select(hint):
                above = list(ancestors(element))
                if (
                    scope in above
                    and not _in_text(element, bodies)
                    and not page.asides.lies_in(element, scope)
                    and not _of_another(element, scope, bodies)
                ):
                    text = text_of(element)
                    if text and not _UNFILED.match(text) and text not in found:
                        found.append(text)
            if found:
                return found
        return []

    def _outside(self, page: Page, hints: tuple[str, ...], bodies: list[Element]) -> list[Element]:
        """Only what stands before the text and leads to no other article."""
        found = super()._outside(page, hints, bodies)
        if not bodies or not found:
            return found
        own = self.identity(page.address)
        order = {element: number for number, element in enumerate(page.root.iter_elements(include_self=True))}
        for element in found:
            anchors = [
                *element.iter_elements("a", include_self=True),
                *(outer for outer in ancestors(element) if outer.tag == "a"),
            ]
            linked = {url for anchor in anchors if (url := page.absolute(anchor.attr("href") or ""))}
            elsewhere = any(
                urls.same_site(url, page.url) and self.could_be_article(url) and self.identity(url) != own
                for url in linked
            )
            if order[element] < order[bodies[0]] and not elsewhere:
                captioned = page.select("figcaption, .wp-caption-text", element)
                picture = element.find("img")
                return [element if captioned or picture is None else picture]
        return []

    def _lead_element(self, page: Page, bodies: list[Element]) -> Element | None:
        found = super()._lead_element(page, bodies)
        if found is None or not bodies or any(found in ancestors(body) for body in bodies):
            return None
        for element in page.root.iter_elements(include_self=True):
            if element is found:
                return found
            if element is bodies[0]:
                return None
        return None


def _type_of(page: Page) -> str | None:
    """The type of the one thing a page shows, as WordPress names it: `posts`, `pages`, `van_ban`, …"""
    for link in page.select("link[rel='alternate'][type='application/json']"):
        if found := _REST.search(unquote(link.attr("href") or "")):
            return found[1]
    classes = page.body_classes
    if "single-post" in classes:
        return "posts"
    if any(name.startswith("page-id-") for name in classes):
        return "pages"
    if "single" in classes:
        return next(
            (
                name[7:]
                for name in sorted(classes)
                if name.startswith("single-") and not re.match(r"single-(?:format|post)", name)
            ),
            "posts",
        )
    if any(re.match(r"postid-\d", name) for name in classes):
        return "posts"
    return None


def _in_text(element: Element, bodies: list[Element]) -> bool:
    """Whether an element is a part of the text, not of the labels that some themes print inside its element."""
    for node in ancestors(element):
        if node in bodies:
            return True
        if _LABELS.search(node.attr("class") or ""):
            return False
    return False


def _of_another(element: Element, scope: Element, bodies: list[Element]) -> bool:
    """Whether an element belongs to another article below the same scope: a card of a list."""
    for node in ancestors(element):
        if node is scope:
            return False
        if (node.tag == "article" or "hentry" in (node.attr("class") or "").split()) and not any(
            node in ancestors(body) for body in bodies
        ):
            return True
    return False


PLATFORM = WordPress()
