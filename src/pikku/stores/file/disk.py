"""What is asked of the file system, one operation at a time: tests stop the process at each of them."""

import errno
import os

Mark = tuple[int, int, int]
"""Inode, time and size of a file: another mark is another text."""


class Disk:
    """The operations that change something which must survive a crash. All raise `OSError`."""

    def write(self, path: str, text: bytes) -> int:
        """A file of that text, open to be synced and closed."""
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        try:
            rest = memoryview(text)
            while rest:
                rest = rest[os.write(file, rest) :]
        except BaseException:
            os.close(file)
            raise
        return file

    def sync(self, file: int) -> None:
        """Return when the text of an open file survives a crash."""
        os.fsync(file)

    def replace(self, source: str, target: str) -> None:
        """Move a file to where another may be: readers see the one or the other."""
        os.replace(source, target)

    def unlink(self, path: str) -> None:
        """Remove a file."""
        os.unlink(path)

    def make_folder(self, path: str) -> None:
        """Make a folder in one that exists. Raises `FileExistsError` too."""
        os.mkdir(path)

    def remove_folder(self, path: str) -> bool:
        """Remove an empty folder, and tell whether it is gone: one in which something is left stays."""
        try:
            os.rmdir(path)
        except FileNotFoundError:
            return True
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            return False
        return True

    def sync_folder(self, path: str) -> None:
        """Return when the names in a folder survive a crash."""
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def mark_of(status: os.stat_result) -> Mark:
    return (status.st_ino, status.st_mtime_ns, status.st_size)


def read(path: str) -> tuple[bytes, Mark] | None:
    """The text of a file and its mark, `None` if there is no such file."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    with open(file, "rb") as opened:
        return opened.read(), mark_of(os.fstat(file))


def exists(path: str) -> bool:
    """Whether there is such a file. Other than `os.path.exists`, it raises `OSError` where that cannot be said."""
    try:
        os.stat(path)
    except FileNotFoundError:
        return False
    return True
