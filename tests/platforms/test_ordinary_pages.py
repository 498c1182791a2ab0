"""What rules for odd pages must not take from ordinary ones."""

from __future__ import annotations

import pytest

from crawler.platforms.base import Fields
from crawler.platforms.evidence import menu
from crawler.platforms.page import Page
from crawler.platforms.registry import recognize

LONG = "Đêm qua, tổ tuần tra của công an xã đi dọc triền đê, gõ cửa từng nhà nhắc bà con khóa xe và cất nông sản trước khi nước lên."
TITLE = "Tổ tuần tra xã đê bao gõ cửa từng nhà trong đêm nước lên"
URL = "http://congan-mau.example.vn/tin/to-tuan-tra-xa-de-bao-go-cua-tung-nha-123.html"


def read(text: str, *, behind: str = "", heading: str = TITLE, body: str = "", told: str = TITLE) -> Fields:
    """The article of a page with three paragraphs, then `text`."""
    paragraphs = "".join(f"<p>{number}. {LONG}</p>" for number in range(1, 4))
    page = (
        f"<html><head><title>{told}</title><meta property=og:title content='{told}'></head><body {body}>"
        f"<div><h1>{heading}</h1><p>05/11/2026 08:15</p><div class=noi-dung>{paragraphs}{text}</div>{behind}</div></body></html>"
    )
    found = Page(URL, page.encode())
    return recognize(found)[0].extract(found)


def captions(found: Fields) -> list[str | None]:
    return [image.caption for image in found.images]


@pytest.mark.parametrize("name", ["has-material-icons page", "no-material-icons", "material-icons-page"])
def test_a_page_that_is_called_like_a_font_of_signs_is_read(name: str) -> None:
    assert read("", body=f"class='{name}'").title == TITLE


def test_a_sentence_in_one_box_with_a_picture_stays_in_the_text() -> None:
    sentence = "Công an đã khám xét nơi ở."
    found = read(f"<div><p><img src=/a.jpg></p><p>{sentence}</p></div><p>{LONG}</p>")
    assert sentence in found.body
    assert captions(found) == [None]


@pytest.mark.parametrize(
    "text",
    [
        "<div><img src=/a.jpg><p>Tin, ảnh: Hữu Liêm.</p></div>",
        f"<div><img src=/a.jpg></div><div class=x>Quang cảnh hội nghị ở huyện</div><p>{LONG}</p><div><img src=/b.jpg></div><div class=x>Hữu Liêm – PV28</div>",
    ],
)
def test_who_signs_below_a_picture_is_no_caption(text: str) -> None:
    assert read(text).authors == ("Hữu Liêm",)


def test_the_last_sentence_below_a_picture_stays_in_the_text() -> None:
    last = "Vụ việc đang được cơ quan công an tiếp tục điều tra, làm rõ."
    found = read(
        f"<div><img src=/a.jpg></div><div>Quang cảnh hội nghị</div><p>{LONG}</p><div><img src=/b.jpg></div><div>{last}</div>"
    )
    assert last in found.body


@pytest.mark.parametrize(
    "text",
    [
        "<div>Theo Nghị định số 100 <a href=#fn1>[1]</a> và Luật mới <a href=#fn2>[2]</a></div>",
        "<div>Xem <a href=#bang>bảng</a> và <a href=#hinh>hình</a> ở cuối bài, do Phòng Cảnh sát giao thông lập.</div>",
    ],
)
def test_notes_and_references_are_no_table_of_contents(text: str) -> None:
    assert "Theo Nghị định số 100" in (found := read(text).body) or "Phòng Cảnh sát giao thông" in found


def test_pictures_that_a_style_sheet_enlarges_are_no_table_of_contents() -> None:
    found = read(
        "<figure><a href=#l1><img src=/a.jpg></a><a href=#l2><img src=/b.jpg></a><figcaption>Hai đối tượng tại cơ quan công an</figcaption></figure>"
    )
    assert len(found.images) == 2


def test_a_topic_that_belongs_to_the_title_stays() -> None:
    whole = "Vụ Vạn Thịnh Phát: Đề nghị truy tố thêm mười bị can trong vụ án"
    topic = "<a href=/vu-van-thinh-phat>Vụ Vạn Thịnh Phát</a>: Đề nghị truy tố thêm mười bị can trong vụ án"
    assert read("", heading=topic, told=whole).title == whole


