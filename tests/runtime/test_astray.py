"""A record of which the process was told that it failed, and which the store makes all the same, when it has been looked for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pytest

from pikku import Context, MemoryStore, Pikku, Services, WorkflowContext, WorkflowService, func, workflow_func
from pikku.model.change import Change, Outcome, StepInserted, StepMoved
from pikku.model.errors import StoreUnavailableError
from pikku.model.ids import RunId
from pikku.model.step import StepStatus
from pikku.ports.store import Snapshot, Store

executed: list[int] = []


@func
async def charge(ctx: Context[Services]) -> str:
    assert ctx.step is not None
    executed.append(ctx.step.attempt_count)
    if ctx.step.attempt_count < 2 and ctx.step.step_name == "twice":
        raise ConnectionError("the bank does not answer")
    return f"paid, attempt {ctx.step.attempt_count}"


@workflow_func
async def once(ctx: WorkflowContext[Services]) -> str:
    return await ctx.workflow.do("once", charge)


@workflow_func
async def twice(ctx: WorkflowContext[Services]) -> str:
    return await ctx.workflow.do("twice", charge, retries=1)


app = Pikku()
app.add_functions(charge)
app.wire_workflow(name="once", func=once)
app.wire_workflow(name="twice", func=twice)


class Astray:
    """The first result of a step goes astray, and arrives just after the process has read its run again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._astray: Sequence[Change] | None = None

    def __getattr__(self, verb: str) -> Any:
        return getattr(self._store, verb)

    async def apply(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        if self._astray is None and any(map(_is_result, changes)):
            self._astray = changes
            raise StoreUnavailableError("of the test", "the answer did not come in time")
        return await self._store.apply(changes)

    async def load(
        self, run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]] | None = None
    ) -> Sequence[Snapshot]:
        loaded = await self._store.load(run_ids, only)
        if self._astray:
            await self._store.apply(self._astray)
            self._astray = ()
        return loaded


def _is_result(change: Change) -> bool:
    return isinstance(change, StepInserted | StepMoved) and change.standing.status is StepStatus.SUCCEEDED


@pytest.mark.parametrize("workflow", [once, twice])
async def test_a_step_whose_result_arrives_after_all_is_not_executed_again(workflow: Any) -> None:
    executed.clear()
    async with app.connect(WorkflowService(Astray(MemoryStore()))) as pikku:
        assert await pikku.run(workflow) == f"paid, attempt {len(executed)}"
    assert executed == [1] if workflow is once else [1, 2]
