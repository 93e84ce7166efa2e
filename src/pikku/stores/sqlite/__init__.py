"""The embedded store: one SQLite file, any number of processes of one machine."""

from pikku.stores.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
