"""What a portal's file promises, held against its live pages: what to ask for, and what the answers break."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.look.survey import (
    FORBIDDEN,
    SECTIONS,
    Fetch,
    Visit,
    fields_of,
    in_order_of_news,
    listing_of,
    page_of,
    reads_as_page,
)
from crawler.platforms import rules
from crawler.platforms.base import Fields, Platform
from crawler.platforms.registry import ENOUGH, platforms, recognize
from crawler.spider.dispatcher import PortalSpider
from crawler.spider.wrapper import Wrapper
from vietnam import urls

# Articles that are read, and addresses without one that are put up with: a list may begin with something that is none.
SAMPLE = 5
TRIES = 3
# So unlikely must chance be before a sample differs from what crawls have read.
CHANCE = 1e-3
LAST_DAYS = 14


@dataclass(frozen=True, slots=True)
class Finding:
    """A promise that live pages break: `check` is home, certificate, hosts, platform, section, article or layout."""

    check: str
    finding: str


async def visit(portal: type[PortalSpider], fetch: Fetch) -> list[Visit]:
    """The home page, every section of the file (else some of the menu), other hosts, some articles."""
    root = "/".join(urls.canonical(portal.home).split("/")[:3])
    visits = [await fetch(f"{root}/robots.txt", "robots")]
    if visits[0].error:
        return visits
    home = await fetch(portal.home, "home")
    visits.append(home)
    page = page_of(home)
    if page is None or reads_as_page(home):
        return visits
    platform = platform_of(portal, home)
    others = [f"{root.partition(':')[0]}://{host}/" for host in portal.hosts if host != _host(portal.home)]
    visits.extend([await fetch(url, "host") for url in others])
    sections = portal.sections or tuple(in_order_of_news(platform.sections(page))[:SECTIONS])
    for url in sections:
        visits.append(await fetch(url, "section"))
        listing = listing_of(visits[-1], platform)
        if listing is not None and not listing.articles and listing.pages:
            visits.append(await fetch(listing.pages[0], "list"))
    read = failed = 0
    for url in list(_articles(visits, platform)):
        if read == SAMPLE or failed == TRIES:
            break
        visits.append(await fetch(url, "article"))
        is_read = isinstance(fields_of(visits[-1], platform), Fields)
        read, failed = read + is_read, failed + (not is_read)
    return visits


def platform_of(portal: type[PortalSpider], home: Visit) -> Platform:
    """The platform that a crawl would use: the one of the file, else the one recognized."""
    page = page_of(home)
    assert page is not None
    return platforms().get(portal.platform_name or "") or recognize(page)[0]


def findings(
    portal: type[PortalSpider], visits: Sequence[Visit], *, now: datetime, before: Wrapper | None = None
) -> list[Finding]:
    """Where the visits break what the file promises, and what crawls have learned (`before`); empty where all is as it was."""
    return list(_findings(portal, visits, now, before))


def _findings(
    portal: type[PortalSpider], visits: Sequence[Visit], now: datetime, before: Wrapper | None
) -> Iterator[Finding]:
    home = next((visit for visit in visits if visit.role == "home"), visits[0])
    if home.error:
        why = f"robots.txt forbids {home.asked}" if home.error == FORBIDDEN else home.error
        yield Finding("certificate" if "TLS" in home.error else "home", why)
        return
    ends = home.certificate_ends
    if ends is not None and (ends - now).days < LAST_DAYS:
        yield Finding("certificate", f"it ends on {ends:%Y-%m-%d}")
    for visit in visits:
        if visit.role in {"home", "host"} and not visit.error and _host(visit.url) not in portal.hosts:
            yield Finding("hosts", f"{visit.asked} leads to {_host(visit.url)}, which the file does not name")
    if problem := reads_as_page(home):
        yield Finding("home", problem)
        return
    yield from _about_platform(portal, home)
    platform = platform_of(portal, home)
    yield from _about_sections(visits, platform)
    yield from _about_article(visits, platform)
    if before is not None:
        yield from _about_layout(visits, platform, before)


def _about_layout(visits: Sequence[Visit], platform: Platform, before: Wrapper) -> Iterator[Finding]:
    """Fields that the sample lacks, or keeps elsewhere than the articles that crawls have read."""
    sample = Wrapper(rules=rules.of(platform.name))
    for visit in visits:
        fields = fields_of(visit, platform) if visit.role == "article" else ""
        if isinstance(fields, Fields):
            sample.learn(fields)
    for line in sample.changes_since(before, enough=TRIES, chance=CHANCE):
        yield Finding("layout", line)


def _about_platform(portal: type[PortalSpider], home: Visit) -> Iterator[Finding]:
    page, named = page_of(home), portal.platform_name
    if page is None or named is None:
        return
    if named not in platforms():
        yield Finding("platform", f"the file names {named}, which this version does not know")
        return
    found, evidence = recognize(page)
    if found.name != named and platforms()[named].recognize(page).score < ENOUGH:
        seen = "of no known platform" if found.name == "generic" else f"of {found.name} ({', '.join(evidence.reasons)})"
        yield Finding("platform", f"the file says {named}, the home page is {seen}")


def _about_sections(visits: Sequence[Visit], platform: Platform) -> Iterator[Finding]:
    if not any(visit.role == "section" for visit in visits):
        yield Finding("section", "the menu leads to no section")
    for number, visit in enumerate(visits):
        if visit.role != "section":
            continue
        answer = visits[number + 1] if number + 1 < len(visits) and visits[number + 1].role == "list" else visit
        listing = listing_of(answer, platform)
        if answer.problem:
            yield Finding("section", f"{visit.asked}: {answer.problem}")
        elif listing is None or not listing.articles:
            yield Finding("section", f"{visit.asked} lists no articles")


def _about_article(visits: Sequence[Visit], platform: Platform) -> Iterator[Finding]:
    sampled = [(visit, fields_of(visit, platform)) for visit in visits if visit.role == "article"]
    if not sampled:
        yield Finding("article", "no list leads to an article")
        return
    visit, fields = next((one for one in sampled if isinstance(one[1], Fields)), sampled[-1])
    if isinstance(fields, str):
        yield Finding("article", f"{visit.asked}: {fields}")
        return
    has = {
        "title": fields.title,
        "date": fields.published_at,
        "body": fields.body or fields.images or fields.attachments,
    }
    missing = [name for name, value in has.items() if not value]
    if missing:
        yield Finding("article", f"{visit.url} has no {' and no '.join(missing)}")


def _articles(visits: Sequence[Visit], platform: Platform) -> Iterator[str]:
    """Addresses of different articles, those of sections first."""
    met = set()
    for roles in ({"section", "list"}, {"home"}):
        for visit in visits:
            listing = listing_of(visit, platform) if visit.role in roles else None
            for url in listing.articles if listing is not None else ():
                if platform.identity(url) not in met:
                    met.add(platform.identity(url))
                    yield url


def _host(url: str) -> str:
    return urls.site(url).partition(":")[0]
