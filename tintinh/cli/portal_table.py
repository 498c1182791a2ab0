"""docs/portals.md, made of the portal files: `python -m tintinh.portal_table > docs/portals.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from crawler.spider.dispatcher import PortalSpider
from tintinh.run.portal_files import portals
from vietnam import provinces

HEAD = """# Portals

The portals that have a file in `crawler/portals/`, made of those files by `python -m tintinh.portal_table`. None could be reached from the
machine this was written on; a portal is verified once a crawl of the real site has succeeded. Where the platform is not known, a crawl
finds it by looking. By Circular 45/2023/TT-BCA, article 10, the police of a province has its portal at `congan.<the province's own domain>`;
many keep an older host.
"""
COLUMNS = ("portal", "province", "hosts", "platform", "verified", "sections", "what was seen", "source")


def page() -> str:
    """docs/portals.md as Markdown: every portal that has a file, by name, with its source."""
    found = sorted(portals().values(), key=lambda spider: spider.name)
    lost = [one.name for slug, one in sorted(provinces.PROVINCES.items()) if slug not in {s.province for s in found}]
    verified = sum(spider.verified for spider in found)
    known = sum(spider.platform_name is not None for spider in found)
    return "\n".join(
        (
            HEAD,
            *table(found),
            "",
            f"{len(found)} portals, {verified} verified, {known} of a known platform.",
            "",
            f"No portal with a public source was found for {len(lost)} of the 63 provinces: {', '.join(lost)}.",
            "",
        )
    )


def table(found: Iterable[type[PortalSpider]]) -> list[str]:
    """Lines of the table, one a portal."""
    return [_row(COLUMNS), _row(["---"] * len(COLUMNS)), *(_row(_cells(spider)) for spider in found)]


def _cells(spider: type[PortalSpider]) -> list[str]:
    return [
        f"[{spider.name}]({spider.home})",
        provinces.label(spider.province) if spider.province else "",
        ", ".join(spider.hosts),
        spider.platform_name or "not known",
        "yes" if spider.verified else "no",
        str(len(spider.sections) or ""),
        " ".join((spider.__dict__.get("__doc__") or "").split()),
        spider.source,
    ]


def _row(cells: Iterable[str]) -> str:
    """A line of a Markdown table.

    >>> _row(["/<slug>", "b|c"])
    '| /&lt;slug> | b\\\\|c |'
    """
    return "| " + " | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in cells) + " |"


if __name__ == "__main__":
    sys.stdout.write(page())