def test_partners_below_the_article_are_not_its_pictures() -> None:
    logos = "<div class=partners><h3>Đối tác</h3><figure><img src=/logo1.png></figure><figure><img src=/logo2.png></figure></div>"
    assert read("", behind=f"</div>{logos}<div>").images == ()


@pytest.mark.parametrize(
    "behind",
    [
        "<table><tr><td>Nguồn</td><td><a href=/them>Xem thêm</a></td></tr></table>",
        "<p><span>Nguồn tin</span><span>Trang chủ</span></p>",
    ],
)
def test_what_stands_beside_a_source_need_not_be_one(behind: str) -> None:
    assert read("", behind=behind).credit is None


def test_archives_are_told_by_years_and_months_alone() -> None:
    links = (
        "<a href=/thong-bao/2026>Thông báo</a> <a href=/the-thao/2026>Thể thao</a> <a href=/2026/11/>Tháng 11 (5)</a>"
    )
    page = Page("http://congan-mau.example.vn/", f"<body><div>{links}</div></body>".encode())
    assert list(menu.archives(page).values()) == ["http://congan-mau.example.vn/2026/11/"]


def test_a_headline_with_a_dash_behind_the_name_of_the_site() -> None:
    title = "Thượng úy Đàm Quốc Sỹ – người giữ nhịp cho chuyến đò đêm"
    text = (
        f"<td><font size=4><b>{title}</b></font></td><td>05/11/2026 08:15</td><td><p>{LONG}</p><p>{LONG} Thêm.</p></td>"
    )
    page = f"<html><head><title>Báo điện tử - {title}</title></head><body><table><tr>{text}</tr></table></body></html>"
    found = Page(URL, page.encode())
    assert recognize(found)[0].extract(found).title == title


@pytest.mark.parametrize(
    "buttons", ["<a href=#>In bài</a> | <a href='javascript:gui()'>Gửi cho bạn</a>", "<a href='#'>Lưu tin</a>"]
)
def test_buttons_of_scripts_end_no_text(buttons: str) -> None:
    assert read(f"<p align=right><b>Hữu Liêm – PV28</b></p><div>{buttons}</div>").authors == ("Hữu Liêm",)
    assert "Gửi" not in read(f"<div>{buttons}</div>").body


def test_an_author_whose_link_leads_nowhere_signs() -> None:
    assert read("<p><a href='#'>Nguyễn Hữu Liêm</a></p>").authors == ("Nguyễn Hữu Liêm",)


def test_a_short_text_with_pictures_in_one_cell_is_no_caption() -> None:
    cell = f"<p><img src=/a.jpg></p><p><i>Quang cảnh hội nghị.</i></p><p>{LONG}</p><p><img src=/b.jpg></p><p><i>Bà con trên đê.</i></p>"
    page = (
        f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>05/11/2026 08:15</p>"
        f"<div>Tóm tắt: Mở đầu. {LONG}</div><table><tr><td>{cell}<p>{LONG} Hết.</p></td></tr></table></body></html>"
    )
    found = Page(URL, page.encode())
    fields = recognize(found)[0].extract(found)
    assert (fields.body.count(LONG), captions(fields)) == (3, ["Quang cảnh hội nghị.", "Bà con trên đê."])
    assert not fields.body.startswith("Tóm tắt")


