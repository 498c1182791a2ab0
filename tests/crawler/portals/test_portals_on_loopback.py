"""Portals whose lists no plain link leads through, crawled over HTTP: ASP.NET postbacks, a JSON API."""

from __future__ import annotations

import html
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support import PATIENCE

ROOT = Path(__file__).parents[3]
HEADLINES = [
    f"Công an xã Tân Hòa vận động người dân giao nộp vũ khí đợt {name}"
    for name in ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy")
]
TEXT = (
    "Sáng nay, Công an xã phối hợp với ban quản lý thôn đến từng nhà vận động bà con giao nộp vũ khí, vật liệu nổ.",
    "Sau hai giờ, tổ công tác tiếp nhận ba khẩu súng tự chế và nhiều đạn chì do người dân tự nguyện mang đến trụ sở.",
)
Answer = tuple[int, str, str]
Asked = list[tuple[str, str, dict[str, str]]]


class Portal:
    """A portal in memory; `asked` holds every request as method, address, form."""

    def __init__(self) -> None:
        self.asked: Asked = []

    def answer(self, path: str, query: Mapping[str, str], form: Mapping[str, str]) -> Answer:
        raise NotImplementedError


@contextmanager
def served(portal: Portal) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            self.give({})

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.give(dict(parse_qsl(sent, keep_blank_values=True)))

        def give(self, form: dict[str, str]) -> None:
            portal.asked.append((self.command, self.path, form))
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            status, kind, text = portal.answer(parts.path, query, form)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(text.encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def crawl(origin: str, out: Path) -> list[dict[str, Any]]:
    subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "site", "-a", f"start={origin}/", "-O", str(out)],
        cwd=ROOT, env=os.environ | {"TINTINH_ALLOW_PRIVATE": "1"}, check=True, capture_output=True, timeout=PATIENCE,
    )  # fmt: skip
    return [json.loads(line) for line in out.read_text().splitlines()]


def page(text: str) -> Answer:
    return 200, "text/html; charset=utf-8", text


MISSING: Answer = (404, "text/html; charset=utf-8", "<html><body><h1>Không tìm thấy</h1></body></html>")


class Postbacks(Portal):
    """A WebForms section of three pages; a form that is not the one of the page before is answered with an error."""

    def answer(self, path: str, query: Mapping[str, str], form: Mapping[str, str]) -> Answer:
        if path == "/":
            return page(self.form("./", "home", '<div id="menu"><a href="/tin-an-ninh.aspx">Tin an ninh</a></div>'))
        if path == "/tin-an-ninh.aspx":
            return self.section(form)
        number = path.rpartition("-57")[0].rpartition("-")[2]
        if path.startswith("/article/") and number.isdigit():
            return page(self.article(int(number) - 27200))
        return MISSING

    def section(self, form: Mapping[str, str]) -> Answer:
        if not form:
            return page(self.list(1))
        shown = form.get("__VIEWSTATE", "").removeprefix("/wEPDwUKLTk=page")
        genuine = shown.isdigit() and form.get("__EVENTVALIDATION") == f"/wEdAAU={shown}"
        if not genuine or form.get("__EVENTTARGET") != "ctl00$Main$gvTin" or "ctl00$btnTim" in form:
            return 500, "text/html", "<html><body><h1>Invalid postback or callback argument</h1></body></html>"
        assert form["ctl00$txtTim"] == "Từ khóa & tìm"
        return page(self.list(int(form["__EVENTARGUMENT"].removeprefix("Page$"))))

    def list(self, number: int) -> str:
        rows = "".join(
            f'<tr><td><a class="tieude" href="{address}">{html.escape(HEADLINES[index])}</a></td></tr>'
            for index in range(number * 3 - 3, min(number * 3, len(HEADLINES)))
            for address in [f"/article/Cong-an-xa-Tan-Hoa-van-dong-{27200 + index}-57"]
        )
        cells = "".join(
            f"<td><span>{one}</span></td>"
            if one == number
            else f"""<td><a href="javascript:__doPostBack('ctl00$Main$gvTin','Page${one}')">{one}</a></td>"""
            for one in (1, 2, 3)
        )
        table = f'<table id="gvTin">{rows}<tr class="pager"><td><table><tr>{cells}</tr></table></td></tr></table>'
        return self.form("./tin-an-ninh.aspx", f"page{number}", table, f"/wEdAAU={number}")

    def article(self, index: int) -> str:
        paragraphs = "".join(f"<p>{html.escape(one)}</p>" for one in TEXT)
        return self.form(
            "./x",
            "article",
            '<div class="breadcrumb"><a href="/">Trang chủ</a><a href="/tin-an-ninh.aspx">Tin an ninh</a></div>'
            f'<span id="Main_lblTieuDe">{html.escape(HEADLINES[index])}</span>'
            f'<span id="Main_lblNgayDang">{index + 1:02}/05/2019 07:45</span><span id="Main_lblNoiDung">{paragraphs}'
            '<p style="text-align:right"><b>Hữu Liêm – PV05</b></p></span>',
        )

    def form(self, action: str, state: str, content: str, validation: str = "") -> str:
        return (
            f'<html><head><title>Công an tỉnh</title></head><body><form method="post" action="{action}" id="form1">'
            '<input type="hidden" name="__EVENTTARGET" value=""><input type="hidden" name="__EVENTARGUMENT" value="">'
            f'<input type="hidden" name="__VIEWSTATE" value="/wEPDwUKLTk={state}">'
            f'<input type="hidden" name="__EVENTVALIDATION" value="{validation}">'
            "<script>function __doPostBack(eventTarget, eventArgument) { theForm.submit(); }</script>"
            '<input type="text" name="ctl00$txtTim" value="Từ khóa &amp; tìm"><input type="submit" name="ctl00$btnTim">'
            f"{content}</form></body></html>"
        )


