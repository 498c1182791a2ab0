"""The pages, over HTTP and in a real browser."""

from __future__ import annotations

import re
import select
import socket
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from crawler.lines import Absence
from ingest.store import ingest_lines, store
from ingest.syndication import compare_due
from reader.serve import pages, words
from tests.crawler.net.test_browser import CHROMIUM, needs_chromium
from tests.reader.serving import DOCUMENT, Web, serving
from tests.support import article, at

WORDS = (
    "Tổ tuần tra phát hiện vụ vận chuyển ma túy trong đêm tại xã Hàm Tiến, thu giữ tang vật và báo về trực ban Công an tỉnh. "
    "Người dân ba thôn cùng lực lượng chức năng khoanh vùng, giữ nguyên hiện trường đến sáng."
)
# What a page of a portal may try; each marks the window if it runs.
PAYLOADS = [
    "<script>window.ran=1</script>", "<img src=x onerror=window.ran=1>", "<svg onload=window.ran=1>", "\"><script>window.ran=1</script>",
    "' onmouseover='window.ran=1", "\" autofocus onfocus=\"window.ran=1", "javascript:window.ran=1", "</title><script>window.ran=1</script>",
    "</script><script>window.ran=1</script>", "<!--<script>window.ran=1</script>", "{{ 7*7 }}{% set x = 1 %}", "${window.ran=1}",
    "<iframe srcdoc='<script>parent.ran=1</script>'>", "<a href='javascript:window.ran=1'>x</a>", "<body onload=window.ran=1>",
    "<details open ontoggle=window.ran=1>", "<math><mtext><script>window.ran=1</script>", "<style>@import 'http://OUTSIDE/x'</style>",
    "<link rel=stylesheet href=http://OUTSIDE/x>", "<meta http-equiv=refresh content='0;url=javascript:window.ran=1'>",
    "<object data='javascript:window.ran=1'>", "<embed src='javascript:window.ran=1'>", "<form action=javascript:window.ran=1><button>x",
    "<input autofocus onfocus=window.ran=1>", "<video><source onerror=window.ran=1>", "<audio src=x onerror=window.ran=1>",
    "<textarea autofocus onfocus=window.ran=1>", "<select autofocus onfocus=window.ran=1>", "<marquee onstart=window.ran=1>",
    "<base href='http://OUTSIDE/'>", "&lt;script&gt;window.ran=1&lt;/script&gt;", "&#60;script&#62;window.ran=1&#60;/script&#62;",
    "\\u003cscript\\u003ewindow.ran=1\\u003c/script\\u003e", "<scr<script>ipt>window.ran=1</script>", "<ScRiPt>window.ran=1</sCrIpT>",
    "<script src=//OUTSIDE/x></script>", "<svg><script>window.ran=1</script></svg>", "<svg><animate onbegin=window.ran=1>",
    "<x onclick=window.ran=1>x", "<img src='x' onerror='window.ran=1' />", "<img \"\"\"><script>window.ran=1</script>\">",
    "<img src=`x` onerror=window.ran=1>", "%3Cscript%3Ewindow.ran=1%3C/script%3E", "<noscript><p title='</noscript><img src=x onerror=window.ran=1>'>",
    "<template><script>window.ran=1</script></template>", "<xmp><script>window.ran=1</script>", "<plaintext>", "]]><script>window.ran=1</script>",
    "<?xml version='1.0'?><script>window.ran=1</script>", "<![CDATA[<script>window.ran=1</script>]]>", "\u202e<script>window.ran=1</script>",
    "<a href='data:text/html,<script>window.ran=1</script>'>x", "vbscript:window.ran=1", "<table background='javascript:window.ran=1'>",
    "<div style='background:url(javascript:window.ran=1)'>", "<p onpointerenter=window.ran=1>x", "'-window.ran=1-'", "\";window.ran=1//",
    "`;window.ran=1//", "<img srcset='x' onerror=window.ran=1>",
]  # fmt: skip


@pytest.fixture
def web(database_uri: str) -> Iterator[Web]:
    with serving(database_uri) as served:
        yield served


