"""The table of rooms in docs/architecture.md is what the files really import, and CONTRIBUTING.md names files that there are."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEADER = "| room | what happens there | may import |"
# These hold rooms; the others are one room each.
DIVIDED = {"crawler", "tintinh"}


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def rooms_of(text: str) -> dict[str, set[str]]:
    """Rooms of the table that follows HEADER, and what each may import."""
    _, found, after = text.partition(HEADER)
    assert found, "the table of rooms is gone"
    rooms: dict[str, set[str]] = {}
    for line in after.splitlines()[2:]:
        if not line.startswith("|"):
            break
        room, _, may = line.strip("|").split(" | ")
        rooms |= {name: set(named(may)) for name in named(room)}
    return rooms


@cache
def wings() -> tuple[str, ...]:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]["find"]["include"]
    return tuple(name.rstrip("*") for name in found)


def room_of(path: Path) -> str:
    """The room that a file of ours stands in, `crawler/net` or `crawler/article.py`."""
    wing, *rest = path.parts
    if wing == "reader" and len(rest) > 1:
        return f"{wing}/{rest[0]}"
    return f"{wing}/{rest[0]}" if wing in DIVIDED else wing


def files() -> list[Path]:
    return [path.relative_to(ROOT) for wing in wings() for path in sorted((ROOT / wing).rglob("*.py"))]


def imports(text: str) -> Iterator[str]:
    """Rooms of ours and libraries that a file's text imports, at its top or within functions."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            modules = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "no relative imports"
            modules = [f"{node.module}.{name.name}" for name in node.names]
        else:
            continue
        for module in modules:
            top, *inner = module.split(".")
            if top in DIVIDED:
                folder = (ROOT / top / inner[0]).is_dir()
                yield f"{top}/{inner[0]}" if folder else f"{top}/{inner[0]}.py"
            elif top not in sys.stdlib_module_names:
                yield top


def forbidden(room: str, imported: str, may: set[str]) -> bool:
    return imported != room and imported not in may and imported.partition("/")[0] not in may


@pytest.fixture(scope="module")
def table() -> dict[str, set[str]]:
    return rooms_of((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))


def test_every_room_is_in_the_table_and_no_other(table: dict[str, set[str]]) -> None:
    there = {room_of(path) for path in files() if len(path.parts) > 2 or path.name != "__init__.py"}
    assert there == set(table)


def test_no_file_imports_what_its_room_may_not(table: dict[str, set[str]]) -> None:
    found = [
        f"{path} imports {imported}"
        for path in files()
        for imported in imports((ROOT / path).read_text(encoding="utf-8"))
        if forbidden(room_of(path), imported, table.get(room_of(path), set()))
    ]
    assert found == []


def test_the_table_is_read_and_imports_are_seen() -> None:
    text = f"{HEADER}\n| --- | --- | --- |\n| `a`, `b/c` | things | `x`, `y` at night |\n\n| `d` | no row | `z` |"
    assert rooms_of(text) == {"a": {"x", "y"}, "b/c": {"x", "y"}}
    code = (
        "import os, lxml.html\ndef f():\n    from crawler.net import guard\n    from crawler import article, spider\n"
    )
    assert set(imports(code)) == {"lxml", "crawler/net", "crawler/article.py", "crawler/spider"}
    assert forbidden("reader", "crawler/net", {"crawler/article.py"})
    assert not forbidden("tintinh/run", "crawler/net", {"crawler"})
    assert not forbidden("reader", "reader", set())


def paths_of(text: str) -> list[str]:
    """The paths between backticks, up to a part that stands for any name."""
    return [re.split(r"[<*]", word)[0] for word in named(text) if "/" in word and " " not in word]


def test_the_list_of_what_to_change_names_files_that_there_are() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    _, found, after = text.partition("| to add | change |")
    assert found, "the newcomer's list is gone"
    rows = [line for line in after.partition("\n\n")[0].splitlines()[2:] if line.startswith("| ")]
    wanted = {
        "portal", "platform", "date shape", "byline word", "field or column", "migration", "query", "command", "page of the web",
        "download handler", "test page",
    }  # fmt: skip
    assert {row.strip("|").split(" | ")[0].strip() for row in rows} == wanted
    assert [path for path in paths_of("\n".join(rows)) if not (ROOT / path).exists()] == []
    assert all(paths_of(row) for row in rows)
