"""DBOS: async workflows of async steps, called directly, and through its queue. Nothing of Pikku is here."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from dbos import DBOS, DBOSConfig

from benchmarks.rate import percentiles

QUEUE = "bench"
WARM_UP = 10


@DBOS.step()  # type: ignore[untyped-decorator]
async def echo(number: int) -> int:
    return number


@DBOS.workflow()  # type: ignore[untyped-decorator]
async def steps_in_turn(steps: int) -> int:
    for number in range(steps):
        await echo(number)
    return steps


@DBOS.step()  # type: ignore[untyped-decorator]
def plain_echo(number: int) -> int:
    return number


@DBOS.workflow()  # type: ignore[untyped-decorator]
def plain_steps_in_turn(steps: int) -> int:
    for number in range(steps):
        plain_echo(number)
    return steps


async def lone_run(url: str, steps: int) -> dict[str, float]:
    """Steps a second of one run."""
    async with _launched(url):
        await steps_in_turn(WARM_UP)
        began = time.perf_counter()
        await steps_in_turn(steps)
        return {"rate": steps / (time.perf_counter() - began)}


async def many_runs(url: str, runs: int, steps: int) -> dict[str, float]:
    """Steps a second of so many runs at once of so many steps each."""
    async with _launched(url):
        await steps_in_turn(WARM_UP)
        began = time.perf_counter()
        await asyncio.gather(*(steps_in_turn(steps) for _ in range(runs)))
        return {"rate": runs * steps / (time.perf_counter() - began)}


async def plain_runs(url: str, lone_steps: int, runs: int, steps: int) -> dict[str, float]:
    """Steps a second of plain workflows of plain steps: of one run in a thread, and of so many at once in DBOS' threads."""
    async with _launched(url):
        return await asyncio.to_thread(_plain_runs, lone_steps, runs, steps)


def _plain_runs(lone_steps: int, runs: int, steps: int) -> dict[str, float]:
    plain_steps_in_turn(WARM_UP)
    began = time.perf_counter()
    plain_steps_in_turn(lone_steps)
    alone = time.perf_counter()
    handles = [DBOS.start_workflow(plain_steps_in_turn, steps) for _ in range(runs)]
    for handle in handles:
        handle.get_result()
    return {"lone": lone_steps / (alone - began), "many": runs * steps / (time.perf_counter() - alone)}


async def queued(url: str, runs: int, lone_runs: int, polling: float) -> dict[str, float]:
    """Runs of one step enqueued a second; the same done a second; milliseconds from enqueue to result of lone ones.

    `polling` is in seconds, for the queue and for the results: both are documented settings.
    """
    async with _launched(url, polling):
        await _result(await _enqueued(), polling)
        began = time.perf_counter()
        handles = await asyncio.gather(*(_enqueued() for _ in range(runs)))
        enqueued = time.perf_counter()
        await asyncio.gather(*(_result(handle, polling) for handle in handles))
        ended = time.perf_counter()
        took = [await _alone(polling) for _ in range(lone_runs)]
    return {"enqueued": runs / (enqueued - began), "done": runs / (ended - began), **percentiles(took)}


async def _alone(polling: float) -> float:
    began = time.perf_counter()
    await _result(await _enqueued(), polling)
    return time.perf_counter() - began


async def _enqueued() -> Any:
    return await DBOS.enqueue_workflow_async(QUEUE, steps_in_turn, 1)


async def _result(handle: Any, polling: float) -> int:
    result: int = await handle.get_result(polling_interval_sec=polling)
    return result


@asynccontextmanager
async def _launched(url: str, polling: float | None = None) -> AsyncIterator[None]:
    config: DBOSConfig = {"name": "bench", "system_database_url": url, "log_level": "ERROR"}
    DBOS(config=config)
    DBOS.launch()
    if polling is not None:
        await DBOS.register_queue_async(QUEUE, polling_interval_sec=polling)
    try:
        yield
    finally:
        DBOS.destroy()
