"""The lock of a folder: held by the operating system, so that a dead process leaves none behind."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

from pikku.model.errors import StoreError


class FolderLock:
    """One writer at a time, or any number of readers."""

    def __init__(self, path: str) -> None:
        self._path = path

    @contextmanager
    def held(self, *, exclusive: bool) -> Iterator[int]:
        """Wait for the lock, give the open lock file, and let go. Raises `OSError`."""
        fcntl = locking()
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
            yield file
        finally:
            os.close(file)


def locking() -> ModuleType:
    """The system's file locks. Raises `StoreError` where there are none."""
    try:
        return import_module("fcntl")
    except ImportError:
        raise StoreError("this system has no file locks for a store of files; use SQLite: sqlite:///pikku.db") from None
