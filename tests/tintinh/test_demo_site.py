"""The demo portal: whole, linked, truthful."""

from __future__ import annotations

import gzip
import re
import unicodedata
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urljoin, urlsplit

import lxml.html
import pytest

from tests.support import PATIENCE
from tintinh.demo.articles import SECTIONS, VIETNAM, load
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite
from tintinh.demo.truth import Expected, expected

KNOWN = expected()


@pytest.fixture(scope="module")
def site() -> DemoSite:
    return DemoSite()


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with serve() as address:
        yield address


def tree(site: DemoSite, path: str) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(site.page(path).body.decode())


def plain(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def links(site: DemoSite, path: str) -> set[str]:
    page = site.page(path)
    if not page.content_type.startswith("text/html"):
        return set()
    found = set()
    for _, attribute, link, _ in lxml.html.iterlinks(page.body.decode()):
        target = urlsplit(urljoin("http://demo" + path, link))
        if target.netloc == "demo" and attribute != "action":
            found.add(target.path + (f"?{target.query}" if target.query else ""))
    return found


def test_every_page_is_reached_by_links_and_every_link_is_a_page(site: DemoSite) -> None:
    seen, ahead = set(), {"/"}
    while ahead:
        path = ahead.pop()
        seen.add(path)
        assert site.page(path).status == 200, path
        ahead |= links(site, path) - seen
    assert seen == set(site.paths())


def test_it_is_big_enough() -> None:
    assert len(KNOWN) >= 64
    assert Counter(article.section for article in KNOWN).keys() == set(SECTIONS.values())
    years = Counter(article.published.year for article in KNOWN)
    assert set(range(2013, 2024)) <= years.keys()
    assert sum(1 for name in SECTIONS if f"/{name}.html?start=10" in DemoSite().paths()) >= 4
    assert f"/{next(iter(SECTIONS))}.html?start=20" in DemoSite().paths()


def test_ids_and_addresses_are_unique() -> None:
    assert len({article.id for article in KNOWN}) == len(KNOWN)
    assert len({article.path for article in KNOWN}) == len(KNOWN)


def test_the_truth_is_clean_text() -> None:
    for article in KNOWN:
        captions = [image.caption for image in article.images if image.caption]
        names = [attachment.name for attachment in article.attachments]
        texts = [article.title, article.byline or "", *article.paragraphs, *captions, *names]
        assert [text for text in texts if any(cell != plain(cell) for cell in text.split("\t"))] == []
        assert article.published.tzinfo is VIETNAM
        assert article.paragraphs


def test_stories_are_different() -> None:
    """No sentence of an article returns in another, but for what notices say by habit."""
    sentences = Counter(
        sentence
        for article in KNOWN
        for paragraph in set(article.paragraphs)
        for sentence in set(re.split(r"(?<=[.!?”])\s+", paragraph))
        if len(sentence) > 40
    )
    assert [sentence for sentence, times in sentences.items() if times > 1] == []


@pytest.mark.parametrize("article", KNOWN, ids=lambda article: str(article.id))
def test_the_page_prints_the_truth(site: DemoSite, article: Expected) -> None:
    page = tree(site, article.path)
    (item,) = page.xpath("//div[@class='item-page']")
    assert plain(item.xpath("string(h2)")) == article.title
    assert plain(item.xpath("string(.//dd[@class='category-name']/a)")) == article.section
    text = plain(item.text_content())
    at = 0
    for paragraph in article.paragraphs:
        for cell in paragraph.split("\t"):
            at = text.index(cell, at) + len(cell)
    if article.byline:
        assert article.byline in text[at:]
    shown = {plain(image.get("src")) for image in item.xpath(".//img") if "/stories/" in image.get("src")}
    assert shown == {image.path for image in article.images}
    for image in article.images:
        assert image.caption is None or image.caption in text
    files = [(a.get("href"), plain(a.text_content())) for a in item.xpath(".//a[@target='_blank']")]
    assert files == [(attachment.path, attachment.name) for attachment in article.attachments]
    bold = [plain(b.text_content()) for b in item.xpath(".//p/strong | .//strong") if b.text_content()]
    assert article.lead is None or article.lead in bold


@pytest.mark.parametrize("article", KNOWN, ids=lambda article: str(article.id))
def test_weekdays_are_right(site: DemoSite, article: Expected) -> None:
    printed = plain(tree(site, article.path).xpath("string(//dd[@class='published'])"))
    found = re.fullmatch(r"Được đăng: (Thứ [2-7]|Chủ nhật), (\d\d) Tháng (\d{1,2}) (\d{4}) (\d\d):(\d\d)", printed)
    assert found
    name, *numbers = found.groups()
    day, month, year, hour, minute = map(int, numbers)
    moment = article.published
    assert (year, month, day, hour, minute) == (
        moment.year,
        moment.month,
        moment.day,
        moment.hour,
        moment.minute,
    )
    monday = date(2017, 8, 7)
    weekday = (date(year, month, day) - monday) % timedelta(days=7)
    assert name == ["Thứ 2", "Thứ 3", "Thứ 4", "Thứ 5", "Thứ 6", "Thứ 7", "Chủ nhật"][weekday.days]


BYLINES = {
    "name – code": r"^\w+ \w+ [–-] P[ACKVX]\d\d$",
    "name — code": r"^\w+ \w+ — P[ACKVX]\d\d$",
    "one name": r"^[A-ZĐ]\w+ [A-ZĐ]\w+$",
    "two names with a comma": r"^\w+ \w+, \w+ \w+$",
    "two names with a hyphen": r"^[A-ZĐ]\w+ \w+ - [A-ZĐ]\w+ \w+$",
    "two names with a dash": r"^[A-ZĐ]\w+ \w+ — [A-ZĐ]\w+ \w+$",
    "two names (code)": r"^\w+ \w+, \w+ \w+ \(P[ACKVX]\d\d\)$",
    "initials": r"^[A-ZĐ]\.[A-ZĐ]$",
    "CTV": r"^CTV$",
    "P.V": r"^P\.V$",
    "rank": r"^(Thượng úy|Đại úy|Trung tá) ",
    "text and picture": r"^Tin: .+ - Ảnh: .+$",
    "both by one": r"^Bài, ảnh: ",
    "both by one, in words": r"^Bài và ảnh: ",
    "name (unit)": r"^\w+ \w+ \(Công an huyện .+\)$",
    "name – unit": r"^\w+ \w+ – Công an ",
    "unit in brackets": r"^\(Công an .+\)$",
    "unit": r"^Công an ",
    "department": r"^Phòng ",
    "code": r"^P[ACKVX]\d\d$",
    "desk": r"^Ban biên tập$",
    "desk, short": r"^BBT$",
    "credit": r"^Theo Báo CAND$",
    "credit in brackets": r"^\(Theo .+\)$",
    "credit of a host": r"^Theo bocongan\.gov\.vn$",
    "name and credit": r"^Theo \w+ \w+/Báo ",
    "source": r"^\(Nguồn: .+\)$",
    "compiled": r"^\(Tổng hợp\)$",
    "compiled by": r"^\w+ \w+ \((Tổng hợp|tổng hợp|t/h)\)$",
}


@pytest.mark.parametrize("shape", BYLINES)
def test_bylines_of_every_shape(shape: str) -> None:
    assert [article.byline for article in KNOWN if article.byline and re.search(BYLINES[shape], article.byline)]


def test_bylines_printed_in_capitals_are_names_again() -> None:
    capitals = [article for article in KNOWN if article.byline and article.byline.isupper() and article.authors]
    assert any(author.istitle() for article in capitals for author in article.authors)


def test_hard_cases_are_there(site: DemoSite) -> None:
    articles = load()
    titles = Counter(article.title for article in articles)
    assert 2 in titles.values()
    assert max(len(article.title) for article in articles) > 150
    assert {article.style for article in articles} == {"p", "br", "div", "word", "nbsp"}
    signs = {article.byline.markup for article in articles if article.byline}
    assert signs == {"right", "div", "word", "split", "br", "nbsp", "plain"}
    assert any(article.nfd for article in articles)
    assert any(article.byline is None for article in articles)
    assert any("bold" in article.content[-1] for article in articles if article.byline is None)
    assert any(isinstance(b, dict) and b.get("caption", "").startswith("Ảnh: ") for a in articles for b in a.content)
    assert sum(1 for article in KNOWN if article.lead) >= 10
    assert sum(1 for article in KNOWN if article.attachments) >= 3
    assert any(article.comments for article in articles)
    nfd = next(article for article in articles if article.nfd)
    assert not unicodedata.is_normalized("NFC", site.page(nfd.path).body.decode())


def test_print_view_and_mailto_are_marked(site: DemoSite) -> None:
    article = KNOWN[0]
    printed = tree(site, f"{article.path}?tmpl=component&print=1&page=")
    assert article.title in plain(printed.text_content())
    assert not printed.xpath("//div[@id='footer']")
    (mail,) = tree(site, article.path).xpath("//li[@class='email-icon']/a/@href")
    assert "Gửi địa chỉ này đến bạn bè" in site.page(mail).body.decode()


def test_pages_do_not_depend_on_the_port(site: DemoSite) -> None:
    for path in site.paths():
        assert b"127.0.0.1" not in site.page(path).body


def test_feeds_are_well_formed(site: DemoSite) -> None:
    found = [path for path in site.paths() if "type=rss" in path]
    assert len(found) == 1 + len(SECTIONS)
    for path in found:
        assert 0 < len(ET.fromstring(site.page(path).body).findall("channel/item")) <= 10


def test_a_page_is_the_same_every_time() -> None:
    one, two = DemoSite(), DemoSite()
    assert one.paths() == two.paths()
    assert all(one.page(path) == two.page(path) for path in one.paths())


def test_an_edited_portal() -> None:
    first, *rest = load()
    edited = DemoSite([replace(first, title="Tiêu đề đã sửa"), *rest])
    assert "Tiêu đề đã sửa" in edited.page(f"/{first.section}/{first.id}-tieu-de-da-sua.html").body.decode()


# Over the wire


def get(url: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, method=method, headers=named)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def test_serve(base: str, site: DemoSite) -> None:
    status, headers, body = get(base + "/")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert body == site.page("/").body


def test_not_modified(base: str) -> None:
    url = base + KNOWN[0].path
    tag = get(url)[1]["ETag"]
    assert get(url, If_None_Match=tag)[0::2] == (304, b"")
    assert get(url, If_None_Match=f'"other", W/{tag}')[0] == 304
    assert get(url, If_None_Match='"other"')[0] == 200


def test_gzip(base: str, site: DemoSite) -> None:
    _, headers, body = get(base + "/", Accept_Encoding="gzip, deflate")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == site.page("/").body
    assert int(headers["Content-Length"]) == len(body)


def test_head(base: str, site: DemoSite) -> None:
    status, headers, body = get(base + "/", method="HEAD")
    assert (status, int(headers["Content-Length"]), body) == (200, len(site.page("/").body), b"")


def test_what_is_not_there(base: str) -> None:
    for path in ("/favicon.ico", "/khong-co.html", "/an-toan-giao-thong.html?start=990", "/administrator/"):
        status, _, body = get(base + path)
        assert status == 404
        assert "không tồn tại" in body.decode()


def test_robots(base: str) -> None:
    status, headers, body = get(base + "/robots.txt")
    assert (status, headers["Content-Type"].split(";")[0]) == (200, "text/plain")
    assert b"Disallow: /administrator/" in body


def test_pictures_and_files(base: str) -> None:
    image = next(image for article in KNOWN for image in article.images)
    assert get(base + image.path)[2].startswith(b"\x89PNG")
    attachment = next(attachment for article in KNOWN for attachment in article.attachments)
    assert get(base + attachment.path)[2].startswith(b"%PDF")
