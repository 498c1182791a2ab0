"""What a list tells beside its addresses: cards, marks of its pages, what stands beside it, where it ends."""

from __future__ import annotations

import pytest

from crawler.platforms.base import Card, Listing
from crawler.platforms.generic import PLATFORM
from crawler.platforms.page import Page
from crawler.platforms.registry import fits, platforms

SITE = "http://congan.example.vn"
GENERIC = platforms()["generic"]


def entry(number: int) -> str:
    url = f"/tin/nguoi-gac-den-bien-ke-chuyen-{number}000.html"
    return (
        f"<div class='o'><a href='{url}'><img data-src='/anh/{number}.jpg'></a><h3><a href='{url}'>Người gác đèn biển kể chuyện {number}</a></h3>"
        f"<span>0{number}/10/2026 07:1{number}</span><p>Ngọn đèn trên mỏm đá chưa tắt một đêm nào suốt {number} mùa gió chướng.</p></div>"
    )


def page(path: str, body: str) -> Page:
    return Page(f"{SITE}{path}", f"<html><head><title>Tin biển</title></head><body>{body}</body></html>".encode())


def listed(path: str, pager: str, numbers: range = range(1, 5)) -> Listing:
    return GENERIC.listing(page(path, f"<h1>Tin biển</h1><div>{''.join(map(entry, numbers))}</div>{pager}"))


def row(*links: str, current: str = "<span>1</span>") -> str:
    return f"<div class='d-flex'>{current}{''.join(f'<a href={url}>{number}</a>' for number, url in enumerate(links, 2))}</div>"


def test_a_card_travels_with_its_address() -> None:
    found = listed("/tin-bien", "")
    card = found.cards[found.articles[1]]
    assert card.title == "Người gác đèn biển kể chuyện 2"
    assert card.published_at is not None
    assert card.published_at.isoformat() == "2026-10-02T07:12:00+07:00"
    assert card.lead == "Ngọn đèn trên mỏm đá chưa tắt một đêm nào suốt 2 mùa gió chướng."
    assert card.image == f"{SITE}/anh/2.jpg"


@pytest.mark.parametrize(
    ("first", "pages", "marks"),
    [
        ("/bien.htm", ["/bien/trang-2.htm", "/bien/trang-3.htm"], []),
        ("/bien", ["/bien-p2", "/bien-p3"], ["2", "3"]),
        ("/bien", ["/bien-page1", "/bien-page2"], ["2", "3"]),
        ("/bien/", ["p2", "p3"], []),
        ("/bien.html", ["?p=2", "?p=3"], ["2", "3"]),
        ("/Muc/17/Bien.html", ["/Muc/PhanTrang/17/2/Bien.html", "/Muc/PhanTrang/17/3/Bien.html"], ["2", "3"]),
        ("/DanhMuc/14/Bien", ["/DanhMuc/14/2/Bien"], ["2"]),
        ("/bien", ["/bien/2"], ["2"]),
        ("/bien", ["?currentPage=1", "?currentPage=2"], ["2", "3"]),
        ("/bien?loai=4", ["?loai=4&start=10", "?loai=4&start=20"], ["2", "3"]),
    ],
)
def test_a_row_of_numbers_is_read(first: str, pages: list[str], marks: list[str]) -> None:
    found = listed(first, row(*pages))
    urls = [page(first, "x").absolute(url) for url in pages]
    assert found.pages == urls
    assert [found.marks[url] for url in urls if url in found.marks] == marks
    assert (found.end, found.end_reason) == ("more", f"page 1 of {len(pages) + 1}")


@pytest.mark.parametrize(
    ("here", "link", "leads"),
    [
        ("/bien", "<a class='btn-more' href='/bien/trang-2'>Xem thêm</a>", "/bien/trang-2"),
        ("/bien", "<a href='?page=2'>Trang sau</a>", "/bien?page=2"),
        ("/bien/p2", "<a href='/bien/p1'>‹</a><a href='/bien/p3'>›</a>", "/bien/p3"),
        ("/bien", "<li class='previous'><a href='/bien/page/2'>← Previous</a></li>", "/bien/page/2"),
        ("/bien", "<a href='/ban-doc/trang-2'>Xem thêm</a>", None),
        ("/bien", "<a href='/tin/nguoi-gac-den-bien-ke-chuyen-9000.html'>Xem tiếp</a>", None),
    ],
)
def test_a_link_to_the_next_page_is_told_by_where_it_leads(here: str, link: str, leads: str | None) -> None:
    assert listed(here, link).pages == ([SITE + leads] if leads else [])


