"""Notices of watches: signed, once each, in order, whoever dies in between; nothing of what was redacted meanwhile."""

from __future__ import annotations

import hashlib
import hmac
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from crawler.article import encode
from ingest.redaction import redact
from ingest.store import store
from tests.conftest import Command
from tests.support import PATIENCE, article, at, held_port
from tests.work.hooks import Receiver, receiving
from tests.work.test_watches import keep
from work import channels, telling, watches

# Apprise asks for a module that Python is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
SENDER = """
import sys, psycopg
from work import telling
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    telling.tell(connection)
"""


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


def all_sent(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT bool_and(sent_at IS NOT NULL) FROM news.notice").fetchone()
    return row == (True,)


def test_an_edit_is_told_with_its_diff_and_signed(connection: psycopg.Connection, hook: Receiver) -> None:
    keep(connection, "so-xe", filters={"query": "xe"}, addresses=[hook.url])
    store(connection, [article(1, body="Bắt giữ 64 xe. " + "Lời dài dòng. " * 40)])
    store(connection, [article(1, 5, body="Bắt giữ 46 xe. " + "Lời dài dòng. " * 40)])
    watches.react(connection)
    for _ in range(2):
        assert telling.tell(connection, "https://tin.vn/") == []
    ((body, headers, raw),) = hook.taken
    assert (body["watch"], body["text"], body["counts"]) == (
        "so-xe",
        "so-xe: 1 new, 1 edited",
        {"published": 1, "edited": 1},
    )
    new, edited = body["events"]
    assert new["kind"] == "published"
    assert "diff" not in new
    assert edited["diff"]["body"].startswith("Bắt giữ [-64-] {+46+} xe.")
    assert raw.decode().count("Lời dài dòng") < 4, "the diff, not the page"
    assert (edited["fields"], edited["link"]) == (["body"], "https://tin.vn/articles/1")
    assert (datetime.fromisoformat(edited["at"]), edited["portal"]) == (at(5), "demo")
    secret = watches.addresses(connection, "so-xe")[0][1]
    signed = headers["x-tintinh-timestamp"].encode() + b"." + raw
    assert headers["x-tintinh-signature"] == "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["x-tintinh-notice"] == body["id"]
    assert secret not in raw.decode()


def test_what_is_not_taken_waits_and_is_told_once(connection: psycopg.Connection, hook: Receiver) -> None:
    hook.status = 500
    keep(connection, addresses=[hook.url])
    store(connection, [article(1)])
    watches.react(connection)
    (said,) = telling.tell(connection)
    assert said == f"watch w: {channels.shown(hook.url)} is not told, it waits: it answers 500"
    assert "very-secret" not in said
    store(connection, [article(2)])
    watches.react(connection)
    hook.status = 200
    assert telling.tell(connection) == []
    assert hook.taken == [], "its time has not come, and the second waits behind the first"
    connection.execute("UPDATE news.notice SET next_try = now()")
    assert telling.tell(connection) == []
    assert hook.told == [("published", "Bài số 1"), ("published", "Bài số 2")]


def _sender(database_uri: str) -> subprocess.Popen[bytes]:
    root = str(Path(telling.__file__).parents[1])
    return subprocess.Popen([sys.executable, "-c", SENDER, database_uri], env={**os.environ, "PYTHONPATH": root})


def test_a_sender_killed_before_it_sends_loses_nothing(
    connection: psycopg.Connection, database_uri: str, hook: Receiver
) -> None:
    keep(connection, addresses=[hook.url])
    store(connection, [article(1)])
    watches.react(connection)
    with psycopg.connect(database_uri) as lock:
        lock.execute("LOCK TABLE news.notice IN EXCLUSIVE MODE")
        sender = _sender(database_uri)
        waits = "SELECT count(*) FROM pg_locks WHERE relation = 'news.notice'::regclass AND NOT granted"
        while connection.execute(waits).fetchone() != (1,):
            assert sender.poll() is None
        sender.send_signal(signal.SIGKILL)
        sender.wait(PATIENCE)
    assert hook.taken == []
    pids = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'"
    while connection.execute(pids).fetchone() != (0,):
        pass
    telling.tell(connection)
    assert hook.told == [("published", "Bài số 1")]


def test_a_sender_killed_in_the_middle_tells_under_one_id(
    connection: psycopg.Connection, database_uri: str, hook: Receiver
) -> None:
    """Between the request and its answer nobody can know: it comes again, and its id says that it is the same."""
    keep(connection, addresses=[hook.url])
    store(connection, [article(1)])
    watches.react(connection)
    hook.gate.clear()
    sender = _sender(database_uri)
    assert hook.reached.wait(PATIENCE)
    sender.send_signal(signal.SIGKILL)
    sender.wait(PATIENCE)
    hook.gate.set()
    idle = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    while connection.execute(idle).fetchone() != (0,):
        pass
    telling.tell(connection)
    telling.tell(connection)
    assert all_sent(connection)
    assert {headers["x-tintinh-notice"] for _, headers, _ in hook.taken} == {hook.bodies[0]["id"]}
    assert len(hook.taken) <= 2


def test_many_who_tell_at_once_tell_once(connection: psycopg.Connection, database_uri: str, hook: Receiver) -> None:
    for name in "abcdef":
        keep(connection, name, addresses=[hook.url])
    store(connection, [article(number) for number in range(1, 8)])

    def work(_: int) -> None:
        with psycopg.connect(database_uri, autocommit=True) as other:
            watches.react(other)
            telling.tell(other)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    work(0)
    told = [(body["watch"], event["article_id"]) for body in hook.bodies for event in body["events"]]
    assert sorted(told) == [(name, number) for name in "abcdef" for number in range(1, 8)]


def test_what_is_redacted_meanwhile_is_not_sent(connection: psycopg.Connection, hook: Receiver) -> None:
    keep(connection, addresses=[hook.url], quiet=(time(22), time(6)))
    night = datetime.now(UTC).replace(hour=18) + timedelta(days=1)
    store(connection, [article(1, title="Bí mật"), article(2)])
    watches.react(connection)
    telling.tell(connection, now=night)
    redact(connection, 1, "tòa án", "ai đó")
    watches.react(connection)
    telling.tell(connection, now=night + timedelta(hours=11))
    assert hook.told == [("published", "Bài số 2")]
    assert "Bí mật" not in str(hook.bodies)
    store(connection, [article(3)])
    watches.react(connection)
    telling.tell(connection, now=night + timedelta(days=1))
    redact(connection, 3, "tòa án", "ai đó")
    telling.tell(connection, now=night + timedelta(hours=35))
    assert len(hook.taken) == 1, "a notice of nothing is none"
    assert all_sent(connection)


@pytest.mark.parametrize(
    ("quiet", "hour", "sent"),
    [((22, 6), 23, False), ((22, 6), 5, False), ((22, 6), 6, True), ((22, 6), 21, True), ((1, 3), 2, False), ((1, 3), 3, True)],
)  # fmt: skip
def test_quiet_hours_are_those_of_vietnam(
    connection: psycopg.Connection, hook: Receiver, quiet: tuple[int, int], hour: int, sent: bool
) -> None:
    keep(connection, addresses=[hook.url], quiet=(time(quiet[0]), time(quiet[1])))
    store(connection, [article(1)])
    watches.react(connection)
    vietnam = datetime.now(UTC).replace(hour=0) + timedelta(days=2, hours=hour - 7)
    telling.tell(connection, now=vietnam)
    assert bool(hook.taken) is sent


def test_a_digest_tells_at_most_once_in_its_time(connection: psycopg.Connection, hook: Receiver) -> None:
    keep(connection, addresses=[hook.url], digest=timedelta(hours=6))
    begun = datetime.now(UTC)
    for number in range(1, 61):
        store(connection, [article(number, title=f"Bài {number}")])
        if number % 20 == 0:
            watches.react(connection)
            telling.tell(connection, now=begun + timedelta(hours=number / 20))
    assert hook.taken == []
    store(connection, [article(1, 5, title="Sửa")])
    watches.react(connection)
    for hours in (7, 8, 12.5):
        telling.tell(connection, now=begun + timedelta(hours=hours))
    (body,) = hook.bodies
    assert (body["text"], len(body["events"]), body["more"]) == ("w: 60 new, 1 edited", telling.LISTED, 11)
    store(connection, [article(70)])
    watches.react(connection)
    telling.tell(connection, now=begun + timedelta(hours=12))
    assert len(hook.taken) == 1
    telling.tell(connection, now=begun + timedelta(hours=14))
    assert hook.bodies[1]["text"] == "w: 1 new"


def test_without_a_digest_every_event_is_listed(connection: psycopg.Connection, hook: Receiver) -> None:
    keep(connection, addresses=[hook.url])
    store(connection, [article(number) for number in range(1, 121)])
    watches.react(connection)
    telling.tell(connection)
    assert [len(body["events"]) for body in hook.bodies] == [50, 50, 20]
    assert len(set(hook.told)) == 120


def test_an_address_that_fails_holds_no_other_up(connection: psycopg.Connection, hook: Receiver) -> None:
    with held_port() as port:
        for name in "ab":
            keep(connection, name, addresses=[f"http://127.0.0.1:{port}/x"])
        keep(connection, "c", addresses=[f"http://127.0.0.1:{port}/x", hook.url])
        store(connection, [article(1)])
        watches.react(connection)
        said = telling.tell(connection)
    assert len(said) == 1, "a host that fails is asked once"
    assert [body["watch"] for body in hook.bodies] == ["c"]


def test_a_command_saves_tests_and_tells(
    command: Command, connection: psycopg.Connection, hook: Receiver, tmp_path: Path
) -> None:
    done = command("watch", "add", "xe-may", "xe", "--portal", "demo", "--on", "new,edited,gone", "--notify", hook.url)
    assert done.returncode == 2, "no such portal yet"
    file = tmp_path / "a.jsonl"
    file.write_bytes(encode(article(1, body="Một xe máy, 64 chiếc")) + b"\n")
    assert command("ingest", file).returncode == 0
    done = command("watch", "add", "xe-may", "xe", "--portal", "demo", "--on", "new,edited,gone", "--notify", hook.url)
    assert (done.returncode, done.stdout) == (0, "")
    assert "very-secret" not in done.stderr
    file.write_bytes(encode(article(1, 9, body="Một xe máy, 46 chiếc")) + b"\n")
    assert command("ingest", file).returncode == 0
    assert command("ingest", file).returncode == 0
    assert hook.told == [("edited", "Bài số 1")]
    listed = command("watch", "list", "--format", "jsonl").stdout
    assert '"name": "xe-may"' in listed
    assert '"on": "new,edited,gone"' in listed
    assert "very-secret" not in listed
    assert '"kind": "edited"' in command("watch", "show", "xe-may").stdout
    assert "very-secret" in command("watch", "show", "xe-may", "--secret").stdout
    done = command("watch", "test", "xe-may", "--days", "400", "--send")
    assert done.returncode == 0, done.stderr
    assert hook.bodies[-1]["test"] is True
    assert command("watch", "pause", "xe-may").returncode == 0
    done = command("watch", "show", "xemay")
    assert (done.returncode, "did you mean xe-may?" in done.stderr) == (2, True)
    assert command("watch", "resume", "xe-may").returncode == 0
    assert command("watch", "tell").returncode == 0
    assert command("watch", "remove", "xe-may").returncode == 0
    assert connection.execute("SELECT count(*) FROM news.notice").fetchone() == (0,)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("w", "--on", "edit"), "did you mean edited?"),
        (("w", "--province", "lam dongg"), "did you mean"),
        (("Ma Túy",), "is no name for a watch"),
        (("w", "--notify", "hook"), "a notice goes to an address"),
        (("w", "--notify", "nothing://x"), "Apprise cannot use this address nothing://"),
        (("w", "--quiet", "night"), "22:00-06:00"),
        (("w", "--digest", "often"), "30m, 6h or 1d"),
        (("w", "!!!"), "holds no word"),
    ],
)
def test_a_watch_that_cannot_be_is_one_line(command: Command, arguments: tuple[str, ...], said: str) -> None:
    done = command("watch", "add", *arguments)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())


class Mailbox:
    """What a mail server was given."""

    def __init__(self) -> None:
        self.mails: list[str] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content.decode())
        return "250 OK"


def test_mail_goes_through_apprise(connection: psycopg.Connection) -> None:
    mailbox = Mailbox()
    with held_port() as port:
        pass
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        url = channels.usable(f"mailto://127.0.0.1:{port}?from=tintinh@a.vn&to=b@b.vn&format=text&mode=insecure")
        keep(connection, "thu", addresses=[url])
        store(connection, [article(1, title="Tin mot")])
        watches.react(connection)
        for _ in range(2):
            assert telling.tell(connection) == []
    finally:
        server.stop()
    (mail,) = mailbox.mails
    assert "To: b@b.vn" in mail
    assert "tintinh: thu: 1 new" in mail
