"""The embedded PostgreSQL: starts with the first user, stops with the last, whatever happens in between."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.support import ended
from tintinh.embedded import postgres
from tintinh.embedded.postgres import EmbeddedFailed

PATIENCE = 60
AS_ROOT = os.geteuid() == 0

# Uses the server until its stdin is closed.
USER = """
import sys
from pathlib import Path
from tintinh.embedded import postgres
with postgres.server(Path(sys.argv[1])) as uri:
    print(uri, flush=True)
    sys.stdin.read()
"""


def postmaster(home: Path) -> psutil.Process | None:
    """The server of this home, if it runs; found by its arguments, not by what the module under test believes."""
    data = str(home / "postgres" / str(postgres.MAJOR))
    for process in psutil.process_iter():
        try:
            line = process.cmdline()
            if "-D" in line and data in line and process.name() == "postgres" and process.status() != "zombie":
                return process
        except psutil.Error:
            continue
    return None


def running(home: Path) -> psutil.Process:
    found = postmaster(home)
    assert found is not None
    return found


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.05)


def ask(uri: str) -> tuple[object, ...]:
    with psycopg.connect(uri, autocommit=True) as connection:
        row = connection.execute("SELECT 1, current_setting('server_encoding')").fetchone()
    assert row is not None
    return row


@contextmanager
def user(home: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the server of `home`; its first line is the URI."""
    with subprocess.Popen(
        [sys.executable, "-c", USER, str(home)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | environment,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            assert process.stdin
            process.stdin.close()
            process.wait()


def uri_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def leave(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.close()
    assert process.wait(PATIENCE) == 0


@pytest.fixture
def used(home: Path) -> Iterator[Path]:
    """A home with a server set up and stopped; whatever a test leaves running there is ended."""
    with postgres.server(home) as uri:
        assert ask(uri) == (1, "UTF8")
    yield home
    postgres.stop(home / "postgres")


@pytest.mark.parametrize(
    "name",
    ["nhà của tôi", "Công an tỉnh Bình Thuận/dữ liệu", 'it\'s "quoted", $HOME %41 \\ #&?;', "x" * 60 + "/" + "y" * 200],
    ids=["space", "letters", "signs", "long"],
)
def test_any_path_will_do(tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    with postgres.server(home) as uri:
        assert ask(uri) == (1, "UTF8")
        assert running(home).is_running()
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 'ế' AS letter")
    assert postmaster(home) is None
    with postgres.server(home) as uri, psycopg.connect(uri) as connection:
        assert connection.execute("SELECT letter FROM kept").fetchone() == ("ế",)


@pytest.mark.parametrize(
    "name", ["tạm thời", "a b", "a%20b", "a,b", "t" * 120], ids=["letters", "space", "percent", "comma", "long"]
)
def test_any_folder_for_temporary_files_will_do(used: Path, tmp_path: Path, name: str) -> None:
    temporary = tmp_path / name
    temporary.mkdir()
    with user(used, TMPDIR=str(temporary), XDG_RUNTIME_DIR=str(temporary)) as process:
        uri = uri_of(process)
        assert uri, process.stderr and process.stderr.read()
        assert ask(uri)[0] == 1
        leave(process)


def test_no_tcp_port_is_opened_and_the_socket_is_ours_alone(used: Path) -> None:
    with postgres.server(used) as uri:
        ask(uri)
        server = running(used)
        listening = server.net_connections("inet")
        for child in server.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # backends come and go
                listening += child.net_connections("inet")
        assert [c for c in listening if c.status == psutil.CONN_LISTEN] == []
        sockets = [c.laddr for c in server.net_connections("unix") if c.laddr]
        assert len(sockets) == 1
        assert len(os.fsencode(str(sockets[0]))) <= postgres.LONGEST_SOCKET
        assert Path(str(sockets[0])).parent.stat().st_mode & 0o077 == 0
        with psycopg.connect(uri) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            assert connection.execute("SELECT extname FROM pg_extension").fetchall()
            offered = {row[0] for row in connection.execute("SELECT name FROM pg_available_extensions")}
            assert {"unaccent", "pg_trgm"} <= offered


def test_nothing_is_left_in_the_folder_for_sockets(used: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="tt", dir="/tmp") as temporary:
        with user(used, TMPDIR=temporary, XDG_RUNTIME_DIR=temporary) as process:
            assert temporary in uri_of(process)
            leave(process)
        assert list(Path(temporary).iterdir()) == []


def test_several_processes_share_it_and_it_stops_with_the_last(used: Path) -> None:
    with user(used) as first, user(used) as second:
        assert uri_of(first) == uri_of(second)
        server = running(used)
        leave(first)
        assert running(used) == server
        with psycopg.connect(f"{postgres._uri(postgres._read_postmaster(used / 'postgres' / '18'))}") as connection:  # type: ignore[arg-type]
            assert connection.execute("SELECT 1").fetchone() == (1,)
        leave(second)
        until(lambda: postmaster(used) is None)


def test_one_process_may_use_it_twice(used: Path) -> None:
    with postgres.server(used) as outer:
        with postgres.server(used) as inner:
            assert inner == outer
        assert ask(outer)[0] == 1
    assert postmaster(used) is None


@pytest.mark.slow
def test_many_that_come_and_go_never_miss_it(used: Path) -> None:
    """First users race to start it while last users stop it."""
    program = USER.replace(
        "print(uri, flush=True)\n    sys.stdin.read()", "import psycopg\n    psycopg.connect(uri).close()"
    )
    assert "psycopg" in program
    line = [sys.executable, "-c", f"{program}", str(used)]
    for _ in range(3):
        together = [subprocess.Popen(line, stderr=subprocess.PIPE, text=True) for _ in range(5)]
        outcomes = [(process.communicate(timeout=PATIENCE * 2)[1], process.returncode) for process in together]
        assert outcomes == [("", 0)] * 5
    assert postmaster(used) is None


def test_a_fresh_home_is_set_up_once_by_many(home: Path) -> None:
    with user(home) as first, user(home) as second:
        assert uri_of(first) == uri_of(second) != ""
        assert [path.name for path in (home / "postgres").iterdir() if path.is_dir()] == [str(postgres.MAJOR)]
        leave(first)
        leave(second)
    assert postmaster(home) is None


def test_a_client_killed_does_not_keep_it_up_beyond_the_next_use(used: Path) -> None:
    with user(used) as process:
        uri_of(process)
        process.send_signal(signal.SIGKILL)
        process.wait()
    server = running(used)
    with postgres.server(used) as uri:
        assert ask(uri)[0] == 1
        assert running(used) == server
    until(lambda: postmaster(used) is None)


def test_a_server_killed_is_started_again_with_its_data(used: Path) -> None:
    with postgres.server(used) as uri:
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        server = running(used)
        server.kill()
        until(lambda: ended(server))
        assert (used / "postgres" / "18" / "postmaster.pid").exists()
        with postgres.server(used) as again, psycopg.connect(again) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
            assert running(used) != server


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGQUIT, signal.SIGINT])
def test_a_server_that_died_under_its_users_is_revived(used: Path, number: int) -> None:
    with postgres.server(used) as uri:
        assert postgres.revive(used) == uri
        server = running(used)
        backends = server.children()
        with psycopg.connect(uri, autocommit=True) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            server.send_signal(number)
            until(lambda: ended(server))
            again = postgres.revive(used)
            assert all(map(ended, backends))
        # Killed, it left word of its socket; ended in order it did not.
        assert (again == uri) is (number == signal.SIGKILL)
        assert ask(again)[0] == 1
        assert running(used) != server
    assert postmaster(used) is None


def test_a_server_that_is_just_ending_is_started_again(used: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for it in that moment waits for its end, not for it to be ready."""
    met, is_alive = threading.Event(), postgres._is_alive

    def watched(pid: int, data: Path) -> bool:
        found = is_alive(pid, data)
        met.set()
        return found

    with postgres.server(used), ThreadPoolExecutor(1) as other:
        server = running(used)
        (checkpointer,) = [child for child in server.children() if "checkpointer" in " ".join(child.cmdline())]
        checkpointer.suspend()  # a server waits for its last checkpoint
        try:
            server.send_signal(signal.SIGINT)
            until(lambda: "stopping" in (used / "postgres" / "18" / "postmaster.pid").read_text())
            monkeypatch.setattr(postgres, "_is_alive", watched)
            again = other.submit(postgres.revive, used)
            assert met.wait(PATIENCE)
        finally:
            checkpointer.resume()
        assert ask(again.result(PATIENCE * 2))[0] == 1
        assert running(used) != server
    assert postmaster(used) is None


@pytest.mark.parametrize("content", ["", "\n\n", "not a number\n", "99999999\n", "{me}", "{me}{rest}", "1{rest}"])
def test_a_stale_pid_file_is_no_obstacle(used: Path, content: str) -> None:
    """Also one that names a living process which is something else."""
    data = used / "postgres" / "18"
    rest = f"\n{data}\n1700000000\n5432\n/tmp/tintinh-none\n\n  123 456\nready   \n"
    (data / "postmaster.pid").write_text(content.format(me=os.getpid(), rest=rest))
    with postgres.server(used) as uri:
        assert ask(uri)[0] == 1
    assert postmaster(used) is None
    assert psutil.pid_exists(os.getpid())


@pytest.mark.skipif(not AS_ROOT, reason="only root can become another user")
def test_an_ordinary_user_may_use_it_and_meet_a_stale_pid_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A user may not look into the processes of others; theirs are no servers of its own."""
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory(prefix="tintinh-test-", dir="/tmp") as folder:
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        home = Path(folder) / "home"
        program = USER.replace("sys.stdin.read()", "import psycopg; psycopg.connect(uri).close()")
        line = [
            "setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups", "--",
            sys.executable, "-c", program, str(home),
        ]  # fmt: skip
        reachable = subprocess.run(
            [*line[:5], sys.executable, "-c", "import tintinh.embedded"], check=False, capture_output=True, cwd="/"
        )
        if reachable.returncode:
            pytest.skip("another user cannot reach this Python")
        for pid in (None, 1, os.getpid()):
            if pid is not None:
                data = home / "postgres" / "18"
                (data / "postmaster.pid").write_text(
                    f"{pid}\n{data}\n1700000000\n5432\n/tmp/tintinh-none\n\n  1 2\nready   \n"
                )
            done = subprocess.run(line, capture_output=True, text=True, check=False, cwd="/", timeout=PATIENCE * 3)
            assert (done.returncode, done.stderr) == (0, ""), pid
        assert postmaster(home) is None


def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file")
    with pytest.raises(EmbeddedFailed, match=r"home cannot be written: .*TINTINH_HOME"), postgres.server(home):
        pass


@pytest.mark.skipif(AS_ROOT, reason="root may write anywhere; the test above meets the same error")
def test_a_read_only_home_is_told(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    with pytest.raises(EmbeddedFailed, match=r"home cannot be written: .*TINTINH_HOME"), postgres.server(home):
        pass


def test_a_file_where_the_data_should_be_is_told_and_kept(home: Path) -> None:
    (home / "postgres").mkdir(parents=True)
    (home / "postgres" / "18").write_text("mine")
    with pytest.raises(EmbeddedFailed) as told, postgres.server(home):
        pass
    assert len(str(told.value).splitlines()) == 1
    assert str(home / "postgres") in str(told.value)
    assert (home / "postgres" / "18").read_text() == "mine"
    assert [path.name for path in (home / "postgres").glob("new-*")] == []


def test_a_set_up_that_was_cut_short_is_done_anew(home: Path) -> None:
    (home / "postgres" / "new-left").mkdir(parents=True)
    (home / "postgres" / "new-left" / "PG_VERSION").write_text("18\n")
    with postgres.server(home) as uri:
        assert ask(uri)[0] == 1
    assert not (home / "postgres" / "new-left").exists()


def test_data_of_another_major_version_are_left_alone(home: Path) -> None:
    (home / "postgres" / "17").mkdir(parents=True)
    with pytest.raises(EmbeddedFailed, match=r"PostgreSQL 17.*brings 18"), postgres.server(home):
        pass
    assert not (home / "postgres" / "18").exists()


def test_damaged_data_are_told_in_one_line(used: Path) -> None:
    (used / "postgres" / "18" / "global" / "pg_control").unlink()
    with (used / "postgres" / "18" / "server.log").open("a") as log:
        log.write("FATAL:  terminating connection, as an earlier start may have said\n")
    with pytest.raises(EmbeddedFailed) as told, postgres.server(used):
        pass
    assert "did not start: postgres: could not find the database system" in str(told.value)
    assert len(str(told.value).splitlines()) == 1


def test_settings_of_the_environment_are_not_taken_for_orders(used: Path, tmp_path: Path) -> None:
    with user(used, PGDATA=str(tmp_path / "other"), PGPORT="1234", PGOPTIONS="-c work_mem=1") as process:
        assert uri_of(process).startswith("postgresql://")
        leave(process)
    assert not (tmp_path / "other").exists()


def test_a_copied_home_leaves_the_original_alone(used: Path, tmp_path: Path) -> None:
    """Also while the original's server runs, whose socket the copy's data name."""
    copy = tmp_path / "copy"
    with postgres.server(used) as uri, psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        connection.execute("CHECKPOINT")
        subprocess.run(["cp", "-a", used, copy], check=True)
        with postgres.server(copy) as other:
            assert other != uri
            assert running(copy) != running(used)
            with psycopg.connect(other, autocommit=True) as copied:
                assert copied.execute("SELECT number FROM kept").fetchone() == (7,)
                copied.execute("DROP TABLE kept")
            assert ask(uri)[0] == 1
        assert postmaster(copy) is None
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
        with psycopg.connect(uri, autocommit=True) as again:
            assert again.execute("SELECT number FROM kept").fetchone() == (7,)


@pytest.mark.skipif(not AS_ROOT, reason="only root can become another user")
def test_a_user_without_a_name_is_told_in_one_line() -> None:
    """Such are the users of many containers; there is no HOME either."""
    line = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", "--", sys.executable, "-m", "tintinh"]
    with tempfile.TemporaryDirectory(prefix="tintinh-test-", dir="/tmp") as folder:
        os.chown(folder, 54321, 54321)

        def said(*arguments: str, **env: str) -> tuple[int, str]:
            done = subprocess.run(
                [*line, *arguments], capture_output=True, text=True, check=False, cwd="/", timeout=PATIENCE * 3,
                env={"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.environ["PATH"], **env},
            )  # fmt: skip
            if "No module named" in done.stderr or "Permission denied" in done.stderr:
                pytest.skip("another user cannot reach this Python")
            return done.returncode, done.stderr

        assert said("runs") == (2, "tintinh: user 54321 has no home folder: set TINTINH_HOME\n")
        code, error = said("runs", TINTINH_HOME=f"{folder}/home")
        assert (code, len(error.splitlines())) == (3, 1)
        assert "user 54321 has no name here, which the embedded PostgreSQL asks for" in error
