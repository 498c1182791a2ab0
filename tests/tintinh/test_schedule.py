"""`tintinh schedule` and crawls that nobody watches: what cron and systemd are given works as they run it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.conftest import Command
from tests.sql.test_watching import portal
from tests.support import PATIENCE, held_port, unit_faults
from tests.tintinh.crawled import ALLOWED
from tintinh.cli import log
from tintinh.demo.server import serve
from tintinh.run.portal_files import portals
from work import schedule

ROOT = Path(__file__).parents[2]


@pytest.fixture
def demo(connection: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """The demo portal, added and served."""
    portal(connection)
    with serve() as address:
        host = address.removeprefix("http://").rstrip("/")
        connection.execute("UPDATE news.portal SET home = %s, hosts = ARRAY[%s]", [address, host])
        yield connection


def as_cron(text: str, folder: Path) -> list[tuple[str, subprocess.CompletedProcess[str]]]:
    """What cron would do with a crontab: variables from lines with =, commands by sh, % unescaped, hardly any environment."""
    env, done = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "LOGNAME": "me"}, []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if given := re.fullmatch(r"(\w+)=([\"'])(.*)\2", line):
            env[given[1]] = given[3]
            continue
        when = re.fullmatch(r"([0-5]?\d) \* \* \* \* (.*)", line)
        assert when, line
        assert not re.search(r"(?<!\\)%", when[2]), "cron would cut the line there"
        call = when[2].replace(r"\%", "%")
        done.append((when[1], subprocess.run(
            ["/bin/sh", "-c", call], env=env, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL,
        )))  # fmt: skip
    return done


def test_a_line_of_the_crontab_does_a_nights_work_in_silence(
    demo: psycopg.Connection, command: Command, tmp_path: Path
) -> None:
    home = tmp_path / 'nhà 50% của "tôi" $HOME'
    given = ALLOWED | {"TINTINH_HOME": str(home)}
    printed = command("schedule", "--cron", "demo", env=given)
    assert printed.returncode == 0, printed.stderr
    ((minute, done),) = as_cron(printed.stdout, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert int(minute) == schedule.minute("demo")
    assert demo.execute("SELECT status, new > 50 FROM news.run").fetchall() == [("ok", True)]
    assert (home / "archive").is_dir()


def test_every_portal_has_its_minute(command: Command, demo: psycopg.Connection) -> None:
    lines = command("schedule", "--cron").stdout.splitlines()
    named = {line.split(" crawl ")[1].split()[0] for line in lines if " crawl " in line}
    assert named == {*portals(), "demo"}
    minutes = [int(line.split()[0]) for line in lines if " crawl " in line]
    assert minutes == sorted(minutes)
    assert max(map(minutes.count, minutes)) < 6, "spread over the hour"
    demo.execute("UPDATE news.portal SET ended_at = now()")
    assert " crawl demo " not in command("schedule", "--cron").stdout


@pytest.mark.parametrize(
    ("arguments", "env", "reason"),
    [
        ((), {}, "--cron or --systemd"),
        (("--cron", "--systemd"), {}, "--cron or --systemd"),
        (("--cron", "--to", "x"), {}, "--to goes with --systemd"),
        (("--cron", "atlantis"), {}, "no portal named atlantis"),
        (("--cron",), {"TINTINH_CONTACT": "a\nb"}, "TINTINH_CONTACT has more than one line"),
        (("--cron",), {"TINTINH_CONTACT": '"it\'s"'}, "has both kinds of quotes"),
    ],
)
def test_what_cannot_be_written_is_told(
    command: Command, arguments: tuple[str, ...], env: dict[str, str], reason: str
) -> None:
    done = command("schedule", *arguments, env=env)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr


def test_a_portal_that_fails_is_one_line_with_its_time_and_a_summary(
    connection: psycopg.Connection, command: Command
) -> None:
    portal(connection)
    with held_port() as port:
        connection.execute(
            "UPDATE news.portal SET home = %s, hosts = ARRAY[%s]", [f"http://127.0.0.1:{port}/", f"127.0.0.1:{port}"]
        )
        done = command("crawl", "demo", "--quiet", env=ALLOWED)
    assert (done.returncode, done.stdout) == (1, "")
    first, last = done.stderr.splitlines()
    assert re.fullmatch(rf"\d{{4}}-\d\d-\d\d \d\d:\d\d demo: failed: 127\.0\.0\.1:{port} does not answer: .*", first)
    assert last == "1 of 1 portals failed; 0 new articles"


def test_runs_are_logged_for_machines(demo: psycopg.Connection, command: Command, tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    done = command("crawl", "demo", "--quiet", "--log-json", file, env=ALLOWED)
    assert (done.returncode, done.stderr) == (0, "")
    start, run = map(json.loads, file.read_text().splitlines())
    assert (start["event"], start["portals"]) == ("start", ["demo"])
    assert (run["portal"], run["status"], run["error"], run["changed"]) == ("demo", "ok", None, 0)
    assert run["new"] == run["listed"] > 50
    done = command("crawl", "demo", "--log-json", tmp_path / "no" / "runs.jsonl", env=ALLOWED)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "No such file or directory" in done.stderr


def test_the_log_rotates_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LARGEST", 20_000)
    file = tmp_path / "runs.jsonl"
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: log.append(file, {"number": number, "error": "Lỗi 100 %s"}), range(1000)))
    files = [path for path in tmp_path.iterdir() if path.suffix != ".lock"]
    lines = [json.loads(line) for path in files for line in path.read_text().splitlines()]
    assert sorted(line["number"] for line in lines) == list(range(1000))
    assert 1 < len(files) <= log.KEPT + 1
    assert max(path.stat().st_size for path in files) <= 20_000


@pytest.mark.parametrize("env", [{}, {"DATABASE_URL": None}], ids=["server", "embedded"])
def test_the_units_are_systemds(command: Command, tmp_path: Path, env: dict[str, str | None]) -> None:
    given = env | {"TINTINH_HOME": str(tmp_path / "nhà 50%"), "TINTINH_CONTACT": 'a "b" $c'}
    done = command("schedule", "--systemd", "hue", "binhthuan", "--to", tmp_path / "units", env=given)
    assert done.returncode == 0, done.stderr
    assert "systemctl enable --now tintinh@binhthuan.timer tintinh@hue.timer" in done.stderr
    folder = tmp_path / "units"
    assert sorted(path.name for path in folder.iterdir()) == [
        "tintinh.env", "tintinh@.service", "tintinh@binhthuan.timer", "tintinh@hue.timer",
    ]  # fmt: skip
    assert (folder / "tintinh.env").stat().st_mode & 0o777 == 0o600
    assert 'TINTINH_CONTACT="a \\"b\\" \\$c"\n' in (folder / "tintinh.env").read_text()
    service = (folder / "tintinh@.service").read_text()
    assert ("DATABASE_URL=" in (folder / "tintinh.env").read_text()) is (not env)
    assert ("KillMode=process" in service) is bool(env), "portals share the embedded server"
    printed = command("schedule", "--systemd", "hue", env=given).stdout
    assert printed.startswith("# tintinh@.service\n[Unit]\n")
    (tmp_path / "nhà 50%").mkdir(exist_ok=True)
    for name in ("tintinh@hue.timer", "tintinh@binhthuan.timer", "tintinh@hue.service"):
        assert unit_faults(name, folder) == [], name


def test_the_shell_completes_commands(command: Command) -> None:
    asked = {"_TINTINH_COMPLETE": "complete_bash", "COMP_WORDS": "tintinh sta", "COMP_CWORD": "1"}
    assert command(apart=True, env=asked).stdout.split() == ["status"]
    assert "--install-completion" in command("--help").stdout
