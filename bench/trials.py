"""What is measured. Each trial has an empty store, and tells some figures by name."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, NamedTuple

from bench.application import (
    INLINE_STEPS,
    RPC_STEPS,
    app,
    one_step,
    service_at,
    sleeper,
    ten_steps,
    twenty_inline_steps,
)
from bench.database import Database, Figures
from bench.processes import working

RUNS = 200
LONE_RUNS = 100
STARTS = 2_000
STARTS_AT_ONCE = 1_000
MILLION = 1_000_000


class Trial(NamedTuple):
    """Something to be measured at the address of a store."""

    name: str
    measure: Callable[[str], Coroutine[Any, Any, Figures]]
    often: bool = True
    """Whether each round measures it anew."""


async def lone_runs(url: str) -> Figures:
    """From start to result of a run with one RPC step: client here, worker in another process."""
    async with app.connect(service_at(url, "store")) as pikku, working(url, "store"):
        await pikku.run(one_step, 0)
        took = []
        for number in range(LONE_RUNS):
            began = time.perf_counter()
            await pikku.run(one_step, number)
            took.append((time.perf_counter() - began) * 1_000)
    parts = statistics.quantiles(took, n=20)
    return {"one-step run, p50 ms": statistics.median(took), "one-step run, p95 ms": parts[18]}


async def rpc_steps(url: str, queue: str) -> Figures:
    """Many runs at once of RPC steps, one after the other, through one worker process."""
    async with app.connect(service_at(url, queue)) as pikku, working(url, queue):
        await pikku.run(ten_steps, 0)
        took = await _all_done(pikku, ten_steps)
    return {f"RPC steps/s, {queue}": RUNS * RPC_STEPS / took}


async def inline_steps(url: str) -> Figures:
    """Many runs at once of inline steps, in this process."""
    async with app.connect(service_at(url, "none")) as pikku:
        await pikku.run(twenty_inline_steps, 0)
        took = await _all_done(pikku, twenty_inline_steps)
    return {"inline steps/s": RUNS * INLINE_STEPS / took}


async def starts(url: str) -> Figures:
    """Runs started by one client, many at once; nobody works on them."""
    async with app.connect(service_at(url, "store")) as pikku:
        await pikku.start(one_step, 0)
        began = time.perf_counter()
        await asyncio.gather(*(pikku.start(one_step, number) for number in range(STARTS)))
        return {"runs started/s": STARTS / (time.perf_counter() - began)}


async def sleepers(url: str, database: Database, count: int) -> Figures:
    """So many sleeping runs: what they cost a worker in memory, and how fast they wake."""
    async with app.connect(service_at(url, "store")) as pikku, working(url, "store") as worker:
        before = worker.memory()
        began = time.perf_counter()
        for start in range(0, count, STARTS_AT_ONCE):
            await asyncio.gather(*(pikku.start(sleeper, start + number) for number in range(STARTS_AT_ONCE)))
        await _until(database.asleep, count)
        asleep, after = time.perf_counter(), worker.memory()
        await database.wake()
        woken = time.perf_counter()
        await _until(database.completed, count)
        ended = time.perf_counter()
    return {
        f"{count:,} sleepers put to sleep/s": count / (asleep - began),
        f"{count:,} sleepers, worker MB before": before / MILLION,
        f"{count:,} sleepers, worker MB asleep": after / MILLION,
        f"{count:,} sleepers woken/s": count / (ended - woken),
    }


def yardsticks(database: Database) -> Trial:
    """What all others are compared with."""
    return Trial(f"{database.name} yardsticks", lambda url: database.yardsticks())


def trials(database: Database, sleeping: int) -> list[Trial]:
    """All others, in the order of a round."""
    each = [
        Trial("lone_runs", lone_runs),
        *(Trial(f"rpc_steps {queue}", partial(rpc_steps, queue=queue)) for queue in database.queues),
        Trial("inline_steps", inline_steps),
        Trial("starts", starts),
        Trial("sleepers", partial(sleepers, database=database, count=sleeping), often=False),
    ]
    return [
        trial._replace(name=f"{database.name} {trial.name}") for trial in each if sleeping or trial.name != "sleepers"
    ]


async def _all_done(pikku: Any, workflow: Any) -> float:
    began = time.perf_counter()
    handles = await asyncio.gather(*(pikku.start(workflow, number) for number in range(RUNS)))
    await asyncio.gather(*(handle.result("120s") for handle in handles))
    return time.perf_counter() - began


async def _until(how_many: Callable[[], Awaitable[int]], count: int) -> None:
    while await how_many() < count:
        await asyncio.sleep(0.1)