@pytest.mark.parametrize(
    ("pager", "count", "end"),
    [
        ("", 4, "seen"),
        ("", 10, ""),
        (row(current="<a href='/bien'>1</a><span class='active'>2</span>"), 3, "seen"),
        ("<div>Trang 1/12</div>", 4, "unseen"),
        ("<p>Chuyên mục có 120 bài viết</p>", 4, "unseen"),
        ("<button class='tai'>Xem thêm</button>", 4, "unseen"),
        ("<div><b>1</b><a href='#'>2</a><a href='#'>3</a></div>", 4, "unseen"),
    ],
)
def test_whether_the_end_was_seen_is_told(pager: str, count: int, end: str) -> None:
    found = listed("/bien", pager, range(1, count + 1))
    assert found.end == end, found.end_reason


def test_what_stands_beside_a_list_is_listed_and_decides_nothing() -> None:
    side = "<div class='hop'><h4>Đọc nhiều</h4><ul>" + "".join(
        f"<li><a href='/tin/chuyen-cu-ben-ngon-hai-dang-{number}.html'>Chuyện cũ bên ngọn hải đăng {number}</a></li>" for number in (801, 802, 803)
    ) + "</ul></div>"  # fmt: skip
    found = listed("/bien", side)
    assert len(found.articles) == 7
    assert sorted(found.beside) == sorted(found.articles[4:])
    assert GENERIC.kind(page("/bien", f"<h1>Tin biển</h1>{side}")) == "other"


def test_a_calendar_is_no_pager() -> None:
    days = "".join(f"<td><a href='/bien?ngay={day}'>{day}</a></td>" for day in range(1, 31))
    assert listed("/bien", f"<table><tr>{days}</tr></table>").pages == []


@pytest.mark.parametrize(
    ("own", "link", "leads"),
    [
        ("/muc", "/muc?tx_news_pi1%5BcurrentPage%5D=2&cHash=0f3a9c", True),
        ("/muc", "/muc?p_p_id=101_X&p_p_lifecycle=0&p_p_state=normal&_101_X_delta=5&_101_X_cur=2", True),
        ("/muc", "/khac?p_p_id=101_X&p_p_lifecycle=0&p_p_state=normal&_101_X_delta=5&_101_X_cur=2", False),
    ],
)
def test_a_next_page_whose_query_says_more_than_a_number(own: str, link: str, leads: bool) -> None:
    found = listed(own, f"<ul class='pager'><li class='next'><a href='{link}'>Sau</a></li></ul>")
    assert found.pages == ([SITE + link] if leads else [])


def test_a_next_button_that_is_off_ends_a_list() -> None:
    found = listed("/muc?page=3", "<ul class='pager'><li class='disabled'><a href='javascript:;'>Sau →</a></li></ul>")
    assert (found.end, found.end_reason) != ("cut", "“Sau →” has no address")
    assert "no address" not in (found.end_reason or "")


def test_two_links_are_a_menu_where_there_is_no_other() -> None:
    menu = "<ul><li><a href='/bien'>Tin biển</a></li><li><a href='/dao'>Tin đảo</a></li></ul>"
    assert GENERIC.sections(page("/", f"{menu}<p>Chào.</p>")) == [f"{SITE}/bien", f"{SITE}/dao"]


def test_a_page_of_one_story_is_no_list_of_the_many_it_names() -> None:
    others = "".join(
        f"<tr><td><a href='NewsDetail.php?id={n}&cat=3'>Người gác đèn biển kể chuyện thứ {n} trong đêm</a> (0{n}/10/2026)</td></tr>"
        for n in range(1, 9)
    )
    body = (
        "<table><tr><td><span>Tàu cá gặp nạn được đưa vào bờ an toàn trong đêm gió lớn</span></td></tr>"
        "<tr><td><font color=gray>Thứ năm, 12/11/2026, 10:42 GMT+7</font></td></tr>"
        f"<tr><td><p>{'Ngọn đèn trên mỏm đá chưa tắt một đêm nào suốt mười mùa gió chướng. ' * 5}</p></td></tr>"
        f"<tr><td>Các tin khác</td></tr>{others}</table>"
    )
    assert GENERIC.kind(page("/NewsDetail.php?id=331&cat=3", body)) == "article"


@pytest.mark.parametrize(
    ("below", "section"),
    [
        ("<div><div>Chuyên mục</div><div><a href='/bien'>Tin biển</a></div></div>", "Tin biển"),
        ("<p>Đăng trong: <a href='/bien'>Tin biển</a></p>", "Tin biển"),
        ("<p>Xem <a href='/bien'>Tin biển</a></p>", None),
    ],
)
def test_a_section_is_told_below_the_text(below: str, section: str | None) -> None:
    text = "".join(
        f"<p>Ngọn đèn trên mỏm đá chưa tắt một đêm nào suốt {n} mùa gió chướng, người gác kể.</p>" for n in range(2, 40)
    )
    story = page(
        "/dem-gio-lon-tren-mom-da-1234.html",
        f"<h1>Tàu cá gặp nạn được đưa vào bờ an toàn trong đêm</h1><span>12/11/2026 10:42</span><div class='noidung'>{text}</div>{below}",
    )
    assert GENERIC.extract(story).section == section


