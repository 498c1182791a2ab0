"""The kinds of faults, each done for real to a running crawl. A kind leaves the crawl ended and the fault over."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path

import psycopg

from bench.faults import reading
from bench.faults.trial import Kind, Trial
from ingest import spool
from tests.support import tintinh
from tintinh.embedded import postgres

KINDS: dict[str, Kind] = {}
PREPARED: dict[Kind, Kind] = {}  # what is to be done to an empty home before
AS_ROOT = os.geteuid() == 0
KILLED = -signal.SIGKILL
WORK = ("request", "ingest")
ANY = (*WORK, "time")


def kind(name: str) -> Callable[[Kind], Kind]:
    def keep(function: Kind) -> Kind:
        KINDS[name] = function
        return function

    return keep


# Processes


@kind("kill -9: crawling child")
def child(trial: Trial, _: ExitStack) -> None:
    trial.start()
    with trial.moment("request"):
        trial.kill(child=True)
    trial.end(0, 1)


@kind("kill -9: parent")
def parent(trial: Trial, _: ExitStack) -> None:
    trial.start()
    with trial.moment(*ANY):
        trial.kill(parent=True)
    trial.end(KILLED, 0)


@kind("kill -9: parent and child")
def both(trial: Trial, _: ExitStack) -> None:
    trial.start()
    with trial.moment(*ANY):
        trial.kill(parent=True, child=True)
    trial.end(KILLED, 0)


@kind("kill -9: everything, the database too")
def everything(trial: Trial, _: ExitStack) -> None:
    trial.start()
    with trial.moment(*ANY):
        trial.kill(parent=True, child=True)
        trial.stop_server(signal.SIGKILL)
    trial.end(KILLED, 0)


@kind("kill -9: tintinh ingest")
def ingest(trial: Trial, _: ExitStack) -> None:
    trial.start()
    with trial.moment("ingest"):
        trial.kill(parent=True, child=True)
    trial.end(KILLED)
    trial.until_alone()
    with trial.batch_held(lambda: _start_ingest(trial)):
        assert trial.process is not None
        trial.process.kill()
    trial.end(KILLED)


def _start_ingest(trial: Trial) -> None:
    trial.process = subprocess.Popen(
        [sys.executable, "-m", "tintinh", "ingest"], env=trial.env, cwd=trial.home, stderr=subprocess.DEVNULL
    )


# The database


@kind("kill -9: postmaster")
def postmaster(trial: Trial, _: ExitStack) -> None:
    trial.start()
    with trial.moment(*ANY):
        trial.stop_server(signal.SIGKILL)
    trial.end(0, 3)


@kind("kill -9: a backend")
def backend(trial: Trial, _: ExitStack) -> None:
    trial.start()
    with trial.moment(*WORK):
        _hit_backend(trial, "SELECT pid FROM {}")
    trial.end(0, 3)


@kind("pg_terminate_backend")
def terminated(trial: Trial, _: ExitStack) -> None:
    trial.start()
    with trial.moment(*WORK):
        _hit_backend(trial, "SELECT pg_terminate_backend(pid) FROM {}")
    trial.end(0, 3)


def _hit_backend(trial: Trial, statement: str) -> None:
    """One of the sessions of the crawl, its writer's or its memory's."""
    with psycopg.connect(postgres.revive(trial.home)) as connection:
        sessions = "pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        order = " ORDER BY (wait_event_type = 'Lock') DESC, backend_start LIMIT 1"
        found = connection.execute((statement.format(sessions) + order).encode()).fetchone()
    if found and not isinstance(found[0], bool):
        os.kill(found[0], signal.SIGKILL)


@kind("database restarted in a batch")
def restarted(trial: Trial, _: ExitStack) -> None:
    trial.start()
    with trial.moment("ingest"):
        trial.stop_server(trial.chance.choice((signal.SIGINT, signal.SIGQUIT)))
    trial.end(0)


@kind("database away for a while")
def away(trial: Trial, _: ExitStack) -> None:
    """A server that tintinh did not start, so that it cannot start it again."""
    trial.env["DATABASE_URL"] = postgres.revive(trial.home)
    trial.start()
    with trial.moment(*ANY):
        _take_away(trial)
        trial.stage.portal.gate.set()
        time.sleep(trial.chance.uniform(0.2, 2.5))
        _bring_back(trial)
    trial.end(0, 3)


@kind("database away until the run gives up")
def given_up(trial: Trial, _: ExitStack) -> None:
    trial.env["DATABASE_URL"] = postgres.revive(trial.home)
    trial.start(patience=0.5)
    with trial.moment(*WORK):
        _take_away(trial)
    trial.end(0, 3)  # 0 where the crawl was let go on and had written its last word before
    _bring_back(trial)


def _take_away(trial: Trial) -> None:
    trial.stop_server(trial.chance.choice((signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)))


def _bring_back(trial: Trial) -> None:
    """At the address it had."""
    folder = Path(trial.env["DATABASE_URL"].partition("host=")[2].partition("&")[0])
    if (trial.data / "postmaster.pid").exists():
        postgres._wait_for_orphans(trial.data)
        (trial.data / "postmaster.pid").unlink(missing_ok=True)
    postgres._start(trial.data, folder)


# The spool


@kind("two crawls at once")
def twice(trial: Trial, _: ExitStack) -> None:
    trial.start()
    with trial.moment(*WORK):
        # A gate that was opened may have let the first one end; only one that goes on is in the second one's way.
        done = tintinh(*trial.arguments(), env=trial.env, cwd=trial.home)
        assert trial.process is not None
        trial.check(done.returncode == 4 or trial.process.poll() is not None, f"the second exits {done.returncode}")
    trial.end(0)


@kind("spool: torn last line")
def torn(trial: Trial, _: ExitStack) -> None:
    _damage(trial, lambda data: _torn(trial, data))


@kind("spool: a bit flipped")
def flipped(trial: Trial, _: ExitStack) -> None:
    _damage(trial, lambda data: _flipped(trial, data))


def _torn(trial: Trial, data: bytes) -> bytes:
    start = data.rstrip(b"\n").rfind(b"\n") + 1
    return data[: trial.chance.randrange(start + 1, len(data) - 1)]


def _flipped(trial: Trial, data: bytes) -> bytes:
    place = trial.chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << trial.chance.randrange(8)]) + data[place + 1 :]


def _damage(trial: Trial, change: Callable[[bytes], bytes]) -> None:
    trial.start()
    with trial.moment("ingest"):  # the whole crawl is on disk, nothing of it is stored
        trial.kill(parent=True, child=True)
    trial.end(KILLED)
    (segment,) = trial.home.glob("spool/*-*/*.*")
    whole = segment.read_bytes()
    changed = change(whole)
    segment.unlink()  # its other name keeps what it held
    segment.write_bytes(changed)
    left = set(changed.split(b"\n"))
    trial.damaged = [line for line in whole.split(b"\n") if line and line not in left]


# Disks


def _small(name: str) -> Kind:
    """A disk of its own for a folder of the home, to be filled."""

    def prepare(trial: Trial, stack: ExitStack) -> None:
        folder = trial.home / name
        folder.mkdir(parents=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m", "none", str(folder)], check=True)
        stack.callback(subprocess.run, ["umount", "-l", str(folder)], check=True)

    return prepare


def _fill(folder: Path, left: int) -> Path:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            with suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass
        file.truncate(max(0, file.tell() - left))
    return ballast


def _full(trial: Trial, name: str, most: int) -> None:
    """Disk full during the crawl, later not any more; without the right to mount, files that may not grow."""
    folder = trial.home / name
    room = trial.chance.randrange(most) // 4096 * 4096
    if not AS_ROOT:
        trial.start("sh", "-c", f'ulimit -f {room // 512 + 8}; exec "$@"', "sh", patience=1)
        trial.hit = True
        trial.end(0, 1, 3)
        return
    trial.start(patience=1)
    with trial.moment("request"):
        ballast = _fill(folder, room)
    trial.end(0, 1, 3)
    ballast.unlink()


@kind("disk full: spool")
def full_spool(trial: Trial, _: ExitStack) -> None:
    _full(trial, "spool", 40_000)


@kind("disk full: archive")
def full_archive(trial: Trial, _: ExitStack) -> None:
    _full(trial, "archive", 40_000)


def full_database(trial: Trial, _: ExitStack) -> None:
    _full(trial, "postgres", 150_000)


if AS_ROOT:
    PREPARED |= {full_spool: _small("spool"), full_archive: _small("archive"), full_database: _small("postgres")}
    KINDS["disk full: database"] = full_database  # a limit on files would end the server's log first


# The clock


@kind("a clock that jumps back")
def clock(trial: Trial, _: ExitStack) -> None:
    """What a crawl reads while the clock is behind is loaded: seconds to days too early."""
    aside = trial.home / "aside"
    wiring = {"spool": str(aside), "prefix": "demo-1", "dsn": postgres.revive(trial.home), "portal": "demo"}
    job = {
        "spider": "site",
        "arguments": {"start": trial.address, "name": "demo", "province": "binh-thuan", "full": True},
        "settings": {
            "TINTINH_SINK": "ingest.sink.SpoolSink", "TINTINH_MEMORY": "ingest.memory.DatabaseMemory",
            "TINTINH_WIRING": wiring, "TINTINH_ARCHIVE_FOLDER": str(trial.home / "archive"),
            "TINTINH_ALLOW_PRIVATE": "1",
        },
    }  # fmt: skip
    subprocess.run(
        [sys.executable, "-m", "tintinh.run.crawl_process"],
        input=json.dumps(job).encode() + b"\n", env=trial.env, cwd=trial.home, check=True, capture_output=True,
    )  # fmt: skip
    back = timedelta(seconds=math.exp(trial.chance.uniform(math.log(0.5), math.log(200_000))))
    lines = [spool.seal(_earlier(spool.unseal(line), back)) for line in reading.lines_of(aside)]
    file = trial.home / "behind.jsonl"
    file.write_bytes(b"\n".join(lines))
    trial.added = reading.crawled(lines)
    trial.hit = True
    trial.run("ingest", file)


def _earlier(line: bytes, back: timedelta) -> bytes:
    told = json.loads(line)
    told["fetched_at"] = (datetime.fromisoformat(told["fetched_at"]) - back).isoformat()
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
