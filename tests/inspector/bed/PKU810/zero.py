"""A turn of the loop is no time."""

import asyncio

from pikku import Services, WorkflowContext, workflow


@workflow(name="polite")
async def polite(ctx: WorkflowContext[Services]) -> int:
    await asyncio.sleep(0)
    return await ctx.workflow.do("one", lambda: 1)
