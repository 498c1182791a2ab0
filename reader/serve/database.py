"""Connections that the web reads with: a few, read-only, in Vietnam's time, each statement within bounded time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from reader import moments
from sql.load import command

# Connections at once; what comes while all are busy waits.
MOST = 8
# Seconds that a request waits for one of them.
PATIENCE = 5.0


class Unavailable(Exception):
    """The database cannot be asked now."""


class Database:
    """A pool of connections; `become` takes each of them to the rights of a reader."""

    def __init__(self, uri: str, become: Callable[[psycopg.Connection], object]) -> None:
        self.become = become
        self.pool: ConnectionPool[psycopg.Connection] = ConnectionPool(
            uri, min_size=1, max_size=MOST, timeout=PATIENCE, open=False, name="serve", configure=self.prepare,
            kwargs={"autocommit": True, "connect_timeout": 10, "application_name": "tintinh serve"},
            check=ConnectionPool.check_connection,
        )  # fmt: skip

    def prepare(self, connection: psycopg.Connection) -> None:
        """A reader's rights, time limit and clock."""
        connection.add_notice_handler(lambda _: None)
        moments.forgive(connection)
        self.become(connection)
        connection.execute(command("reading_session"))

    @contextmanager
    def reading(self) -> Iterator[psycopg.Connection]:
        """A connection to read with. Raises Unavailable where there is none, or where it is lost or a statement takes too long."""
        try:
            with self.pool.connection() as connection:
                yield connection
        except PoolTimeout as error:
            raise Unavailable("the database cannot be reached, or is busy") from error
        except psycopg.errors.QueryCanceled as error:
            raise Unavailable("this question takes the database too long: ask for less") from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise Unavailable("the database has gone") from error

    def open(self) -> None:
        """Connect; later requests wait for a database that is gone."""
        self.pool.open()

    def close(self) -> None:
        """Give the connections back."""
        self.pool.close()
