"""A limit of the step itself, and one that is none."""

import asyncio

from pikku import Services, WorkflowContext, workflow


@workflow(name="patient")
async def patient(ctx: WorkflowContext[Services]) -> int:
    await asyncio.wait_for(ctx.workflow.do("one", lambda: 1), timeout=None)
    async with asyncio.timeout(None):
        return await ctx.workflow.do("two", lambda: 2, timeout="30s")
