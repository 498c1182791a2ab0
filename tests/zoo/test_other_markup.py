"""The zoo in other markup: what a page says is read from its structure, whatever its parts are called."""

from __future__ import annotations

import pytest

from crawler.platforms.base import NotAnArticle
from crawler.platforms.page import Page, decode
from crawler.platforms.registry import recognize
from tests.zoo.other_markup import CHANGES, changed
from tests.zoo.test_zoo import FETCHED, HERE, LISTS, SITES, given, truth, wanted

FIELDS = ("title", "published_at", "byline", "authors", "unit", "credit", "paragraphs")
# Sites that are not read right in this markup, each a gap to close: one that is read right must be taken out.
GAPS: dict[tuple[str, ...], frozenset[str]] = {
    ("names",): frozenset(["typo3-news", "wp-views-below-signature"]),
    ("headings",): frozenset(
        [
            "jekyll-topics-below",
            "sharepoint-article-left",
            "teasers-in-paragraphs-of-a-table",
            "unclosed-upper-case-tags",
        ]
    ),
    ("paragraphs",): frozenset(
        [
            "hexo-licence-below-the-text",
            "paragraphs-and-framed-pictures-date-below",
            "television-very-short",
            "wiki-permalink-and-edit-line",
        ]
    ),
    ("boxes",): frozenset(["bootstrap-text-in-two-boxes"]),
    ("wrapped",): frozenset(
        [
            "paragraphs-and-framed-pictures-date-below",
            "teasers-in-paragraphs-of-a-table",
            "television-very-short",
            "wiki-permalink-and-edit-line",
        ]
    ),
    ("names", "parts"): frozenset(["squarespace-large-paragraph", "typo3-news", "wp-views-below-signature"]),
    ("names", "headings"): frozenset(
        [
            "author-links-above-one-folded",
            "blogger-clock-that-leads-to-itself",
            "blogger-simple",
            "jekyll-topics-below",
            "phpbb-topic-as-news",
            "teasers-in-paragraphs-of-a-table",
            "typo3-news",
            "unclosed-upper-case-tags",
            "wp-logo-is-h1",
            "wp-views-below-signature",
        ]
    ),
    ("names", "boxes"): frozenset(
        ["bootstrap-text-in-two-boxes", "ez-publish", "typo3-news", "wp-views-below-signature"]
    ),
    ("names", "wrapped"): frozenset(
        [
            "paragraphs-and-framed-pictures-date-below",
            "teasers-in-paragraphs-of-a-table",
            "television-very-short",
            "typo3-news",
        ]
    ),
}
LIST_GAPS: dict[tuple[str, ...], frozenset[str]] = {
    ("names",): frozenset(["blogger-contempo", "bootstrap-text-in-two-boxes"]),
    ("names", "parts"): frozenset(["blogger-contempo", "bootstrap-text-in-two-boxes"]),
    ("names", "headings"): frozenset(["blogger-contempo", "bootstrap-text-in-two-boxes"]),
    ("names", "boxes"): frozenset(["blogger-contempo", "bootstrap-text-in-two-boxes"]),
    ("names", "wrapped"): frozenset(["blogger-contempo", "bootstrap-text-in-two-boxes"]),
}
EVERY = [
    *((change,) for change in CHANGES),
    *(("names", change) for change in ("parts", "headings", "boxes", "wrapped")),
]


def in_other_markup(site: str, part: str, url: str, changes: tuple[str, ...]) -> Page:
    markup = changed(decode((HERE / site / f"{part}.html").read_bytes()), *(CHANGES[change] for change in changes))
    return Page(url, markup.encode(), "utf-8", fetched_at=FETCHED)


def wrong(site: str, changes: tuple[str, ...]) -> list[str]:
    """What is not read from a site's article as its truth says, after some changes."""
    told = truth(site)
    page = in_other_markup(site, "article", told["url"], changes)
    platform = recognize(page)[0]
    try:
        found = platform.extract(page)
    except NotAnArticle as error:
        return [str(error)]
    missed = [
        field for field in FIELDS if field in told["article"] and given(found, field) != wanted(told["article"], field)
    ]
    return missed if platform.kind(page) == "article" else ["kind", *missed]


def wrong_in_list(site: str, changes: tuple[str, ...]) -> list[str]:
    """What is not read from a site's list as its truth says, after some changes."""
    told = truth(site)["list"]
    page = in_other_markup(site, "list", told["url"], changes)
    platform = recognize(page)[0]
    found = platform.listing(page)
    right = {
        "kind": platform.kind(page) == "list",
        "articles": [url for url in found.articles if url in set(told["articles"])] == told["articles"],
        "next page": told["next"] in found.pages if told["next"] else found.pages == [],
        "sections": set(told["sections"]) <= set(platform.sections(page)),
    }
    return [name for name, is_right in right.items() if not is_right]


@pytest.mark.parametrize("changes", EVERY, ids=" and ".join)
def test_the_article_says_the_same_in_other_markup(changes: tuple[str, ...]) -> None:
    unread = {site: missed for site in SITES if (missed := wrong(site, changes))}
    gaps = GAPS.get(changes, frozenset())
    assert {site: missed for site, missed in unread.items() if site not in gaps} == {}
    assert gaps <= set(unread), "read right now: no gap any more"


@pytest.mark.parametrize("changes", EVERY, ids=" and ".join)
def test_the_list_shows_the_same_in_other_markup(changes: tuple[str, ...]) -> None:
    unread = {site: missed for site in LISTS if (missed := wrong_in_list(site, changes))}
    gaps = LIST_GAPS.get(changes, frozenset())
    assert {site: missed for site, missed in unread.items() if site not in gaps} == {}
    assert gaps <= set(unread), "read right now: no gap any more"
