"""A step may make tasks as it likes, and so may what it calls."""

import asyncio

from pikku import Context, Services, WorkflowContext, func, workflow


@func
async def work(ctx: Context[Services], data: str) -> None:
    asyncio.create_task(asyncio.sleep(1))


@workflow(name="worked")
async def worked(ctx: WorkflowContext[Services], data: str) -> None:
    await ctx.workflow.do("work", work, data)
