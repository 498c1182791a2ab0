"""Whether lists were followed to their end, told from what their pages showed. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

# Entries from which on a page can be called full; fewer are a box or a short section.
FULL = 5
# Lists that must show the same number of entries before it counts as what a page of this portal holds.
ALIKE = 3
# Pages of a list from which on its last one must lead back, or be shorter than the others.
LONG = 3
_GAP = r"(?:\s|&nbsp;|<[^<>]{0,200}>){0,20}"
_PAGE_OF = re.compile(
    rf"\btrang{_GAP}(?:số{_GAP})?:?{_GAP}(\d{{1,4}}){_GAP}(?:/|trên|trong|của|of){_GAP}(?:tổng{_GAP})?(?:số{_GAP})?(\d{{1,4}})(?![\d/.-])",
    re.IGNORECASE,
)


class Printed(NamedTuple):
    """What a page prints of its place in a list: “Trang 2/14”."""

    page: int
    pages: int


def printed_pages(markup: str) -> list[Printed]:
    """The places that a page prints.

    >>> printed_pages("<span>Trang 2</span> / <b>14</b>"), printed_pages("Trang <b>1</b> trên 3"), printed_pages("trang 1/2/2026")
    ([Printed(page=2, pages=14)], [Printed(page=1, pages=3)], [])
    """
    places = (Printed(int(page), int(pages)) for page, pages in _PAGE_OF.findall(markup))
    return [place for place in places if 0 < place.page <= place.pages]


@dataclass(slots=True)
class _List:
    """What the pages of one list showed, in the order they were read."""

    address: str
    shown: dict[str, frozenset[str]] = field(default_factory=dict)
    with_pager: set[str] = field(default_factory=set)
    printed: set[Printed] = field(default_factory=set)
    # Why its last page says that there is more, where it says so and leads nowhere.
    more: str | None = None
    is_left: bool = False
    is_counted: bool = False
    # Pages of it that are read as those of another list: the same list under another address.
    elsewhere: set[str] = field(default_factory=set)


class Ends:
    """The lists of a crawl, and which of them were not followed to their end.

    >>> ends = Ends()
    >>> for number in (1, 2):
    ...     ends.read(f"a.vn/tin@{number}", f"http://a.vn/tin?page={number}", {"a", "b"}, shows_pager=True)
    >>> ends.unseen()
    {'http://a.vn/tin?page=1': 'its second page is its first'}
    """

    def __init__(self) -> None:
        self._lists: dict[str, _List] = {}

    def read(
        self, key: str, address: str, articles: Collection[str], *, shows_pager: bool, printed: Iterable[Printed] = (),
        more: str | None = None, counted: bool = True,
    ) -> None:  # fmt: skip
        """Take in a page: what it shows, whether it leads to others of its list, how many there are to be.

        `more`: why the page says that there is more, though it leads to no next page. `counted`: whether its pager prints
        numbers; a link “next” alone is not printed on a last page.
        """
        met = self._lists.setdefault(_base(key), _List(address))
        met.shown[key] = frozenset(articles)
        met.printed.update(printed)
        met.more = more
        met.is_counted = met.is_counted or counted
        if shows_pager:
            met.with_pager.add(key)

    def share(self, key: str, page: str) -> None:
        """Say that a list leads to a page that is read, under its address, as one of another list."""
        self._lists[_base(key)].elsewhere.add(page)

    def leave(self, key: str) -> None:
        """Say that nobody wants to follow the list further: what comes is known."""
        self._lists[_base(key)].is_left = True

    def unseen(self, home: str = "") -> dict[str, str]:
        """The lists whose end was not seen, by address, and why; `home` is a list that others repeat."""
        repeated = home if len(self._lists) > 1 else None
        usual = self._usual()
        found = {}
        for base, met in self._lists.items():
            if base != repeated and not met.is_left and (why := _why(met, usual.get(base, 0))):
                found[met.address] = why
        return found

    def _usual(self) -> dict[str, int]:
        """Lists of one page that is as full as those of others, and how full; none where the portal shows a pager anywhere.

        Boxes that most lists repeat are no part of a list.
        """
        if any(met.with_pager for met in self._lists.values()):
            return {}
        met_in = Counter(article for met in self._lists.values() for article in frozenset().union(*met.shown.values()))
        sizes = {
            base: sum(met_in[article] * 2 <= len(self._lists) for article in frozenset().union(*met.shown.values()))
            for base, met in self._lists.items()
        }
        alike = Counter(sizes.values())
        usual = max((size for size, lists in alike.items() if size >= FULL and lists >= ALIKE), default=0)
        return {base: size for base, size in sizes.items() if usual and size >= usual}


def _why(met: _List, own: int) -> str | None:
    pages = list(met.shown.values())
    fullest = max(map(len, pages))
    if len(pages) > 1 and fullest > 1 and all(shown == pages[0] for shown in pages):
        return "its second page is its first"
    if (printed := _pages_of(met)) > (reached := len(pages) + len(met.elsewhere)):
        return f"it says that it has {printed} pages, {reached} were reached"
    if met.more:
        return met.more
    if own:
        return f"it shows {own} articles, as many as others do, and no next page"
    later = list(met.shown)[1:]
    if (
        met.is_counted
        and len(pages) >= LONG
        and any(len(met.shown[key]) == fullest >= FULL and key not in met.with_pager for key in later)
    ):
        return f"its page {len(pages)} is as full as the others and shows no next one"
    return None


def _pages_of(met: _List) -> int:
    """How many pages a list says that it has; a box beside it says on every page that it is at its first."""
    places: dict[int, set[int]] = {}
    for place in met.printed:
        places.setdefault(place.pages, set()).add(place.page)
    return max((pages for pages, seen in places.items() if len(seen) > 1 or len(met.shown) == 1), default=0)


def _base(key: str) -> str:
    return key.rpartition("@")[0]
