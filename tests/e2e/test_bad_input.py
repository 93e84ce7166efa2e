"""What bad input gets: one clear error each, and nothing half-written."""

from dataclasses import dataclass
from typing import Any

import pytest
from tests.e2e.system import System, noted

from pikku import (
    Context,
    PayloadTooLargeError,
    Pikku,
    RunFailedError,
    Services,
    UnknownFunctionError,
    UnknownWorkflowError,
    UnstorableValueError,
    WorkflowContext,
    func,
    workflow_func,
)
from pikku.model.errors import InvalidDataError, StepNameError, StepOptionError

Body = WorkflowContext[Services]


@dataclass
class Order:
    items: list[int]


@func(name="order.place")
async def place_order(ctx: Context[Services], data: Order) -> int:
    return sum(data.items)


@func
async def says_it_returns_a_number(ctx: Context[Services]) -> int:
    return "a text"  # type: ignore[return-value]


def wired(body: Any) -> Pikku[Services]:
    app = Pikku()
    app.add_functions(place_order, says_it_returns_a_number)
    app.wire_workflow(name="orders", func=body)
    return app


@workflow_func
async def orders(ctx: Body, data: Order) -> int:
    return await ctx.workflow.do("place", place_order, data)


async def test_an_unknown_workflow_gets_the_nearest_names(system: System) -> None:
    async with system.connect(wired(orders)) as pikku:
        with pytest.raises(UnknownWorkflowError, match=r"there is no workflow called 'order'; did you mean 'orders'\?"):
            await pikku.start("order", {})
    assert await system.service().list_runs() == []


async def test_input_of_the_wrong_shape_creates_no_run_and_tells_the_path(system: System) -> None:
    async with system.connect(wired(orders)) as pikku:
        with pytest.raises(
            InvalidDataError, match=r"the input of workflow 'orders' .* `int`, got `str` - at `\$.items"
        ):
            await pikku.start("orders", {"items": [1, "two"]})
        with pytest.raises(
            UnstorableValueError, match=r"the input of workflow 'orders' cannot be stored: .* at \$.items"
        ):
            await pikku.start("orders", {"items": object()})
        with pytest.raises(PayloadTooLargeError, match=r"the input of workflow 'orders' is .* the limit is 4,096"):
            await pikku.start("orders", {"items": list(range(10_000))})
    assert await system.service().list_runs() == []


async def test_an_unknown_function_fails_the_run_with_the_nearest_names(system: System) -> None:
    @workflow_func
    async def body(ctx: Body) -> None:
        await ctx.workflow.do("place", "order.plaice", {"items": []})

    with pytest.raises(
        RunFailedError, match=r"no function called 'order.plaice'; did you mean 'order.place'\?"
    ) as caught:
        await system.run(wired(body), "orders")
    assert caught.value.error.name == UnknownFunctionError.__name__


async def test_step_data_of_the_wrong_shape_fails_the_step_at_once_with_the_path(system: System) -> None:
    @workflow_func
    async def body(ctx: Body) -> str:
        try:
            await ctx.workflow.do("place", "order.place", {"items": "none"}, retries=5)
        except InvalidDataError as error:
            await ctx.workflow.sleep("1d")
            return str(error)
        return "not reached"

    async with system.connect(wired(body)) as pikku:
        handle = await pikku.start("orders")
        message = await system.leap(handle.result())
        history = await pikku.workflow_service.get_run_history(handle.run_id)
    assert message == "the data of step 'place' does not fit its type: Expected `array`, got `str` - at `$.items`"
    assert [(attempt.key, attempt.attempt_count) for attempt in history] == [("place", 1), ("sleep", 1)]


@dataclass
class Deep:
    inner: dict[str, Any]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (Deep({"a": [1, object()]}), r"builtins.object has no stored form at \$.inner.a\[1\]"),
        ({"rate": float("nan")}, r"nan is not a JSON number at \$.rate"),
        ([float("inf")], r"inf is not a JSON number at \$\[0\]"),
        ({"t": {(1, 2): 3}}, r"\(1, 2\) cannot be the key of a JSON object at \$.t"),
        ("\ud800", r"half a surrogate pair at \$"),
    ],
)
async def test_a_result_that_cannot_be_stored_fails_the_step_at_once_with_the_path(
    system: System, value: Any, problem: str
) -> None:
    executions: list[int] = []

    @workflow_func
    async def body(ctx: Body) -> None:
        await ctx.workflow.do("odd", lambda: noted(executions, 1, value), retries=5)

    with pytest.raises(RunFailedError, match=f"the result of step 'odd' cannot be stored: .*{problem}"):
        await system.run(wired(body), "orders")
    assert executions == [1]


async def test_a_result_that_contains_itself_is_refused(system: System) -> None:
    @workflow_func
    async def body(ctx: Body) -> None:
        def circle() -> Any:
            ring: dict[str, Any] = {}
            ring["self"] = ring
            return ring

        await ctx.workflow.do("circle", circle)

    with pytest.raises(RunFailedError, match=r"a value that contains itself at \$.self"):
        await system.run(wired(body), "orders")


