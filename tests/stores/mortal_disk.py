"""Disks that stop at a chosen operation."""

import errno
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from pikku.stores.file.disk import Disk


class Killed(BaseException):
    """The process is gone: it does nothing more, not even clean up."""


class MortalDisk(Disk):
    """Does so many operations more, and then none; what it writes last is written in half. Counts what it does."""

    def __init__(self) -> None:
        self.left = sys.maxsize
        self.done: list[str] = []

    def write(self, path: str, text: bytes) -> int:
        if self.left == 0:
            os.close(super().write(path, text[: len(text) // 2]))
        self._count("write")
        return super().write(path, text)

    def sync(self, file: int) -> None:
        self._count("sync")
        super().sync(file)

    def replace(self, source: str, target: str) -> None:
        self._count("replace")
        super().replace(source, target)

    def unlink(self, path: str) -> None:
        self._count("unlink")
        super().unlink(path)

    def make_folder(self, path: str) -> None:
        self._count("make_folder")
        super().make_folder(path)

    def remove_folder(self, path: str) -> bool:
        self._count("remove_folder")
        return super().remove_folder(path)

    def sync_folder(self, path: str) -> None:
        self._count("sync_folder")
        super().sync_folder(path)

    def crash(self) -> None:
        """What becomes of the disk when the process dies: nothing."""
        self.left = 0

    def _count(self, what: str) -> None:
        if self.left == 0:
            raise Killed
        self.left -= 1
        self.done.append(what)


class PowerLoss(MortalDisk):
    """The machine dies with the process: everything that was not synced is lost."""

    def __init__(self) -> None:
        super().__init__()
        self._soft: dict[int, Path] = {}
        self._undo: list[tuple[str, Callable[[], object]]] = []

    def write(self, path: str, text: bytes) -> int:
        file = super().write(path, text)
        self._soft[os.fstat(file).st_ino] = Path(path)
        return file

    def sync(self, file: int) -> None:
        super().sync(file)
        self._soft.pop(os.fstat(file).st_ino)

    def replace(self, source: str, target: str) -> None:
        inode, before = os.stat(source).st_ino, _bytes(target)
        super().replace(source, target)
        if inode in self._soft:
            self._soft[inode] = Path(target)
        self._undo.append((os.path.dirname(target), lambda: _restore(target, before)))

    def unlink(self, path: str) -> None:
        before = _bytes(path)
        super().unlink(path)
        self._undo.append((os.path.dirname(path), lambda: _restore(path, before)))

    def make_folder(self, path: str) -> None:
        super().make_folder(path)
        self._undo.append((os.path.dirname(path), lambda: shutil.rmtree(path)))

    def remove_folder(self, path: str) -> bool:
        gone = super().remove_folder(path)
        if gone:
            self._undo.append((os.path.dirname(path), lambda: os.makedirs(path, exist_ok=True)))
        return gone

    def sync_folder(self, path: str) -> None:
        super().sync_folder(path)
        # What was in a folder that is gone for good is gone with it.
        self._undo = [(folder, undo) for folder, undo in self._undo if folder != path and os.path.isdir(folder)]

    def crash(self) -> None:
        super().crash()
        for path in self._soft.values():
            os.truncate(path, 1)
        for _, undo in reversed(self._undo):
            undo()


class FullDisk(MortalDisk):
    """Has room for so many operations more; removing is always possible. `failed` is what it had no room for."""

    failed = ""

    def unlink(self, path: str) -> None:
        os.unlink(path)

    def remove_folder(self, path: str) -> bool:
        return Disk.remove_folder(self, path)

    def sync_folder(self, path: str) -> None:
        Disk.sync_folder(self, path)

    def _count(self, what: str) -> None:
        if self.left == 0:
            self.failed = what
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "somewhere")
        super()._count(what)


def _bytes(path: str) -> bytes | None:
    return Path(path).read_bytes() if os.path.exists(path) else None


def _restore(path: str, before: bytes | None) -> None:
    if before is None:
        os.unlink(path)
    else:
        Path(path).write_bytes(before)
