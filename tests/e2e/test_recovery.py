"""Runs whose process died, or handed them back."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from tests.e2e.system import BESIDE, STORES, SYSTEMS, System, each_of, hands_off
from tests.servers import Servers

from pikku import Context, Pikku, RetryAfter, Services, StepFailedError, WorkflowContext, func, workflow_func
from pikku.model.errors import DrainingError
from pikku.testing.clock import VirtualClock
from pikku.testing.crash import CrashTrial, Journal

Body = WorkflowContext[Services]
INLINE = pytest.mark.parametrize("system", [(store, "inline") for store in STORES], ids="-".join, indirect=True)
"""A process that works for others renews its leases before it looks for what is due, and so does not lose its runs."""


def sequence(journal: Journal) -> Pikku[Services]:
    """A little of everything, one thing after the other."""

    @func
    async def create(ctx: Context[Services], data: str) -> dict[str, str]:
        journal.note(ctx.step)
        return {"name": data}

    @func
    def flaky(ctx: Context[Services], data: dict[str, str]) -> int:
        journal.note(ctx.step)
        assert ctx.step is not None
        if ctx.step.attempt_count < 2:
            raise RetryAfter("1s")
        return len(data)

    @func
    async def doomed(ctx: Context[Services]) -> None:
        journal.note(ctx.step)
        raise ValueError("always")

    @workflow_func
    async def body(ctx: Body, data: str) -> list[Any]:
        user = await ctx.workflow.do("create", create, data)
        tax = await ctx.workflow.do("tax", lambda: journal.note(ctx.step, 0))
        await ctx.workflow.sleep("wait", "1s")
        size = await ctx.workflow.do("flaky", flaky, user, retries=1)
        try:
            await ctx.workflow.do("doomed", doomed, retries=1)
        except StepFailedError as error:
            return [user, tax, size, error.error.message]
        return []

    app = Pikku()
    app.add_functions(create, flaky, doomed)
    app.wire_workflow(name="trial", func=body)
    return app


def branches(journal: Journal) -> Pikku[Services]:
    """Branches with steps of the same names, of which one fails."""

    @workflow_func
    async def body(ctx: Body, data: str) -> list[Any]:
        async def branch(number: int) -> int:
            first = await ctx.workflow.do("first", lambda: journal.note(ctx.step, number))
            if number == 1:
                await ctx.workflow.sleep("pause", "1h")
            second = await ctx.workflow.do("second", lambda: journal.note(ctx.step, first * 10))
            if number == 2:
                await ctx.workflow.do("fail", lambda: journal.note(ctx.step, 1 / 0))
            return second

        return [str(each) for each in await asyncio.gather(*map(branch, range(3)), return_exceptions=True)]

    app = Pikku()
    app.wire_workflow(name="trial", func=body)
    return app


def cancelling(journal: Journal) -> Pikku[Services]:
    """A run that cancels itself and cleans up."""

    @workflow_func
    async def body(ctx: Body, data: str) -> None:
        try:
            await ctx.workflow.do("reserve", lambda: journal.note(ctx.step))
            ctx.workflow.cancel("on second thoughts")
        finally:
            await ctx.workflow.do("release", lambda: journal.note(ctx.step))

    app = Pikku()
    app.wire_workflow(name="trial", func=body)
    return app


@pytest.mark.parametrize("sample", [sequence, branches, cancelling])
@pytest.mark.parametrize("store_and_queue", each_of(SYSTEMS))
async def test_a_crash_at_any_write_changes_no_outcome_and_repeats_no_finished_step(
    store_and_queue: tuple[str, str],
    sample: Any,
    tmp_path_factory: pytest.TempPathFactory,
    servers: Servers,
    longest_wait: Any,
) -> None:
    store, queue = store_and_queue
    journal = Journal()

    async def new_store(clock: VirtualClock) -> Any:
        return STORES[store](tmp_path_factory.mktemp("crash"), servers, clock)

    # A store that crashes joins no transactions, so that messages may get lost here.
    new_queue = BESIDE[queue](servers)
    stays = hands_off(longest_wait)
    trial = CrashTrial(sample(journal), "trial", "Ada", journal, new_store, longest_wait, new_queue, hand_off=stays)
    report = await trial.everywhere()
    report.check()
    assert len(report.crashed) >= 8


async def test_a_run_of_a_dead_process_is_finished_by_another_one(system: System) -> None:
    executions: list[str] = []

    @workflow_func
    async def survivor(ctx: Body) -> str:
        await ctx.workflow.do("first", lambda: executions.append("first"))
        await ctx.workflow.sleep("1h")
        await ctx.workflow.do("second", lambda: executions.append("second"))
        return "done"

    app = Pikku()
    app.wire_workflow(name="survivor", func=survivor)
    async with system.connect(app) as doomed:
        handle = await doomed.start(survivor)
        await system.waits_for("sleep")
        await doomed.abandon()
    async with system.connect(app, work=False) as rescuer:
        assert await rescuer.recover() == []
        await system.clock.advance("1h 31s")  # a run that was handed back until the end of its sleep is due only then
        [recovered] = await rescuer.recover()
        assert recovered.run_id == handle.run_id
        assert await system.leap(recovered.result()) == "done"
    assert executions == ["first", "second"]


async def test_with_recover_a_process_takes_over_what_becomes_due_while_it_works(system: System) -> None:
    @workflow_func
    async def survivor(ctx: Body) -> str:
        await ctx.workflow.sleep("1h")
        return "done"

    app = Pikku()
    app.wire_workflow(name="survivor", func=survivor)
    async with system.connect(app) as doomed:
        handle = await doomed.start(survivor)
        await system.waits_for("sleep")
        await doomed.abandon()
    async with system.connect(app, work=True) as rescuer:
        await system.clock.advance("31s")
        waiting = await rescuer.handle(handle.run_id)
        assert await system.leap(waiting.result()) == "done"


async def test_a_run_whose_owner_lives_is_not_touched(system: System) -> None:
    @workflow_func
    async def busy(ctx: Body) -> str:
        await ctx.workflow.sleep("1h")
        return "done"

    app = Pikku()
    app.wire_workflow(name="busy", func=busy)
    async with system.connect(app) as owner, system.connect(app, work=False) as other:
        handle = await owner.start(busy)
        await system.waits_for("sleep")
        for _ in range(5):
            await system.clock.advance("20s")
            await asyncio.to_thread(owner.renew_leases)
            assert await other.recover() == []
        assert await system.leap(handle.result()) == "done"


@INLINE
async def test_an_owner_that_was_away_too_long_loses_its_run_and_writes_nothing_more(system: System) -> None:
    gate, began, executions = asyncio.Event(), asyncio.Event(), []

    async def slow() -> str:
        executions.append("slow")
        began.set()
        await gate.wait()
        return f"by execution {len(executions)}"

    @workflow_func
    async def contested(ctx: Body) -> str:
        return await ctx.workflow.do("slow", slow)

    app = Pikku()
    app.wire_workflow(name="contested", func=contested)
    async with system.connect(app) as first, system.connect(app) as second:
        handle = await first.start(contested)
        await began.wait()
        began.clear()
        await system.clock.advance("31s")
        [taken] = await second.recover()
        await began.wait()
        gate.set()
        assert await system.leap(taken.result()) == "by execution 2"
        assert await handle.result() == "by execution 2"
    history = await system.store.history(handle.run_id)
    assert [attempt.result for attempt in history if attempt.status == "succeeded"] == ["by execution 2"]
    assert executions == ["slow", "slow"]


@INLINE
async def test_an_owner_that_lost_its_run_while_it_slept_leaves_it_to_the_new_one(system: System) -> None:
    gate, executions = asyncio.Event(), []

    async def after() -> None:
        executions.append("after")
        await gate.wait()

    @workflow_func
    async def contested(ctx: Body) -> str:
        await ctx.workflow.sleep("1h")
        await ctx.workflow.do("after", after)
        return "done"

    app = Pikku()
    app.wire_workflow(name="contested", func=contested)
    async with system.connect(app) as first:
        handle = await first.start(contested)
        await system.waits_for("sleep")
        await system.clock.advance("31s")
        async with system.connect(app) as second:
            [taken] = await second.recover()
            await system.clock.sleeping(2)
            await system.clock.advance("1h")
            gate.set()
            assert await system.leap(taken.result()) == "done"
        assert await handle.result() == "done"
    assert executions == ["after"]


@INLINE
async def test_the_end_that_a_late_owner_comes_to_does_not_count(system: System) -> None:
    gates = {"first": asyncio.Event(), "second": asyncio.Event()}
    lives = iter(gates)

    @workflow_func
    async def contested(ctx: Body) -> str:
        await ctx.workflow.do("step", lambda: None)
        life = next(lives)
        await gates[life].wait()
        return f"the end of the {life} life"

    app = Pikku()
    app.wire_workflow(name="contested", func=contested)
    async with system.connect(app) as first, system.connect(app) as second:
        handle = await first.start(contested)
        async with asyncio.timeout(30):
            while not await system.store.history(handle.run_id):  # noqa: ASYNC110  what is awaited is in the store
                await asyncio.sleep(0)
        await system.clock.advance("31s")
        [taken] = await second.recover()
        gates["first"].set()
        await system.clock.advance("1s")
        run = await first.workflow_service.get_run(handle.run_id)
        assert run is not None
        assert run.status == "running"
        gates["second"].set()
        assert await taken.result() == "the end of the second life"
        assert await handle.result() == "the end of the second life"


async def test_draining_lets_attempts_end_hands_runs_back_and_starts_nothing(system: System) -> None:
    gate, began, executions = asyncio.Event(), asyncio.Event(), []

    async def slow() -> None:
        executions.append("slow")
        began.set()
        await gate.wait()

    @workflow_func
    async def two_steps(ctx: Body) -> str:
        await ctx.workflow.do("slow", slow)
        await ctx.workflow.do("next", lambda: executions.append("next"))
        return "done"

    app = Pikku()
    app.wire_workflow(name="two_steps", func=two_steps)
    async with system.connect(app) as leaving:
        handle = await leaving.start(two_steps)
        await began.wait()
        draining = asyncio.create_task(leaving.drain())
        await asyncio.sleep(0)
        gate.set()
        await draining
        with pytest.raises(DrainingError):
            await leaving.start(two_steps)
    run = await system.store.get_run(handle.run_id)
    assert run is not None
    assert (run.status, run.owner, executions) == ("running", None, ["slow"])
    async with system.connect(app, work=False) as coming:
        [recovered] = await coming.recover()
        assert await system.leap(recovered.result()) == "done"
    assert executions == ["slow", "next"]


async def test_leaving_the_connection_by_an_error_hands_the_runs_back(system: System) -> None:
    @workflow_func
    async def sleeper(ctx: Body) -> None:
        await ctx.workflow.sleep("1h")

    app = Pikku()
    app.wire_workflow(name="sleeper", func=sleeper)
    with suppress(ZeroDivisionError):
        async with system.connect(app) as pikku:
            await pikku.start(sleeper)
            await system.waits_for("sleep")
            raise ZeroDivisionError
    [run] = await system.service().list_runs()
    assert (run.status, run.owner) == ("running", None)
