"""Evidence in one file: an article, its history, the records that it was read from, and digests of all of it.

The same data give the same bytes: nothing in it tells when or where it was made.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from typing import Any

import psycopg

from crawler.archive import files, records
from crawler.archive.files import NotInArchive
from crawler.archive.records import DamagedRecord
from reader import difference
from reader import stored as articles
from reader.rows import Row
from tintinh import config
from tintinh.run import source
from vietnam.dates import VIETNAM

SUMS = "SHA256SUMS"
# Zip knows no earlier moment; every file of a bundle has this one.
_MOMENT = (1980, 1, 1, 0, 0, 0)
README = """\
TIN {id}: {title}

Tệp chứng cứ này gồm một bản tin, mọi trạng thái đã lưu của nó, và bản ghi gốc mà cổng đã gửi.
This bundle holds one article, every state of it that was stored, and the records of what the portal sent.

  article.html   để đọc, không tải gì từ mạng / to be read, loads nothing from the network
  article.txt    toàn văn / the whole text
  article.json   mọi trường của trạng thái hiện tại / every field of the present state
  history.txt    từng trạng thái và chỗ khác trạng thái trước / each state, and what it changed: [-removed-] {{+added+}}
  history.json   mọi trường của từng trạng thái / every field of each state
  pages.json     mỗi lần tải trang: lúc nào, địa chỉ, mã SHA-256, tệp WARC / each fetch: when, address, SHA-256 of the page, WARC file
  warc/          bản ghi WARC, đúng từng byte như đã lưu / WARC records, byte for byte as archived
  MISSING.txt    trạng thái không có bản ghi, vì sao / states without a record, and why; only there if there are any
  SHA256SUMS     mã SHA-256 của mọi tệp trên / SHA-256 of all of these files

