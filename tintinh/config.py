"""Where things are: home folder, database, and the usual order option, environment, .env, default."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import platformdirs
import psycopg
from dotenv import dotenv_values

from ingest import migrate
from ingest.errors import DatabaseUnreachable
from reader import moments
from sql.load import query
from tintinh.embedded import postgres

Role = Literal["news_reader", "news_writer"]


# What a `.env` may set: whoever can write one must not choose what our children run.
OURS = re.compile(r"DATABASE_URL|TINTINH_\w+")


class UnusableSetting(ValueError):
    """What the environment or `.env` says cannot be used."""


def load_environment() -> None:
    """Take our own names from `.env` of the working folder; what the environment says already, wins. Raises UnusableSetting."""
    file = Path(".env")
    if not file.is_file():
        return
    try:
        given = dotenv_values(file, interpolate=False)
    except ValueError as error:
        raise UnusableSetting(f"{file.absolute()} is no text in UTF-8") from error
    for name, value in given.items():
        if OURS.fullmatch(name) and value is not None:
            os.environ.setdefault(name, value)


def home() -> Path:
    """The state folder, TINTINH_HOME or the platform's user data folder. Raises UnusableSetting."""
    given = os.environ.get("TINTINH_HOME")
    if not given:
        try:
            return platformdirs.user_data_path("tintinh", appauthor=False)
        except RuntimeError as error:  # a user without a name, and no HOME
            raise UnusableSetting(f"user {os.geteuid()} has no home folder: set TINTINH_HOME") from error
    try:
        given.encode()
        return Path(given).expanduser().absolute()
    except RuntimeError as error:
        raise UnusableSetting(f"TINTINH_HOME: there is no user whose home {given} would be") from error
    except UnicodeEncodeError as error:
        raise UnusableSetting(f"TINTINH_HOME is no text in UTF-8: {os.fsencode(given)!r}") from error


def given_server() -> str | None:
    """DATABASE_URL; None where the embedded server of the home folder is used."""
    return os.environ.get("DATABASE_URL") or None


def has_database() -> bool:
    """Whether the home folder holds an embedded database already."""
    return any((home() / "postgres").glob("*/PG_VERSION"))


@contextmanager
def dsn() -> Iterator[str]:
    """The libpq URI to use; the embedded server runs as long as this is open. Raises DatabaseUnreachable."""
    if given := given_server():
        yield given
        return
    try:
        with postgres.server(home()) as uri:
            yield uri
    except postgres.EmbeddedFailed as error:
        raise DatabaseUnreachable(f"the embedded database cannot be used: {error}") from error


@contextmanager
def opened() -> Iterator[bool]:
    """Keep a database that there is already open for all that follows; whether there is one. Raises DatabaseUnreachable."""
    if not (given_server() or has_database()):
        yield False
        return
    with dsn():
        yield True


def revived(uri: str) -> str:
    """The URI to connect with again: the embedded server is started if it died, others only wait.

    Raises DatabaseUnreachable.
    """
    if given_server():
        return uri
    try:
        return postgres.revive(home())
    except (postgres.EmbeddedFailed, OSError) as error:
        raise DatabaseUnreachable(f"the embedded database cannot be used: {error}") from error


def connect(uri: str, *, check: bool = True) -> psycopg.Connection:
    """An autocommit connection to a database with today's schema. Raises DatabaseUnreachable."""
    try:
        connection = psycopg.connect(uri, autocommit=True, connect_timeout=10, application_name="tintinh")
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise DatabaseUnreachable(f"the database cannot be reached: {reason}") from error
    connection.add_notice_handler(lambda _: None)
    moments.forgive(connection)
    if check:
        try:
            migrate.ensure(connection)
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def database(role: Role = "news_writer") -> Iterator[psycopg.Connection]:
    """A connection to the configured database, with the rights of a role if we may have it, closed at the end."""
    with dsn() as uri, connect(uri) as connection:
        migrate.become(connection, role)
        yield connection


def archive_folder() -> Path:
    """Where the page archive lies."""
    return home() / "archive"


def archive_wanted() -> bool:
    """TINTINH_ARCHIVE, on unless it says 0."""
    return os.environ.get("TINTINH_ARCHIVE", "1").strip().lower() not in {"0", "no", "off", "false"}


def spool_folder(connection: psycopg.Connection) -> Path:
    """Segments for this very database: another database never gets them."""
    row = connection.execute(query("database_id")).fetchone()
    assert row is not None
    return home() / "spool" / str(row[0])