def test_two_short_paragraphs_with_a_picture_below_a_row_of_labels_are_the_text() -> None:
    lead = "Chỉ trong một đêm, tổ tuần tra đã gõ cửa sáu mươi nhà dọc triền đê để nhắc bà con dọn đồ lên cao."
    row = "<div><span>HL</span><span>Hữu Liêm – PV28</span><time>08:15 05/11/2026</time></div>"
    text = "<p>Nước lên từ chập tối, đến nửa đêm thì tràn qua con lộ nhỏ đầu xóm.</p><figure><img src=/a.jpg></figure><p>Sáng ra, không nhà nào bị mất của, không ai phải đi cấp cứu trong đêm.</p>"
    page = (
        f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1><p class=x>{lead}</p>{row}"
        f"<div><a href=#>Lưu</a></div><div>{text}</div></article></body></html>"
    )
    found = Page(URL, page.encode())
    fields = recognize(found)[0].extract(found)
    assert (fields.lead, fields.byline, fields.body.count("\n\n")) == (lead, "Hữu Liêm – PV28", 2)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<p><b>Nguyễn Văn Bình</b></p><p>Giới tính: Nam</p><p>Năm sinh: 1990</p>", "Nguyễn Văn Bình"),
        (f"<p>{LONG}</p><p align=right><b>Trần Văn Nam</b></p><p>Giám đốc Công an tỉnh</p>", "Giám đốc Công an tỉnh"),
        ("<h3><a href='#'>Diễn biến vụ án</a></h3>" + f"<p>{LONG}</p>", "Diễn biến vụ án"),
        (
            (
                "<ul><li>Thể loại: Thơ, truyện ngắn, bút ký</li><li>Trung bình: 5,2%</li><li>12.000 lượt xem</li></ul>"
                f"<p>{LONG}</p>"
            ),
            "Thể loại: Thơ, truyện ngắn, bút ký",
        ),
        (
            (
                "<ul><li>Thể loại: Thơ, truyện ngắn, bút ký</li><li>Trung bình: 5,2%</li><li>12.000 lượt xem</li></ul>"
                f"<p>{LONG}</p>"
            ),
            "Trung bình: 5,2%",
        ),
        (
            (
                "<ul><li>Thể loại: Thơ, truyện ngắn, bút ký</li><li>Trung bình: 5,2%</li><li>12.000 lượt xem</li></ul>"
                f"<p>{LONG}</p>"
            ),
            "12.000 lượt xem",
        ),
    ],
)
def test_lines_of_the_text_that_look_like_a_template_stay(text: str, kept: str) -> None:
    assert kept in read(text).body


def test_who_signs_in_a_link_that_leads_nowhere() -> None:
    assert read("<p><a href='#'>Tin, ảnh: Hữu Liêm</a></p>").authors == ("Hữu Liêm",)


def test_pictures_that_a_script_enlarges_stay() -> None:
    found = read(
        "<figure><a href='#'><img src=/a.jpg></a><figcaption><a href='#'>Quang cảnh buổi lễ</a></figcaption></figure>"
        f"<p>{LONG}</p>"
    )
    assert captions(found) == ["Quang cảnh buổi lễ"]


def test_comments_below_a_short_text_are_none_of_it() -> None:
    comments = f"<div class=comment-list><h3>Bình luận (2)</h3><p>Minh: {LONG}</p><p>Lan: {LONG}</p></div>"
    page = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>05/11/2026 08:15</p><div><p>Sáng 5/11, Công an xã Đê Bao ra quân tuần tra đêm.</p><p><img src=/a.jpg></p>{comments}</div></body></html>"
    found = Page(URL, page.encode())
    assert "Minh:" not in recognize(found)[0].extract(found).body


@pytest.mark.parametrize(
    "link", ["<a href=/?cat=4>Quay lại</a>", "<a href='/rss.aspx?cat=4'>RSS</a>", "<a href='/?location=4'>Bản đồ</a>"]
)
def test_what_leads_back_is_no_section(link: str) -> None:
    page = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>05/11/2026 08:15</p><div><p>{LONG}</p><p>{LONG} Hai.</p></div><p>{link}</p></body></html>"
    found = Page("http://congan-mau.example.vn/?cat=4&location=4&id=128", page.encode())
    assert recognize(found)[0].extract(found).section is None


def test_the_name_of_the_site_below_the_headline_is_no_title() -> None:
    title, site = "Khởi tố năm bị can trong vụ lừa đảo", "Cổng thông tin điện tử Công an tỉnh Bắc Ninh"
    page = f"<html><head><title>{title} - {site}</title></head><body><div>{title}</div><div>{site}</div><div>05/11/2026 08:15</div><div><p>{LONG}</p><p>{LONG} Hai.</p></div></body></html>"
    found = Page(URL, page.encode())
    assert recognize(found)[0].extract(found).title == title


def test_who_speaks_between_paragraphs_stays() -> None:
    page = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>05/11/2026 08:15</p><section><div>{LONG}</div><div><b>Đại tá Trần Văn Nam</b></div><div>{LONG} Hai.</div><div>{LONG} Ba.</div></section></body></html>"
    found = Page(URL, page.encode())
    assert "Đại tá Trần Văn Nam" in recognize(found)[0].extract(found).body


def test_a_name_below_a_picture_is_no_author_on_wordpress() -> None:
    figure = "<figure><img src=/a.jpg></figure><p>Đào Văn Cường - PC08</p>"
    page = f"<html><head><title>{TITLE}</title><link rel=stylesheet href=/wp-content/themes/x/style.css></head><body class='wp-theme-x single-post'><article><h1>{TITLE}</h1>{figure}<p><time>05/11/2026 08:15</time></p><div class=entry-content><p>{LONG}</p><p>{LONG} Hai.</p></div></article></body></html>"
    found = Page(URL, page.encode())
    assert recognize(found)[0].extract(found).authors == ()


