"""Addresses: what tells articles apart and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnam.urls import canonical, identity, is_http, same_site, site

JOOMLA = "http://a.example.vn/index.php?option=com_content&view=article&id=12:bat-giu&catid=8&Itemid=102"

ONE_ARTICLE = [
    ("http://a.vn/tin/x-12.html", "https://www.a.vn/tin/x-12.html"),
    ("http://a.vn/tin/x-12.html", "http://A.VN:80/tin/x-12.html#binh-luan"),
    ("http://a.vn/tin/x-12.html", "http://a.vn/tin/x-12.html?fbclid=IwAR0&utm_source=zalo&utm_medium=social"),
    ("http://a.vn/tin/x-12.html", "http://a.vn/tin/x-12.html;jsessionid=0A1B"),
    ("http://a.vn/tin/x-12.html", "http://a.vn/tin/x-12.html?PHPSESSID=9f"),
    ("http://a.vn/tin/x-12.html", "http://a.vn/tin/x-12.html?print=1"),
    ("http://a.vn/tin/x-12.html", "http://a.vn/print/tin/x-12.html"),
    ("http://a.vn/tin/x-12.html", "http://a.vn/savefile/tin/x-12.html"),
    ("http://a.vn/tin/x-12.html", "http://a.vn/tin/x-12.amp.html"),
    ("http://a.vn/vi/news/tin/x-12.html", "http://a.vn/vi/news/print/tin/x-12.html"),
    ("http://a.vn/an-ninh/202205/x-951532/", "http://a.vn/an-ninh/202205/x-951532/index.htm"),
    ("http://a.vn/an-ninh/202205/x-951532/", "http://a.vn/an-ninh/202205/x-951532"),
    ("http://a.vn/bắt-giữ", "http://a.vn/b%e1%ba%aft-gi%E1%BB%AF"),
    ("http://a.vn/a-b", "http://a.vn/a%2Db"),
    ("http://a.vn/x?a=1&b=2", "http://a.vn/x?b=2&a=1"),
    ("http://a.vn/x?type=NEWS&id=1", "http://a.vn/x?type=NEWS&id=1&fbclid=2"),
    ("http://a.vn/x/", "http://a.vn/x/amp/"),
    (JOOMLA, JOOMLA + "&tmpl=component&print=1&layout=default&page="),
    (JOOMLA, JOOMLA.replace("Itemid=102", "Itemid=7")),
    (JOOMLA, JOOMLA.replace("12:bat-giu", "12")),
    (JOOMLA, JOOMLA.replace("12:bat-giu", "12%3Aten-khac")),
    (JOOMLA, JOOMLA.replace("index.php?", "?")),
]  # fmt: skip
TWO_ARTICLES = [
    ("http://a.vn/vi/tin-bai/x?type=NEWS&id=163145", "http://a.vn/vi/tin-bai/x?type=NEWS&id=163146"),
    (JOOMLA, JOOMLA.replace("id=12", "id=13")),
    (JOOMLA, JOOMLA.replace("view=article", "view=category")),
    ("http://a.vn/Lists/Tin/DispForm.aspx?ItemID=5", "http://a.vn/Lists/Tin/DispForm.aspx?ItemID=6"),
    ("http://a.vn/tin/x-12.html", "http://a.vn/tin/x-13.html"),
    ("http://a.vn/tin/x-12.html", "http://b.vn/tin/x-12.html"),
    ("http://a.vn/tin/x-12.html", "http://a.vn:8080/tin/x-12.html"),
    ("http://a.vn/Tin/x", "http://a.vn/tin/x"),
    ("http://a.vn/tin?page=2", "http://a.vn/tin?page=3"),
    ("http://a.vn/x?a=b%26c", "http://a.vn/x?a=b&c"),
    ("http://a.vn/a%2Fb", "http://a.vn/a/b"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ONE_ARTICLE)
def test_one_article_under_two_addresses(one: str, other: str) -> None:
    assert identity(one) == identity(other)


@pytest.mark.parametrize(("one", "other"), TWO_ARTICLES)
def test_two_articles(one: str, other: str) -> None:
    assert identity(one) != identity(other)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (JOOMLA + "&utm_source=zalo", JOOMLA),
        ("HTTPS://WWW.A.vn:443", "https://www.a.vn/"),
        ("http://a.vn/x/?b=2&a=1#top", "http://a.vn/x/?b=2&a=1"),
        ("http://a.vn/bắt giữ?q=ma túy", "http://a.vn/b%E1%BA%AFt%20gi%E1%BB%AF?q=ma%20t%C3%BAy"),
        ("http://a.vn/%7Ex/%c3%a1?q=%2f", "http://a.vn/~x/%C3%A1?q=%2F"),
        ("http://a.vn/a/../b/./c/..", "http://a.vn/b/"),
        (" http://a.vn/x\n", "http://a.vn/x"),
        ("http://user:secret@a.vn/x", "http://a.vn/x"),
        ("http://công-an.vn/x", "http://xn--cng-an-ixa.vn/x"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
        ("http://a.vn/100%", "http://a.vn/100%25"),
    ],
)
def test_canonical(url: str, expected: str) -> None:
    assert canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mailto:a@b.vn",
        "javascript:void(0)",
        "/tin/x",
        "ftp://a.vn/",
        "http://",
        "http://a b/",
        "http://a.vn:x/",
        "data:,",
    ],
)
def test_what_is_no_address_stays_as_it_is(url: str) -> None:
    assert canonical(url) == identity(url) == url.strip()
    assert not is_http(url)
    assert site(url) == ""
    assert not same_site(url, url)


PIECES = st.lists(
    st.sampled_from(
        ["http://", "https://", "a.vn", "www.", ":80", ":", "/", "?", "&", "=", "id", "1", "%", "%41", "%c3", "á", "#", "..", ".",
         ";jsessionid=1", "index.htm", "amp", "print", "//", "@", "[", "]", "utm_x=1", "Itemid=2", "option=com_content", " "]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@given(st.one_of(st.text(max_size=120), PIECES, PIECES.map("http://a.vn/".__add__)))
def test_any_address_is_stable_and_nothing_is_raised(url: str) -> None:
    once = canonical(url)
    assert canonical(once) == once
    assert identity(once) == identity(url)
    assert same_site(url, once) or not site(url)
    if is_http(url):
        assert once.isascii()
        assert is_http(once)
