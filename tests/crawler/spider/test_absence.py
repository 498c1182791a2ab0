"""What an answer says about an article that was there before."""

from __future__ import annotations

import pytest

from crawler.lines import Verdict
from crawler.spider.absence import MANY, is_outage, judge, says_it_is_missing
from tintinh.demo.truth import expected

ASKED = "http://congan.example.vn/tin-an-ninh/12-bat-nhom-trom.html"
HOME = "http://congan.example.vn/"


@pytest.mark.parametrize("status", [404, 410])
def test_removed(status: int) -> None:
    assert judge(status, ASKED, ASKED) == Verdict("removed")


@pytest.mark.parametrize(
    ("status", "says"),
    [(None, "down"), (500, "down"), (503, "down"), (400, "down"), (403, "blocked"), (429, "blocked")],
)
def test_what_says_nothing_of_the_article(status: int | None, says: str) -> None:
    assert judge(status, ASKED, ASKED) == says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Just a moment...\nĐang kiểm tra trình duyệt", "blocked"),
        ("Xác minh bạn không phải là người máy", "blocked"),
        ("Thông báo\nTrang thông tin đang bảo trì, mời bạn quay lại sau", "down"),
        ("Error establishing a database connection", "down"),
        ("Không tìm thấy trang\nNhập captcha để báo lỗi", Verdict("soft_404")),
        ("Công an tỉnh\n" + "Đăng nhập, mã captcha. " * 40, Verdict("soft_404")),
        ("", Verdict("soft_404")),
    ],
)
def test_pages_without_an_article(text: str, says: object) -> None:
    assert judge(200, ASKED, ASKED, "other", text) == says


@pytest.mark.parametrize(
    "notice",
    [
        "Thông báo\n\nBài viết này không tồn tại hoặc đã bị xóa.",
        "Lỗi 404\n\nTrang bạn yêu cầu không tìm thấy.",
        "Thông báo\n\nNội dung bạn tìm đã được gỡ khỏi trang.",
        "Page not found",
    ],
)
def test_an_article_page_that_only_says_it_is_gone(notice: str) -> None:
    assert says_it_is_missing(notice)
    assert judge(200, ASKED, ASKED, "article", notice, same=True) == Verdict("soft_404")
    long = notice + "\n\n" + "Lực lượng chức năng đã vận động người dân giao nộp vũ khí. " * 5
    assert judge(200, ASKED, ASKED, "article", long, same=True) is None


def test_no_article_of_the_demo_portal_says_that_it_is_missing() -> None:
    for truth in expected():
        text = f"{truth.title}\n\n{truth.body}"
        assert judge(200, ASKED, ASKED, "article", text, same=True) is None, truth.path
        assert not says_it_is_missing(truth.title), truth.path


@pytest.mark.parametrize("home", [HOME, HOME + "index.php", "https://www.congan.example.vn/trang-chu.html"])
def test_redirect_home(home: str) -> None:
    assert judge(302, ASKED, home, "list", "Trang chủ") == Verdict("redirect_home", home)


def test_redirect_to_a_page_of_another_site_says_nothing() -> None:
    assert judge(200, ASKED, "http://dangnhap.example.org/", "article", "Đăng nhập") == "down"


def test_an_outage_is_many_and_half() -> None:
    removed = [Verdict("removed")] * MANY
    assert is_outage(removed, 2 * MANY)
    assert not is_outage(removed, 2 * MANY + 1)
    assert not is_outage(removed[1:], MANY)
    same = [Verdict("redirect_article", HOME + "bao-tri.html")] * MANY
    assert is_outage(same, MANY), "one page for everything is no article of its own"
