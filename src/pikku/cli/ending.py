"""The end of a process that has been told to end, in time, whatever is still going on in it."""

import os
import sys
import threading

from pikku.cli.terminal import tell

LINGER_S = 1.0


class Limit:
    """Ends the process some seconds after `start`, unless there is a `cancel`.

    A thread sees to that: a function that blocks the event loop cannot hold it up.
    """

    def __init__(self, seconds: float, words: str) -> None:
        self._timer = threading.Timer(seconds, _end, [f"pikku: {words}", 1])
        self._timer.daemon = True

    def start(self) -> None:
        self._timer.start()

    def cancel(self) -> None:
        self._timer.cancel()


def end_soon() -> None:
    """Have the process end with exit code 0, even if a function goes on in a thread: its step belongs to others by now.

    Python would wait for the function, however long it takes.
    """
    timer = threading.Timer(LINGER_S, _end, ["", 0])
    timer.daemon = True
    timer.start()


def _end(words: str, code: int) -> None:
    if words:
        tell(words)
    sys.stdout.flush()
    os._exit(code)
