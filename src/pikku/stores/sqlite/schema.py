"""Whose file it is, and which version of the schema it has."""

import sqlite3
import time
from contextlib import closing
from functools import cache
from importlib.resources import files
from pathlib import Path

from pikku.model.errors import ForeignStoreError, NewerStoreError, StoreError, StoreUnavailableError
from pikku.ports.schema import SchemaVersion
from pikku.stores.sqlite import connection as connections
from pikku.stores.sqlite.transaction import roll_back

APPLICATION_ID = 0x50696B6B
"""What marks a file as ours ("Pikk"). Frozen: it stands in every file."""

WAL_RETRY_SECONDS = 0.02


@cache
def migrations() -> dict[int, str]:
    """The text of every migration by its number, from 1, in order."""
    folder = files(__package__).joinpath("migrations")
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".sql")}
    return {int(name.partition("_")[0]): texts[name] for name in sorted(texts)}


def newest() -> int:
    """The version of the schema that this code works with."""
    return max(migrations())


def connect_writer(path: Path, *, migrate: bool) -> sqlite3.Connection:
    """A connection to a file of ours with the newest schema.

    Raises `ForeignStoreError` and `NewerStoreError`, `StoreError` if it would have to migrate and must not, and
    `StoreUnavailableError`.
    """
    exists = connections.look_at(path)
    if not exists and not migrate:
        raise _unmigrated(path, 0)
    connection = connections.connect(path)
    try:
        _adopt(connection, path, migrate)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def read_version(path: Path) -> SchemaVersion:
    """Which version of the schema a file has. Creates nothing. Raises as `connect_writer`, and what SQLite raises."""
    if not connections.look_at(path):
        return SchemaVersion(0, newest())
    with closing(connections.connect(path)) as connection:
        connection.execute("BEGIN")
        return SchemaVersion(_version(connection, path), newest())


def _adopt(connection: sqlite3.Connection, path: Path, migrate: bool) -> None:
    connection.execute("BEGIN")  # one moment for all that is read: another process may be creating the file
    try:
        version = _version(connection, path)
    finally:
        roll_back(connection)
    if version < newest() and not migrate:
        raise _unmigrated(path, version)
    _use_wal(connection, path)
    if version < newest():
        _migrate(connection, path)


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """The file's version, 0 if it is empty."""
    owner, version, tables = (_number(connection, sql) for sql in _IDENTITY)
    if owner != APPLICATION_ID and (owner or tables):
        raise ForeignStoreError(str(path), "a SQLite database of another application")
    if version > newest():
        raise NewerStoreError(str(path), version, newest())
    return version


_IDENTITY = ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")


def _number(connection: sqlite3.Connection, sql: str) -> int:
    (number,) = connection.execute(sql).fetchone()
    return int(number)


def _unmigrated(path: Path, version: int) -> StoreError:
    state = f"has version {version} of the schema" if version else "has no schema yet"
    return StoreError(
        f"the store {path} {state}, version {newest()} is needed; run `pikku migrate`, or open it once with migrate=True"
    )


def _use_wal(connection: sqlite3.Connection, path: Path) -> None:
    deadline = time.monotonic() + connections.BUSY_SECONDS
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            break
        except sqlite3.OperationalError as error:
            # SQLite does not wait for others here, whatever the timeout: two processes may be opening a new file.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(WAL_RETRY_SECONDS)
    if mode != "wal":
        raise StoreUnavailableError(str(path), "SQLite cannot keep a write-ahead log there; use a local disk")


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Looked at again under the lock: another process may have migrated in the meantime.
        version = _version(connection, path)
        for number, text in migrations().items():
            if number > version:
                for statement in _statements(text):
                    connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {newest()}")
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise


def _statements(text: str) -> list[str]:
    # Not executescript(): it commits before it begins, and the whole migration is to be one transaction.
    statements, statement = [], ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            statements.append(statement)
            statement = ""
    return statements
