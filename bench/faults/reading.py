"""What lies on disk and in the database: the two sides that a verdict compares."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from psycopg.rows import dict_row

from bench.faults.verdict import Crawled, Sight, Stored
from crawler.article import FIELDS, InvalidArticle, decode
from crawler.lines import FETCH, kind_of
from ingest import spool
from ingest.batch import prepare

PUBLISHED = ", ".join(
    ("portal", "province", "platform", "url", *(one.name for one in FIELDS), "content_hash", "gone_at", "made_by")
)


def crawled(lines: Iterable[bytes]) -> Crawled:
    """What whole lines of the spool say; one that is not whole says nothing."""
    found = Crawled()
    for line in lines:
        with suppress(ValueError, InvalidArticle, msgspec.DecodeError):
            content = spool.unseal(line)
            kind = kind_of(content)
            if kind == "fetch":
                fetch = FETCH.decode(content)
                found.fetches.add((fetch.url, fetch.fetched_at))
            elif kind == "article":
                article, identity, content_hash = prepare(decode(content))
                found.sights.add(Sight(identity, article.fetched_at, content_hash))
    return found


def lines_of(folder: Path) -> list[bytes]:
    return [line for path in sorted(folder.iterdir()) for line in path.read_bytes().split(b"\n") if line]


@contextmanager
def witness(home: Path) -> Iterator[Path]:
    """A folder with a second name of every segment that is written meanwhile: it outlives what ingest removes."""
    folder = home / "spool" / "witness"
    folder.mkdir(parents=True, exist_ok=True)
    ended = threading.Event()

    def look() -> None:
        for path in folder.parent.glob("*/*.*"):
            if path.parent != folder:
                with suppress(FileNotFoundError, FileExistsError):
                    os.link(path, folder / str(path.stat().st_ino))

    def watch() -> None:
        while not ended.wait(0.005):
            look()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield folder
    finally:
        ended.set()
        thread.join()
        look()


def stored(uri: str, home: Path) -> Stored:
    """The whole of a database, and what contradicts itself in it."""
    with psycopg.connect(uri, row_factory=dict_row) as connection:

        def ask(statement: str) -> list[dict[str, Any]]:
            return connection.execute(statement.encode()).fetchall()

        articles = {row.pop("identity"): row for row in ask(f"SELECT identity, {PUBLISHED} FROM news.article")}
        states = ask(
            "SELECT identity, state.revision, state.content_hash, valid_from, valid_to FROM news.article_revision AS state "
            "JOIN news.article_current AS article ON article.id = article_id UNION ALL "
            "SELECT identity, revision, content_hash, changed_at, NULL FROM news.article_current ORDER BY 1, 2"
        )
        fetches = ask("SELECT url, fetched_at, archive_file, archive_offset, archive_length FROM news.fetch")
        oddities = [
            f"run {row['id']} ({row['kind']}) is {row['status']}"
            for row in ask("SELECT id, kind, status FROM news.run WHERE status = 'running'")
        ]
        oddities += [f"article {row['article_id']} was not compared" for row in ask("TABLE news.fingerprint_due")]
    chains: dict[str, list[tuple[str, Any]]] = {}
    ends: dict[str, Any] = {}
    for row in states:
        chain = chains.setdefault(row["identity"], [])
        if row["revision"] != len(chain) + 1 or (chain and ends[row["identity"]] != row["valid_from"]):
            oddities.append(f"state {row['revision']} of {row['identity']} does not join the one before")
        chain.append((row["content_hash"], row["valid_from"]))
        ends[row["identity"]] = row["valid_to"]
    oddities += [f"a segment waits: {path.name}" for path in home.glob("spool/*-*/*.*")]
    oddities += [told for row in fetches if row["archive_file"] and (told := _unreadable(home, row))]
    return Stored(articles, chains, [(row["url"], row["fetched_at"]) for row in fetches], oddities)


def rejects(uri: str) -> list[bytes]:
    with psycopg.connect(uri) as connection:
        return [bytes(row[0]) for row in connection.execute("SELECT item FROM news.reject")]


def _unreadable(home: Path, row: dict[str, Any]) -> str | None:
    """Whether the record that a response points at is there, whole, and alone."""
    named = home / "archive" / row["archive_file"]
    path = named if named.exists() else named.with_name(named.name + ".open")
    if not path.exists():
        return f"no archive file {row['archive_file']}"
    with path.open("rb") as file:
        file.seek(row["archive_offset"])
        data = file.read(row["archive_length"])
    if len(data) != row["archive_length"] or not data.startswith(b"\x1f\x8b"):
        return f"no record in {row['archive_file']} at {row['archive_offset']}"
    return None
