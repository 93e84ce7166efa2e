"""How often something can be done, once after the other."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

SECONDS = 1.0
PAYLOAD = "x" * 100


async def rate(once: Callable[[int], Awaitable[Any]]) -> float:
    """Times per second. Each is told its number."""
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        await once(count)
        count += 1
    return count / (time.perf_counter() - began)
