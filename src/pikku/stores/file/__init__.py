"""The store of readable files: one folder, one JSON document for each run and each step, any number of processes."""

from pikku.stores.file.store import FileStore

__all__ = ["FileStore"]
