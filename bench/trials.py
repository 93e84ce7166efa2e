"""What is measured. Each trial has an empty database, and tells some figures by name."""

import asyncio
import statistics
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import asyncpg

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
from bench.processes import working

Figures = dict[str, float]
Trial = Callable[[str], Coroutine[Any, Any, Figures]]

INSERTS = "plain INSERTs/s"
RUNS = 200
LONE_RUNS = 100
INSERT_SECONDS = 1.0
STARTS = 2_000
STARTS_AT_ONCE = 1_000
MILLION = 1_000_000


async def inserts(url: str) -> Figures:
    """The yardstick: one connection, one committed INSERT after the other."""
    connection = await asyncpg.connect(url)
    await connection.execute(
        "CREATE TABLE yardstick (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload text)"
    )
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < INSERT_SECONDS:
        await connection.execute("INSERT INTO yardstick (payload) VALUES ($1)", "x" * 100)
        count += 1
    rate = count / (time.perf_counter() - began)
    await connection.close()
    return {INSERTS: rate}


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


async def sleepers(url: str, count: int) -> Figures:
    """So many sleeping runs: what they cost a worker in memory, and how fast they wake."""
    admin = await asyncpg.connect(url)
    async with app.connect(service_at(url, "store")) as pikku, working(url, "store") as worker:
        before = worker.memory()
        began = time.perf_counter()
        for start in range(0, count, STARTS_AT_ONCE):
            await asyncio.gather(*(pikku.start(sleeper, start + number) for number in range(STARTS_AT_ONCE)))
        await _until(admin, "owner IS NULL AND due_ms > created_ms + 1000", count)
        asleep, after = time.perf_counter(), worker.memory()
        async with admin.transaction():
            for table in "workflow_runs", "workflow_step":
                await admin.execute(f"UPDATE workflows.{table} SET due_ms = due_ms - 30 * 86400000::bigint")  # noqa: S608
        woken = time.perf_counter()
        await _until(admin, "status = 'completed'", count)
        ended = time.perf_counter()
    await admin.close()
    return {
        f"{count:,} sleepers put to sleep/s": count / (asleep - began),
        f"{count:,} sleepers, worker MB before": before / MILLION,
        f"{count:,} sleepers, worker MB asleep": after / MILLION,
        f"{count:,} sleepers woken/s": count / (ended - woken),
    }


def trials(sleeping: int) -> list[Trial]:
    """All of them, in the order of a round."""
    return [
        inserts,
        lone_runs,
        partial(rpc_steps, queue="store"),
        partial(rpc_steps, queue="pgqueuer"),
        inline_steps,
        starts,
        *([partial(sleepers, count=sleeping)] if sleeping else []),
    ]


async def _all_done(pikku: Any, workflow: Any) -> float:
    began = time.perf_counter()
    handles = await asyncio.gather(*(pikku.start(workflow, number) for number in range(RUNS)))
    await asyncio.gather(*(handle.result("120s") for handle in handles))
    return time.perf_counter() - began


async def _until(admin: Any, what: str, count: int) -> None:
    while await admin.fetchval(f"SELECT count(*) FROM workflows.workflow_runs WHERE {what}") < count:  # noqa: S608
        await asyncio.sleep(0.1)
