"""The demo portal: a provincial police portal in the manner of Joomla 2.5, for `tintinh demo` and tests.

    python -m tintinh.demo.site --port 8055

Everything on it is made up: the articles lie beside this file, one JSON file a section, written as blocks
(paragraph, lead, image, table, list, file). The pages and what a crawl of them must find (`expected`) both
come from these blocks, by separate ways. Links are relative to the origin: no page depends on the port.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import struct
import sys
import threading
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from functools import cached_property
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any, Literal
from urllib.parse import parse_qs, quote, unquote, urlsplit

VIETNAM = timezone(timedelta(hours=7))
SITE_NAME = "Công an tỉnh Bình Thuận"
PER_PAGE = 10  # articles shown on a page of a section; LINKS more are only named under them
LINKS = 4
FEATURED_PER_PAGE = 8

SECTIONS: Mapping[str, str] = {
    "tin-an-ninh-trat-tu": "Tin an ninh trật tự",
    "guong-nguoi-tot-viec-tot": "Gương người tốt việc tốt",
    "cai-cach-hanh-chinh": "Cải cách hành chính",
    "phong-chong-ma-tuy": "Phòng chống ma túy",
    "an-toan-giao-thong": "An toàn giao thông",
    "thong-bao-truy-na": "Thông báo - Truy nã",
}

Style = Literal["p", "br", "div", "word", "nbsp"]
Sign = Literal["right", "div", "word", "split", "br", "nbsp", "plain"]


# What the portal says: articles and their truth


@dataclass(frozen=True, slots=True)
class Byline:
    """A byline as printed, how it divides, and the markup it is printed in."""

    raw: str
    authors: tuple[str, ...] = ()
    unit: str | None = None
    credit: str | None = None
    markup: Sign = "right"


@dataclass(frozen=True, slots=True)
class Comment:
    """A reader's comment under an article."""

    author: str
    title: str
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """An article of the portal as its editors would know it; `content` is a list of blocks."""

    id: int
    section: str
    title: str
    published: datetime
    content: tuple[Any, ...]
    byline: Byline | None = None
    style: Style = "p"
    nfd: bool = False
    comments: tuple[Comment, ...] = ()

    @property
    def path(self) -> str:
        return f"/{self.section}/{self.id}-{slug(self.title)}.html"

    @property
    def hits(self) -> int:
        return 40 + self.id * 7919 % 4111

    @property
    def folder(self) -> str:
        return f"{self.published:%Y/%m}"


@dataclass(frozen=True, slots=True)
class ExpectedImage:
    """A picture that a crawl must find; `path` is relative to the origin."""

    path: str
    caption: str | None


@dataclass(frozen=True, slots=True)
class ExpectedAttachment:
    """A file that a crawl must find; `path` is relative to the origin."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What a right crawl stores for one article: NFC, white space collapsed, times of Vietnam."""

    id: int
    path: str
    title: str
    section: str
    published: datetime
    byline: str | None
    authors: tuple[str, ...]
    unit: str | None
    credit: str | None
    lead: str | None
    paragraphs: tuple[str, ...]
    images: tuple[ExpectedImage, ...]
    attachments: tuple[ExpectedAttachment, ...]

    @property
    def body(self) -> str:
        return "\n\n".join(self.paragraphs)


def slug(title: str, limit: int = 80) -> str:
    """The alias Joomla would make of a title.

    >>> slug("Đức Linh: “Tiếng kẻng an ninh” vang xa")
    'duc-linh-tieng-keng-an-ninh-vang-xa'
    """
    plain = unicodedata.normalize("NFD", title.lower().replace("đ", "d"))
    ascii_only = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:limit].strip("-")


def load() -> tuple[DemoArticle, ...]:
    """All articles of the portal, newest first."""
    articles = [_article(section, entry) for section in SECTIONS for entry in _read(section)]
    return tuple(sorted(articles, key=lambda article: (article.published, article.id), reverse=True))


def _read(name: str) -> Any:
    return json.loads((files("tintinh.demo") / f"{name}.json").read_text(encoding="utf-8"))


def _article(section: str, entry: Mapping[str, Any]) -> DemoArticle:
    byline = entry.get("byline")
    return DemoArticle(
        id=entry["id"],
        section=section,
        title=entry["title"],
        published=datetime.fromisoformat(entry["published"]).replace(tzinfo=VIETNAM),
        content=tuple(entry["content"]),
        byline=Byline(**{**byline, "authors": tuple(byline.get("authors", ()))}) if byline else None,
        style=entry.get("style", "p"),
        nfd=entry.get("nfd", False),
        comments=tuple(Comment(**comment) for comment in entry.get("comments", ())),
    )


