"""The very bytes a portal sent: from a row of news.fetch to its record in the archive."""

from __future__ import annotations

from pathlib import Path

import psycopg

from crawler.archive import files, records
from crawler.archive.files import NotInArchive
from reader import stored as articles
from reader.rows import Row
from tintinh import config

# A record's fields that name another record.
REFERS_TO = ("WARC-Refers-To-Target-URI", "WARC-Refers-To-Date")


def member(capture: Row) -> bytes:
    """The record of a capture as it lies in the archive. Raises NotInArchive."""
    return files.member(
        config.archive_folder(), capture["archive_file"], capture["archive_offset"], capture["archive_length"]
    )


def original(connection: psycopg.Connection, capture: Row) -> Row:
    """The capture that holds the payload: a revisit leads to an earlier one. Raises NotInArchive, DamagedRecord."""
    record = records.read(member(capture))
    if record.type != "revisit":
        return capture
    if not all(name in record.headers for name in REFERS_TO):
        raise NotInArchive("the page did not change since a time before the archive began: it is not in there")
    url, date = (record.headers[name] for name in REFERS_TO)
    found = articles.capture_of(connection, url, records.moment_of(date))
    if found is None:
        raise NotInArchive(f"the page of {date} is not known to this database: {url}")
    return found


def payload(connection: psycopg.Connection, capture: Row) -> bytes:
    """The page of a capture, as extraction reads it. Raises NotInArchive, DamagedRecord."""
    return records.read(member(original(connection, capture))).payload


def cut(connection: psycopg.Connection, capture: Row, file: Path) -> int:
    """Write the records of a capture, byte by byte as they lie, into a file of their own; how many there are.

    They are: a warcinfo, the response with its request and, where it came again unchanged, the revisit with its own.
    """
    captures = [original(connection, capture)]
    if (
        captures[0]["archive_offset"] != capture["archive_offset"]
        or captures[0]["archive_file"] != capture["archive_file"]
    ):
        captures.append(capture)
    members = [records.warcinfo(file.name, "tintinh")]
    for one in captures:
        members.append(member(one))
        end = one["archive_offset"] + one["archive_length"]
        following = files.member_after(config.archive_folder(), one["archive_file"], end)
        if following is not None and records.read(following).type == "request":
            members.append(following)
    file.write_bytes(b"".join(members))
    return len(members)
