"""Sleeps, retries and time limits: all by the clock, none by waiting."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from tests.e2e.system import System, is_on_time

from pikku import (
    Context,
    NonRetryableError,
    Pikku,
    RetryAfter,
    Services,
    StepFailedError,
    StepTimeoutError,
    WorkflowContext,
    func,
    workflow_func,
)

Body = WorkflowContext[Services]
MINUTE = 60_000


async def test_a_sleep_lasts_as_long_as_it_says_in_all_its_forms(system: System) -> None:
    @workflow_func
    async def sleeper(ctx: Body) -> None:
        await ctx.workflow.sleep("named", "5min")
        await ctx.workflow.sleep("1h", description="described")
        await ctx.workflow.sleep(timedelta(seconds=30))
        await ctx.workflow.sleep("no time", 0)

    app = Pikku()
    app.wire_workflow(name="sleeper", func=sleeper)
    began = system.clock.now()
    async with system.connect(app) as pikku:
        handle = await pikku.start(sleeper)
        await system.leap(handle.result())
        history = await pikku.workflow_service.get_run_history(handle.run_id)
    assert [attempt.step_name for attempt in history] == ["named", "described", "sleep", "no time"]
    lasted = [(attempt.completed_ms or 0) - attempt.created_ms for attempt in history]
    assert all(map(is_on_time, lasted, [5 * MINUTE, 60 * MINUTE, MINUTE // 2, 0])), lasted
    assert is_on_time(system.clock.now() - began, 65 * MINUTE + MINUTE // 2)


async def test_a_sleep_of_thirty_days_ends_on_time_in_another_process(system: System) -> None:
    @workflow_func
    async def patient(ctx: Body) -> str:
        await ctx.workflow.sleep("a month", "30d")
        return "awake"

    app = Pikku()
    app.wire_workflow(name="patient", func=patient)
    async with system.connect(app) as pikku:
        handle = await pikku.start(patient)
        await system.waits_for("a month")
        await pikku.drain()
    run = await system.store.get_run(handle.run_id)
    assert run is not None
    assert run.waiting_on == ("a month",)
    assert run.due_ms == run.created_ms + 30 * 24 * 60 * MINUTE
    await system.clock.advance("29d")
    async with system.connect(app, work=False) as pikku:
        assert await pikku.recover() == []
        await system.clock.advance("1d")
        [again] = await pikku.recover()
        assert await system.leap(again.result()) == "awake"


async def test_a_failing_step_is_tried_again_after_growing_delays(system: System) -> None:
    times: list[int] = []

    @func
    async def flaky(ctx: Context[Services]) -> int:
        times.append(system.clock.now())
        if len(times) < 5:
            raise ConnectionError(f"no {len(times)}")
        assert ctx.step is not None
        return ctx.step.attempt_count

    @workflow_func
    async def stubborn(ctx: Body) -> int:
        return await ctx.workflow.do("flaky", flaky, retries=4, retry_delay="1min", backoff=2, max_retry_delay="3min")

    app = Pikku()
    app.add_functions(flaky)
    app.wire_workflow(name="stubborn", func=stubborn)
    async with system.connect(app) as pikku:
        handle = await pikku.start(stubborn)
        assert await system.leap(handle.result()) == 5
        history = await pikku.workflow_service.get_run_history(handle.run_id)
    waited = [later - earlier for earlier, later in pairwise(times)]
    assert all(map(is_on_time, waited, [MINUTE, 2 * MINUTE, 3 * MINUTE, 3 * MINUTE])), waited
    assert [(attempt.attempt_count, attempt.status) for attempt in history] == [
        *((count, "failed") for count in (1, 2, 3, 4)),
        (5, "succeeded"),
    ]
    assert [attempt.error.message for attempt in history if attempt.error] == ["no 1", "no 2", "no 3", "no 4"]


async def test_jitter_spreads_a_delay_by_its_fraction(system: System) -> None:
    class Highest:
        def fraction(self) -> float:
            return 0.999999

        def token(self, size: int) -> bytes:
            return bytes(range(size))

    times: list[int] = []

    def failing() -> None:
        times.append(system.clock.now())
        raise OSError

    @workflow_func
    async def jittered(ctx: Body) -> None:
        await ctx.workflow.do("fail", failing, retries=1, retry_delay=10_000, jitter=0.2)

    app = Pikku()
    app.wire_workflow(name="jittered", func=jittered)
    async with system.connect(app, chance=Highest()) as pikku:
        handle = await pikku.start(jittered)
        await system.leap(handle.ended())
    assert is_on_time(times[1] - times[0], 12_000)


@pytest.mark.parametrize(("error", "attempts"), [(NonRetryableError("never"), 1), (OSError("later"), 3)])
async def test_a_step_fails_for_good_at_once_or_after_its_retries(
    system: System, error: Exception, attempts: int
) -> None:
    executed: list[int] = []

    def failing() -> None:
        executed.append(1)
        raise error

    @workflow_func
    async def gives_up(ctx: Body) -> str:
        try:
            await ctx.workflow.do("fail", failing, retries=2, retry_delay="1s")
        except StepFailedError as failed:
            await ctx.workflow.sleep("1d")
            return failed.error.type
        return "not reached"

    app = Pikku()
    app.wire_workflow(name="gives_up", func=gives_up)
    name = "OSError" if isinstance(error, OSError) else "pikku.model.retrying.NonRetryableError"
    assert await system.run(app, gives_up) == name
    assert len(executed) == attempts


async def test_a_step_says_itself_when_it_wants_to_be_tried_again(system: System) -> None:
    times: list[int] = []

    def busy() -> str:
        times.append(system.clock.now())
        if len(times) == 1:
            raise RetryAfter("7min", "too many requests")
        return "done"

    @workflow_func
    async def polite(ctx: Body) -> str:
        return await ctx.workflow.do("busy", busy, retries=1, retry_delay="1s")

    app = Pikku()
    app.wire_workflow(name="polite", func=polite)
    assert await system.run(app, polite) == "done"
    assert is_on_time(times[1] - times[0], 7 * MINUTE)


async def test_an_attempt_over_its_timeout_fails_and_may_be_tried_again(system: System) -> None:
    executed: list[Any] = []

    @func
    async def hangs_once(ctx: Context[Services]) -> str:
        executed.append(ctx.step)
        if len(executed) == 1:
            await system.clock.sleep(100 * MINUTE)
        return "second time lucky"

    @workflow_func
    async def limited(ctx: Body) -> str:
        return await ctx.workflow.do("hang", hangs_once, timeout="10s", retries=1)

    app = Pikku()
    app.add_functions(hangs_once)
    app.wire_workflow(name="limited", func=limited)
    async with system.connect(app) as pikku:
        handle = await pikku.start(limited)
        assert await system.leap(handle.result()) == "second time lucky"
        history = await pikku.workflow_service.get_run_history(handle.run_id)
    assert history[0].error is not None
    assert history[0].error.message == "step 'hang' took longer than its timeout of 10s"


async def test_a_timeout_comes_back_to_the_body_as_itself(system: System) -> None:
    async def hangs() -> None:
        await system.clock.sleep(100 * MINUTE)

    @workflow_func
    async def limited(ctx: Body) -> str:
        try:
            await ctx.workflow.do("hang", hangs, timeout="10s")
        except StepTimeoutError as error:
            await ctx.workflow.sleep("1d")
            return str(error)
        return "not reached"

    app = Pikku()
    app.wire_workflow(name="limited", func=limited)
    assert await system.run(app, limited) == "step 'hang' took longer than its timeout of 10s"


async def test_a_waiter_may_lose_patience_but_the_run_goes_on(system: System) -> None:
    @workflow_func
    async def slow(ctx: Body) -> str:
        await ctx.workflow.sleep("1h")
        return "late"

    app = Pikku()
    app.wire_workflow(name="slow", func=slow)
    async with system.connect(app) as pikku:
        handle = await pikku.start(slow)
        with pytest.raises(TimeoutError, match="has not ended after 1min"):
            await system.leap(handle.result(timeout="1min"))
        assert await system.leap(handle.result()) == "late"
