"""What a page may change without its article having changed: counters, lists beside it, white space, markup."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.article import Article
from crawler.platforms import extract
from tests.support import START
from tintinh.demo.site import DemoSite
from tintinh.demo.truth import expected

SPECIMENS = Path(__file__).parent / "joomla"
WITH_RELATED = (
    "j25-beez5-page-heading",
    "j3-helix-converted-utc",
    "j5-cassiopeia-related-and-file",
    "override-bare-h1",
)
DEMO = {truth.path: DemoSite().page(truth.path).body.decode() for truth in expected()}


def read(url: str, page: str) -> Article:
    return extract.from_payload(
        url, page.encode(), "", portal="demo", province=None, platform="joomla", fetched_at=START
    )


def more_hits(page: str) -> str:
    return re.sub(r"(Lượt xem: )\d+", r"\g<1>98765", page)


def more_visitors(page: str) -> str:
    return re.sub(r"(Đang trực tuyến: )\d+", r"\g<1>4321", page)


def other_news_beside(page: str) -> str:
    return re.sub(r'(<li><a href="/[\w-]+/\d+-[^"]+">)[^<]+(</a></li>)', r"\1Một tin khác vừa đăng\2", page)


def more_white_space(page: str) -> str:
    return re.sub(r"(</p>|</div>|</h2>)", "\\1\n \t\r\n", page.replace("<p", "\n\n   <p"))


def spaces_inside_sentences(page: str) -> str:
    return re.sub(r"(?<=[a-zà-ỹ]),? (?=[a-zà-ỹ]{4})(?=[^<>]*</p>)", lambda found: found[0] + "\n  ", page)


def no_break_spaces(page: str) -> str:
    return re.sub(r"(?<=[a-zà-ỹ]) (?=[a-zà-ỹ]{4})(?=[^<>]*</p>)", "&nbsp;", page, count=5)


def other_markup(page: str) -> str:
    return page.replace("text-align: justify;", "text-align: justify; font-size: 12pt").replace(
        '<div class="item-page">', '<div class="item-page" id="noi-dung" data-v="2">'
    )


def spans_around_words(page: str) -> str:
    return re.sub(r"(?<=[a-zà-ỹ] )([a-zà-ỹ]{4,})(?= [^<>]*</p>)", r"<span>\1</span>", page)


def other_scripts(page: str) -> str:
    return page.replace("</body>", "<script>var t=1730000000;</script><!-- 0.123s --></body>")


CHANGES = (
    more_hits, more_visitors, other_news_beside, more_white_space, spaces_inside_sentences, no_break_spaces, other_markup,
    spans_around_words, other_scripts,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_no_revision(change: Callable[[str], str]) -> None:
    touched = 0
    for path, page in DEMO.items():
        changed = change(page)
        touched += changed != page
        url = f"http://demo.vn{path}"
        assert read(url, changed).content_hash == read(url, page).content_hash, path
    assert touched > len(DEMO) // 2, "the change must reach most pages, or this proves nothing"


@pytest.mark.parametrize("name", WITH_RELATED)
def test_related_lists_make_no_revision(name: str) -> None:
    page = (SPECIMENS / f"{name}.html").read_text(encoding="utf-8")
    start = re.search(r"relateditems|related-article-list|tin-lien-quan|Các tin khác", page)
    assert start
    head, tail = page[: start.start()], page[start.start() :]
    changed = head + re.sub(r"(<a href=\"[^\"]+\">)[^<]+", r"\1Một tin khác vừa đăng", tail)
    assert changed != page
    url = json.loads((SPECIMENS / f"{name}.json").read_text(encoding="utf-8"))["url"]
    assert read(url, changed).content_hash == read(url, page).content_hash


def test_a_changed_word_is_seen() -> None:
    """The same comparison tells an edit of one word on every page."""
    touched = 0
    for path, page in DEMO.items():
        url = f"http://demo.vn{path}"
        words = r'(<p style="text-align: justify;">[^<]*?)(?<=\s)([a-zà-ỹ]{2,})(?=\s)'
        changed = re.sub(words, r"\1khác-\2", page, count=1)
        if changed != page:
            touched += 1
            assert read(url, changed).content_hash != read(url, page).content_hash, path
    assert touched > len(DEMO) // 2