@pytest.fixture
def outside() -> Iterator[socket.socket]:
    """A server that nobody may ask."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def named(listening: socket.socket, text: str) -> str:
    return text.replace("OUTSIDE", f"127.0.0.1:{listening.getsockname()[1]}")


def was_asked(listening: socket.socket) -> bool:
    return bool(select.select([listening], [], [], 0.5)[0])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


def filled(connection: psycopg.Connection) -> None:
    """An edit, a takedown, a copy, a run, articles of several years."""
    store(connection, [
        article(n, published_at=at(-60 * 24 * 30 * n), title=f"Tin số {n} về ma túy", body=f"{WORDS}\n\nĐoạn riêng số {n}.", section=f"Mục {n % 3}",
                images=({"url": f"http://demo.vn/{n}.jpg", "caption": None},) if n == 1 else ())
        for n in range(1, 31)
    ])  # fmt: skip
    store(
        connection,
        [
            article(
                1,
                10,
                published_at=at(-60 * 24 * 30),
                title="Tin số 1 về ma túy, đã sửa",
                body=f"{WORDS}\n\nĐoạn khác số 1.",
                section="Mục 1",
            )
        ],
    )
    gone = article(2)
    store(
        connection,
        [
            article(
                2, 10, published_at=at(-60 * 24 * 60), title="Tin số 2 về ma túy", body=f"{WORDS}\n\nĐoạn riêng số 2."
            )
        ],
    )
    for minute in (20, 20 + 8 * 60):
        told = Absence(portal="demo", url=gone.url, identity=gone.identity, how="removed", fetched_at=at(minute))
        ingest_lines(connection, [msgspec.json.encode(told)], None)
    connection.execute(
        "INSERT INTO news.run (portal, kind, status, finished_at, complete, error) VALUES ('demo', 'crawl', 'failed', now(), false, 'demo.vn does not answer: DNSLookupError')"
    )
    compare_due(connection)


PAGES = (
    "/", "/search", "/search?q=ma+t%C3%BAy", "/search?q=khongcogi", "/articles/1", "/articles/1/history", "/articles/1/archived", "/articles/2", "/changes",
    "/changes?kind=gone", "/portals", "/portals/demo", "/units", "/units/PV28", "/authors", "/authors/H%E1%BB%AFu%20Li%C3%AAm", "/provinces", "/api/docs", "/watches", "/nix",
)  # fmt: skip


def shown(web: Web, path: str) -> str:
    """The words of a page."""
    return unescape(re.sub(r"<[^>]+>", " ", web.get(path).text))


@pytest.mark.parametrize("language", ["", "lang=en"])
def test_every_page_answers_in_both_languages(web: Web, connection: psycopg.Connection, language: str) -> None:
    filled(connection)
    for path in PAGES:
        answer = web.get(path + ("&" if "?" in path else "?") + language if language else path)
        assert answer.status == (404 if path == "/nix" else 200), path
        assert f'<html lang="{language[5:] or "vi"}">' in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert not re.findall(
            r"""(?:src|href)=["'](?:https?:)?//(?!127\.0\.0\.1|demo\.vn)""", answer.text.partition("srcdoc")[0]
        ), path
        assert "set-cookie" not in answer.headers
        if language:
            links = re.findall(r'href="(/(?!static|feeds|api)[^"#]*)"', answer.text)
            assert [link for link in links if "lang=" not in link] == [], "the language stays"
    size = len(web.get("/").text.encode()) + len(web.get("/static/style.css").text.encode())
    assert size < 60_000, "a slow line"


def test_a_search_tells_counts_and_marks_words_in_their_own_spelling(web: Web, connection: psycopg.Connection) -> None:
    filled(connection)
    page = web.get("/search", q="ma tuy")
    assert "<mark>ma</mark> <mark>túy</mark>" in page.text
    assert "30 tin" in page.text
    assert re.search(r'/search\?q=ma\+tuy&amp;section=M%E1%BB%A5c\+1">', page.text), "facets narrow what was asked"
    narrowed = web.get("/search", q="ma tuy", section="Mục 1")
    assert "10 tin" in narrowed.text
    assert "Không tìm thấy tin nào" in shown(web, "/search?q=khongcogi")
    wrong = web.get("/search", province="binh thuann")
    assert wrong.status == 400
    assert "did you mean Bình Thuận" in wrong.text


