"""Runs under way on a store in trouble, and a witness who sees the store from another side, where there is none."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

from pikku import Client, Pikku, Services, WorkflowContext, WorkflowService, func, workflow_func
from pikku.model.errors import StoreUnavailableError
from pikku.model.ids import RunId
from pikku.model.run import RunStatus
from pikku.ports.store import Snapshot, Store
from pikku.queues.store_queue import StoreQueue
from pikku.runtime.context import Context

RUNS, STEPS = 12, 4
PATIENCE = 60.0
PAUSE = 0.01


class Witness(Services):
    """Sees each step begin, and asks the store whether it had been finished before."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.begun = 0
        self.repeated: list[str] = []
        self.is_under_way = asyncio.Event()

    async def see(self, run_id: RunId, key: str) -> None:
        self.begun += 1
        if self.begun > RUNS:
            self.is_under_way.set()
        for snapshot in await self._read(run_id, key):
            step = snapshot.steps.get(key)
            if step is not None and step.status.final and snapshot.run.status is RunStatus.RUNNING:
                self.repeated.append(f"{run_id} {key}")

    async def _read(self, run_id: RunId, key: str) -> Sequence[Snapshot]:
        # A disk has no other side: who reads a folder of files may have to finish first what somebody else could not write.
        while True:
            with suppress(StoreUnavailableError):
                return await self._store.load([run_id], {run_id: [key]})
            await asyncio.sleep(PAUSE)


class Doubling(NamedTuple):
    number: int
    times: int


@func
async def double(ctx: Context[Witness], data: int) -> int:
    step = ctx.step
    if step is not None:
        await ctx.services.see(step.run_id, step.key)
    return 2 * data


@workflow_func
async def doubling(ctx: WorkflowContext[Witness], data: Doubling) -> int:
    result = data.number
    for _ in range(data.times):
        result = await ctx.workflow.do("double", double, result)
    return result


class Crowd:
    """Many runs, started in fair weather."""

    def __init__(self, pikku: Client[Witness], witness: Witness) -> None:
        self._pikku = pikku
        self._witness = witness

    async def start(self, steps: int = STEPS) -> None:
        self._steps = steps
        self._handles = await asyncio.gather(
            *(self._pikku.start(doubling, Doubling(number, steps)) for number in range(RUNS))
        )
        await self._witness.is_under_way.wait()

    async def end_right(self) -> None:
        """Every run has its result, every step is recorded once, and none began again after that."""
        async with asyncio.timeout(PATIENCE):
            results = await asyncio.gather(*(handle.result() for handle in self._handles))
        assert results == [number * 2**self._steps for number in range(RUNS)]
        assert self._witness.repeated == []
        for handle in self._handles:
            history = await self._pikku.workflow_service.get_run_history(handle.run_id)
            assert [each.status for each in history if each.status == "succeeded"] == ["succeeded"] * self._steps


@asynccontextmanager
async def crowd_on(store: Store, seen_from: Store) -> AsyncIterator[Crowd]:
    """Runs on a store through workers; the witness looks at it from the other side."""
    await store.open()
    await seen_from.open()
    witness = Witness(seen_from)
    app = Pikku(services=lambda: witness)
    app.add_functions(double)
    app.wire_workflow(name="doubling", func=doubling)
    try:
        async with app.connect(WorkflowService(store, StoreQueue(), lease="2s"), work=True) as pikku:
            yield Crowd(pikku, witness)
    finally:
        await seen_from.close()
