"""The parts of the demo portal's pages, in the manner of Joomla 2.5."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from email.utils import format_datetime
from html import escape

from tintinh.demo.articles import SECTIONS, DemoArticle
from tintinh.demo.markup import as_typed, content_html, intro, printed_date

SITE_NAME = "Công an tỉnh Bình Thuận"

ARROW = '<img src="/media/system/images/arrow.png" alt="" />'
NOT_FOUND = """<div class="error">
<h2>Trang bạn yêu cầu không tồn tại</h2>
<p>Địa chỉ có thể đã thay đổi hoặc bài viết không còn nữa.</p>
<p><a href="/" title="Về trang chủ">Trang chủ</a></p>
</div>
"""
LOGIN = """<form action="/index.php" method="post" id="login-form">
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


def head(title: str, extra: str = "") -> str:
    """Doctype and head of a page; `extra` is markup for the head."""
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


def whole(title: str, main: str, *, newest: str, most_read: str, active: str, feed: str, crumbs: str) -> str:
    """A page with header, menu and side columns around what it shows."""
    alternate = (
        f'<link href="{escape(feed)}" rel="alternate" type="application/rss+xml" title="RSS 2.0" />\n' if feed else ""
    )
    crumbs = f" {ARROW} {crumbs}" if crumbs else ""
    home = '<a href="/" class="pathway">Trang chủ</a>' if crumbs else "<span>Trang chủ</span>"
    return f"""{head(title, alternate)}
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
{menu(active)}
</ul></div>
<div class="moduletable"><h3>Liên kết</h3>
<div class="custom"><ul>
<li><a href="http://bocongan.example/" target="_blank">Bộ Công an</a></li>
<li><a href="http://binhthuan.example/" target="_blank">Cổng thông tin điện tử tỉnh</a></li>
</ul></div></div>
<div class="moduletable"><h3>Đăng nhập</h3>
{LOGIN}
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
{most_read}
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


def component(title: str, main: str) -> str:
    """What Joomla shows with `tmpl=component`: nothing around it."""
    body = f'<body class="contentpane">\n<div id="all"><div id="main">\n{main}</div></div>\n</body>'
    return f"{head(title)}\n{body}\n</html>\n"


def feed(link: str, title: str, articles: Iterable[DemoArticle]) -> str:
    """An RSS 2.0 feed of articles, with the beginning of each as its description."""
    items = "".join(
        "<item>\n"
        f"<title>{escape(article.title)}</title>\n<link>{article.path}</link>\n"
        f'<guid isPermaLink="false">{article.path}</guid>\n'
        f"<description><![CDATA[{intro(article)}]]></description>\n"
        f"<author>webmaster@example.vn (Administrator)</author>\n"
        f"<category>{SECTIONS[article.section]}</category>\n"
        f"<pubDate>{format_datetime(article.published)}</pubDate>\n</item>\n"
        for article in articles
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<!-- generator="Joomla! - Open Source Content Management" -->\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n'
        f"<title>{escape(title)}</title>\n<description>{SITE_NAME}</description>\n<link>{link}</link>\n"
        "<generator>Joomla! - Open Source Content Management</generator>\n"
        f"<language>vi-vn</language>\n{items}</channel>\n</rss>\n"
    )


# The columns


def menu(active: str) -> str:
    """The entries of the main menu; the one that leads to `active` is marked."""
    entries = [("/", "Trang chủ"), ("/gioi-thieu.html", "Giới thiệu")]
    entries += [(f"/{name}.html", label) for name, label in SECTIONS.items()]
    entries.append(("/lien-he.html", "Liên hệ"))
    return "\n".join(
        f'<li class="item-{101 + at}{" current active" if path == active else ""}"><a href="{path}">{label}</a></li>'
        for at, (path, label) in enumerate(entries)
    )


def titles(kind: str, articles: Iterable[DemoArticle]) -> str:
    """A module of linked titles in a side column; `kind` is its class."""
    return f'<ul class="{kind}">\n{_links(articles)}</ul>'


def _links(articles: Iterable[DemoArticle]) -> str:
    return "".join(
        f'<li><a href="{article.path}">{escape(article.title, quote=False)}</a></li>\n' for article in articles
    )


# Lists


def blog_items(articles: Sequence[DemoArticle], *, leading: int) -> str:
    """Articles of a list with heading, details and first paragraph, the first `leading` of them larger."""
    items = []
    for at, article in enumerate(articles):
        kind = f'<div class="leading-{at}">' if at < leading else f'<div class="item column-{at % 2 + 1}">'
        title = as_typed(article, escape(article.title, quote=False))
        items.append(
            f'{kind}\n<h2>\n<a href="{article.path}">\n{title}</a>\n</h2>\n{icons(article)}{info(article)}'
            f'{intro(article)}\n<p class="readmore">\n<a href="{article.path}">\nĐọc thêm...</a>\n</p>\n'
            '<div class="item-separator"></div>\n</div>\n'
        )
    return f'<div class="items-leading">\n{"".join(items)}</div>\n'


def items_more(articles: Sequence[DemoArticle]) -> str:
    """Links to articles that have no room of their own on this page of a list; nothing where there are none."""
    if not articles:
        return ""
    return f'<div class="items-more">\n<h3>Các bài viết khác...</h3>\n<ol>\n{_links(articles)}</ol>\n</div>\n'


def pager(path: str, start: int, total: int, size: int) -> str:
    """Links to the pages of a list of `total` articles, `size` a page, on the one that begins at `start`; nothing where one page holds all."""
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


# An article


def item_page(article: DemoArticle, nav: str | None = None, below: str = "") -> str:
    """An article; without its neighbours (`nav`) as it is shown for printing."""
    title = as_typed(article, escape(article.title, quote=False))
    for_print = (
        '<ul class="actions"><li class="print-icon"><span id="pop-print">'
        '<a href="#" onclick="window.print();return false;">In</a></span></li></ul>\n'
    )
    return (
        f'<div class="item-page">\n<h2>\n<a href="{article.path}">\n{title}</a>\n</h2>\n'
        f"{for_print if nav is None else icons(article)}{info(article)}\n"
        f"{content_html(article)}{nav or ''}\n</div>\n{below}"
    )


def static(title: str, content: Iterable[str]) -> str:
    """A page that is no article: a heading and paragraphs."""
    text = "".join(f"<p>{escape(paragraph, quote=False)}</p>\n" for paragraph in content)
    return f'<div class="item-page">\n<h2>{escape(title, quote=False)}</h2>\n{text}</div>\n'


def icons(article: DemoArticle) -> str:
    """The links to print an article and to send its address."""
    return (
        '<ul class="actions">\n'
        f'<li class="print-icon"><a href="{escape(print_path(article))}" title="In" '
        "onclick=\"window.open(this.href,'win2','width=640,height=480'); return false;\" rel=\"nofollow\">"
        '<img src="/media/system/images/printButton.png" alt="In" /></a></li>\n'
        f'<li class="email-icon"><a href="{escape(mailto_path(article))}" title="Email" '
        "onclick=\"window.open(this.href,'win2','width=400,height=350'); return false;\">"
        '<img src="/media/system/images/emailButton.png" alt="Email" /></a></li>\n</ul>\n'
    )


def info(article: DemoArticle) -> str:
    """Section, date, author's account and count of readers, as Joomla prints them under the heading."""
    return (
        '<dl class="article-info">\n<dt class="article-info-term">Chi tiết</dt>\n'
        f'<dd class="category-name">\nChuyên mục: <a href="/{article.section}.html">'
        f"{SECTIONS[article.section]}</a></dd>\n"
        f'<dd class="published">\nĐược đăng: {printed_date(article.published)}</dd>\n'
        '<dd class="createdby">\nViết bởi Administrator</dd>\n'
        f'<dd class="hits">\nLượt xem: {article.hits}</dd>\n</dl>\n'
    )