def test_paging_shows_every_article_once(web: Web, connection: psycopg.Connection) -> None:
    filled(connection)
    for query in ("q=ma+tuy", "sort=date"):
        target, met = f"/search?{query}", []
        while target:
            text = web.get(target).text
            met += re.findall(r'<h3 lang="vi"><a href="/articles/(\d+)">', text)
            following = re.search(r'rel="next" href="([^"]+)"', text)
            target = unescape(following[1]) if following else ""
        assert sorted(map(int, met)) == list(range(1, 31)), query


def test_an_article_tells_its_story(web: Web, connection: psycopg.Connection) -> None:
    filled(connection)
    first = shown(web, "/articles/1")
    assert "Hữu Liêm" in first
    assert "Phòng Xây dựng phong trào" in first, "the code is explained"
    assert "PV05" in first, "and its successor"
    assert "<img" not in web.get("/articles/1").text, "no picture is loaded from the portal"
    history = web.get("/articles/1/history").text
    assert "<del>riêng</del>" in history
    assert "<ins>khác</ins>" in history
    assert "Đã bị gỡ khỏi cổng" in shown(web, "/articles/2")
    before = shown(web, "/articles/1?at=" + at(5).isoformat().replace("+", "%2B"))
    assert "Đoạn riêng số 1" in before
    assert "Bản như ngày" in before
    assert "Bắt đầu" in shown(web, "/portals/demo"), "runs"
    assert "DNSLookupError" in shown(web, "/")


def test_behind_a_proxy_links_keep_its_path(database_uri: str, connection: psycopg.Connection) -> None:
    filled(connection)
    with serving(database_uri, root_path="/tin") as web:
        text = web.get("/articles/1").text
        links = re.findall(r'(?:href|action)="(/[^"]*)"', text)
        assert links
        assert [link for link in links if not link.startswith("/tin/")] == []


@needs_chromium
def test_no_script_of_a_portal_or_of_a_reader_runs(
    database_uri: str, connection: psycopg.Connection, browser: Browser, outside: socket.socket
) -> None:
    assert len(PAYLOADS) >= 60
    payloads = [named(outside, text) for text in PAYLOADS]
    with serving(database_uri, document=named(outside, DOCUMENT)) as web:
        visit_everything(web, connection, browser, payloads)
    assert not was_asked(outside), "nothing is asked of anybody else"


def visit_everything(web: Web, connection: psycopg.Connection, browser: Browser, payloads: list[str]) -> None:
    """Store each payload in every field, meet it on every page, type it into every filter: none may run."""
    store(connection, [
        article(n, title=text, byline=text, authors=(text,), unit=text, credit=text, section=text, lead=text, body=f"{text}\n\n{WORDS}", body_html=text,
                images=({"url": text, "caption": text},), attachments=({"url": text, "name": text},))
        for n, text in enumerate(payloads, start=1)
    ])  # fmt: skip
    store(connection, [article(n, 10, title=f"{text} sửa") for n, text in enumerate(payloads, start=1)])
    page = browser.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    paths = ["/", "/search", "/changes", "/units", "/authors", "/articles/1/archived", "/search?section=x"]
    paths += [f"/articles/{n}{ending}" for n in range(1, len(payloads) + 1) for ending in ("", "/history")]
    for path in paths:
        page.goto(web.address + path)
        assert page.evaluate("window.ran") is None, path
    for text in payloads:
        for query in (
            {"q": text},
            {"province": text},
            {"author": text},
            {"unit": text},
            {"cursor": text},
            {"lang": text},
        ):
            address = f"{web.address}/search"
            page.goto(address + "?" + "&".join(f"{name}={_quoted(value)}" for name, value in query.items()))
            assert page.evaluate("window.ran") is None, query
    assert dialogs == []
    raw = web.get("/feeds/articles.atom").text + web.get("/feeds/changes.atom").text
    assert "<script" not in raw
    page.close()


