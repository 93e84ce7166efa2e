"""The file by which processes tell each other that there is something to look at."""

import os
import time


class Bell:
    """Rung by setting the time of a file; `heard` tells of the others only. Used by one thread. All raises `OSError`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._known = 0

    def hang(self) -> None:
        """Make the file if it is not there; what was rung before is not heard."""
        os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666))
        self._known = self._rung()

    def ring(self) -> None:
        """Tell the others. Call `heard` before, under the lock: the last ring hides those before it."""
        now = time.time_ns()
        os.utime(self._path, ns=(now, now))
        self._known = self._rung()

    def heard(self) -> bool:
        """Whether another process has rung since the last call."""
        rung = self._rung()
        news = rung != self._known
        self._known = rung
        return news

    def _rung(self) -> int:
        return os.stat(self._path).st_mtime_ns
