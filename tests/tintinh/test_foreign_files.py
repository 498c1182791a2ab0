"""Files that others wrote: what they say is bounded before it is stored, and obeyed by no terminal."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.conftest import Command
from tests.support import article, line
from tests.tintinh.crawled import objects

OUT_OF_TIME = [
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "1899-12-31T00:00:00+00:00",
    "2101-01-02T00:00:00Z",
]


@pytest.mark.parametrize("field", ["published_at", "fetched_at"])
@pytest.mark.parametrize("moment", OUT_OF_TIME)
def test_moments_that_nobody_lives_in_are_rejected(
    command: Command, connection: psycopg.Connection, tmp_path: Path, field: str, moment: str
) -> None:
    file = tmp_path / "foreign.jsonl"
    file.write_bytes(line(**{field: moment}) + b"\n" + line(url="http://demo.vn/tin/2-bai.html", identity="2") + b"\n")
    done = command("ingest", file)
    assert (done.returncode, "new 1" in done.stderr) == (1, True)
    ((reason,),) = connection.execute("SELECT reason FROM news.reject").fetchall()
    assert reason == f"`{field}` lies in the year {int(moment[:4])}"


@pytest.mark.parametrize(
    "moment", ["0001-01-01 00:00 UTC", "0044-03-15 12:00 UTC BC", "9999-12-31 23:59 UTC", "12026-01-01 00:00 UTC", "infinity", "-infinity"]
)  # fmt: skip
@pytest.mark.parametrize("form", ["jsonl", "table", "csv"])
def test_a_row_that_holds_such_a_moment_is_read_all_the_same(
    command: Command, connection: psycopg.Connection, tmp_path: Path, moment: str, form: str
) -> None:
    """It came there before such moments were refused, or by other hands."""
    file = tmp_path / "one.jsonl"
    file.write_bytes(line() + b"\n")
    assert command("ingest", file).returncode == 0
    connection.execute("UPDATE news.article_current SET published_at = %s::timestamptz", [moment])
    (number,) = connection.execute("SELECT id FROM news.article").fetchone() or (0,)
    for asked in (("search", "Bài"), ("show", number), ("export",), ("show", number, "--revisions")):
        done = command(*asked, "--format", form)
        assert (done.returncode, done.stderr) == (0, ""), asked
        assert "Bài số 1" in done.stdout
    connection.execute(
        """
        INSERT INTO news.article_revision (article_id, revision, valid_from, valid_to, url, title, published_at, authors, body, body_html, images,
                                           attachments, content_hash, extracted_by, words)
        SELECT id, 0, %(moment)s, %(moment)s, url, 'Cũ', %(moment)s, '{}', 'xưa', '', '[]', '[]', 'x', '{}', news.words('Cũ', NULL, 'xưa')
        FROM news.article_current""",
        {"moment": moment},
    )
    for sort in ("relevance", "date"):
        done = command("search", "xưa", "--in-history", "--sort", sort, "--format", form)
        assert (done.returncode, done.stderr.removesuffix("1 articles match\n")) == (0, "")
        assert "Bài số 1" in done.stdout


def test_escapes_of_a_terminal_are_not_printed(command: Command, tmp_path: Path) -> None:
    escape = "\x1b]0;gone\x07\x9b31m"
    file = tmp_path / "one.jsonl"
    held = {name: f"{escape} {getattr(article(), name)}" for name in ("title", "byline", "section", "body", "unit")}
    file.write_bytes(
        line(**held, authors=[f"A {escape}"], attachments=[{"url": "http://a.vn", "name": escape}]) + b"\n"
    )
    assert command("ingest", file).returncode == 0
    (row,) = objects(command("search", "Bài").stdout)
    for asked in (("search", "Bài"), ("show", row["id"]), ("show", row["id"], "--revisions"), ("export",)):
        done = command(*asked, "--format", "table")
        assert done.returncode == 0, done.stderr
        assert "Bài số 1" in done.stdout
        assert not set("\x1b\x07\x9b") & set(done.stdout), asked
    assert row["title"].startswith(escape), "what a program reads is what is stored"
    done = command("ingest", tmp_path / f"{escape}.jsonl")
    assert not set("\x1b\x07\x9b") & set(done.stderr)
