"""What a crawl of a captured portal must give; skipped where no captures lie beside the project.

TINTINH_CAPTURES names the folder of `NAME.warc.gz` and `NAME.truth.jsonl`; the tool that serves a capture again is
`../tools/replay.py` from there.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingest.store import store
from ingest.syndication import compare_due, connected
from tests.support import article, held_port

ROOT = Path(__file__).parents[1]
CAPTURES = Path(os.environ.get("TINTINH_CAPTURES") or ROOT.parent / "shared" / "portals")
REPLAY = CAPTURES.parent / "tools" / "replay.py"
# The addresses of its pager begin with two strokes, which the tool that serves a capture takes for a host.
NOT_SERVED = {"zoo/hugo-newsroom"}
NAMES = sorted(str(path.relative_to(CAPTURES)).removesuffix(".warc.gz") for path in CAPTURES.rglob("*.warc.gz"))
NAMES = [name for name in NAMES if name not in NOT_SERVED]
# Portals whose truths name each other's articles by number.
RELATED = {"joomla-a", "nukeviet"}
# Lists that repeat each other page by page cost more than a request an article.
MORE_REQUESTS = {"e107-bootstrap5": 1.6, "zoo/wp-zakra": 2.5, "zoo/baotinh-ca": 1.6}
if not NAMES:
    pytest.skip("no captures beside the project", allow_module_level=True)
# Articles stored, the truth, how many requests the portal saw, and its name.
Crawled = tuple[list[dict[str, Any]], list[dict[str, Any]], int, str]


def printed(text: str | None) -> str | None:
    return " ".join(unicodedata.normalize("NFC", text).split()) or None if text else None


def folded(text: str | None) -> str | None:
    return (printed(text) or "").casefold() or None


def f1(one: str, other: str) -> float:
    a, b = (Counter(re.findall(r"\S+", text)) for text in (one, other))
    return 2 * (a & b).total() / (a.total() + b.total())


def whole(truth: dict[str, Any]) -> str:
    parts = [truth["lead"], *truth["paragraphs"]]
    parts += [cell for row in (truth["table"] or {}).get("rows", []) for cell in row]
    items = truth["list"] or []
    parts += items["items"] if isinstance(items, dict) else items
    return printed(" ".join(map(str, parts))) or ""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with held_port() as held:
        yield held


@pytest.fixture(scope="module", params=NAMES)
def crawled(request: pytest.FixtureRequest, port: int, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    folder = tmp_path_factory.mktemp("capture")
    out, log = folder / "articles.jsonl", folder / "requests.jsonl"
    warc = CAPTURES / f"{request.param}.warc.gz"
    server = subprocess.Popen(
        [sys.executable, str(REPLAY), "--warc", str(warc), "--port", str(port), "--log", str(log)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("ready")
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "crawl", "site", "-a", f"start=http://127.0.0.1:{port}/", "-O", str(out)],
            cwd=ROOT,
            env=os.environ | {"TINTINH_ALLOW_PRIVATE": "1"},
            check=True,
            capture_output=True,
            timeout=300,
        )
    finally:
        server.kill()
        server.communicate()
    assert b"not followed to its end" not in done.stderr, "a crawl that loses nothing says so"
    found = [json.loads(line) for line in out.read_text().splitlines()]
    truth = [json.loads(line) for line in (CAPTURES / f"{request.param}.truth.jsonl").read_text().splitlines()]
    for row in truth:
        row["url"] = re.sub(r"^http://127\.0\.0\.1:\d+", f"http://127.0.0.1:{port}", row["url"])
    return found, truth, len(log.read_text().splitlines()), request.param


def test_every_article_once_and_nothing_else(crawled: Crawled) -> None:
    found, truth, *_ = crawled
    assert sorted(article["url"] for article in found) == sorted(row["url"] for row in truth)
    assert len({article["identity"] for article in found}) == len(truth)


def test_requests_are_few_but_every_section_is_read(crawled: Crawled) -> None:
    _, truth, requests, name = crawled
    assert len(truth) + len({row["section"] for row in truth}) < requests <= MORE_REQUESTS.get(name, 1.3) * len(truth)


@pytest.mark.parametrize(
    ("name", "share"),
    [("title", 1.0), ("time", 1.0), ("byline", 0.99), ("authors", 0.97), ("unit", 0.98), ("credit", 0.97), ("body", 0.98),
     ("lead", 0.99), ("section", 0.99), ("images", 0.98), ("is signed", 0.99)],
)  # fmt: skip
def test_field(crawled: Crawled, name: str, share: float) -> None:
    found, truth, *_ = crawled
    by_url = {article["url"]: article for article in found}
    wrong = []
    for row in truth:
        article, signed = by_url[row["url"]], row["byline"]
        right = {
            "title": article["title"] == printed(row["title"]),
            "time": (article["published_at"] or "")[:16] == row["published"][:16],
            "byline": article["byline"] in {printed(signed["raw"]), printed(signed.get("raw_served"))},
            "authors": [folded(a) for a in article["authors"]] == [folded(a) for a in signed["authors"]],
            "unit": folded(article["unit"]) == folded(signed["unit"]),
            "credit": folded(article["credit"]) == folded(signed["credit"]),
            "is signed": bool(article["byline"]) == bool(signed["raw"]),
            "body": f1(printed(article["body"]) or "", whole(row)) >= 0.98,
            # Where the truth tells none, a theme may set the first paragraph apart all the same.
            "lead": not row["lead"] or article["lead"] == printed(row["lead"]),
            "section": article["section"] == row["section"],
            # The picture that stands for an article on lists may stand above it, and a gallery in it.
            "images": len(article["images"]) >= len(row["images"]),
        }[name]
        if not right:
            wrong.append(row["id"])
    assert 1 - len(wrong) / len(truth) >= share, wrong


def test_texts_that_portals_have_in_common(connection: psycopg.Connection) -> None:
    """Clusters over all captures are what their truths say: the same text, or near the same body; never the same title."""
    truths = [
        (name, json.loads(line))
        for name in NAMES
        if name in RELATED
        for line in (CAPTURES / f"{name}.truth.jsonl").read_text().splitlines()
    ]
    body = {(name, one["id"]): whole(one) for name, one in truths}
    pairs = {(one, other) for one in body for other in body if one < other and body[one] == body[other]}
    for name, one in truths:
        near = {int(flag.partition(":")[2]) for flag in one["flags"] if flag.startswith("near_same_body:")}
        pairs |= {((name, one["id"]), key) for key in body if key[1] in near}
    number = {key: place for place, key in enumerate(body)}
    wanted = connected((number[one], number[other]) for one, other in pairs)
    for (name, identity), text in body.items():
        address = f"http://{name}.vn/{identity}.html"
        made = article(url=address, fetched_url=address, identity=address, title=f"{name} {identity}", body=text)
        store(connection, [made])
    compare_due(connection)
    found = connection.execute(
        "SELECT array_agg(title ORDER BY title) FROM news.article WHERE cluster IS NOT NULL GROUP BY cluster"
    ).fetchall()
    told: dict[int, list[str]] = {}
    for (name, identity), place in number.items():
        if place in wanted:
            told.setdefault(wanted[place], []).append(f"{name} {identity}")
    assert sorted(row[0] for row in found) == sorted(map(sorted, told.values()))
