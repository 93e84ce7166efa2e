"""Work that is done again and again beside the event loop."""

import threading
from collections.abc import Callable


class ThreadRounds:
    """Calls `work` every `ms` milliseconds of real time in a thread of its own, which ends with the process."""

    def __init__(self, ms: float, work: Callable[[], object]) -> None:
        self._pause = ms / 1_000
        self._work = work
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._go_round, name="pikku-rounds", daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def _go_round(self) -> None:
        while not self._ended.wait(self._pause):
            self._work()
