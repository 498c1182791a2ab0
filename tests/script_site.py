"""A news site whose pagers work by script alone, in three ways; all of it is made up."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PER_PAGE = 6
PAGES = 4
SECTIONS = {"/tin-an-ninh": "replaces", "/tin-phong-trao": "appends", "/tin-truy-na": "posts"}
NAMES = {"/tin-an-ninh": "Tin an ninh", "/tin-phong-trao": "Tin phong trào", "/tin-truy-na": "Tin truy nã"}


def articles(section: str) -> dict[str, str]:
    """Title by path, newest first."""
    first = 1000 * (1 + list(SECTIONS).index(section))
    name = NAMES[section].lower()
    return {
        f"{section}/cong-an-tinh-thong-bao-so-{first + number}.html": f"Công an tỉnh thông báo {name} trong ngày số {number}"
        for number in range(PER_PAGE * PAGES)
    }


def everything() -> set[str]:
    return {path for section in SECTIONS for path in articles(section)}


def _items(section: str, page: int) -> list[tuple[str, str]]:
    return list(articles(section).items())[(page - 1) * PER_PAGE : page * PER_PAGE]


def _entries(items: list[tuple[str, str]]) -> str:
    return "".join(f"<li><img src='/anh.png'><h3><a href='{path}'>{title}</a></h3></li>" for path, title in items)


def _whole(title: str, main: str) -> str:
    menu = "".join(f"<li><a href='{path}'>{NAMES[path]}</a></li>" for path in SECTIONS)
    return (
        f"<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'><title>{title}</title></head><body>"
        f"<nav><ul><li><a href='/'>Trang chủ</a></li>{menu}</ul></nav>"
        f"<div class='carousel'><button class='next' onclick='turned = 1'>›</button></div><main>{main}</main></body></html>"
    )


_REPLACES = """<ul id='list'></ul><div class='pager'><a href='javascript:void(0)' id='more'>Trang sau »</a></div><script>
let page = 0;
async function turn() {
  const answer = await fetch('/api?section=SECTION&page=' + ++page), found = await answer.json();
  document.getElementById('list').innerHTML = found.items.map(([path, title]) => `<li><h3><a href="${path}">${title}</a></h3></li>`).join('');
  if (found.last) document.getElementById('more').classList.add('disabled');
}
document.getElementById('more').onclick = turn;
turn();
</script>"""
_APPENDS = """<ul id='list'>ENTRIES</ul><button type='button' id='more'>Xem thêm</button><script>
let page = 1;
document.getElementById('more').onclick = () => setTimeout(async () => {
  const found = await (await fetch('/api?section=SECTION&page=' + ++page)).json();
  document.getElementById('list').insertAdjacentHTML('beforeend', found.items.map(([path, title]) => `<li><h3><a href="${path}">${title}</a></h3></li>`).join(''));
}, 100);
</script>"""


def _posts(page: int) -> str:
    numbers = "".join(
        f"<span class='current'>{number}</span>"
        if number == page
        else f'<a href="javascript:post({number})">{number}</a>'
        for number in range(1, PAGES + 1)
    )
    return (
        f"<form method='post' id='form'><input type='hidden' name='page' id='page'></form><ul>{_entries(_items('/tin-truy-na', page))}</ul>"
        f"<div class='paging'>{numbers}</div><script>function post(number) {{ document.getElementById('page').value = number; document.getElementById('form').submit(); }}</script>"
    )


def _section(section: str, page: int) -> str:
    how = SECTIONS[section]
    main = {"replaces": _REPLACES, "appends": _APPENDS}.get(how) or _posts(page)
    main = main.replace("ENTRIES", _entries(_items(section, 1))).replace("SECTION", section)
    return _whole(f"{NAMES[section]} - Công an tỉnh", f"<h1>{NAMES[section]}</h1>{main}")


def _article(path: str, title: str) -> str:
    text = "".join(
        f"<p>Đoạn {number} của thông báo {title.lower()}, viết đủ dài để thành một đoạn văn.</p>" for number in range(6)
    )
    return _whole(
        f"{title} - Công an tỉnh",
        f"<h1 class='title'>{title}</h1><span class='date'>08:30, 20/11/2026</span><div class='detail-content'>{text}</div>",
    )


class ScriptSite:
    """Answers by path; remembers what it was asked for, by whom."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.slow = 0.0  # seconds that the API takes to answer

    def answer(self, target: str, form: dict[str, list[str]]) -> tuple[int, str, str]:
        parts = urlsplit(target)
        query = parse_qs(parts.query)
        if parts.path == "/robots.txt":
            return 200, "text/plain", "User-agent: *\nDisallow: /quan-tri\n"
        if parts.path == "/":
            first = [item for section in SECTIONS for item in _items(section, 1)[:2]]
            return 200, "text/html", _whole("Công an tỉnh", f"<ul>{_entries(first)}</ul>")
        if parts.path in SECTIONS:
            return 200, "text/html", _section(parts.path, int(form.get("page", ["1"])[0]))
        if parts.path == "/api":
            time.sleep(self.slow)
            page = int(query["page"][0])
            found = {"items": _items(query["section"][0], page), "last": page >= PAGES}
            return 200, "application/json", json.dumps(found)
        if parts.path == "/chuyen-huong":
            return 302, "text/html", query["to"][0]
        title = articles(section).get(parts.path) if (section := "/" + parts.path.split("/")[1]) in SECTIONS else None
        return (200, "text/html", _article(parts.path, title)) if title else (404, "text/html", "<p>Không có trang này")


@contextmanager
def served(site: ScriptSite) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(parse_qs(body))

        def answer(self, form: dict[str, list[str]]) -> None:
            site.asked.append((self.path, self.headers["User-Agent"]))
            status, kind, text = site.answer(self.path, form)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", text)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
