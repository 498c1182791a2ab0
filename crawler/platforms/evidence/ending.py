"""Whether the end of a list was seen on its page: what the pager, printed counts and controls of scripts say."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from crawler.platforms.base import Post
from crawler.platforms.evidence import menu, pager
from crawler.platforms.evidence.cards import Entry
from crawler.platforms.page import Page
from crawler.platforms.tree import ancestors

SEEN, MORE, UNSEEN = "seen", "more", "unseen"
# Sizes that portals give their pages (articles): a list without a pager that holds exactly so many may be cut off.
FULL = frozenset([10, 12, 15, 16, 18, 20, 24, 25, 30, 40, 50, 100])


def of(page: Page, found: Sequence[Entry], read: pager.Pager, pages: Sequence[str | Post]) -> tuple[str, str]:
    """`seen`, `more` or `unseen`, and what tells; of the home page, whose lists are its sections', always `seen`."""
    if len(menu.site_links(page)) >= menu.MOST_LINKS:
        return UNSEEN, f"the page has more than {menu.MOST_LINKS} links"
    listed = sum(not entry.beside for entry in found)
    told = pager.entries_told(page)
    return judge(
        shown=read.shown,
        last=read.last,
        leads_on=any(isinstance(one, Post) or read.numbers.get(one, read.shown + 1) > read.shown for one in pages),
        printed=read.printed,
        listed=listed,
        told=told,
        control=_control(found, read),
        home=urlsplit(page.address).path in {"", "/"} and not urlsplit(page.address).query,
    )


def judge(
    *,
    shown: int,
    last: int,
    leads_on: bool,
    printed: bool,
    listed: int,
    told: int | None = None,
    control: str | None = None,
    home: bool = False,
) -> tuple[str, str]:
    """What is seen of the end of a list.

    >>> judge(shown=1, last=3, leads_on=True, printed=True, listed=10)
    ('more', 'page 1 of 3')
    >>> judge(shown=3, last=3, leads_on=False, printed=True, listed=10)
    ('seen', 'page 3 of 3')
    >>> judge(shown=1, last=12, leads_on=False, printed=True, listed=10)
    ('unseen', 'page 1 of 12, but no link leads on')
    >>> judge(shown=1, last=1, leads_on=False, printed=False, listed=10, told=120)
    ('unseen', '10 of 120 articles, but no link leads on')
    >>> judge(shown=1, last=1, leads_on=False, printed=False, listed=20), judge(shown=1, last=1, leads_on=False, printed=False, listed=7)
    (('', '20 articles and no pager'), ('seen', '7 articles and no pager'))
    """
    where = f"page {shown} of {last}"
    if leads_on:
        return MORE, where
    if home:
        return SEEN, "home page"
    if last > shown:
        return UNSEEN, f"{where}, but no link leads on"
    if control is not None and shown == 1:  # what turns pages by addresses leads nowhere on its last
        return UNSEEN, f"“{control}” has no address"
    if printed:
        return SEEN, where
    if told is not None and told > listed > 0 and shown == 1:
        return UNSEEN, f"{listed} of {told} articles, but no link leads on"
    counted = f"{listed} articles and no pager"
    # One page that is as full as pages are wont to be tells nothing: other lists of the portal may.
    return ("" if listed in FULL and shown == 1 else SEEN), counted


def _control(found: Sequence[Entry], read: pager.Pager) -> str | None:
    """The name of a control that promises more, outside the cards."""
    cards = {part for entry in found for part in entry.parts}
    for control in read.controls:
        if not any(node in cards for node in (control, *ancestors(control))):
            return pager.label_of(control)
    return None
