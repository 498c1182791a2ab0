"""Which links of a page lead to articles, and what their cards print: repeated structure, headlines, dates, pictures, teasers.

An address is one witness: it can rule a link out, and it lets a short headline pass. Nothing that an article could be is
dropped because of where it stands: what is beside the list (most read, newest, foot) is marked so, and decides nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from urllib.parse import urlsplit

from crawler.platforms.evidence import beside, menu
from crawler.platforms.evidence.cards import SHORTEST_TEASER, Entry, stamp_of, teaser_of
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, Node, Text, ancestors, children, names, parent_of
from vietnam import dates
from vietnam.normalize import clean, fold

# Words from which on a link reads like a headline; in a heading fewer do.
_HEADLINE = 6
_IN_HEADING = 3
# Longer texts of links are whole cards: their headline is looked for in them.
_LONGEST_HEADLINE = 300
# What one card may hold, in characters, where no other stands beside it.
_CARD = 700
# What one card may hold where others stand beside it: whole articles.
_WHOLE_TEXT = 8000
# What may stand in front of its headline: date, section, name of the place.
_BEFORE = 120
# Cards of one make from which on their addresses say what an article's looks like.
_ALIKE = 2
# Headlines of a row from which on a shorter one among them is one.
_ROW = 3
# Elements after a headline that may be its teaser, where a list is flat.
_FOLLOWING = 3
# Elements that a card over which a link lies holds at most.
_INNER = 60
# Steps from a headline to the element that its list repeats.
_CARD_STEPS = 5
# Nodes to each side of a card that are looked at for another like it.
_NEAR = 8
# Elements around a headline that are looked at: hostile pages nest without end.
_DEPTH = 40
# Share of a page's entries from which on what holds them is no box beside the list.
_MOST = 0.5
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_HEADLINES = ("h2", "h3", "h4", "h5", "h6")
_HEADS = ("h1", "h2", "h3", "h4")
# Characters of a heading from which on its standing in the page's name is no chance.
_IN_TITLE = 6
# Elements from a button to the card in which its headline stands.
_IN_CARD = 4
_WHOLE = frozenset(["html", "body", "main", "form"])
_TITLED = re.compile(r"title|headline|tieu-?de|tieude", re.IGNORECASE)
_NOT_A_HEADLINE = re.compile(
    r"^\W*(?:(?:xem|doc|tai) (?:them|tiep|tat ca|toan van).*|chi tiet|read more|continue reading.*|more|view .*|tai ve|lien he.*|\d[\d/.:\- ]*)\W*$"
)
_OWN_NUMBER = re.compile(r"\d{2,}")
_MANY = ""


@dataclass(slots=True)
class _Link:
    anchor: Element
    url: str
    text: str
    # 0 no headline, 1 a link with words, 2 reads like one, 3 stands in a heading or is named by the platform.
    rank: int
    chrome: bool


def read(
    page: Page,
    could_be: Callable[[str], bool],
    certain: Callable[[str], bool | None],
    identity: Callable[[str], str],
    named: Collection[Element],
    pagers: Collection[str] = (),
    doubted: Callable[[str], bool] = lambda _: False,
    *,
    is_turned: bool = False,
) -> list[Entry]:
    """The articles that a page names, in reading order.

    `named`: links that the platform calls an article's; `pagers`: addresses of the list's own pages; `doubted`: whether an
    address that looks like an article's may as well be a section's, so that a menu speaks against it; `is_turned`: whether
    this is a later page of a list.
    """
    menus = menu.links(page)
    grouped: dict[str, list[_Link]] = {}
    own = identity(page.address)
    keys: dict[str, str] = {}
    for anchor, url in menu.site_links(page):
        if url not in keys:
            possible = url not in pagers and url != page.address and could_be(url)
            keys[url] = identity(url) if possible else own
        if keys[url] != own:
            grouped.setdefault(keys[url], []).append(_link(page, anchor, url, named))
    owners = _owners(
        {
            key: links
            for key, links in grouped.items()
            if any(link.rank > 1 or (link.rank and certain(link.url)) for link in links)
        }
    )
    first = next(
        (number for number, links in enumerate(grouped.values()) if any(_is_sure(link, menus) for link in links)), 0
    )
    titled = _titled(page)
    accepted: dict[str, Entry] = {}
    pending: list[str] = []
    ranks: dict[str, int] = {}
    made: dict[str, int] = {}
    for number, (key, links) in enumerate(grouped.items()):
        best = max(links, key=lambda link: (not link.chrome, link.rank, len(link.text) if link.rank else 0))
        told, shape = certain(best.url), shape_of(best.url)
        in_menu = any(link.anchor in menus for link in links) and best.rank < 3
        if (best.chrome and best.rank < 3) or (in_menu and (told is None or (number < first and doubted(best.url)))):
            continue
        entry = Entry(
            best.url,
            best.text if best.rank else "",
            best.anchor,
            _parts(best.anchor, key, owners, titled),
            anchors=[link.anchor for link in links],
        )
        if best.rank > 2 and told is None and _is_of_menu(best, links, menus) and not _is_card(page, entry):
            continue  # the heading of a block
        if (
            told
            or any(link.anchor in named for link in links)
            or (best.rank > 1 and (_is_card(page, entry) or (not named and len(best.text.split()) >= _HEADLINE)))
        ):
            accepted[key] = entry
            made[shape] = made.get(shape, 0) + 1
        elif best.rank and len(best.text.split()) > _IN_HEADING - (best.rank > 2) - 1:
            pending.append(key)
            accepted[key], ranks[key] = entry, best.rank
            if best.rank > 2:
                made[shape] = made.get(shape, 0) + 1
    makes = {_place_of(entry) for key, entry in accepted.items() if key not in pending}
    rows = Counter(_row_of(entry) for key, entry in accepted.items() if key not in pending)
    for key in pending:
        entry = accepted[key]
        if ranks[key] > 2 and _place_of(entry) in makes:
            continue  # in a heading, in a box like those of its neighbours
        alike = rows[_row_of(entry)]
        if alike >= _ROW or (_is_card(page, entry) and (alike or (is_turned and not _lies_beside(entry)))):
            continue  # a short headline among long ones, or what a later page of a list has left
        words = len(entry.title.split())
        is_short = words <= _IN_HEADING - (ranks[key] > 2)
        if is_short or made.get(shape_of(entry.url), 0) < _ALIKE or "#" not in shape_of(entry.url):
            del accepted[key]
    found = [accepted[key] for key in grouped if key in accepted]
    _mark_beside(page, found)
    return found


def _link(page: Page, anchor: Element, url: str, named: Collection[Element]) -> _Link:
    text, heading = _headline(page, anchor)
    if (not text or _NOT_A_HEADLINE.match(fold(text))) and (headline := _headed(page, anchor)):
        text, heading = headline, True
    words = len(text.split())
    if not text or _NOT_A_HEADLINE.match(fold(text)):
        rank = 0
    elif (anchor in named and words > 1) or (heading and words >= _IN_HEADING):
        rank = 3
    else:
        rank = 2 if words >= _HEADLINE else 1
    return _Link(anchor, url, text, rank, menu.in_chrome(page, anchor))


def _is_of_menu(best: _Link, links: list[_Link], menus: Mapping[Element, str]) -> bool:
    """Whether a menu calls a link as its heading does: then it names a section."""
    said = fold(best.text)
    return any(link.anchor in menus and link.anchor is not best.anchor and fold(link.text) == said for link in links)


def _is_sure(link: _Link, menus: Mapping[Element, str]) -> bool:
    return not link.chrome and (link.rank > 2 or (link.rank > 1 and link.anchor not in menus))


def _headline(page: Page, anchor: Element) -> tuple[str, bool]:
    """The words of a link, and whether a heading says them; of a link around a whole card, its headline."""
    for inner in anchor.iter_elements():
        if (inner.tag in _HEADINGS or _TITLED.search(inner.attr("class") or "")) and (text := clean(inner.text)):
            return text, True
    text = clean(anchor.text)
    if len(text) > _LONGEST_HEADLINE or any(inner.tag in {"p", "div"} for inner in children(anchor)):
        lines = [line for text in anchor.stripped_strings if fold(line := clean(text)) not in menu.names_of(page)]
        text = next((line for line in lines if len(line.split()) >= _IN_HEADING), text)[:_LONGEST_HEADLINE]
    outer = parent_of(anchor)
    heading = bool(_TITLED.search(anchor.attr("class") or "")) or (
        outer is not None and bool(_TITLED.search(names(outer)))
    )
    if not heading:
        heading = any(node.tag in _HEADINGS for node in islice(ancestors(anchor), 4))
    if not text and outer is not None and not children(anchor) and (text := _overlaid(outer)):
        return text, True
    if not text:
        image = anchor.find("img")
        text = clean(anchor.attr("title") or (image.attr("alt") if image is not None else "") or "")
        heading = False
    return text, heading


def _headed(page: Page, anchor: Element) -> str:
    """The headline of the card in which a picture or a button leads on (“Chi tiết”), where the headline itself is no link."""
    for outer in islice(ancestors(anchor), _IN_CARD):
        if outer.tag in _WHOLE or menu.length(outer, _CARD) > _CARD:
            break
        headings = [element for element in outer.iter_elements(_HEADLINES) if clean(element.text)]
        if headings:
            leads = {inner.attr("href") for inner in outer.iter_elements("a")}
            alone = len(headings) == 1 and len(leads) == 1 and headings[0].find("a") is None
            return clean(headings[0].text) if alone else ""
    card = _card_among_like(page, anchor)
    return _headline_in(card) if card is not None else ""


def _card_among_like(page: Page, anchor: Element) -> Element | None:
    """The box around a link that others made alike stand near, each with links to one address of its own."""
    for card in islice(ancestors(anchor), 3 * _IN_CARD):  # cards lie in frames
        if card.tag in _WHOLE:
            return None
        near = (*islice(card.previous_siblings, 2 * _NEAR), *islice(card.next_siblings, 2 * _NEAR))
        make = (card.tag, card.attr("class"))
        alike = [one for one in near if isinstance(one, Element) and (one.tag, one.attr("class")) == make]
        leads = [_only_address(page, one) for one in (card, *alike)]
        if alike and None not in leads and len(set(leads)) == len(leads):
            return card
    return None


def _only_address(page: Page, box: Element) -> str | None:
    """The one address that the links of a box lead to, or those of them that say “read more”; None where there are none or several.

    Each box is looked through once.
    """
    known: dict[Element, str | None] = page.once("only addresses", dict)
    if box not in known:
        anchors = list(islice(box.iter_elements("a"), _INNER))
        leads = {inner.attr("href") for inner in anchors}
        if len(leads) > 1:
            leads = {inner.attr("href") for inner in anchors if _NOT_A_HEADLINE.match(fold(clean(inner.text)))}
        known[box] = leads.pop() if len(leads) == 1 else None
    return known[box]


def _headline_in(card: Element) -> str:
    """What is called a title in a card; else the longest thing said in it that reads like a headline: several words, no sentence, no date."""
    for inner in card.iter_elements():
        if _TITLED.search(inner.attr("class") or "") and len((text := clean(inner.text)).split()) >= _IN_HEADING:
            return text if len(text) <= _LONGEST_HEADLINE else ""
    lines = [line for line in map(clean, map(str, card.strings)) if len(line.split()) >= _HEADLINE]
    lines = [
        line for line in lines if len(line) <= _LONGEST_HEADLINE and line[-1] not in ".:…" and not dates.may_hold(line)
    ]
    return max(lines, key=len, default="")


def _overlaid(box: Element) -> str:
    """The headline of a box over which one empty link lies; no other link is in it."""
    inner = list(islice(box.iter_elements(), _INNER + 1))
    headings = [element for element in inner if element.tag in _HEADINGS and element.tag != "h1"]
    alone = len(inner) <= _INNER and len(headings) == 1 and sum(element.tag == "a" for element in inner) == 1
    return clean(headings[0].text) if alone else ""


def _owners(grouped: Mapping[str, list[_Link]]) -> dict[Element, str]:
    """For every element around a headline the one article that it speaks of; `_MANY` where there are several."""
    owners: dict[Element, str] = {}
    for key, links in grouped.items():
        for link in links:
            for node in chain([link.anchor], ancestors(link.anchor)):
                owner = owners.get(node)
                if owner is None:
                    owners[node] = key
                elif owner == _MANY:
                    break
                elif owner != key:
                    owners[node] = _MANY
    return owners


def _parts(
    anchor: Element, key: str, owners: Mapping[Element, str], titled: Collection[Element]
) -> tuple[Element, ...]:
    """The card of a headline: the largest element that speaks of no other article; in a flat list what follows, too."""
    cell, inner, before = anchor, anchor, 0
    for node in islice(ancestors(anchor), _DEPTH):
        if node.tag in _WHOLE or owners.get(node, key) != key or node in titled:
            break
        before += _before(inner)
        inner = node
        size = menu.length(node, _WHOLE_TEXT)
        if size > _WHOLE_TEXT:
            break
        if (before > _BEFORE or size > _CARD) and not _has_like(node, owners):
            continue  # a card with a long teaser is told by its like, perhaps further out
        is_text = node.tag == "p" and size - menu.length(anchor, _CARD) > SHORTEST_TEASER
        if is_text and anchor.tag == "a" and cell is anchor and (before or node.find("br") is None):
            break  # a link in running text, and not a headline with its teaser on the next line
        cell = node
    if cell.tag not in _HEADINGS and cell.tag not in {"a", "p", "dt", "b", "strong", "span"}:
        return (cell,)
    parts = [cell]
    following = cell.next_sibling
    while following is not None and len(parts) <= _FOLLOWING:
        if isinstance(following, Element):
            if (
                following in owners
                or menu.length(following, _CARD) > _CARD
                or following.tag in _HEADINGS
                or following.tag in {"nav", "footer", "aside", "ul", "form"}
            ):
                break
            parts.append(following)
        following = following.next_sibling
    return tuple(parts)


def _titled(page: Page) -> frozenset[Element]:
    """The elements around the page's own headings, which no card holds; one that leads elsewhere is a card's.

    A lower heading is the page's own where the page is called so.
    """

    named = fold(page.title)

    def is_own(heading: Element) -> bool:
        if heading.tag != "h1" and (len(text := fold(clean(heading.text))) < _IN_TITLE or text not in named):
            return False
        return all(page.absolute(anchor.attr("href") or "") == page.address for anchor in heading.iter_elements("a"))

    return page.once(
        "around h1",
        lambda: frozenset(
            node
            for heading in islice(filter(is_own, page.body.iter_elements(_HEADS)), _DEPTH)
            for node in islice(ancestors(heading), _DEPTH)
        ),
    )


def _before(cell: Element) -> int:
    """How many characters stand in front of an element in the one around it, as far as that matters."""
    found = 0
    for node in cell.previous_siblings:
        found += menu.length(node, _BEFORE) if isinstance(node, Element) else len("".join(_data(node).split()))
        if found > _BEFORE:
            break
    return found


def _data(node: Node) -> str:
    return node.data if isinstance(node, Text) else ""


def _has_like(node: Element, owners: Mapping[Element, str]) -> bool:
    """Whether an element beside this one is made alike and speaks of another article."""
    make = _make(node)
    return any(
        isinstance(other, Element) and other in owners and other.tag == node.tag and _make(other) == make
        for other in (*islice(node.previous_siblings, _NEAR), *islice(node.next_siblings, _NEAR))
    )


def names_itself(page: Page, found: Collection[Entry], headline: Callable[[], Element | None]) -> bool:
    """Whether a page is itself one of the cards that it shows: an article's address that answers with the list it is in.

    `headline`: what the platform takes for the headline of an article with a date; a box that names that is one of the newest.
    """
    held = {node for entry in found for node in islice(chain([entry.anchor], ancestors(entry.anchor)), _CARD_STEPS)}
    for anchor, url in menu.site_links(page):
        if url == page.address and _NOT_A_HEADLINE.match(fold(clean(anchor.text))) and not page.asides.lies_in(anchor):
            boxes = list(islice(ancestors(anchor), _CARD_STEPS))
            if any(
                page.leads_to_itself(heading) for box in boxes[:2] for heading in box.iter_elements(("h2", "h3", "h4"))
            ):
                return True  # “read more” of the text above it
        # Boxes of the newest name the article that is read as well; then the page is called so.
        if (
            url == page.address
            and len(anchor.text.split()) >= _IN_HEADING
            and not _is_called(page, anchor.text, headline)
        ):
            for node in islice(chain([anchor], ancestors(anchor)), _CARD_STEPS):
                near = (*islice(node.previous_siblings, 3 * _NEAR), *islice(node.next_siblings, 3 * _NEAR))
                like = [
                    other for other in near if other in held and isinstance(other, Element) and _is_like(node, other)
                ]
                if len(like) >= _ALIKE:
                    return True
    return False


def _is_called(page: Page, text: str, headline: Callable[[], Element | None]) -> bool:
    said = fold(clean(text))
    if said.rstrip(" .…") in fold(page.title):
        return True
    heading = headline()
    return heading is not None and fold(clean(heading.text)) == said


def _is_like(node: Element, other: Element) -> bool:
    return node.tag == other.tag and _make(node) == _make(other)


def _make(node: Element) -> str:
    """The first class name that is no number of the article, which most templates give what repeats."""
    return next((name for name in (node.attr("class") or "").split() if not _OWN_NUMBER.search(name)), "")


def _place_of(entry: Entry) -> tuple[Element | None, str, str]:
    """What the cards of a list have in common: what they stand in, and how they are made."""
    part = entry.parts[0]
    return parent_of(part), part.tag, _make(part)


def _row_of(entry: Entry) -> tuple[Element | None, str, str, str, str]:
    """The same, where a list is nothing but links: and the folder that its addresses have in common."""
    return (*_place_of(entry), entry.anchor.tag, urlsplit(entry.url).path.rpartition("/")[0])


def _is_card(page: Page, entry: Entry) -> bool:
    """Whether a headline comes with a date, a picture or a teaser."""
    return (
        any(part.find("img") is not None for part in entry.parts)
        or teaser_of(entry) is not None
        or stamp_of(page, entry) is not None
    )


def shape_of(url: str) -> str:
    """What addresses of one kind have in common: folders, and how the last part is made.

    >>> shape_of("http://a.vn/tin/bat-nhom-trom-cuop-t301.html"), shape_of("http://a.vn/tin-bai/phong-trao-22.html")
    ('/tin/*-t#.html', '/tin-bai/*-#.html')
    """
    parts = urlsplit(url)
    folder, _, last = parts.path.rstrip("/").rpartition("/")
    last = re.sub(
        r"^(.*[-_])?([a-z]{0,5})\d+(?=\.\w+$|$)", lambda found: ("*-" if found[1] else "") + found[2] + "#", last
    )
    return (
        re.sub(r"\d+", "#", folder)
        + "/"
        + (last if "#" in last else re.sub(r"^\d+(?=[-_])|\d{4,}", "#", last) if re.match(r"\d+[-_]", last) else "*")
        + re.sub(r"\d+", "#", "?" + parts.query if parts.query else "")
    )


def _mark_beside(page: Page, found: list[Entry]) -> None:
    """Mark what stands in a box beside the list, unless that box is the list: it holds the heading, or most cards."""
    held: dict[Element, list[Entry]] = {}
    for entry in found:
        for node in islice(ancestors(entry.anchor), _DEPTH):
            held.setdefault(node, []).append(entry)
    judged: dict[Element, bool] = {}
    # A box that says so itself is none, the list is the most of what is left; “the newest” may be the list.
    surely = {
        entry.url
        for node, inside in held.items()
        if node.tag not in _WHOLE and beside.is_of_most_read(node)
        for entry in inside
    }
    others = len(found) - len(surely)
    for entry in found:
        for node in islice(ancestors(entry.anchor), _DEPTH):
            if node.tag in _WHOLE:
                break
            if node not in judged:
                left = sum(one.url not in surely for one in held[node])
                most = left > _MOST * others or len(held[node]) > _MOST * len(found)
                box = len(held[node]) > 1 or node.tag in beside.TAGS  # what holds one entry may be its card
                judged[node] = box and beside.is_beside(node) and not (most and _is_main(page, node, held[node]))
            if judged[node]:
                entry.beside = True
                break


def _is_main(page: Page, node: Element, held: list[Entry]) -> bool:
    return node in _titled(page) or any(_is_card(page, entry) for entry in held[:3])


def _lies_beside(entry: Entry) -> bool:
    return any(node.tag not in _WHOLE and beside.is_beside(node) for node in islice(ancestors(entry.anchor), _DEPTH))
