"""Steps against the clock of the process."""

import asyncio

from pikku import Services, WorkflowContext, workflow


@workflow(name="hurried")
async def hurried(ctx: WorkflowContext[Services]) -> int:
    async with asyncio.timeout(5):  # want: PKU812
        await ctx.workflow.do("one", lambda: 1)
    await asyncio.wait([asyncio.ensure_future(ctx.workflow.do("two", lambda: 2))], timeout=3)  # want: PKU812
    return await asyncio.wait_for(ctx.workflow.do("three", lambda: 3), 10)  # want: PKU812
