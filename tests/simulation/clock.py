"""Time and chance of one process."""

import asyncio
from collections.abc import Callable
from random import Random

from tests.simulation.world import World

from pikku.ports.clock import Alarm, Rounds


class ProcessTime:
    """The clocks of a process: one that only goes on, and one that somebody may have set wrong.

    `skew_ms` is how far its calendar is ahead of the store's; `drift` how much faster than the store's its clocks go, as a
    part. While the machine sleeps, the first clock stands still.
    """

    def __init__(self, world: World, skew_ms: int, drift: float) -> None:
        self._world = world
        self._skew_ms = skew_ms
        self._rate = 1 + drift
        self._began = world.now_us
        self._slept = 0
        self._sleeps_since: int | None = None

    def seconds(self) -> float:
        """The clock of the event loop."""
        now = self._world.now_us if self._sleeps_since is None else self._sleeps_since
        return 1_000 + (now - self._began - self._slept) * self._rate / 1_000_000

    def calendar(self) -> int:
        """Milliseconds since 1970, as this process believes."""
        passed = (self._world.now_us - self._began) * self._rate
        return round((self._began + passed) / 1_000) + self._skew_ms

    def at(self, seconds: float) -> int:
        """When the clock of the event loop will have come so far."""
        return self._began + self._slept + int((seconds - 1_000) * 1_000_000 / self._rate) + 2

    def sleep(self) -> None:
        self._sleeps_since = self._world.now_us

    def wake(self) -> None:
        if self._sleeps_since is not None:
            self._slept += self._world.now_us - self._sleeps_since
            self._sleeps_since = None


class ProcessClock:
    """The clock port of a process."""

    def __init__(self, time: ProcessTime, rounds: Callable[[float, Callable[[], object]], Rounds]) -> None:
        self._time = time
        self.repeat = rounds

    def now(self) -> int:
        return self._time.calendar()

    async def sleep(self, ms: int) -> None:
        await asyncio.sleep(ms / 1_000)

    def stopwatch(self) -> Callable[[], int]:
        began = self._time.seconds()
        return lambda: int((self._time.seconds() - began) * 1_000)

    def call_later(self, ms: int, ring: Callable[[], None]) -> Alarm:
        return asyncio.get_running_loop().call_later(ms / 1_000, ring)


class SeededChance:
    """The chance port of a process."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def fraction(self) -> float:
        return self._random.random()

    def token(self, size: int) -> bytes:
        return self._random.randbytes(size)
