"""Helpers of other modules."""

from collections.abc import Callable, Coroutine
from typing import Any

from tests.inspector.samples.functions import charge, refund

from pikku import Services, WorkflowContext

Ctx = WorkflowContext[Services]


async def charge_all(ctx: Ctx, amounts: list[int], *, retries: int = 1) -> None:
    for amount in amounts:
        await charge_one(ctx, amount, retries)


async def charge_one(ctx: Ctx, amount: int, retries: int) -> str:
    if amount == 0:
        return ""
    return await ctx.workflow.do("charge one", charge, amount, retries=retries)


async def count_down(ctx: Ctx, number: int) -> None:
    await ctx.workflow.do(f"count {number}", lambda: number)
    if number:
        await count_down(ctx, number - 1)


def step(ctx: Ctx, *args: Any, **options: Any) -> Coroutine[Any, Any, Any]:
    return ctx.workflow.do(*args, timeout="1min", **options)


async def insist(attempt: Callable[[], Coroutine[Any, Any, str]]) -> str:
    while not (result := await attempt()):
        pass
    return result


async def named(do: Callable[..., Coroutine[Any, Any, Any]], name: str, payment: str) -> None:
    await do(f"{name} it", refund, payment)
