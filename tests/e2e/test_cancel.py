"""Ending a run before its end: from inside and from outside."""

import asyncio
from typing import Any

import pytest
from tests.e2e.system import System

from pikku import Pikku, RunCancelledError, Services, UnknownRunError, WorkflowContext, workflow_func
from pikku.model.errors import RunEndedError

Body = WorkflowContext[Services]


def wired(body: Any) -> Pikku[Services]:
    app = Pikku()
    app.wire_workflow(name="cancels", func=body)
    return app


async def test_a_workflow_cancels_itself_and_its_finally_blocks_still_take_their_steps(system: System) -> None:
    released: list[str] = []

    @workflow_func
    async def cancels(ctx: Body) -> None:
        try:
            await ctx.workflow.do("reserve", lambda: "room 7")
            try:
                ctx.workflow.cancel("the guest is not coming")
            except Exception:  # noqa: BLE001
                raise AssertionError("a cancellation is no Exception") from None
        finally:
            await ctx.workflow.sleep("1d")
            await ctx.workflow.do("release", lambda: released.append("room 7"))

    async with system.connect(wired(cancels)) as pikku:
        handle = await pikku.start(cancels)
        with pytest.raises(RunCancelledError, match="the guest is not coming") as caught:
            await system.leap(handle.result())
    assert caught.value.reason == "the guest is not coming"
    assert released == ["room 7"]


async def test_a_cancel_in_a_branch_of_a_task_group_cancels_the_run(system: System) -> None:
    @workflow_func
    async def cancels(ctx: Body) -> None:
        async def branch() -> None:
            await ctx.workflow.do("look", lambda: None)
            ctx.workflow.cancel("seen enough")

        async with asyncio.TaskGroup() as group:
            group.create_task(branch())
            group.create_task(ctx.workflow.sleep("1d"))

    async with system.connect(wired(cancels)) as pikku:
        handle = await pikku.start(cancels)
        run = await system.leap(handle.ended())
    assert (run.status, run.error.message) == ("cancelled", "seen enough")


async def test_a_sleeping_run_is_cancelled_from_outside_at_once(system: System) -> None:
    cleaned: list[Any] = []

    @workflow_func
    async def cancels(ctx: Body) -> None:
        try:
            await ctx.workflow.sleep("forever", "1000d")
        except Exception:  # noqa: BLE001
            cleaned.append("an Exception")

    async with system.connect(wired(cancels)) as pikku:
        handle = await pikku.start(cancels)
        await system.waits_for("forever")
        await pikku.cancel_run(handle.run_id, reason="changed my mind")
        run = await handle.ended()
        assert (run.status, run.error and run.error.message) == ("cancelled", "changed my mind")
        with pytest.raises(RunEndedError, match="is cancelled and is not changed any more"):
            await pikku.cancel_run(handle.run_id)
        with pytest.raises(UnknownRunError, match="there is no run 'nowhere'"):
            await pikku.cancel_run("nowhere")
    [attempt] = await system.store.history(handle.run_id)
    assert (attempt.status, attempt.error and attempt.error.code) == ("failed", "RUN_ENDED")
    assert cleaned == []


async def test_a_step_under_way_is_cancelled_with_its_run(system: System) -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def endless() -> None:
        began.set()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.set()

    @workflow_func
    async def cancels(ctx: Body) -> None:
        await ctx.workflow.do("endless", endless)

    async with system.connect(wired(cancels)) as pikku:
        handle = await pikku.start(cancels)
        await began.wait()
        await pikku.cancel_run(handle.run_id)
        with pytest.raises(RunCancelledError):
            await handle.result()
        await ended.wait()


async def test_another_process_may_cancel_a_run_and_its_owner_stops(system: System) -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def endless() -> None:
        began.set()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.set()

    @workflow_func
    async def cancels(ctx: Body) -> None:
        await ctx.workflow.do("endless", endless)

    app = wired(cancels)
    # With so long a lease it is no renewal that tells the owner.
    async with system.connect(app, lease="1h") as owner, system.connect(app) as other:
        handle = await owner.start(cancels)
        await began.wait()
        await other.cancel_run(handle.run_id, reason="from afar")
        async with asyncio.timeout(60):
            await ended.wait()
        with pytest.raises(RunCancelledError, match="from afar"):
            await handle.result()