STORIES = "".join(
    f"<div class=card><h3><a href=/tin/2026/loat-bai-so-{number}-ky-{number % 4}.html>Loạt bài về con đê mùa nước, phần thứ {number}</a></h3>"
    f"<p>{LONG}</p><a href=/tin/2026/loat-bai-so-{number}-ky-{number % 4}.html>Xem thêm</a></div>"
    for number in range(1, 8)
)


@pytest.mark.parametrize(
    "box",
    [
        "",
        "<div><h4>Văn bản</h4><a href='/van-ban?linhvuc=1&loai=2'>Xem thêm</a></div>",
        "<div><h4>Video</h4><a href='/video?page=2'>»</a></div>",
        "<div><h4>Khảo sát</h4><a href='/khao-sat?id=3&p=2'>Tiếp</a></div>",
        "<div><b>1</b> <a href='/hoi-dap/4/2'>2</a></div>",
    ],
)
def test_stories_and_other_lists_are_no_second_page(box: str) -> None:
    page = (
        f"<html><head><title>Pháp luật</title></head><body><h1>Pháp luật</h1><main>{STORIES}</main>{box}</body></html>"
    )
    found = Page("http://congan-mau.example.vn/phap-luat", page.encode())
    listing = recognize(found)[0].listing(found)
    assert (len(listing.articles), list(listing.pages)) == (7, [])


def test_what_a_line_of_facts_below_a_picture_leads_on_to_is_text() -> None:
    found = read("<p><img src=/a.jpg></p><p>Biển số: 86A-123.45</p><p>Màu sơn: xanh</p>")
    assert "Biển số: 86A-123.45\n\nMàu sơn: xanh" in found.body
    captioned = read(f"<p><img src=/a.jpg></p><p>Từ trái sang: ông Lộc và bà Bảy trước trụ sở</p><p>{LONG}</p>")
    assert captions(captioned) == ["Từ trái sang: ông Lộc và bà Bảy trước trụ sở"]


def test_a_line_behind_a_break_that_signs_nothing_stays_in_its_paragraph() -> None:
    verse = "Ra đi mẹ có dặn dò.<br>Ruộng sâu thì phải be bờ."
    assert verse.replace("<br>", " ") in read(f"<p>{verse}</p>").body


@pytest.mark.parametrize("behind", ["", "<footer><a href=/>Công an xã đê bao</a></footer>"])
def test_a_unit_that_signs_below_the_text_counts_though_it_publishes(behind: str) -> None:
    found = read("<p style='text-align:right'><b>Công an xã Đê Bao</b></p>", behind=behind)
    assert found.unit == "Công an xã Đê Bao"


MENU = "<ul class=menu><li><a href=/>Trang chủ</a><li><a href=/hoi-dap.html>Hỏi đáp</a><li><a href=/an-ninh.html>An ninh</a><li><a href=/vi-dan.html>Vì dân</a></ul>"


@pytest.mark.parametrize(("heading", "kind"), [("Hỏi đáp", "other"), (TITLE, "article")])
def test_a_page_that_a_menu_leads_to_under_its_heading_is_no_news(heading: str, kind: str) -> None:
    paragraphs = "".join(f"<p>{number}. {LONG}</p>" for number in range(1, 4))
    page = Page(
        URL.rpartition("/tin/")[0] + "/hoi-dap.html",
        f"<html><head><title>{heading}</title></head><body>{MENU}<h1>{heading}</h1><p>Cập nhật: 05/11/2026 08:15</p><div>{paragraphs}</div></body></html>".encode(),
    )
    platform = recognize(page)[0]
    assert platform.kind(page) == kind


@pytest.mark.parametrize(
    ("asked", "told", "is_told"),
    [
        ("/?id=18", "/tin-tuc/18-bat-giu.html", True),
        ("/index.php?id=18", "/tin-tuc/18-bat-giu.html", True),
        ("/?id=18", "/tin-tuc/19-bat-giu.html", False),
        ("/bai.html?page=12", "/bai-12.html", False),
        ("/?id=2026", "/2026/11/05/", False),
        ("/?id=3", "/1-2-3.html", False),
        ("/?id=18", "/", False),
        ("/tin/18-bat-giu.html", "/tin/", False),
    ],
)
def test_a_canonical_address_with_the_number_asked_for_is_the_articles(asked: str, told: str, is_told: bool) -> None:
    site = "http://congan-mau.example.vn"
    page = Page(
        site + asked,
        f"<html><head><link rel=canonical href='{site}{told}'></head><body><h1>{TITLE}</h1></body></html>".encode(),
    )
    assert page.told_address == (site + told if is_told else page.address)


