"""The real clock and the real chance."""

import asyncio
import random
import secrets
import time
from collections.abc import Callable

from pikku.runtime.rounds import ThreadRounds


class SystemClock:
    """The machine's clock and asyncio's timers."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000

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
