"""A small portal in three editions: one article is edited, and one added, from each to the next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.support import Portal
from tintinh.demo.articles import SECTIONS, DemoArticle, load
from tintinh.demo.page import Page
from tintinh.demo.site import DemoSite

EACH = 2  # articles of a section
EDITED = 4


def editions() -> tuple[DemoSite, DemoSite, DemoSite]:
    """As the last quiet crawl saw it; as the one with the fault does; as the one after it does.

    Some articles are edited once before the fault, some once after it, some both times: the history tells them apart.
    """
    articles = [one for name in SECTIONS for one in [a for a in load() if a.section == name][: EACH + 1]]
    late = articles[:: EACH + 1]
    early = [article for article in articles if article not in late]
    second = [_edited(a, "Lần một.") if n < EDITED else a for n, a in enumerate(early)] + late[:3]
    third = [_edited(a, "Lần hai.") if EDITED // 2 <= n < 2 * EDITED else a for n, a in enumerate(second)] + late[3:]
    return DemoSite(early), DemoSite(second), DemoSite(third)


def _edited(article: DemoArticle, told: str) -> DemoArticle:
    added: Any = f"Cập nhật: {told} Công an tỉnh tiếp tục điều tra, làm rõ."
    return replace(article, content=(*article.content, added))


class Stage:
    """What is served, to be changed between crawls."""

    def __init__(self, site: DemoSite) -> None:
        self.portal = Portal(site)

    def page(self, target: str) -> Page:
        return self.portal.page(target)
