"""Runs that are under way, executed in this process or by a worker, when something happens to their store."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.stores.on_redis.surroundings import PATIENCE

from pikku import Client, Context, Pikku, RunHandle, Services, WorkflowContext, WorkflowService, func, workflow_func
from pikku.ports.store import Store
from pikku.queues.store_queue import StoreQueue
from pikku.runtime.work import Work

RUNS = 20


class Gate(Services):
    """In the middle of each run somebody waits until it opens."""

    def __init__(self) -> None:
        self.waiting = 0
        self.all_wait = asyncio.Event()
        self.open = asyncio.Event()

    async def enter(self) -> None:
        self.waiting += 1
        if self.waiting == RUNS:
            self.all_wait.set()
        await self.open.wait()


@func
async def add(ctx: Context[Gate], data: tuple[int, int]) -> int:
    number, turn = data
    if turn == 5:
        await ctx.services.enter()
    return number + 1


@workflow_func
async def counts(ctx: WorkflowContext[Gate], data: int) -> int:
    for turn in range(10):
        data = await ctx.workflow.do("add", add, (data, turn))
    await ctx.workflow.sleep("nap", "10ms")
    return await ctx.workflow.do("here", lambda: data + 1)


class Counters:
    """All of them wait for the gate, in the middle, and for each of them somebody waits."""

    def __init__(self, pikku: Client[Gate], gate: Gate, handles: list[RunHandle[int]]) -> None:
        self.gate = gate
        self._pikku = pikku
        self._handles = handles
        self._results = [asyncio.create_task(handle.result()) for handle in handles]

    async def end_right(self) -> None:
        assert await asyncio.gather(*self._results) == [number + 11 for number in range(RUNS)]
        for handle in self._handles:
            history = await self._pikku.workflow_service.get_run_history(handle.run_id)
            done = Counter(each.key for each in history if each.status == "succeeded")
            assert set(done.values()) == {1}
            assert len(done) == 12


@asynccontextmanager
async def under_way(store: Store, *, remote: bool) -> AsyncIterator[Counters]:
    """As many as there is a number for."""
    gate = Gate()
    app = Pikku(services=lambda: gate)
    app.add_functions(add)
    app.wire_workflow(name="counts", func=counts)
    service = WorkflowService(store, StoreQueue() if remote else None, lease="1s")
    async with asyncio.timeout(3 * PATIENCE), app.connect(service, work=Work(concurrency=RUNS)) as pikku:
        handles = [await pikku.start(counts, number) for number in range(RUNS)]
        counters = Counters(pikku, gate, handles)
        await gate.all_wait.wait()
        yield counters
