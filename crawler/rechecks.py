"""Known articles asked again in one run: what came of each, judged together at the end."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from crawler.absence import Asked, Missing, is_outage
from crawler.platforms.page import Page


class Sighting(NamedTuple):
    """An article that was not there at a moment."""

    asked: Asked
    missing: Missing
    at: datetime


class Rechecks:
    """Counts known articles that answered. Those missed before say nothing of an outage today, so they are not counted."""

    def __init__(self) -> None:
        self.answered = 0
        self.missing: list[Sighting] = []
        self.tried: set[str] = set()

    def alive(self, asked: Asked) -> None:
        self.answered += not asked.missed

    def missed(self, asked: Asked, missing: Missing, at: datetime) -> None:
        self.answered += not asked.missed
        self.missing.append(Sighting(asked, missing, at))

    def other_address(self, asked: Asked, shown: str | None) -> str | None:
        """The address that a list shows for a missing article, once, if it is another than the one asked for."""
        if shown is None or shown == asked.url or asked.identity in self.tried:
            return None
        self.tried.add(asked.identity)
        return shown

    def settle(self) -> tuple[list[Sighting], str | None]:
        """The sightings that count; none in an outage, and then why.

        >>> run, seen = Rechecks(), datetime(2026, 11, 5)
        >>> for number in range(6):
        ...     run.missed(Asked(str(number), "http://a.vn/"), Missing("removed"), seen)
        >>> run.settle()
        ([], '6 of 6 known articles are missing at once: taken for an outage, none counts')
        """
        found, self.missing = self.missing, []
        fresh = [one.missing for one in found if not one.asked.missed]
        if is_outage(fresh, self.answered):
            told = (
                f"{len(fresh)} of {self.answered} known articles are missing at once: taken for an outage, none counts"
            )
            return [], told
        return found, None


def said_by(page: Page) -> str:
    """What a reader sees of a page, title first, one line; scripts and styles are not seen."""
    seen = page.root.xpath("//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]")
    return page.title + "\n" + " ".join(" ".join(seen).split())
