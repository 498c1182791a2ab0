"""Known articles asked again in one run: what came of each, judged together at the end. No framework."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from crawler.lines import Absence, Verdict
from crawler.platforms.base import Fields, FilledByScript, NotAnArticle, Platform
from crawler.platforms.page import Page
from crawler.spider import articles
from crawler.spider.absence import Recheck, is_outage, judge
from crawler.spider.decisions import Answer, Ask, Context, Count, Decision, Facts, Problem, Settle
from crawler.spider.frontier import Frontier
from vietnam import urls


class Missed(NamedTuple):
    """A known article that was not there at a moment."""

    recheck: Recheck
    verdict: Verdict
    at: datetime


class Rechecks:
    """Counts known articles that answered. Those missed before say nothing of an outage today, so they are not counted."""

    def __init__(self) -> None:
        self.answered = 0
        self.missing: list[Missed] = []
        self.tried: set[str] = set()
        # Answers that came before the platform was known.
        self.early: list[tuple[Answer, Context]] = []

    def alive(self, recheck: Recheck) -> None:
        """Count an article that is there."""
        self.answered += not recheck.missed

    def missed(self, recheck: Recheck, verdict: Verdict, at: datetime) -> None:
        """Note an article that is not there."""
        self.answered += not recheck.missed
        self.missing.append(Missed(recheck, verdict, at))

    def other_address(self, recheck: Recheck, shown: str | None) -> str | None:
        """The address that a list shows for a missing article, once, if it is another than the one asked for."""
        if shown is None or shown == recheck.url or recheck.identity in self.tried:
            return None
        self.tried.add(recheck.identity)
        return shown

    def settle(self) -> tuple[list[Missed], str | None]:
        """The missed articles that count; none in an outage, and then why.

        >>> run, seen = Rechecks(), datetime(2026, 11, 5)
        >>> for number in range(6):
        ...     run.missed(Recheck(str(number), "http://a.vn/"), Verdict("removed"), seen)
        >>> run.settle()
        ([], '6 of 6 known articles are missing at once: taken for an outage, none counts')
        """
        missing, self.missing = self.missing, []
        fresh = [missed.verdict for missed in missing if not missed.recheck.missed]
        if is_outage(fresh, self.answered):
            reason = (
                f"{len(fresh)} of {self.answered} known articles are missing at once: taken for an outage, none counts"
            )
            return [], reason
        return missing, None


def read(
    answer: Answer, context: Context, platform: Platform | None, facts: Facts, frontier: Frontier, rechecks: Rechecks
) -> Iterator[Decision]:
    """What the answer to asking for a known article says: it is there, it is not, or the portal cannot say."""
    recheck = context.recheck
    assert recheck is not None
    if answer.status == 304:
        rechecks.alive(recheck)
        yield Count("not_modified")
        yield Settle(context.identity, "known")
        return
    kind, text = None, ""
    fields: Fields | None = None
    if answer.status < 400:
        page = answer.page
        if page is None:
            yield from _document(answer, context, platform, facts, frontier, rechecks)
            return
        if platform is None:  # a page that may say “not found” shows nothing of the portal's platform
            rechecks.early.append((answer, context))
            return
        kind, text = platform.kind(page), said_by(page)
        if kind == "article":
            try:
                fields = platform.extract(page, context.card)
                text = f"{fields.title}\n\n{fields.body}"
            except FilledByScript as elsewhere:
                if context.is_elsewhere:
                    kind = "other"
                else:
                    yield Ask(elsewhere.url, replace(context, is_elsewhere=True))
                    return
            except NotAnArticle:
                kind = "other"
    same = fields is not None and recheck.identity in {fields.identity, urls.identity(answer.url)}
    verdict = judge(answer.status, answer.asked, answer.url, kind, text, same=same)
    if isinstance(verdict, str):
        said = f"answers {answer.status}" if answer.status >= 400 else f"gives no article ({verdict})"
        yield Problem(f"{answer.url} {said}")
        yield Settle(context.identity, "failed")
        return
    if verdict is None:
        rechecks.alive(recheck)
    elif other := rechecks.other_address(recheck, frontier.shown.get(recheck.identity)):
        yield Ask(other, Context("recheck", context.identity, recheck))
        return
    else:
        yield Count("missing")
        yield Settle(context.identity, "missing")
        rechecks.missed(recheck, verdict, answer.fetched_at)
        if verdict.how != "redirect_article":
            return
    if fields is not None and platform is not None:
        yield from articles.store(fields, answer, context, platform, facts, frontier)


def _document(
    answer: Answer, context: Context, platform: Platform | None, facts: Facts, frontier: Frontier, rechecks: Rechecks
) -> Iterator[Decision]:
    """An answer that is no page of text: of an API it may be the article."""
    fields = platform.document(answer.url, answer.body, context.hint) if platform is not None else None
    if platform is None or not isinstance(fields, Fields):
        yield from articles.reject(answer.url, "not a page of text", context)
        return
    assert context.recheck is not None
    rechecks.alive(context.recheck)
    yield from articles.store(fields, answer, context, platform, facts, frontier)


def absences(missing: list[Missed], facts: Facts, hours: float) -> Iterator[Absence]:
    """The lines of the articles that were not there; so many hours must lie between two sightings."""
    for recheck, verdict, at in missing:
        yield Absence(
            portal=facts.name, url=recheck.url, identity=recheck.identity, how=verdict.how, led_to=verdict.led_to,
            fetched_at=at, confirm_after_hours=hours,
        )  # fmt: skip


def said_by(page: Page) -> str:
    """What a reader sees of a page, title first, one line; scripts and styles are not seen."""
    return page.title + "\n" + " ".join(" ".join(page.body.strings).split())