@pytest.mark.parametrize(
    ("text", "kind"), [("Bài này được bảo vệ, mời nhập mật khẩu để xem.", "other"), (3 * LONG, "article")]
)
def test_a_page_that_asks_for_a_password_in_place_of_its_text_is_none(text: str, kind: str) -> None:
    form = "<form method=post><p>Mật khẩu: <input name=post_password type=password></p></form>"
    page = Page(
        URL,
        f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1><p>05/11/2026 08:15</p><div class=entry-content><p>{text}</p>{form}</div></article></body></html>".encode(),
    )
    assert recognize(page)[0].kind(page) == kind


@pytest.mark.parametrize(
    ("line", "byline", "caption"),
    [
        ("<p>Đ.A</p>", "Đ.A", None),
        ("<p><em>Hữu Liêm</em></p>", "Hữu Liêm", None),
        ("<p align=center><em>Hữu Liêm</em></p>", None, "Hữu Liêm"),
        ("<p><em>Phan Văn Lộc</em></p>", None, "Phan Văn Lộc"),
    ],
)
def test_a_name_below_the_last_picture_signs_unless_the_text_knows_it(
    line: str, byline: str | None, caption: str | None
) -> None:
    found = read(
        f"<p>Ông Phan Văn Lộc nhận lại chiếc xe của mình ngay trong buổi sáng.</p><p><img src=/a.jpg></p>{line}"
    )
    assert (found.byline, captions(found)) == (byline, [caption])


WHOLE = "".join(f"<p>{number}. {LONG}</p>" for number in range(1, 4))


def whole(inner: str, *, path: str = "", title: str = TITLE, head: str = "", menu_of: str = "") -> Fields:
    """The article of a page whose named element holds the heading, too."""
    page = f"<html><head><title>{title}</title>{head}</head><body>{menu_of}<div class=news-detail><h1>{title}</h1><p>05/11/2026 08:15</p>{inner}</div></body></html>"
    found = Page(URL.rpartition("/tin/")[0] + path if path else URL, page.encode())
    return recognize(found)[0].extract(found)


def test_what_stands_beside_the_box_of_the_text_in_a_named_element_is_the_articles() -> None:
    box = f"<div class=content>{WHOLE}</div>"
    assert len(whole(f"<p><img src=/dai-dien.jpg></p>{box}").images) == 1
    assert captions(whole(f"{box}<div class=img><img src=/a.jpg><p>Quang cảnh buổi lễ</p></div>")) == [
        "Quang cảnh buổi lễ"
    ]
    assert "ra quân kiểm tra." in whole(f"<div class=mota>Sáng 5/11, Công an xã ra quân kiểm tra.</div>{box}").body
    assert "làm rõ." in whole(f"{box}<div>Vụ việc đang được điều tra, làm rõ.</div>").body
    assert len(whole(f"{box}<ul><li><a href=/a.pdf>Quyết định 12</a></li></ul>").attachments) == 1
    licence = "<div><div><div>Bản quyền</div><div><a href=/by>CC BY</a></div></div><div>Tác giả</div><div>Ban quản trị</div></div>"
    assert "Bản quyền" not in whole(f"{box}<hr>{licence}").body


@pytest.mark.parametrize(
    ("line", "behind"),
    [
        ("<em>Từ trái sang: các bị can An, Bảy, Tám</em>", "<p><img src=/b.jpg></p><p><em>Tang vật vụ án</em></p>"),
        ("<em>Trong ảnh: Lực lượng chức năng kiểm tra cơ sở</em>", "<p>Kết quả: phát hiện 12 kg pháo</p>"),
        (
            "Trong ảnh: Lực lượng chức năng kiểm tra cơ sở",
            "<p>Ông An cho biết thêm: Gia đình rất vui mừng khi nhận lại xe</p>",
        ),
    ],
)
def test_a_caption_with_a_colon_stays_one(line: str, behind: str) -> None:
    caption = line.removeprefix("<em>").removesuffix("</em>")
    assert captions(read(f"<p><img src=/a.jpg></p><p>{line}</p>{behind}<p>{LONG}</p>"))[0] == caption


