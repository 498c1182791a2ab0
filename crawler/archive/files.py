"""The page archive: WARC files of a portal and a day, written by one process each, whole after any crash.

A file being written is `NAME.warc.gz.open`; closed, it is `NAME.warc.gz`. One that a dead writer left open is cut
off after its last whole record and closed by whoever writes for the portal next.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from crawler.archive import records, store

# Bytes after which a file is followed by another: 1 GB, as WARC files usually are.
FILE_BYTES = 1_000_000_000
# Bytes read at a time where a dead writer's file is looked through.
_CHUNK = 1 << 20


class ArchiveFailed(Exception):
    """The page archive cannot be written."""


class NotInArchive(Exception):
    """The archive does not hold these bytes."""


class Place(NamedTuple):
    """Where a record lies; `file` is relative to the archive's folder."""

    file: str
    offset: int
    length: int
    type: str


class ArchiveWriter:
    """Appends records of one portal; `sync` returns once they are on disk."""

    def __init__(self, root: Path, portal: str, software: str, *, is_shared: bool = False) -> None:
        self.name = folder_name(portal)
        # In a store that machines share no two files have one name, and none grows.
        self._own = f"-{secrets.token_hex(6)}" if is_shared else ""
        self.folder, self.software = root / self.name, software
        self._file: BinaryIO | None = None
        self._path = self.folder
        self._day = ""
        self._dirty = False
        self._closing = threading.Lock()  # `sync` may be called from a thread beside that of `write`

    def write(self, moment: datetime, kind: str, *members: bytes) -> Place:
        """Append a record and what belongs to it; where the first of them lies. Raises ArchiveFailed."""
        day = moment.strftime("%Y%m%d")
        try:
            if self._file is not None and (day != self._day or self._file.tell() >= FILE_BYTES):
                self._finish()
            file = self._file or self._open(day)
            place = Place(f"{self.name}/{self._path.stem}", file.tell(), len(members[0]), kind)
            self._append(file, b"".join(members))
        except OSError as error:
            raise self._failed(error) from error
        return place

    def sync(self) -> None:
        """Bring what was written to disk. Raises ArchiveFailed."""
        with self._closing:
            if self._file is not None and self._dirty:
                self._dirty = False
                try:
                    getattr(os, "fdatasync", os.fsync)(self._file.fileno())  # macOS has no fdatasync
                except OSError as error:
                    raise self._failed(error) from error

    def close(self) -> None:
        """Finish the running file. Raises ArchiveFailed."""
        try:
            self._finish()
        except OSError as error:
            raise self._failed(error) from error

    def _append(self, file: BinaryIO, data: bytes) -> None:
        start = file.tell()
        rest = memoryview(data)
        try:
            while rest:  # a disk that is nearly full takes a part without complaint
                rest = rest[file.write(rest) :]
        except OSError:
            with suppress(OSError):
                file.truncate(start)  # a torn record must not precede the next one
                file.seek(start)
            raise
        self._dirty = True

    def _open(self, day: str) -> BinaryIO:
        """The portal's file of that day, or the next one where it is full or another process writes it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder):
            repair(self.folder)
            number = 1
            while True:
                done = self.folder / f"{self.name}-{day}{self._own}-{number:05}.warc.gz"
                path = done.with_name(done.name + ".open")
                if not path.exists() and not (done.exists() and (self._own or done.stat().st_size >= FILE_BYTES)):
                    break
                number += 1
            grows = done.exists()
            file = done.open("r+b", buffering=0) if grows else path.open("x+b", buffering=0)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                if grows:
                    done.rename(path)
                    file.seek(0, os.SEEK_END)
                else:
                    self._append(file, records.warcinfo(done.name, self.software))
            except OSError:
                file.close()
                raise
            _sync_folder(self.folder)
        self._file, self._path, self._day = file, path, day
        return file

    def _finish(self) -> None:
        with self._closing:
            file, self._file = self._file, None
            if file is None:
                return
            with file:
                os.fsync(file.fileno())
                with locked(self.folder):
                    self._path.rename(self._path.with_suffix(""))
            self._dirty = False
        _sync_folder(self.folder)

    def _failed(self, error: OSError) -> ArchiveFailed:
        return ArchiveFailed(f"the page archive cannot be written: {error.strerror} ({self.folder})")


def folder_name(portal: str) -> str:
    """The folder of a portal; its name may come from a command line.

    >>> folder_name("binhthuan"), folder_name("../etc"), folder_name("công an")
    ('binhthuan', '_.._etc', 'công_an')
    """
    plain = re.sub(r"[^\w.-]", "_", portal)
    return plain if not plain.startswith(".") else f"_{plain}"


def repair(folder: Path) -> None:
    """Close the files that dead writers left open; the caller holds the folder's lock."""
    for path in folder.glob("*.warc.gz.open"):
        with path.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            whole = records.whole_length(iter(lambda: file.read(_CHUNK), b""))
            if whole < path.stat().st_size:
                file.truncate(whole)
                os.fsync(file.fileno())
            if whole:
                path.rename(path.with_suffix(""))
            else:
                path.unlink()


def member(root: Path, file: str, offset: int, length: int) -> bytes:
    """The bytes of a record as they lie in the archive; raises NotInArchive."""
    try:
        with _reading(root, file) as stream:
            stream.seek(offset)
            data = stream.read(length)
    except OSError as error:
        raise NotInArchive(f"{root / file} cannot be read: {error.strerror}") from error
    if len(data) < length:
        raise NotInArchive(f"{root / file} ends before byte {offset + length}")
    return data


def member_after(root: Path, file: str, offset: int) -> bytes | None:
    """The whole record that begins there, None where none does."""
    import zlib

    plain, data = zlib.decompressobj(records.GZIP), b""
    with _reading(root, file) as stream:
        stream.seek(offset)
        while chunk := stream.read(8192):
            data += chunk
            try:
                plain.decompress(chunk)
            except zlib.error:
                return None
            if plain.eof:
                return data[: len(data) - len(plain.unused_data)]
    return None


def in_archive(root: Path, file: str) -> bool:
    """Whether the archive has a file of that name, here or where machines share it."""
    path = root / file
    here = path.exists() or path.with_name(path.name + ".open").exists() or path.exists()  # closed between two looks
    return here or store.has(file)


def _reading(root: Path, file: str) -> BinaryIO:
    """Open a file for reading, whether it is being written, or closed, or in the store that machines share."""
    path = root / file
    for candidate in (path, path.with_name(path.name + ".open")):
        with suppress(FileNotFoundError):
            return candidate.open("rb")
    if (elsewhere := store.opened(file)) is not None:
        return elsewhere
    return path.open("rb")  # closed between the two looks


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes from opening, closing and taking away files of a folder meanwhile."""
    with (folder / ".lock").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
