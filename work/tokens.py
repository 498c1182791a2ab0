"""Bearer tokens of the API: made by chance, known to the database by their digests alone."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Any

import psycopg
from psycopg.rows import dict_row

from sql.load import query

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def digest(token: str) -> bytes:
    """What the database keeps of a token. A plain hash will do: a token has 256 bits of chance.

    >>> digest("a").hex()[:8]
    'ca978112'
    """
    return hashlib.sha256(token.encode()).digest()


def add(connection: psycopg.Connection, name: str) -> str:
    """A new token for a name, told this once. ValueError for a name that has one, or that is none."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a token: small letters without diacritics, figures, dots, - and _")
    token = secrets.token_urlsafe(32)
    if connection.execute(query("add_token"), {"name": name, "digest": digest(token)}).fetchone() is None:
        raise ValueError(f"there is a token named {name}: remove it first")
    return token


def remove(connection: psycopg.Connection, name: str) -> bool:
    """End a token; whether there was one."""
    return connection.execute(query("remove_token"), {"name": name}).fetchone() is not None


def every(connection: psycopg.Connection) -> list[dict[str, Any]]:
    """All tokens: `name`, `made_at`."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query("tokens")).fetchall()


def owner(connection: psycopg.Connection, token: str) -> str | None:
    """Whose token this is; None where it is nobody's."""
    row = connection.execute(query("token_of"), {"digest": digest(token)}).fetchone()
    return str(row[0]) if row else None
