"""How lists, feeds and sitemaps are followed, and where that ends: portals that go on for ever, without a network."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from scrapy.http import HtmlResponse, Request, Response, TextResponse, XmlResponse

from crawler.article import Article
from crawler.lines import Rejection
from crawler.platforms.base import Fields, Listing
from crawler.platforms.registry import platforms
from crawler.spider.decisions import Ask, Context
from crawler.spider.dispatcher import PortalSpider
from crawler.spider.frontier import BARREN, VARIANTS
from tests.crawler.spider.test_dispatcher import parse, spider, stat

HOST = "http://demo.vn"
# More than any of these portals may cost.
MOST = 400


def crawl(
    answer: Callable[[str], Response | None], shuffle: random.Random | None = None, **arguments: Any
) -> tuple[PortalSpider, list[str], list[Article]]:
    """Crawl a portal that is a function from addresses to answers; the spider, what it asked, what it found."""
    made = spider(**arguments)
    made.portal.platform = platforms()["generic"]
    waiting, asked, found = deque([made.request(Ask(f"{HOST}/", Context("home")))]), [], []
    while waiting:
        if shuffle is not None:
            shuffle.shuffle(waiting)
        request = waiting.popleft()
        asked.append(request.url.removeprefix(HOST))
        assert len(asked) <= MOST, "it goes on for ever"
        response = answer(request.url.removeprefix(HOST))
        response = Response(request.url, status=404) if response is None else response.replace(url=request.url)
        response.request = request
        for one in asyncio.run(made.parse(response, **request.cb_kwargs)):
            (waiting if isinstance(one, Request) else found).append(one)  # type: ignore[arg-type]
    return made, asked, found


def page(body: str, **fields: Any) -> HtmlResponse:
    return HtmlResponse(
        HOST, body=f"<html><head><title>Tin</title></head><body>{body}</body></html>".encode(), **fields
    )


def article(number: int) -> HtmlResponse:
    text = f"Tổ tuần tra số {number} đi qua ba thôn trong đêm mưa, gõ kẻng báo yên rồi quay về trước lúc trời sáng hẳn."
    return page(
        f"<h1>Chuyện tuần tra số {number}</h1><span>05/11/2025 08:00</span><div class='noidung'><p>{text}</p><p>{text}</p></div>"
    )


def headline(number: int) -> str:
    return f"<h3><a href='/tin/chuyen-tuan-tra-so-{number}.html'>Chuyện tuần tra số {number}</a></h3>"


def number_of(path: str) -> int:
    return int(path.rpartition("-")[2].removesuffix(".html"))


def test_a_pager_that_never_ends_ends_where_it_shows_nothing_new() -> None:
    def answer(path: str) -> Response | None:
        if path.startswith("/tin/"):
            return article(number_of(path))
        number = int(path.partition("page=")[2] or 1)
        shown = (
            range(number * 3, number * 3 + 3) if number <= 4 else range(3, 6)
        )  # page 99 answers 200 with old content
        return page(
            "".join(map(headline, shown)) + f"<div class='pager'><a rel='next' href='/?page={number + 1}'>Sau</a></div>"
        )

    _, asked, found = crawl(answer)
    assert [path for path in asked if "page=" in path] == ["/?page=2", "/?page=3", "/?page=4", "/?page=5"]
    assert len(found) == 12


def test_the_last_page_of_a_list_may_hold_one_story_and_look_like_no_list() -> None:
    def story(number: int) -> str:
        return (
            f"<article><a href='/2025/11/chuyen-tuan-tra-so-{number}'><img src='/anh-{number}.jpg'></a><h2><a "
            f"href='/2025/11/chuyen-tuan-tra-so-{number}'>Chuyện tuần tra số {number} ở ba thôn ven sông</a></h2>"
            "<p><time datetime='2025-11-05'>05/11/2025</time></p></article>"
        )

    def story_page(number: int) -> Response:
        text = (
            f"<p>Tổ tuần tra số {number} đi qua ba thôn trong đêm mưa, gõ kẻng báo yên rồi quay về lúc trời sáng.</p>"
        )
        return page(
            f"<h1>Chuyện tuần tra số {number} ở ba thôn ven sông</h1><time>05/11/2025 08:00</time><div>{text * 5}</div>"
        )

    def shelf(stories: str, pager: str = "") -> Response:
        menu = "<a href='/'>Trang chủ</a><a href='/muc/nghien-cuu'>Nghiên cứu</a><a href='/muc/viec'>Người và việc</a>"
        return page(f"<nav>{menu}</nav><main><h1>Nghiên cứu</h1>{stories}<nav>{pager}</nav></main>")

    pages = {
        "/": shelf(story(1) + story(2)),
        "/muc/nghien-cuu": shelf(
            "".join(map(story, (1, 2, 3))), "Trang 1/2 <a rel=next href=/muc/nghien-cuu/2>Cũ hơn</a>"
        ),
        "/muc/nghien-cuu/2": shelf(story(4), "<a rel=prev href=/muc/nghien-cuu>Mới hơn</a> Trang 2/2"),
    }

    def answer(path: str) -> Response | None:
        return story_page(number_of(path)) if path.startswith("/2025/") else pages.get(path)

    _, asked, found = crawl(answer)
    assert "/muc/nghien-cuu/2" in asked
    assert len(found) == 4


def test_a_calendar_is_left_after_a_few_months() -> None:
    def answer(path: str) -> Response | None:
        if path == "/":
            return page(headline(1) + headline(2) + "<nav><a href='/lich/2026/11'>Lịch</a></nav>")
        if path.startswith("/lich/"):
            year, month = map(int, path.split("/")[2:])
            before = f"{year}/{month - 1}" if month > 1 else f"{year - 1}/12"
            return page(f"<table></table><nav><a href='/lich/{before}'>Tháng trước</a></nav>")
        return article(number_of(path)) if path.startswith("/tin/") else None

    made, asked, _ = crawl(answer)
    assert len([path for path in asked if path.startswith("/lich/")]) == BARREN + 1
    assert stat(made, "other_pages") == BARREN + 1


def test_months_that_repeat_the_sections_are_left_after_a_few() -> None:
    months = "".join(f"<li><a href='/luu-tru/2026/{month:02}'>Tháng {month}</a></li>" for month in range(1, 13))
    menu = "<nav><a href='/muc-mot'>Mục một</a><a href='/muc-hai'>Mục hai</a></nav>"

    def answer(path: str) -> Response | None:
        if path.startswith("/tin/"):
            return article(number_of(path))
        shown = {"/": (1, 2), "/muc-mot": (1, 2, 3), "/muc-hai": (4, 5, 6)}.get(path, (5, 6))
        return page(menu + "".join(map(headline, shown)) + f"<ul>{months}</ul>")

    _, asked, found = crawl(answer)
    assert len(found) == 6
    assert len([path for path in asked if path.startswith("/luu-tru/")]) == BARREN + 1


def test_the_months_of_a_section_without_a_pager_are_read_though_the_newest_repeat_it() -> None:
    months = "".join(
        f"<li><a href='/muc-mot/2026/{month:02}'>Tháng {month}/2026</a></li>" for month in range(12, 0, -1)
    )
    menu = "<nav><a href='/'>Trang chủ</a><a href='/muc-mot'>Mục một</a><a href='/muc-hai'>Mục hai</a></nav>"

    def answer(path: str) -> Response | None:
        if path.startswith("/tin/"):
            return article(number_of(path))
        shown = {"/": (1, 2), "/muc-mot": (1, 2, 3), "/muc-hai": (4, 5), "/muc-mot/2026/01": (7, 8)}.get(path, (1, 2))
        box = f"<ul>{months}</ul>" if path.startswith("/muc-mot") else ""
        return page(menu + "".join(map(headline, shown)) + box)

    _, _, found = crawl(answer)
    assert len(found) == 7


def test_years_that_lead_to_their_months_are_read_from_the_newest_to_the_oldest() -> None:
    menu = "<nav><a href='/'>Trang chủ</a><a href='/muc-mot'>Mục một</a><a href='/muc-hai'>Mục hai</a></nav>"
    years = "<footer><p>Lưu trữ: <a href='/2026/'>2026</a> · <a href='/2025/'>2025</a></footer>"
    months = {
        "/2026/": "".join(f"<li><a href='/2026/{month:02}/'>Tháng {month}</a> (2 bài)" for month in (11, 10, 9)),
        "/2025/": "<li><a href='/2025/12/'>Tháng 12</a> (2 bài)",
    }
    stories = {"/2026/11/": (1, 2), "/2026/10/": (3, 4), "/2026/09/": (5, 6), "/2025/12/": (7, 8)}

    def answer(path: str) -> Response | None:
        if path.startswith("/tin/"):
            return article(number_of(path))
        shown = {"/": (1, 2), "/muc-mot": (1, 2, 3), "/muc-hai": (4,)}.get(path) or stories.get(path, ())
        return page(menu + "".join(map(headline, shown)) + f"<ul>{months.get(path, '')}</ul>" + years)

    _, asked, found = crawl(answer)
    assert len(found) == 8
    assert [path for path in asked if path in stories or path in months] == [
        "/2026/", "/2026/11/", "/2026/10/", "/2026/09/", "/2025/", "/2025/12/",
    ]  # fmt: skip


def test_a_list_goes_on_by_the_number_of_its_last_story_whatever_the_query_calls_it() -> None:
    menu = "<nav><a href='/'>Trang chủ</a><a href='/muc'>Mục một</a><a href='/hai'>Mục hai</a></nav>"

    def title(number: int) -> str:
        return f"Chuyện tuần tra đêm số {number} ở ba thôn ven sông"

    def row(number: int) -> str:
        picture = f"<a href='/n/{number}'><img src='/anh/{number}.jpg' alt=''></a>"
        return f"<div class='row'>{picture}<div><a href='/n/{number}'>{title(number)}</a></div></div>"

    def answer(path: str) -> Response | None:
        if path.startswith("/n/"):
            text = f"<p>Tổ tuần tra {path} đi qua ba thôn trong đêm mưa, gõ kẻng báo yên rồi quay về lúc trời sáng hẳn.</p>"
            heading = f"<h1>{title(int(path.rpartition('/')[2]))}</h1><time>05/11/2025 08:00</time>"
            return page(f"{heading}<div>{text * 5}</div>")
        if not path.startswith(("/?", "/muc")) and path != "/":
            return None
        last = int(path.partition("truoc=")[2] or 11)
        more = (
            f"<div><a class='btn' href='/muc?truoc={last - 3}'>Xem thêm</a></div>" if last > 4 and path != "/" else ""
        )
        return page(menu + "<h1>Mục một</h1>" + "".join(map(row, range(last - 1, max(last - 4, 0), -1))) + more)

    _, asked, found = crawl(answer)
    assert [path for path in asked if "truoc=" in path] == ["/muc?truoc=8", "/muc?truoc=5", "/muc?truoc=2"]
    assert len(found) == 10


def test_months_that_show_more_than_the_sections_are_read_on() -> None:
    months = "".join(f"<li><a href='/luu-tru/2026/{month:02}'>Tháng {month}</a></li>" for month in range(1, 13))

    def answer(path: str) -> Response | None:
        if path.startswith("/tin/"):
            return article(number_of(path))
        number = int(path.rpartition("/")[2] or 0)
        return page(headline(2 * number + 1) + headline(2 * number + 2) + f"<ul>{months}</ul>")

    _, _, found = crawl(answer)
    assert len(found) == 26


def test_behind_a_cover_stands_the_home_page() -> None:
    def answer(path: str) -> Response | None:
        if path.startswith("/tin/"):
            return article(number_of(path))
        if path == "/":
            return page("<img src='/bia.jpg'><p><a href='/trang-chu.html'>Vào trang</a></p>")
        if path == "/feed":
            return None
        feed = "<link rel='alternate' type='application/rss+xml' href='/feed'>"
        return page(feed + headline(1) + headline(2)) if path == "/trang-chu.html" else None

    _, asked, found = crawl(answer)
    assert len(found) == 2
    assert "/feed" in asked


def test_filters_in_queries_are_bounded() -> None:
    def answer(path: str) -> Response | None:
        if path.startswith("/tin/"):
            return article(number_of(path))
        mark = int(path.partition("loc=")[2] or 0)
        filters = "".join(f"<a href='/van-ban?loc={mark * 10 + n}'>Lọc</a>" for n in range(1, 10))
        return page(headline(mark * 2 + 1) + headline(mark * 2 + 2) + f"<nav><a href='/van-ban'>Tin</a>{filters}</nav>")

    made, asked, _ = crawl(answer)
    assert len([path for path in asked if path.startswith("/van-ban?")]) == VARIANTS
    assert stat(made, "variants_left_out") > 0


def test_what_only_a_sitemap_knows_is_found() -> None:
    files = {
        "/s.xml": "<sitemapindex><sitemap><loc>http://demo.vn/tin.xml</loc></sitemap><sitemap><loc>http://demo.vn/page-sitemap.xml</loc></sitemap>"
        "<sitemap><loc>http://elsewhere.vn/tin.xml</loc></sitemap></sitemapindex>",
        "/tin.xml": "<urlset>" + "".join(f"<url><loc>http://demo.vn/tin/chuyen-tuan-tra-so-{n}.html</loc></url>" for n in (1, 7, 8))
        + "<url><loc>http://demo.vn/gioi-thieu</loc></url><url><loc>http://demo.vn/login</loc></url></urlset>",
    }  # fmt: skip

    def answer(path: str) -> Response | None:
        if path in files:
            return XmlResponse(HOST, body=files[path].encode(), headers={"Content-Type": "text/xml"})
        return article(number_of(path)) if path.startswith("/tin/") else page(headline(1) + headline(2))

    made = spider()
    made.portal.declared_sitemaps = [f"{HOST}/s.xml"]
    made.portal.platform = platforms()["generic"]
    home = answer("/")
    assert home is not None
    (first,) = [
        one for one in parse(made, home.replace(url=f"{HOST}/"), "home") if one.cb_kwargs["context"].role == "sitemap"
    ]
    assert first.url == f"{HOST}/s.xml"
    index = answer("/s.xml")
    assert index is not None
    assert [one.url for one in parse(made, index.replace(url=first.url), "sitemap")] == [f"{HOST}/tin.xml"]
    listed = answer("/tin.xml")
    assert listed is not None
    asked = [one.url for one in parse(made, listed.replace(url=f"{HOST}/tin.xml"), "sitemap")]
    assert asked == [f"{HOST}/tin/chuyen-tuan-tra-so-{n}.html" for n in (7, 8)], "1 was on the home page"
    assert stat(made, "listed_in_lists") == 2
    assert stat(made, "listed_in_sitemaps") == 2
    assert stat(made, "sitemaps_left_out") == 1


def test_without_a_sitemap_the_feed_is_asked() -> None:
    feed = "<rss><channel>" + "".join(
        f"<item><link>http://demo.vn/tin/chuyen-tuan-tra-so-{n}.html</link></item>" for n in (2, 9)
    )

    def answer(path: str) -> Response | None:
        if path == "/rss":
            return XmlResponse(HOST, body=feed.encode(), headers={"Content-Type": "application/rss+xml"})
        if path.startswith("/tin/"):
            return article(number_of(path))
        return page("<link rel='alternate' type='application/rss+xml' href='/rss'>" + headline(1) + headline(2))

    made, _, found = crawl(answer)
    assert sorted(number_of(one.url) for one in found) == [1, 2, 9]
    assert stat(made, "listed_in_feeds") == 1


@pytest.mark.parametrize("status", [404, 500, 200])
def test_a_missing_sitemap_is_no_failure(status: int) -> None:
    made = spider()
    made.portal.platform = platforms()["generic"]
    answer = page("<h1>Trang chủ</h1>", status=status).replace(url=f"{HOST}/sitemap.xml")
    assert parse(made, answer, "sitemap") == []
    assert (stat(made, "sitemaps_missing"), stat(made, "failed_requests")) == (1, 0)


def test_answers_of_a_platforms_own_interface() -> None:
    class Answers(type(platforms()["generic"])):  # type: ignore[misc]
        def document(self, url: str, body: bytes, told: str | None = None) -> Fields | Listing | None:
            if url.endswith("list"):
                return Listing(articles=[f"{HOST}/api/detail/41"], pages=[f"{HOST}/api/list?page=2"])
            if url.endswith("41"):
                return Fields(title="Một", identity="demo.vn#41", body="Đoạn.", url=f"{HOST}/tin/mot-41")
            return None

    made = spider()
    made.portal.platform = Answers()
    json = {"headers": {"Content-Type": "application/json"}, "body": b"{}"}
    asked = parse(made, TextResponse(f"{HOST}/api/list", **json), "section")  # type: ignore[arg-type]
    assert [(one.url, one.cb_kwargs["context"].role) for one in asked] == [
        (f"{HOST}/api/detail/41", "article"), (f"{HOST}/api/list?page=2", "page"),
    ]  # fmt: skip
    answer = TextResponse(f"{HOST}/api/detail/41", **json)  # type: ignore[arg-type]
    answer.request = Request(answer.url)
    (stored,) = parse(made, answer, "article")
    assert (stored.url, stored.fetched_url) == (f"{HOST}/tin/mot-41", f"{HOST}/api/detail/41")


def test_a_portal_that_lists_nothing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.spider.dispatcher.stop", lambda *_: None)
    made, _, _ = crawl(lambda _: page("<h1>Bảo trì</h1>"))
    made.take_stock()
    assert "no article found" in stat(made, "error")


def test_a_portal_whose_pages_give_no_article_says_so() -> None:
    def answer(path: str) -> Response | None:
        return page("<h1>x</h1>") if path.startswith("/tin/") else page("".join(headline(n) for n in range(8)))

    made, _, _ = crawl(answer)
    made.take_stock()
    assert stat(made, "error") == "8 of 8 pages gave no article: has the layout changed?"


def test_a_dead_link_in_a_menu_is_told_and_no_failure() -> None:
    def answer(path: str) -> Response | None:
        if path.startswith("/tin/"):
            return article(number_of(path))
        return page(headline(1) + headline(2) + "<nav><a href='/van-ban-cu'>Văn bản</a></nav>") if path == "/" else None

    made, asked, found = crawl(answer)
    assert "/van-ban-cu" in asked
    assert (len(found), stat(made, "dead_links"), stat(made, "failed_requests")) == (2, 1, 0)
    assert ("section", "demo.vn/van-ban-cu") in made.frontier.read_lists, "it rests"


def test_a_dead_section_that_the_portals_file_names_is_a_failure() -> None:
    made = spider()
    made.portal.facts = replace(made.portal.facts, sections=(f"{HOST}/tin-an-ninh",))
    assert parse(made, Response(f"{HOST}/tin-an-ninh", status=404), "section") == []
    assert (stat(made, "dead_links"), stat(made, "failed_requests")) == (0, 1)


def test_a_splash_screen_does_not_decide_the_platform() -> None:
    made = spider()
    made.portal.platform = None
    splash = page("<nav><a href='/trang-chu'>Vào trang</a></nav>").replace(url=f"{HOST}/")
    assert [one.url for one in parse(made, splash, "home")] == [f"{HOST}/trang-chu"]
    assert made.portal.platform is not None
    assert made.portal.platform.name == "generic"
    inside = page(
        "<div class='contentpaneopen'></div><a href='/index.php?option=com_content&amp;view=article&amp;id=3'>Ba</a>"
    )
    parse(made, inside.replace(url=f"{HOST}/trang-chu"), "section")
    assert made.portal.platform.name == "joomla"


def test_an_address_that_no_database_could_keep_is_rejected_with_that_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    rejected: list[Rejection] = []
    monkeypatch.setattr("crawler.net.recorder.note", lambda _, line: rejected.append(line))
    long = "/tin/" + "rat-dai-" * 300 + "9.html"

    def answer(path: str) -> Response | None:
        if path == "/":
            return page(headline(1) + headline(2) + f"<h3><a href='{long}'>Chuyện tuần tra rất dài số 9</a></h3>")
        return article(number_of(path))

    made, asked, found = crawl(answer)
    assert long not in asked
    assert len(found) == 2
    assert [(line.url, line.reason) for line in rejected] == [
        (HOST + long, f"the address has {len(HOST + long)} bytes, more than 2000")
    ]
    assert +made.frontier.fates == {"stored": 2, "rejected": 1}


def test_a_pager_that_shows_its_first_page_again_is_told(caplog: pytest.LogCaptureFixture) -> None:
    def answer(path: str) -> Response | None:
        if path.startswith("/tin/"):
            return article(number_of(path))
        return page("".join(map(headline, range(5))) + "<div class='pager'><a rel='next' href='/?page=2'>Sau</a></div>")

    made, _, found = crawl(answer)
    made.take_stock()
    assert len(found) == 5
    assert stat(made, "lists_not_followed") == [f"{HOST}/: its second page is its first"]
    assert "not followed to its end" in caplog.text
    limited, _, _ = crawl(answer, max_articles=2)
    limited.take_stock()
    assert stat(limited, "lists_not_followed") == 0, "who sets limits knows"


def test_two_runs_over_the_same_pages_give_the_same_articles() -> None:
    """Menus, lists and articles that lead to each other, answered in any order."""

    def answer(path: str) -> Response | None:
        menu = "".join(f"<nav><a href='/tin/chuyen-tuan-tra-so-{n}.html'>Chuyện {n}</a></nav>" for n in range(1, 9))
        if path.startswith("/tin/"):
            made = article(number_of(path))
            return made.replace(body=made.body.replace(b"<body>", b"<body>" + menu.encode()))
        return page(menu + "".join(map(headline, range(1, 9))))

    runs = []
    for seed in range(5):
        made, asked, found = crawl(answer, shuffle=random.Random(seed))
        runs.append(sorted(one.url for one in found))
        assert made.frontier.fates.total() == len(made.frontier.met) == stat(made, "listed")
        assert len(asked) == len(set(asked))
    assert len(runs[0]) == 8
    assert all(run == runs[0] for run in runs)
