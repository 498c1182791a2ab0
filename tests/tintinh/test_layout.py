"""A portal that changes its layout between two crawls: what is learned is kept with the run, and what no longer fits is said."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from tests.conftest import Command
from tests.tintinh.crawled import ALLOWED, rows
from tintinh.demo.page import Page
from tintinh.demo.server import serve

TITLES = (
    "Công an xã Tân Hà giúp người dân tìm lại chiếc xe bị mất trộm", "Khởi tố nhóm thanh niên gây rối trật tự nơi công cộng",
    "Hội thi tuyên truyền phòng cháy chữa cháy cho học sinh vùng cao", "Bắt giữ đối tượng trốn truy nã sau mười hai năm lẩn trốn",
    "Tập huấn kỹ năng lái xe an toàn cho công nhân khu công nghiệp", "Trao nhà tình nghĩa cho gia đình chính sách ở xã ven biển",
    "Cảnh báo thủ đoạn giả danh nhân viên ngân hàng qua điện thoại", "Ra quân tuần tra kiểm soát giao thông dịp cuối năm tại huyện",
    "Thu giữ hàng nghìn sản phẩm không rõ nguồn gốc trong kho hàng", "Người lái đò nhặt được ví tiền tìm trả lại cho khách phương xa",
)  # fmt: skip
TEXT = "Lực lượng công an phối hợp cùng chính quyền địa phương xác minh vụ việc và hướng dẫn bà con làm theo đúng quy định. "


class Rebuilt:
    """Ten articles in one section, in the first layout or in the one that came after it."""

    def __init__(self) -> None:
        self.is_new = False

    def page(self, target: str) -> Any:
        if target in {"/", "/tin-tuc"}:
            cards = "".join(
                f"<div class='item'><h3><a href='/tin-tuc/bai-viet-so-{n}-{100 + n}.html'>{title}</a></h3>"
                f"<span>0{n % 9 + 1}/11/2026</span></div>"
                for n, title in enumerate(TITLES)
            )
            return self.whole("Tin tức", f"<h1>Tin tức</h1>{cards}")
        if target.startswith("/tin-tuc/bai-viet-so-"):
            number = int(target.removesuffix(".html").rpartition("-")[2]) - 100
            return self.whole(TITLES[number], self.article(number))
        return Page(b"", status=HTTPStatus.NOT_FOUND)

    def article(self, number: int) -> str:
        title, date, text = (
            TITLES[number],
            f"0{number % 9 + 1}/11/2026 08:15",
            f"<p>{number} {TEXT * 3}</p><p>{TEXT * 2}</p>",
        )
        if self.is_new:
            return f"<section class='view'><div class='top'><h2 class='name'>{title}</h2><i>{date}</i></div><div class='in'>{text}</div></section>"
        signed = "<p style='text-align:right'><strong>Hữu Liêm – PV28</strong></p>"
        return f"<div class='detail'><h1 class='title'>{title}</h1><p class='date'>{date}</p><div class='text'>{text}{signed}</div></div>"

    def whole(self, title: str, main: str) -> Any:
        menu = "<ul class='menu'><li><a href='/'>Trang chủ</a></li><li><a href='/tin-tuc'>Tin tức</a></li></ul>"
        return Page(f"<html><head><title>{title}</title></head><body>{menu}{main}</body></html>".encode())


def test_a_new_layout_is_said_once_and_learned(command: Command, database_uri: str) -> None:
    portal = Rebuilt()
    with serve(site=portal) as address:
        crawl = ("crawl", "--site", address, "--name", "demo")
        first = command(*crawl, env=ALLOWED)
        assert first.returncode == 0, first.stderr
        again = command(*crawl, "--full", env=ALLOWED)
        assert again.returncode == 0, again.stderr
        portal.is_new = True
        changed = command(*crawl, "--full", env=ALLOWED)
        assert changed.returncode == 1
        (told,) = [line for line in changed.stderr.splitlines() if "layout" in line]
        assert told.startswith("demo: partial: the layout has changed: byline in 0 of 10 articles, in 100 % before; ")
        assert "title in `section.view > div.top > h2.name`, in `body > div.detail > h1.title` before" in told
        quiet = command(*crawl, "--full", env=ALLOWED)
        assert quiet.returncode == 0, quiet.stderr
    kept = rows(database_uri, "SELECT accounts->'wrapper'->'places'->'title' FROM news.run ORDER BY id")
    assert kept[0] == ({"body > div.detail > h1.title": 10},)
    assert kept[2] == ({"section.view > div.top > h2.name": 10},)
