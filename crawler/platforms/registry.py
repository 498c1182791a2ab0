"""Finds the platform of a page by asking each; a platform is a module with PLATFORM in this package."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import crawler.platforms as package
from crawler.platforms.base import Evidence, Platform
from crawler.platforms.page import Page

ENOUGH = 0.5
# Articles from which on a page is a list that somebody should be able to read.
_LISTED = 3


@cache
def platforms() -> dict[str, Platform]:
    """Every platform by name."""
    found: dict[str, Platform] = {}
    for module in iter_modules(package.__path__):
        platform: Platform | None = getattr(import_module(f"{package.__name__}.{module.name}"), "PLATFORM", None)
        if platform is not None:
            found[platform.name] = platform
    return found


def recognize(page: Page) -> tuple[Platform, Evidence]:
    """The platform a page is most surely of, with the evidence; `generic` where nothing is sure enough."""
    best: tuple[Platform, Evidence] = (platforms()["generic"], Evidence(0.0))
    for platform in platforms().values():
        evidence = platform.recognize(page)
        if evidence.score > best[1].score:
            best = (platform, evidence)
    return (
        best if best[1].score >= ENOUGH else (platforms()["generic"], Evidence(best[1].score, ("no known platform",)))
    )


def fits(platform: Platform, page: Page) -> bool:
    """Whether a platform could read anything that a page leads to, or nobody could: a portal may be of a version that is not known.

    Judged where it takes a page for neither a list nor an article, and `generic` sees a list.
    """
    generic = platforms()["generic"]
    if platform is generic or platform.kind(page) != "other" or generic.kind(page) != "list":
        return True
    is_long = len(generic.listing(page).articles) >= _LISTED
    return not (is_long and not any(platform.could_be_article(url) for _, url in page.links()))