def pagenav(newer: DemoArticle | None, older: DemoArticle | None) -> str:
    """Links to the neighbours of an article in its section."""
    links = []
    if newer:
        links.append(f'<li class="pagenav-prev"><a href="{newer.path}" rel="next">&lt; Lùi</a></li>')
    if older:
        links.append(f'<li class="pagenav-next"><a href="{older.path}" rel="prev">Tiếp theo &gt;</a></li>')
    inner = "\n".join(links)
    return f'<ul class="pagenav">\n{inner}\n</ul>'


def others(older: Iterable[DemoArticle]) -> str:
    """Older articles of the section, each with its date, as such portals print them under an article."""
    items = "".join(
        f'<li><a href="{other.path}">{escape(other.title, quote=False)}</a>'
        f' <span class="small">({other.published:%d/%m/%Y})</span></li>\n'
        for other in older
    )
    if not items:
        return ""
    return f'<div class="moduletable-others">\n<h3>Các tin đã đăng</h3>\n<ul>\n{items}</ul>\n</div>\n'


def comments(article: DemoArticle) -> str:
    """What readers wrote under an article, and the form for more."""
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


# Addresses of a view of an article


def link_key(path: str) -> str:
    """The 40 hexadecimal digits under which the mail form knows an address."""
    return hashlib.sha256(path.encode()).hexdigest()[:40]


def print_path(article: DemoArticle) -> str:
    """The address of an article's view for printing."""
    return f"{article.path}?tmpl=component&print=1&page="


def mailto_path(article: DemoArticle) -> str:
    """The address of the form that sends an article's address to friends."""
    return f"/component/mailto/?tmpl=component&template=beez_20&link={link_key(article.path)}"


def mailto_form(article: DemoArticle, link: str) -> str:
    """That form, for an article whose key is `link`."""
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