class NewsApi(Portal):
    """A DotNetNuke portal whose pages are empty until their script has asked the API."""

    api = "/DesktopModules/cmsview/api/NewsContent/"

    def answer(self, path: str, query: Mapping[str, str], form: Mapping[str, str]) -> Answer:
        if path == "/":
            return page(self.shell("Công an", "myService.getNewsBlockContents(0, 391, 3, 1, '')"))
        if path == "/tin-an-ninh":
            return page(self.shell("Tin an ninh", "myService.getNewsBlockContents(0, 698, 3, $scope.page, '')"))
        if path == self.api + "listnew":
            assert query == {
                "PortalId": "0",
                "ModuleId": "698",
                "GetType": "3",
                "txtKeyword": "",
                "PageIndex": query["PageIndex"],
            }
            start = int(query["PageIndex"]) * 3 - 3
            rows = [self.row(index) for index in range(start, min(start + 3, len(HEADLINES)))]
            return 200, "application/json; charset=utf-8", json.dumps({"ListData": rows[:1], "ListMoreData": rows[1:]})
        if path == self.api + "getbyid":
            text = "".join(f"<p>{one}</p>" for one in TEXT)
            whole = {"Id": int(query["id"]), "FullContent": text + "<p><b>Hữu Liêm – PV05</b></p>", "MetaKeywords": ""}
            return 200, "application/json; charset=utf-8", json.dumps([whole] if int(query["id"]) % 2 else whole)
        return page(self.shell("Tin", "")) if path.startswith("/tin-tuc/") else MISSING

    def row(self, index: int) -> dict[str, Any]:
        return {
            "Id": 9000 + index, "Url": f"giao-nop-vu-khi-dot-{index}", "Name": HEADLINES[index], "Description": "Bà con đồng tình.",
            "PublishTime": None if index == 4 else f"2026-01-{index + 10}T08:50:00", "CreatedTime": "2026-01-05T23:10:00",
        }  # fmt: skip

    def shell(self, title: str, script: str) -> str:
        return (
            f'<html><head><title>{title}</title><script src="/DesktopModules/cmsview/js/service.js"></script></head>'
            '<body id="Body"><form id="Form" method="post"><input type="hidden" name="__VIEWSTATE" value="x">'
            '<nav><a href="/">Trang chủ</a><a href="/tin-an-ninh">Tin ANTT và cảnh báo</a></nav>'
            f'<div id="dnn_ContentPane"><h1>{{{{item.Name}}}}</h1></div><script>{script}</script></form></body></html>'
        )


def test_a_postback_leads_to_the_pages_of_a_list(tmp_path: Path) -> None:
    portal = Postbacks()
    with served(portal) as origin:
        found = crawl(origin, tmp_path / "found.jsonl")
    assert sorted(article["title"] for article in found) == sorted(HEADLINES)
    assert {article["platform"] for article in found} == {"webforms"}
    assert {article["published_at"] for article in found} == {f"2019-05-0{day}T07:45:00+07:00" for day in range(1, 8)}
    assert {(article["byline"], article["section"]) for article in found} == {("Hữu Liêm – PV05", "Tin an ninh")}
    posted = [form["__EVENTARGUMENT"] for method, _, form in portal.asked if method == "POST"]
    assert sorted(posted) == ["Page$2", "Page$3"], "each page once"


def test_articles_of_the_news_api_keep_their_public_address(tmp_path: Path) -> None:
    portal = NewsApi()
    with served(portal) as origin:
        found = {article["title"]: article for article in crawl(origin, tmp_path / "found.jsonl")}
    assert sorted(found) == sorted(HEADLINES)
    for index, headline in enumerate(HEADLINES):
        article = found[headline]
        assert article["url"] == f"{origin}/tin-tuc/giao-nop-vu-khi-dot-{index}-{9000 + index}"
        assert article["fetched_url"] == f"{origin}{NewsApi.api}getbyid?id={9000 + index}"
        told = "2026-01-05T23:10:00+07:00" if index == 4 else f"2026-01-{index + 10}T08:50:00+07:00"
        assert article["published_at"] == told
        assert article["body"].split("\n\n") == ["Bà con đồng tình.", *TEXT]
        assert (article["lead"], article["unit"]) == ("Bà con đồng tình.", "PV05")
        assert article["section"] == "Tin ANTT và cảnh báo"
    assert not [path for _, path, _ in portal.asked if path.startswith("/tin-tuc/")], (
        "pages that hold nothing are left alone"
    )
