"""`python -m bench.extraction`: pages a second of our extraction, of other tools, and of parsing alone.

The pages are the article specimens of `tests/platforms`, once as they are and once padded to the weight of real portal pages:
menus, a sidebar of other articles, scripts. The platform is known, as it is in a crawl. Runs in the environment of
`requirements-bench.lock`; medians of interleaved rounds of processor time: ratios carry over to other machines, rates do not.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

from lxml import html

from bench import pages
from crawler.platforms.base import Fields, NotAnArticle, Platform
from crawler.platforms.page import Page
from crawler.platforms.registry import platforms

SPECIMENS = Path(__file__).parents[1] / "tests" / "platforms"
ROUNDS = 5
WEIGHT = 100_000
SECTIONS = ("An ninh trật tự", "Phong trào toàn dân", "Cải cách hành chính", "Văn bản pháp luật", "Người tốt việc tốt")
HEADLINES = (
    "Bắt nhóm đối tượng trộm cắp xe máy liên tỉnh", "Công an xã giúp dân khắc phục hậu quả mưa lũ",
    "Tuyên truyền pháp luật giao thông cho học sinh", "Trao trả tài sản cho người đánh rơi tại bến xe",
)  # fmt: skip


class Case(NamedTuple):
    platform: Platform
    url: str
    page: str


Job = Callable[[Case], object]


def cases() -> list[Case]:
    known, found = platforms(), []
    for file in sorted(SPECIMENS.glob("*/*.json")):
        truth, page = json.loads(file.read_text()), file.with_suffix(".html")
        if truth["kind"] == "article" and page.exists():
            found.append(Case(known[file.parent.name], truth["url"], page.read_text(errors="replace")))
    return found


def padded(case: Case) -> Case:
    """The page among what a portal prints around every article; as it is where it has no plain end."""
    missing = WEIGHT - len(case.page.encode())
    head, body, rest = case.page.partition("<body")
    attributes, _, content = rest.partition(">")
    inside, end, after = content.rpartition("</body>")
    if not body or not end or missing <= 0:
        return case
    menu, others, script = (filled(part, missing // 3) for part in (menu_entry, other_article, script_line))
    page = (
        f"{head}<body{attributes}><nav class='main-menu'><ul>{menu}</ul></nav>{inside}"
        f"<aside class='sidebar'>{others}</aside><script>{script}</script></body>{after}"
    )
    return case._replace(page=page)


def filled(part: Callable[[int], str], weight: int) -> str:
    parts: list[str] = []
    while weight > 0:
        parts.append(part(len(parts)))
        weight -= len(parts[-1].encode())
    return "".join(parts)


def menu_entry(number: int) -> str:
    name = SECTIONS[number % len(SECTIONS)]
    return f"<li class='menu-item menu-{number}'><a href='/muc-{number}/' title='{name}'><span>{name}</span></a></li>\n"


def other_article(number: int) -> str:
    headline, address = HEADLINES[number % len(HEADLINES)], f"/tin-tuc/bai-viet-so-{number}-{4000 + number}.html"
    return (
        f"<div class='item clearfix'><a class='thumb' href='{address}'><img src='/uploads/{number}.jpg' alt='{headline}'>"
        f"</a><h4><a href='{address}'>{headline}</a></h4><span class='date'>{number % 28 + 1:02}/03/2024</span></div>\n"
    )


def script_line(number: int) -> str:
    return f"var slot{number} = {{name: 'block-{number}', delay: {number * 50}, show: function (e) {{ return e; }}}};\n"


def extract(case: Case) -> Fields | None:
    try:
        return case.platform.extract(Page(case.url, case.page.encode()))
    except NotAnArticle:
        return None


def _by_peer(read: pages.Reader, case: Case) -> object:
    return read(case.page, case.url)


def jobs() -> dict[str, Job]:
    found: dict[str, Job] = {"tintinh": extract, "lxml, parse alone": lambda case: html.fromstring(case.page.encode())}
    for name, read in pages.installed().items():
        if name != "htmldate":
            found[name] = partial(_by_peer, read)
    return found


def rates(told: list[Case]) -> dict[str, float]:
    measured: dict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        for name, job in jobs().items():
            began = time.process_time()
            for case in told:
                job(case)
            measured[name].append(len(told) / (time.process_time() - began))
    return {name: median(values) for name, values in measured.items()}


def table(title: str, told: list[Case]) -> None:
    weight = mean(len(case.page.encode()) for case in told) / 1000
    print(f"\nExtraction, platform known: {len(told)} {title}, {weight:.0f} KB each")
    found = rates(told)
    for name, rate in found.items():
        print(f"  {name:<20}{rate:>8.0f} pages/s   tintinh is {found['tintinh'] / rate:6.2f} x as fast", flush=True)


def text(case: Case) -> tuple[str, str] | None:
    fields = extract(case)
    return (fields.title, fields.body) if fields is not None else None


def main() -> int:
    missing = [name for name in pages.PEERS if name not in pages.installed()]
    if missing:
        print(f"not installed, left out: {', '.join(missing)} (see requirements-bench.lock)", file=sys.stderr)
    plain = cases()
    heavy = [padded(case) for case in plain]
    table("article specimens", plain)
    table("of them among menus, other articles and scripts", heavy)
    same = sum(text(one) == text(other) for one, other in zip(plain, heavy, strict=True))
    print(f"  title and text as without padding: {same} of {len(plain)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
