"""Whichever ends first."""

import asyncio

from pikku import Services, WorkflowContext, workflow


@workflow(name="raced")
async def raced(ctx: WorkflowContext[Services]) -> int:
    one = asyncio.create_task(ctx.workflow.do("one", lambda: 1))
    two = asyncio.create_task(ctx.workflow.do("two", lambda: 2))
    await asyncio.wait([one, two], return_when=asyncio.FIRST_COMPLETED)  # want: PKU812
    for each in asyncio.as_completed([one, two]):  # want: PKU812
        return await each
    return 0
