"""Checked by mypy, not executed: the types that users see. A wrong type, or an error that is missing, fails `make types`."""

from collections.abc import Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, assert_type

from pikku import (
    Client,
    Context,
    Pikku,
    RunHandle,
    StepInfo,
    WorkflowClient,
    WorkflowContext,
    func,
    workflow,
    workflow_func,
)


@dataclass
class Services:
    greeting: str


@dataclass
class Order:
    item: str


@dataclass
class Receipt:
    total: float


@func
async def charge(ctx: Context[Services], data: Order) -> Receipt:
    assert_type(ctx.services.greeting, str)
    assert_type(ctx.step, StepInfo | None)
    return Receipt(1.0)


@func(name="ship")
def ship(ctx: Context[Services], data: Order) -> int:
    return 1


@func(cpu=True, raises=[ValueError])
def compute(ctx: Context[Services], data: Order) -> float:
    return 0.5


@func
async def ping(ctx: Context[Services]) -> str:
    return "pong"


async def later() -> bytes:
    return b""


@workflow_func
async def buy(ctx: WorkflowContext[Services], data: Order) -> Receipt:
    by_reference = await ctx.workflow.do("charge", charge, data, retries=3, retry_delay="5s")
    assert_type(by_reference, Receipt)
    assert_type(await ctx.workflow.do("ship", ship, data), int)
    assert_type(await ctx.workflow.do("compute", compute, data), float)
    assert_type(await ctx.workflow.do("ping", ping), str)
    assert_type(await ctx.workflow.do("by name", "ship", {"item": "book"}), Any)
    assert_type(await ctx.workflow.do("lambda", lambda: 0.2), float)
    assert_type(await ctx.workflow.do("lambda coroutine", lambda: later()), bytes)
    assert_type(await ctx.workflow.do("coroutine function", later, description="…"), bytes)
    for_task_groups: Coroutine[Any, Any, str] = ctx.workflow.do("not awaited yet", ping)
    assert_type(await for_task_groups, str)
    for number in range(3):
        assert_type(await ctx.workflow.do("in a loop", partial(int, number)), int)
    assert_type(await ctx.workflow.do.rpc.orders.ship("by attributes", {"item": "book"}, retries=3), Any)
    await ctx.workflow.sleep("wait", "5min")
    await ctx.workflow.sleep("5s", description="wait")

    await ctx.workflow.do("wrong data", charge, {"item": "book"})  # type: ignore[arg-type]
    await ctx.workflow.do("unknown option", charge, data, retrys=3)  # type: ignore[call-overload]
    await ctx.workflow.do(7, ping)  # type: ignore[call-overload]
    if data.item == "nothing":
        ctx.workflow.cancel("nothing to buy")
    return by_reference


@workflow(name="tick")
async def tick(ctx: WorkflowContext[Services]) -> int:
    return 1


async def create_services() -> Services:
    return Services("hello")


def create_plain_services() -> Services:
    return Services("hello")


app = Pikku(services=create_services, include=[])
assert_type(app, Pikku[Services])
assert_type(Pikku(services=create_plain_services), Pikku[Services])
app.wire_workflow(name="buy", func=buy, tags=["shop"])


async def use() -> None:
    async with app.connect("memory://") as pikku:
        assert_type(pikku, Client[Services])
        handle = await pikku.start(buy, Order("book"))
        assert_type(handle, RunHandle[Receipt])
        assert_type(await handle.result(timeout="30s"), Receipt)
        assert_type(await pikku.run(buy, Order("book")), Receipt)
        assert_type(await pikku.run(tick), int)
        assert_type(await pikku.start("buy", {"item": "book"}), RunHandle[Any])
        typed: WorkflowClient[Order, Receipt] = WorkflowClient(pikku, "buy")
        assert_type(await typed.start(Order("book")), RunHandle[Receipt])
        assert_type(await typed.run(Order("book")), Receipt)
        await typed.start()  # type: ignore[call-arg]
        await pikku.start(buy, {"item": "book"})  # type: ignore[arg-type]
