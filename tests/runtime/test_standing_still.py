"""A process that has stood still for longer than its lease, without knowing it, does nothing that is somebody else's by now."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest

from pikku import Client, Context, MemoryStore, Pikku, Services, WorkflowContext, WorkflowService, func, workflow_func
from pikku.model.change import Change, Lease, Outcome, RunCreated, StepMoved
from pikku.model.ids import RunId
from pikku.model.run import Run
from pikku.ports.store import ClaimedStep, Hint, RunQuery, Snapshot, Store
from pikku.queues.store_queue import StoreQueue
from pikku.runtime.work import Work
from pikku.testing import VirtualClock

LEASE_MS, SHOWN_AFTER_MS = 30_000, 500
executed: list[str] = []


@func
async def charge(ctx: Context[Services], data: str) -> str:
    executed.append("charge")
    return data


@workflow_func
async def remote(ctx: WorkflowContext[Services]) -> str:
    return await ctx.workflow.do("charge", charge, "paid")


@workflow_func
async def quick(ctx: WorkflowContext[Services]) -> str:
    await ctx.workflow.do("quick", lambda: executed.append("quick"))
    return "done"


app = Pikku()
app.add_functions(charge)
app.wire_workflow(name="remote", func=remote)
app.wire_workflow(name="quick", func=quick)


class StandsStill:
    """A store as a process sees it that stands still in one of its verbs, once: what the others do meanwhile happens there.

    Such a process hears nothing: what it needs to know it must ask. The store outlives the processes that open and close it.
    """

    def __init__(self, store: Store, verb: str = "", meanwhile: Callable[[], Awaitable[None]] | None = None) -> None:
        self._store = store
        self._verb = verb
        self._meanwhile = meanwhile

    def __getattr__(self, verb: str) -> Any:
        return getattr(self._store, verb)

    async def close(self) -> None:
        return

    async def claim_steps(
        self, lease: Lease, functions: Collection[str], limit: int, workflows: Collection[str] | None = None
    ) -> Sequence[ClaimedStep]:
        claimed = await self._store.claim_steps(lease, functions, limit, workflows)
        await self._stand_still("claim_steps", bool(claimed))
        return claimed

    async def claim_runs(self, lease: Lease, workflows: Collection[str], limit: int) -> Sequence[Run]:
        claimed = await self._store.claim_runs(lease, workflows, limit)
        await self._stand_still("claim_runs", bool(claimed))
        return claimed

    async def hints(self) -> AsyncIterator[Hint]:
        if self._verb:
            await asyncio.get_running_loop().create_future()
        async for hint in self._store.hints():
            yield hint

    async def apply(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        outcomes = await self._store.apply(changes)
        await self._stand_still("apply", any(isinstance(change, StepMoved) for change in changes))
        await self._stand_still("create", any(isinstance(change, RunCreated) for change in changes))
        return outcomes

    async def load(
        self, run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]] | None = None
    ) -> Sequence[Snapshot]:
        loaded = await self._store.load(run_ids, only)
        await self._stand_still("loaded", only is None)
        return loaded

    async def _stand_still(self, verb: str, is_it: bool) -> None:
        meanwhile = self._meanwhile
        if verb == self._verb and is_it and meanwhile is not None:
            self._meanwhile = None
            await meanwhile()


def remote_mode(store: Any) -> WorkflowService:
    return WorkflowService(store, StoreQueue(), lease=LEASE_MS, hand_off=False)


async def test_a_step_that_others_have_finished_while_its_worker_stood_still_is_not_begun() -> None:
    executed.clear()
    clock = VirtualClock()
    store, stood_still = MemoryStore(clock=clock), asyncio.Event()
    async with app.connect(remote_mode(StandsStill(store)), clock=clock) as starter:
        handle = await starter.start(remote)

        async def meanwhile() -> None:
            await clock.advance(LEASE_MS + 1)
            async with app.connect(remote_mode(StandsStill(store)), clock=clock, work=True):
                assert await handle.result() == "paid"
            stood_still.set()

        slow = remote_mode(StandsStill(store, "claim_steps", meanwhile))
        async with app.connect(slow, clock=clock, work=True) as worker:
            await stood_still.wait()
            await worker.drain()
    assert executed == ["charge"]


@pytest.mark.parametrize("is_read", [False, True], ids=["new", "read"])
async def test_a_run_that_others_have_claimed_while_its_owner_stood_still_is_theirs(is_read: bool) -> None:
    executed.clear()
    clock = VirtualClock()
    store, begun, may_end = MemoryStore(clock=clock), asyncio.Event(), asyncio.Event()

    @workflow_func
    async def inline(ctx: WorkflowContext[Services]) -> None:
        async def once() -> None:
            executed.append("inline")
            begun.set()
            await may_end.wait()

        await ctx.workflow.do("once", once)

    app = Pikku()
    app.wire_workflow(name="inline", func=inline)
    async with app.connect(remote_mode(StandsStill(store)), clock=clock, work=Work(orchestrate=False)) as starter:
        handle = await starter.start(inline)
        if is_read:  # as is done for a run that has had an owner
            await store.claim_runs(Lease("gone", LEASE_MS), ["inline"], 1)
            await clock.advance(LEASE_MS)
        async with AsyncExitStack() as others:

            async def meanwhile() -> None:
                await clock.advance(LEASE_MS + 1)
                other = app.connect(remote_mode(StandsStill(store)), clock=clock, work=True)
                await others.enter_async_context(other)
                await begun.wait()

            slow = remote_mode(StandsStill(store, "claim_runs", meanwhile))
            async with app.connect(slow, clock=clock, work=True):
                await begun.wait()
                await clock.advance(1_000)
                may_end.set()
                await handle.result()
    assert executed == ["inline"]


@pytest.mark.parametrize("answer", ["create", "claim_runs", "loaded"])
async def test_a_run_whose_answer_came_a_lease_late_is_not_begun_before_it_is_sure_whose_it_is(answer: str) -> None:
    executed.clear()
    clock = VirtualClock()
    store, stood_still = MemoryStore(clock=clock), asyncio.Event()
    late: list[Client[Services]] = []
    async with app.connect(remote_mode(StandsStill(store)), clock=clock, work=Work(orchestrate=False)) as starter:

        async def meanwhile() -> None:
            await clock.advance(LEASE_MS + 1)
            late[0].renew_leases()  # of what it knows of: that answer is still under way
            async with app.connect(remote_mode(StandsStill(store)), clock=clock, work=True) as other:
                [run] = await store.list_runs(RunQuery())
                assert await (await other.handle(run.run_id)).result() == "done"
            stood_still.set()

        slow = remote_mode(StandsStill(store, answer, meanwhile))
        if answer == "loaded":  # which is only done for a run that has had an owner
            await starter.start(quick)
            await store.claim_runs(Lease("gone", LEASE_MS), ["quick"], 1)
            await clock.advance(LEASE_MS)
        async with app.connect(slow, clock=clock, work=True) as worker:
            late.append(worker)
            if answer != "loaded":
                await (worker if answer == "create" else starter).start(quick)
            await stood_still.wait()
            await worker.run(quick)  # by then it has seen to the late one
    assert executed == ["quick", "quick"]


async def test_a_lost_attempt_that_others_have_made_up_for_while_its_new_owner_stood_still_is_not_begun() -> None:
    executed.clear()
    clock = VirtualClock()
    store, begun, stood_still = MemoryStore(clock=clock), asyncio.Event(), asyncio.Event()

    @workflow_func
    async def inline(ctx: WorkflowContext[Services]) -> None:
        async def once() -> None:
            executed.append("inline")
            begun.set()
            if len(executed) == 1:
                await asyncio.get_running_loop().create_future()

        await ctx.workflow.do("once", once)

    app = Pikku()
    app.wire_workflow(name="inline", func=inline)
    async with app.connect(remote_mode(StandsStill(store)), clock=clock, work=True) as doomed:
        handle = await doomed.start(inline)
        await begun.wait()
        await clock.advance(SHOWN_AFTER_MS)
        while not await store.history(handle.run_id):  # noqa: ASYNC110  until it is shown that the step is executed
            await asyncio.sleep(0)
        await doomed.abandon()
    await clock.advance(LEASE_MS + 1)

    async def meanwhile() -> None:
        await clock.advance(LEASE_MS + 1)
        async with app.connect(remote_mode(StandsStill(store)), clock=clock, work=True) as other:
            await (await other.handle(handle.run_id)).result()
        stood_still.set()

    slow = remote_mode(StandsStill(store, "apply", meanwhile))
    async with app.connect(slow, clock=clock, work=True) as worker:
        await stood_still.wait()
        await worker.drain()
    assert executed == ["inline", "inline"]
