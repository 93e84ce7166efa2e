"""The real clock and the real chance."""

import asyncio
import random
import secrets
import time
from collections.abc import Callable

from pikku.runtime.rounds import ThreadRounds

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_REALTIME)
"""Goes on while the machine sleeps, and nobody can set it; where there is none such, the calendar has to do."""


class SystemClock:
    """The machine's clock and asyncio's timers.

    Time begins with the calendar and goes on steadily: whoever sets the calendar back must not make a process believe that
    its leases are young, or that a sleep has just begun.
    """

    def __init__(self) -> None:
        self._began = time.time_ns() - time.clock_gettime_ns(_STEADY)

    def now(self) -> int:
        return (self._began + time.clock_gettime_ns(_STEADY)) // 1_000_000

    async def sleep(self, ms: int) -> None:
        await asyncio.sleep(ms / 1_000)

    def stopwatch(self) -> Callable[[], int]:
        began = time.perf_counter_ns()
        return lambda: (time.perf_counter_ns() - began) // 1_000_000

    def call_later(self, ms: int, ring: Callable[[], None]) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(ms / 1_000, ring)

    def repeat(self, ms: float, work: Callable[[], object]) -> ThreadRounds:
        return ThreadRounds(ms, work)


class SystemChance:
    def fraction(self) -> float:
        return random.random()  # noqa: S311  it spreads retries, it keeps no secret

    def token(self, size: int) -> bytes:
        return secrets.token_bytes(size)
