"""What the captured portals do to their articles between two crawls, all told apart; skipped where no captures lie beside.

See tests/test_captures.py for where they are looked for.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.support import called, environment, held_port
from tests.test_captures import CAPTURES, NAMES, RELATED, REPLAY

pytestmark = pytest.mark.slow
NOTICE = "<html><head><title>Thông báo</title></head><body><p>Bài viết này đã bị gỡ bỏ.</p></body></html>"
EDITS = 20


@dataclass
class World:
    address: str
    overlay: Path
    uri: str
    home: Path
    truth: list[dict[str, Any]]

    def crawl(self) -> tuple[Any, ...]:
        env = environment(self.home, DATABASE_URL=self.uri, TINTINH_ALLOW_PRIVATE="1")
        done = called(
            "crawl", "--site", self.address, "--name", "demo", "-s", "TINTINH_CONFIRM_HOURS=0", env=env, cwd=self.home
        )
        assert done.returncode == 0, done.stderr
        return self.rows("SELECT status, new, changed, gone, rejected FROM news.run ORDER BY id DESC LIMIT 1")[0]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.uri) as connection:
            return connection.execute(statement.encode()).fetchall()

    def change(self, overlay: dict[str, Any]) -> None:
        self.overlay.write_text(json.dumps(overlay))


@pytest.fixture
def port() -> Iterator[int]:
    with held_port() as held:
        yield held


@pytest.fixture(params=sorted(RELATED & set(NAMES)))  # their addresses hold the number that a move changes
def world(request: pytest.FixtureRequest, port: int, database_uri: str, tmp_path: Path) -> Iterator[World]:
    overlay = tmp_path / "overlay.json"
    overlay.write_text("{}")
    warc = CAPTURES / f"{request.param}.warc.gz"
    server = subprocess.Popen(
        [sys.executable, str(REPLAY), "--warc", str(warc), "--port", str(port), "--overlay", str(overlay)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("ready")
        truth = [json.loads(line) for line in (CAPTURES / f"{request.param}.truth.jsonl").read_text().splitlines()]
        yield World(f"http://127.0.0.1:{port}/", overlay, database_uri, tmp_path, truth)
    finally:
        server.kill()
        server.communicate()


def target(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def new_address(path: str) -> str:
    """The address under another number, as a portal makes one where an article is entered again."""
    if "id=" in path:
        return re.sub(r"(?<=[?&]id=)(\d+)", r"90\1", path)
    return re.sub(r"-(\d+)\.html$", r"-90\1.html", path)


def edit(truth: dict[str, Any]) -> dict[str, Any]:
    """The first long run of plain letters in its text, changed."""
    word = next(
        found[0] for paragraph in truth["paragraphs"] if (found := re.search(r"[A-Za-zà-ỹ]{2,} [a-zà-ỹ]{2,} [a-zà-ỹ]{2,}", paragraph))
    )  # fmt: skip
    return {"replace": [word, f"{word} (đã sửa)"]}


def test_all_told_apart(world: World) -> None:
    total = len(world.truth)
    status, new, changed, gone, rejected = world.crawl()
    assert (status, new, changed, gone, rejected) == ("ok", total, 0, 0, 0)
    paths = [target(row["url"]) for row in world.truth]
    edited, rest = world.truth[:EDITS], paths[EDITS:]
    removed, soft, moved, (home,) = rest[:5], rest[5:7], rest[7:10], rest[10:11]
    assert len({*removed, *soft, *moved, home}) == 11
    overlay: dict[str, Any] = {target(row["url"]): edit(row) for row in edited}
    overlay |= {path: {"status": 410 if number % 2 else 404} for number, path in enumerate(removed)}
    overlay |= {path: {"body": NOTICE} for path in soft}
    overlay |= {path: {"status": 301, "location": new_address(path)} for path in moved}
    overlay |= {new_address(path): {"same_as": path} for path in moved}
    overlay |= {home: {"status": 302, "location": "/"}}
    ids = dict(world.rows("SELECT url, id FROM news.article"))
    world.change(overlay)

    assert world.crawl() == ("ok", 0, EDITS, 0, 0)
    assert world.rows("SELECT count(*) FROM news.article WHERE gone_at IS NOT NULL") == [(0,)]
    assert world.rows("SELECT count(*) FROM news.article") == [(total,)]
    now = dict(world.rows("SELECT id, url FROM news.article"))
    base = world.address.rstrip("/")
    for url, number in ids.items():
        path = target(url)
        assert target(now[number]) == (new_address(path) if path in moved else path)
    both = world.rows("SELECT article_id FROM news.article_address GROUP BY 1 HAVING count(*) > 1")
    assert {number for (number,) in both} >= {ids[base + path] for path in moved}

    assert world.crawl() == ("ok", 0, 0, 8, 0)
    found = world.rows("SELECT article.id, how FROM news.article JOIN news.absence ON article_id = article.id WHERE gone_at IS NOT NULL")  # fmt: skip
    expected = {ids[base + path]: "removed" for path in removed} | {ids[base + path]: "soft_404" for path in soft}
    assert dict(found) == expected | {ids[base + home]: "redirect_home"}
    revised = world.rows("SELECT id FROM news.article WHERE revision > 1")
    assert {number for (number,) in revised} == {ids[row["url"].replace(row["url"][: row["url"].index("/", 7)], base)] for row in edited}  # fmt: skip
