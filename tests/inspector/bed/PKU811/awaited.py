"""Tasks that are awaited, in all the usual ways."""

import asyncio

from pikku import Services, WorkflowContext, workflow


@workflow(name="careful")
async def careful(ctx: WorkflowContext[Services], data: list[str]) -> int:
    one = asyncio.create_task(ctx.workflow.do("one", lambda: 1))
    two = asyncio.create_task(ctx.workflow.do("two", lambda: 2))
    rest = [asyncio.create_task(ctx.workflow.do(f"do {each}", lambda: 1)) for each in data]
    await asyncio.gather(two, *rest)
    return await one
