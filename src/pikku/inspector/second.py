"""A second process that reads half of a large project: Python computes on one processor only.

It is given its task on the standard input, and answers on the standard output: first what its modules say, then, when it has
been told all functions of the project, what is wrong in them. Whatever it does not answer is done without it.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, TypeVar

import msgspec
from msgspec import Struct

from pikku.inspector.collecting import without_collection
from pikku.inspector.contents import read_contents
from pikku.inspector.hand import Checked, Hand, Read
from pikku.inspector.listing import Listing
from pikku.model.manifest import FunctionInfo

T = TypeVar("T")
_WORTH_IT = 150
"""So many modules take longer than it takes to start a process."""
_LENGTH = 8


class Task(Struct, frozen=True):
    """What the process is to read."""

    root: str
    listing: Listing
    modules: tuple[str, ...]


class Second:
    """The process, as seen from the first one. Use it in a `with` block."""

    def __init__(self, root: Path, listing: Listing, modules: Sequence[str]) -> None:
        self.modules = tuple(modules[len(modules) // 2 :]) if _is_worth_it(modules) else ()
        self._process: subprocess.Popen[bytes] | None = None
        self._sending: threading.Thread | None = None
        if self.modules:
            self._start()
            # Beside, because it takes the process a while until it listens.
            task = Task(os.path.abspath(root), listing, self.modules)
            self._sending = threading.Thread(target=self._send, args=(task,), daemon=True)
            self._sending.start()

    def __enter__(self) -> "Second":
        return self

    def __exit__(self, *error: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def read(self) -> dict[str, Read]:
        """What its modules say; nothing if it cannot tell."""
        if self._sending is not None:
            self._sending.join()
        return self._receive(dict[str, Read]) or {}

    def tell(self, functions: Mapping[str, FunctionInfo]) -> None:
        """All functions of the project, to check its modules with."""
        self._send(functions)

    def checked(self) -> dict[str, Checked]:
        """What is wrong in its modules; nothing if it cannot tell."""
        return self._receive(dict[str, Checked]) or {}

    def _start(self) -> None:
        command = [sys.executable, "-P", "-m", "pikku.inspector.second"]  # -P: the user's folder is not looked into
        try:
            self._process = subprocess.Popen(  # noqa: S603  this very file
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError:
            self._process = None

    def _send(self, message: object) -> None:
        if self._process is None or self._process.stdin is None:
            return
        try:
            _write(self._process.stdin, message)
        except OSError:
            self.__exit__()
            self._process = None

    def _receive(self, type_: type[T]) -> T | None:
        if self._process is None or self._process.stdout is None:
            return None
        try:
            return _read(self._process.stdout, type_)
        except (OSError, EOFError, ValueError, msgspec.MsgspecError):
            self.__exit__()
            self._process = None
            return None


def main() -> None:
    """What the process does."""
    given, answers = sys.stdin.buffer, sys.stdout.buffer
    task = _read(given, Task)
    contents = read_contents(Path(task.root), task.listing)
    with without_collection():
        hand = Hand(task.listing.files, contents, {})
        _write(answers, {module: hand.read(module) for module in task.modules})
        functions = _read(given, dict[str, FunctionInfo])
        _write(answers, {module: hand.check(module, functions) for module in reversed(task.modules)})


def _is_worth_it(modules: Sequence[str]) -> bool:
    return len(modules) >= _WORTH_IT and (os.cpu_count() or 1) > 1


def _write(stream: IO[bytes], message: object) -> None:
    content = msgspec.msgpack.encode(message)
    stream.write(len(content).to_bytes(_LENGTH, "big") + content)
    stream.flush()


def _read(stream: IO[bytes], type_: type[T]) -> T:
    length = stream.read(_LENGTH)
    if len(length) < _LENGTH:
        raise EOFError
    return msgspec.msgpack.decode(stream.read(int.from_bytes(length, "big")), type=type_)


if __name__ == "__main__":
    main()
