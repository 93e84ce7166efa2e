"""Many runs on few connections, and runs that sleep in no memory but the database's."""

import asyncio
import gc
import tracemalloc
from collections import Counter
from contextlib import suppress
from operator import sub
from typing import Any

import asyncpg
import pytest
from tests.stores.postgres.surroundings import NewStore, until

from pikku import Context, Pikku, Services, WorkflowContext, WorkflowService, func, workflow_func
from pikku.queues.store_queue import StoreQueue
from pikku.runtime.body import Body
from pikku.runtime.tenure import Tenure
from pikku.runtime.work import Work

RUNS = 1_000
POOL_SIZE = 4
BESIDE_THE_POOL = 2
"""One connection for hints, one for leases."""

NAPS, SLEEPERS_EACH = 4, 400
BYTES_PER_SLEEPER = 200
"""Far less than any object for each of them would take; a body with its run takes thousands."""


class Barrier(Services):
    """Opens when so many are inside at once."""

    def __init__(self) -> None:
        self.inside = 0
        self.all_inside = asyncio.Event()

    async def enter(self) -> None:
        self.inside += 1
        if self.inside == RUNS:
            self.all_inside.set()
        await self.all_inside.wait()


@func
async def meet(ctx: Context[Barrier], data: int) -> int:
    await ctx.services.enter()
    return data


@workflow_func
async def meets_in_a_worker(ctx: WorkflowContext[Barrier], data: int) -> int:
    return await ctx.workflow.do("meet", meet, data)


@workflow_func
async def meets_in_the_body(ctx: WorkflowContext[Barrier], data: int) -> int:
    async def here() -> int:
        await ctx.services.enter()
        return data

    return await ctx.workflow.do("meet", here)


@pytest.mark.parametrize("mode", ["inline", "remote"])
async def test_a_thousand_runs_that_are_inside_a_step_at_once_finish_on_a_pool_of_four(
    mode: str, new_store: NewStore, postgres_url: str
) -> None:
    workflow = meets_in_a_worker if mode == "remote" else meets_in_the_body
    app = Pikku(services=Barrier)
    app.add_functions(meet)
    app.wire_workflow(name="meeting", func=workflow)
    service = WorkflowService(new_store(pool_size=POOL_SIZE), StoreQueue() if mode == "remote" else None)
    admin = await asyncpg.connect(postgres_url)
    before, counts = await connections(admin), Counter[int]()

    async def count() -> None:
        while True:
            counts[await connections(admin) - before] += 1
            await asyncio.sleep(0.02)  # how often it is looked

    async with app.connect(service, work=Work(concurrency=RUNS)) as pikku:
        counting = asyncio.create_task(count())
        handles = await asyncio.gather(*(pikku.start(workflow, number) for number in range(RUNS)))
        assert await asyncio.gather(*(handle.result("60s") for handle in handles)) == list(range(RUNS))
        counting.cancel()
        with suppress(asyncio.CancelledError):
            await counting
    await admin.close()
    assert 1 <= max(counts) <= POOL_SIZE + BESIDE_THE_POOL


async def connections(admin: Any) -> int:
    return int(await admin.fetchval("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"))


@workflow_func
async def sleeper(ctx: WorkflowContext[Services], data: int) -> int:
    await ctx.workflow.sleep("long", "30d")
    return data


async def test_sleeping_runs_leave_nothing_in_a_worker_and_all_of_them_wake(
    new_store: NewStore, postgres_url: str, schema: str
) -> None:
    app = Pikku()
    app.wire_workflow(name="sleeper", func=sleeper)
    admin = await asyncpg.connect(postgres_url)

    async def are(number: int, what: str) -> bool:
        found = await admin.fetchval(f"SELECT count(*) FROM {schema}.workflow_runs WHERE {what}")  # noqa: S608
        return bool(found == number)

    async def memory_with(sleepers: int) -> int:
        await asyncio.gather(*(pikku.start(sleeper, number) for number in range(SLEEPERS_EACH)))
        await until(lambda: are(sleepers, "owner IS NULL AND due_ms > created_ms + 1000"))
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    async with (
        app.connect(WorkflowService(new_store(), StoreQueue())) as pikku,
        app.connect(WorkflowService(new_store(), StoreQueue()), work=True),
    ):
        tracemalloc.start()
        used = [await memory_with(nap * SLEEPERS_EACH) for nap in range(1, NAPS + 1)]
        tracemalloc.stop()
        # The last ones are let go of when the answer to their release has arrived.
        await until(nothing_is_kept)
        await let_a_month_pass(admin, schema)
        await until(lambda: are(NAPS * SLEEPERS_EACH, "status = 'completed'"))
    await admin.close()
    # Tables and buffers grow now and then; what is kept for each sleeper would show every time.
    assert min(map(sub, used[1:], used)) / SLEEPERS_EACH < BYTES_PER_SLEEPER


async def nothing_is_kept() -> bool:
    return not any(isinstance(each, Body | Tenure) for each in gc.get_objects())


async def let_a_month_pass(admin: Any, schema: str) -> None:
    async with admin.transaction():
        for table in "workflow_runs", "workflow_step":
            await admin.execute(f"UPDATE {schema}.{table} SET due_ms = due_ms - 30 * 86400000::bigint")  # noqa: S608
