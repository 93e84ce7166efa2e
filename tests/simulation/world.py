"""Virtual time, chance from one seed, and what happens when."""

import heapq
from collections import Counter
from collections.abc import Callable
from random import Random

START_US = 1_893_456_000_000_000
"""2030-01-01, in microseconds since 1970: when every world begins."""


class Violation(Exception):
    """Something happened that must never happen."""


class World:
    """Events happen one at a time, in the order of their times; which of two of one instant is first, the seed decides.

    Times are in microseconds. A trace is kept only if asked for: a seed that fails is run again with it.
    """

    def __init__(self, seed: int, *, traced: bool = False) -> None:
        self.random = Random(seed)
        self.now_us = START_US
        self.events = 0
        self.counts: Counter[str] = Counter()
        self.trace: list[str] | None = [] if traced else None
        self._broken: Violation | None = None
        self._heap: list[tuple[int, float, int, Callable[[], None]]] = []
        self._set = 0

    def now(self) -> int:
        """Milliseconds since 1970: the clock of the store."""
        return self.now_us // 1_000

    def at(self, time_us: int, happen: Callable[[], None]) -> None:
        """Let something happen at a time, or now if that has passed."""
        self._set += 1
        heapq.heappush(self._heap, (max(time_us, self.now_us), self.random.random(), self._set, happen))

    def after(self, delay_us: int, happen: Callable[[], None]) -> None:
        self.at(self.now_us + delay_us, happen)

    def step(self) -> None:
        """Go to the next event, and let it happen."""
        time_us, _, _, happen = heapq.heappop(self._heap)
        self.now_us = time_us
        self.events += 1
        happen()
        if self._broken is not None:
            raise self._broken

    def fail(self, what: str) -> None:
        """A violation, seen where nobody would let it through: it is raised when the event is over."""
        self._broken = self._broken or Violation(what)

    def run_until(self, time_us: int, done: Callable[[], bool] = lambda: False) -> bool:
        """Let everything happen up to a time, or until it is `done`; tells whether it is."""
        while not done():
            if not self._heap or self._heap[0][0] > time_us:
                self.now_us = time_us
                return False
            self.step()
        return True

    def note(self, who: str, what: Callable[[], str]) -> None:
        """A line for the trace. `what` is only asked if there is one."""
        if self.trace is not None:
            seconds = (self.now_us - START_US) / 1_000_000
            self.trace.append(f"{seconds:10.4f}  {who:<10} {what()}")

    def happens(self, chance: float) -> bool:
        return chance > 0 and self.random.random() < chance
