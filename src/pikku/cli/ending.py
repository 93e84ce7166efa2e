"""The end of a process that has been told to end, in time, whatever is still going on in it."""

import os
import sys
import threading

from pikku.cli.terminal import tell

LINGER_S = 1.0


class Limit:
    """Ends the process with exit code 1 some seconds after `begin`, unless there is a `cancel`.

    A thread sees to that: a function that blocks the event loop cannot hold it up. `begin` is safe in a signal handler.
    """

    def __init__(self, seconds: float, words: str) -> None:
        self._seconds = seconds
        self._words = words
        self._begun, self._cancelled = threading.Event(), threading.Event()
        threading.Thread(target=self._keep, name="pikku-limit", daemon=True).start()

    def begin(self) -> None:
        self._begun.set()

    def cancel(self) -> None:
        self._cancelled.set()
        self._begun.set()

    def _keep(self) -> None:
        self._begun.wait()
        if not self._cancelled.wait(self._seconds):
            _end(f"pikku: {self._words}", 1)


def end_soon(code: int) -> None:
    """Have the process end with this exit code, even if a function goes on in a thread: its step belongs to others by now.

    Python would wait for the function, however long it takes.
    """
    timer = threading.Timer(LINGER_S, _end, ["", code])
    timer.daemon = True
    timer.start()


def _end(words: str, code: int) -> None:
    if words:
        tell(words)
    sys.stdout.flush()
    os._exit(code)
