"""What becomes of an exception: in the body, in the run, and after a replay."""

import asyncio
from typing import Any

import pytest
from tests.e2e.system import System, is_on_time

from pikku import (
    Context,
    NonDeterminismError,
    Pikku,
    RunFailedError,
    Services,
    StepFailedError,
    WorkflowContext,
    func,
    workflow_func,
)

Body = WorkflowContext[Services]


class PaymentError(Exception):
    """The parent of what the payment service raises."""


class PaymentDeclined(PaymentError):
    code = "CARD_DECLINED"

    def __init__(self, amount: int, *, card: str) -> None:
        super().__init__(f"declined: {amount}")
        self.amount = amount
        self.card = card


@func(raises=[PaymentError])
async def charge(ctx: Context[Services], data: int) -> None:
    raise PaymentDeclined(data, card="…42")


@func
async def careless(ctx: Context[Services], data: int) -> None:
    try:
        raise KeyError("inner")
    except KeyError as error:
        raise PaymentDeclined(data, card="…42") from error


def wired(body: Any) -> Pikku[Services]:
    app = Pikku()
    app.add_functions(charge, careless)
    app.wire_workflow(name="errors", func=body)
    return app


async def test_a_declared_exception_comes_back_as_itself_at_first_and_on_replay(system: System) -> None:
    seen: list[Any] = []

    @workflow_func
    async def errors(ctx: Body) -> str:
        try:
            await ctx.workflow.do("charge", charge, 100)
        except PaymentDeclined as error:
            seen.append((type(error), str(error), error.amount, error.card, error.code))
            await ctx.workflow.sleep("1d")
            return "handled"
        return "not reached"

    assert await system.run(wired(errors), errors) == "handled"
    assert set(seen) == {(PaymentDeclined, "declined: 100", 100, "…42", "CARD_DECLINED")}


async def test_any_other_exception_comes_back_as_a_step_failure_that_tells_all(system: System) -> None:
    @workflow_func
    async def errors(ctx: Body) -> list[Any]:
        try:
            await ctx.workflow.do("careless", careless, 100)
        except StepFailedError as error:
            await ctx.workflow.sleep("1d")
            cause = error.error.cause
            return [error.error.name, error.error.message, error.code, cause and cause.type, "careless" in str(error)]
        return []

    result = await system.run(wired(errors), errors)
    assert result == ["PaymentDeclined", "declined: 100", "CARD_DECLINED", "KeyError", True]


async def test_an_uncaught_exception_fails_the_run_with_message_stack_and_code(system: System) -> None:
    @workflow_func
    async def errors(ctx: Body) -> None:
        await ctx.workflow.do("careless", careless, 100)

    async with system.connect(wired(errors)) as pikku:
        handle = await pikku.start(errors)
        with pytest.raises(RunFailedError, match="step 'careless' failed: PaymentDeclined: declined: 100") as caught:
            await system.leap(handle.result())
        run = await pikku.workflow_service.get_run(handle.run_id)
    assert run is not None
    assert run.status == "failed"
    assert run.error == caught.value.error
    assert run.error.code == "CARD_DECLINED"
    assert run.error.stack is not None
    assert "in errors" in run.error.stack
    assert "pikku/runtime" not in run.error.stack
    assert run.error.cause is not None
    assert run.error.cause.stack is not None
    assert "in careless" in run.error.cause.stack


async def test_an_error_of_the_body_itself_fails_the_run(system: System) -> None:
    @workflow_func
    async def errors(ctx: Body, data: list[int]) -> int:
        return data[5]

    with pytest.raises(RunFailedError, match="IndexError: list index out of range"):
        await system.run(wired(errors), errors, [1])


async def test_a_body_that_swallows_every_exception_is_dropped_and_replayed_all_the_same(system: System) -> None:
    swallowed: list[Exception] = []

    @workflow_func
    async def errors(ctx: Body) -> str:
        for _ in range(3):
            try:
                await ctx.workflow.sleep("1d")
            finally:  # a dropped body comes here too, and its steps end it once more
                try:
                    await ctx.workflow.do("tidy up", lambda: None)
                except Exception as error:  # noqa: BLE001  the point of the test
                    swallowed.append(error)
        return "slept"

    began = system.clock.now()
    assert await system.run(wired(errors), errors) == "slept"
    assert is_on_time(system.clock.now() - began, 3 * 86_400_000)
    assert swallowed == []


async def test_a_step_that_raises_cancelled_error_of_its_own_has_failed_and_the_run_goes_on(system: System) -> None:
    async def awaits_something_cancelled() -> None:
        task = asyncio.ensure_future(asyncio.sleep(3600))
        task.cancel()
        await task

    @workflow_func
    async def errors(ctx: Body) -> str:
        try:
            await ctx.workflow.do("cancelled", awaits_something_cancelled)
        except StepFailedError as error:
            return error.error.name
        return "not reached"

    assert await system.run(wired(errors), errors) == "CancelledError"


async def test_a_replay_that_asks_for_another_step_names_it_and_what_was_recorded(system: System) -> None:
    edited = asyncio.Event()

    @workflow_func
    async def errors(ctx: Body) -> None:
        if not edited.is_set():
            await ctx.workflow.do("pay", charge_nothing)
        else:
            await ctx.workflow.do("pay", lambda: None)
        await ctx.workflow.sleep("1d")

    @func
    async def charge_nothing(ctx: Context[Services]) -> None:
        return None

    app = wired(errors)
    app.add_functions(charge_nothing)
    async with system.connect(app) as pikku:
        handle = await pikku.start(errors)
        await system.waits_for("sleep")
        await pikku.drain()
    edited.set()
    await system.clock.advance("2d")
    async with system.connect(app, work=False) as pikku:
        [again] = await pikku.recover()
        run = await system.leap(again.ended())
    assert run.run_id == handle.run_id
    assert run.error.type == f"{NonDeterminismError.__module__}.NonDeterminismError"
    assert "step 'pay' was recorded as a call of 'charge_nothing', but the replay asks for an inline step" in str(
        run.error
    )
