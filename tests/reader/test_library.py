"""`from reader import articles`: what a program gets, from which database, and what a wrong question says."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
import pytest

from crawler.article import FIELDS
from ingest.store import store
from reader import Article, NoDatabase, WrongFilter, articles, stored
from tests.support import START, article, environment
from vietnam.dates import VIETNAM

ROOT = Path(__file__).parents[2]
SCRIPT = "from reader import articles\nfor a in articles(query='ma túy', province='lam-dong'): print(a.id, a.title)"


def filled(connection: psycopg.Connection) -> None:
    store(connection, [article(number, title=f"Vụ ma túy số {number}") for number in range(1, 8)])
    store(connection, [article(8, title="Vụ ma túy số 8", province="lam-dong", unit="PV05")])


def test_rows_are_those_of_the_table(connection: psycopg.Connection, database_uri: str) -> None:
    filled(connection)
    found = list(articles("ma túy", database=database_uri))
    assert [one.title for one in found] == [f"Vụ ma túy số {number}" for number in range(1, 9)]  # newest first
    columns = stored.columns(connection, in_history=True)
    named = {one.name for one in fields(Article)}
    assert named <= set(columns)
    assert {one.name for one in FIELDS} & set(columns) <= named, "a new field is told here, too"
    assert found[0].authors == ["Hữu Liêm"]
    assert found[0].published_at == START - timedelta(days=1)


def test_filters_are_read_as_those_of_search(connection: psycopg.Connection, database_uri: str) -> None:
    filled(connection)

    def titles(**given: Any) -> list[str]:
        return [one.title[-1] for one in articles(database=database_uri, **given)]

    assert titles(province="Lâm Đồng") == ["1", "2", "3", "4", "5", "6", "7", "8"]  # Bình Thuận is part of it now
    assert titles(unit="pv28", author="huu liem", limit=2) == ["1", "2"]
    assert titles(since=date(2026, 11, 3)) == titles(since="3/11/2026") == ["1", "2"]
    assert (
        titles(since=datetime(2026, 11, 3, 15, tzinfo=VIETNAM)) == titles(since=datetime(2026, 11, 3, 15)) == ["1", "2"]
    )
    assert titles(since=datetime(2026, 11, 3, 15, 1, tzinfo=VIETNAM)) == ["1"]
    assert titles(gone=True) == []
    wrong: tuple[dict[str, Any], ...] = ({"province": "binh thuann"}, {"since": "soon"}, {"unit": "PV2"})
    for given in wrong:
        with pytest.raises(WrongFilter):
            articles(database=database_uri, **given)


def test_it_only_reads_and_leaves_no_connection(connection: psycopg.Connection, database_uri: str) -> None:
    filled(connection)
    found = articles(database=database_uri)
    assert len(list(islice(found, 2))) == 2
    others = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tintinh reader' AND datname = current_database()"
    assert connection.execute(others).fetchall() == [(1,)]
    found.close()
    with pytest.raises(StopIteration):
        next(found)


def test_the_script_of_the_docs_runs(connection: psycopg.Connection, database_uri: str, home: Path) -> None:
    filled(connection)
    (lam_dong,) = connection.execute("SELECT id FROM news.article WHERE province = 'lam-dong'").fetchone() or (0,)
    wanted = environment(home, DATABASE_URL=database_uri, PYTHONPATH=str(ROOT))
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=wanted, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{lam_dong} Vụ ma túy số 8" in done.stdout.splitlines()


def test_without_a_url_the_command_is_asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    home.write_text("no folder")
    monkeypatch.setenv("TINTINH_HOME", str(home))
    with pytest.raises(NoDatabase, match="the embedded database cannot be used"):
        next(articles())
