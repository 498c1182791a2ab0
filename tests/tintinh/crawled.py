"""The demo portal as it was crawled, and how its rows are read."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import psycopg

from reader import stored as articles
from reader.filters import Filters
from tests.support import Portal, called, environment
from tintinh.demo.truth import expected

ALLOWED = {"TINTINH_ALLOW_PRIVATE": "1"}
TOTAL = len(expected())
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
SUPERSCRIPT = "²"


class Crawled(NamedTuple):
    """A database that holds the demo portal, its address, and a home."""

    uri: str
    address: str
    home: Path
    portal: Portal

    @property
    def template(self) -> str:
        return urlsplit(self.uri).path[1:]

    def __call__(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return called(*arguments, env=environment(self.home, DATABASE_URL=self.uri, **ALLOWED), cwd=self.home)


def rows(uri: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(uri) as connection:
        return connection.execute(statement.encode()).fetchall()


def stored(uri: str) -> list[dict[str, Any]]:
    with psycopg.connect(uri, autocommit=True) as connection:
        return list(articles.export(connection, Filters()))


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def one_line(text: str) -> str:
    (line,) = text.splitlines()
    return line
