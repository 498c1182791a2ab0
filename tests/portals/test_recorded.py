"""Every recorded page of a portal gives what a person wrote down after reading it.

`<portal>/<case>.html` and `<case>.json` beside it, as `tintinh portals new` writes them; `read_by` names the person.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.platforms.page import Page
from crawler.platforms.registry import platforms
from tests.specimens import FIELDS, both

HERE = Path(__file__).parent
# A page or its values; where one is without the other, reading it fails.
CASES = sorted({file.with_suffix("") for file in HERE.glob("*/*") if file.suffix in {".html", ".json"}})
if not CASES:
    pytest.skip("no page of a portal is recorded yet", allow_module_level=True)


def problems(case: Path) -> list[str]:
    """What is wrong with a recorded page, one line each."""
    expected: dict[str, Any] = json.loads(case.read_text(encoding="utf-8"))
    name, found = f"{case.parent.name}/{case.stem}", []
    if not str(expected["read_by"] or "").strip():
        found.append(f"{name}: nobody has read it: compare {case.name} with the page, then put your name into read_by")
    platform = platforms()[expected["platform"]]
    body, fetched_at = case.with_suffix(".html").read_bytes(), datetime.fromisoformat(expected["fetched_at"])
    page = Page(expected["url"], body, expected["charset"], fetched_at=fetched_at)
    if platform.kind(page) != expected["kind"]:
        return [*found, f"{name}: {platform.name} takes it for {platform.kind(page)}, not {expected['kind']}"]
    fields = platform.extract(page)
    for field in FIELDS:
        given, written = both(fields, expected, field)
        if given != written:
            found.append(f"{name}: {field} is {given!r}, written down is {written!r}")
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_person_has_read_the_page_and_it_gives_what_is_written_down(case: Path) -> None:
    found = problems(case.with_suffix(".json"))
    assert not found, "\n".join(["", *found])
