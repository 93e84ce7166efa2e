"""A step may wait as it likes."""

import asyncio

from pikku import Services, WorkflowContext, workflow


@workflow(name="polled")
async def polled(ctx: WorkflowContext[Services]) -> int:
    async def poll() -> int:
        await asyncio.sleep(1)
        return 1

    return await ctx.workflow.do("poll", poll)