Kiểm tra / to check:

  sha256sum -c SHA256SUMS
  warcio check warc/*.warc.gz          (pip install warcio)

`page_sha256` trong pages.json là mã của phần thân trang như cổng gửi; WARC-Payload-Digest trong bản ghi là cùng mã ấy, viết base32.
`page_sha256` in pages.json is the digest of the page as the portal sent it; WARC-Payload-Digest in the record is the same one in base32.
Giờ: UTC, trừ khi ghi khác. Moments are UTC where they do not say otherwise; those beside them in brackets are Vietnam's (UTC+7).

SHA-256 cho thấy tệp không đổi từ khi được lập; không cho biết ai lập, lúc nào. Hãy ghi lại mã của cả tệp zip ở nơi khác.
The digests show that nothing changed since the bundle was made, not who made it or when: write the digest of the whole zip down elsewhere.
"""


@dataclass(slots=True)
class Bundle:
    """The files of a bundle by name; `lost` says what should be in the archive and is not."""

    files: dict[str, bytes]
    lost: list[str] = field(default_factory=list)


def of(connection: psycopg.Connection, row: Row) -> Bundle:
    """What there is of an article that nobody redacted; the caller's transaction makes it of one moment."""
    states = articles.states(connection, row["id"])
    captures = sorted(articles.captures(connection, row["id"]), key=lambda one: (one["fetched_at"], one["url"]))
    made = Bundle(
        {
            "README.txt": README.format(id=row["id"], title=row["title"]).encode(),
            "article.html": page(row, states).encode(),
            "article.txt": f"{row['title']}\n\n{row['body']}\n".encode(),
            "article.json": _json(row),
            "history.txt": history(states).encode(),
            "history.json": _json(states),
        }
    )
    missing: list[str] = []
    wanted: dict[int, list[int]] = {}
    for state in states:
        number = _behind(state, captures)
        if number is None:
            missing.append(f"revision {state['revision']}: no page of it was archived")
        else:
            wanted.setdefault(number, []).append(state["revision"])
    names = {}
    for number, revisions in wanted.items():
        capture = captures[number]
        name = f"warc/{capture['fetched_at'].astimezone(UTC):%Y%m%dT%H%M%S.%fZ}-{number + 1}.warc.gz"
        try:
            made.files[name] = _members(connection, capture)
            names[number] = name
        except (NotInArchive, DamagedRecord) as error:
            reason = " ".join(str(error).replace(f"{config.archive_folder()}{os.sep}", "").split())
            made.lost.append(f"revision {', '.join(map(str, revisions))}: {reason}")
    made.files["pages.json"] = _json([_fetched(one, names.get(at)) for at, one in enumerate(captures)])
    if told := [*missing, *made.lost]:
        made.files["MISSING.txt"] = "".join(f"{line}\n" for line in told).encode()
    made.files[SUMS] = sums(made.files).encode()
    return made


def write(made: Bundle, output: Path) -> None:
    """Write a bundle, whole or not at all. Raises OSError, FileExistsError where there is a file of that name."""
    partial = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with partial.open("xb") as file:
            with zipfile.ZipFile(file, "w") as packed:
                for name in sorted(made.files):
                    told = zipfile.ZipInfo(name, _MOMENT)
                    told.external_attr = 0o644 << 16
                    told.create_system = 3  # the same on every system
                    told.compress_type = zipfile.ZIP_STORED if name.endswith(".gz") else zipfile.ZIP_DEFLATED
                    packed.writestr(told, made.files[name])
            file.flush()
            os.fsync(file.fileno())
        if output.exists():
            raise FileExistsError(errno.EEXIST, "there is such a file already", str(output))
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)


def sums(named: Mapping[str, bytes]) -> str:
    """What `sha256sum -c` reads.

    >>> sums({"a.txt": b""})
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.txt\\n'
    """
    return "".join(f"{hashlib.sha256(named[name]).hexdigest()}  {name}\n" for name in sorted(named))


def page(row: Row, states: Sequence[Row]) -> str:
    """The article as a page that loads nothing."""
    labels = {
        "Cổng / portal": row["portal"], "Địa chỉ / address": row["url"],
        "Đăng lúc / published": _both(row["published_at"]), "Ký tên / byline": row["byline"],
        "Đơn vị / unit": row["unit"], "Nguồn / credit": row["credit"], "Chuyên mục / section": row["section"],
        "Thấy lần đầu / first seen": _both(row["first_seen_at"]), "Thấy lần cuối / last seen": _both(row["last_seen_at"]),
        "Đã gỡ / taken down": _both(row["gone_at"]), "Trạng thái / states": str(len(states)),
    }  # fmt: skip
    told = "".join(f"<tr><th>{escape(name)}<td>{escape(value)}" for name, value in labels.items() if value)
    text = "".join(f"<p>{escape(part)}" for part in row["body"].split("\n\n"))
    linked = [*((one["caption"] or "ảnh / picture", one["url"]) for one in row["images"]),
              *((one["name"], one["url"]) for one in row["attachments"])]  # fmt: skip
    beside = "".join(f"<li>{escape(name or '')} <code>{escape(url)}</code>" for name, url in linked)
    return (
        '<!doctype html><html lang="vi"><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(row['title'])}</title><style>body{{max-width:42em;margin:2em auto;font:1em/1.5 serif}}"
        "th{text-align:left;vertical-align:top;padding-right:1em}pre{white-space:pre-wrap}</style>"
        f"<h1>{escape(row['title'])}</h1><table>{told}</table>{text}"
        + (f"<h2>Ảnh, tệp / pictures, files</h2><ul>{beside}</ul>" if beside else "")
        + f"<h2>Lịch sử / history</h2><pre>{escape(history(states))}</pre></html>\n"
    )


def history(states: Sequence[Row]) -> str:
    """Each state with what it changed, as text."""
    lines: list[str] = []
    for number, state in enumerate(states):
        by = (
            "read by newer rules, the portal changed nothing"
            if state["made_by"] == "reextracted"
            else "as the portal printed it"
        )
        until = _both(state["valid_to"]) or "now"
        lines.append(f"revision {state['revision']}: {_both(state['valid_from'])} to {until}, {by}")
        if number:
            before = states[number - 1]
            lines += [
                f"  {name}: {difference.words(_text(before[name]), _text(state[name]))}"
                for name in difference.changed_fields(before, state)
            ]
        else:
            lines.append(f"  {state['title']}")
    return "".join(f"{line}\n" for line in lines)


def _behind(state: Row, captures: Sequence[Row]) -> int | None:
    """Which capture, of those in their order, a state was read from; None where none is archived."""
    begin, end = state["valid_from"], state["valid_to"]
    within = [
        n for n, one in enumerate(captures) if one["fetched_at"] >= begin and (end is None or one["fetched_at"] < end)
    ]
    before = [n for n, one in enumerate(captures) if one["fetched_at"] <= begin]
    if state["made_by"] == "reextracted":  # read at that moment from what was archived before
        return before[-1] if before else None
    return within[0] if within else None


def _members(connection: psycopg.Connection, capture: Row) -> bytes:
    """The records of a capture as they lie in the archive: those `source.cut` takes, without a head that tells the day."""
    original = source.original(connection, capture)
    found = [original]
    if (original["archive_file"], original["archive_offset"]) != (capture["archive_file"], capture["archive_offset"]):
        found.append(capture)
    members: list[bytes] = []
    for one in found:
        members.append(source.member(one))
        records.read(members[-1])
        end = one["archive_offset"] + one["archive_length"]
        following = files.member_after(config.archive_folder(), one["archive_file"], end)
        if following is not None and records.read(following).type == "request":
            members.append(following)
    return b"".join(members)


def _fetched(capture: Row, name: str | None) -> dict[str, Any]:
    told = {key: capture[key] for key in ("fetched_at", "url", "status", "archive_type")}
    return told | {"page_sha256": capture["digest"], "warc": name}


def _both(moment: datetime | None) -> str:
    """A moment in UTC, and in Vietnam."""
    if moment is None:
        return ""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} ({moment.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S})"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _both(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    value = value.astimezone(UTC) if isinstance(value, datetime) else value
    return value.isoformat() if isinstance(value, date) else value


def _json(found: Row | Iterable[Row]) -> bytes:
    rows = [found] if isinstance(found, dict) else list(found)
    told = [{name: _plain(value) for name, value in row.items()} for row in rows]
    whole = told[0] if isinstance(found, dict) else told
    return (json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
