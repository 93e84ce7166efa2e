"""A step may use threads as it likes."""

import asyncio

from pikku import Services, WorkflowContext, workflow


def work() -> int:
    return 1


@workflow(name="threaded")
async def threaded(ctx: WorkflowContext[Services]) -> int:
    return await ctx.workflow.do("work", lambda: asyncio.to_thread(work))
