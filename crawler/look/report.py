"""What the visits of a survey say about a site: a pure function of them.

The report is made of plain values, so that it is JSON as it stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from crawler.look import witnesses
from crawler.look.survey import FORBIDDEN, LEFT_OUT, Visit, fields_of, listing_of, page_of, reads_as_page, text_of
from crawler.look.witnesses import MACHINE_TIMES, Testimony
from crawler.platforms.base import Card, Fields, Listing, Platform, Post
from crawler.platforms.page import Page
from crawler.platforms.registry import platforms, recognize
from crawler.spider import feeds
from vietnam import urls
from vietnam.dates import VIETNAM

SLOW_SECONDS = 3.0
FIELDS = (
    "title", "published_at", "byline", "authors", "unit", "credit", "section", "lead", "body", "images", "attachments",
)  # fmt: skip
# Confidence: what other evidence on the page says about a value.
CONFIRMED, ALONE, DISPUTED, MISSING = "confirmed", "one rule", "disputed", "missing"
_UTC = re.compile(r"(?:Z|[+-]00:?00)$")
_SHORT = 200
# Addresses of further pages that are told.
_PAGES = 5
LISTS = frozenset(["home", "section", "list", "page"])

Report = dict[str, Any]


class NoSite(ValueError):
    """The visits found no site to tell about; the message is one line."""


def report(visits: Sequence[Visit], *, now: datetime) -> Report:
    """Everything the visits tell; raises NoSite where not even the home page could be read."""
    home = home_of(visits)
    page = page_of(home)
    assert page is not None
    platform, evidence = recognize(page)
    samples = [(visit, fields_of(visit, platform)) for visit in visits if visit.role == "article"]
    cards = {
        url: card
        for visit in visits
        if visit.role in LISTS and (listing := listing_of(visit, platform)) is not None
        for url, card in listing.cards.items()
    }
    told: Report = {
        "url": visits[1].asked,
        "home": home.url,
        "platform": {
            "name": platform.name, "score": evidence.score, "evidence": list(evidence.reasons),
            "others": _others(page, platform),
        },
        "robots": _robots(visits),
        "feeds": _feeds(visits, page),
        "sitemaps": _sitemaps(visits),
        "sections": _sections(visits, page, platform),
        "articles": [_sample(visit, fields, cards.get(visit.asked)) for visit, fields in samples],
        "lost": list(_lost(visits, platform, samples)),
        "requests": len(visits),
        "seconds": round(median(visit.seconds for visit in visits), 2),
    }  # fmt: skip
    return told | {"check": list(_to_check(told, visits, platform, samples, now))}


def home_of(visits: Sequence[Visit]) -> Visit:
    """The visit of the home page; NoSite where it cannot be read."""
    if visits[0].error:
        raise NoSite(visits[0].error)
    home = next(visit for visit in reversed(visits) if visit.role == "home")
    if home.error == FORBIDDEN:
        raise NoSite(f"robots.txt of {urls.site(home.asked)} forbids {home.asked}")
    if home.error:
        raise NoSite(home.error)
    if problem := reads_as_page(home):
        raise NoSite(problem)
    return home


def _others(page: Page, chosen: Platform) -> list[dict[str, Any]]:
    """The platforms that also saw something of theirs, surest first."""
    found = [(other.recognize(page), name) for name, other in platforms().items() if name != chosen.name]
    ranked = sorted(((seen, name) for seen, name in found if seen.score > 0), key=lambda one: (-one[0].score, one[1]))
    return [{"name": name, "score": seen.score, "evidence": list(seen.reasons)} for seen, name in ranked]


def _robots(visits: Sequence[Visit]) -> dict[str, Any]:
    return {
        "status": visits[0].status,
        "forbids": [visit.asked for visit in visits if visit.error == FORBIDDEN],
        "sitemaps": feeds.sitemaps_of_robots(text_of(visits[0])),
    }


def _feeds(visits: Sequence[Visit], home: Page) -> list[dict[str, Any]]:
    read = {visit.asked: visit for visit in visits if visit.role == "feed"}
    return [{"url": url, **_source(read.get(url))} for url in feeds.feeds_of(home)]


def _sitemaps(visits: Sequence[Visit]) -> list[dict[str, Any]]:
    """The sitemap that was read, and those that robots.txt declares; one that was only tried and is not there is none."""
    declared = feeds.sitemaps_of_robots(text_of(visits[0]))
    read = {visit.asked: visit for visit in visits if visit.role == "sitemap"}
    tried = [url for url, visit in read.items() if url in declared or "problem" not in _source(visit)]
    return [{"url": url, **_source(read.get(url))} for url in dict.fromkeys([*declared, *tried])]


def _source(visit: Visit | None) -> dict[str, Any]:
    if visit is None:
        return {}
    listed = None if visit.problem else feeds.read(visit.body, visit.url)
    if listed is None:
        return {"problem": visit.problem or "neither a feed nor a sitemap"}
    return {"addresses": len(listed.pages), **({"parts": len(listed.sitemaps)} if listed.sitemaps else {})}


def _sections(visits: Sequence[Visit], home: Page, platform: Platform) -> list[dict[str, Any]]:
    """The sections of the menu; those visited with what their list says: articles, pages, and where it ends."""
    told: dict[str, dict[str, Any]] = {url: {"url": url} for url in platform.sections(home)}
    visited: dict[str, Any] | None = None
    for visit in visits:
        if visit.role == "section":
            visited = told.setdefault(visit.asked, {"url": visit.asked})
        if visited is None or visit.role not in {"section", "list", "page"}:
            continue
        listing = listing_of(visit, platform)
        if visit.problem:
            visited["problem"] = visit.problem
        elif visit.role == "page":
            visited["second_page"] = _second(visit, visited, listing)
        else:
            visited |= _list(listing)
    for section in told.values():
        section.pop("shown", None)
    return list(told.values())


def _list(listing: Listing | None) -> dict[str, Any]:
    if listing is None:
        return {"articles": 0, "next_page": False, "shown": []}
    pages = [page.url if isinstance(page, Post) else page for page in listing.pages]
    printed = Counter[str]()
    for card in listing.cards.values():
        printed.update(card.prints)
    return {
        "articles": len(listing.articles),
        "beside": len(listing.beside),
        "next_page": bool(pages),
        "pages": pages[:_PAGES],
        "end": listing.end or "not told",
        "end_reason": listing.end_reason,
        "cards": dict(printed),
        "shown": _own(listing),
    }


def _own(listing: Listing) -> list[str]:
    return [url for url in listing.articles if url not in listing.beside]


def _second(visit: Visit, first: Mapping[str, Any], listing: Listing | None) -> dict[str, Any]:
    """What the second page of a list shows, and how many of its articles the first did not."""
    articles = _own(listing) if listing is not None else []
    end = (listing.end or "not told", listing.end_reason) if listing is not None else ("not told", "no list")
    new = [url for url in articles if url not in first.get("shown", ())]
    return {"url": visit.asked, "articles": len(articles), "new": len(new), "end": end[0], "end_reason": end[1]}


def _lost(
    visits: Sequence[Visit], platform: Platform, samples: Sequence[tuple[Visit, Fields | str]]
) -> Iterator[dict[str, str]]:
    """What a crawl would not get, as far as the visits tell, and why."""
    for visit, fields in samples:
        if isinstance(fields, str):
            yield {"url": visit.asked, "reason": fields}
    for visit in visits:
        listing = listing_of(visit, platform) if visit.role in LISTS else None
        if listing is not None and listing.end == "unseen":
            yield {"url": visit.url, "reason": f"the list goes on where no crawl can follow: {listing.end_reason}"}
        if visit.role != "article" and visit.error == FORBIDDEN:
            yield {"url": visit.asked, "reason": FORBIDDEN}


def _sample(visit: Visit, fields: Fields | str, card: Card | None) -> dict[str, Any]:
    if isinstance(fields, str):
        return {"url": visit.url or visit.asked, "problem": fields}
    page = page_of(visit)
    told: dict[str, Any] = {}
    for name in FIELDS:
        spoke = witnesses.of(name, fields, page, card) if page is not None else []
        told[name] = {
            "value": _plain(getattr(fields, name)),
            "rule": fields.extracted_by.get(name),
            "confidence": confidence(name, fields, spoke),
            "for": [one.source for one in spoke if one.agrees],
            "against": [f"{one.source}: {one.says}" for one in spoke if not one.agrees],
        }
    told |= {"published_precision": fields.published_precision, "published_raw": fields.published_raw}
    return {"url": visit.url, "fields": told}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return {name: getattr(value, name) for name in value.__slots__} if hasattr(value, "__slots__") else value


def confidence(name: str, fields: Fields, witnesses: Sequence[Testimony]) -> str:
    """`confirmed` where other evidence of the page says the same, `disputed` where it says something else."""
    if not getattr(fields, name):
        return MISSING
    if name in fields.disputed:
        return DISPUTED
    return CONFIRMED if any(one.agrees for one in witnesses) else ALONE


def zone_unset(fields: Fields, page: Page) -> bool:
    """Whether a machine date in UTC shows the very clock that the page prints as Vietnam's."""
    if fields.published_at is None:
        return False
    wall = fields.published_at.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M")
    told = [page.meta.get(source.removeprefix("meta "), "") for source in MACHINE_TIMES if source.startswith("meta ")]
    told += [element.attr("datetime") or "" for element in page.select("time[datetime]")]
    told += [text for data in page.linked_data if isinstance(text := data.get("datePublished"), str)]
    return any(_UTC.search(text) and text.replace(" ", "T").startswith(wall) for text in told)


