"""When machines are told that an article was published: attributes, JSON-LD, meta."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from crawler.platforms.evidence.date_labels import LONGEST_LABEL, around_of, common, in_anothers_card, rank
from crawler.platforms.page import Page, kinds_of
from crawler.platforms.tree import Element, ancestors, names, text_of
from vietnam import dates
from vietnam.dates import Timestamp

_META = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "pubdate", "publishdate",
    "publish-date", "dc.date.issued", "dcterms.issued", "dc.date", "date",
)  # fmt: skip
# When a text was begun says nothing against when it was published.
_META_CREATED = ("dcterms.created", "dc.date.created", "datecreated", "og:article:created", "article:created_time")
_ARTICLES = frozenset(["article", "newsarticle", "blogposting", "reportagenewsarticle", "report"])
_UTC = re.compile(r"(?:Z|[+-]00:?00)$")


@dataclass(frozen=True, slots=True)
class Machine:
    """A date for machines; `other` is the second reading of a date in UTC: a moment, or the clock on a wall."""

    stamp: Timestamp
    rule: str
    other: Timestamp


def machine_dates(
    page: Page, heading: Element | None, bodies: Sequence[Element], *, utc_is_wall: bool = False
) -> Iterator[Machine]:
    """Machine dates of this article, the most telling first."""
    given = list(_machine_texts(page, heading, bodies)) or list(_created(page))
    for text, rule in given:
        stamp = dates.find_machine(text)
        if stamp is None or stamp.precision in {"year", "month"}:
            continue
        wall = replace(stamp, at=stamp.at.astimezone(UTC).replace(tzinfo=dates.VIETNAM)) if _UTC.search(text) else stamp
        yield Machine(wall, rule, stamp) if utc_is_wall else Machine(stamp, rule, wall)


def _machine_texts(page: Page, heading: Element | None, bodies: Sequence[Element]) -> Iterator[tuple[str, str]]:
    anchors = [element for element in (heading, *bodies) if element is not None]
    scope = common(anchors) if anchors else page.root

    around = around_of(anchors)

    def is_beside(element: Element) -> bool:
        return _beside(page, element, scope) or in_anothers_card(page, element, anchors, around)

    for element in page.select("[itemprop='datePublished']"):
        if scope in ancestors(element) and not is_beside(element):
            yield (
                element.attr("content") or element.attr("datetime") or element.attr("title") or text_of(element),
                "itemprop datePublished",
            )
    for element in page.select(
        "[property~='dc:date'], [property='schema:datePublished'], [property='datePublished'], [property='schema:dateCreated']"
    ):
        if element.attr("content") and scope in ancestors(element) and not is_beside(element):
            yield element.attr("content") or "", "RDFa date"
    for element in page.select("time[datetime]"):
        label = text_of(element)
        called = f"{names(element)} {element.attr('itemprop') or ''} {label if len(label) <= LONGEST_LABEL else ''}"
        modified = rank(called) == 3
        inside = any(body in ancestors(element) for body in bodies if heading is None or body not in ancestors(heading))
        if not modified and not inside and scope in ancestors(element) and not is_beside(element):
            yield element.attr("datetime") or "", "time datetime"
    dated = [
        data
        for data in page.linked_data
        if isinstance(data.get("datePublished"), str) and "comment" not in kinds_of(data)
    ]
    # The page around an article has a date of its own.
    of_articles = [data for data in dated if kinds_of(data) & _ARTICLES]
    for data in of_articles or dated:
        yield data["datePublished"], "JSON-LD datePublished"
    for name in _META:
        if name in page.meta:
            yield page.meta[name], f"meta {name}"


def _created(page: Page) -> Iterator[tuple[str, str]]:
    for data in page.linked_data:
        if isinstance(data.get("dateCreated"), str) and kinds_of(data) & _ARTICLES:
            yield data["dateCreated"], "JSON-LD dateCreated"
    for name in _META_CREATED:
        if name in page.meta:
            yield page.meta[name], f"meta {name}"


def _beside(page: Page, element: Element, scope: Element) -> bool:
    for node in ancestors(element):
        if node is scope:
            return False
        if page.asides.is_aside(node):
            return True
    return False
