"""What `serve` does with addresses that somebody wants fetched: judges and queues them, and says how they went."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg

from crawler.net.reach import WEB, Reach, host_and_port
from ingest import portals
from ingest.errors import DatabaseUnreachable
from reader import stored as articles
from reader.serve.database import Unavailable
from reader.serve.fetching import Full, Refused
from tintinh import config
from tintinh.run import known_portals
from tintinh.run.portal_files import of_file
from vietnam import urls
from work import queue, tokens

# Addresses that may wait at a time.
MOST_WAITING = 1000
# Characters of an address; longer ones are none of an article.
LONGEST_ADDRESS = 2000
# What the library's states are to people.
STATES = {"todo": "waiting", "doing": "fetching", "succeeded": "done"}


class Asking:
    """Takes addresses for the workers of a database, with a connection for each call: there are few."""

    def __init__(self, uri: str) -> None:
        self.uri = uri

    def owner(self, token: str) -> str | None:
        """Whose token this is; None where it is nobody's. Raises Unavailable."""
        with self._connected() as connection:
            return tokens.owner(connection, token)

    def take(self, url: str) -> int:
        """Have an address fetched; the number of the job. Raises Refused, Full, Unavailable."""
        if len(url) > LONGEST_ADDRESS or not urls.is_http(url):
            raise Refused("that is no http(s) address of an article")
        with self._connected() as connection:
            name, row = known_portals.of_address(url, portals.stored(connection))
            portal = row or of_file(name)
            own = {port for _, port in map(host_and_port, [*portal.hosts, portal.home] if portal else [])}
            reach = Reach(os.environ.get("TINTINH_ALLOW_PRIVATE") == "1", WEB | own)
            if reason := reach.refusal(*host_and_port(url)):
                raise Refused(reason)
            queue.install(connection)
            if queue.addresses_waiting(connection) >= MOST_WAITING:
                raise Full(f"{MOST_WAITING} addresses wait already: is a worker running?")
            with queue.Jobs(self.uri) as jobs:
                number = jobs.fetch(url)
        if number is None:
            raise Full("this address is being taken just now")
        return number

    def job(self, number: int) -> Mapping[str, Any] | None:
        """How a job goes. Raises Unavailable."""
        with self._connected() as connection:
            found = queue.job(connection, number) if queue.installed(connection) else None
            if found is None or found["kind"] != "fetch":
                return None
            url, state = found["what"], found["state"]
            told = {"id": number, "url": url, "state": STATES.get(state, state), "at": found["at"]}
            if state in {"todo", "doing"}:
                return told
            row = articles.article(connection, urls.canonical(url)) or articles.article(connection, url)
            reason = None if row else articles.reject_reason(connection, url) or "it was not fetched"
            return told | {"article": row["id"] if row else None, "reason": reason}

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection]:
        try:
            with config.connect(self.uri) as connection:
                yield connection
        except (psycopg.OperationalError, DatabaseUnreachable) as error:
            raise Unavailable(" ".join(str(error).split())) from error