# -- what a person should check -----------------------------------------------------------------------------


def _to_check(
    told: Report,
    visits: Sequence[Visit],
    platform: Platform,
    samples: Sequence[tuple[Visit, Fields | str]],
    now: datetime,
) -> Iterator[str]:
    yield from _about_site(told, visits, now)
    found = [(visit, fields) for visit, fields in samples if isinstance(fields, Fields)]
    for visit, fields in samples:
        if isinstance(fields, str):
            yield f"{visit.asked} is listed as an article: {fields}"
    if not found:
        yield "no article could be read: is this a news site?"
        return
    yield from _about_articles([fields for _, fields in found], now)
    for visit, fields in found:
        page = page_of(visit)
        if page is None:
            continue
        if zone_unset(fields, page):
            yield f"the time zone looks unset: {visit.url} tells machines Vietnam's clock as UTC"
        other, evidence = recognize(page)
        if other is not platform and evidence.score:
            yield f"{visit.url} looks like {other.name}, the home page like {platform.name}"


def _about_site(told: Report, visits: Sequence[Visit], now: datetime) -> Iterator[str]:
    asked, home = urls.site(told["url"]), urls.site(told["home"])
    if asked != home:
        yield f"{asked} redirects to another host: {home}"
    if urlsplit(told["home"]).scheme == "http" and told["url"].startswith("https:"):
        yield "https leads to plain http"
    platform = told["platform"]
    if platform["name"] == "generic":
        yield "no platform was recognized: fields are found by general rules"
    elif platform["others"] and platform["others"][0]["score"] > platform["score"] - 0.2:
        yield f"{platform['others'][0]['name']} is nearly as likely as {platform['name']}"
    for url in told["robots"]["forbids"]:
        yield f"robots.txt forbids {url}"
    if any(visit.error == LEFT_OUT for visit in visits):
        yield "the site answers so slowly that part of it was left out"
    elif told["seconds"] > SLOW_SECONDS:
        yield f"the portal answers slowly: {told['seconds']} s a page"
    ends = next((visit.certificate_ends for visit in visits if visit.certificate_ends), None)
    if ends is not None and (ends - now).days < 14:
        yield f"the certificate ends on {ends:%Y-%m-%d}"
    yield from _about_lists(told)


