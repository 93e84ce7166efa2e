"""Waiting for all."""

import asyncio

from pikku import Services, WorkflowContext, workflow


@workflow(name="joined")
async def joined(ctx: WorkflowContext[Services]) -> int:
    one = asyncio.create_task(ctx.workflow.do("one", lambda: 1))
    two = asyncio.create_task(ctx.workflow.do("two", lambda: 2))
    await asyncio.wait([one, two])
    await asyncio.wait([one, two], return_when=asyncio.ALL_COMPLETED)
    return sum(await asyncio.gather(one, two))
