"""All pages of the demo portal by their addresses, in the manner of Joomla 2.5.

The pages and what a crawl of them must find (`truth.py`) both come from the articles' blocks, by separate ways.
Links are relative to the origin: no page depends on the port.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from html import escape
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tintinh.demo import templates
from tintinh.demo.articles import SECTIONS, DemoArticle, load, read
from tintinh.demo.downloads import downloads
from tintinh.demo.markup import as_typed
from tintinh.demo.page import Page

PER_PAGE = 10  # articles shown on a page of a section; LINKS more are only named under them
LINKS = 4
FEATURED_PER_PAGE = 8  # articles shown on the home page and its further pages


class DemoSite:
    """All pages of the portal, a pure function of its articles.

    >>> site = DemoSite()
    >>> site.page("/").status, site.page("/khong-co.html").status
    (<HTTPStatus.OK: 200>, <HTTPStatus.NOT_FOUND: 404>)
    """

    def __init__(self, articles: Sequence[DemoArticle] | None = None) -> None:
        self.articles = tuple(load() if articles is None else articles)
        self._by_path = {article.path: article for article in self.articles}
        self._by_link = {templates.link_key(article.path): article for article in self.articles}

    # Addresses

    def page(self, target: str) -> Page:
        """The answer to a request for this path with its query."""
        split = urlsplit(target)
        path, query = unquote(split.path), {k: v[0] for k, v in parse_qs(split.query).items()}
        if path in ("/", "/index.php"):
            if query.get("format") == "feed":
                return _feed("/", templates.SITE_NAME, self.articles)
            return self._home(_start(query))
        if article := self._by_path.get(path):
            return self._article(article, bare=query.get("tmpl") == "component")
        name, _, extension = path.removeprefix("/").rpartition(".")
        if name in SECTIONS and extension == "html":
            return self._section(name, _start(query))
        if name in SECTIONS and extension == "feed":
            return _feed(f"/{name}.html", SECTIONS[name], self._of(name))
        if path in self._pages:
            return self._static(**self._pages[path])
        if path == "/component/mailto/" and (article := self._by_link.get(query.get("link", ""))):
            form = templates.mailto_form(article, query["link"])
            return _html(templates.component("Gửi địa chỉ này đến bạn bè", form))
        return self._files.get(split.path) or _not_found()

    def paths(self) -> list[str]:
        """Every address that the portal itself links to, with its query."""
        found = ["/", "/?format=feed&type=rss", *self._pages, *self._files]
        found += [f"/?start={n}" for n in range(FEATURED_PER_PAGE, len(self._featured), FEATURED_PER_PAGE)]
        for name in SECTIONS:
            found += [f"/{name}.html", f"/{name}.feed?type=rss"]
            found += [f"/{name}.html?start={n}" for n in range(PER_PAGE, len(self._of(name)), PER_PAGE)]
        for article in self.articles:
            found += [article.path, templates.print_path(article), templates.mailto_path(article)]
        return [path for path in found if path != "/robots.txt"]

    def _of(self, section: str) -> list[DemoArticle]:
        return [article for article in self.articles if article.section == section]

    @cached_property
    def _featured(self) -> list[DemoArticle]:
        newest = [article for name in SECTIONS for article in self._of(name)[:3]]
        return sorted(newest, key=lambda article: article.published, reverse=True)

    @cached_property
    def _pages(self) -> dict[str, Any]:
        """The pages that are no news: articles too for the CMS, but standing in the menu by themselves."""
        return dict(read("pages"))

    @cached_property
    def _files(self) -> dict[str, Page]:
        return downloads(self.articles)

    # Views

    def _home(self, start: int) -> Page:
        shown, more = _divided(self._featured, start, FEATURED_PER_PAGE)
        if not shown:
            return _not_found()
        main = (
            '<div class="blog-featured">\n'
            + templates.blog_items(shown, leading=2)
            + templates.items_more(more)
            + templates.pager("/", start, len(self._featured), FEATURED_PER_PAGE)
            + "</div>\n"
        )
        return self._whole("Trang chủ", main, active="/", feed="/?format=feed&type=rss")

    def _section(self, name: str, start: int) -> Page:
        articles = self._of(name)
        shown, more = _divided(articles, start, PER_PAGE)
        if not shown:
            return _not_found()
        path, label = f"/{name}.html", SECTIONS[name]
        main = (
            f'<div class="blog">\n<h1>{label}</h1>\n'
            + templates.blog_items(shown, leading=1)
            + templates.items_more(more)
            + templates.pager(path, start, len(articles), PER_PAGE)
            + "</div>\n"
        )
        return self._whole(label, main, active=path, feed=f"/{name}.feed?type=rss", crumbs=f"<span>{label}</span>")

    def _article(self, article: DemoArticle, *, bare: bool) -> Page:
        if bare:
            return _html(templates.component(article.title, templates.item_page(article)))
        siblings = self._of(article.section)
        at = siblings.index(article)
        item = templates.item_page(
            article,
            templates.pagenav(siblings[at - 1] if at else None, next(iter(siblings[at + 1 :]), None)),
            templates.others(siblings[at + 1 : at + 6]) + templates.comments(article),
        )
        title, path = as_typed(article, article.title), f"/{article.section}.html"
        crumbs = (
            f'<a href="{path}" class="pathway">{SECTIONS[article.section]}</a> {templates.ARROW} '
            f"<span>{escape(title, quote=False)}</span>"
        )
        return self._whole(title, item, active=path, crumbs=crumbs)

    def _static(self, title: str, content: Sequence[str]) -> Page:
        return self._whole(title, templates.static(title, content), crumbs=f"<span>{title}</span>")

    def _whole(self, title: str, main: str, *, active: str = "", feed: str = "", crumbs: str = "") -> Page:
        by_hits = sorted(self.articles, key=lambda article: -article.hits)
        return _html(
            templates.whole(
                title, main, active=active, feed=feed, crumbs=crumbs,
                newest=templates.titles("latestnews", self.articles[:5]),
                most_read=templates.titles("mostread", by_hits[:5]),
            )
        )  # fmt: skip


def _divided(
    articles: Sequence[DemoArticle], start: int, size: int
) -> tuple[Sequence[DemoArticle], Sequence[DemoArticle]]:
    """What a page of a list shows, and what it only names under it."""
    return articles[start : start + size], articles[start + size : start + size + LINKS]


def _start(query: Mapping[str, str]) -> int:
    value = query.get("start", query.get("limitstart", "0"))
    return int(value) if value.isascii() and value.isdigit() else 0


def _html(text: str, status: HTTPStatus = HTTPStatus.OK) -> Page:
    return Page(text.encode(), status=status)


def _feed(link: str, title: str, articles: Sequence[DemoArticle]) -> Page:
    return Page(templates.feed(link, title, articles[:PER_PAGE]).encode(), "application/rss+xml; charset=utf-8")


def _not_found() -> Page:
    return _html(templates.component("404 - Không tìm thấy", templates.NOT_FOUND), HTTPStatus.NOT_FOUND)
