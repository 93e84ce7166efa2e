"""How often something can be done, once after the other."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

PAYLOAD = "x" * 100
MS = 1_000.0


async def rate(once: Callable[[int], Awaitable[Any]], seconds: float) -> float:
    """Times per second. Each is told its number."""
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        await once(count)
        count += 1
    return count / (time.perf_counter() - began)


def percentiles(took: list[float]) -> dict[str, float]:
    """The time within which half, 95 and 99 of 100 are done, of seconds, in milliseconds."""
    ordered = sorted(took)
    return {f"p{part}": ordered[min(len(ordered) - 1, len(ordered) * part // 100)] * MS for part in (50, 95, 99)}