async def test_a_value_over_the_limit_names_step_and_size_and_is_not_tried_again(system: System) -> None:
    executions: list[int] = []

    @workflow_func
    async def body(ctx: Body) -> list[Any]:
        try:
            await ctx.workflow.do("big", lambda: noted(executions, 1, "x" * 5000), retries=5)
        except PayloadTooLargeError as error:
            await ctx.workflow.sleep("1d")
            return [str(error), error.size, error.limit]
        return []

    message, size, limit = await system.run(wired(body), "orders")
    assert message.startswith("the result of step 'big' is 5,002 bytes, the limit is 4,096")
    assert (size, limit, executions) == (5002, 4096, [1])


async def test_data_and_output_over_the_limit_are_refused_too(system: System) -> None:
    @workflow_func
    async def body(ctx: Body, data: bool) -> str:
        if data:
            await ctx.workflow.do("place", "order.place", {"items": list(range(5000))})
        return "x" * 5000

    with pytest.raises(RunFailedError, match=r"the data of step 'place' is .* bytes"):
        await system.run(wired(body), "orders", True)
    with pytest.raises(RunFailedError, match="the output of workflow 'orders' is 5,002 bytes"):
        await system.run(wired(body), "orders", False)


async def test_a_result_that_is_not_of_the_declared_type_fails_the_step(system: System) -> None:
    @workflow_func
    async def body(ctx: Body) -> None:
        await ctx.workflow.do("lie", says_it_returns_a_number, retries=3)

    with pytest.raises(
        RunFailedError, match="the result of step 'lie' does not fit its type: Expected `int`, got `str`"
    ):
        await system.run(wired(body), "orders")


@pytest.mark.parametrize(
    ("name", "problem"),
    [(7, "it is of type int"), ("", "it has 0 characters"), ("x" * 513, "it has 513 characters"), ("\x00", "NUL")],
)
async def test_a_step_name_that_no_store_can_hold_is_refused(system: System, name: Any, problem: str) -> None:
    @workflow_func
    async def body(ctx: Body) -> None:
        await ctx.workflow.do(name, lambda: 1)

    with pytest.raises(RunFailedError, match=problem) as caught:
        await system.run(wired(body), "orders")
    assert caught.value.error.name == StepNameError.__name__


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"retries": -1}, "retries is the number of further attempts"),
        ({"retries": 1.5}, "retries is the number of further attempts"),
        ({"jitter": 2}, "jitter is a number from 0.0 to 1.0"),
        ({"backoff": 0.5}, "backoff is a number at least 1.0"),
        ({"retry": 1}, "there is no option 'retry'"),
        ({"timeout": "soon"}, "step 'step': timeout: 'soon' is not a duration"),
    ],
)
async def test_an_option_that_makes_no_sense_is_refused(system: System, options: Any, problem: str) -> None:
    @workflow_func
    async def body(ctx: Body) -> None:
        await ctx.workflow.do("step", lambda: 1, **options)

    with pytest.raises(RunFailedError, match=problem) as caught:
        await system.run(wired(body), "orders")
    assert caught.value.error.name == StepOptionError.__name__


async def test_texts_that_no_store_can_hold_are_mended_and_harm_nobody(system: System) -> None:
    @workflow_func
    async def body(ctx: Body, data: int) -> None:
        await ctx.workflow.do("described", lambda: 1, description="half \ud800")
        try:
            await ctx.workflow.do("raises", failing)
        finally:
            ctx.workflow.cancel("half \udfff and NUL \x00")

    def failing() -> None:
        raise ValueError("half \ud800")

    async with system.connect(wired(body)) as pikku:
        handles = [await pikku.start("orders", number) for number in range(3)]
        runs = [await system.leap(handle.ended()) for handle in handles]
    assert [run.error and run.error.message for run in runs] == ["half ? and NUL ?"] * 3


async def test_a_bad_duration_of_a_sleep_is_refused(system: System) -> None:
    @workflow_func
    async def body(ctx: Body) -> None:
        await ctx.workflow.sleep("wait", "5 fortnights")

    with pytest.raises(RunFailedError, match="'5 fortnights' is not a duration; write"):
        await system.run(wired(body), "orders")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "'; drop table workflow_runs; --", "a/b\\c", "né\u202e", "pay#1", "\n\t", "." * 400]
)
async def test_a_hostile_step_name_is_only_a_name(system: System, name: str) -> None:
    @workflow_func
    async def body(ctx: Body) -> list[int]:
        first = await ctx.workflow.do(name, lambda: 1)
        second = await ctx.workflow.do(name, lambda: 2)
        third = await ctx.workflow.do("pay", lambda: 3)
        fourth = await ctx.workflow.do("pay", lambda: 4)
        await ctx.workflow.sleep("1d")
        return [first, second, third, fourth]

    assert await system.run(wired(body), "orders") == [1, 2, 3, 4]
