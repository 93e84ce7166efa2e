"""Many runs at once."""

import asyncio
import time
from typing import Any

PATIENCE = "300s"
STARTS_AT_ONCE = 1_000


async def all_done(pikku: Any, workflow: Any, runs: int, data: int) -> float:
    """The seconds from the first start until all are done."""
    began = time.perf_counter()
    handles = await asyncio.gather(*(pikku.start(workflow, data) for _ in range(runs)))
    await asyncio.gather(*(handle.result(PATIENCE) for handle in handles))
    return time.perf_counter() - began


async def start_all(pikku: Any, workflow: Any, runs: int) -> list[Any]:
    """Handles of so many runs, started a thousand at once."""
    handles: list[Any] = []
    for first in range(0, runs, STARTS_AT_ONCE):
        numbers = range(first, min(first + STARTS_AT_ONCE, runs))
        handles += await asyncio.gather(*(pikku.start(workflow, number) for number in numbers))
    return handles
