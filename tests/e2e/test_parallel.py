"""Branches that run side by side, and that a replay finds as they were."""

import asyncio
from typing import Any

import pytest
from tests.e2e.system import System, noted

from pikku import Pikku, Services, StepFailedError, WorkflowContext, workflow_func
from pikku.model.ids import RunId

Body = WorkflowContext[Services]


def wired(body: Any) -> Pikku[Services]:
    app = Pikku()
    app.wire_workflow(name="parallel", func=body)
    return app


async def test_gather_task_group_and_comprehensions_give_results_in_their_places(system: System) -> None:
    executions: list[int] = []

    def work(number: int) -> Any:
        return lambda: noted(executions, number, number)

    @workflow_func
    async def parallel(ctx: Body) -> list[Any]:
        gathered = await asyncio.gather(*(ctx.workflow.do("gather", work(n)) for n in range(3)))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(ctx.workflow.do("group", work(n))) for n in range(3, 6)]
        await ctx.workflow.sleep("1d")
        comprehended = [await ctx.workflow.do("comprehend", work(n)) for n in range(6, 8)]
        return [gathered, [task.result() for task in tasks], comprehended]

    assert await system.run(wired(parallel), parallel) == [[0, 1, 2], [3, 4, 5], [6, 7]]
    assert sorted(executions) == list(range(8))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
async def test_branches_keep_their_results_whichever_of_them_was_first(system: System, order: tuple[int, ...]) -> None:
    """Every branch takes two steps of the same names: who calls the second one first depends on who was served first."""
    gates = [asyncio.Event() for _ in order]

    @workflow_func
    async def parallel(ctx: Body) -> list[Any]:
        async def branch(number: int) -> tuple[int, int]:
            async def first() -> int:
                await gates[number].wait()
                return number

            charged = await ctx.workflow.do("charge", first)
            shipped = await ctx.workflow.do("ship", lambda: charged * 10)
            await ctx.workflow.sleep("pause", "1d")
            return number, await ctx.workflow.do("confirm", lambda: shipped)

        return await asyncio.gather(*(branch(number) for number in range(len(order))))

    async with system.connect(wired(parallel)) as pikku:
        handle = await pikku.start("parallel")
        for number in order:
            gates[number].set()
            await _until_recorded(system, handle.run_id, f"{number * 10}")
        assert await system.leap(handle.result()) == [[0, 0], [1, 10], [2, 20]]


async def _until_recorded(system: System, run_id: RunId, result: str) -> None:
    async with asyncio.timeout(30):
        while not await _is_recorded(system, run_id, result):  # noqa: ASYNC110  what is awaited is in the store
            await asyncio.sleep(0)


async def _is_recorded(system: System, run_id: RunId, result: str) -> bool:
    history = await system.store.history(run_id)
    return any(attempt.step_name == "ship" and attempt.result_json == result for attempt in history)


async def test_a_branch_that_executes_is_not_lost_when_another_one_waits(system: System) -> None:
    gate, executions = asyncio.Event(), []

    async def slow() -> str:
        executions.append("slow")
        await gate.wait()
        return "done"

    @workflow_func
    async def parallel(ctx: Body) -> list[Any]:
        return list(await asyncio.gather(ctx.workflow.sleep("wait", "1h"), ctx.workflow.do("slow", slow)))

    async with system.connect(wired(parallel)) as pikku:
        handle = await pikku.start("parallel")
        await system.waits_for("wait")
        await system.clock.advance("2h")
        gate.set()
        assert await system.leap(handle.result()) == [None, "done"]
    assert executions == ["slow"]


async def test_a_failing_branch_of_a_task_group_cancels_the_others_and_fails_the_run(system: System) -> None:
    @workflow_func
    async def parallel(ctx: Body) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(ctx.workflow.sleep("long", "10d"))
            group.create_task(ctx.workflow.do("bad", lambda: 1 / 0))

    async with system.connect(wired(parallel)) as pikku:
        handle = await pikku.start("parallel")
        run = await system.leap(handle.ended())
    assert run.status == "failed"
    assert run.error.type == "ExceptionGroup"
    steps = {attempt.key: attempt for attempt in await system.store.history(handle.run_id)}
    assert steps["long"].error is not None
    assert steps["long"].error.code == "RUN_ENDED"


async def test_an_attempt_under_way_when_the_body_ends_is_recorded_and_later_steps_are_not_begun(
    system: System,
) -> None:
    gate, executions = asyncio.Event(), []

    async def slow() -> str:
        executions.append("slow")
        await gate.wait()
        return "done"

    @workflow_func
    async def parallel(ctx: Body) -> str:
        async def forgotten() -> None:
            await ctx.workflow.do("slow", slow)
            await ctx.workflow.do("never", lambda: executions.append("never"))

        task = asyncio.create_task(forgotten())
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        await ctx.workflow.do("quick", lambda: None)
        asyncio.get_running_loop().call_later(0.01, gate.set)
        return "ended"

    async with system.connect(wired(parallel)) as pikku:
        handle = await pikku.start("parallel")
        assert await system.leap(handle.result()) == "ended"
        history = await pikku.workflow_service.get_run_history(handle.run_id)
    assert {attempt.key: attempt.status.value for attempt in history} == {"slow": "succeeded", "quick": "succeeded"}
    assert executions == ["slow"]


async def test_an_error_in_one_branch_of_gather_can_be_handled_while_the_others_go_on(system: System) -> None:
    @workflow_func
    async def parallel(ctx: Body) -> list[str]:
        results = await asyncio.gather(
            ctx.workflow.do("good", lambda: "good"),
            ctx.workflow.do("bad", lambda: 1 / 0),
            return_exceptions=True,
        )
        await ctx.workflow.sleep("1d")
        return [each.error.type if isinstance(each, StepFailedError) else str(each) for each in results]

    assert await system.run(wired(parallel), parallel) == ["good", "ZeroDivisionError"]


async def test_nested_gathers_of_a_hundred_branches_replay_alike(system: System) -> None:
    executions: list[int] = []

    @workflow_func
    async def parallel(ctx: Body) -> int:
        async def leaf(number: int) -> int:
            one = await ctx.workflow.do("one", lambda: noted(executions, number, number))
            await ctx.workflow.sleep("pause", "1h")
            return await ctx.workflow.do("two", lambda: one)

        async def twig(start: int) -> int:
            return sum(await asyncio.gather(*(leaf(start + n) for n in range(10))))

        return sum(await asyncio.gather(*(twig(start) for start in range(0, 100, 10))))

    assert await system.run(wired(parallel), parallel) == sum(range(100))
    assert sorted(executions) == list(range(100))
