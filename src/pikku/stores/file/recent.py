"""Which documents were written last, for other processes to read again: the text of the lock file.

It is exact where inodes and times are not (the next file may get the inode of the last one within the same tick of the
clock), and it spares looking at every document. It need not survive a crash of the machine: who knew it is gone too.
"""

import os
import secrets
from collections.abc import Collection

LONGEST = 1 << 20
"""Bytes, after which the list begins anew and everybody compares all documents once."""

_TOKEN = 17


class Recent:
    """One reader's place in the list. All of it is called with the open file, while the lock on it is held."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Know of nothing."""
        self._token = b""
        self._end = 0

    def changed(self, file: int) -> frozenset[str] | None:
        """The names of the documents that others may have written since the last call; `None` if that cannot be said."""
        size = os.fstat(file).st_size
        token = os.pread(file, _TOKEN, 0)
        added = os.pread(file, max(0, size - self._end), self._end) if token == self._token else b"?"
        if not token or not (added == b"" or added.endswith(b"\n")):
            self._token, self._end = (token, size) if _is_whole(file, size) else (b"", 0)
            return None
        self._end = size
        return frozenset(added.decode().splitlines())

    def add(self, file: int, names: Collection[str]) -> None:
        """Tell the others, before anything is written. Raises `OSError`."""
        lines = "".join(f"{name}\n" for name in names).encode()
        if not self._token or self._end > LONGEST:
            self.forget()
            os.ftruncate(file, 0)
            token = secrets.token_hex(_TOKEN // 2).encode() + b"\n"
            _write(file, token, 0)
            self._token, self._end = token, len(token)
        _write(file, lines, self._end)
        self._end += len(lines)


def _is_whole(file: int, size: int) -> bool:
    # A process that died while it wrote leaves half a line; the next one to write begins anew.
    return size >= _TOKEN and os.pread(file, 1, size - 1) == b"\n"


def _write(file: int, text: bytes, at: int) -> None:
    while text:
        written = os.pwrite(file, text, at)
        text, at = text[written:], at + written
