"""What the page of an article leads to. Pure functions: what was met before comes in with the frontier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crawler.article import InvalidArticle, check, encode
from crawler.platforms import extract, told_dates
from crawler.platforms.base import Fields, FilledByScript, NotAnArticle, Platform
from crawler.platforms.page import Page
from crawler.platforms.told_dates import ToldDate
from crawler.spider.decisions import Answer, Ask, Awaited, Context, Count, Decision, Facts, Learn, Reject, Settle, Store
from crawler.spider.frontier import MOST_SILENT, Frontier, Waiting, base_of

# A document is asked for before the next article: one that tells nothing is soon known to.
DOCUMENT_PRIORITY = 1
# Fields whose absence is counted, and under which name.
COUNTED = {"published_at": "date", "byline": "byline", "section": "section", "lead": "lead"}


def read(
    page: Page, kind: str, answer: Answer, context: Context, platform: Platform, facts: Facts, frontier: Frontier
) -> Iterator[Decision]:
    """Store the article of a page, ask where its script would, or reject it with a reason."""
    if kind != "article":
        yield from reject(page.url, f"not an article page ({kind})", context)
        return
    try:
        fields = platform.extract(page, context.card)
    except FilledByScript as elsewhere:
        if context.is_elsewhere:  # the answer to what the script asks is such a page again
            yield from reject(page.url, str(elsewhere), context)
        else:
            yield Ask(elsewhere.url, replace(context, is_elsewhere=True))
    except NotAnArticle as error:
        yield from reject(page.url, str(error), context)
    else:
        yield from complete(fields, page, answer, context, platform, facts, frontier)


def complete(
    fields: Fields, page: Page, answer: Answer, context: Context, platform: Platform, facts: Facts, frontier: Frontier
) -> Iterator[Decision]:
    """Store an article; where its page leaves the minute open, with what lists or its document of an API tell."""
    told = frontier.told.get(context.identity or platform.identity(page.address))
    told = told if told_dates.counts(told, fields) else None
    is_open = told_dates.is_open(fields) and (told is None or told.precision == "day")
    document = told_dates.document_of(page) if is_open and context.role == "article" else None
    if document is not None and frontier.silent_documents < MOST_SILENT:
        yield Count("dates_asked_elsewhere")
        yield Ask(document, replace(context, awaited=Awaited(fields, answer.bare())), DOCUMENT_PRIORITY)
    elif fields.published_at is None and told is None and context.role == "article" and frontier.may_wait():
        frontier.waiting.append(Waiting(fields, answer.bare(), context))
    else:
        yield from store(fields, answer, context, platform, facts, frontier, told)


def with_document(
    body: bytes | None, context: Context, platform: Platform, facts: Facts, frontier: Frontier
) -> Iterator[Decision]:
    """Store the article whose document of an API was asked for; `body`: that document, None where there was no answer."""
    assert context.awaited is not None
    fields, answer = context.awaited
    told = told_dates.of_document(body) if body is not None else None
    frontier.silent_documents = 0 if told is not None else frontier.silent_documents + 1
    if not told_dates.counts(told, fields):
        told = frontier.told.get(context.identity or "")
    yield from store(fields, answer, replace(context, awaited=None), platform, facts, frontier, told)


def after_all_lists(platform: Platform, facts: Facts, frontier: Frontier) -> Iterator[Decision]:
    """Store the articles without a date that waited for lists which might print one."""
    waiting, frontier.waiting = frontier.waiting, []
    for fields, answer, context in waiting:
        told = frontier.told.get(context.identity or "")
        yield from store(fields, answer, context, platform, facts, frontier, told)


def reject(url: str, reason: str, context: Context) -> Iterator[Decision]:
    """Write down an address that was to be an article and gave none."""
    yield Reject(url, reason)
    yield Settle(context.identity, "rejected")


def store(
    fields: Fields, answer: Answer, context: Context, platform: Platform, facts: Facts, frontier: Frontier,
    told: ToldDate | None = None,
) -> Iterator[Decision]:  # fmt: skip
    """Keep an article, unless it is older than wanted or this crawl has kept it already; `told`: its date from elsewhere."""
    printed = fields
    if told is not None and told_dates.counts(told, fields):
        fields = told_dates.put(fields, told)
        yield Count("dates_told_elsewhere")
    if facts.since and context.role == "article" and fields.published_at and fields.published_at < facts.since:
        yield Count("before_since")
        yield Settle(context.identity, "before_since")
        return
    article = extract.article(
        fields, portal=facts.name, province=facts.province, platform=platform.name, url=answer.url,
        fetched_url=answer.fetched_url, fetched_at=answer.fetched_at,
    )  # fmt: skip
    try:
        check(article)
        encode(article)  # half of a pair of surrogates, which JSON-LD may hold, is no text
    except (InvalidArticle, UnicodeEncodeError) as error:
        yield from reject(answer.url, str(error), context)
        return
    is_first = frontier.keep(fields.identity)
    if not is_first and context.recheck is None:  # a known article that moved is stored under its old address as well
        yield Count("duplicates")
        yield Settle(context.identity, "duplicate")
        return
    for name in fields.disputed:
        yield Count(f"disputed_{name}")
    for name, counted in COUNTED.items():
        if not getattr(fields, name):
            yield Count(f"without_{counted}")
    yield Learn(printed)
    yield Store(article)
    yield Settle(context.identity, "stored" if is_first else "duplicate")


def met_as_a_list(
    page: Page, answer: Answer, context: Context, platform: Platform, facts: Facts, frontier: Frontier
) -> Iterator[Decision]:
    """Read an article that a menu or a pager led to, unless it is asked for as one anyway.

    Menus lead to pages about the portal, too: one without a date is an article only where a list names it.
    """
    identity = platform.identity(page.address)
    frontier.note("section", base_of(context.list_key or platform.list_key(page.url)), has_new=False)
    if identity in frontier.requested:
        yield Count("articles_met_again")
        return
    decisions = list(read(page, "article", answer, replace(context, identity=identity), platform, facts, frontier))
    stored = next((decision.article for decision in decisions if isinstance(decision, Store)), None)
    if stored is not None and stored.published_at is None and identity not in frontier.met:
        frontier.kept.discard(stored.identity)
        yield Count("static_pages")
    elif frontier.may_ask(identity):
        yield Count("articles_met_as_lists")
        yield from decisions