def _about_lists(told: Report) -> Iterator[str]:
    sections = told["sections"]
    if not sections:
        yield "no sections were found in the menu"
    read = [section for section in sections if "articles" in section]
    for section in read:
        if not section["articles"]:
            yield f"no articles in {section['url']}"
        elif section["end"] == "unseen":
            yield f"the end of {section['url']} is not in sight: {section['end_reason']}"
        if (second := section.get("second_page")) and not second["new"]:
            yield f"{second['url']} shows nothing that the first page does not"
    for section in sections:
        if "problem" in section and section["problem"] != FORBIDDEN:
            yield f"{section['url']}: {section['problem']}"
    if any(section["articles"] for section in read) and not any(section["next_page"] for section in read):
        yield "no next page was found in any section read: does the pager need a browser?"
    for source in [*told["feeds"], *told["sitemaps"]]:
        if "problem" in source:
            yield f"{source['url']}: {source['problem']}"


def _about_articles(found: Sequence[Fields], now: datetime) -> Iterator[str]:
    number = f"{len(found)} article" + "s" * (len(found) > 1)
    for name in ("byline", "section"):
        if not any(getattr(fields, name) for fields in found):
            yield f"no {name} in {number}"
    undated = sum(fields.published_at is None for fields in found)
    if undated:
        yield f"no date in {undated} of {number}"
    elif all(fields.published_precision == "day" for fields in found):
        yield f"the date is known only to the day in {number}"
    if any(fields.published_at and fields.published_at > now for fields in found):
        yield "a date lies in the future: is it read day first?"
    for name in sorted({name for fields in found for name in fields.disputed}):
        rules = next(fields.extracted_by[name] for fields in found if name in fields.disputed)
        yield f"{name} is disputed in {sum(name in fields.disputed for fields in found)} of {number}: {rules}"
    if len(found) > 1 and len({fields.title for fields in found}) == 1:
        yield f"{number} have one title: {found[0].title}"
    if any(len(fields.body) < _SHORT and not fields.images and not fields.attachments for fields in found):
        yield f"a text is shorter than {_SHORT} characters"
