"""When a post was published: what WordPress and its themes print, and what they tell machines."""

from __future__ import annotations

import re

from crawler.platforms.evidence import date_labels, dating, machine_dates
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, ancestors, children, is_hidden, names, parent_of, text_of
from vietnam import dates
from vietnam.normalize import clean


def published(page: Page, heading: Element | None, bodies: list[Element]) -> dating.Dated | None:
    """The moment of publication; `time[datetime]` of the article first, as the clock on the portal's wall."""
    clocks = [(_wall(element), "time datetime") for element in _times(page, heading, bodies)]
    if not clocks and (below := _printed_below(page)):
        clocks = [(below, "printed below the text")]
    # Any time of the page shows the zone of the site; one that was never set is UTC, and its clocks are those on the wall.
    times = page.select("time[datetime]:not(.td-module-date)")
    unset = any(re.search(r"\+00:?00$", element.attr("datetime") or "") for element in times)
    dated = None if clocks else _day(page, heading, bodies, unset=unset)
    dated = dated or dating.published(page, heading, bodies, clocks=clocks[:1], utc_is_wall=unset)
    if dated is None or (dated.stamp.precision != "day" and "with the clock" not in dated.rule):
        return dated
    # The clock may stand in the tooltip of the day, or in an element of its own.
    hints = "a[rel~='bookmark'][title], abbr[title], .posted-on a[title], .elementor-post-info__item--type-time, .entry-time, .post-time"
    for element in page.select(hints):
        text = clean(f"{element.text} {element.attr('title') or ''}")
        whole = dates.find(text) or dates.find(f"{dated.stamp.raw} {text}")
        if whole is not None and whole.precision == "minute" and whole.at.date() == dated.stamp.at.date():
            return dating.Dated(whole, "printed, with the clock beside it", dated.against)
    return dated


def _day(page: Page, heading: Element | None, bodies: list[Element], *, unset: bool) -> dating.Dated | None:
    """A day that bears the hAtom class `updated`, where nothing beside it is called published."""
    scope = date_labels.common([element for element in (heading, *bodies) if element is not None])
    for element in page.select(".updated"):
        if is_hidden(element):
            continue
        parent = parent_of(element)
        stamp = dates.find(text_of(element), fetched_at=page.fetched_at)
        if stamp is None or parent is None or scope not in ancestors(element) or page.asides.lies_in(element, scope):
            continue
        if not any("published" in names(other) for other in children(parent)):
            machine = list(machine_dates.machine_dates(page, heading, bodies, utc_is_wall=unset))
            return dating.confirmed(stamp, "printed, class updated", machine)
    return None


def _printed_below(page: Page) -> str | None:
    """The first themes tell under the text when it was posted, in a sentence."""
    for element in page.select(".postmetadata"):
        found = re.search(
            r"\b(?:lúc|ngày|vào|on)\s+(\S.{6,60}?)\s+(?:trong|và|and|in|under)\s",
            text_of(element),
        )
        if found and dates.find(found[1].replace(" at ", " ")):
            return found[1].replace(" at ", " ")
    return None


def _times(page: Page, heading: Element | None, bodies: list[Element]) -> list[Element]:
    """The times of this article, that of its publication first."""
    anchors = [element for element in (heading, *bodies) if element is not None]
    scope = date_labels.common(anchors)
    around = date_labels.around_of(anchors)
    found = []
    for element in page.select("time[datetime]"):
        above = list(ancestors(element))
        is_outside = scope in above and not any(body in above for body in bodies)
        is_beside = page.asides.lies_in(element, scope) or date_labels.in_anothers_card(page, element, anchors, around)
        if is_outside and not is_beside:
            found.append(element)
    published = [
        element
        for element in found
        if "published" in (element.attr("class") or "") or element.attr("itemprop") == "datePublished"
    ]
    modified = [
        element
        for element in found
        if re.search(
            r"modified", f"{element.attr('class')} {element.attr('itemprop')} {names(parent_of(element) or element)}"
        )
    ]
    return published or [element for element in found if element not in modified]


def _wall(element: Element) -> str:
    """What a time's attribute says, read as the clock on the wall unless what is printed knows better."""
    told = element.attr("datetime") or ""
    moment, printed = dates.find(told), dates.find(text_of(element))
    if moment is None or printed is None or not re.search(r"(?:Z|\+00:?00)$", told):
        return told
    if printed.precision == "minute":
        return printed.at.isoformat()
    return (
        moment.at.isoformat()
        if printed.at.date() == moment.at.date() and not told.startswith(f"{printed.at:%Y-%m-%d}")
        else told
    )
