"""`tintinh db phrases` makes the index of phrases and takes it away."""

from __future__ import annotations

import psycopg

from tests.conftest import Command

MADE = "SELECT to_regclass('news.article_lexemes') IS NOT NULL"


def test_the_index_of_phrases_is_a_choice(command: Command, connection: psycopg.Connection) -> None:
    assert connection.execute(MADE).fetchone() == (False,)
    for _ in range(2):
        assert command("db", "phrases").returncode == 0
        assert connection.execute(MADE).fetchone() == (True,)
    assert command("db", "upgrade").returncode == 0
    assert connection.execute(MADE).fetchone() == (True,), "an upgrade leaves it"
    assert command("db", "phrases", "--drop").returncode == 0
    assert connection.execute(MADE).fetchone() == (False,)
