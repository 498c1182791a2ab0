"""Pagers that post a form back: which pages they lead to, and what is sent."""

from __future__ import annotations

import pytest

from crawler.platforms import _postback
from crawler.platforms.base import FilledByScript
from crawler.platforms.page import Page
from crawler.platforms.registry import platforms

URL = "http://congan.example.vn/tin.aspx?id=3"


def form(pager: str) -> Page:
    hidden = '<input type="hidden" name="__VIEWSTATE" value="/wE=1"><input type="hidden" name="__EVENTTARGET" value="">'
    fields = (
        '<input name="tim" value="a&amp;b"><input type="submit" name="gui" value="Gửi"><input type="checkbox" name="moi">'
        '<select name="nam"><option value="2023">2023</option><option selected>2024</option></select>'
    )
    script = "<script>function __doPostBack(target, argument) {}</script>"
    return Page(
        URL, f'<html><body><form action="./tin.aspx?id=3">{hidden}{script}{fields}{pager}</form></body></html>'.encode()
    )


def link(target: str, argument: str, text: str) -> str:
    return f"""<a href="javascript:__doPostBack('{target}','{argument}')">{text}</a>"""


@pytest.mark.parametrize(
    ("pager", "pages"),
    [
        ("<td><span>1</span></td><td>" + link("gv", "Page$2", "2") + link("gv", "Page$3", "...") + "</td>", [2, 3]),
        ("<td>" + link("gv", "Page$1", "1") + "<span>2</span>" + link("gv", "Page$3", "3") + "</td>", [3]),
        ('<div class="pager"><b>1</b>' + link("dl$ctl01$lnkPage", "", "2") + link("dl$lnkNext", "", "&gt;") + "</div>", [2]),
        ('<div id="pager"><span>4</span>' + link("ctl00$pager", "5", "5") + link("ctl00$pager", "5", "Trang sau") + "</div>", [5]),
        ('<ul class="paging"><li class="active"><a>2</a></li><li>' + link("rp$lbtPage", "", "3") + "</li></ul>", [3]),
        ("""<select name="trang" onchange="__doPostBack('trang','')"><option value="0">1</option><option value="1">2</option></select>""", [2]),
        ('<div class="tin">' + link("ctl00$lnkLike", "", "12") + "</div>", []),
    ],
    ids=["gridview", "gridview second page", "repeater", "numeric pager", "list with marked page", "drop-down", "a counter"],
)  # fmt: skip
def test_the_pages_that_a_pager_leads_to(pager: str, pages: list[int]) -> None:
    assert [post.key for post in _postback.pages(form(pager), "list")] == [f"list@{number}" for number in pages]


def test_what_a_browser_would_send() -> None:
    (post,) = _postback.pages(form("<td><span>1</span>" + link("ctl00$gv", "Page$2", "2") + "</td>"), "list")
    assert post.url == URL
    assert dict(post.data) == {
        "__EVENTTARGET": "ctl00$gv", "__EVENTARGUMENT": "Page$2", "__VIEWSTATE": "/wE=1", "tim": "a&b", "nam": "2024",
    }  # fmt: skip


def test_a_page_that_its_script_fills_says_where_its_article_is() -> None:
    text = '<script src="/DesktopModules/cmsview/a.js"></script><div id="dnn_ContentPane"><h1>{{item.Name}}</h1></div>'
    page = Page("http://congan.example.vn/tin-tuc/trao-tra-vi-tien-9001", f"<html><body>{text}</body></html>".encode())
    platform = platforms()["dotnetnuke"]
    assert platform.kind(page) == "article"
    with pytest.raises(FilledByScript) as found:
        platform.extract(page)
    assert found.value.url == "http://congan.example.vn/DesktopModules/cmsview/api/NewsContent/getbyid?id=9001"
    assert platform.identity(found.value.url) == platform.identity(page.url)


def test_an_answer_of_the_news_api_that_says_too_little_is_no_article() -> None:
    """Asked again without the list that led to it, an article must not lose its section or its date."""
    platform = platforms()["dotnetnuke"]
    url = "http://congan.example.vn/DesktopModules/cmsview/api/NewsContent/getbyid?id=9001"
    answer = b'{"Id": 9001, "Name": "Trao tra vi tien cho du khach", "FullContent": "<p>Chieu nay, Cong an phuong trao lai.</p>"}'
    assert platform.document(url, answer) is None
    assert platform.document(url, answer, '{"PublishTime": "2026-01-19T08:50:00"}') is not None
    assert platform.document(url, b"[]") is None
    assert platform.document(url, b"<html>") is None