def test_a_long_address_below_a_picture_costs_nothing() -> None:
    address = f"http-{'tai_lieu_' * 40}"
    assert address in read(f"<p><img src=/a.jpg></p><p>Nguồn video: Công an xã</p><p>{address}</p><p>{LONG}</p>").body


@pytest.mark.parametrize(
    "ending",
    [
        "<p style='text-align:right'><b>Hữu Liêm</b></p><p><img src=/a.jpg></p><p><em>Thượng úy Trần Văn Bảy</em></p>",
        "<p>Thượng úy Bảy vẫn đi tuần mỗi đêm.</p><p><img src=/a.jpg></p><p><em>Trần Văn Bảy</em></p>",
        "<p><img src=/b.jpg></p><p><em>Quang cảnh chợ đêm bên sông</em></p><p><img src=/a.jpg></p><p><em>Trần Văn Bảy</em></p>",
    ],
)
def test_the_person_in_the_last_picture_did_not_write(ending: str) -> None:
    assert "Trần Văn Bảy" not in read(ending).authors


@pytest.mark.parametrize(
    "last",
    [
        "Ba đối tượng bị bắt.<br>- Nguyễn Văn An.<br>- Trần Văn Bảy",
        "Ba đối tượng bị bắt:<br>Nguyễn Văn An.<br>Trần Văn Bảy.<br>Lê Văn Tám.",
        "Người dân liên hệ theo địa chỉ sau.<br>Công an xã Hàm Thắng",
    ],
)
def test_the_last_line_of_a_list_signs_nothing(last: str) -> None:
    found = read(f"<p>{last}</p>")
    assert (found.byline, found.body.endswith(last.rpartition("<br>")[2])) == (None, True)


def test_a_source_in_the_second_line_of_a_caption_stays_in_it() -> None:
    found = read(
        "<figure><img src=/a.jpg><figcaption>Lực lượng công an làm nhiệm vụ.<br>Nguồn: Báo Bình Thuận</figcaption></figure>"
    )
    assert captions(found) == ["Lực lượng công an làm nhiệm vụ. Nguồn: Báo Bình Thuận"]


def test_what_opens_a_notice_beside_its_date_is_text() -> None:
    rows = "<div><p>Số: 12/TB-CA</p><p>Ngày 05/11/2026</p><p><a href=/a.pdf>Tải văn bản</a></p></div>"
    page = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><div class=noi-dung>{rows}{WHOLE}</div></body></html>"
    found = recognize(Page(URL, page.encode()))[0].extract(Page(URL, page.encode()))
    assert "Số: 12/TB-CA" in found.body
    assert len(found.attachments) == 1


@pytest.mark.parametrize("trail", ["<div class=breadcrumb>{}</div>", "<p>{}</p>"])
def test_a_short_title_in_a_trail_that_links_to_itself_is_an_articles(trail: str) -> None:
    links = (
        "<a href=/>Trang chủ</a> » <a href=/thoi-su>Thời sự</a> » <a href=/chi-tiet/bai-viet-x>Bắt cướp trong đêm</a>"
    )
    page = Page(
        URL.rpartition("/tin/")[0] + "/chi-tiet/bai-viet-x",
        f"<html><head><title>Bắt cướp trong đêm</title></head><body>{MENU}{trail.format(links)}<h1>Bắt cướp trong đêm</h1><p>Ngày đăng: 05/11/2026 08:15</p><div>{WHOLE}</div></body></html>".encode(),
    )
    assert recognize(page)[0].kind(page) == "article"


def test_who_is_linked_to_the_home_page_as_author_wrote() -> None:
    found = whole(f"<p class=author>Tác giả: <a href=/>Hữu Liêm</a></p><div class=content>{WHOLE}</div>")
    assert found.authors == ("Hữu Liêm",)


@pytest.mark.parametrize(
    ("behind", "section"),
    [
        (
            "<p>Chuyên mục: <a href=/c/9>Vì dân</a> | Từ khóa: <a href=/t/1>xe</a>, <a href=/t/2>đê</a>, <a href=/t/3>nước</a></p>",
            "Vì dân",
        ),
        (
            "<div><h4>Chuyên mục</h4><ul><li><a href=/c/9>Vì dân</a></li><li><a href=/c/8>An ninh</a></li></ul></div>",
            None,
        ),
    ],
)
def test_a_label_names_the_section_and_a_heading_all_of_them(behind: str, section: str | None) -> None:
    assert read("", behind=behind).section == section
