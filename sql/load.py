"""Fetches SQL by name; the statements themselves are the .sql files beside this module."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

_HEADER = re.compile(rb"^-- (query|command) (\w+)\n", re.MULTILINE)


class Migration(NamedTuple):
    """A file of sql/migrations or sql/afterwards: its number, its name without it, its statements as they stand there."""

    version: int
    name: str
    statements: bytes


@cache
def query(name: str) -> bytes:
    """One statement that PREPAREs, `%(name)s` for its parameters; FileNotFoundError where there is none."""
    return of_articles("query").get(name) or (files("sql") / "queries" / f"{name}.sql").read_bytes()


@cache
def command(name: str) -> bytes:
    """One statement that cannot be prepared: COPY, CREATE TEMP TABLE; FileNotFoundError where there is none."""
    return of_articles("command").get(name) or (files("sql") / "commands" / f"{name}.sql").read_bytes()


@cache
def of_articles(kind: Literal["query", "command"]) -> dict[str, bytes]:
    """The statements of articles.sql, which names every field of an article; each begins with `-- query its_name`."""
    _, *parts = _HEADER.split((files("sql") / "articles.sql").read_bytes())
    return {
        name.decode(): body.strip() + b"\n"
        for found, name, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
        if found.decode() == kind
    }


def migrations() -> list[Migration]:
    """All migrations, oldest first; `0001_news.sql` is version 1 named `news`."""
    return _numbered("migrations")


def afterwards() -> list[Migration]:
    """What migrations leave for after a release: statements that are safe to repeat, under the migration's number."""
    return _numbered("afterwards")


def _numbered(folder: str) -> list[Migration]:
    found = []
    for file in (files("sql") / folder).iterdir():
        stem, dot, ending = file.name.rpartition(".")
        if dot and ending == "sql":
            version, _, name = stem.partition("_")
            found.append(Migration(int(version), name, file.read_bytes()))
    return sorted(found)