def expected() -> list[Expected]:
    """The truth about every article of the portal, newest first."""
    return [truth(article) for article in load()]


def truth(article: DemoArticle) -> Expected:
    """What a right crawl stores for this article."""
    paragraphs: list[str] = []
    images: list[ExpectedImage] = []
    attachments: list[ExpectedAttachment] = []
    lead = None
    for block in article.content:
        match block:
            case str():
                paragraphs.append(block)
            case {"lead": str(text)}:
                lead = text
                paragraphs.append(text)
            case {"bold": str(text)}:
                paragraphs.append(text)
            case {"table": list(rows)}:
                paragraphs.extend("\t".join(row) for row in rows)
            case {"list": list(items)}:
                paragraphs.extend(items)
            case {"image": str(name)}:
                images.append(ExpectedImage(_image_path(article, name), block.get("caption")))
            case {"file": str(name), "name": str(label)}:
                attachments.append(ExpectedAttachment(_file_path(name), label))
            case _:
                raise ValueError(f"unknown block in article {article.id}: {block!r}")
    byline = article.byline
    return Expected(
        id=article.id,
        path=article.path,
        title=article.title,
        section=SECTIONS[article.section],
        published=article.published,
        byline=byline.raw if byline else None,
        authors=byline.authors if byline else (),
        unit=byline.unit if byline else None,
        credit=byline.credit if byline else None,
        lead=lead,
        paragraphs=tuple(paragraphs),
        images=tuple(images),
        attachments=tuple(attachments),
    )


def _image_path(article: DemoArticle, name: str) -> str:
    return f"/images/stories/{article.folder}/{quote(name)}"


def _file_path(name: str) -> str:
    return f"/images/files/{quote(name)}"


# How it is written down: the markup inside an article

_WORD_HEAD = (
    "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View><w:Zoom>0</w:Zoom></w:WordDocument></xml>"
    "<![endif]-->"
    '<!-- /* Style Definitions */ table.MsoNormalTable {mso-style-name:"Table Normal";} -->\n'
)
_WORD_SPAN = "<span style=\"font-size: 14pt; font-family: 'Times New Roman','serif';\" lang=\"VI\">"


def _paragraph(style: Style, text: str, *, bold: bool = False) -> str:
    inner = escape(text, quote=False)
    if bold:
        inner = f"<strong>{inner}</strong>"
    match style:
        case "p":
            return f'<p style="text-align: justify;">{inner}</p>\n'
        case "br":
            return f"&nbsp;&nbsp;&nbsp; {inner}<br /><br />\n"
        case "div":
            return f'<div style="text-align: justify;">{inner}</div>\n<div>&nbsp;</div>\n'
        case "word":
            return (
                '<p class="MsoNormal" style="text-align: justify; text-indent: 36.0pt; line-height: 150%;">'
                f"{_WORD_SPAN}{inner}</span><o:p></o:p></p>\n"
            )
        case "nbsp":
            padded = re.sub(r"(\S+ \S+) ", r"\1&nbsp;", inner) if not bold else inner
            return f"<p>&nbsp;&nbsp; &nbsp;{padded}&nbsp;</p>\n<p>&nbsp;</p>\n"