def _quoted(text: str) -> str:
    return quote(text, safe="")


@needs_chromium
@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("light", 1280), ("dark", 1280)])
def test_no_page_has_a_fault_of_accessibility(
    web: Web, connection: psycopg.Connection, browser: Browser, scheme: Any, width: int
) -> None:
    """WCAG 2.2 AA, the size of what a finger touches with it, and what is good practice besides."""
    filled(connection)
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    axe = Axe()
    for path in PAGES:
        page.goto(web.address + path)
        found = axe.run(page, options={"iframes": False, "runOnly": {"type": "tag", "values": RULES}}).response
        assert [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found["violations"]] == [], path
    context.close()


RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]


def visit(browser: Browser, **settings: Any) -> tuple[BrowserContext, Page]:
    context = browser.new_context(**settings)
    return context, context.new_page()


@needs_chromium
def test_a_reader_with_keys_alone_searches_filters_and_reads(
    web: Web, connection: psycopg.Connection, browser: Browser
) -> None:
    filled(connection)
    context, page = visit(browser, java_script_enabled=False)
    page.goto(web.address)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator("input[name=q]:focus").count():
            break
    page.keyboard.type("đoạn khác")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.locator(".entry h3 a:focus").count():
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/1")
    assert page.locator("article h1").inner_text() == "Tin số 1 về ma túy, đã sửa"
    page.get_by_role("link", name="Lịch sử").first.click()
    assert page.locator("del").first.inner_text() != ""
    page.get_by_role("link", name="English").click()
    assert page.locator("h1").inner_text() == "The states of the article"
    context.close()


@needs_chromium
@pytest.mark.parametrize("width", [360, 820, 1280])
def test_no_page_is_wider_than_the_screen(
    web: Web, connection: psycopg.Connection, browser: Browser, width: int
) -> None:
    filled(connection)
    context, page = visit(browser, viewport={"width": width, "height": 800})
    for path in PAGES:
        page.goto(web.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()


@needs_chromium
def test_the_archived_copy_is_shown_and_does_nothing(
    database_uri: str, connection: psycopg.Connection, browser: Browser, outside: socket.socket
) -> None:
    filled(connection)
    with serving(database_uri, document=named(outside, DOCUMENT)) as web:
        context, page = visit(browser)
        page.goto(f"{web.address}/articles/1/archived")
        assert page.frame_locator("iframe").locator("h1").inner_text() == "Bản gốc"
        assert page.evaluate("window.ran") is None
        context.close()
    assert not was_asked(outside)


def test_every_sentence_has_its_english() -> None:
    folder = Path(pages.__file__).parent / "templates"
    said = {
        text for file in folder.glob("*.html") for text in re.findall(r"""\bt\('([^']+)'""", file.read_text("utf-8"))
    }
    assert len(said) > 80
    assert [text for text in said if text not in words.ENGLISH] == []


def test_a_state_from_before_a_takedown_is_not_said_to_be_gone(web: Web, connection: psycopg.Connection) -> None:
    filled(connection)
    before = shown(web, "/articles/2?at=" + at(15).isoformat().replace("+", "%2B"))
    assert "Bản như ngày" in before
    assert "Đã bị gỡ khỏi cổng" not in before
    early = web.get("/articles/2", at="1/1/2020")
    assert early.status == 404
    assert "chưa ghi nhận tin này" in early.text


@pytest.mark.parametrize("path", ["/portals/%00", "/units/", "/authors/", "/units/%00", "/authors/%20"])
def test_names_that_are_none(web: Web, connection: psycopg.Connection, path: str) -> None:
    filled(connection)
    assert web.get(path).status in {400, 404}
    for address in ("/api/v1/portals", "/api/v1/runs", "/api/v1/coverage"):
        assert web.get(address, portal="a\0b").status == 400
