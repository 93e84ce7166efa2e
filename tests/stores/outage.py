"""A store that cannot write for a while, when a step of a run has just been executed."""

import asyncio
from collections.abc import Sequence
from functools import partial
from itertools import count
from typing import Any, Protocol

import pytest

from pikku import Pikku, Services, WorkflowContext, WorkflowService, workflow_func
from pikku.ports.store import Snapshot


class Trouble(Protocol):
    """What keeps a store from writing."""

    async def begin(self) -> None: ...
    async def end(self) -> None: ...


async def is_outlived(
    trouble: Trouble, service: WorkflowService, result: str, patience: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run goes on when the store can write again, and nothing of it is lost or executed in vain meanwhile.

    The lease of the service outlasts the trouble: else nothing would be executed before it is renewed, and nothing would end
    the trouble.
    """
    executed: list[str] = []
    looks, load = count(1), service.store.load

    async def pay() -> str:
        executed.append("pay")
        if len(executed) == 2:
            await trouble.begin()
        return result

    async def load_and_end_the_trouble(*of: Any) -> Sequence[Snapshot]:
        if next(looks) == 3:
            await trouble.end()
        return await load(*of)

    @workflow_func
    async def hard(ctx: WorkflowContext[Services]) -> str:
        await ctx.workflow.do("before", partial(executed.append, "before"))
        try:
            paid = await ctx.workflow.do("pay", pay)
        except Exception:  # noqa: BLE001
            raise AssertionError("a store that fails is no error of the body") from None
        await ctx.workflow.do("after", partial(executed.append, "after"))
        return paid

    app = Pikku()
    app.wire_workflow(name="hard", func=hard)
    monkeypatch.setattr(service.store, "load", load_and_end_the_trouble)
    async with asyncio.timeout(patience), app.connect(service) as pikku:
        handle = await pikku.start(hard)
        assert await handle.result() == result
        history = await pikku.workflow_service.get_run_history(handle.run_id)
    # It is not executed again and again meanwhile: first its next attempt must have been written.
    assert executed == ["before", "pay", "pay", "after"]
    assert [(each.key, each.status, each.attempt_count) for each in history] == [
        ("before", "succeeded", 1),
        ("pay", "succeeded", 1),
        ("after", "succeeded", 1),
    ]
