"""When lists are due: written down after a crawl."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import psycopg

from sql.load import query


def note_lists(
    connection: psycopg.Connection, portal: str, read: Sequence[tuple[str, str, bool]], moment: datetime
) -> None:
    """Write down which lists, feeds and sitemaps of a portal were read (kind, key, whether they showed news), and when."""
    if read:
        kinds, keys, news = (list(column) for column in zip(*read, strict=True))
        parameters = {"portal": portal, "keys": keys, "kinds": kinds, "news": news, "moments": [moment] * len(keys)}
        connection.execute(query("note_lists"), parameters)
