"""Tells what watches reacted to: hits become notices in the outbox, which are sent once each, and again until they are taken."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from reader import watches
from reader.rows import Row, rows_of
from sql.load import query
from work import channels

# Events that one notice lists.
LISTED = 50
# Characters of a word diff in a notice.
LONGEST = 4_000
# Seconds after which no further notice is sent: what waits is sent the next time.
BUDGET = 60.0
NEW = {"published": "new"}


def counted(rows: Sequence[Row]) -> str:
    """How many of what.

    >>> counted([{"kind": "published"}, {"kind": "edited"}, {"kind": "published"}])
    '2 new, 1 edited'
    """
    return ", ".join(f"{number} {NEW.get(kind, kind)}" for kind, number in Counter(row["kind"] for row in rows).items())


def event(row: Row, root: str | None) -> dict[str, Any]:
    """What a notice says of one event: the diff, not the page. `root` is where `serve` is reached."""
    diff = {
        name: text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
        for name, text in (row["difference"] or {}).items()
    }
    told = {
        "kind": row["kind"], "article_id": row["article_id"], "portal": row["portal"], "title": row["title"], "url": row["url"],
        "published_at": _iso(row["published_at"]), "at": _iso(row["at"]), "fields": row["fields"], "score": row["score"],
        "categories": row["categories"], "words_added": row["words_added"], "words_removed": row["words_removed"],
        "diff": diff or None, "old_url": row["old_url"], "copy_id": row["other_id"], "likeness": row["likeness"],
        "link": f"{root.rstrip('/')}/articles/{row['article_id']}" if root else None,
    }  # fmt: skip
    always = {"kind", "article_id", "portal", "title", "url", "published_at", "at"}
    return {name: value for name, value in told.items() if value is not None or name in always}


def message(watch: str, identity: str, made_at: datetime, rows: Sequence[Row], root: str | None) -> dict[str, Any]:
    """What is posted: fields for programs, `text` for people, where chat servers look for it."""
    return {
        "event": "watch", "id": identity, "watch": watch, "at": _iso(made_at), "counts": dict(Counter(row["kind"] for row in rows)),
        "events": [event(row, root) for row in rows[:LISTED]], "more": max(0, len(rows) - LISTED),
        "text": f"{watch}: {counted(rows)}",
    }  # fmt: skip


def text(told: Mapping[str, Any]) -> str:
    """A notice as people read it.

    >>> one = {"kind": "edited", "title": "Bắt hai đối tượng", "url": "http://a.vn/1", "diff": {"title": "Bắt [-hai-] {+ba+}"}}
    >>> print(text({"text": "x: 1 edited", "events": [one], "more": 2}))
    x: 1 edited
    edited: Bắt hai đối tượng
      title: Bắt [-hai-] {+ba+}
      http://a.vn/1
    and 2 more
    """
    lines = [told["text"]]
    for one in told["events"]:
        lines.append(f"{NEW.get(one['kind'], one['kind'])}: {one['title']}")
        lines += [f"  {name}: {diff}" for name, diff in (one.get("diff") or {}).items()]
        lines.append(f"  {one.get('link') or one['url']}")
    if told["more"]:
        lines.append(f"and {told['more']} more")
    return "\n".join(lines)


def tell(
    connection: psycopg.Connection, root: str | None = None, *, now: datetime | None = None, budget: float = BUDGET
) -> list[str]:
    """Put hits that wait into notices and send those whose time has come, in order; what is said of those that still wait.

    A notice may come twice where this dies between the answer and the commit, under the same id; it is never lost. Others may tell
    at the same time. An address that fails holds up neither the others nor, twice, its own host. `now` decides digests and quiet hours.
    """
    connection.execute(query("note_hits"), {"most": LISTED, "now": now})
    began, failed, said = time.monotonic(), set[str](), []
    for address in rows_of(connection, "notices_of_watches", {"now": now}):
        host = channels.shown(address["url"])
        if host in failed:
            continue
        reason = None
        while reason is None and time.monotonic() - began < budget:
            is_sent, reason = _send_next(connection, address, root)
            if not is_sent:
                break
        if reason is not None:
            failed.add(host)
            said.append(f"watch {address['name']}: {host} is not told, it waits: {reason}")
    return said


def _send_next(connection: psycopg.Connection, address: Row, root: str | None) -> tuple[bool, str | None]:
    """Send the first notice that an address has not had; whether one was sent, and why it was not."""
    with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        notice = cursor.execute(query("next_notice"), {"target": address["target"]}).fetchone()
        if notice is None:
            return False, None
        rows = watches.of_notice(connection, notice["hits"])
        reason = None
        if rows:  # else all of it was redacted meanwhile
            reason = send(address, f"{address['name']}-{notice['id']}", notice["made_at"], rows, root)
        if reason is None:
            cursor.execute(query("notice_sent"), {"id": notice["id"]})
            return True, None
        cursor.execute(query("notice_failed"), {"id": notice["id"], "error": reason})
        return False, reason


def send(
    address: Mapping[str, Any], identity: str, made_at: datetime, rows: Sequence[Row], root: str | None, **marks: Any
) -> str | None:
    """Send events to an address (`url`, `secret`, `name` of the watch); why they were not taken, None where they were."""
    told = message(address["name"], identity, made_at, rows, root) | marks
    if channels.is_webhook(address["url"]):
        body = json.dumps(told, ensure_ascii=False).encode()
        return channels.webhook(address["url"], address["secret"], identity, body)
    return channels.through_apprise(address["url"], f"tintinh: {told['text']}", text(told))


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
