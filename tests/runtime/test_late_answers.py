"""The store's answer to a write comes after what the write has led to elsewhere."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pikku import Context, MemoryStore, Pikku, Services, WorkflowContext, WorkflowService, func, workflow_func
from pikku.model.change import Change, Outcome, StepInserted
from pikku.model.ids import RunId
from pikku.ports.store import Snapshot, Store
from pikku.queues.store_queue import StoreQueue
from pikku.runtime.work import Work


@func
async def charge(ctx: Context[Services]) -> str:
    return "paid"


@workflow_func
async def remote(ctx: WorkflowContext[Services]) -> str:
    return await ctx.workflow.do("charge", charge)


app = Pikku()
app.add_functions(charge)
app.wire_workflow(name="remote", func=remote)


class LateAnswer:
    """Answers to the first record of a step once the process has read that the step is finished."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_read = asyncio.Event()

    def __getattr__(self, verb: str) -> Any:
        return getattr(self._store, verb)

    async def close(self) -> None:
        return

    async def apply(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        outcomes = await self._store.apply(changes)
        if any(isinstance(change, StepInserted) for change in changes):
            await self._is_read.wait()
        return outcomes

    async def load(
        self, run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]] | None = None
    ) -> Sequence[Snapshot]:
        loaded = await self._store.load(run_ids, only)
        if any(step.status.final for each in loaded for step in each.steps.values()):
            asyncio.get_running_loop().call_soon(self._is_read.set)
        return loaded


async def test_a_result_that_comes_before_the_answer_to_its_dispatch_is_not_forgotten() -> None:
    store = MemoryStore()
    owner = app.connect(WorkflowService(LateAnswer(store), StoreQueue()), work=Work(steps=False))
    worker = app.connect(WorkflowService(store, StoreQueue()), work=Work(orchestrate=False))
    async with worker, owner as pikku:
        handle = await pikku.start(remote)
        assert await handle.result(timeout="20s") == "paid"
