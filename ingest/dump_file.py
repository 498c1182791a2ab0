"""A dump as a file: a ZIP with one member a table, rows as COPY writes them, and what they are in `tintinh.json`."""

from __future__ import annotations

import fcntl
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import msgspec

from ingest.errors import DumpFailed, DumpUnusable

FORMAT = 1  # of this layout; a program reads its own and older ones
LEVEL = 3  # of deflate: half the time of 6, 4 % larger
CONTENTS = "tintinh.json"
# Bytes that are read and handed on at a time.
BLOCK = 1 << 18
# What reading a damaged ZIP raises.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError, ValueError, OSError)


class Table(msgspec.Struct, frozen=True):
    """A table of the schema `news`: its columns in the order of the member's, and how many rows there are."""

    name: str
    columns: tuple[str, ...]
    rows: int


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What a dump holds. `schema` is the schema's version, `server` PostgreSQL's as libpq writes it."""

    format: int
    schema: int
    server: int
    made_at: datetime
    tables: tuple[Table, ...]
    sequences: dict[str, int]


def member(table: str) -> str:
    """The member's name of a table.

    >>> member("run")
    'run.copy'
    """
    return f"{table}.copy"


@contextmanager
def writing(file: Path, *, force: bool) -> Iterator[zipfile.ZipFile]:
    """A ZIP that stands in `file` once it is whole and on disk; until then in `file`.part, which is gone if anything fails.

    Raises DumpFailed: there is such a file and no `force`, the disk is full, another process writes it.
    """
    part = file.with_name(f"{file.name}.part")
    try:
        if file.is_dir():
            raise DumpFailed(f"{file} is a folder: name a file")
        if file.exists() and not force:
            raise DumpFailed(f"{file} is there already: --force replaces it")
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "r+b") as stream:
            _lock(descriptor, part)
            try:
                stream.truncate()
                with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
                    yield archive
                stream.flush()
                os.fsync(descriptor)
                part.replace(file)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
        _sync_folder(file.parent)
    except OSError as error:
        raise DumpFailed(f"{file} cannot be written: {error.strerror or error}") from error


def _lock(descriptor: int, part: Path) -> None:
    """Hold the part; DumpFailed where another process does, or has just made a dump of it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_ours = os.path.samestat(os.fstat(descriptor), part.stat())
    except (BlockingIOError, FileNotFoundError):
        is_ours = False
    if not is_ours:
        raise DumpFailed(f"{part} is being written by another process")


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # not every file system syncs folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def reading(file: Path) -> Iterator[tuple[zipfile.ZipFile, Contents]]:
    """An opened dump and what it holds. Raises DumpUnusable."""
    try:
        archive = zipfile.ZipFile(file)
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise DumpUnusable(f"{file} cannot be read: {error.strerror}") from error
    except DAMAGE as error:
        raise DumpUnusable(f"{file} is no dump of tintinh, or it was cut off") from error
    with archive:
        yield archive, _contents(archive, file)


def _contents(archive: zipfile.ZipFile, file: Path) -> Contents:
    try:
        said = archive.read(CONTENTS)
        made_for = msgspec.json.decode(said, type=dict)["format"]
        if isinstance(made_for, int) and made_for > FORMAT:
            raise DumpUnusable(f"{file} was made by a newer tintinh: upgrade tintinh")
        contents = msgspec.json.decode(said, type=Contents)
        there = set(archive.namelist())
    except DAMAGE as error:  # msgspec's errors are ValueErrors
        raise DumpUnusable(f"{file} is no dump of tintinh, or it is damaged") from error
    if missing := [table.name for table in contents.tables if member(table.name) not in there]:
        raise DumpUnusable(f"{file} lacks its tables {', '.join(missing)}")
    return contents
