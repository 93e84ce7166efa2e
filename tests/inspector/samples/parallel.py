"""Branches at once, in all ways in which they are written."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from tests.inspector.samples.functions import charge, send_email

from pikku import Services, WorkflowContext, workflow


@workflow(name="at once")
async def at_once(ctx: WorkflowContext[Services], data: list[int]) -> list[str]:
    do = ctx.workflow.do
    first, second = await asyncio.gather(do("first", charge, 1), do("second", charge, 2))
    all_of_them = await asyncio.gather(*(do(f"charge {each}", charge, each) for each in data if each > 0))
    listed = await asyncio.gather(*[do("listed", charge, each) for each in data], return_exceptions=True)

    pending: list[Coroutine[Any, Any, str]] = []
    for each in data:
        pending.append(do("pending", charge, each))  # noqa: PERF401
    await asyncio.gather(*pending)

    left = do("left", charge, 3)
    right = asyncio.create_task(do("right", charge, 4))
    await ctx.workflow.do("before both", lambda: len(listed))
    await asyncio.gather(left, right)

    done, _ = await asyncio.wait({asyncio.create_task(do("a", charge, 5)), asyncio.create_task(do("b", charge, 6))})
    for soon in asyncio.as_completed([do("as completed", charge, each) for each in data]):
        await soon
    await asyncio.wait_for(do("in time", charge, len(done)), timeout=5)

    async def tell(to: str) -> None:
        await do("tell", send_email, {"to": to})
        await ctx.workflow.sleep("wait", "1s")

    await asyncio.gather(*map(tell, all_of_them))
    return [first, second]


@workflow(name="group")
async def group(ctx: WorkflowContext[Services], data: list[int]) -> str:
    async with asyncio.TaskGroup() as tasks:
        await ctx.workflow.do("before the first task", charge, 0)
        one = tasks.create_task(ctx.workflow.do("one", charge, 1))
        for each in data:
            tasks.create_task(ctx.workflow.do("each", charge, each))
        await ctx.workflow.sleep("meanwhile", "1min")
    return one.result()
