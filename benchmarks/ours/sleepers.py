"""Many sleeping runs: what they cost a worker in memory, and how fast they wake."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from benchmarks.ours.application import app, service_at, sleeper
from benchmarks.ours.crowd import start_all
from benchmarks.ours.processes import working
from benchmarks.ours.sleep_peek import peek_at

LOOK_EVERY = 0.1


async def sleepers(url: str, count: int) -> dict[str, float]:
    """Megabytes of the worker before, with half of them and with all of them asleep; how many fall asleep and wake a second."""
    peek = peek_at(url)
    async with app.connect(service_at(url, "store")) as pikku, working(url, "store") as worker:
        before, began = worker.megabytes(), time.perf_counter()
        await start_all(pikku, sleeper, count // 2)
        await _until(peek.asleep, count // 2)
        half = worker.megabytes()
        await start_all(pikku, sleeper, count - count // 2)
        await _until(peek.asleep, count)
        asleep, all_of_them = time.perf_counter(), worker.megabytes()
        await peek.wake()
        woken = time.perf_counter()
        await _until(peek.completed, count)
        ended = time.perf_counter()
    return {
        "put to sleep": count / (asleep - began),
        "woken": count / (ended - woken),
        "MB before": before,
        "MB of half": half,
        "MB of all": all_of_them,
        "MB more for the second half": max(0.0, all_of_them - half),
    }


async def _until(how_many: Callable[[], Awaitable[int]], count: int) -> None:
    while await how_many() < count:
        await asyncio.sleep(LOOK_EVERY)
