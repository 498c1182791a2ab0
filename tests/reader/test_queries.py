"""Every statement of docs/queries.md runs, as who may only read, and the questions about the demo's history have answers."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest

from ingest import migrate
from tests.reader.test_pages import filled

TEXT = (Path(__file__).parents[2] / "docs" / "queries.md").read_text("utf-8")
QUESTIONS = re.findall(r"\n([^\n]+\?[^\n]*)\n\n```sql\n(.+?)```", TEXT, re.DOTALL)
# Of these nothing has happened in the ledger that is asked.
WITHOUT_ANSWER = (
    "last month",
    "came back",
    "say on a day",
    "portals copy",
    "could not be stored",
    "only by the day",
    "bytes prove",
    "first seen?",
    "say it no more?",
)


def test_there_are_twenty() -> None:
    assert len(QUESTIONS) >= 20
    assert TEXT.count("```sql") == len(QUESTIONS)


@pytest.mark.parametrize(("question", "statement"), QUESTIONS, ids=[question[:40] for question, _ in QUESTIONS])
def test_a_question_is_answered(connection: psycopg.Connection, question: str, statement: str) -> None:
    filled(connection)
    migrate.become(connection, "news_reader")
    rows = connection.execute(statement.encode()).fetchall()
    assert rows or any(part in question for part in WITHOUT_ANSWER), question
