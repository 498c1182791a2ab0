"""What can go wrong between spool and database; each docstring is its message unless one is given."""

from __future__ import annotations


class IngestError(Exception):
    """Ingest failed."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class DatabaseUnreachable(IngestError):
    """The database cannot be reached."""


class DatabaseOutdated(IngestError):
    """The database is older than this program: run `tintinh db upgrade`."""


class DatabaseTooNew(IngestError):
    """The database was made by a newer tintinh than this one: upgrade the program."""


class DatabaseBusy(IngestError):
    """The database is in use: others hold what a migration has to change. Try again."""


class DatabaseUnfinished(IngestError):
    """Old rows do not fit what the schema now says of new ones."""


class DatabaseUnsuitable(IngestError):
    """tintinh needs PostgreSQL 13 or newer and a database in UTF8."""


class RolesMissing(IngestError):
    """The roles news_reader and news_writer are missing."""


class SpoolFailed(IngestError):
    """The spool cannot be written."""


class DumpUnusable(IngestError):
    """The file is no dump of tintinh, or it is damaged."""


class DumpFailed(IngestError):
    """The dump cannot be written."""


class DatabaseInUse(IngestError):
    """The database holds something already."""
