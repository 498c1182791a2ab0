"""A trial: a home of its own, a crawl that meets a fault, quiet commands after it, the verdict."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg

from bench.faults import reading
from bench.faults.portal import Stage, editions
from bench.faults.verdict import Crawled, Verdict, judge
from tests.support import PATIENCE, Portal, ended, environment, tintinh, until_alone
from tintinh.demo.server import serve
from tintinh.embedded import postgres

# What one transaction of ingest writes, in this order, and the lock it takes before: a batch is met at each.
STEPS = ("article_revision", "article_current", "sighting", "article_address", "fetch", "run")
INGEST_LOCK = "SELECT pg_advisory_xact_lock(hashtext('tintinh.ingest'))"


def until(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"it never came to be: {what}")
        time.sleep(0.01)


@dataclass
class Trial:
    """What a kind of fault has to work with."""

    home: Path
    address: str
    stage: Stage
    requests: int
    chance: random.Random
    env: dict[str, str]
    damaged: list[bytes] = field(default_factory=list)
    added: Crawled = field(default_factory=Crawled)
    faults: list[str] = field(default_factory=list)
    hit: bool = False
    held: bool = False
    process: subprocess.Popen[bytes] | None = None
    known: list[psutil.Process] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.home / "postgres" / str(postgres.MAJOR)

    def arguments(self, patience: float = 60) -> list[str]:
        site = ["--site", self.address, "--name", "demo", "--province", "binh-thuan"]
        return ["crawl", *site, "--full", "-s", f"TINTINH_PATIENCE={patience}"]

    def start(self, *wrapper: str, patience: float = 60) -> None:
        """The crawl that is to meet the fault, called by another command if one is given."""
        with (self.home / "told").open("wb") as told:
            self.process = subprocess.Popen(
                [*wrapper, sys.executable, "-m", "tintinh", *self.arguments(patience)],
                stdin=subprocess.DEVNULL, stdout=told, stderr=told, env=self.env, cwd=self.home,
            )  # fmt: skip

    @contextmanager
    def moment(self, *kinds: str) -> Iterator[None]:
        """A seeded moment of the running crawl: while the fault is done inside, it stands still there or goes on.

        `request`: at one of its requests; `time`: so long after its start; `ingest`: in the middle of a batch.
        Of trials that are `held` the crawl always stands still, and early enough that it cannot be through before.
        """
        assert self.process is not None
        kind = self.chance.choice([one for one in kinds if one != "time" or not self.held])
        portal = self.stage.portal
        if kind == "time":
            time.sleep(self.chance.uniform(0, 3))
            self.hit = self.process.poll() is None
            yield
        elif kind == "request":
            self.wait_for_request(self.chance.randint(1, self.requests // 2 if self.held else self.requests - 2))
            if not self.held and self.chance.random() < 0.5:
                portal.gate.set()
                time.sleep(self.chance.uniform(0, 0.3))
            self.hit = self.process.poll() is None
            yield
        else:
            self.wait_for_request(2)
            with self.batch_held(portal.gate.set):
                self.hit = True
                yield
        portal.free = 10**9
        portal.gate.set()

    def wait_for_request(self, number: int) -> None:
        assert self.process is not None
        process, portal = self.process, self.stage.portal
        portal.free = number
        until(lambda: portal.reached.is_set() or process.poll() is not None, f"request {number}")
        if not portal.reached.is_set():
            portal.gate.set()  # the crawl needed less; whoever comes next is not to wait for it

    @contextmanager
    def batch_held(self, go: Callable[[], object]) -> Iterator[None]:
        """Ingest stands still before one of its steps, those before it are done and not committed."""
        step = self.chance.choice(("", *STEPS))
        with psycopg.connect(postgres.revive(self.home)) as connection:
            statement = f"LOCK TABLE news.{step} IN SHARE ROW EXCLUSIVE MODE" if step else INGEST_LOCK
            connection.execute(statement.encode())
            go()
            waits = b"SELECT 1 FROM pg_locks WHERE NOT granted"
            until(lambda: connection.execute(waits).fetchone(), f"a batch that waits at {step or 'its lock'}")
            try:
                yield
            finally:
                with suppress(psycopg.Error):
                    connection.rollback()

    def crawler(self) -> psutil.Process | None:
        """The crawling child."""
        assert self.process is not None
        with suppress(psutil.Error):
            for child in psutil.Process(self.process.pid).children():
                with suppress(psutil.Error):
                    if "tintinh.run.crawl_process" in child.cmdline():
                        self.known.append(child)
                        return child
        return None

    def kill(self, *, parent: bool = False, child: bool = False) -> None:
        assert self.process is not None
        crawler = self.crawler()
        if parent:  # first: it must not go on without its child
            self.process.kill()
        if child and crawler is not None:
            crawler.kill()

    def stop_server(self, number: int) -> None:
        """End the postmaster with a signal: SIGKILL, SIGQUIT (at once), SIGINT (orderly)."""
        postmaster = postgres._read_postmaster(self.data)
        assert postmaster is not None
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(postmaster.pid)
            process.send_signal(number)
            with suppress(ChildProcessError):
                os.waitpid(postmaster.pid, 0)
            until(lambda: ended(process), "the server's end")

    def end(self, *codes: int) -> None:
        """Wait for the crawl and for what it left; its exit code is one of these, and it says why in plain words."""
        assert self.process is not None
        self.stage.portal.gate.set()
        code = self.process.wait(PATIENCE)
        for process in self.known:
            with suppress(psutil.NoSuchProcess):
                process.wait(PATIENCE)
        told = (self.home / "told").read_text()
        self.check(code in codes, f"the crawl's exit code is {code}: {told.strip()}")
        self.check("Traceback" not in told, f"a traceback: {told.strip()[-300:]}")

    def until_alone(self) -> None:
        """Wait for the sessions of those who were killed to end: until then their locks hold."""
        with psycopg.connect(postgres.revive(self.home), autocommit=True) as connection:
            until_alone(connection)

    def check(self, holds: object, otherwise: str) -> None:
        if not holds:
            self.faults.append(otherwise)

    def run(self, *arguments: object, codes: tuple[int, ...] = (0,)) -> None:
        """A quiet command."""
        done = tintinh(*arguments, env=self.env, cwd=self.home)
        self.check(done.returncode in codes, f"{arguments[0]} exits with {done.returncode}: {done.stderr.strip()}")


Kind = Callable[[Trial, ExitStack], None]


@dataclass
class Scene:
    """A portal that is served, a home after a quiet crawl of its first edition, and what a quiet crawl of its last gives."""

    folder: Path
    address: str
    stage: Stage
    before: Crawled = field(default_factory=Crawled)
    quiet: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: int = 0
    held: bool = False

    @property
    def template(self) -> Path:
        return self.folder / "template"

    def prepare(self) -> None:
        first, _, last = editions()
        self.template.mkdir()
        self._quiet_crawl(self.template, first)
        with postgres.server(self.template) as uri, psycopg.connect(uri, autocommit=True) as connection:
            self.before = reading.crawled(reading.lines_of(self.template / "spool" / "witness"))
            connection.execute("CHECKPOINT")
        shutil.rmtree(self.template / "spool")
        other = self.folder / "quiet"
        other.mkdir()
        self._quiet_crawl(other, last)
        with postgres.server(other) as uri:
            self.quiet = {key: dict(row) for key, row in reading.stored(uri, other).articles.items()}
        self.requests = self.stage.portal.asked

    def _quiet_crawl(self, home: Path, site: Any) -> None:
        self.stage.portal = Portal(site)
        trial = Trial(home, self.address, self.stage, 0, random.Random(), self.environment(home))
        with reading.witness(home):
            trial.run(*trial.arguments())
        if trial.faults:
            raise RuntimeError(trial.faults[0])

    def environment(self, home: Path) -> dict[str, str]:
        return environment(home, TINTINH_ALLOW_PRIVATE="1", PYTHONPATH=str(Path(__file__).parents[2]))

    def trial(self, kind: Kind, prepare: Kind | None, seed: str) -> Verdict:
        """Do one fault to a crawl of the second edition; then be quiet, and look."""
        chance = random.Random(seed)
        _, second, last = editions()
        home = Path(tempfile.mkdtemp(prefix="home-", dir=self.folder))
        trial = Trial(home, self.address, self.stage, self.requests, chance, self.environment(home), held=self.held)
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, home, ignore_errors=True)
            if prepare is not None:
                prepare(trial, stack)
            subprocess.run(["cp", "-a", f"{self.template}/.", str(home)], check=True)
            stack.enter_context(postgres.server(home))
            stack.callback(_end, trial)
            self.stage.portal = Portal(second)
            with reading.witness(home) as seen:
                kind(trial, stack)
                self.stage.portal = Portal(last)
                trial.until_alone()
                trial.env.pop("DATABASE_URL", None)
                if chance.random() < 0.5:
                    trial.run("ingest", codes=(0, 1) if trial.damaged else (0,))
                trial.run(*trial.arguments())
                uri = postgres.revive(home)
            lines = reading.lines_of(seen)
            sure = reading.crawled(line for line in lines if line not in trial.damaged)
            verdict = judge(
                reading.stored(uri, home), self.quiet, self.before | sure | trial.added, reading.crawled(trial.damaged)
            )
            verdict.hit = trial.hit
            verdict.wrong += trial.faults
            if not trial.damaged:
                verdict.wrong += [f"rejected: {item[:80]!r}" for item in reading.rejects(uri)]
            return verdict


def _end(trial: Trial) -> None:
    """Nothing of a trial outlives it, even one that broke off."""
    trial.stage.portal.gate.set()
    if trial.process is not None and trial.process.poll() is None:
        trial.kill(parent=True, child=True)
        trial.process.send_signal(signal.SIGKILL)
        trial.process.wait()


@contextmanager
def scene(*, held: bool = False) -> Iterator[Scene]:
    stage = Stage(editions()[0])
    with (
        tempfile.TemporaryDirectory(prefix="tintinh-faults-") as folder,
        serve(site=stage) as address,
    ):
        made = Scene(Path(folder), address, stage, held=held)
        made.prepare()
        yield made
