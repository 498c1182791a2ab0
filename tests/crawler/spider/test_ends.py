"""Whether lists were followed to their end: what makes a run say that they were not, and what does not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from crawler.spider.ends import Ends, Printed

Pages = Sequence[tuple[Sequence[int], bool]]


def ends(**lists: Pages) -> Ends:
    """Lists by name, page by page: the articles it shows, and whether it leads to other pages."""
    made = Ends()
    for name, pages in lists.items():
        for number, (shown, pager) in enumerate(pages, 1):
            made.read(f"a.vn/{name}@{number}", f"http://a.vn/{name}", set(map(str, shown)), shows_pager=pager)
    return made


def test_lists_that_end_as_lists_do() -> None:
    made = ends(
        tin=[(range(10), True), (range(10, 20), True), (range(20, 23), True)],
        luat=[(range(30, 40), True), (range(40, 50), False)],  # a second page that is full by chance
        short=[(range(3), False)],
    )
    assert made.unseen() == {}


def test_a_second_page_that_is_the_first() -> None:
    made = ends(tin=[(range(10), True), (range(10), True)])
    assert made.unseen() == {"http://a.vn/tin": "its second page is its first"}


def test_pages_that_are_all_full_and_lead_nowhere() -> None:
    made = ends(
        tin=[(range(10), False)], luat=[(range(10, 20), False)], so=[(range(20, 30), False)], it=[(range(3), False)]
    )
    assert set(made.unseen()) == {"http://a.vn/tin", "http://a.vn/luat", "http://a.vn/so"}
    assert "10 articles" in made.unseen()["http://a.vn/tin"]


def test_a_pager_anywhere_shows_that_pagers_are_read() -> None:
    made = ends(
        tin=[(range(10), False)], luat=[(range(10, 20), False)], so=[(range(20, 30), True), (range(30, 34), True)]
    )
    assert made.unseen() == {}


def test_a_box_that_every_page_repeats_is_no_list() -> None:
    made = ends(**{name: [(range(70), False)] for name in ("tin", "luat", "so", "it")})
    assert made.unseen() == {}


def test_a_long_list_whose_last_page_is_full_and_leads_nowhere() -> None:
    made = ends(tin=[(range(10), True), (range(10, 20), True), (range(20, 30), False)])
    assert set(made.unseen()) == {"http://a.vn/tin"}


def test_more_pages_printed_than_reached() -> None:
    made = Ends()
    for number in (1, 2):
        made.read(
            f"a.vn/tin@{number}",
            "http://a.vn/tin",
            {str(number)},
            shows_pager=True,
            printed=[Printed(number, 9), Printed(1, 40)],
        )
    why = "it says that it has 9 pages, 2 were reached"
    assert made.unseen() == {"http://a.vn/tin": why}, "and the box beside it that has 40 is none of its own"


@pytest.mark.parametrize("home", ["", "a.vn/"])
def test_the_home_page_counts_where_it_is_the_only_list(home: str) -> None:
    made = Ends()
    for number in (1, 2):
        made.read(f"a.vn/@{number}", "http://a.vn/", {"1", "2"}, shows_pager=True)
    assert set(made.unseen("a.vn/")) == {"http://a.vn/"}
    made.read("a.vn/tin@1", "http://a.vn/tin", {"1"}, shows_pager=True)
    assert set(made.unseen("a.vn/")) == set()


def test_what_nobody_wants_to_follow_is_no_complaint() -> None:
    made = ends(tin=[(range(10), True), (range(10), True)])
    made.leave("a.vn/tin@1")
    assert made.unseen() == {}


def test_pages_that_are_read_under_another_address_count() -> None:
    ends = Ends()
    ends.read("a.vn/home@1", "http://a.vn/home", {"a", "b"}, shows_pager=True, printed=[Printed(1, 3)])
    assert ends.unseen() == {"http://a.vn/home": "it says that it has 3 pages, 1 were reached"}
    for number in (2, 3):
        ends.share("a.vn/home@1", f"http://a.vn/?page={number}")
    assert ends.unseen() == {}


@pytest.mark.parametrize(("counted", "is_seen"), [(True, False), (False, True)])
def test_a_full_last_page_without_a_pager_is_doubtful_where_numbers_were_printed(
    *, counted: bool, is_seen: bool
) -> None:
    """A list that only has a link to the next page prints nothing on its last."""
    ends = Ends()
    for number in (1, 2, 3):
        shown = {f"{number}{letter}" for letter in "abcdefgh"}
        ends.read(
            f"a.vn/tin@{number}", "http://a.vn/tin", shown, shows_pager=number < 3, counted=counted and number < 3
        )
    assert (ends.unseen() == {}) is is_seen
