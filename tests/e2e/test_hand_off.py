"""Remote mode: a lone step stays where its body is, if there is room; nobody can tell but by what is written."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

import pytest
from tests.e2e.system import PATIENCE, REMOTE, System, each_of

from pikku import Context, Pikku, Services, WorkflowContext, func, workflow_func
from pikku.model.change import Change, Lease, Outcome, StepInserted
from pikku.ports.store import ClaimedStep, Store
from pikku.runtime.work import Work

pytestmark = pytest.mark.parametrize("system", each_of(REMOTE), indirect=True)

Body = WorkflowContext[Services]


class Overheard:
    """A store, and what it is told of steps: how each stood when it was recorded first, and which were claimed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.recorded: dict[str, str] = {}
        self.claimed: list[str] = []

    def __getattr__(self, verb: str) -> Any:
        return getattr(self._store, verb)

    async def apply(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        self._hear(changes)
        return await self._store.apply(changes)

    async def apply_within(self, connection: Any, changes: Sequence[Change]) -> Sequence[Outcome]:
        self._hear(changes)
        return await self._store.apply_within(connection, changes)  # type: ignore[attr-defined, no-any-return]

    async def claim_steps(
        self, lease: Lease, functions: Collection[str], limit: int, workflows: Collection[str] | None = None
    ) -> Sequence[ClaimedStep]:
        claimed = await self._store.claim_steps(lease, functions, limit, workflows)
        self.claimed += [each.step.key for each in claimed]
        return claimed

    def _hear(self, changes: Sequence[Change]) -> None:
        self.recorded |= {
            each.call.key: each.standing.status.value for each in changes if isinstance(each, StepInserted)
        }


@func
async def add(ctx: Context[Services], data: int) -> int:
    return data + 1


@func
async def decline(ctx: Context[Services]) -> int:
    assert ctx.step is not None
    if ctx.step.attempt_count == 1:
        raise ConnectionError("at first")
    return ctx.step.attempt_count


@workflow_func
async def alone_and_together(ctx: Body) -> list[int]:
    alone = await ctx.workflow.do("alone", add, 0)
    together = await asyncio.gather(*(ctx.workflow.do("together", add, alone) for _ in range(2)))
    again = await ctx.workflow.do("again", decline, retries=1)
    return [alone, *together, again]


async def test_a_lone_step_is_written_once_and_others_are_put_up_for_all(system: System, longest_wait: Any) -> None:
    app = Pikku()
    app.add_functions(add, decline)
    app.wire_workflow(name="sample", func=alone_and_together)
    overheard = Overheard(system.store)
    assert await system.over(overheard).run(app, alone_and_together) == [1, 2, 2, 2]
    put_up = (
        ["together", "together#1", "again"] if longest_wait else ["alone", "together", "together#1", "again", "again"]
    )
    assert sorted(overheard.claimed) == sorted(put_up)
    stood = overheard.recorded
    assert stood.pop("alone") == ("succeeded" if longest_wait else "scheduled")
    assert stood == dict.fromkeys(["together", "together#1", "again"], "scheduled")


@pytest.mark.parametrize("rescuer", [Work(), Work(steps=False)], ids=["stays", "queued"])
async def test_what_stayed_with_a_body_that_died_is_executed_again_by_whoever_has_room(
    system: System, rescuer: Work
) -> None:
    began, executed = asyncio.Event(), list[int]()

    @func
    async def endless(ctx: Context[Services]) -> str:
        assert ctx.step is not None
        executed.append(ctx.step.attempt_count)
        began.set()
        if len(executed) == 1:
            await asyncio.get_running_loop().create_future()
        return "done"

    @workflow_func
    async def job(ctx: Body) -> str:
        return await ctx.workflow.do("endless", endless)

    app = Pikku()
    app.add_functions(endless)
    app.wire_workflow(name="job", func=job)
    async with asyncio.timeout(PATIENCE), system.connect(app, work=False) as client:
        handle = await client.start("job")
        async with system.connect(app) as doomed:
            await began.wait()
            await system.clock.advance("1s")
            await doomed.abandon()
        await system.clock.advance("31s")
        async with system.connect(app, work=rescuer), system.connect(app, work=Work(orchestrate=False)):
            assert await handle.result() == "done"
    history = await system.store.history(handle.run_id)
    assert [(each.attempt_count, each.error and each.error.code) for each in history] == [
        (1, "ATTEMPT_LOST"),
        (2, None),
    ]
    assert executed == [1, 2]
