"""Steps that are awaited, gathered, returned, or given to somebody."""

import asyncio

from pikku import Services, WorkflowContext, workflow


@workflow(name="careful")
async def careful(ctx: WorkflowContext[Services], data: list[str]) -> list[int]:
    one = ctx.workflow.do("one", lambda: 1)
    many = [ctx.workflow.do(f"do {each}", lambda: 1) for each in data]
    await asyncio.gather(one, *many)
    async with asyncio.TaskGroup() as group:
        group.create_task(ctx.workflow.do("two", lambda: 2))
    return await asyncio.gather(*(ctx.workflow.do(f"again {each}", lambda: 1) for each in data))
