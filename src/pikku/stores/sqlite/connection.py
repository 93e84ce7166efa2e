"""Connections to the file, and what their errors mean to those who asked."""

import sqlite3
from contextlib import closing
from pathlib import Path

from pikku.model.errors import ForeignStoreError, StoreError, StoreUnavailableError

BUSY_SECONDS = 60.0
"""How long a writer waits for the writers of other processes."""

OLDEST_SQLITE = (3, 35, 0)
MAGIC = b"SQLite format 3\x00"


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a file, which is created if it is not there; transactions are begun by hand."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        raise StoreError(f"SQLite {oldest} or newer is needed, this Python has {sqlite3.sqlite_version}")
    uri = f"{path.absolute().as_uri()}?mode=rwc"  # as a URI, no name of a file has a meaning of its own
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write."""
    connection = connect(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


def data_version(connection: sqlite3.Connection) -> int:
    """A number that changes when another connection has committed, and not when this one has."""
    (version,) = connection.execute("PRAGMA data_version").fetchone()
    return int(version)


def look_at(path: Path) -> bool:
    """Whether there is something in the file. Opens nothing that SQLite would not understand.

    Raises `ForeignStoreError` or `StoreUnavailableError`.
    """
    if path.is_dir():
        raise ForeignStoreError(str(path), "a folder")
    if not path.parent.is_dir():
        raise StoreUnavailableError(str(path), f"there is no folder {str(path.parent)!r}; create it first")
    try:
        with closing(path.open("rb")) as file:
            start = file.read(len(MAGIC))
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreUnavailableError(str(path), error.strerror or str(error)) from error
    if start and start != MAGIC:
        raise ForeignStoreError(str(path), "not a SQLite database")
    return bool(start)


def as_store_error(error: BaseException, path: Path) -> BaseException:
    """What is told of an error: `StoreUnavailableError` if disk, locks or the file are to blame; a bug stays what it is."""
    faults = (sqlite3.OperationalError, sqlite3.InternalError)
    if not (isinstance(error, faults) or type(error) is sqlite3.DatabaseError):
        return error
    name = getattr(error, "sqlite_errorname", None)
    said = f"{error} ({name})" if name else str(error)
    if name and name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")):
        said += "; the file and its folder must be writable"  # also for who only reads: SQLite has files beside it
    told = StoreUnavailableError(str(path), said)
    told.__cause__ = error
    return told
