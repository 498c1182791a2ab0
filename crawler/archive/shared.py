"""Brings closed files of the archive to the place that all machines share.

Each crawl writes on its own disk first, so that it never waits for the store, and loses nothing where the store is away.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.archive import files, store

# Bytes copied at a time.
_CHUNK = 1 << 20
# Files that no other machine can have under the same name: only those are brought there.
_OWN = re.compile(r".+-\d{8}-[0-9a-f]{12}-\d{5}\.warc\.gz")


class StoreFailed(Exception):
    """The store cannot be used; why, in one line."""


def publish(root: Path) -> int:
    """Bring closed files to the store, and away from here once they are there; how many. Raises StoreFailed.

    Two at once are safe. What a dead writer left open is closed first.
    """
    where = store.address()
    if where is None or not root.is_dir():
        return 0
    number = 0
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        with files.locked(
            folder
        ):  # not while a file is brought: a crawl that opens its own must not wait for the store
            files.repair(folder)
        for path in sorted(folder.glob("*.warc.gz")):
            if _OWN.fullmatch(path.name):
                try:
                    with _told(where):
                        _bring(where, path, f"{folder.name}/{path.name}")
                    number += 1
                except StoreFailed:
                    if path.exists():
                        raise  # else another was faster
    return number


def _bring(where: str, path: Path, name: str) -> None:
    """Copy a file and delete it here; one that lies there half from an earlier try is replaced."""
    system, prefix = store.system(where)
    target = f"{prefix}/{name}"
    size = path.stat().st_size
    if system.get_file_info(target).size != size:
        system.create_dir(target.rpartition("/")[0], recursive=True)
        # A reader must not see half a file: an object appears whole, in a folder it is renamed.
        part = f"{target}.{os.getpid()}.part" if system.type_name == "local" else target
        with path.open("rb") as source, system.open_output_stream(part, compression=None) as sink:
            while chunk := source.read(_CHUNK):
                sink.write(chunk)
        if part != target:
            _to_disk(Path(part))
            system.move(part, target)
        if system.get_file_info(target).size != size:
            raise OSError(f"{name} is not whole there")
    path.unlink()


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def _told(where: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        plain = re.sub(r"//[^/@]*@", "//…@", where).partition("?")[0]
        raise StoreFailed(f"the archive at {plain} cannot be used: {' '.join(str(error).split())}") from error
