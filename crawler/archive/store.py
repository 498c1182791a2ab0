"""Where the archive that all machines share lies: a folder or an object store, read from any of them."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

# What it is named by: a folder, `file:///…`, `s3://bucket/prefix?region=…&endpoint_override=…`, `gs://…`.
NAME = "TINTINH_ARCHIVE_URL"
# Seconds to wait for a store that does not answer.
TIMEOUT = 20.0
_seen: set[str] = set()


def address() -> str | None:
    """What TINTINH_ARCHIVE_URL says; None where every machine keeps its own archive."""
    return os.environ.get(NAME, "").strip() or None


def opened(file: str) -> BinaryIO | None:
    """A file of the store for reading; None where there is no store, or no such file in it. Raises OSError where it does not answer."""
    where = address()
    if where is None:
        return None
    files, prefix = system(where)
    try:
        return cast(BinaryIO, files.open_input_file(f"{prefix}/{file}"))
    except FileNotFoundError:
        return None


def has(file: str) -> bool:
    """Whether the store holds a file; one that does not answer holds nothing. Files are never taken away again."""
    where = address()
    if where is None:
        return False
    if file not in _seen:
        try:
            files, prefix = system(where)
            if files.get_file_info(f"{prefix}/{file}").size is None:
                return False
        except OSError:
            return False
        _seen.add(file)
    return True


def _in_one_piece(where: str) -> str:
    """An address as the file systems take it; files of up to some megabytes are put into S3 with one request instead of three.

    >>> _in_one_piece("s3://kho/tin?region=x"), _in_one_piece("/mnt/tin")
    ('s3://kho/tin?region=x&allow_delayed_open=true', 'file:///mnt/tin')
    """
    if "://" not in where:
        return Path(where).expanduser().absolute().as_uri()
    if not where.startswith("s3://") or "allow_delayed_open" in where:
        return where
    return f"{where}{'&' if '?' in where else '?'}allow_delayed_open=true"


@cache
def system(where: str) -> tuple[FileSystem, str]:
    """The file system of an address, and the path in it. Raises OSError."""
    from pyarrow import ArrowException, fs

    try:
        found, path = fs.FileSystem.from_uri(_in_one_piece(where))
    except (ArrowException, ValueError) as error:
        raise OSError(f"it cannot be read as an address: {error}") from error
    return found, path.rstrip("/")
