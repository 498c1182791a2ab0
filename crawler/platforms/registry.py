"""Finds the platform of a page by asking each; a platform is a module with PLATFORM in this package."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import crawler.platforms as package
from crawler.platforms.base import Evidence, Platform
from crawler.platforms.page import Page

ENOUGH = 0.5


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
