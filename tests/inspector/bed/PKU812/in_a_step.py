"""A step may race as it likes."""

import asyncio

from pikku import Services, WorkflowContext, workflow


@workflow(name="raced")
async def raced(ctx: WorkflowContext[Services]) -> int:
    async def fastest() -> int:
        async with asyncio.timeout(5):
            for each in asyncio.as_completed([asyncio.sleep(1, 1), asyncio.sleep(2, 2)]):
                return await each
        return 0

    return await ctx.workflow.do("race", fastest)
