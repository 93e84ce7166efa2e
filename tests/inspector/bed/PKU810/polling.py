"""The usual loop of a poll, with the wrong sleep."""

import asyncio

from pikku import Context, Services, WorkflowContext, func, workflow


@func
async def is_ready(ctx: Context[Services]) -> bool:
    return True


@workflow(name="polled")
async def polled(ctx: WorkflowContext[Services]) -> None:
    while not await ctx.workflow.do("ready?", is_ready):
        await asyncio.sleep(30)  # want: PKU810
