"""What lies around a command: folders, settings, databases of others. One line each where they cannot be used."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

import psycopg
import pytest

from tests.conftest import Command, NewDatabase
from tests.support import environment, tintinh
from tests.tintinh.crawled import ALLOWED, one_line
from tintinh import config

NOWHERE = "postgresql://127.0.0.1:9/none"


def test_a_dotenv_of_a_folder_above_is_not_read(command: Command, tmp_path: Path) -> None:
    (tmp_path.parent / ".env").write_text(f"DATABASE_URL={NOWHERE}\n")
    try:
        assert command("runs").returncode == 0
    finally:
        (tmp_path.parent / ".env").unlink()


def test_a_dotenv_sets_our_own_names_and_no_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    theirs = {
        "LD_PRELOAD": "/tmp/evil.so",
        "PYTHONPATH": "/tmp",
        "PATH": "/tmp",
        "XTINTINH_HOME": "/tmp",
        "PGHOST": "evil",
    }
    ours = {"TINTINH_CONTACT": "me@a.vn", "DATABASE_URL": "postgresql://a.vn/${LD_PRELOAD}"}
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in (theirs | ours).items()))
    with patch.dict(os.environ):
        for name in ours:
            os.environ.pop(name, None)
        before = dict(os.environ)
        config.load_environment()
        assert os.environ == before | ours


@pytest.mark.parametrize(
    ("env", "reason"),
    [
        ({"TINTINH_HOME": "~nosuchuser"}, "there is no user whose home ~nosuchuser would be"),
        ({"TINTINH_HOME": os.fsdecode(b"/nowhere/\xff")}, "TINTINH_HOME is no text in UTF-8"),
    ],
)
@pytest.mark.parametrize("arguments", [("db", "status"), ("crawl", "--site", "http://127.0.0.1:9/")])
def test_a_home_that_is_none(tmp_path: Path, env: dict[str, str], reason: str, arguments: tuple[str, ...]) -> None:
    done = tintinh(*arguments, env=environment(tmp_path, **env), cwd=tmp_path)
    assert done.returncode == 2
    assert reason in one_line(done.stderr)


def test_a_binary_dotenv(command: Command, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(bytes(range(256)))
    done = command("runs")
    assert done.returncode == 2
    assert "is no text in UTF-8" in one_line(done.stderr)


@pytest.mark.parametrize(
    "made", ["CREATE SCHEMA news", "CREATE SCHEMA news; CREATE TABLE news.migration (name text)",
             "CREATE SCHEMA news; CREATE TABLE news.article (id int)"],
)  # fmt: skip
@pytest.mark.parametrize(
    "arguments", [("runs",), ("db", "upgrade"), ("db", "init"), ("crawl", "--site", "http://a.vn/")]
)
def test_a_schema_of_others(command: Command, database_of: NewDatabase, made: str, arguments: tuple[str, ...]) -> None:
    uri = database_of()
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(made.encode())
    done = command(*arguments, env={"DATABASE_URL": uri})
    assert done.returncode == 1
    assert "a schema named news that is not tintinh's" in one_line(done.stderr)


@pytest.mark.parametrize("name", ["../../x", "a/b", "Lâm Đồng", "a b", ".", "x" * 101])
def test_a_name_that_is_no_slug_is_refused(command: Command, home: Path, tmp_path: Path, name: str) -> None:
    done = command("crawl", "--site", "http://127.0.0.1:9/", "--name", name, env=ALLOWED)
    assert done.returncode == 2
    assert "letters without diacritics" in " ".join(done.stderr.split())
    assert not list(tmp_path.rglob("*.log"))