def _sign(byline: Byline) -> str:
    inner = escape(byline.raw, quote=False)
    match byline.markup:
        case "right":
            return f'<p style="text-align: right;"><strong>{inner}</strong></p>\n'
        case "div":
            return f'<div align="right"><strong><em>{inner}</em></strong></div>\n'
        case "word":
            return (
                '<p class="MsoNormal" style="text-align: right;" align="right"><b>'
                f"{_WORD_SPAN}{inner}</span></b><o:p></o:p></p>\n"
            )
        case "split":
            half = inner.find(" ", len(inner) // 3) if " " in inner else len(inner)
            return (
                f'<p style="text-align: right;"><strong>{inner[:half]}</strong>'
                f"<em><strong>{inner[half:]}</strong></em></p>\n"
            )
        case "nbsp":
            padded = inner.replace(" ", "&nbsp;", 1)
            return f"<p>{'&nbsp; ' * 20}<strong>&nbsp;{padded}&nbsp;</strong></p>\n"
        case "plain":
            return f"<p>{inner}</p>\n"
        case "br":
            raise ValueError("a byline inside the last paragraph is written with it")


def _image(article: DemoArticle, block: Mapping[str, Any], number: int) -> str:
    path = _image_path(article, block["image"])
    tag = f'<img src="{path}" border="0" alt="" width="500" height="333" />'
    caption = block.get("caption")
    if caption is None:
        return f'<p style="text-align: center;">{tag}</p>\n'
    text = escape(caption, quote=False)
    match number % 3:
        case 0:
            return f'<p style="text-align: center;">{tag}<br /><em>{text}</em></p>\n'
        case 1:
            return (
                '<table style="width: 500px;" border="0" align="center"><tbody>'
                f"<tr><td>{tag}</td></tr>"
                f'<tr><td style="text-align: center;"><em>{text}</em></td></tr></tbody></table>\n'
            )
        case _:
            return (
                f'<p style="text-align: center;">{tag}</p>\n'
                f'<p style="text-align: center;"><span style="font-size: 10pt; color: #0000ff;">'
                f"<em>{text}</em></span></p>\n"
            )


def content_html(article: DemoArticle) -> str:
    """The article's own text with its byline, as an editor of the portal would have pasted it."""
    parts: list[str] = [_WORD_HEAD] if article.style == "word" else []
    pictures = 0
    for block in article.content:
        match block:
            case str():
                parts.append(_paragraph(article.style, block))
            case {"lead": str(text)} | {"bold": str(text)}:
                parts.append(_paragraph(article.style, text, bold=True))
            case {"table": list(rows)}:
                lines = (
                    "<tr>" + "".join(f"<td><p>{escape(cell, quote=False)}</p></td>" for cell in row) + "</tr>"
                    for row in rows
                )
                parts.append(
                    f'<table style="width: 100%;" border="1" cellspacing="0" cellpadding="4"><tbody>\n'
                    f"{_lines(lines)}\n</tbody></table>\n"
                )
            case {"list": list(items)}:
                tag = "ol" if block.get("ordered") else "ul"
                inner = _lines(f"<li>{escape(item, quote=False)}</li>" for item in items)
                parts.append(f"<{tag}>\n{inner}\n</{tag}>\n")
            case {"image": str()}:
                parts.append(_image(article, block, article.id + pictures))
                pictures += 1
            case {"file": str(name), "name": str(label)}:
                parts.append(f'<p><a href="{_file_path(name)}" target="_blank">{escape(label, quote=False)}</a></p>\n')
            case _:
                raise ValueError(f"unknown block in article {article.id}: {block!r}")
    if article.byline and article.byline.markup == "br":
        inner = escape(article.byline.raw, quote=False)
        parts[-1] = re.sub(r"</p>\n$", f"<br /><strong>{inner}</strong></p>\n", parts[-1])
        assert inner in parts[-1], f"article {article.id} does not end with a paragraph"
    elif article.byline:
        parts.append(_sign(article.byline))
    return _as_typed(article, "".join(parts))


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(parts)


def _as_typed(article: DemoArticle, text: str) -> str:
    return unicodedata.normalize("NFD", text) if article.nfd else text


def printed_date(moment: datetime) -> str:
    """A time as the portal prints it.

    >>> printed_date(datetime(2017, 8, 11, 15, 21, tzinfo=VIETNAM))
    'Thứ 6, 11 Tháng 8 2017 15:21'
    """
    weekday = "Chủ nhật" if moment.weekday() == 6 else f"Thứ {moment.weekday() + 2}"
    return f"{weekday}, {moment:%d} Tháng {moment.month} {moment:%Y %H:%M}"


# How it is served: pages


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the portal."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: HTTPStatus = HTTPStatus.OK
    location: str = ""

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


class DemoSite:
    """All pages of the portal, a pure function of its articles.

    >>> site = DemoSite()
    >>> site.page("/").status, site.page("/khong-co.html").status
    (<HTTPStatus.OK: 200>, <HTTPStatus.NOT_FOUND: 404>)
    """

    def __init__(self, articles: Sequence[DemoArticle] | None = None) -> None:
        self.articles = tuple(load() if articles is None else articles)
        self._by_path = {article.path: article for article in self.articles}
        self._by_link = {_link_key(article.path): article for article in self.articles}

    # Addresses

    def page(self, target: str) -> Page:
        """The answer to a request for this path with its query."""
        split = urlsplit(target)
        path, query = unquote(split.path), {k: v[0] for k, v in parse_qs(split.query).items()}
        bare = query.get("tmpl") == "component"
        if path in ("/", "/index.php"):
            if query.get("format") == "feed":
                return self._feed("/", SITE_NAME, self.articles[:PER_PAGE])
            return self._home(_start(query))
        if article := self._by_path.get(path):
            return _html(self._article_page(article, bare=bare))
        name, _, extension = path.removeprefix("/").rpartition(".")
        if name in SECTIONS and extension == "html":
            return self._section(name, _start(query))
        if name in SECTIONS and extension == "feed":
            return self._feed(f"/{name}.html", SECTIONS[name], self._of(name)[:PER_PAGE])
        if path in self._pages:
            return _html(self._static(**self._pages[path]))
        if path == "/component/mailto/" and (article := self._by_link.get(query.get("link", ""))):
            return _html(_component("Gửi địa chỉ này đến bạn bè", _mailto_form(article, query["link"])))
        if file := self._files.get(split.path):
            return file
        return _html(_component("404 - Không tìm thấy", _NOT_FOUND), HTTPStatus.NOT_FOUND)

    def paths(self) -> list[str]:
        """Every address that the portal itself links to, with its query."""
        found = ["/", "/?format=feed&type=rss", *self._pages, *self._files]
        found += [f"/?start={n}" for n in range(FEATURED_PER_PAGE, len(self._featured), FEATURED_PER_PAGE)]
        for name in SECTIONS:
            found += [f"/{name}.html", f"/{name}.feed?type=rss"]
            found += [f"/{name}.html?start={n}" for n in range(PER_PAGE, len(self._of(name)), PER_PAGE)]
        for article in self.articles:
            found += [article.path, _print_path(article), _mailto_path(article)]
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
        return dict(_read("pages"))

    @cached_property
    def _files(self) -> dict[str, Page]:
        found = {"/robots.txt": Page(_ROBOTS.encode(), "text/plain; charset=utf-8")}
        for name in ("printButton", "emailButton", "arrow"):
            found[f"/media/system/images/{name}.png"] = Page(_png(16, 16, 0x99), "image/png")
        found["/templates/beez_20/css/template.css"] = Page(_CSS.encode(), "text/css; charset=utf-8")
        for article in self.articles:
            known = truth(article)
            for number, image in enumerate(known.images):
                found[image.path] = Page(_png(500, 333, 96 + (article.id * 5 + number) % 128), "image/png")
            for attachment in known.attachments:
                found[attachment.path] = Page(_pdf(attachment.name), "application/pdf")
        return found

    # Views

    def _home(self, start: int) -> Page:
        shown = self._featured[start : start + FEATURED_PER_PAGE]
        more = self._featured[start + FEATURED_PER_PAGE : start + FEATURED_PER_PAGE + LINKS]
        if not shown:
            return _html(_component("404 - Không tìm thấy", _NOT_FOUND), HTTPStatus.NOT_FOUND)
        main = (
            '<div class="blog-featured">\n'
            + _blog_items(shown, leading=2)
            + _items_more(more)
            + _pager("/", start, len(self._featured), FEATURED_PER_PAGE)
            + "</div>\n"
        )
        return _html(self._whole("Trang chủ", main, active="/", feed="/?format=feed&type=rss"))

    def _section(self, name: str, start: int) -> Page:
        articles = self._of(name)
        shown, more = (
            articles[start : start + PER_PAGE],
            articles[start + PER_PAGE : start + PER_PAGE + LINKS],
        )
        if not shown:
            return _html(_component("404 - Không tìm thấy", _NOT_FOUND), HTTPStatus.NOT_FOUND)
        path, label = f"/{name}.html", SECTIONS[name]
        main = (
            f'<div class="blog">\n<h1>{label}</h1>\n'
            + _blog_items(shown, leading=1)
            + _items_more(more)
            + _pager(path, start, len(articles), PER_PAGE)
            + "</div>\n"
        )
        crumbs = f"<span>{label}</span>"
        return _html(self._whole(label, main, active=path, feed=f"/{name}.feed?type=rss", crumbs=crumbs))

    def _article_page(self, article: DemoArticle, *, bare: bool) -> str:
        title = _as_typed(article, escape(article.title, quote=False))
        label, path = SECTIONS[article.section], f"/{article.section}.html"
        icons = (
            '<ul class="actions"><li class="print-icon"><span id="pop-print">'
            '<a href="#" onclick="window.print();return false;">In</a></span></li></ul>\n'
            if bare
            else _icons(article)
        )
        item = (
            '<div class="item-page">\n'
            f'<h2>\n<a href="{article.path}">\n{title}</a>\n</h2>\n{icons}{_info(article)}\n'
            f"{content_html(article)}"
            + ("" if bare else self._pagenav(article))
            + "\n</div>\n"
            + ("" if bare else self._others(article) + _comments(article))
        )
        if bare:
            return _component(article.title, item)
        crumbs = f'<a href="{path}" class="pathway">{label}</a> {_ARROW} <span>{title}</span>'
        return self._whole(_as_typed(article, article.title), item, active=path, crumbs=crumbs)

    def _pagenav(self, article: DemoArticle) -> str:
        siblings = self._of(article.section)
        at = siblings.index(article)
        links = []
        if at > 0:
            newer = siblings[at - 1].path
            links.append(f'<li class="pagenav-prev"><a href="{newer}" rel="next">&lt; Lùi</a></li>')
        if at + 1 < len(siblings):
            older = siblings[at + 1].path
            links.append(f'<li class="pagenav-next"><a href="{older}" rel="prev">Tiếp theo &gt;</a></li>')
        return f'<ul class="pagenav">\n{_lines(links)}\n</ul>'

    def _others(self, article: DemoArticle) -> str:
        """Older articles of the section, each with its date, as such portals print them under an article."""
        siblings = self._of(article.section)
        at = siblings.index(article)
        items = _lines(
            f'<li><a href="{other.path}">{escape(other.title, quote=False)}</a>'
            f' <span class="small">({other.published:%d/%m/%Y})</span></li>'
            for other in siblings[at + 1 : at + 6]
        )
        return (
            f'<div class="moduletable-others">\n<h3>Các tin đã đăng</h3>\n<ul>\n{items}\n</ul>\n</div>\n'
            if items
            else ""
        )

    def _static(self, title: str, content: Sequence[str]) -> str:
        text = "".join(f"<p>{escape(paragraph, quote=False)}</p>\n" for paragraph in content)
        main = f'<div class="item-page">\n<h2>{escape(title, quote=False)}</h2>\n{text}</div>\n'
        return self._whole(title, main, crumbs=f"<span>{title}</span>")

    def _feed(self, link: str, title: str, articles: Sequence[DemoArticle]) -> Page:
        items = "".join(
            "<item>\n"
            f"<title>{escape(article.title)}</title>\n<link>{article.path}</link>\n"
            f'<guid isPermaLink="false">{article.path}</guid>\n'
            f"<description><![CDATA[{_intro(article)}]]></description>\n"
            f"<author>webmaster@example.vn (Administrator)</author>\n"
            f"<category>{SECTIONS[article.section]}</category>\n"
            f"<pubDate>{format_datetime(article.published)}</pubDate>\n</item>\n"
            for article in articles
        )
        text = (
            '<?xml version="1.0" encoding="utf-8"?>\n'
            '<!-- generator="Joomla! - Open Source Content Management" -->\n'
            '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n'
            f"<title>{escape(title)}</title>\n<description>{SITE_NAME}</description>\n<link>{link}</link>\n"
            "<generator>Joomla! - Open Source Content Management</generator>\n"
            f"<language>vi-vn</language>\n{items}</channel>\n</rss>\n"
        )
        return Page(text.encode(), "application/rss+xml; charset=utf-8")

    # The page around a view

    def _whole(self, title: str, main: str, *, active: str = "", feed: str = "", crumbs: str = "") -> str:
        alternate = (
            f'<link href="{escape(feed)}" rel="alternate" type="application/rss+xml" title="RSS 2.0" />\n'
            if feed
            else ""
        )
        newest = _titles("latestnews", self.articles[:5])
        read = _titles("mostread", sorted(self.articles, key=lambda article: -article.hits)[:5])
        crumbs = f" {_ARROW} {crumbs}" if crumbs else ""
        home = '<a href="/" class="pathway">Trang chủ</a>' if crumbs else "<span>Trang chủ</span>"
        return f"""{_head(title, alternate)}
<body>
<div id="all">
<div id="back">
<div id="header">
<div class="logoheader"><h1 id="logo">TRANG THÔNG TIN ĐIỆN TỬ CÔNG AN TỈNH BÌNH THUẬN
<span class="header1">Vì nước quên thân, vì dân phục vụ</span></h1></div>
<ul class="skiplinks"><li><a href="#main" class="u2">Đi đến nội dung</a></li></ul>
<div id="line">
<form action="/index.php" method="post"><div class="search">
<label for="mod-search-searchword">Tìm kiếm...</label>
<input name="searchword" id="mod-search-searchword" maxlength="20" class="inputbox" type="text" size="20" />
<input type="hidden" name="task" value="search" /><input type="hidden" name="option" value="com_search" />
</div></form>
</div>
</div>
<div id="contentarea">
<div id="breadcrumbs"><div class="breadcrumbs">
<span class="showHere">Bạn đang ở: </span>{home}{crumbs}
</div></div>
<div class="left1" id="nav">
<div class="moduletable_menu"><h3>Danh mục</h3>
<ul class="menu">
{_menu(active)}
</ul></div>
<div class="moduletable"><h3>Liên kết</h3>
<div class="custom"><ul>
<li><a href="http://bocongan.example/" target="_blank">Bộ Công an</a></li>
<li><a href="http://binhthuan.example/" target="_blank">Cổng thông tin điện tử tỉnh</a></li>
</ul></div></div>
<div class="moduletable"><h3>Đăng nhập</h3>
{_LOGIN}
</div>
</div>
<div id="wrapper"><div id="main">
<div id="system-message-container"></div>
{main}</div></div>
<div id="right">
<div class="moduletable"><h3>Tin mới nhất</h3>
{newest}
</div>
<div class="moduletable"><h3>Tin đọc nhiều</h3>
{read}
</div>
<div class="moduletable"><h3>Thống kê truy cập</h3><p>Đang trực tuyến: 12 khách</p></div>
</div>
</div>
</div>
</div>
<div id="footer-outer"><div id="footer">
<p>Cơ quan chủ quản: {SITE_NAME}. Địa chỉ: số 1 đường Bến Vân Đồn, TP. Phan Thiết.</p>
<p>Chịu trách nhiệm nội dung: Trưởng ban biên tập. Điện thoại: 0252.0000.000</p>
<p>Ghi rõ nguồn khi phát hành lại thông tin từ trang này.</p>
</div></div>
</body>
</html>
"""


_ARROW = '<img src="/media/system/images/arrow.png" alt="" />'
_ROBOTS = """User-agent: *
Disallow: /administrator/
Disallow: /cache/
Disallow: /includes/
Disallow: /language/
Disallow: /plugins/
Disallow: /tmp/
"""
_CSS = "body { font-family: sans-serif; margin: 1em auto; max-width: 70em; }\n"
_NOT_FOUND = """<div class="error">
<h2>Trang bạn yêu cầu không tồn tại</h2>
<p>Địa chỉ có thể đã thay đổi hoặc bài viết không còn nữa.</p>
<p><a href="/" title="Về trang chủ">Trang chủ</a></p>
</div>
"""
_LOGIN = """<form action="/index.php" method="post" id="login-form">
<fieldset class="userdata">
<p id="form-login-username"><label for="modlgn-username">Tên đăng nhập</label>
<input id="modlgn-username" type="text" name="username" class="inputbox" size="18" /></p>
<p id="form-login-password"><label for="modlgn-passwd">Mật khẩu</label>
<input id="modlgn-passwd" type="password" name="password" class="inputbox" size="18" /></p>
<input type="submit" name="Submit" class="button" value="Đăng nhập" />
<input type="hidden" name="option" value="com_users" /><input type="hidden" name="task" value="user.login" />
<ul><li><a href="/component/users/reset.html">Quên mật khẩu?</a></li>
<li><a href="/component/users/remind.html">Quên tên đăng nhập?</a></li></ul>
</fieldset></form>"""


def _start(query: Mapping[str, str]) -> int:
    value = query.get("start", query.get("limitstart", "0"))
    return int(value) if value.isascii() and value.isdigit() else 0


def _html(text: str, status: HTTPStatus = HTTPStatus.OK) -> Page:
    return Page(text.encode(), status=status)


def _head(title: str, extra: str = "") -> str:
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="vi-vn" lang="vi-vn" dir="ltr">
<head>
<meta http-equiv="content-type" content="text/html; charset=utf-8" />
<meta name="author" content="Administrator" />
<meta name="description" content="Trang thông tin điện tử {SITE_NAME}" />
<meta name="generator" content="Joomla! - Open Source Content Management" />
<title>{escape(title, quote=False)}</title>
{extra}<link rel="stylesheet" href="/templates/beez_20/css/template.css" type="text/css" />
</head>"""


def _component(title: str, main: str) -> str:
    body = f'<body class="contentpane">\n<div id="all"><div id="main">\n{main}</div></div>\n</body>'
    return f"{_head(title)}\n{body}\n</html>\n"


def _menu(active: str) -> str:
    entries = [("/", "Trang chủ"), ("/gioi-thieu.html", "Giới thiệu")]
    entries += [(f"/{name}.html", label) for name, label in SECTIONS.items()]
    entries.append(("/lien-he.html", "Liên hệ"))
    return _lines(
        f'<li class="item-{101 + at}{" current active" if path == active else ""}"><a href="{path}">{label}</a></li>'
        for at, (path, label) in enumerate(entries)
    )


def _titles(kind: str, articles: Iterable[DemoArticle]) -> str:
    items = _lines(
        f'<li><a href="{article.path}">{escape(article.title, quote=False)}</a></li>' for article in articles
    )
    return f'<ul class="{kind}">\n{items}\n</ul>'


def _link_key(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()[:40]


def _print_path(article: DemoArticle) -> str:
    return f"{article.path}?tmpl=component&print=1&page="


def _mailto_path(article: DemoArticle) -> str:
    return f"/component/mailto/?tmpl=component&template=beez_20&link={_link_key(article.path)}"


def _icons(article: DemoArticle) -> str:
    return (
        '<ul class="actions">\n'
        f'<li class="print-icon"><a href="{escape(_print_path(article))}" title="In" '
        "onclick=\"window.open(this.href,'win2','width=640,height=480'); return false;\" rel=\"nofollow\">"
        '<img src="/media/system/images/printButton.png" alt="In" /></a></li>\n'
        f'<li class="email-icon"><a href="{escape(_mailto_path(article))}" title="Email" '
        "onclick=\"window.open(this.href,'win2','width=400,height=350'); return false;\">"
        '<img src="/media/system/images/emailButton.png" alt="Email" /></a></li>\n</ul>\n'
    )


def _info(article: DemoArticle) -> str:
    return (
        '<dl class="article-info">\n<dt class="article-info-term">Chi tiết</dt>\n'
        f'<dd class="category-name">\nChuyên mục: <a href="/{article.section}.html">'
        f"{SECTIONS[article.section]}</a></dd>\n"
        f'<dd class="published">\nĐược đăng: {printed_date(article.published)}</dd>\n'
        '<dd class="createdby">\nViết bởi Administrator</dd>\n'
        f'<dd class="hits">\nLượt xem: {article.hits}</dd>\n</dl>\n'
    )


def _intro(article: DemoArticle) -> str:
    """What stands before "read more": the first paragraph."""
    for block in article.content:
        match block:
            case str():
                return _as_typed(article, f"<p>{escape(block, quote=False)}</p>")
            case {"lead": str(text)}:
                return _as_typed(article, f"<p><strong>{escape(text, quote=False)}</strong></p>")
            case _:
                continue
    return ""


def _blog_items(articles: Sequence[DemoArticle], *, leading: int) -> str:
    items = []
    for at, article in enumerate(articles):
        kind = f'<div class="leading-{at}">' if at < leading else f'<div class="item column-{at % 2 + 1}">'
        title = _as_typed(article, escape(article.title, quote=False))
        items.append(
            f'{kind}\n<h2>\n<a href="{article.path}">\n{title}</a>\n</h2>\n{_icons(article)}{_info(article)}'
            f'{_intro(article)}\n<p class="readmore">\n<a href="{article.path}">\nĐọc thêm...</a>\n</p>\n'
            '<div class="item-separator"></div>\n</div>\n'
        )
    return f'<div class="items-leading">\n{"".join(items)}</div>\n'


def _items_more(articles: Sequence[DemoArticle]) -> str:
    if not articles:
        return ""
    links = _lines(
        f'<li><a href="{article.path}">{escape(article.title, quote=False)}</a></li>' for article in articles
    )
    return f'<div class="items-more">\n<h3>Các bài viết khác...</h3>\n<ol>\n{links}\n</ol>\n</div>\n'


def _pager(path: str, start: int, total: int, size: int) -> str:
    pages = -(-total // size)
    if pages < 2:
        return ""

    def entry(kind: str, label: str, target: int, *, live: bool) -> str:
        css = f' class="{kind}"' if kind else ""
        if not live:
            return f'<li{css}><span class="pagenav">{label}</span></li>'
        href = f"{path}?start={target}" if target else path
        return f'<li{css}><a title="{label}" href="{href}" class="pagenav">{label}</a></li>'

    here, last = start // size, (pages - 1) * size
    entries = [
        entry("pagination-start", "Bắt đầu", 0, live=here > 0),
        entry("pagination-prev", "Lùi", max(start - size, 0), live=here > 0),
        *(entry("", str(n + 1), n * size, live=n != here) for n in range(pages)),
        entry("pagination-next", "Tiếp theo", start + size, live=here + 1 < pages),
        entry("pagination-end", "Cuối", last, live=here + 1 < pages),
    ]
    return (
        f'<div class="pagination">\n<p class="counter">\nTrang {here + 1} / {pages}</p>\n'
        f"<ul>{''.join(entries)}</ul>\n</div>\n"
    )


def _comments(article: DemoArticle) -> str:
    blocks = "".join(
        '<div class="CommentBlock">'
        f'<div class="CommentTitle">{number}. {escape(comment.title, quote=False)}</div>'
        f'<div class="CommentText"><p>{escape(comment.text, quote=False)}</p></div>'
        f'<div class="CommentDateAuthor">{comment.at} - Viết bởi <b>{escape(comment.author, quote=False)}</b>'
        "</div></div>\n"
        for number, comment in enumerate(article.comments, 1)
    )
    count = f" ({len(article.comments)})" if article.comments else ""
    return f"""<div id="yvComment{article.id}" class="yvComment">
<h3>Phản hồi{count}</h3>
{blocks}<h4>Thêm mới</h4>
<form action="{article.path}#yvComment{article.id}" method="post" name="adminForm{article.id}">
<table>
<tr><td>Tên bạn:</td><td><input type="text" name="yvCommentName" size="30" /></td></tr>
<tr><td>Email:</td><td><input type="text" name="yvCommentEmail" size="30" /></td></tr>
<tr><td>Tiêu đề:</td><td><input type="text" name="yvCommentTitle" size="30" /></td></tr>
<tr><td colspan="2"><textarea name="yvCommentText" rows="6" cols="50"></textarea></td></tr>
</table>
<input type="submit" class="button" value="Gửi phản hồi" />
</form>
</div>
"""


def _mailto_form(article: DemoArticle, link: str) -> str:
    return f"""<div id="mailto-window">
<h2>Gửi địa chỉ này đến bạn bè</h2>
<form action="/index.php" id="mailtoForm" method="post">
<div class="formelm"><label for="mailto_field">Gửi đến</label>
<input type="text" id="mailto_field" name="mailto" size="25" value="" /></div>
<div class="formelm"><label for="sender_field">Người gửi</label>
<input type="text" id="sender_field" name="sender" value="" size="25" /></div>
<div class="formelm"><label for="subject_field">Tiêu đề</label>
<input type="text" id="subject_field" name="subject" value="{escape(article.title)}" size="25" /></div>
<p><button class="button">Gửi</button></p>
<input type="hidden" name="option" value="com_mailto" />
<input type="hidden" name="link" value="{escape(link)}" />
</form>
</div>
"""


def _png(width: int, height: int, grey: int) -> bytes:
    """A plain grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes([grey]) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def _pdf(title: str) -> bytes:
    """A document with one empty page; its title is in its metadata."""
    name = ("\ufeff" + title).encode("utf-16-be").hex().upper()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        f"<< /Title <{name}> >>".encode(),
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    count = len(objects) + 1
    return (
        out
        + (
            f"xref\n0 {count}\n0000000000 65535 f \n{table}"
            f"trailer\n<< /Size {count} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
        ).encode()
    )


# The server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Apache"
    sys_version = ""
    site: DemoSite

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        page = self.site.page(self.path)
        known = [tag.strip().removeprefix("W/") for tag in self.headers.get("If-None-Match", "").split(",")]
        if page.status == HTTPStatus.OK and (page.etag in known or "*" in known):
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.send_header("ETag", page.etag)
            self.end_headers()
            return
        body = page.body
        self.send_response(page.status)
        self.send_header("Content-Type", page.content_type)
        self.send_header("ETag", page.etag)
        self.send_header("Vary", "Accept-Encoding")
        if page.location:
            self.send_header("Location", page.location)
        if "gzip" in self.headers.get("Accept-Encoding", "") and not page.content_type.startswith("image/"):
            body = gzip.compress(body, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- named by http.server
        """Say nothing: the portal is a stage, the crawl is the play."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up in the middle is no news; anything else is."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def serve(host: str = "127.0.0.1", port: int = 0, *, site: DemoSite | None = None) -> Iterator[str]:
    """Serve the portal in a thread; gives its address, such as `http://127.0.0.1:8055`."""
    handler = type("Handler", (_Handler,), {"site": site or DemoSite()})
    server = _Server((host, port), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the portal until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tintinh.demo.site", description=main.__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free port (the default)")
    options = parser.parse_args(arguments)
    with serve(options.host, options.port) as address:
        sys.stdout.write(f"{address}/\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
