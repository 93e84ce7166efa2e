"""A TaskGroup waits for its tasks."""

import asyncio

from pikku import Services, WorkflowContext, workflow


@workflow(name="grouped")
async def grouped(ctx: WorkflowContext[Services], data: list[str]) -> None:
    async with asyncio.TaskGroup() as group:
        for each in data:
            group.create_task(ctx.workflow.do(f"do {each}", lambda: 1))
