"""Known articles asked again in one run: what came of each, judged together at the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from scrapy.http import Response

from crawler.lines import Missing
from crawler.net.recorder import fetched_at, write
from crawler.net.responses import page_of
from crawler.platforms.base import Elsewhere, NotAnArticle
from crawler.platforms.page import Page
from crawler.spider.absence import Asked, is_outage, verdict
from vietnam import urls

if TYPE_CHECKING:
    from crawler.spider.dispatcher import PortalSpider


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
        # Answers that came before the platform was known.
        self.early: list[tuple[Response, str, str | None, Asked]] = []

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


def read_early(spider: PortalSpider) -> Iterator[Any]:
    """What came before the platform was known, once it is."""
    if spider.platform is not None and spider.rechecks.early:
        early, spider.rechecks.early = spider.rechecks.early, []
        for waiting in early:
            yield from read(spider, *waiting)


def read(spider: PortalSpider, response: Response, role: str, told: str | None, again: Asked) -> Iterator[Any]:
    """The answer to asking for a known article: it is there, it is not, or the portal cannot say."""
    known, fields = spider.rechecks, None
    if response.status == 304:
        spider.count("not_modified")
        known.alive(again)
        return
    kind, text = None, ""
    if response.status < 400:
        page = page_of(response)
        if page is None:
            for found in spider.read_document(response, role, 0, told):
                known.alive(again)
                yield found
            return
        if spider.platform is None:  # a page that may say “not found” shows nothing of the portal's platform
            known.early.append((response, role, told, again))
            return
        kind, text = spider.platform.kind(page), said_by(page)
        if kind == "article":
            try:
                fields = spider.platform.extract(page)
                text = f"{fields.title}\n\n{fields.body}"
            except Elsewhere as elsewhere:
                yield spider.ask(elsewhere.url, role, again=again)
                return
            except NotAnArticle:
                kind = "other"
    request = response.request
    asked = request.meta.get("redirect_urls", [request.url])[0] if request else response.url
    same = fields is not None and again.identity in {fields.identity, urls.identity(response.url)}
    judged = verdict(response.status, asked, response.url, kind, text, same=same)
    if isinstance(judged, str):
        answer = f"answers {response.status}" if response.status >= 400 else f"gives no article ({judged})"
        spider.problem(f"{response.url} {answer}")
        return
    if judged is None:
        known.alive(again)
    elif other := known.other_address(again, spider.frontier.shown.get(again.identity)):
        yield spider.ask(other, "recheck", again=again)
        return
    else:
        spider.count("missing")
        known.missed(again, judged, fetched_at(response))
        if judged.how != "redirect_article":
            return
    if fields is not None:
        yield from spider.store(fields, response, role)


def settle(spider: PortalSpider) -> None:
    """Write down which known articles were missing, once it is clear that the portal as a whole was not."""
    found, outage = spider.rechecks.settle()
    if outage:
        spider.logger.error("%s", outage)
        spider.crawler.stats.set_value("tintinh/outage", outage)
    hours = spider.crawler.settings.getfloat("TINTINH_CONFIRM_HOURS")
    for asked, missing, moment in found:
        write(
            spider.crawler, "absence", portal=spider.name, url=asked.url, identity=asked.identity, missing=missing,
            fetched_at=moment, confirm_after_hours=hours,
        )  # fmt: skip


def said_by(page: Page) -> str:
    """What a reader sees of a page, title first, one line; scripts and styles are not seen."""
    seen = page.root.xpath("//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]")
    return page.title + "\n" + " ".join(" ".join(seen).split())