SHORT = "Bến đò Giếng Đá an toàn nhờ tổ tự quản"


def short_among_cards() -> Page:
    """Two sentences under a headline, and more said in the cards below them, with a row of numbers."""
    text = "<p>Mỗi sáng, tổ tự quản nhắc từng người mặc áo phao trước khi lên đò, kể cả người đi một mình.</p><p>Ba năm nay bến không có vụ tai nạn nào.</p>"
    numbers = "<div><span>1</span><a href='?p=2'>2</a><a href='?p=3'>3</a></div>"
    body = f"<h1>{SHORT}</h1><p>16/11/2024 06:27</p><div>{text}</div><div>{''.join(map(entry, range(1, 7)))}</div>{numbers}"
    return Page(f"{SITE}/tin/ben-do-gieng-da", f"<title>{SHORT}</title><body>{body}</body>".encode())


@pytest.mark.parametrize(
    ("headline", "kind"), [(None, "list"), (SHORT, "article"), ("Người gác đèn biển kể chuyện của mình", "list")]
)
def test_the_headline_under_which_a_list_names_a_page_is_a_witness(headline: str | None, kind: str) -> None:
    found = short_among_cards()
    assert GENERIC.kind(found, Card(found.url, headline) if headline else None) == kind


def test_a_platform_that_shuts_out_all_that_a_page_lists_does_not_fit() -> None:
    cards = "".join(map(entry, range(1, 5)))
    numbered, plain = page("/", f"<div>{cards}</div>"), page("/", f"<div>{cards.replace('000.html', '-km')}</div>")
    nukeviet = platforms()["nukeviet"]
    assert (fits(nukeviet, numbered), fits(nukeviet, plain), fits(GENERIC, plain)) == (True, False, True)


@pytest.mark.parametrize("label", [SHORT, "Bến đò Giếng Đá an toàn nhờ…"])
def test_a_box_that_names_the_page_as_a_link_is_not_its_heading(label: str) -> None:
    text = "".join(f"<p>Đoạn {number} kể chuyện bến đò, người lái và chiếc áo phao màu cam.</p>" for number in range(5))
    box = f"<div><h2><a href='/tin/ben-do-gieng-da'>{label}</a></h2></div>"
    body = (
        f"<article><h1>{SHORT}</h1><p>16/11/2024 06:27</p><h2>Ba năm nay bến không có vụ nào.</h2>{text}</article>{box}"
    )
    found = Page(f"{SITE}/tin/ben-do-gieng-da", f"<title>{SHORT} - Trang tin biển</title><body>{body}</body>".encode())
    title = PLATFORM.title_of(found)
    assert title is not None
    assert title.element is not None
    assert (title.text, title.element.tag) == (SHORT, "h1")


@pytest.mark.parametrize("front", ["/?", "/index.php?/"])
def test_addresses_whose_query_is_the_path_are_sections_lists_and_articles(front: str) -> None:
    menu = "".join(
        f"<td><a href='{front}chuyen-muc/{number}.html'>{name}</a></td>"
        for number, name in enumerate(["Tin biển", "Đời lính đảo", "Hải đăng"], 1)
    )
    cards = "".join(map(entry, range(1, 5))).replace("/tin/", f"{front}tin/1/")
    home = GENERIC.sections(page("/", f"<table><tr>{menu}</tr></table><div>{cards}</div>"))
    sections = [f"{SITE}{front}chuyen-muc/{number}.html" for number in (1, 2, 3)]
    assert [url for url in home if url in sections] == sections
    pages = [f"{front}chuyen-muc/1/trang-2.html", f"{front}chuyen-muc/1/trang-3.html"]
    first = f"{front}chuyen-muc/1.html"
    found = GENERIC.listing(
        page(first, f"<table><tr>{menu}</tr></table><h1>Tin biển</h1><div>{cards}</div>{row(*pages)}")
    )
    assert len(found.articles) == 4
    assert found.pages == [f"{SITE}{url}" for url in pages]
    assert (found.end, found.end_reason) == ("more", "page 1 of 3")
    assert GENERIC.page_kind(page(first, f"<h1>Tin biển</h1><div>{cards}</div>")) == "list"
    assert not GENERIC.could_be_article(f"{SITE}{front}lien-he.html")
